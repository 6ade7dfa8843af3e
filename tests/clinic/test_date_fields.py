"""Dates that the team types: in the order of the clinic's region, with a hint and the date in words."""

import datetime
import re

import pytest
from django.forms import Form
from django.urls import reverse
from django.utils.translation import override

from clinic.forms import DayField
from patients.models import Patient
from tests.factories import ClinicFactory, PatientFactory, clinician

BORN = datetime.date(1948, 11, 3)
AMERICAN, BRITISH = "en", "en-gb"


class DayForm(Form):
    day = DayField(help_text="Ask for it.")


def read(tag, text):
    """Return the date that `text` means with this language tag, or the error beside the field."""
    with override(tag):
        form = DayForm({"day": text})
        return form.cleaned_data["day"] if form.is_valid() else form.errors["day"][0]


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (AMERICAN, "11/3/1948"),
        (AMERICAN, "11-03-1948"),
        (AMERICAN, "Nov 3, 1948"),
        (BRITISH, "3/11/1948"),
        (BRITISH, "03.11.1948"),
        (BRITISH, "3 November 1948"),
        (AMERICAN, "1948-11-03"),
        (BRITISH, "1948-11-03"),
    ],
)
def test_a_date_is_read_in_the_order_of_the_region_with_the_names_of_months_or_as_iso(tag, text):
    assert read(tag, text) == BORN


@pytest.mark.parametrize("text", ["25/12/1948", "2/30/1948", "3.11.1948", "11/3/48", "soon"])
def test_a_date_that_an_american_clinic_cannot_mean_shows_the_order(text):
    assert read(AMERICAN, text) == "Write the date as MM/DD/YYYY, such as 04/25/1950."


def test_a_date_that_a_british_clinic_cannot_mean_shows_the_order():
    assert read(BRITISH, "12/25/1948") == "Write the date as DD/MM/YYYY, such as 25/04/1950."


@pytest.mark.parametrize("text", ["11/3/1848", "11/3/2248"])
def test_a_year_that_nobody_means_shows_an_error(text):
    assert read(AMERICAN, text) == "Check the year of the date."


@pytest.mark.parametrize(
    ("tag", "hint", "value", "words"),
    [
        (AMERICAN, "MM/DD/YYYY, such as 04/25/1950. Ask for it.", "11/03/1948", "November 3, 1948"),
        (BRITISH, "DD/MM/YYYY, such as 25/04/1950. Ask for it.", "03/11/1948", "3 November 1948"),
    ],
)
def test_the_field_has_a_hint_and_the_date_in_words(tag, hint, value, words):
    with override(tag):
        field = DayForm(initial={"day": BORN})["day"]
        shown = str(field)
        assert field.help_text == hint
    assert f'value="{value}"' in shown
    assert 'type="text"' in shown
    assert f'<p class="date-words" aria-live="polite">{words}</p>' in shown


def test_what_cannot_be_read_has_no_words_and_stays_in_the_field():
    with override(AMERICAN):
        shown = str(DayForm({"day": "<b>soon"})["day"])
    assert 'value="&lt;b&gt;soon"' in shown
    assert '<p class="date-words" aria-live="polite"></p>' in shown


@pytest.mark.django_db
@pytest.mark.parametrize(("region", "typed"), [("US", "11/3/1948"), ("GB", "3/11/1948")])
class TestTheDateOfBirthOfARecord:
    def test_is_registered_in_the_order_of_the_clinic(self, client, region, typed):
        client.force_login(clinician(ClinicFactory(region=region)))
        client.post(reverse("staff:patient_new"), {"full_name": "Rosa Delgado", "date_of_birth": typed})
        assert Patient.objects.get().date_of_birth == BORN

    def test_stays_the_same_when_the_record_is_saved_again(self, client, region, typed):
        patient = PatientFactory(clinic=ClinicFactory(region=region), date_of_birth=BORN)
        client.force_login(clinician(patient.clinic))
        address = reverse("staff:patient_edit", args=[patient.pk])
        response = client.get(address)
        shown = re.search(r'name="date_of_birth" value="([^"]*)"', response.content.decode())[1]
        values = {field.name: field.value() or "" for field in response.context["form"]}
        client.post(address, values | {"called": "Rosa", "date_of_birth": shown})
        patient.refresh_from_db()
        assert (patient.called, patient.date_of_birth) == ("Rosa", BORN)
