"""The clinic's hours stand with each advice to call the clinic, once, and nothing stands there without hours."""

import datetime
import re
import uuid

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from clinic.clinics.opening_hours import OpeningWeek, get_opening_status
from patients.permissions import get_patient_for_user
from tests.factories import MONDAY, NOON, PatientFactory, open_on_weekdays
from tests.factories_of_screenings import asked_screening
from tests.patients.session_steps import check_in, text, url
from tests.patients.sessions.offline.offline_steps import make_own

pytestmark = pytest.mark.django_db

HOURS = "Clinic hours: Monday to Thursday: 8:00 AM to 5:00 PM Friday: 8:00 AM to 4:00 PM"
BLOCK = '<div class="clinic-hours">'


def words(page):
    return " ".join(strip_tags(page.replace("<", " <")).split())


def blocks(page):
    """Return the text of each block of hours on the page."""
    return [words(block.partition("</div>")[0]) for block in page.split(BLOCK)[1:]]


def shown(page):
    """Return the page without its hidden advice for a phone that cannot send, and without its closed panel."""
    page = page.partition("data-unsent")[0]
    return re.sub(r"<details id=\"stop-rules\">.*?</details>", "", page, flags=re.DOTALL)


def report_of(phone, *signs):
    """Tell these signs on one stop sheet, and return the page of the report."""
    key, page = str(uuid.uuid4()), ""
    for sign in signs:
        page = text(phone.post("/my/stop/", {"sign": sign, "key": key}, follow=True))
    return page


def rest(phone, session):
    check_in(phone, session, "fell")
    return text(phone.get("/my/"))


#: Pages that say to call the clinic the same day, by what is done before.
PAGES = {
    "stop sheet": lambda phone, session: text(phone.get("/my/stop/")),
    "report": lambda phone, session: report_of(phone, "calf"),
    "report that asks": lambda phone, session: report_of(phone, "fell"),
    "advice": lambda phone, session: text(
        phone.post(url("check_in", session), {"pain_after": "2", "signs": ["calf"]}, follow=True)
    ),
    "today, resting": rest,
    "plan": lambda phone, session: text(phone.get("/my/plan/")),
    "an exercise": lambda phone, session: text(
        phone.get(reverse("my:exercise", args=[session.version.items.first().pk]))
    ),
    "session": lambda phone, session: text(phone.get(url("pain", session))),
}


@pytest.mark.parametrize("name", PAGES)
class TestOnEachPage:
    def test_the_hours_are_shown_once(self, phone, session, name):
        open_on_weekdays(session.patient.clinic)
        assert blocks(shown(PAGES[name](phone, session))) == [HOURS]

    def test_without_hours_there_is_no_empty_box(self, phone, session, name):
        page = PAGES[name](phone, session)
        assert "clinic-hours" not in page
        assert "Clinic hours" not in page


class TestAdviceOfASession:
    def test_it_stands_below_the_call_of_the_clinic(self, phone, session):
        open_on_weekdays(session.patient.clinic)
        page = shown(report_of(phone, "calf"))
        assert page.index('btn-next" href="tel:') < page.index(BLOCK)
        assert "The clinic is open now." in page

    def test_beside_a_call_of_the_emergency_number_nobody_reads_hours(self, phone, session):
        open_on_weekdays(session.patient.clinic)
        assert blocks(shown(report_of(phone, "chest"))) == []

    def test_it_moves_no_emergency_button_down(self, phone, session):
        """Of two pieces of advice, the second has the button of the emergency number."""
        clinic = session.patient.clinic
        open_on_weekdays(clinic)
        page = shown(report_of(phone, "calf", "racing_heart", "eye", "more_pain"))
        assert page.count(f'href="tel:{clinic.emergency_number}"') >= 1
        assert page.rindex(f'href="tel:{clinic.emergency_number}"') < page.index(BLOCK)
        assert len(blocks(page)) == 1


class TestTheOfflineCopy:
    @pytest.fixture
    def page(self, phone, version, patient):
        open_on_weekdays(patient.clinic)
        make_own(phone)
        return text(phone.get("/my/offline/"))

    def test_the_stop_sheet_the_advice_and_the_stop_rules_have_the_hours(self, page):
        assert blocks(page) == [HOURS] * 3
        tier = page.partition('data-screen="stop"')[2].partition('aria-labelledby="tell-2"')[2]
        assert blocks(tier.partition("<form")[0]) == [HOURS]
        advice = page.partition('data-screen="advice"')[2].partition('data-screen="')[0]
        assert BLOCK in advice.partition("data-arrival")[0].partition("data-get-help")[2]
        assert blocks(page.partition('id="stop-rules"')[2]) == [HOURS]

    def test_it_never_says_if_the_clinic_is_open_now(self, page):
        assert "open now" not in page
        assert "closed now" not in page
        assert "Clinic closed? Go to urgent care today." in page

    def test_without_hours_there_is_no_empty_box(self, phone, version):
        make_own(phone)
        assert "clinic-hours" not in text(phone.get("/my/offline/"))


class TestTheScreening:
    @pytest.fixture
    def patient(self):
        return PatientFactory(full_name="Rosa Delgado", called="Rosa", screened=False)

    def advice(self, phone, patient, **answers):
        asked_screening(patient, answers={"s_saddle": "no", "s_sore": "no"} | answers)
        return text(phone.get(reverse("my:screening_advice")))

    def test_its_advice_has_the_hours_below_both_calls(self, phone, patient):
        open_on_weekdays(patient.clinic)
        page = self.advice(phone, patient, s_hot="yes")
        assert blocks(page) == [HOURS]
        assert page.index(f'href="tel:{patient.clinic.emergency_number}"') < page.index(BLOCK)
        assert "The clinic is open now." in page
        assert patient.clinic.urgent_care_text not in page

    def test_while_it_is_closed_it_says_when_it_opens_and_where_to_go(self, phone, patient, clock):
        open_on_weekdays(patient.clinic)
        clock.move_to(NOON + datetime.timedelta(days=5))
        phone.force_login(patient.user)
        page = words(self.advice(phone, patient, s_hot="yes"))
        assert "The clinic is closed now. It opens at 8:00 AM on Monday." in page
        assert "Clinic closed? Go to urgent care today." in page

    def test_without_hours_it_says_where_to_go_and_has_no_empty_box(self, phone, patient):
        page = self.advice(phone, patient, s_hot="yes")
        assert "Clinic closed? Go to urgent care today." in page
        assert "clinic-hours" not in page

    def test_beside_a_call_of_the_emergency_number_nobody_reads_hours(self, phone, patient):
        open_on_weekdays(patient.clinic)
        assert "clinic-hours" not in self.advice(phone, patient, s_saddle="yes")


class TestReadingThemWithThePatient:
    def test_no_further_query_reads_them(self, patient, django_assert_num_queries):
        open_on_weekdays(patient.clinic)
        with django_assert_num_queries(1):
            week = OpeningWeek.of(get_patient_for_user(patient.user).clinic)
        assert week == OpeningWeek.of(patient.clinic)
        assert len(week.on(MONDAY)) == 1

    def test_none_are_read_as_none(self, patient, django_assert_num_queries):
        with django_assert_num_queries(1):
            status = get_opening_status(get_patient_for_user(patient.user).clinic, NOON)
        assert status.hours == ()
        assert not status.is_open

    def test_those_of_another_clinic_are_not_read(self, patient):
        open_on_weekdays(PatientFactory().clinic)
        assert get_patient_for_user(patient.user).clinic.known_hours == ()
