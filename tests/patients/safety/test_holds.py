"""A hold ends only as the table of the clinical rules says, and its answer says what becomes of the flags."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from clinic.models import AppendOnlyError, AuditEvent, OpeningHours
from patients.alerts.services.answers import acknowledge_alert, resolve_alert
from patients.exceptions import NotPossibleError
from patients.models import (
    Alert,
    ExerciseHold,
    Flag,
    FlagOrigin,
    HoldOutcome,
    PatientFlag,
)
from patients.safety.hold_endings import ENDINGS, ENDINGS_BY_QUESTION, endings_of
from patients.safety.holds import DEMANDS_KEPT_AWAY, HOLDS_OF_A_DAY, HoldKind
from patients.safety.services.flags import clear_flag, set_flag
from patients.safety.services.holds import (
    end_hold,
    end_rechecked_holds,
    escalate_holds,
    look_at_hold,
)
from patients.sessions import check_in
from patients.sessions.questions import Until
from patients.sessions.selectors.today import get_today
from patients.sessions.services.skipped_days import unskip_day
from patients.tasks import escalate_due_alerts
from tests.factories import NOON, published_plan
from tests.patients.hold_steps import list_live_holds, live_flags, tell_from_stop_sheet

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
#: One question for each hold that a person ends.
BEGUN_BY = {
    HoldKind.ALL: "chest",
    HoldKind.STANDING: "fell",
    HoldKind.FEET: "new_sore",
    HoldKind.FOOT_REST: "hot_foot",
}
#: Every answer of the table: (kind, question, outcome, flags afterwards among those of the report, needs a date).
ANSWERS = [
    (HoldKind.ALL, "chest", "cleared", set(), True),
    (HoldKind.ALL, "chest", "mistake", set(), False),
    (HoldKind.ALL, "bad_fall", "cleared", {"fell"}, True),
    (HoldKind.ALL, "bad_fall", "mistake", set(), False),
    (HoldKind.STANDING, "fell", "flag_kept", {"fell"}, False),
    (HoldKind.STANDING, "fell", "not_found", set(), False),
    (HoldKind.STANDING, "fell", "mistake", set(), False),
    (HoldKind.STANDING, "weak", "cleared", set(), False),
    (HoldKind.STANDING, "weak", "mistake", set(), False),
    (HoldKind.FEET, "new_sore", "flag_kept", {"foot_sore"}, False),
    (HoldKind.FEET, "new_sore", "healed", {"past_ulcer"}, True),
    (HoldKind.FEET, "new_sore", "not_found", set(), False),
    (HoldKind.FOOT_REST, "hot_foot", "flag_kept", {"charcot_active"}, False),
    (HoldKind.FOOT_REST, "hot_foot", "healed", {"charcot_past"}, True),
    (HoldKind.FOOT_REST, "hot_foot", "infection", set(), True),
    (HoldKind.FOOT_REST, "hot_foot", "clot", {"clot"}, False),
    (HoldKind.FOOT_REST, "hot_foot", "other", set(), True),
    (HoldKind.FOOT_REST, "hot_foot", "not_found", set(), False),
]
#: The answers that say what it was.
WITH_CAUSE = {"infection", "other"}


@pytest.fixture
def tell(patient, version):
    """Return `tell("new_sore")`, which tells a sign from the stop sheet."""
    return lambda *questions, now=NOON, **answers: tell_from_stop_sheet(
        patient, now=now, **dict.fromkeys(questions, True) | answers
    )


def for_a_person(patient):
    return ExerciseHold.objects.for_a_person().filter(patient=patient)


def end(hold, dana, outcome, **more):
    typed = {"seen_by": "Dr. Kim, podiatrist", "now": NOON + DAY} | more
    return end_hold(hold=hold, outcome=HoldOutcome(outcome), by=dana, **typed)


# --- The table --------------------------------------------------------------------------------------------------------


def test_every_answer_of_the_table_is_tested():
    table = {(kind, outcome.value) for kind, answers in ENDINGS.items() for outcome in answers}
    table |= {
        (kind, outcome.value) for (kind, _q), answers in ENDINGS_BY_QUESTION.items() for outcome in answers
    }
    # The answers about high ketones are tested on the page of the hold.
    of_ketones = {(HoldKind.KETONES, "cleared"), (HoldKind.KETONES, "mistake")}
    assert table == {(kind, outcome) for kind, _question, outcome, _flags, _date in ANSWERS} | of_ketones


def test_every_hold_that_does_not_end_by_itself_has_answers_and_no_other_has():
    by_itself = HOLDS_OF_A_DAY - {HoldKind.KETONES}
    for kind in HoldKind:
        assert bool(endings_of(kind)) == (kind not in by_itself)
    assert set(ENDINGS) == set(DEMANDS_KEPT_AWAY) - by_itself


@pytest.mark.parametrize(("kind", "question", "outcome", "flags", "needs_date"), ANSWERS)
def test_an_answer_ends_the_hold_and_says_what_becomes_of_the_flag(
    tell, patient, dana, kind, question, outcome, flags, needs_date
):
    tell(question)
    hold = for_a_person(patient).get(kind=kind)
    cause = "Cellulitis" if outcome in WITH_CAUSE else ""
    if needs_date:
        with pytest.raises(NotPossibleError, match="date"):
            end(hold, dana, outcome, cause=cause)
    if cause:
        with pytest.raises(NotPossibleError, match="what it was"):
            end(hold, dana, outcome, start_on=patient.today(NOON + DAY), cause="  ")
    end(hold, dana, outcome, start_on=patient.today(NOON + DAY) if needs_date else None, cause=cause)

    hold.refresh_from_db()
    assert (hold.outcome, hold.seen_by, hold.ended_by) == (outcome, "Dr. Kim, podiatrist", dana)
    assert hold.cause == cause
    assert hold.looked_by == dana
    assert not for_a_person(patient).filter(kind=kind).exists()
    assert live_flags(patient) == flags
    assert AuditEvent.objects.filter(action="hold.ended", actor=dana).count() == 1


@pytest.mark.parametrize("kind", BEGUN_BY)
def test_an_answer_of_another_hold_is_refused(tell, patient, dana, kind):
    tell(BEGUN_BY[kind])
    hold = for_a_person(patient).get(kind=kind)
    for outcome in HoldOutcome:
        if outcome not in endings_of(kind, hold.question):
            with pytest.raises(NotPossibleError, match="does not belong"):
                end(hold, dana, outcome, start_on=NOON.date())
    assert not for_a_person(patient).get(kind=kind).is_ended


def test_a_hold_is_not_ended_without_saying_who_has_seen_the_patient(tell, patient, dana):
    tell("new_sore")
    with pytest.raises(NotPossibleError, match="who has seen"):
        end(for_a_person(patient).get(), dana, "not_found", seen_by="  ")
    assert for_a_person(patient).exists()
    assert live_flags(patient) == {"foot_sore"}


def test_the_database_refuses_an_ended_hold_that_says_nothing(tell, patient, dana):
    tell("new_sore")
    with pytest.raises(IntegrityError), transaction.atomic():
        for_a_person(patient).update(ended_at=NOON, ended_by=dana)


def test_the_database_refuses_another_cause_that_is_not_named(tell, patient, dana):
    tell("hot_foot")
    hold = for_a_person(patient).get()
    end(hold, dana, "other", start_on=patient.today(NOON + DAY), cause="Gout")
    with pytest.raises(IntegrityError), transaction.atomic():
        ExerciseHold.objects.filter(pk=hold.pk).update(cause="")


def test_a_clot_in_the_foot_lets_nothing_be_offered_until_its_flag_is_cleared(tell, patient, version, dana):
    tell("hot_foot")
    end(for_a_person(patient).get(), dana, "clot")
    assert live_flags(patient) == {"clot"}
    assert not get_today(patient, NOON + 2 * DAY).can_start

    clear_flag(patient=patient, flag=Flag.CLOT, by=dana, now=NOON + 2 * DAY)
    assert get_today(patient, NOON + 3 * DAY).can_start


def test_an_infection_keeps_the_foot_at_rest_until_the_day_that_is_written(tell, patient, dana):
    tell("hot_foot")
    start_on = patient.today(NOON + DAY) + 9 * DAY
    end(for_a_person(patient).get(), dana, "infection", start_on=start_on, cause="Cellulitis, antibiotics")

    assert live_flags(patient) == set()
    assert [hold.kind for hold in list_live_holds(patient, NOON + 9 * DAY)] == ["foot_rest"]
    assert list_live_holds(patient, NOON + 10 * DAY) == []


def test_a_hold_cannot_be_deleted(tell, patient):
    tell("new_sore")
    with pytest.raises(AppendOnlyError):
        for_a_person(patient).get().delete()


def test_a_flag_that_a_clinician_had_set_before_a_mistaken_report_stays(tell, patient, dana):
    set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON - DAY, origin=FlagOrigin.SCREENING)
    tell("fell")
    end(for_a_person(patient).get(), dana, "mistake")
    assert live_flags(patient) == {"fell"}


def test_an_ended_hold_keeps_its_first_answer(tell, patient, dana, other):
    tell("new_sore")
    hold = for_a_person(patient).get()
    end(hold, dana, "flag_kept")
    end(hold, other, "healed")
    hold.refresh_from_db()
    assert (hold.outcome, hold.ended_by) == ("flag_kept", dana)
    assert live_flags(patient) == {"foot_sore"}


def test_until_the_start_date_nothing_is_offered(tell, patient, dana):
    tell("chest")
    today = patient.today(NOON + DAY)
    end(for_a_person(patient).get(), dana, "cleared", start_on=today + 3 * DAY)

    assert not for_a_person(patient).exists()
    assert [hold.kind for hold in list_live_holds(patient, NOON + 2 * DAY)] == ["all"]
    assert list_live_holds(patient, NOON + 4 * DAY) == []


def test_a_start_date_before_the_report_is_refused(tell, patient, dana):
    tell("chest")
    with pytest.raises(NotPossibleError, match="before the report"):
        end(for_a_person(patient).get(), dana, "cleared", start_on=(NOON - DAY).date())


# --- Events that do not end a hold ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", BEGUN_BY)
class TestAHoldStays:
    def test_when_its_alert_is_acknowledged(self, tell, patient, dana, kind):
        report = tell(BEGUN_BY[kind])
        acknowledge_alert(alert=report.alerts.first(), by=dana, now=NOON)
        hold = for_a_person(patient).get(kind=kind)
        assert (hold.looked_by, hold.looked_at) == (dana, NOON)

    def test_when_its_alert_was_resolved_by_other_code(self, tell, patient, dana, kind):
        tell(BEGUN_BY[kind])
        Alert.objects.update(settled_at=NOON, settled_by=dana)
        assert for_a_person(patient).filter(kind=kind).exists()

    def test_when_the_alert_is_resolved_without_an_answer_since_that_is_refused(
        self, tell, patient, dana, kind
    ):
        report = tell(BEGUN_BY[kind])
        with pytest.raises(NotPossibleError, match="Say what becomes of the hold"):
            resolve_alert(alert=report.alerts.first(), by=dana, now=NOON)
        assert report.alerts.first().is_waiting
        assert for_a_person(patient).filter(kind=kind).exists()

    def test_for_any_time(self, tell, patient, kind):
        tell(BEGUN_BY[kind])
        for days in (1, 30, 400):
            assert kind in {hold.kind for hold in list_live_holds(patient, NOON + days * DAY)}

    def test_when_the_plan_is_published_anew(self, tell, patient, version, dana, kind):
        tell(BEGUN_BY[kind])
        published_plan(plan=version.plan, number=2)
        assert kind in {hold.kind for hold in list_live_holds(patient, NOON + 2 * DAY)}

    def test_when_the_patient_answers_again(self, tell, patient, version, kind):
        tell(BEGUN_BY[kind])
        tell(now=NOON + DAY, **{BEGUN_BY[kind]: False})
        unskip_day(patient=patient, by=patient.user, now=NOON + DAY)
        assert kind in {hold.kind for hold in list_live_holds(patient, NOON + 2 * DAY)}

    def test_and_is_no_hold_that_an_answer_of_the_patient_may_end(self, tell, patient, kind):
        tell(BEGUN_BY[kind])
        told = {"sugar": "good", "ketones": "none"}
        assert end_rechecked_holds(patient=patient, told=told, by=patient.user, now=NOON + DAY) == 0
        assert for_a_person(patient).filter(kind=kind).exists()

    def test_when_a_hold_of_another_kind_ends(self, tell, patient, dana, kind):
        other = next(each for each in BEGUN_BY if each != kind)
        tell(BEGUN_BY[kind], BEGUN_BY[other])
        hold = for_a_person(patient).get(kind=other)
        outcome = next(iter(endings_of(other, hold.question)))
        end(hold, dana, outcome, start_on=(NOON + DAY).date())
        assert for_a_person(patient).filter(kind=kind).exists()

    def test_when_that_of_another_report_of_the_same_sign_ends(self, tell, patient, dana, kind):
        tell(BEGUN_BY[kind])
        tell(BEGUN_BY[kind], now=NOON + DAY)
        first, second = for_a_person(patient).filter(kind=kind).order_by("begun_at")
        outcome = next(iter(endings_of(kind, first.question)))
        end(first, dana, outcome, start_on=(NOON + DAY).date())
        assert for_a_person(patient).get(kind=kind) == second


@pytest.mark.parametrize(
    "question", [each for each in check_in.QUESTIONS if each.holds], ids=lambda row: row.id
)
def test_a_hold_of_a_day_ends_and_one_that_needs_an_answer_does_not(tell, patient, question):
    if question not in check_in.can_be_sent():
        return  # asked before a session only
    danger = next(
        answers
        for value, _label in question.options
        if question.is_danger_in(answers := {question.id: question.read(value)})
    )
    tell(**danger)
    begun = question.holds_begun_by(danger)
    after = {hold.kind for hold in list_live_holds(patient, NOON + 2 * DAY)}
    assert {each.kind for each in begun} <= {hold.kind for hold in list_live_holds(patient, NOON)}
    assert after == {each.kind for each in begun if each.until in (Until.A_PERSON, Until.A_LATER_DAY)}


# --- Nobody has looked ------------------------------------------------------------------------------------------------


def test_a_hold_that_nobody_looks_at_goes_to_the_team_after_a_working_day_and_once(
    tell, patient, dana, mailoutbox
):
    tell("new_sore")
    hold = for_a_person(patient).get()
    limit = NOON + DAY
    assert hold.team_from == limit
    assert escalate_holds(now=limit - datetime.timedelta(minutes=1)) == 0
    assert escalate_holds(now=limit) == 1
    assert escalate_holds(now=limit + DAY) == 0

    hold.refresh_from_db()
    assert hold.escalated_at == limit
    assert AuditEvent.objects.filter(action="hold.escalated", actor=None).count() == 1
    mails = [mail for mail in mailoutbox if mail.subject == "A hold is waiting for your team"]
    assert mails
    for word in ("sore", "foot", "Margaret", "Lee"):
        assert all(word not in mail.body for mail in mails)


@pytest.mark.parametrize(
    ("told", "limit"),
    [
        (("2026-03-05", 9), ("2026-03-06", 9)),
        (("2026-03-05", 11), ("2026-03-06", 11)),
        (("2026-03-06", 10), ("2026-03-09", 10)),  # Friday, and the next open day is Monday
        (("2026-03-06", 15), ("2026-03-10", 9)),  # closed: the day counts from Monday, 9 o'clock
        (("2026-03-07", 8), ("2026-03-10", 9)),
    ],
)
def test_a_working_day_is_one_open_day_however_short_it_is(tell, patient, told, limit):
    for weekday in range(5):
        OpeningHours.objects.create(
            clinic=patient.clinic,
            weekday=weekday,
            opens_at=datetime.time(9),
            closes_at=datetime.time(12),
        )
    at, due = (
        datetime.datetime.combine(
            datetime.date.fromisoformat(day), datetime.time(hour), tzinfo=patient.clinic.zone
        )
        for day, hour in (told, limit)
    )
    tell("new_sore", now=at)
    assert for_a_person(patient).get().team_from == due


def test_a_hold_that_somebody_looked_at_does_not_go_to_the_team(tell, patient, dana):
    tell("new_sore")
    hold = for_a_person(patient).get()
    assert look_at_hold(hold=hold, by=dana, now=NOON)
    assert not look_at_hold(hold=hold, by=dana, now=NOON + DAY)
    assert escalate_holds(now=NOON + 9 * DAY) == 0
    assert for_a_person(patient).exists(), "it stays"


def test_a_hold_of_a_day_never_goes_to_the_team(tell, patient):
    tell("dizzy")
    assert not for_a_person(patient).exists()
    assert escalate_holds(now=NOON + 9 * DAY) == 0


def test_the_worker_escalates_alerts_and_holds(tell):
    tell("new_sore")
    assert escalate_due_alerts(NOON + 9 * DAY) == 2
    assert escalate_due_alerts(NOON + 9 * DAY) == 0


def test_a_reported_flag_has_the_report_as_its_origin(tell, patient):
    tell("hot_foot")
    row = PatientFlag.objects.get()
    assert (row.flag, row.origin, row.is_unsettled) == ("charcot_active", "report", True)
