"""The foot check, and what a new sore changes: at once, for the patient and for the clinic."""

import datetime

import pytest

from exercises.models import Position
from patients.models import Alert, ExerciseSession, Flag, PatientSummary, SessionEntry
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseSessionFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.patients.session_steps import WELL, check_feet, text, url

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(patient):
    """Standing exercises, one of which has a gentler one to be done sitting, and a seated one."""
    gentle = ExerciseFactory(name="Knee straightening", position=Position.SEATED)
    raised = ExerciseFactory(name="Calf raise", position=Position.STANDING, easier=gentle)
    stand = ExerciseFactory(name="One-leg stand", position=Position.STANDING)
    march = ExerciseFactory(name="Seated march", position=Position.SEATED)
    return published_plan(patient, [raised, stand, march])


@pytest.fixture
def session(phone, version, patient):
    phone.post("/my/session/start/")
    session = patient.sessions.open().get()
    phone.post(url("pain", session), {"pain": "2"})
    return session


def where(phone):
    return phone.get("/my/session/").url


def names(phone, session):
    """The exercises that the session goes through from here."""
    found = []
    while "exercises" in where(phone):
        page = text(phone.get(where(phone)))
        found.append(page.partition("<h1>")[2].partition("</h1>")[0])
        phone.post(where(phone), {"outcome": "not_today"})
    return found


class TestTheCheck:
    def test_it_comes_before_the_first_exercise_on_the_feet(self, phone, session, items):
        assert where(phone) == url("feet", session)
        assert phone.get(url("step", session, items[0])).url == url("feet", session)
        check_feet(phone, session)
        assert where(phone) == url("step", session, items[0])

    def test_seated_exercises_need_none(self, phone, session, items):
        assert phone.get(url("step", session, items[2])).status_code == 200

    def test_it_is_asked_once_a_day(self, phone, session):
        check_feet(phone, session)
        phone.post(url("check_in", session), WELL)
        phone.post("/my/session/start/")
        second = ExerciseSession.objects.open().get()
        phone.post(url("pain", second), {"pain": "2"})
        assert "exercises" in where(phone)
        ExerciseSession.objects.update(on_date=MONDAY - DAY)
        ExerciseSession.objects.filter(pk=second.pk).update(on_date=MONDAY)
        assert where(phone) == url("feet", second)

    def test_fine_feet_are_noted_with_the_time_and_told_to_nobody(self, phone, session):
        check_feet(phone, session)
        session.refresh_from_db()
        assert (session.feet_checked_at, session.answers) == (NOON, {})
        assert not Alert.objects.exists()

    @pytest.mark.parametrize("answer", ["", "maybe"])
    def test_an_answer_that_is_none_is_asked_again(self, phone, session, answer):
        assert check_feet(phone, session, answer).status_code == 200
        assert ExerciseSession.objects.get().feet_checked_at is None


class TestANewSore:
    def test_the_clinic_is_told_at_once_and_only_once(self, phone, session, patient):
        for _time in range(3):
            check_feet(phone, session, "sore")
        assert [(alert.kind, alert.level) for alert in Alert.objects.all()] == [("sore", 3)]
        assert PatientSummary.objects.get(patient=patient).alert_level == 3
        phone.post(url("check_in", session), WELL)
        assert Alert.objects.count() == 1

    def test_the_patient_reads_what_to_do_with_the_clinics_number(self, phone, session, patient):
        page = text(phone.get(check_feet(phone, session, "sore").url))
        assert "Rest the foot with the new sore" in page
        assert f'href="tel:{patient.clinic.phone}"' in page
        assert "Go on with sitting exercises" in page

    def test_the_session_goes_on_sitting_with_the_gentler_exercise_in_its_place(self, phone, session):
        check_feet(phone, session, "sore")
        assert names(phone, session) == ["Knee straightening", "Seated march"]

    def test_what_was_done_in_its_place_is_kept_as_such(self, phone, session, items):
        check_feet(phone, session, "sore")
        phone.post(url("step", session, items[0]), {"outcome": "done"})
        entry = SessionEntry.objects.get()
        assert (entry.way, entry.instead.name) == ("gentler", "Knee straightening")
        assert "Knee straightening" in text(phone.get(url("effort", session, items[0])))

    def test_a_flag_keeps_the_gentler_one_away_too(self, phone, session, patient, items):
        items[0].exercise.easier.demands = ["straining"]
        items[0].exercise.easier.save()
        PatientFlagFactory(patient=patient, flag=Flag.RETINOPATHY)
        check_feet(phone, session, "sore")
        assert names(phone, session) == ["Seated march"]

    @pytest.mark.parametrize("demand", ["weight_bearing", "foot_pressure"])
    def test_nothing_that_presses_on_the_foot_takes_its_place(self, phone, session, items, demand):
        items[0].exercise.easier.demands = [demand]
        items[0].exercise.easier.save()
        check_feet(phone, session, "sore")
        assert names(phone, session) == ["Seated march"]

    def test_neither_a_second_answer_nor_the_check_in_takes_it_back(self, phone, session):
        check_feet(phone, session, "sore")
        check_feet(phone, session, "fine")
        assert 'value="yes" id="id_new_sore_0" required checked' in text(phone.get(url("check_in", session)))
        phone.post(url("check_in", session), WELL)
        assert ExerciseSession.objects.get().answers["new_sore"] is True
        assert "Rest the foot" in text(phone.get(url("advice", session)))

    def test_one_found_after_fine_feet_is_told_as_well(self, phone, session):
        check_feet(phone, session, "fine")
        check_feet(phone, session, "sore")
        assert Alert.objects.get().kind == "sore"

    def test_the_session_in_which_it_was_told_is_not_dropped(self, phone, session):
        check_feet(phone, session, "sore")
        assert phone.get(url("discard", session)).url == url("check_in", session)
        phone.post(url("discard", session))
        assert ExerciseSession.objects.filter(pk=session.pk).exists()

    def test_nothing_else_is_told_before_the_check_in(self, phone, session, items):
        for days in (1, 2):
            earlier = ExerciseSessionFactory(version=session.version, on_date=MONDAY - days * DAY)
            SessionEntry.objects.create(session=earlier, item=items[2], outcome="done", effort="too_hard")
        phone.post(url("step", session, items[2]), {"outcome": "done"})
        phone.post(url("effort", session, items[2]), {"effort": "too_hard"})
        check_feet(phone, session, "sore")
        assert [alert.kind for alert in Alert.objects.all()] == ["sore"]
        phone.post(url("check_in", session), WELL)
        assert {alert.kind for alert in Alert.objects.all()} == {"sore", "too_hard"}


class TestTheCostOfThePages:
    @pytest.fixture
    def version(self, patient):
        """One exercise that a sore replaces, one that it leaves out, and one done sitting with a gentler one."""
        sitting = [ExerciseFactory(name=name, position=Position.SEATED) for name in ("Knee", "Ankle")]
        raised = ExerciseFactory(name="Calf raise", position=Position.STANDING, easier=sitting[0])
        march = ExerciseFactory(name="Seated march", position=Position.SEATED, easier=sitting[1])
        stand = ExerciseFactory(name="One-leg stand", position=Position.STANDING)
        return published_plan(patient, [raised, march, stand])

    def test_after_a_sore_each_page_is_within_the_ten_queries_of_any_page(
        self, phone, session, items, django_assert_max_num_queries
    ):
        check_feet(phone, session, "sore")
        pages = [url("feet", session), url("step", session, items[0])]
        pages += [url(name, session, items[1]) for name in ("step", "easier", "shorter", "gentler")]
        for page in pages:
            with django_assert_max_num_queries(10):
                assert phone.get(page).status_code == 200, page
        assert "<h1>Knee</h1>" in text(phone.get(pages[1]))
        assert "<h1>Ankle</h1>" in text(phone.get(pages[-1]))
