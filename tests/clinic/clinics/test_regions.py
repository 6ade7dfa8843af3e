"""Regions: one table that decides how dates, times and paper look at a clinic."""

import datetime
from importlib import import_module

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, get_format

from clinic.clinics.selectors import get_shared_region
from clinic.models import Clinic, Role
from clinic.models.clinics import GlucoseUnit
from clinic.regions import (
    DEFAULT_REGION,
    REGIONS,
    get_active_region,
    get_bare_language,
    get_language_tag,
    get_region,
    list_formats,
)
from exercises.pdf import PAPERS, get_paper
from tests.factories import ClinicFactory, PatientFactory, clinician

MOMENT = datetime.datetime(2026, 11, 29, 13, 49, tzinfo=datetime.UTC)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def shown(tag, name):
    with translation.override(tag):
        return date_format(MOMENT, name)


class TestTheTable:
    def test_names_seven_regions_each_once(self):
        assert [region.code for region in REGIONS] == ["US", "GB", "IE", "CA", "AU", "ES", "001"]

    @pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
    def test_holds_only_values_that_a_clinic_can_have(self, region):
        clinic = ClinicFactory.build(region=region.code, **region.clinic_defaults)
        clinic.clean_fields()
        assert region.glucose_unit in GlucoseUnit.values
        assert region.emergency_number in region.emergency_text
        assert region.paper in PAPERS

    def test_another_region_is_refused(self):
        with pytest.raises(ValidationError, match="region"):
            ClinicFactory.build(region="FR").clean_fields()

    def test_an_unknown_code_is_the_default(self):
        assert get_region("nonsense").code == get_region("").code == DEFAULT_REGION

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
    def test_each_language_has_the_formats_of_each_region(self, language, region):
        tag = get_language_tag(language, region.code)
        assert get_bare_language(tag) == language
        module = import_module(f"clinic.formats.{translation.to_locale(tag)}.formats")
        for name, value in list_formats(language, region.code).items():
            assert getattr(module, name) == value
        with translation.override(tag):
            assert get_active_region() == region
            assert get_format("DATE_FORMAT") == list_formats(language, region.code)["DATE_FORMAT"]

    def test_a_tag_of_another_region_is_replaced(self):
        assert get_language_tag("es-gb", "ES") == "es-es"
        assert get_language_tag("es-gb", "US") == "es"

    def test_a_language_keeps_its_words_in_each_region(self):
        for region in REGIONS:
            with translation.override(get_language_tag("es", region.code)):
                assert translation.gettext("Sign in with your card") == "Entrar con su tarjeta"


@pytest.mark.parametrize(
    ("tag", "name", "words"),
    [
        ("en", "WEEKDAY_DATE_FORMAT", "Sunday, November 29"),
        ("en", "TIME_FORMAT", "1:49 PM"),
        ("en", "SHORT_DATE_FORMAT", "Nov 29, 2026"),
        ("en-gb", "WEEKDAY_DATE_FORMAT", "Sunday 29 November"),
        ("en-gb", "TIME_FORMAT", "13:49"),
        ("en-gb", "SHORT_DATETIME_FORMAT", "29 Nov 2026, 13:49"),
        ("en-ie", "DATE_FORMAT", "29 November 2026"),
        ("en-ca", "DATETIME_FORMAT", "November 29, 2026, 1:49 p.m."),
        ("en-au", "DATETIME_FORMAT", "29 November 2026, 1:49 p.m."),
        ("es", "WEEKDAY_DATE_FORMAT", "domingo 29 de noviembre"),
        ("es", "TIME_FORMAT", "1:49 p.m."),
        ("es-es", "DATETIME_FORMAT", "29 de noviembre de 2026, 13:49"),
        ("en-001", "SHORT_WEEKDAY_TIME_FORMAT", "Sun 29 Nov, 13:49"),
    ],
)
def test_dates_and_times_are_written_as_in_the_region(tag, name, words):
    assert shown(tag, name) == words


def test_a_week_starts_on_sunday_in_america_and_on_monday_in_europe():
    starts = {region.code: region.first_weekday for region in REGIONS}
    assert (starts["US"], starts["GB"], starts["ES"]) == (6, 0, 0)
    assert get_format("FIRST_DAY_OF_WEEK", lang="en") == 0
    assert get_format("FIRST_DAY_OF_WEEK", lang="en-gb") == 1


def test_paper_is_that_of_the_region_unless_another_size_is_asked_for():
    with translation.override("en-gb"):
        assert (get_paper(""), get_paper("letter"), get_paper("nonsense")) == ("a4", "letter", "a4")
    with translation.override("en"):
        assert (get_paper(""), get_paper("a4")) == ("letter", "a4")


@pytest.mark.django_db
class TestAClinic:
    def test_is_american_unless_said_otherwise(self):
        assert ClinicFactory().region == DEFAULT_REGION

    def test_that_moves_takes_the_emergency_number_and_unit_of_its_new_region(self, client):
        clinic = ClinicFactory()
        move(client, clinic, "GB")
        clinic.refresh_from_db()
        assert (clinic.region, clinic.emergency_number, clinic.glucose_unit) == ("GB", "999", "mmol_l")
        assert clinic.emergency_text == "In an emergency, call 999."

    def test_that_moves_keeps_what_it_chose_itself(self, client):
        clinic = ClinicFactory(emergency_number="603 555 0100", emergency_text="Ring the bell.")
        move(client, clinic, "GB")
        clinic.refresh_from_db()
        assert (clinic.emergency_number, clinic.emergency_text) == ("603 555 0100", "Ring the bell.")
        assert clinic.glucose_unit == "mmol_l"

    def test_may_have_another_unit_than_its_region(self, client):
        clinic = ClinicFactory(region="GB", **get_region("GB").clinic_defaults)
        move(client, clinic, "GB", glucose_unit="mg_dl")
        clinic.refresh_from_db()
        assert clinic.glucose_unit == "mg_dl"

    def test_shares_its_region_with_the_site_only_if_all_clinics_are_in_it(self):
        assert get_shared_region() == DEFAULT_REGION
        ClinicFactory(region="ES")
        assert get_shared_region() == "ES"
        ClinicFactory(region="GB")
        assert get_shared_region() == DEFAULT_REGION


@pytest.mark.django_db
class TestThePages:
    @pytest.mark.parametrize(
        ("region", "words", "lang"),
        [("US", "Born Apr 12, 1950", "en"), ("GB", "Born 12 Apr 1950", "en-gb")],
    )
    def test_of_the_team_follow_the_region_of_its_clinic(self, client, region, words, lang):
        patient = PatientFactory(clinic=ClinicFactory(region=region))
        client.force_login(clinician(patient.clinic))
        page = client.get(reverse("staff:patients")).content.decode()
        assert words in page
        assert f'<html lang="{lang}"' in page

    def test_that_follow_one_ask_the_database_nothing_more(self, client):
        counts = []
        for region in ("US", "GB"):
            patient = PatientFactory(clinic=ClinicFactory(region=region))
            client.force_login(patient.user)
            client.get(reverse("my:today"))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("my:today"))
            counts.append(len(queries))
        assert counts[0] == counts[1]


def move(client, clinic, region, **changes):
    """Save the form of the clinic's details as its admin, with another region."""
    client.force_login(clinician(clinic, role=Role.CLINIC_ADMIN))
    url = reverse("clinic:clinic_details")
    form = client.get(url).context["form"]
    data = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not False}
    assert client.post(url, data | {"region": region} | changes).status_code == 302
    assert Clinic.objects.get(pk=clinic.pk).region == region
