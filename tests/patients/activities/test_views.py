"""The page "I did something else", and where its activities are shown."""

import datetime
import html
import re
import uuid

import pytest

from patients.models import Activity, ExerciseHold
from tests.factories import MONDAY, NOON, PatientFactory, clinician
from tests.factories_of_patients import HelperFactory
from tests.patients import rosa

patient = rosa.patient

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
PAGE = "/my/activities/"


def answers(**more):
    told = {"kind": "walk", "words": "", "minutes": "20", "day": MONDAY.isoformat(), "key": str(uuid.uuid4())}
    return told | more


def words_of(response):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.text)))


class TestTelling:
    def test_today_leads_to_the_form_and_the_form_shows_what_was_saved(self, phone, version):
        assert f'href="{PAGE}"' in phone.get("/my/").text
        assert phone.post(PAGE, answers()).url == PAGE
        assert "Saved Today A walk · 20 minutes" in words_of(phone.get(PAGE))

    def test_own_words_and_yesterday(self, phone, version):
        phone.post(PAGE, answers(kind="other", words="Danced", day=(MONDAY - DAY).isoformat(), minutes="1"))
        assert "Yesterday Danced · 1 minute" in words_of(phone.get(PAGE))

    def test_it_does_not_end_the_day(self, phone, version):
        phone.post(PAGE, answers())
        assert "Your exercises for today" in phone.get("/my/").text

    def test_a_session_under_way_has_no_second_thing_to_do(self, phone, session):
        assert PAGE not in phone.get("/my/").text

    def test_who_has_no_plan_can_tell_it_too(self, phone):
        assert phone.post(PAGE, answers()).url == PAGE
        assert Activity.objects.count() == 1


class TestErrors:
    def test_an_empty_form_names_each_fault_on_top_and_beside_the_field(self, phone, version):
        page = words_of(phone.post(PAGE, {}))
        for fault in ("choose what you did", "minutes as a number from 1 to 600", "choose the day again"):
            assert page.count(fault) == 2

    @pytest.mark.parametrize("minutes", ["", "0", "601", "-5", "twenty", "1.5", "9" * 5000])
    def test_impossible_minutes_are_refused_and_kept(self, phone, version, minutes):
        page = phone.post(PAGE, answers(minutes=minutes, words="with the dog")).text
        assert "minutes as a number from 1 to 600" in page
        assert 'value="with the dog"' in page
        assert not Activity.objects.exists()

    def test_something_else_needs_words(self, phone, version):
        assert "Please write in a few words what you did." in phone.post(PAGE, answers(kind="other")).text

    @pytest.mark.parametrize("day", ["2026-02-28", "2026-03-03", "today", "", "9999-99-99"])
    def test_another_day_is_refused(self, phone, version, day):
        assert "choose the day again" in phone.post(PAGE, answers(day=day)).text
        assert not Activity.objects.exists()

    def test_words_are_escaped(self, phone, version):
        phone.post(PAGE, answers(words="<b>dog</b>"))
        for address in (PAGE, "/my/progress/"):
            assert "<b>dog" not in phone.get(address).text


class TestOnHold:
    @pytest.fixture
    def sore(self, tell):
        """A new sore was told: the feet rest."""
        tell(new_sore=True)
        assert ExerciseHold.objects.exists()

    def test_a_walk_is_recorded_and_the_advice_is_repeated(self, phone, version, sore):
        assert phone.post(PAGE, answers()).url == PAGE
        page = words_of(phone.get(PAGE))
        assert "A walk · 20 minutes" in page
        advice = page[page.index("What we told you still stands:") :]
        assert "Rest for today" in advice
        assert "Nothing that loads the foot" in advice

    def test_the_hold_stays(self, phone, version, sore):
        before = list(ExerciseHold.objects.values())
        phone.post(PAGE, answers())
        assert list(ExerciseHold.objects.values()) == before

    def test_without_a_hold_nothing_is_said_of_one(self, phone, version):
        assert "still stands" not in phone.get(PAGE).text


class TestRemoving:
    @pytest.fixture
    def activity(self, phone, version):
        phone.post(PAGE, answers())
        return Activity.objects.get()

    def test_it_is_gone_from_every_page(self, phone, activity, signed_in, patient):
        assert phone.post(f"{PAGE}{activity.pk}/remove/").url == PAGE
        for response in (phone.get(PAGE), phone.get("/my/progress/")):
            assert "20 minutes" not in response.text
        staff = signed_in(clinician(patient.clinic)).get(f"/staff/patients/{patient.pk}/")
        assert "Did something else" not in staff.text

    def test_opening_the_address_removes_nothing(self, phone, activity):
        assert phone.get(f"{PAGE}{activity.pk}/remove/").url == PAGE
        assert "20 minutes" in phone.get(PAGE).text

    def test_the_next_day_there_is_no_button(self, phone, activity, clock, patient):
        clock.move_to(NOON + DAY)
        phone.force_login(patient.user)
        page = phone.get(PAGE)
        assert "Yesterday A walk" in words_of(page)
        assert "/remove/" not in page.text

    def test_that_of_another_patient_does_not_exist(self, phone, version):
        other = PatientFactory()
        foreign = Activity.objects.create(
            patient=other,
            kind="walk",
            minutes=5,
            on_date=MONDAY,
            told_at=NOON,
            by=other.user,
            form_key=uuid.uuid4(),
        )
        assert phone.post(f"{PAGE}{foreign.pk}/remove/").status_code == 404
        foreign.refresh_from_db()
        assert foreign.removed_at is None


class TestWhereItIsShown:
    def test_progress_lists_those_of_the_month(self, phone, version):
        phone.post(PAGE, answers())
        phone.post(PAGE, answers(minutes="35"))
        Activity.objects.filter(minutes=35).update(on_date=MONDAY - 2 * DAY)  # in February
        page = words_of(phone.get("/my/progress/"))
        assert "What else you did Monday, March 2 A walk · 20 minutes" in page
        assert "35 minutes" not in page

    def test_the_clinician_reads_it_marked_as_the_patients_words(self, phone, version, signed_in, patient):
        phone.post(PAGE, answers(words="with the dog"))
        page = words_of(signed_in(clinician(patient.clinic)).get(f"/staff/patients/{patient.pk}/"))
        assert (
            "Did something else: A walk, 20 min. “with the dog” In the patient’s own words; not part of the plan."
            in page
        )

    def test_a_helper_enters_it_for_the_patient(self, signed_in, patient, version):
        browser = signed_in(HelperFactory(patient=patient, name="Maria (daughter)").user)
        assert "Rosa did something else" in browser.get("/my/").text
        browser.post(PAGE, answers())
        assert "Entered with help from Maria (daughter)." in words_of(browser.get(PAGE))
