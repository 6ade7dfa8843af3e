"""Tests of the blood sugar before a session, the ketones, and the check after a low that was treated."""

import datetime
import re
import uuid

import pytest
from django.urls import reverse

from exercises.models import Position
from patients.models import Alert, ExerciseHold, ReportPlace
from patients.sessions.offline.snapshot import get_snapshot
from patients.sessions.services.reports import save_report
from tests.factories import NOON, ExerciseFactory, PatientFlagFactory, published_plan
from tests.patients.session_steps import finish, get_ready, hold_kinds, text, url, where
from tests.patients.sessions import before_first_exercise
from tests.patients.sessions.offline.offline_steps import make_own

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db

version, session = before_first_exercise.version, before_first_exercise.session


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
                [
                    "Under 54 mg/dL · Under 3.0 mmol/L · Very low",
                    "54–69 mg/dL · 3.0–3.9 mmol/L · Low",
                    "350 mg/dL or more · 19.4 mmol/L or more · Very high",
                ],
            ),
            (
                "mmol_l",
                ["Under 3.0 mmol/L · Under 54 mg/dL · Very low", "5.0–8.2 mmol/L · 90–149 mg/dL · Good"],
            ),
        ],
    )
    def test_each_row_has_its_range_in_both_units_the_clinics_first(
        self, phone, session, patient, unit, shown
    ):
        type(patient.clinic).objects.update(glucose_unit=unit)
        page = re.sub(r"<[^>]+>", "", text(phone.get(url("sugar", session))))
        for words in (*shown, "A number with a point, such as 5.6, is in mmol/L.", "HI is the highest."):
            assert words in page

    @pytest.mark.parametrize("unit", ["mg_dl", "mmol_l"])
    def test_a_meter_in_the_other_unit_finds_one_row_for_each_number(self, phone, session, patient, unit):
        type(patient.clinic).objects.update(glucose_unit=unit)
        rows = dict(phone.get(url("sugar", session)).context["form"].fields["sugar"].choices)
        assert [slug for slug, label in rows.items() if ">54–69 mg/dL<" in label] == ["low"]
        assert [slug for slug, label in rows.items() if ">13.9–19.3 mmol/L<" in label] == ["high"]

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

    def test_an_older_tab_after_a_low_tells_of_a_severe_low_all_the_same(self, phone, session):
        self.tell(phone, session, "low")
        self.tell(phone, session, "good", low_before="yes")
        session.refresh_from_db()
        assert session.told["low_before"] is True
        assert Alert.objects.filter(kind="severe_low").exists()
        assert ("sugar", True) in hold_kinds()

    def test_an_older_tab_after_the_check_in_tells_of_a_very_low_sugar_all_the_same(self, phone, session):
        self.tell(phone, session, "good")
        finish(session)
        page = self.tell(phone, session, "very_low")
        assert "Very low: no exercise today" in text(page)
        assert Alert.objects.filter(kind="severe_low").exists()

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
        assert hold_kinds() == [("ketones", False)]
        assert Alert.objects.get().kind == "ketones"

    @pytest.mark.parametrize(
        ("sugar", "ketones", "holds"),
        [
            ("high", "none", []),
            ("high", "small", [("sugar", True)]),
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

    def tell_ketones(self, phone, session, sugar, ketones):
        self.tell(phone, session, sugar)
        phone.post(url("follow_up", session), {"ketones": ketones})

    @pytest.mark.parametrize(
        ("sugar", "ketones"), [("high", "small"), ("very_high", "small"), ("very_high", "no_strips")]
    )
    def test_ketones_are_tested_again_whatever_the_new_reading(self, phone, session, sugar, ketones):
        self.tell_ketones(phone, session, sugar, ketones)
        found = text(phone.get(url("found", session)))
        assert "Tested? Check again" in found
        assert ">Continue</a>" not in found
        page = text(phone.get(url("sugar", session)))
        assert "<h1>Check your blood sugar and ketones</h1>" in page
        assert 'value="no_strips"' not in page
        assert "No test strips? Do no exercises. Call your clinic." in page
        again = phone.post(url("sugar", session), {"sugar": "good"})
        assert "Choose what the strip shows." in text(again)
        phone.post(url("sugar", session), {"sugar": "good", "ketones": "no_strips"})
        assert hold_kinds() == [("sugar", True)]

    @pytest.mark.parametrize(
        ("sugar", "ketones", "title"),
        [
            ("good", "small", "Not yet: test for ketones again"),
            ("high", "small", "Wait, and test again"),
            ("very_high", "small", "No exercise today"),
        ],
    )
    def test_small_ketones_still_wait(self, phone, session, sugar, ketones, title):
        self.tell_ketones(phone, session, "high", "small")
        page = text(phone.post(url("sugar", session), {"sugar": sugar, "ketones": ketones}, follow=True))
        assert f"<h1>{title}</h1>" in page
        assert "Good: you can start" not in page
        assert hold_kinds() == [("sugar", True)]

    @pytest.mark.parametrize("sugar", ["good", "high", "very_high"])
    def test_none_or_a_trace_goes_on(self, phone, session, items, sugar):
        self.tell_ketones(phone, session, "high", "small")
        phone.post(url("sugar", session), {"sugar": sugar, "ketones": "none"})
        assert hold_kinds() == []
        assert where(phone) == url("step", session, items[0])

    def test_a_low_that_is_treated_up_to_a_high_sugar_without_strips_waits_for_a_test(self, phone, session):
        self.tell(phone, session, "low")
        phone.post(url("sugar", session), {"sugar": "very_high"})
        phone.post(url("follow_up", session), {"ketones": "no_strips"})
        phone.post(url("sugar", session), {"sugar": "good"})
        assert ("sugar", True) in hold_kinds()
        phone.post(url("sugar", session), {"sugar": "good", "ketones": "none"})
        assert hold_kinds() == []

    @pytest.mark.parametrize(("limit", "shown"), [("0.6", True), (None, False)])
    def test_the_clinics_limit_of_blood_ketones_stands_beside_the_choices(
        self, phone, session, patient, limit, shown
    ):
        type(patient.clinic).objects.update(ketone_limit=limit)
        words = "Blood ketones: 0.6 mmol/L or more counts as moderate."
        self.tell(phone, session, "high")
        assert (words in text(phone.get(url("follow_up", session)))) is shown
        make_own(phone)
        assert (words in text(phone.get("/my/offline/"))) is shown
        phone.post(url("follow_up", session), {"ketones": "small"})
        assert (words in text(phone.get(url("sugar", session)))) is shown


class TestKetonesOnALaterDay:
    """High ketones, told late in the evening: midnight alone does not end their hold."""

    LATE = NOON + datetime.timedelta(hours=11, minutes=30)

    @pytest.fixture
    def later(self, phone, patient, clock):
        """Return `later(DAY)`, which moves the clock to this long after the telling, and signs in again."""

        def move(time):
            clock.move_to(self.LATE + time)
            phone.force_login(patient.user)

        return move

    @pytest.fixture(autouse=True)
    def told(self, phone, version, patient, later):
        later(0 * DAY)
        answers = {"low_before": False, "sugar": "high", "ketones": "moderate"}
        save_report(
            patient=patient, place=ReportPlace.BEFORE, answers=answers, by=patient.user, now=self.LATE
        )

    def check(self, phone, sugar, ketones):
        return phone.post("/my/sugar/", {"sugar": sugar, "ketones": ketones}, follow=True)

    def test_on_the_day_itself_no_test_ends_it(self, phone):
        page = text(phone.get("/my/"))
        assert "<h1>No exercises today: ketones</h1>" in page
        assert "Test again tomorrow." in page
        assert "Check again" not in page
        assert phone.get("/my/sugar/").url == "/my/"
        phone.post("/my/sugar/", {"sugar": "good", "ketones": "none"})
        assert hold_kinds() == [("ketones", False)]

    @pytest.mark.parametrize("after", [datetime.timedelta(hours=1), DAY, 9 * DAY])
    def test_on_a_later_day_ketones_are_asked_first(self, phone, later, after):
        later(after)
        page = text(phone.get("/my/"))
        assert "<h1>Test for ketones again first</h1>" in page
        assert "Tested? Check again" in page
        assert "my/session/start" not in page
        assert phone.post("/my/session/start/").url == "/my/"
        asked = text(phone.get("/my/sugar/"))
        assert "What does your meter show?" in asked
        assert "Test for ketones. What does the strip show?" in asked

    @pytest.mark.parametrize("sugar", ["near_low", "good_low", "good", "high", "very_high"])
    def test_none_or_a_trace_ends_it_and_the_alert_stands(self, phone, later, sugar):
        later(DAY)
        self.check(phone, sugar, "none")
        assert hold_kinds() == []
        assert "my/session/start" in text(phone.get("/my/"))
        assert Alert.objects.get(settled_at=None).kind == "ketones"

    @pytest.mark.parametrize("sugar", ["good", "high"])
    def test_small_ketones_do_not_end_it(self, phone, later, sugar):
        later(DAY)
        self.check(phone, sugar, "small")
        assert ("ketones", False) in hold_kinds()
        assert "my/session/start" not in text(phone.get("/my/"))

    def test_told_again_it_lasts_over_that_day_too(self, phone, later):
        later(DAY)
        self.check(phone, "good", "moderate")
        self.check(phone, "good", "none")
        assert hold_kinds() == [("ketones", False)]
        assert "<h1>No exercises today: ketones</h1>" in text(phone.get("/my/"))
        later(2 * DAY)
        self.check(phone, "good", "none")
        assert hold_kinds() == []

    def test_a_test_that_a_phone_made_on_the_day_itself_does_not_end_it_when_it_arrives(self, patient):
        save_report(
            patient=patient,
            place=ReportPlace.BEFORE,
            answers={"sugar": "good", "ketones": "none"},
            by=patient.user,
            now=self.LATE + DAY,
            client_key=uuid.uuid4(),
            reported_at=self.LATE - datetime.timedelta(hours=3),
        )
        assert hold_kinds() == [("ketones", False)]

    def test_no_person_of_the_team_has_to_end_it(self, patient, told):
        assert not ExerciseHold.objects.for_a_person().exists()
        assert ExerciseHold.objects.get().team_from is None

    def test_a_phone_without_a_connection_keeps_everything_away(self, patient):
        days = get_snapshot(patient, patient.user, self.LATE + DAY)
        assert [hold["kind"] for hold in days.data["live"]] == ["ketones"]
        assert days.data["live"][0]["ends_at"] is None
        assert set(days.data["held"]["ketones"]) == {each.item_id for each in days.steps}


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
