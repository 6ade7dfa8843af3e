"""Writes of a patient's session: its steps, its check-in, and the acknowledgement of a new plan version.

Each function is idempotent: repeated calls, also parallel ones, have the effect of one. Rows are locked in the same
order everywhere (the patient first), so that parallel requests wait for each other instead of failing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Exercise, Support
from patients.messages.services import send_note
from patients.models import (
    Effort,
    ExerciseSession,
    Helper,
    Outcome,
    Patient,
    PlanItem,
    PlanVersion,
    Reason,
    SafetyReport,
    SessionEntry,
    Variant,
    VersionSeen,
)
from patients.sessions import check_in
from patients.sessions.questions import Answers
from patients.sessions.selectors.today import get_today
from patients.sessions.services.consequences import apply_consequences, end_holds_by_reading
from patients.sessions.services.reports import save_reason


class CannotStartError(Exception):
    """No session can be started: no plan, not begun, paused, finished, or all exercises on hold.

    The argument is the `TodayState`, which today's page explains.
    """


class ImpossibleAnswerError(ValueError):
    """The answer is none of those that a page offers."""


class SessionGoneError(Exception):
    """The session has been discarded in the meantime."""


@transaction.atomic
def start_session(*, patient: Patient, by: User, now: datetime.datetime) -> ExerciseSession:
    """Return the patient's open session, created now if there is none.

    Starting a session also marks the changes of its plan version as seen. Raises CannotStartError.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    today = get_today(patient, now)
    if today.open_session is not None:
        return today.open_session
    if not today.can_start or today.version is None:
        raise CannotStartError(today.state)
    session = ExerciseSession.objects.create(
        patient=patient, version=today.version, on_date=today.date, started_at=now, entered_by=by
    )
    record_helper(session, by)
    VersionSeen.objects.get_or_create(version=today.version, defaults={"seen_at": now})
    record("session.started", actor=by, obj=session, clinic=patient.clinic)
    return session


@transaction.atomic
def save_pain_before(*, session: ExerciseSession, pain: int, by: User) -> None:
    """Save the pain before the session, 0–10. A finished session is not changed. Raises SessionGoneError."""
    session = get_for_update(session, by)
    if session.is_finished or session.pain_before == pain:
        return
    session.pain_before = pain
    session.save(update_fields=["pain_before"])
    record("session.answered", actor=by, obj=session, clinic=session.patient.clinic)


@transaction.atomic
def save_answers(
    *,
    session: ExerciseSession,
    answers: Answers,
    by: User,
    now: datetime.datetime,
    checks_feet: bool = False,
) -> None:
    """Save answers given before the check-in: the signs before the first exercise, blood sugar, follow-ups.

    Alerts, holds and flags follow at once. An answer never withdraws a reported danger; a reading that allows exercise
    ends the hold of a low that was treated. `checks_feet` records that the feet were looked at. A finished session
    takes further dangers only. Raises SessionGoneError.
    """
    session = get_for_update(session, by)
    before = session.told
    kept = check_in.keep_worst(before, answers)
    is_news = kept != before
    checks_feet = checks_feet and session.feet_checked_at is None and not session.is_finished
    if checks_feet:
        session.feet_checked_at = now
    if is_news or checks_feet:
        session.tell(kept)
        session.answers = {name: answer for name, answer in session.answers.items() if name in kept}
        session.save()
        record("session.answered", actor=by, obj=session, clinic=session.patient.clinic)
    if is_news:
        apply_consequences(source=session, before=before, by=by, now=now)
    end_holds_by_reading(source=session, answers=answers, by=by, now=now)


@transaction.atomic
def save_outcome(
    *,
    session: ExerciseSession,
    item: PlanItem,
    outcome: Outcome,
    by: User,
    now: datetime.datetime,
    reason: Reason | None = None,
    way: Variant | None = None,
    instead: Exercise | None = None,
    support: Support | None = None,
) -> None:
    """Save the outcome of one exercise: done, or not today.

    The same outcome again changes nothing; another outcome deletes the effort. `reason` is kept for "not today" only,
    and a repeated answer without a reason does not delete it. `way`, `instead` and `support` are kept for "done" only.
    A finished session is not changed. Raises SessionGoneError, and ImpossibleAnswerError for less support than
    prescribed or a gentler variant without its exercise.
    """
    session = get_for_update(session, by)
    if session.is_finished:
        return
    is_done = outcome == Outcome.DONE
    if not is_done:
        way = instead = support = None
    check_answer(instead or item, way, instead, support)
    entry = session.entries.filter(item=item).first() or SessionEntry(session=session, item=item)
    why = "" if is_done else reason or entry.reason
    answer = (outcome, why, way or "", instead.pk if instead else None, support or "")
    if entry.pk and answer == (entry.outcome, entry.reason, entry.way, entry.instead_id, entry.support):
        return
    if entry.outcome != outcome or not entry.pk:
        entry.at = now
    entry.outcome, entry.reason, entry.way, entry.instead_id, entry.support = answer
    entry.effort = ""
    entry.save()
    record("session.answered", actor=by, obj=session, clinic=session.patient.clinic)


@transaction.atomic
def skip_exercise(
    *,
    session: ExerciseSession,
    item: PlanItem,
    reason: Reason | None,
    by: User,
    now: datetime.datetime,
) -> SafetyReport | None:
    """Save "not today" of one exercise with its reason; return the report on which the reason goes on, or None.

    A finished session is not changed. Raises SessionGoneError.
    """
    save_outcome(session=session, item=item, outcome=Outcome.NOT_TODAY, reason=reason, by=by, now=now)
    return save_reason(patient=session.patient, reason=reason, by=by, now=now)


def check_answer(
    asked: Exercise | PlanItem, way: Variant | None, instead: Exercise | None, support: Support | None
) -> None:
    """Raise ImpossibleAnswerError for a gentler variant without its exercise, or for less support than prescribed.

    A patient may choose more support, never less: only a clinician reduces it (NIH/NIA).
    """
    if (way == Variant.GENTLER) != (instead is not None):
        raise ImpossibleAnswerError(
            "a gentler exercise must be given for the gentler variant, and only for it"
        )
    if support and support not in Support(asked.support).more:
        raise ImpossibleAnswerError("only a clinician may allow less support than prescribed")


@transaction.atomic
def undo_last_answer(*, session: ExerciseSession, item: PlanItem, by: User) -> None:
    """Delete the answer to `item`, if it is the last answer of an open session. Raises SessionGoneError.

    The item is an argument so that an "undo" that is sent twice deletes one answer, not two.
    """
    session = get_for_update(session, by)
    last = session.entries.order_by("-at", "-pk").first()
    if session.is_finished or last is None or last.item_id != item.pk:
        return
    last.delete()
    record("session.answer_undone", actor=by, obj=session, clinic=session.patient.clinic)


@transaction.atomic
def save_effort(*, session: ExerciseSession, item: PlanItem, effort: Effort, by: User) -> None:
    """Save how hard an exercise was. Changes nothing if it was not done, or the session is finished.

    Raises SessionGoneError.
    """
    session = get_for_update(session, by)
    entry = session.entries.filter(item=item, outcome=Outcome.DONE).first()
    if session.is_finished or entry is None or entry.effort == effort:
        return
    entry.effort = effort
    entry.save(update_fields=["effort"])
    record("session.answered", actor=by, obj=session, clinic=session.patient.clinic)


@transaction.atomic
def finish_session(
    *,
    session: ExerciseSession,
    answers: Answers,
    by: User,
    now: datetime.datetime,
    told_at: Mapping[str, datetime.datetime] | None = None,
    note: str = "",
) -> ExerciseSession:
    """Save the check-in, finish the session, raise the alerts and send the note. Raises SessionGoneError.

    A repeated check-in changes nothing, except that a danger that was not reported before is added: a second form
    never withdraws a reported danger, and a first form never hides one. Answers that the check-in does not ask for
    (pain before, efforts) stay as they are. `told_at` is when answers were told on a phone.
    """
    session = get_for_update(session, by)
    send_note(session=session, text=note, by=by, now=now)
    was_finished = session.is_finished
    sent = {each.id: answers[each.id] for each in check_in.can_be_sent() if each.id in answers}
    if was_finished:  # a phone that sends its copy again does not undo a correction
        corrected = set(session.corrections.values_list("question", flat=True)) & {"pain_after"}
        sent = {name: answer for name, answer in sent.items() if name not in corrected}
    before = session.told
    session.tell(check_in.keep_worst(before, sent))
    if was_finished and before == session.told:
        return session
    session.finished_at = session.finished_at or now
    session.save()
    record_helper(session, by)
    action = "session.danger_added" if was_finished else "session.finished"
    record(action, actor=by, obj=session, clinic=session.patient.clinic)
    apply_consequences(source=session, before=before, by=by, now=now, told_at=told_at)
    return session


@transaction.atomic
def discard_session(*, session: ExerciseSession, by: User) -> None:
    """Delete an open session. A finished or already deleted one is left alone.

    A session that reports a danger is not deleted either, since the clinic has an alert about it, nor one that has
    begun a hold.
    """
    locked = ExerciseSession.objects.select_for_update(of=("self",)).open().filter(pk=session.pk).first()
    if locked is None or locked.has_consequences:
        return
    record("session.dropped", actor=by, obj=locked, clinic=session.patient.clinic)
    locked.delete()


@transaction.atomic
def record_version_seen(*, version: PlanVersion, by: User, now: datetime.datetime) -> None:
    """Record that the patient has read what changed in this version."""
    _seen, is_new = VersionSeen.objects.get_or_create(version=version, defaults={"seen_at": now})
    if is_new:
        record("version.seen", actor=by, obj=version, clinic=version.plan.patient.clinic)


def get_for_update(session: ExerciseSession, by: User) -> ExerciseSession:
    """Return the session, re-read and locked until the transaction ends. Raises SessionGoneError.

    The patient is locked first, as in every service that begins holds or sets flags, so that two of them wait for each
    other. If a helper answers in an open session, the session records that helper.
    """
    Patient.objects.select_for_update().filter(pk=session.patient_id).first()
    locked = (
        ExerciseSession.objects.select_for_update(of=("self",))
        .select_related("patient__clinic", "version")
        .filter(pk=session.pk)
        .first()
    )
    if locked is None:
        raise SessionGoneError(session.pk)
    if not locked.is_finished:
        record_helper(locked, by)
    return locked


def record_helper(session: ExerciseSession, by: User) -> None:
    """Save the helper who entered something for the patient; the patient's own entries do not remove the name."""
    if by.pk == session.patient.user_id:
        return
    helper = Helper.objects.filter(user=by, patient=session.patient_id).first()
    if helper is not None and session.helped_by_id != helper.pk:
        session.helped_by = helper
        session.save(update_fields=["helped_by"])
