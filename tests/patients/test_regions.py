"""Patients' pages, papers and sign-in follow the region of their clinic."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import translation

from clinic.regions import DAY_FIRST, MONTH_FIRST
from exercises.leaflets.pdf import leaflet
from exercises.library.selectors import get_routine_page
from patients.documents.report import doctor_report, report_html
from patients.models import SignInCard
from patients.plans.forms.draft import ItemForm, ScheduleForm
from patients.preferences.languages import override_patient_language
from patients.sign_in.card_codes import card_url
from patients.sign_in.forms.sign_in import parse_date
from patients.sign_in.services.cards import create_card
from tests.factories import (
    MONDAY,
    NOON,
    ClinicFactory,
    ExerciseFactory,
    ExerciseSessionFactory,
    PatientFactory,
    RoutineItemFactory,
    clinician,
    published_plan,
)

pytestmark = pytest.mark.django_db

CARD, MAIL = "/card/", "/sign-in/mail/"
BORN = datetime.date(1948, 11, 3)


def at(region, **fields):
    return PatientFactory(clinic=ClinicFactory(region=region), date_of_birth=BORN, **fields)


def card_of(patient):
    return create_card(patient=patient, by=clinician(patient.clinic))[1]


def typed(code, **changes):
    return {"code": code, "day": "3", "month": "11", "year": "1948", "device": "own"} | changes


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def names_of_fields(response):
    return re.findall(r'name="(day|month|year)"', response.content.decode())


class TestPages:
    @pytest.mark.parametrize(
        ("region", "language", "words"),
        [
            ("US", "", "Monday, March 2"),
            ("GB", "", "Monday 2 March"),
            ("ES", "es", "lunes 2 de marzo"),
        ],
    )
    def test_of_patients_follow_the_region_of_their_clinic(self, client, region, language, words, clock):
        patient = PatientFactory(clinic=ClinicFactory(region=region), language=language)
        client.force_login(patient.user)
        assert words in client.get(reverse("my:today")).content.decode()

    def test_start_the_week_of_the_calendar_as_in_the_region(self, client, clock):
        firsts = {}
        for region in ("US", "GB"):
            client.force_login(at(region).user)
            progress = client.get(reverse("my:progress")).context["progress"]
            firsts[region] = (progress.weekdays[0][1], progress.weeks[1][0].date.weekday())
        assert firsts == {"US": ("Sunday", 6), "GB": ("Monday", 0)}

    @pytest.mark.parametrize(("region", "first", "last"), [("US", "Sunday", 7), ("GB", "Monday", 1)])
    def test_name_weekdays_in_the_order_of_the_region(self, client, region, first, last, clock):
        patient = at(region)
        published_plan(patient, [ExerciseFactory()], weekdays=[0, 2, 6])
        client.force_login(patient.user)
        reminders = client.get(reverse("my:reminders")).context["form"]
        assert reminders["weekdays"][0].choice_label == first
        week = client.get(reverse("my:today")).context["today"].week
        assert f"{week.days[0].date:%A}" == first
        days = "Sunday, Monday, Wednesday" if region == "US" else "Monday, Wednesday, Sunday"
        assert days in text(client.get(reverse("my:plan")))

    def test_that_open_without_a_patient_keep_the_default(self, client, clock):
        client.force_login(at("GB").user)
        client.get(reverse("my:today"))
        client.logout()
        assert '<html lang="en"' in client.get("/sign-in/").content.decode()


class TestPagesOfTheTeam:
    @pytest.mark.parametrize(
        ("region", "order"), [("US", "Sun Mon Tue Wed Thu Fri Sat"), ("GB", "Mon Tue Wed Thu Fri Sat Sun")]
    )
    def test_have_charts_in_weeks_of_the_region(self, client, region, order, clock):
        patient = at(region)
        version = published_plan(patient, [ExerciseFactory()], start_date=MONDAY)
        ExerciseSessionFactory(version=version, on_date=MONDAY, finished_at=NOON)
        client.force_login(clinician(patient.clinic))
        response = client.get(reverse("staff:patient", args=[patient.pk]))
        first, last = order.split()[0], order.split()[-1]
        assert f"Week of {order}" in text(response)
        assert f"<span>{first}</span><span>{last}</span>" in response.content.decode()
        health = response.context["story"].health
        assert f"{health.weeks[0].starts_on:%a}" == f"{health.calendar[0].starts_on:%a}" == first
        assert sum(week.done for week in health.weeks) == 1

    @pytest.mark.parametrize(("region", "first"), [("US", "Sunday"), ("GB", "Monday")])
    def test_offer_the_weekdays_of_a_plan_in_its_order(self, client, region, first, clock):
        patient = at(region)
        client.force_login(clinician(patient.clinic))
        with override_patient_language(patient):
            assert ScheduleForm()["weekdays"][0].choice_label == first
            assert ItemForm()["weekdays"][0].choice_label == first

    def test_on_paper_name_the_day_on_which_the_weeks_of_the_report_start(self, clock):
        found = {}
        for region in ("US", "GB"):
            patient = at(region)
            version = published_plan(patient, [ExerciseFactory()], start_date=MONDAY)
            ExerciseSessionFactory(version=version, on_date=MONDAY, finished_at=NOON)
            with override_patient_language(patient):
                report = doctor_report(patient, by=clinician(patient.clinic), now=NOON)
                page = report_html(report, remark="", paper="a4")
            found[region] = re.search(r"Weeks begin on (\w+)\.", page)[1], f"{report.weeks[0].starts_on:%A}"
        assert found == {"US": ("Sunday", "Sunday"), "GB": ("Monday", "Monday")}

    def test_have_the_weekdays_of_a_leaflet_in_its_order(self, clock):
        routine = get_routine_page(RoutineItemFactory().routine.slug)
        with translation.override("en"):
            american = leaflet(routine, paper="letter", site_url="").html
        with translation.override("en-gb"):
            british = leaflet(routine, paper="a4", site_url="").html
        columns = re.compile(r'<th scope="col">(\w+)</th>')
        assert columns.findall(american)[-7:] == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        assert columns.findall(british)[-7:] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class TestTheFieldsOfABirthday:
    @pytest.mark.parametrize(
        ("region", "order", "example"),
        [
            ("US", ["month", "day", "year"], "April 12, 1950 is 4 12 1950"),
            ("GB", ["day", "month", "year"], "12 April 1950 is 12 4 1950"),
        ],
    )
    @pytest.mark.parametrize("page", [CARD, MAIL])
    def test_stand_in_the_order_of_the_region(self, client, page, region, order, example):
        ClinicFactory(region=region)
        response = client.get(page)
        assert names_of_fields(response) == order
        assert example in text(response)

    def test_stand_in_the_order_of_the_clinic_that_printed_the_card(self, client, django_assert_num_queries):
        british, american = at("GB"), at("US")
        code = card_of(british)
        with override_patient_language(british):
            link = card_url(code)
        assert link.endswith(f"/card/{code}/?region=GB")
        with override_patient_language(american):
            assert card_url(code).endswith(f"/card/{code}/")
        with django_assert_num_queries(0):
            page = client.get(f"/card/{code}/", {"region": "GB"})
        assert names_of_fields(page) == ["day", "month", "year"]
        assert names_of_fields(client.get(f"/card/{code}/")) == ["month", "day", "year"]

    @pytest.mark.parametrize("region", ["", "XX", "../../etc", "us", "GB" * 300])
    def test_follow_the_default_for_a_region_that_there_is_not(self, client, region):
        assert names_of_fields(client.get("/card/000000000000/", {"region": region}))[0] == "month"

    def test_keep_their_order_when_the_form_is_shown_again(self, client):
        response = client.post(CARD, typed("", region="GB"))
        assert names_of_fields(response) == ["day", "month", "year"]
        assert "3 November 1948" in text(response)

    def test_hold_a_whole_date_in_the_order_of_the_region(self):
        assert parse_date("11/3/1948", "", "", order=MONTH_FIRST) == BORN
        assert parse_date("", "3/11/1948", "", order=DAY_FIRST) == BORN
        assert parse_date("", "", "1948-11-03", order=MONTH_FIRST) == BORN


class TestABirthdayThatCouldBeSwapped:
    def test_is_shown_in_words_before_the_card_is_tried(self, client, clock):
        patient = at("US")
        code = card_of(patient)
        page = client.post(CARD, typed(code))
        assert "November 3, 1948?" in text(page)
        assert "You typed 11 · 3 · 1948." in text(page)
        assert "_auth_user_id" not in client.session
        assert client.post(CARD, typed(code, understood="1948-11-03")).url == reverse("my:today")

    def test_is_shown_as_in_the_region(self, client, clock):
        assert "3 November 1948?" in text(client.post(CARD, typed(card_of(at("GB")))))

    def test_costs_no_try_until_it_is_confirmed(self, client, clock):
        patient = at("US")
        code = card_of(patient)
        for _time in range(20):
            client.post(CARD, typed(code, day="11", month="3"))
        assert SignInCard.objects.get().wrong_dates == 0
        client.post(CARD, typed(code, day="11", month="3", understood="1948-03-11"))
        assert SignInCard.objects.get().wrong_dates == 1

    def test_asks_the_same_whether_it_is_right_and_whether_there_is_such_a_card(
        self, client, clock, django_assert_num_queries
    ):
        code = card_of(at("US"))
        pages = set()
        for given, day, month in ((code, "3", "11"), (code, "11", "3"), ("000000000000", "3", "11")):
            with django_assert_num_queries(0):
                page = text(client.post(CARD, typed(given, day=day, month=month, region="US")))
            pages.add(re.sub(r"November 3|March 11|\d+ · \d+|month as \w+ and the day as \d+", "", page))
        assert len(pages) == 1

    def test_is_asked_for_again_if_another_date_was_confirmed(self, client, clock):
        code = card_of(at("US"))
        assert "November 3, 1948?" in text(client.post(CARD, typed(code, understood="1948-03-11")))

    def test_can_be_changed_without_a_try(self, client, clock):
        patient = at("US")
        code = card_of(patient)
        page = client.post(CARD, typed(code, understood="1948-11-03", change="yes"))
        assert names_of_fields(page) == ["month", "day", "year"]
        assert 'value="1948"' in page.content.decode()
        assert "_auth_user_id" not in client.session
        assert SignInCard.objects.get().used_at is None

    @pytest.mark.parametrize(("day", "month"), [("25", "4"), ("4", "4")])
    def test_is_not_asked_for_where_it_could_not(self, client, clock, day, month):
        patient = PatientFactory(date_of_birth=datetime.date(1948, int(month), int(day)))
        assert client.post(CARD, typed(card_of(patient), day=day, month=month)).status_code == 302

    def test_is_shown_before_a_code_is_mailed(self, client, clock):
        answers = typed("") | {"email": "rosa@example.org"}
        assert "November 3, 1948?" in text(client.post(MAIL, answers))
        assert client.post(MAIL, answers | {"understood": "1948-11-03"}).status_code == 302

    def test_confirmation_sends_the_whole_form_again(self, client, clock):
        code = card_of(at("US"))
        page = client.post(CARD, typed(code, scanned="True")).content.decode()
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        hidden.pop("csrfmiddlewaretoken")
        assert hidden["region"] == "US"
        assert client.post(CARD, hidden).url == reverse("my:today")
