"""Tests of the blood sugar before a session, the ketones, and the check after a low that was treated."""

import datetime

import pytest
from django.urls import reverse

from exercises.models import Position
from patients.models import Alert, ExerciseHold
from tests.factories import NOON, ExerciseFactory, PatientFlagFactory, published_plan
from tests.patients.session_steps import get_ready, hold_kinds, text, url, where

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


class TestBloodSugar:
    @pytest.fixture
    def version(self, patient):
        """Return a plan with an exercise that lowers the blood sugar."""
        march = ExerciseFactory(name="Seated march", position=Position.SEATED, demands=["aerobic"])
        return published_plan(patient, [march])

    @pytest.fixture(autouse=True)
    def with_insulin(self, session, patient, items, phone):
        PatientFlagFactory(patient=patient, flag="glucose_lowering")
        get_ready(phone, session)

    def tell(self, phone, session, sugar, low_before="no"):
        return phone.post(url("sugar", session), {"low_before": low_before, "sugar": sugar}, follow=True)

    def test_it_is_asked_before_the_first_exercise(self, phone, session):
        assert where(phone) == url("sugar", session)

    @pytest.mark.parametrize(
        ("unit", "shown"),
        [
            (
                "mg_dl",
                ["Under 54 mg/dL · Very low", "90–149 mg/dL · Good, on the low side", "350 mg/dL or more"],
            ),
            ("mmol_l", ["Under 3.0 mmol/L · Very low", "5.0–8.2 mmol/L", "19.4 mmol/L or more · Very high"]),
        ],
    )
    def test_each_band_has_its_range_in_the_clinics_unit(self, phone, session, patient, unit, shown):
        type(patient.clinic).objects.update(glucose_unit=unit)
        page = text(phone.get(url("sugar", session)))
        for words in (*shown, "LO on the meter is the lowest row. HI is the highest."):
            assert words in page
        other = {"mg_dl": "mmol/L", "mmol_l": "mg/dL"}[unit]
        assert other not in page.partition("<form")[2].partition("</form>")[0]

    @pytest.mark.parametrize(
        ("sugar", "title"),
        [
            ("near_low", "Close to low: eat first"),
            ("good_low", ""),
            ("good", ""),
        ],
    )
    def test_a_reading_that_allows_exercise_goes_on(self, phone, session, items, sugar, title):
        page = text(self.tell(phone, session, sugar))
        assert f"<h1>{title}</h1>" in page or not title
        assert not hold_kinds()
        assert where(phone) == url("step", session, items[0])

    def test_low_but_good_says_to_eat_with_insulin(self, phone, session):
        assert "If you use insulin, eat some carbs" in text(self.tell(phone, session, "good_low"))

    def test_a_low_is_treated_and_checked_again(self, phone, session, items):
        page = text(self.tell(phone, session, "low"))
        assert "<h1>Low: not yet</h1>" in page
        assert "Treated? Check again" in page
        assert "<h1>Treat the low first</h1>" in text(phone.get("/my/"))
        assert not Alert.objects.exists()
        assert phone.get("/my/sugar/").url == url("sugar", session)
        assert 'name="low_before"' not in text(phone.get(url("sugar", session)))
        phone.post(url("sugar", session), {"sugar": "near_low"})
        assert hold_kinds() == [("sugar", True)]  # from 90 (5.0) up
        phone.post(url("sugar", session), {"sugar": "good_low"})
        assert hold_kinds() == []
        assert where(phone) == url("step", session, items[0])

    @pytest.mark.parametrize("severe", [{"sugar": "very_low"}, {"sugar": "good", "low_before": "yes"}])
    def test_a_severe_low_ends_exercise_for_24_hours(self, phone, session, severe):
        page = text(self.tell(phone, session, **severe))
        assert f'href="tel:{session.patient.clinic.phone}"' in page
        assert Alert.objects.get().kind == "severe_low"
        hold = ExerciseHold.objects.get()
        assert (hold.kind, hold.ends_at) == ("sugar", NOON + DAY)
        phone.post(url("sugar", session), {"low_before": "no", "sugar": "good"})
        assert hold_kinds() == [("sugar", True)]
        assert "Treated? Check again" not in text(phone.get("/my/"))

    @pytest.mark.parametrize("sugar", ["high", "very_high"])
    def test_ketones_are_asked_above_the_limit_and_decide(self, phone, session, sugar):
        page = text(self.tell(phone, session, sugar))
        assert "Test for ketones. What does the strip show?" in page
        assert "Well done" not in page
        page = text(phone.post(url("follow_up", session), {"ketones": "moderate"}, follow=True))
        assert "<h1>High ketones: no exercise today</h1>" in page
        assert hold_kinds() == [("ketones", True)]
        assert Alert.objects.get().kind == "ketones"

    @pytest.mark.parametrize(
        ("sugar", "ketones", "holds"),
        [
            ("high", "none", []),
            ("high", "small", []),
            ("high", "no_strips", []),
            ("very_high", "none", []),
            ("very_high", "small", [("sugar", True)]),
            ("very_high", "no_strips", [("sugar", True)]),
        ],
    )
    def test_other_ketones(self, phone, session, sugar, ketones, holds):
        self.tell(phone, session, sugar)
        page = text(phone.post(url("follow_up", session), {"ketones": ketones}, follow=True))
        assert 'class="advice' in page
        assert hold_kinds() == holds

    def test_ketones_are_asked_again_with_a_new_reading(self, phone, session):
        self.tell(phone, session, "very_high")
        phone.post(url("follow_up", session), {"ketones": "small"})
        phone.post(url("sugar", session), {"sugar": "high"})
        assert where(phone) == url("follow_up", session)
        phone.post(url("follow_up", session), {"ketones": "none"})
        assert hold_kinds() == []


class TestSugarOutsideASession:
    def test_a_low_told_on_the_stop_sheet_can_be_checked_again(self, phone, version, patient):
        phone.post("/my/stop/", {"sign": "low_sugar"})
        report = patient.safety_reports.get()
        page = text(phone.post(reverse("my:report", args=[report.pk]), {"severe_low": "no"}, follow=True))
        assert "Treated? Check again" in page
        assert "Treated? Check again" in text(phone.get("/my/"))
        page = text(phone.post("/my/sugar/", {"sugar": "good"}, follow=True))
        assert "Good: you can start" in page
        assert hold_kinds() == []
        assert "my/session/start" in text(phone.get("/my/"))

    def test_it_ends_no_hold_of_24_hours_and_no_other_hold(self, phone, version, patient):
        phone.post("/my/stop/", {"sign": "low_and_drowsy"})
        assert phone.get("/my/sugar/").url == "/my/"
        phone.post("/my/sugar/", {"sugar": "good"})
        assert hold_kinds() == [("sugar", True)]

    def test_without_a_low_there_is_nothing_to_check(self, phone, version):
        assert phone.get("/my/sugar/").url == "/my/"
