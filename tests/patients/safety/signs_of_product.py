"""Answers of the product to a sign, a reason or a pain rating of the hand-written cases, by its own services."""

import datetime
from dataclasses import dataclass

from patients.alerts.rules import always_told, defaults, find_inactivity
from patients.alerts.services.pain_limits import set_pain_limit
from patients.models import Alert, AlertLevel, ExerciseHold, FlagOrigin, Reason, ReportPlace, SessionEntry
from patients.sessions import check_in
from patients.sessions.advice import get_advice
from patients.sessions.questions import Place
from patients.sessions.services.reports import add_to_report, save_report
from patients.sessions.services.sessions import finish_session
from patients.sessions.services.skipped_days import skip_day
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseSessionFactory,
    PatientFactory,
    clinician,
    published_plan,
)
from tests.factories_of_screenings import finished_screening

DAY = datetime.timedelta(days=1)
#: The words of the cases → answers of the product. A follow-up in words changes those of its question.
WORDS = {
    "none_of_these": {"chest": False, "faint": False, "dizzy": False, "fell": False, "new_sore": False},
    "c_chest": {"chest": True},
    "c_faint": {"faint": True},
    "c_dizzy": {"dizzy": True},
    "passed": {"dizzy_passed": True},
    "not_passed": {"dizzy_passed": False},
    "c_fall": {"fell": True, "fell_head": False, "fell_stands": True},
    "head": {"fell_head": True},
    "cannot_stand": {"fell_stands": False},
    "c_near_fall": {"near_fall": True},
    "c_sore": {"new_sore": True, "sore_bad": False},
    "fever": {"sore_bad": True},
    "c_hot": {"hot_foot": True},
    "c_calf": {"calf": True, "calf_breath": False},
    "breathless": {"calf_breath": True},
    "c_weak": {"weak": True, "weak_sudden": False, "weak_both": False},
    "sudden": {"weak_sudden": True},
    "legs_or_bladder": {"weak_both": True},
    "slowly": {},
    "c_saddle": {"saddle": True},
    "c_low": {"low_sugar": True, "severe_low": False},
    "severe": {"severe_low": True},
    "r_ill": {"ill": True},
    "r_standup": {"dizzy_on_standing": True},
    "r_feet": {"new_sore": True, "sore_bad": False},
    "r_hot": {"hot_foot": True},
    "very_low": {"low_before": False, "sugar": "very_low"},
    "low": {"low_before": False, "sugar": "low"},
    "good": {"low_before": False, "sugar": "good"},
    "more_support": {"more_support": True},
    "enough_support": {"more_support": False},
    "someone_there": {"someone_there": True},
    "nobody_there": {"someone_there": False},
}
#: The signs that are told on the stop sheet only → questions of the product.
STOP_SHEET = {
    "one side weak, or face, speech, sight": "stroke",
    "a bad fall: sleepy, sick, confused, cannot get up": "bad_fall",
    "low sugar and drowsy": "low_and_drowsy",
    "foot sore with fever or black skin": "bad_sore_told",
    "foot suddenly cold, pale, painful": "cold_foot",
    "new or different strong pain": "new_pain_told",
    "heart racing for minutes": "racing_heart",
    "dark spots or flashes in one eye": "eye",
    "one leg swollen, and short of breath or chest pain": "calf_and_breath",
    "ketones moderate or large": "ketones_told",
    "sugar below 54, or help was needed": "severe_low_told",
    "both legs swollen, or pain at rest": "both_legs",
    "pain 2 above the start": "more_pain",
    "out of breath, but it settles": "out_of_breath",
    "calf hurts as I walk and stops as I rest": "calf_walking",
    "cramp, tired, unsteady": "tired",
}
#: Names of the sheet → kinds of alert of the product, where they differ.
KINDS = {"stroke_sign": "stroke"}


@dataclass(frozen=True)
class Told:
    """Consequences: tier of the first advice, level by kind of alert, holds that last, holds of today, flags."""

    tier: int | None
    alerts: dict[str, str]
    holds: frozenset[str]
    today: frozenset[str]
    flags: frozenset[str]

    @property
    def highest(self) -> str | None:
        return highest(self.alerts.values())


def highest(levels) -> str | None:
    """Return the highest of these levels; None if there is none."""
    return max(levels, key=lambda level: AlertLevel[level.upper()], default=None)


def answers_of(words: str) -> dict:
    answers = {}
    for word in words.split():
        answers |= WORDS.get(word, {})
    return answers


def reported(*signs: str, days_ago=()) -> Told:
    """Tell the signs on the stop sheet, and before that on each of the days ago."""
    answers = {name: answer for sign in signs for name, answer in answers_of(sign).items()}
    return _report(answers, days_ago)


def told_on_the_stop_sheet(sign: str) -> Told:
    return _report({STOP_SHEET[sign]: True})


def _report(answers, days_ago=()) -> Told:
    patient = PatientFactory()
    for ago in (*days_ago, 0):
        save_report(
            patient=patient, place=ReportPlace.STOP, answers=answers, by=patient.user, now=NOON - ago * DAY
        )
    return _told(patient, answers)


def skipped(reason: str, days_before: int) -> Told:
    """Skip today for a reason, with its answers, and before that as many days without any."""
    kind, *words = reason.split()
    version = published_plan(start_date=MONDAY - 60 * DAY, weeks=20)
    patient = version.plan.patient
    answers = answers_of(" ".join(words))
    if kind == "pain":
        answers = {"pain_after": int(words[0])}
    for ago in range(days_before, -1, -1):
        now = NOON - ago * DAY
        report = skip_day(patient=patient, reason=Reason(kind), by=patient.user, now=now)
        if report is not None and answers:
            add_to_report(report=report, answers=answers, by=patient.user, now=now)
    return _told(patient, answers)


def _told(patient, answers) -> Told:
    """Return what is in force at noon, and the alerts of today."""
    alerts = Alert.objects.filter(patient=patient, raised_at__gte=NOON)
    holds = ExerciseHold.objects.live(NOON).filter(patient=patient)
    return Told(
        tier=get_advice(answers)[0].level.tier,
        alerts={alert.kind: AlertLevel(alert.level).name.lower() for alert in alerts},
        holds=frozenset(hold.kind for hold in holds if hold.ends_at is None),
        today=frozenset(hold.kind for hold in holds if hold.ends_at is not None),
        flags=frozenset(patient.flags.live().filter(origin=FlagOrigin.REPORT).values_list("flag", flat=True)),
    )


def kind_of(name: str) -> str:
    return KINDS.get(name, name)


def is_asked(question: str, flags: set[str]) -> bool:
    """Return True if a patient with these flags is asked it before or after a session."""
    (name, *_follow_ups) = WORDS[question]
    places = (Place.READY, Place.SUGAR) if question.startswith("r_") else (Place.CHECK_IN,)
    return any(row.id == name for place in places for row in check_in.asked_at(place, flags))


def levels_of_inactivity(*, missed_days: int, silent_days: int) -> str | None:
    found = find_inactivity(defaults(), missed_days=missed_days, silent_days=silent_days)
    return AlertLevel(found.rule.level).name.lower() if found else None


def kinds_a_clinic_cannot_switch_off() -> frozenset[str]:
    return always_told()


def too_hard_on(*days_ago: int) -> str | None:
    """Finish a session in which an exercise was too hard, on each of these days; return the level of the last one."""
    version = published_plan(start_date=MONDAY - 60 * DAY, weeks=20)
    for ago in days_ago:
        session = _open_session(version, ago, 2)
        SessionEntry.objects.create(
            session=session, item=version.items.in_order()[0], outcome="done", effort="too_hard"
        )
        _finish(session, 2, ago)
    return _highest(version.plan.patient)


def level_after(pains, *, first=None, limit=None, new_kind=None) -> str | None:
    """Finish a session a day with these pains before and after; return the highest level of the last two days.

    Only the sessions of those days pass through the service: the others are stored as they would be.
    """
    version = published_plan(start_date=MONDAY - 60 * DAY, weeks=20)
    patient = version.plan.patient
    set_first_pain(patient, first)
    set_own_limit(patient, limit)
    for ago, (before, after) in zip(range(len(pains) - 1, -1, -1), pains, strict=True):
        if ago > 1:
            at = NOON - ago * DAY
            ExerciseSessionFactory(
                version=version,
                on_date=MONDAY - ago * DAY,
                started_at=at,
                finished_at=at,
                pain_before=before,
                pain_after=after,
            )
            continue
        told = {"new_pain": new_kind} if new_kind is not None and ago == 0 else {}
        _finish(_open_session(version, ago, before), after, ago, **told)
    return _highest(patient, since=NOON - DAY)


def set_first_pain(patient, first) -> None:
    """Store the usual pain that the screening has asked for."""
    if first is not None:
        finished_screening(patient, answers={"s_pain": first}, at=NOON - 60 * DAY)


def set_own_limit(patient, limit) -> None:
    """Store the limit that a clinician has set."""
    if limit is not None:
        by = clinician(patient.clinic)
        set_pain_limit(patient=patient, limit=limit, reason="Agreed.", by=by, now=NOON - 60 * DAY)


def _open_session(version, ago, pain_before):
    at = NOON - ago * DAY
    unanswered = dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain", "new_sore"))
    return ExerciseSessionFactory(
        version=version, on_date=MONDAY - ago * DAY, started_at=at, pain_before=pain_before, **unanswered
    )


def _finish(session, pain_after, ago, **answers):
    by = session.patient.user
    told = {"fell": False, "new_sore": False, "pain_after": pain_after} | answers
    return finish_session(session=session, answers=told, by=by, now=NOON - ago * DAY)


def _highest(patient, since=NOON) -> str | None:
    rows = Alert.objects.filter(patient=patient, raised_at__gte=since)
    return highest(AlertLevel(level).name.lower() for level in rows.values_list("level", flat=True))
