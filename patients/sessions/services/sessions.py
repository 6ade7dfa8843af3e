"""Everything a patient writes: a session step by step, its check-in, and "got it".

Each verb can be sent any number of times, also at once, with the same effect as once. Rows are locked in the same
order everywhere (patient or session first), so that parallel requests queue instead of failing.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Exercise, Support
from patients.alerts.services.raising import raise_alerts
from patients.models import (
    Effort,
    ExerciseSession,
    Helper,
    Outcome,
    Patient,
    PlanItem,
    PlanVersion,
    Reason,
    SessionEntry,
    Variant,
    VersionSeen,
)
from patients.sessions import check_in
from patients.sessions.questions import Answers
from patients.sessions.selectors.today import get_today
from patients.summaries.services.refresh import refresh_summary


class CannotStartError(Exception):
    """There is nothing to start: no plan, not yet, paused, finished, or all of it on hold. Today's page says which."""


class ImpossibleAnswerError(ValueError):
    """An answer that no page offers."""


class SessionGoneError(Exception):
    """The session was dropped in the meantime."""


@transaction.atomic
def start_session(*, patient: Patient, by: User, now: datetime.datetime) -> ExerciseSession:
    """The patient's open session, begun now if there was none. Raises CannotStartError.

    Who starts a session has seen what changed in its version.
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
    """Keep the pain before, 0–10. A finished session stays as it is. Raises SessionGoneError."""
    session = _get_for_update(session, by)
    if session.is_finished or session.pain_before == pain:
        return
    session.pain_before = pain
    session.save(update_fields=["pain_before"])
    record("session.answered", actor=by, obj=session, clinic=session.patient.clinic)


@transaction.atomic
def save_foot_check(*, session: ExerciseSession, found: Answers, by: User, now: datetime.datetime) -> None:
    """Keep what the foot check found; a danger is told to the clinic at once. Raises SessionGoneError.

    `found` has what was found alone: fine feet answer no question of the check-in. A danger that was told is never
    taken back by a second answer. A finished session stays as it is.
    """
    session = _get_for_update(session, by)
    kept = check_in.keep_worst(session.answers, found)
    is_news = kept != session.answers
    if session.is_finished or (session.feet_checked_at and not is_news):
        return
    session.feet_checked_at = session.feet_checked_at or now
    session.answers = kept
    session.save(update_fields=["feet_checked_at", "answers"])
    record("session.answered", actor=by, obj=session, clinic=session.patient.clinic)
    if is_news:
        raise_alerts(session=session, now=now)
        refresh_summary(patient=session.patient, now=now)


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
    """Done, or not today. Saying it again changes nothing; changing it forgets the effort.

    `reason` belongs to "not today" alone, and one that was told is not forgotten because the answer came again without.
    `way`, `instead` and `support` belong to "done". Raises SessionGoneError, and ImpossibleAnswerError for less support
    than prescribed, or a gentler exercise that is not named.
    """
    session = _get_for_update(session, by)
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


def check_answer(
    asked: Exercise | PlanItem, way: Variant | None, instead: Exercise | None, support: Support | None
) -> None:
    """The support ladder is stepped down alone, never up (NIH/NIA). Raises ImpossibleAnswerError."""
    if (way == Variant.GENTLER) != (instead is not None):
        raise ImpossibleAnswerError(
            "a gentler exercise must be given for the gentler variant, and only for it"
        )
    if support and support not in Support(asked.support).more:
        raise ImpossibleAnswerError("only a clinician may allow less support than prescribed")


@transaction.atomic
def undo_last_answer(*, session: ExerciseSession, item: PlanItem, by: User) -> None:
    """Forget what was said of `item`, if that was the last answer of an open session. Raises SessionGoneError.

    The item is named so that "undo" sent twice takes back one answer, not two.
    """
    session = _get_for_update(session, by)
    last = session.entries.order_by("-at", "-pk").first()
    if session.is_finished or last is None or last.item_id != item.pk:
        return
    last.delete()
    record("session.answer_undone", actor=by, obj=session, clinic=session.patient.clinic)


@transaction.atomic
def save_effort(*, session: ExerciseSession, item: PlanItem, effort: Effort, by: User) -> None:
    """How hard a done exercise was. Of one that was not done there is nothing to say. Raises SessionGoneError."""
    session = _get_for_update(session, by)
    entry = session.entries.filter(item=item, outcome=Outcome.DONE).first()
    if session.is_finished or entry is None or entry.effort == effort:
        return
    entry.effort = effort
    entry.save(update_fields=["effort"])
    record("session.answered", actor=by, obj=session, clinic=session.patient.clinic)


@transaction.atomic
def finish_session(
    *, session: ExerciseSession, answers: Answers, by: User, now: datetime.datetime
) -> ExerciseSession:
    """Store the check-in and tell the clinic of what it must look at. Raises SessionGoneError.

    A check-in that comes again changes nothing. One that comes again with a danger that was not told before adds
    the danger: what was reported is never taken back by a second form, and never lost because of a first. What the
    check-in does not ask (pain before, efforts) stays as it is.
    """
    session = _get_for_update(session, by)
    was_finished = session.is_finished
    sent = {each.id: answers[each.id] for each in check_in.sent_with_check_in() if each.id in answers}
    before = session.told
    session.tell(check_in.keep_worst(before, sent))
    if was_finished and before == session.told:
        return session
    session.finished_at = session.finished_at or now
    session.save()
    record_helper(session, by)
    raise_alerts(session=session, now=now)
    action = "session.danger_added" if was_finished else "session.finished"
    record(action, actor=by, obj=session, clinic=session.patient.clinic)
    refresh_summary(patient=session.patient, now=now)
    return session


@transaction.atomic
def discard_session(*, session: ExerciseSession, by: User) -> None:
    """Forget an open session that will not be finished. A finished one stays; a dropped one is dropped already.

    One in which a danger was told stays too: the clinic has been told of it.
    """
    found = ExerciseSession.objects.select_for_update(of=("self",)).open().filter(pk=session.pk).first()
    if found is None or found.is_told_of_danger:
        return
    record("session.dropped", actor=by, obj=found, clinic=session.patient.clinic)
    found.delete()


@transaction.atomic
def record_version_seen(*, version: PlanVersion, by: User, now: datetime.datetime) -> None:
    """The patient has read what changed."""
    _seen, is_new = VersionSeen.objects.get_or_create(version=version, defaults={"seen_at": now})
    if is_new:
        record("version.seen", actor=by, obj=version, clinic=version.plan.patient.clinic)


def _get_for_update(session: ExerciseSession, by: User) -> ExerciseSession:
    """The session as it is now, held until the transaction ends. Raises SessionGoneError.

    One under way, in which a helper answers, says so from now on.
    """
    found = (
        ExerciseSession.objects.select_for_update(of=("self",))
        .select_related("patient__clinic", "version")
        .filter(pk=session.pk)
        .first()
    )
    if found is None:
        raise SessionGoneError(session.pk)
    if not found.is_finished:
        record_helper(found, by)
    return found


def record_helper(session: ExerciseSession, by: User) -> None:
    """Keep who helped the patient to enter something; the patient's own entries take no name away."""
    if by.pk == session.patient.user_id:
        return
    helper = Helper.objects.filter(user=by, patient=session.patient_id).first()
    if helper is not None and session.helped_by_id != helper.pk:
        session.helped_by = helper
        session.save(update_fields=["helped_by"])
