"""Values of the answers that a patient may correct after a session, and the differences between two sets of them."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from patients.models import OUTCOME, AnswerCorrection, Effort, ExerciseSession, Outcome, SessionEntry, Source
from patients.sessions import check_in

#: The pain ratings that may be corrected.
PAINS = ("pain_before", "pain_after")
#: Of an exercise that was done without a rating, as from a paper log.
DONE = Outcome.DONE.value
NOT_DONE = Outcome.NOT_TODAY.value
#: The words of what may be corrected, and of its values; pain ratings stand for themselves.
PAIN_LABELS = {"pain_before": _("Pain before"), "pain_after": _("Pain after")}
EXERCISE_CHOICES = (*Effort.choices, (NOT_DONE, _("Not done")))
VALUE_LABELS = {**dict(EXERCISE_CHOICES), DONE: _("Done"), "yes": _("Yes"), "no": _("No")}


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers of a session as they may be corrected.

    `exercises` has the effort of each item, or `DONE` for one that was done without, or `NOT_DONE`. `signs` are the
    dangers told and not taken back.
    """

    pains: Mapping[str, int | None]
    exercises: Mapping[uuid.UUID, str]
    signs: frozenset[str]


@dataclass(frozen=True)
class Change:
    """One answer that changes; `item` is the exercise whose outcome it is."""

    question: str
    old: str
    new: str
    item: uuid.UUID | None = None


@dataclass(frozen=True)
class Changes:
    """The differences between two sets of answers."""

    all: tuple[Change, ...] = field(default=())

    @property
    def told(self) -> list[str]:
        """The ids of the signs that are told now."""
        return [each.question for each in self.all if each.new == "yes"]

    @property
    def taken_back(self) -> list[str]:
        """The ids of the signs that are said not to be true."""
        return [each.question for each in self.all if each.old == "yes"]

    @property
    def has_more_pain(self) -> bool:
        """True if the pain after the session is a higher one now."""
        after = [each for each in self.all if each.question == "pain_after"]
        return any(not each.old or int(each.new) > int(each.old) for each in after)


def may_be_corrected(session: ExerciseSession, today: datetime.date) -> bool:
    """Return whether its answers may be corrected: those of today and of yesterday, not those from paper."""
    is_recent = session.on_date >= today - datetime.timedelta(days=1)
    return session.is_finished and is_recent and session.source == Source.APP


def read_answers(
    session: ExerciseSession, entries: Iterable[SessionEntry], corrections: Iterable[AnswerCorrection]
) -> Answers:
    """Return the answers of a session; `corrections` are its corrections, oldest first."""
    taken_back = {row.question: row.new == "no" for row in corrections if row.new in ("yes", "no")}
    signs = {each.id for each in check_in.dangers_in(session.answers) if each.is_sign}
    return Answers(
        pains={name: getattr(session, name) for name in PAINS},
        exercises={entry.item_id: _value_of(entry) for entry in entries},
        signs=frozenset(name for name in signs if not taken_back.get(name)),
    )


def compare(known: Answers, new: Answers, shown: Iterable[str]) -> Changes:
    """Return what changes; `shown` are the signs that the page has listed, and no other is taken back."""
    rows = [
        Change(name, _as_text(known.pains[name]), _as_text(level))
        for name, level in new.pains.items()
        if level is not None and level != known.pains[name]
    ]
    rows += [
        Change(OUTCOME, known.exercises[item], value, item)
        for item, value in new.exercises.items()
        if item in known.exercises and value != known.exercises[item]
    ]
    rows += [Change(name, "no", "yes") for name in sorted(new.signs - known.signs)]
    rows += [Change(name, "yes", "no") for name in sorted((known.signs - new.signs) & set(shown))]
    return Changes(tuple(rows))


def get_stamp(known: Answers) -> str:
    """Return a stamp of the answers, which a page sends back, so that a change in the meantime is noticed."""
    data = [
        sorted(known.pains.items()),
        sorted((str(item), value) for item, value in known.exercises.items()),
        sorted(known.signs),
    ]
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:24]


def _value_of(entry: SessionEntry) -> str:
    return entry.effort or DONE if entry.outcome == Outcome.DONE else NOT_DONE


def _as_text(level: int | None) -> str:
    return "" if level is None else str(level)
