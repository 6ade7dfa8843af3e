"""Tests of today's page in every state of a plan and of a day."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from exercises.models import Position
from patients.models import Alert, Plan, PlanState, VersionSeen
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.selectors.versions import get_next_planned_date
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PlanFactory,
    PlanVersionFactory,
    published_plan,
)
from tests.patients.session_steps import finish, open_session, text

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
MON, WED, FRI = 0, 2, 4
#: The end of MONDAY where the patient lives.
MIDNIGHT = datetime.datetime(2026, 3, 3, tzinfo=ZoneInfo("America/New_York")).astimezone(datetime.UTC)


def standing(**fields):
    return ExerciseFactory(position=Position.STANDING, **fields)


def seated(**fields):
    return ExerciseFactory(position=Position.SEATED, **fields)


def state(patient, now=NOON):
    return get_today(patient, now).state


def move_to(plan_state, version):
    Plan.objects.filter(pk=version.plan_id).update(state=plan_state)


def page(phone):
    return phone.get("/my/").content.decode()


class TestPlanStates:
    def test_there_is_no_plan_before_publishing(self, patient, phone):
        PlanVersionFactory(plan=PlanFactory(patient=patient))
        assert state(patient) == TodayState.NO_PLAN
        assert "Your plan is on its way" in page(phone)

    def test_a_planned_day_has_one_button(self, patient, phone):
        published_plan(patient, [standing(name="Calf raise")])
        assert state(patient) == TodayState.PLANNED
        assert ">Start</button>" in page(phone)
        assert "Calf raise" in page(phone)

    def test_a_later_start_shows_its_date(self, patient, phone):
        published_plan(patient, start_date=MONDAY + 3 * DAY, weekdays=[MON, FRI])
        assert state(patient) == TodayState.STARTS_LATER
        assert "You start on Friday, March 6" in page(phone)
        assert "my/session/start" not in page(phone)

    def test_a_start_on_the_next_day_is_tomorrow(self, patient, phone):
        published_plan(patient, start_date=MONDAY + DAY)
        assert "You start tomorrow" in page(phone)

    def test_a_rest_day_names_the_next_session_and_allows_one(self, patient, phone):
        published_plan(patient, weekdays=[WED, FRI])
        assert state(patient) == TodayState.REST_DAY
        assert "Next session: Wednesday, March 4." in page(phone)
        assert "Do them today</button>" in page(phone)

    def test_sessions_are_allowed_after_the_last_week(self, patient, phone):
        published_plan(patient, start_date=MONDAY - 14 * DAY, weeks=2)
        assert state(patient) == TodayState.OVER
        assert "You reached the end of your plan" in page(phone)
        assert "Do them today</button>" in page(phone)

    def test_the_last_day_still_counts(self, patient):
        published_plan(patient, start_date=MONDAY - 13 * DAY, weeks=2)
        assert state(patient) == TodayState.PLANNED
        assert get_today(patient, NOON).next_date is None

    def test_a_paused_plan_shows_the_phone_number(self, patient, phone):
        move_to(PlanState.PAUSED, published_plan(patient))
        assert state(patient) == TodayState.PAUSED
        assert "Your plan has a break" in page(phone)
        assert f'href="tel:{patient.clinic.phone}"' in page(phone)
        assert "my/session/start" not in page(phone)

    def test_a_finished_plan_shows_thanks(self, patient, phone):
        move_to(PlanState.FINISHED, published_plan(patient))
        assert state(patient) == TodayState.FINISHED
        assert "Your plan is finished" in page(phone)

    def test_a_finished_plan_is_shown_while_the_next_one_is_a_draft(self, patient):
        version = published_plan(patient)
        move_to(PlanState.FINISHED, version)
        PlanVersionFactory(plan=PlanFactory(patient=patient))
        assert get_today(patient, NOON).version == version

    def test_an_active_plan_comes_before_finished_ones(self, patient):
        move_to(PlanState.FINISHED, published_plan(patient))
        going_on = published_plan(patient)
        Plan.objects.filter(pk=going_on.plan_id).update(created_at=NOON - 100 * DAY)
        assert get_today(patient, NOON).version == going_on

    def test_an_unpublished_change_is_not_shown(self, patient):
        version = published_plan(patient)
        PlanVersionFactory(plan=version.plan, number=2)
        assert get_today(patient, NOON).version == version


class TestDoneSessions:
    def test_a_finished_session_completes_the_day_and_may_be_repeated(self, patient, phone):
        ExerciseSessionFactory(version=published_plan(patient))
        assert state(patient) == TodayState.DONE
        assert "Well done. You are done for today" in page(phone)
        assert "Next session: tomorrow." in page(phone)
        assert "Do your exercises again</button>" in page(phone)

    @pytest.mark.parametrize("danger", ["fell", "chest", "new_sore", "hot_foot", "weak", "new_pain_told"])
    def test_no_session_can_be_started_on_the_day_of_a_danger(self, patient, phone, danger):
        session = open_session(published_plan(patient))
        finish(session, **{danger: True})
        assert state(patient) == TodayState.RESTING
        assert reverse("my:session_advice", args=[session.pk]) in page(phone)
        assert "my/session/start" not in page(phone)
        assert phone.post("/my/session/start/").url == "/my/"
        assert patient.sessions.count() == 1

    def test_strong_pain_alone_ends_no_day(self, patient):
        finish(open_session(published_plan(patient), pain_before=3), pain_after=9)
        assert state(patient) == TodayState.DONE

    def test_a_danger_reported_today_for_an_earlier_session_ends_today(self, patient):
        finish(open_session(published_plan(patient), on_date=MONDAY - DAY), fell=True)
        assert state(patient) == TodayState.RESTING

    def test_a_danger_added_today_to_a_session_finished_yesterday_ends_today(self, patient):
        session = open_session(published_plan(patient), on_date=MONDAY - DAY, started_at=NOON - DAY)
        finish(session, at=NOON - DAY)
        finish(session, new_sore=True)
        assert state(patient) == TodayState.RESTING

    def test_a_danger_reported_yesterday_leaves_only_its_hold(self, patient):
        version = published_plan(patient, [standing(), seated()])
        session = open_session(version, on_date=MONDAY - DAY, started_at=NOON - DAY)
        finish(session, at=NOON - DAY, fell=True)
        assert (state(patient), len(get_today(patient, NOON).exercises)) == (TodayState.PLANNED, 1)

    def test_a_later_session_without_a_danger_does_not_hide_the_danger(self, patient):
        version = published_plan(patient)
        troubled = open_session(version)
        finish(troubled, fell=True)
        ExerciseSessionFactory(version=version, finished_at=NOON + datetime.timedelta(hours=1))
        today = get_today(patient, NOON + datetime.timedelta(hours=2))
        assert (today.state, today.done_session) == (TodayState.RESTING, troubled)

    def test_a_session_of_yesterday_does_not_complete_today(self, patient):
        ExerciseSessionFactory(version=published_plan(patient), on_date=MONDAY - DAY)
        assert state(patient) == TodayState.PLANNED

    def test_an_open_session_can_be_resumed(self, patient, phone):
        open_session(published_plan(patient))
        assert state(patient) == TodayState.UNDER_WAY
        assert "Resume</a>" in page(phone)

    def test_todays_page_asks_about_an_open_session_of_an_earlier_day(self, patient, phone):
        open_session(published_plan(patient), on_date=MONDAY - 2 * DAY, started_at=NOON - 2 * DAY)
        assert state(patient) == TodayState.LEFT_BEHIND
        assert "How did it go on Saturday?" in page(phone)
        assert "I did not do it" in page(phone)

    def test_a_session_across_midnight_stays_open(self, patient):
        open_session(
            published_plan(patient), on_date=MONDAY - DAY, started_at=NOON - datetime.timedelta(minutes=30)
        )
        assert state(patient) == TodayState.UNDER_WAY

    def test_a_session_left_behind_yesterday_is_asked_about_as_yesterdays(self, patient, phone):
        open_session(published_plan(patient), on_date=MONDAY - DAY, started_at=NOON - DAY)
        assert state(patient) == TodayState.LEFT_BEHIND
        assert "How did it go yesterday?" in page(phone)
        assert "You began a session yesterday." in page(phone)

    def test_an_open_session_of_a_paused_plan_can_be_checked_in(self, patient, phone):
        version = published_plan(patient)
        session = open_session(version)
        move_to(PlanState.PAUSED, version)
        assert state(patient) == TodayState.PAUSED
        assert reverse("my:session_check_in", args=[session.pk]) in page(phone)


class TestHold:
    """The holds of the clinical rules, by demand; each keeps away what its row says, and nothing else."""

    @pytest.fixture
    def version(self, patient):
        exercises = [
            standing(name="Calf raise"),
            seated(name="Sit to stand", demands=["weight_bearing"]),
            seated(name="Towel curls", demands=["foot_pressure", "foot_motion", "shoes_off"]),
            seated(name="Ankle pump", demands=["foot_motion"]),
            seated(name="Arm raise"),
            ExerciseFactory(name="Pool walk", position=Position.WATER),
        ]
        return published_plan(patient, exercises)

    @pytest.mark.parametrize(
        ("kind", "left", "title"),
        [
            ("standing", ["Towel curls", "Ankle pump", "Arm raise"], "Sitting exercises only"),
            ("feet", ["Ankle pump", "Arm raise"], "Nothing that loads the foot"),
            ("foot_rest", ["Arm raise"], "Rest the foot altogether"),
        ],
    )
    def test_what_stays_can_be_done_and_the_page_says_why(self, patient, phone, version, kind, left, title):
        ExerciseHoldFactory(patient=patient, kind=kind, question="fell", on_date=MONDAY - DAY)
        today = get_today(patient, NOON)
        assert [exercise.name for exercise in today.exercises] == left
        assert today.state == TodayState.PLANNED
        for address in ("/my/", "/my/plan/"):
            shown = text(phone.get(address))
            assert f"<h2>{title}</h2>" in shown
            assert "Told on March 1: I fell." in shown

    @pytest.mark.parametrize(
        ("kind", "ends_at", "title"),
        [
            ("all", None, "No exercises until the clinic says so"),
            ("all", MIDNIGHT, "Rest for today"),
            ("ill", MIDNIGHT, "Rest while ill"),
            ("sugar", MIDNIGHT, "Treat the low first"),
            ("sugar", NOON + DAY, "No exercises for 24 hours after a severe low"),
            ("ketones", None, "No exercises today: ketones"),
        ],
    )
    def test_a_hold_on_everything_never_offers_a_start(self, patient, phone, version, kind, ends_at, title):
        ExerciseHoldFactory(patient=patient, kind=kind, question="fell", ends_at=ends_at)
        assert state(patient) == TodayState.RESTING
        shown = page(phone)
        assert f"<h1>{title}</h1>" in shown
        assert "my/session/start" not in shown
        assert ("Treated? Check again" in shown) is (kind == "sugar" and ends_at == MIDNIGHT)
        assert phone.post("/my/session/start/").url == "/my/"

    def test_a_hold_of_a_day_ends_with_the_day(self, patient, version):
        ExerciseHoldFactory(patient=patient, kind="ill", ends_at=MIDNIGHT)
        assert get_today(patient, MIDNIGHT - SECOND).state == TodayState.RESTING
        assert get_today(patient, MIDNIGHT).state == TodayState.PLANNED

    def test_after_a_fall_the_page_of_today_says_what_comes_tomorrow(self, patient, phone, version):
        finish(open_session(version), fell=True, fell_head=False, fell_stands=True)
        assert "<h1>Rest for today</h1>" in page(phone)
        assert "From tomorrow: Sitting exercises only" in page(phone)

    def test_a_substitute_is_offered_in_the_list_and_can_be_started(self, patient, phone):
        gentle = seated(name="Knee straightening")
        published_plan(patient, [standing(name="Calf raise", easier=gentle)])
        ExerciseHoldFactory(patient=patient)
        today = get_today(patient, NOON)
        assert (today.state, today.can_start) == (TodayState.PLANNED, True)
        assert [exercise.name for exercise in today.substitutes] == ["Knee straightening"]
        assert "In place of an exercise that is left out" in page(phone)
        assert "1 exercise<span\n" in page(phone)

    def test_the_pages_of_the_exercises_say_which_are_on_hold(self, patient, phone, version):
        ExerciseHoldFactory(patient=patient)
        said = {
            item.content["name"]: "On hold." in text(phone.get(reverse("my:exercise", args=[item.pk])))
            for item in version.items.all()
        }
        assert {name for name, is_held in said.items() if is_held} == {
            "Calf raise",
            "Sit to stand",
            "Pool walk",
        }

    def test_nothing_left_says_so(self, patient, phone):
        published_plan(patient, [standing()])
        ExerciseHoldFactory(patient=patient)
        assert state(patient) == TodayState.ON_HOLD
        assert "No exercises today" in page(phone)
        assert "my/session/start" not in page(phone)

    def test_a_finished_alert_alone_does_not_end_it(self, patient, version):
        session = open_session(version)
        finish(session, fell=True)
        Alert.objects.update(settled_at=NOON, settled_by=version.published_by)
        assert get_today(patient, NOON + DAY).hold_kinds == {"standing"}

    def test_it_does_not_end_with_a_new_version_of_the_plan(self, patient, version):
        ExerciseHoldFactory(patient=patient)
        published_plan(plan=version.plan, number=2, exercises=[standing(), seated()])
        assert len(get_today(patient, NOON).suspended) == 1

    def test_it_is_limited_to_its_patient(self, patient):
        published_plan(patient, [standing()])
        ExerciseHoldFactory()
        assert state(patient) == TodayState.PLANNED


class TestChangeNote:
    @pytest.fixture
    def second(self, patient):
        first = published_plan(patient)
        return published_plan(plan=first.plan, number=2)

    def test_it_is_shown_until_the_patient_has_acknowledged_it(self, phone, second):
        assert "More repetitions." in page(phone)
        assert "More repetitions." in page(phone)
        phone.post(reverse("my:version_seen", args=[second.pk]))
        assert "More repetitions." not in page(phone)

    def test_a_get_request_does_not_acknowledge_it(self, phone, second):
        phone.get(reverse("my:version_seen", args=[second.pk]))
        assert not VersionSeen.objects.exists()

    def test_acknowledging_it_twice_saves_it_once(self, phone, second):
        for _time in range(2):
            assert phone.post(reverse("my:version_seen", args=[second.pk])).url == "/my/"
        assert VersionSeen.objects.count() == 1

    def test_it_is_not_shown_for_a_paused_plan(self, phone, second):
        move_to(PlanState.PAUSED, second)
        assert "More repetitions." not in page(phone)

    def test_a_first_version_has_none(self, phone, patient):
        published_plan(patient)
        assert "Your plan has changed" not in page(phone)


class TestTimeZones:
    """23:30 in New York on Monday is 04:30 on Tuesday in UTC."""

    LATE = datetime.datetime(2026, 3, 3, 4, 30, tzinfo=datetime.UTC)

    def test_the_day_lasts_until_midnight(self, patient):
        published_plan(patient, weekdays=[MON])
        assert get_today(patient, self.LATE).date == MONDAY
        assert state(patient, self.LATE) == TodayState.PLANNED

    def test_the_next_day_begins_at_midnight(self, patient):
        published_plan(patient, weekdays=[MON])
        assert state(patient, self.LATE + datetime.timedelta(minutes=30)) == TodayState.REST_DAY

    def test_the_patients_time_zone_has_precedence_over_the_clinics(self):
        patient = PatientFactory(time_zone="Europe/Berlin")
        published_plan(patient, weekdays=[MON])
        assert state(patient, self.LATE) == TodayState.REST_DAY

    @pytest.mark.parametrize(
        ("zone", "moment", "day"),
        [
            # New York's clocks go forward on March 8, 2026: midnight is 05:00 UTC before and 04:00 UTC after.
            ("America/New_York", datetime.datetime(2026, 3, 8, 4, 59, tzinfo=datetime.UTC), 7),
            ("America/New_York", datetime.datetime(2026, 3, 8, 5, 0, tzinfo=datetime.UTC), 8),
            ("America/New_York", datetime.datetime(2026, 3, 9, 3, 59, tzinfo=datetime.UTC), 8),
            ("America/New_York", datetime.datetime(2026, 3, 9, 4, 0, tzinfo=datetime.UTC), 9),
            # The date line: noon in New York is the next morning in Auckland.
            ("Pacific/Auckland", NOON, 3),
            ("Pacific/Honolulu", NOON, 2),
        ],
    )
    def test_days_change_at_midnight_in_the_patients_time_zone(self, zone, moment, day):
        patient = PatientFactory(time_zone=zone)
        assert get_today(patient, moment).date == datetime.date(2026, 3, day)

    def test_a_late_session_counts_for_the_day_in_the_patients_time_zone(self, patient, client, clock):
        clock.move_to(self.LATE)
        published_plan(patient, [seated()])
        client.force_login(patient.user)
        client.post("/my/session/start/")
        assert patient.sessions.get().on_date == MONDAY


class TestNextPlannedDate:
    def test_it_is_the_next_day_of_the_plan(self, patient):
        version = published_plan(patient, weekdays=[MON, WED])
        assert get_next_planned_date(version, after=MONDAY) == MONDAY + 2 * DAY
        assert get_next_planned_date(version, after=MONDAY + 2 * DAY) == MONDAY + 7 * DAY

    def test_a_plan_without_days_has_none(self, patient):
        assert get_next_planned_date(published_plan(patient, weekdays=[]), after=MONDAY) is None

    def test_a_plan_that_starts_in_a_month_has_its_first_day_then(self, patient):
        version = published_plan(patient, start_date=MONDAY + 30 * DAY, weekdays=[WED])
        assert get_next_planned_date(version, after=MONDAY) == MONDAY + 30 * DAY
