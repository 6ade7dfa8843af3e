"""What today asks of a patient, in every state that a plan and a day can be in."""

import datetime

import pytest
from django.urls import reverse

from exercises.models import Position
from patients.models import Plan, PlanState, VersionSeen
from patients.sessions.selectors.today import TodayState, get_next_planned_date, get_today
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    ExerciseFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PlanFactory,
    PlanVersionFactory,
    published_plan,
)
from tests.patients.session_steps import open_session

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MON, WED, FRI = 0, 2, 4


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


class TestThePlan:
    def test_nothing_published_means_no_plan_yet(self, patient, phone):
        PlanVersionFactory(plan=PlanFactory(patient=patient))
        assert state(patient) == TodayState.NO_PLAN
        assert "Your plan is on its way" in page(phone)

    def test_a_planned_day_offers_one_button(self, patient, phone):
        published_plan(patient, [standing(name="Calf raise")])
        assert state(patient) == TodayState.PLANNED
        assert ">Start</button>" in page(phone)
        assert "Calf raise" in page(phone)

    def test_a_later_start_says_when(self, patient, phone):
        published_plan(patient, start_date=MONDAY + 3 * DAY, weekdays=[MON, FRI])
        assert state(patient) == TodayState.STARTS_LATER
        assert "You start on Friday 6 March" in page(phone)
        assert "my/session/start" not in page(phone)

    def test_a_rest_day_names_the_next_session_and_still_lets_one_start(self, patient, phone):
        published_plan(patient, weekdays=[WED, FRI])
        assert state(patient) == TodayState.REST_DAY
        assert "Next session: Wednesday 4 March." in page(phone)
        assert "Do them today</button>" in page(phone)

    def test_after_the_last_week_the_patient_may_go_on(self, patient, phone):
        published_plan(patient, start_date=MONDAY - 14 * DAY, weeks=2)
        assert state(patient) == TodayState.OVER
        assert "You reached the end of your plan" in page(phone)
        assert "Do them today</button>" in page(phone)

    def test_the_last_day_still_counts(self, patient):
        published_plan(patient, start_date=MONDAY - 13 * DAY, weeks=2)
        assert state(patient) == TodayState.PLANNED
        assert get_today(patient, NOON).next_date is None

    def test_a_paused_plan_is_calm_and_gives_the_phone_number(self, patient, phone):
        move_to(PlanState.PAUSED, published_plan(patient))
        assert state(patient) == TodayState.PAUSED
        assert "Your plan has a break" in page(phone)
        assert f'href="tel:{patient.clinic.phone}"' in page(phone)
        assert "my/session/start" not in page(phone)

    def test_a_finished_plan_is_thanked_for(self, patient, phone):
        move_to(PlanState.FINISHED, published_plan(patient))
        assert state(patient) == TodayState.FINISHED
        assert "Your plan is finished" in page(phone)

    def test_a_finished_plan_stays_in_view_while_the_next_is_a_draft(self, patient):
        version = published_plan(patient)
        move_to(PlanState.FINISHED, version)
        PlanVersionFactory(plan=PlanFactory(patient=patient))
        assert get_today(patient, NOON).version == version

    def test_the_plan_going_on_comes_before_any_finished_one(self, patient):
        move_to(PlanState.FINISHED, published_plan(patient))
        going_on = published_plan(patient)
        Plan.objects.filter(pk=going_on.plan_id).update(created_at=NOON - 100 * DAY)
        assert get_today(patient, NOON).version == going_on

    def test_an_unpublished_change_is_not_shown(self, patient):
        version = published_plan(patient)
        PlanVersionFactory(plan=version.plan, number=2)
        assert get_today(patient, NOON).version == version


class TestWhatWasDone:
    def test_a_finished_session_makes_the_day_done_and_may_be_repeated(self, patient, phone):
        ExerciseSessionFactory(version=published_plan(patient))
        assert state(patient) == TodayState.DONE
        assert "Well done. You are done for today" in page(phone)
        assert "Next session: Tuesday 3 March." in page(phone)
        assert "Do your exercises again</button>" in page(phone)

    @pytest.mark.parametrize("danger", ["fell", "faint_or_chest_pain", "new_sore"])
    def test_after_a_danger_the_day_is_over_and_nothing_can_be_started(self, patient, phone, danger):
        session = ExerciseSessionFactory(version=published_plan(patient), **{danger: True})
        assert state(patient) == TodayState.RESTING
        assert "Rest for today" in page(phone)
        assert reverse("my_session_advice", args=[session.pk]) in page(phone)
        assert "my/session/start" not in page(phone)
        assert phone.post("/my/session/start/").url == "/my/"
        assert patient.sessions.count() == 1

    def test_strong_pain_ends_the_day_too(self, patient):
        ExerciseSessionFactory(version=published_plan(patient), pain_after=7)
        assert state(patient) == TodayState.RESTING

    def test_a_danger_told_today_of_a_session_left_behind_ends_today(self, patient):
        ExerciseSessionFactory(version=published_plan(patient), on_date=MONDAY - DAY, fell=True)
        assert state(patient) == TodayState.RESTING

    def test_a_danger_told_yesterday_does_not(self, patient):
        version = published_plan(patient)
        ExerciseSessionFactory(
            version=version, on_date=MONDAY - DAY, finished_at=NOON - DAY, faint_or_chest_pain=True
        )
        assert state(patient) == TodayState.PLANNED

    def test_a_quiet_session_afterwards_does_not_hide_the_danger(self, patient):
        version = published_plan(patient)
        troubled = ExerciseSessionFactory(version=version, faint_or_chest_pain=True)
        ExerciseSessionFactory(version=version, finished_at=NOON + datetime.timedelta(hours=1))
        today = get_today(patient, NOON + datetime.timedelta(hours=2))
        assert (today.state, today.done_session) == (TodayState.RESTING, troubled)

    def test_yesterdays_session_leaves_today_open(self, patient):
        ExerciseSessionFactory(version=published_plan(patient), on_date=MONDAY - DAY)
        assert state(patient) == TodayState.PLANNED

    def test_an_open_session_is_carried_on(self, patient, phone):
        open_session(published_plan(patient))
        assert state(patient) == TodayState.UNDER_WAY
        assert "Carry on</a>" in page(phone)

    def test_one_left_behind_on_another_day_is_asked_about_kindly(self, patient, phone):
        open_session(published_plan(patient), on_date=MONDAY - 2 * DAY, started_at=NOON - 2 * DAY)
        assert state(patient) == TodayState.LEFT_BEHIND
        assert "How did it go on Saturday?" in page(phone)
        assert "I did not do it" in page(phone)

    def test_midnight_in_the_middle_of_a_session_does_not_break_it_off(self, patient):
        open_session(
            published_plan(patient), on_date=MONDAY - DAY, started_at=NOON - datetime.timedelta(minutes=30)
        )
        assert state(patient) == TodayState.UNDER_WAY

    def test_a_session_left_in_a_plan_paused_since_can_still_be_told_of(self, patient, phone):
        version = published_plan(patient)
        session = open_session(version)
        move_to(PlanState.PAUSED, version)
        assert state(patient) == TodayState.PAUSED
        assert reverse("my_session_check_in", args=[session.pk]) in page(phone)


class TestTheHold:
    @pytest.mark.parametrize("kind", ["fall", "sore"])
    def test_a_fall_or_a_sore_leaves_only_what_is_done_sitting(self, patient, phone, kind):
        rising = seated(name="Sit to stand", demands=["weight_bearing"])
        pool = ExerciseFactory(name="Pool walk", position=Position.WATER)
        version = published_plan(
            patient, [standing(name="Calf raise"), seated(name="Ankle pump"), rising, pool]
        )
        AlertFactory(session=ExerciseSessionFactory(version=version, on_date=MONDAY - DAY), kind=kind)
        today = get_today(patient, NOON)
        assert [exercise.name for exercise in today.exercises] == ["Ankle pump"]
        assert [exercise.name for exercise in today.suspended] == ["Calf raise", "Sit to stand", "Pool walk"]
        assert today.state == TodayState.PLANNED
        assert "Sitting exercises only, for now" in page(phone)

    @pytest.mark.parametrize("kind", ["faint", "pain"])
    def test_other_events_hold_nothing_back(self, patient, kind):
        version = published_plan(patient, [standing()])
        AlertFactory(session=ExerciseSessionFactory(version=version, on_date=MONDAY - DAY), kind=kind)
        assert len(get_today(patient, NOON).exercises) == 1

    def test_nothing_to_do_sitting_means_no_exercises_and_a_call(self, patient, phone):
        version = published_plan(patient, [standing()])
        AlertFactory(session=ExerciseSessionFactory(version=version, on_date=MONDAY - DAY), kind="fall")
        assert state(patient) == TodayState.ON_HOLD
        assert "No exercises today" in page(phone)
        assert "Your clinic will call you." in page(phone)
        assert "my/session/start" not in page(phone)

    def test_it_ends_when_a_clinician_has_looked(self, patient):
        version = published_plan(patient, [standing()])
        event = AlertFactory(
            session=ExerciseSessionFactory(version=version, on_date=MONDAY - DAY), kind="fall"
        )
        assert state(patient) == TodayState.ON_HOLD
        event.settled_at, event.settled_by = NOON, version.published_by
        event.save()
        assert state(patient) == TodayState.PLANNED

    def test_it_is_for_the_patient_who_fell_only(self, patient):
        published_plan(patient, [standing()])
        AlertFactory(kind="fall")
        assert state(patient) == TodayState.PLANNED


class TestWhatChanged:
    @pytest.fixture
    def second(self, patient):
        first = published_plan(patient)
        return published_plan(plan=first.plan, number=2)

    def test_it_is_shown_until_the_patient_says_got_it(self, phone, second):
        assert "More repetitions." in page(phone)
        assert "More repetitions." in page(phone)
        phone.post(reverse("my_version_seen", args=[second.pk]))
        assert "More repetitions." not in page(phone)

    def test_opening_the_address_marks_nothing(self, phone, second):
        phone.get(reverse("my_version_seen", args=[second.pk]))
        assert not VersionSeen.objects.exists()

    def test_saying_it_twice_is_saying_it_once(self, phone, second):
        for _time in range(2):
            assert phone.post(reverse("my_version_seen", args=[second.pk])).url == "/my/"
        assert VersionSeen.objects.count() == 1

    def test_a_plan_that_rests_does_not_talk_of_changes(self, phone, second):
        move_to(PlanState.PAUSED, second)
        assert "More repetitions." not in page(phone)

    def test_a_first_version_has_changed_nothing(self, phone, patient):
        published_plan(patient)
        assert "Your plan has changed" not in page(phone)


class TestWhatDayItIs:
    """23:30 in New York on Monday is Tuesday 04:30 in UTC."""

    LATE = datetime.datetime(2026, 3, 3, 4, 30, tzinfo=datetime.UTC)

    def test_late_in_the_evening_it_is_still_today(self, patient):
        published_plan(patient, weekdays=[MON])
        assert get_today(patient, self.LATE).date == MONDAY
        assert state(patient, self.LATE) == TodayState.PLANNED

    def test_half_an_hour_later_it_is_not(self, patient):
        published_plan(patient, weekdays=[MON])
        assert state(patient, self.LATE + datetime.timedelta(minutes=30)) == TodayState.REST_DAY

    def test_the_patients_own_time_zone_comes_before_the_clinics(self):
        patient = PatientFactory(time_zone="Europe/Berlin")
        published_plan(patient, weekdays=[MON])
        assert state(patient, self.LATE) == TodayState.REST_DAY

    @pytest.mark.parametrize(
        ("zone", "moment", "day"),
        [
            # New York's clocks go forward on 8 March 2026: midnight is 05:00 UTC before and 04:00 UTC after.
            ("America/New_York", datetime.datetime(2026, 3, 8, 4, 59, tzinfo=datetime.UTC), 7),
            ("America/New_York", datetime.datetime(2026, 3, 8, 5, 0, tzinfo=datetime.UTC), 8),
            ("America/New_York", datetime.datetime(2026, 3, 9, 3, 59, tzinfo=datetime.UTC), 8),
            ("America/New_York", datetime.datetime(2026, 3, 9, 4, 0, tzinfo=datetime.UTC), 9),
            # The day line: noon in New York is the next morning in Auckland.
            ("Pacific/Auckland", NOON, 3),
            ("Pacific/Honolulu", NOON, 2),
        ],
    )
    def test_days_change_at_midnight_where_the_patient_lives(self, zone, moment, day):
        patient = PatientFactory(time_zone=zone)
        assert get_today(patient, moment).date == datetime.date(2026, 3, day)

    def test_a_session_done_late_counts_for_the_day_at_home(self, patient, client, clock):
        clock.move_to(self.LATE)
        published_plan(patient, [seated()])
        client.force_login(patient.user)
        client.post("/my/session/start/")
        assert patient.sessions.get().on_date == MONDAY


class TestTheNextDay:
    def test_it_is_the_next_day_of_the_plan(self, patient):
        version = published_plan(patient, weekdays=[MON, WED])
        assert get_next_planned_date(version, after=MONDAY) == MONDAY + 2 * DAY
        assert get_next_planned_date(version, after=MONDAY + 2 * DAY) == MONDAY + 7 * DAY

    def test_a_plan_without_days_has_none(self, patient):
        assert get_next_planned_date(published_plan(patient, weekdays=[]), after=MONDAY) is None

    def test_a_plan_that_starts_in_a_month_starts_then(self, patient):
        version = published_plan(patient, start_date=MONDAY + 30 * DAY, weekdays=[WED])
        assert get_next_planned_date(version, after=MONDAY) == MONDAY + 30 * DAY
