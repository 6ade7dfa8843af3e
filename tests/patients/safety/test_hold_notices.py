"""The team sees each hold with what was told; the patient reads one notice for each kind, and its date."""

import datetime

import pytest
from django.urls import reverse
from django.utils import translation

from patients.models import Alert
from patients.safety.hold_texts import list_hold_notices
from patients.sessions.selectors.today import get_today
from tests.factories import NOON
from tests.patients.hold_steps import FALL, list_live_holds

pytestmark = pytest.mark.django_db

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


# --- The team's pages -------------------------------------------------------------------------------------------------


def test_the_patients_page_of_the_team_shows_each_hold_with_what_was_told(
    patient, tell_alert, dana, signed_in, clock
):
    tell_alert(chest=True)
    calf = tell_alert(now=NOON + HOUR, calf=True, calf_breath=False)
    clock.move_to(NOON + 2 * HOUR)
    page = signed_in(dana).get(reverse("staff:patient", args=[patient.pk])).text

    assert page.count("All exercises on hold since") == 2
    for said in ("“Yes, I had chest pain or pressure.”", "“Yes, one calf is swollen, warm or sore.”"):
        assert f"reported: {said}" in page
    assert f'href="{reverse("staff:alert_resolve", args=[calf.pk])}"' in page


def test_the_first_page_of_the_team_tells_holds_of_one_kind_apart(patient, tell_alert, dana, signed_in):
    tell_alert(chest=True, faint=True)
    Alert.objects.all().delete()
    page = signed_in(dana).get(reverse("staff:today")).text

    for said in ("“Yes, I had chest pain or pressure.”", "“Yes, I fainted.”"):
        assert said in page


# --- The patient's pages ----------------------------------------------------------------------------------------------


def notices(patient, at):
    return list_hold_notices(list_live_holds(patient, at), patient.zone, patient.today(at))


def test_the_patient_reads_one_notice_with_all_that_was_told(patient, tell_alert):
    tell_alert(chest=True, faint=True)
    tell_alert(now=NOON + DAY, calf=True, calf_breath=False)

    (notice,) = notices(patient, NOON + 2 * DAY)
    assert str(notice.title) == "No exercises until the clinic says so"
    assert [(told.day.day, told.signs) for told in notice.told] == [
        (2, "Chest pain or pressure; I fainted"),
        (3, "One calf swollen, warm or sore"),
    ]


def test_what_is_told_twice_on_one_day_is_read_once(patient, tell_alert):
    tell_alert(chest=True)
    tell_alert(now=NOON + HOUR, chest=True)

    (notice,) = notices(patient, NOON + DAY)
    assert [told.signs for told in notice.told] == ["Chest pain or pressure"]


@pytest.fixture
def todays_page(patient, clock, signed_in):
    """Return `todays_page(2)`, the text of the patient's first page two days later."""

    def read(days):
        clock.move_to(NOON + days * DAY)
        return " ".join(signed_in(patient.user).get("/my/").text.split())

    return read


def test_todays_page_says_what_was_told_on_each_day(tell_alert, todays_page):
    tell_alert(chest=True)
    tell_alert(now=NOON + DAY, calf=True, calf_breath=False)

    text = todays_page(2)
    assert text.count("No exercises until the clinic says so</h1>") == 1
    assert "Told on March 2: Chest pain or pressure." in text
    assert "Told on March 3: One calf swollen, warm or sore." in text


class TestUntilADate:
    @pytest.fixture
    def cleared(self, patient, tell_alert, settle):
        settle(tell_alert(chest=True), "cleared", start_on=patient.today(NOON) + 10 * DAY)

    def test_the_patient_reads_the_date(self, cleared, todays_page):
        for days in (2, 9):
            assert "No exercises until March 12" in todays_page(days)
            assert "Rest for today" not in todays_page(days)
        assert "No exercises until" not in todays_page(10)

    def test_in_spanish_too(self, patient, cleared):
        with translation.override("es"):
            (notice,) = notices(patient, NOON + 3 * DAY)
        assert notice.title == "Sin ejercicios hasta el 12 de marzo"

    def test_a_hold_of_another_kind_goes_on_after_that(self, cleared, tell_alert, todays_page):
        tell_alert(now=NOON + 3 * DAY, **FALL)
        text = todays_page(4)
        assert "After that: Sitting exercises only" in text
        assert "From tomorrow" not in text

    def test_a_new_danger_is_not_over_on_that_date(self, patient, cleared, tell_alert):
        tell_alert(now=NOON + 3 * DAY, faint=True)
        assert str(notices(patient, NOON + 11 * DAY)[0].title) == "No exercises until the clinic says so"
        assert not get_today(patient, NOON + 11 * DAY).can_start

    def test_a_hold_of_the_day_is_rest_for_today(self, patient, tell_alert):
        tell_alert(racing_heart=True)
        assert [str(each.title) for each in notices(patient, NOON)] == ["Rest for today"]

    def test_a_foot_is_at_rest_until_the_date(self, patient, tell_alert, settle):
        settle(
            tell_alert(hot_foot=True),
            "other",
            start_on=patient.today(NOON) + 10 * DAY,
            cause="Sprained ankle",
        )
        (notice,) = notices(patient, NOON + 3 * DAY)
        assert notice.title == "Rest the foot altogether until March 12"
