"""Correction of the answers of a finished session. What was answered before is kept, and the team is told."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils.formats import date_format

from clinic.audit.services import record
from clinic.languages import override_team_language
from clinic.models import User
from patients.messages.services import send_note
from patients.models import OUTCOME, AnswerCorrection, ExerciseSession, Outcome, SessionEntry
from patients.sessions import check_in
from patients.sessions.corrections import (
    DONE,
    NOT_DONE,
    Answers,
    Changes,
    compare,
    get_stamp,
    may_be_corrected,
    read_answers,
)
from patients.sessions.services.consequences import apply_consequences
from patients.sessions.services.sessions import get_for_update


class TooLateError(Exception):
    """The session is of an earlier day than yesterday, or is not finished, or comes from paper."""


class StaleAnswersError(Exception):
    """The answers have changed since the page was opened. Nothing was saved."""


@transaction.atomic
def correct_answers(
    *,
    session: ExerciseSession,
    answers: Answers,
    shown: Collection[str],
    stamp: str,
    by: User,
    now: datetime.datetime,
    note: str = "",
) -> Changes:
    """Change the answers of a finished session, keep those of before, and return what changed. Idempotent.

    A danger told now has its alerts and holds at once. One that is taken back stays among the answers, with its alerts
    and holds, and the clinic gets a message that says so: only a person of the team ends them. `shown` are the signs
    that the page listed, `stamp` is that of the answers on the page.

    Raises SessionGoneError, TooLateError and StaleAnswersError.
    """
    session = get_for_update(session, by)
    if not may_be_corrected(session, session.patient.today(now)):
        raise TooLateError
    entries = {entry.item_id: entry for entry in session.entries.select_related("item")}
    known = read_answers(session, entries.values(), session.corrections.order_by("at", "pk"))
    changes = compare(known, answers, shown)
    send_note(session=session, text=note, by=by, now=now)
    if not changes.all:
        return changes
    if stamp != get_stamp(known):
        raise StaleAnswersError
    before = session.told
    for change in changes.all:
        if change.question == OUTCOME and change.item is not None:
            _set_outcome(entries[change.item], change.new)
        elif change.old not in ("yes", "no"):
            session.tell({change.question: int(change.new)})
        else:
            session.tell({change.question: True})
        AnswerCorrection.objects.create(
            session=session,
            item_id=change.item,
            question=change.question,
            old=change.old,
            new=change.new,
            at=now,
            by=by,
        )
    session.save()
    record("session.corrected", actor=by, obj=session, clinic=session.patient.clinic)
    apply_consequences(source=session, before=before, by=by, now=now)
    if changes.taken_back:
        send_note(session=session, text=_tell_of(session, changes), by=by, now=now)
    return changes


def _set_outcome(entry: SessionEntry, value: str) -> None:
    """Set whether an exercise was done, and how hard it was; what was said besides belongs to the other outcome."""
    was_done, is_done = entry.outcome == Outcome.DONE, value != NOT_DONE
    entry.outcome = Outcome.DONE if is_done else Outcome.NOT_TODAY
    entry.effort = value if is_done and value != DONE else ""
    if was_done and not is_done:
        entry.way, entry.instead, entry.support = "", None, ""
    if is_done:
        entry.reason = ""
    entry.save()


def _tell_of(session: ExerciseSession, changes: Changes) -> str:
    """Return the message to the team about signs that were taken back."""
    with override_team_language(session.patient.clinic.region):
        signs = ", ".join(str(check_in.question(name).sign) for name in changes.taken_back)
        day = date_format(session.on_date, "MONTH_DAY_FORMAT")
    return (
        f"Correction of {day}: not true after all: {signs}. "
        "The alert and the hold stay until you have looked at them."
    )
