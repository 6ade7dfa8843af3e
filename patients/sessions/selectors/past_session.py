"""Selector of the page of a finished session: what was done, what was told, and what was written to the clinic."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from clinic.models import User
from patients.models import AnswerCorrection, Effort, ExerciseSession, Message, Outcome, SessionEntry, Source
from patients.sessions import check_in
from patients.sessions.corrections import PAIN_LABELS, VALUE_LABELS, Answers, read_answers


@dataclass(frozen=True)
class PastExercise:
    """One exercise of a finished session; `name` is that of the plan, in English, which the page translates."""

    entry: SessionEntry

    @property
    def name(self) -> str:
        instead = self.entry.instead
        return instead.name if instead else str(self.entry.item.content.get("name", ""))

    @property
    def is_done(self) -> bool:
        return self.entry.outcome == Outcome.DONE

    @property
    def is_too_hard(self) -> bool:
        return self.entry.effort == Effort.TOO_HARD

    @property
    def remarks(self) -> list[str]:
        """The variant, the support and the effort of one that was done; the reason of one that was not."""
        entry = self.entry
        words = [
            (entry.way, entry.get_way_display()),
            (entry.support, entry.get_support_display()),
            (entry.effort, entry.get_effort_display()),
            (entry.reason, entry.get_reason_display()),
        ]
        return [str(label) for value, label in words if value]


@dataclass(frozen=True)
class PastCorrection:
    """One answer that was corrected; `name` is that of its exercise, in English, or ""."""

    row: AnswerCorrection

    @property
    def name(self) -> str:
        return str(self.row.item.content.get("name", "")) if self.row.item else ""

    @property
    def what(self) -> str:
        """The question, of an answer that is of no exercise."""
        if self.row.question in PAIN_LABELS:
            return str(PAIN_LABELS[self.row.question])
        return "" if self.row.item_id else str(check_in.question(self.row.question).sign)

    @property
    def old(self) -> str:
        return str(VALUE_LABELS.get(self.row.old, self.row.old))

    @property
    def new(self) -> str:
        return str(VALUE_LABELS.get(self.row.new, self.row.new))


@dataclass(frozen=True)
class PastSession:
    """A finished session. `notes` are those that the reader may see; `others` are the other sessions of that day."""

    session: ExerciseSession
    exercises: tuple[PastExercise, ...]
    notes: tuple[Message, ...]
    others: tuple[uuid.UUID, ...]
    corrections: tuple[PastCorrection, ...]
    #: The answers as they may be corrected now.
    answers: Answers

    @property
    def done(self) -> list[PastExercise]:
        return [each for each in self.exercises if each.is_done]

    @property
    def not_done(self) -> list[PastExercise]:
        return [each for each in self.exercises if not each.is_done]

    @property
    def signs(self) -> list[tuple[str, bool]]:
        """The dangers that were told, in the words of the list of signs, and True for one that was taken back."""
        return [
            (str(each.sign or each.in_short), each.is_sign and each.id not in self.answers.signs)
            for each in check_in.dangers_in(self.session.answers)
        ]

    @property
    def has_answered_signs(self) -> bool:
        """True if signs were asked about: without an answer, nothing is said of them."""
        asked = {each.id for each in check_in.list_signs()}
        return bool(asked & set(self.session.answers))

    @property
    def is_from_paper(self) -> bool:
        return self.session.source == Source.PAPER

    @property
    def feet_checked(self) -> bool:
        return self.session.feet_checked_at is not None


def get_past_session(session: ExerciseSession, reader: User) -> PastSession:
    """Return the page of a finished session. Four queries.

    A note is a message, and messages are the patient's own: a helper sees those that they have written themselves.
    """
    entries = list(session.entries.select_related("item", "instead").order_by("item__order", "pk"))
    corrections = list(session.corrections.select_related("by", "item").order_by("at", "pk"))
    notes = Message.objects.filter(session=session).order_by("sent_at", "pk")
    if reader.pk != session.patient.user_id:
        notes = notes.filter(sender=reader)
    finished = ExerciseSession.objects.for_patient(session.patient).finished()
    same_day = finished.filter(on_date=session.on_date).exclude(pk=session.pk).order_by("finished_at")
    return PastSession(
        session=session,
        exercises=tuple(PastExercise(entry) for entry in entries),
        notes=tuple(notes),
        others=tuple(same_day.values_list("pk", flat=True)),
        corrections=tuple(PastCorrection(row) for row in corrections),
        answers=read_answers(session, entries, corrections),
    )
