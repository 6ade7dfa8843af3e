"""Tests of the foot check, and of the immediate effects of a new sore for the patient and the clinic."""

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
    """Return a plan with standing exercises, one of which has a seated alternative, and a seated exercise."""
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
    """Return the names of the exercises from the current step on."""
    found = []
    while "exercises" in where(phone):
        page = text(phone.get(where(phone)))
        found.append(page.partition("<h1>")[2].partition("</h1>")[0])
        phone.post(where(phone), {"outcome": "not_today"})
    return found


class TestFootCheck:
    def test_it_is_asked_before_the_first_standing_exercise(self, phone, session, items):
        assert where(phone) == url("feet", session)
        assert phone.get(url("step", session, items[0])).url == url("feet", session)
        check_feet(phone, session)
        assert where(phone) == url("step", session, items[0])

    def test_it_is_not_asked_before_seated_exercises(self, phone, session, items):
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

    def test_feet_that_are_fine_are_saved_with_the_time_and_raise_no_alert(self, phone, session):
        check_feet(phone, session)
        session.refresh_from_db()
        assert (session.feet_checked_at, session.answers) == (NOON, {})
        assert not Alert.objects.exists()

    @pytest.mark.parametrize("answer", ["", "maybe"])
    def test_an_invalid_answer_is_asked_again(self, phone, session, answer):
        assert check_feet(phone, session, answer).status_code == 200
        assert ExerciseSession.objects.get().feet_checked_at is None


class TestNewSore:
    def test_one_alert_is_raised_at_once(self, phone, session, patient):
        for _time in range(3):
            check_feet(phone, session, "sore")
        assert [(alert.kind, alert.level) for alert in Alert.objects.all()] == [("sore", 3)]
        assert PatientSummary.objects.get(patient=patient).alert_level == 3
        phone.post(url("check_in", session), WELL)
        assert Alert.objects.count() == 1

    def test_the_patient_sees_the_advice_with_the_clinics_number(self, phone, session, patient):
        page = text(phone.get(check_feet(phone, session, "sore").url))
        assert "Rest the foot with the new sore" in page
        assert f'href="tel:{patient.clinic.phone}"' in page
        assert "Go on with sitting exercises" in page

    def test_the_session_continues_with_seated_substitutes(self, phone, session):
        check_feet(phone, session, "sore")
        assert names(phone, session) == ["Knee straightening", "Seated march"]

    def test_a_completed_substitute_is_saved_as_such(self, phone, session, items):
        check_feet(phone, session, "sore")
        phone.post(url("step", session, items[0]), {"outcome": "done"})
        entry = SessionEntry.objects.get()
        assert (entry.way, entry.instead.name) == ("gentler", "Knee straightening")
        assert "Knee straightening" in text(phone.get(url("effort", session, items[0])))

    def test_a_flag_can_exclude_the_substitute_too(self, phone, session, patient, items):
        items[0].exercise.easier.demands = ["straining"]
        items[0].exercise.easier.save()
        PatientFlagFactory(patient=patient, flag=Flag.RETINOPATHY)
        check_feet(phone, session, "sore")
        assert names(phone, session) == ["Seated march"]

    @pytest.mark.parametrize("demand", ["weight_bearing", "foot_pressure"])
    def test_no_exercise_with_load_on_the_foot_is_a_substitute(self, phone, session, items, demand):
        items[0].exercise.easier.demands = [demand]
        items[0].exercise.easier.save()
        check_feet(phone, session, "sore")
        assert names(phone, session) == ["Seated march"]

    def test_neither_a_second_answer_nor_the_check_in_withdraws_it(self, phone, session):
        check_feet(phone, session, "sore")
        check_feet(phone, session, "fine")
        assert 'value="yes" id="id_new_sore_0" required checked' in text(phone.get(url("check_in", session)))
        phone.post(url("check_in", session), WELL)
        assert ExerciseSession.objects.get().answers["new_sore"] is True
        assert "Rest the foot" in text(phone.get(url("advice", session)))

    def test_a_sore_found_after_fine_feet_raises_an_alert_too(self, phone, session):
        check_feet(phone, session, "fine")
        check_feet(phone, session, "sore")
        assert Alert.objects.get().kind == "sore"

    def test_a_session_that_reports_it_is_not_deleted(self, phone, session):
        check_feet(phone, session, "sore")
        assert phone.get(url("discard", session)).url == url("check_in", session)
        phone.post(url("discard", session))
        assert ExerciseSession.objects.filter(pk=session.pk).exists()

    def test_no_other_answer_raises_an_alert_before_the_check_in(self, phone, session, items):
        for days in (1, 2):
            earlier = ExerciseSessionFactory(version=session.version, on_date=MONDAY - days * DAY)
            SessionEntry.objects.create(session=earlier, item=items[2], outcome="done", effort="too_hard")
        phone.post(url("step", session, items[2]), {"outcome": "done"})
        phone.post(url("effort", session, items[2]), {"effort": "too_hard"})
        check_feet(phone, session, "sore")
        assert [alert.kind for alert in Alert.objects.all()] == ["sore"]
        phone.post(url("check_in", session), WELL)
        assert {alert.kind for alert in Alert.objects.all()} == {"sore", "too_hard"}


class TestQueries:
    @pytest.fixture
    def version(self, patient):
        """Return a plan with an exercise that a sore replaces, one that it suspends, and a seated one."""
        sitting = [ExerciseFactory(name=name, position=Position.SEATED) for name in ("Knee", "Ankle")]
        raised = ExerciseFactory(name="Calf raise", position=Position.STANDING, easier=sitting[0])
        march = ExerciseFactory(name="Seated march", position=Position.SEATED, easier=sitting[1])
        stand = ExerciseFactory(name="One-leg stand", position=Position.STANDING)
        return published_plan(patient, [raised, march, stand])

    def test_after_a_sore_each_page_needs_at_most_ten_queries(
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
