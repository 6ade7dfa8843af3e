"""One line of a plan: the value of a prescribed exercise.

The fields of a plan item are named here, in `PlanLine`, and nowhere else between the row and the page. Code that
writes a row, stores a draft as text, compares two versions, merges two people's edits or copies a line goes over the
fields of the class, so that a new field takes part in all of it. `tests/patients/plans/test_lines.py` checks this.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, fields
from typing import Any

from exercises.doses import DOSE_FIELDS, Dose
from exercises.models import Exercise, Support
from patients.models import PlanItem, Side
from patients.plans import formatting
from patients.plans.weekdays import needs_rest_days, suggested_weekdays

#: The key of a line in its plan: the exercise, and the first week of the phase that the line is for.
Key = tuple[uuid.UUID, int]


def format_key(key: Key) -> str:
    """Return the key as forms and addresses write it: the exercise's id, then the first week unless it is 1."""
    exercise_id, first_week = key
    return str(exercise_id) if first_week == 1 else f"{exercise_id}_{first_week}"


def parse_line_key(text: str) -> Key:
    """Return the key that `format_key` wrote. Raises ValueError for anything else: it comes back from a browser."""
    exercise_id, _underscore, first_week = text.partition("_")
    return uuid.UUID(exercise_id), int(first_week or 1)


def _read_id(value: uuid.UUID | str) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _read_dose(value: Dose | Mapping[str, Any]) -> Dose:
    return value if isinstance(value, Dose) else Dose(**value)


def _read_side(value: str) -> str:
    return Side(value) if value else ""


def _read_weekdays(value: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(int(day) for day in value))


def _read_last_week(value: int | None) -> int | None:
    return None if value is None else int(value)


@dataclass(frozen=True)
class PlanLine:
    """One exercise of a plan in one phase.

    The `read` of a field takes its value from a row, a form or JSON; it raises ValueError or TypeError for an invalid
    value. A field needs a default: it is the value of texts that were stored before there was such a field. The name
    is only to be shown: it takes no part in comparing lines, and it is not stored.
    """

    exercise_id: uuid.UUID = field(metadata={"read": _read_id})
    dose: Dose = field(metadata={"read": _read_dose})
    support: Support = field(metadata={"read": Support})
    _: KW_ONLY
    #: Empty: both sides or each side, as the dose says.
    side: str = field(default="", metadata={"read": _read_side})
    note: str = field(default="", metadata={"read": str})
    #: Monday is 0. Empty: on every day of the plan.
    weekdays: tuple[int, ...] = field(default=(), metadata={"read": _read_weekdays})
    first_week: int = field(default=1, metadata={"read": int})
    #: None: to the end of the plan.
    last_week: int | None = field(default=None, metadata={"read": _read_last_week})
    name: str = field(default="", compare=False)

    # --- From and to rows, forms and text -------------------------------------------------------------------------

    @classmethod
    def read(cls, values: Mapping[str, Any], *, name: str = "") -> PlanLine:
        """Return the line that these values describe, by field name. Names that are no field are ignored.

        Raises ValueError, TypeError or AttributeError for values that cannot be a line's.
        """
        known = {part: _READERS[part](value) for part, value in values.items() if part in _READERS}
        return cls(**known, name=name)

    @classmethod
    def of(cls, item: PlanItem) -> PlanLine:
        """Return the line that a row prescribes. An item of a draft needs `exercise` loaded, for the name."""
        name = item.content["name"] if item.content else item.exercise.name
        return cls.read({part: getattr(item, part) for part in LINE_FIELDS}, name=name)

    @classmethod
    def suggested(
        cls,
        exercise: Exercise,
        *,
        dose: Dose | None = None,
        note: str = "",
        support: str | None = None,
        plan_days: Collection[int] = (),
    ) -> PlanLine:
        """Return the exercise with the catalogue's dose, or with the dose of a routine.

        With `plan_days`, a dose of fewer days a week than the plan gets that many of them, well spread, and a
        strengthening exercise rests a day. That is a query unless the exercise's `focus` is prefetched.
        """
        dose = dose or exercise.dose
        return cls(
            exercise_id=exercise.pk,
            dose=dose,
            support=Support(exercise.support if support is None else support),
            note=note,
            weekdays=suggested_weekdays(
                dose, plan_days, needs_rest=bool(plan_days) and needs_rest_days(exercise)
            ),
            name=exercise.name,
        )

    def row_values(self) -> dict[str, Any]:
        """Return the values of `ROW_FIELDS`, ready for a `PlanItem`. The exercise itself is not among them."""
        return self.dose.as_dict() | {part: _plain(getattr(self, part)) for part in OWN_FIELDS}

    def as_json(self) -> dict[str, Any]:
        """Return the line as a JSON object, without values that are the default. `read` reads it."""
        values = ((part, getattr(self, part.name)) for part in _PARTS)
        return {part.name: _plain(value) for part, value in values if value != part.default}

    # --- In words and in time -------------------------------------------------------------------------------------

    @property
    def key(self) -> Key:
        return self.exercise_id, self.first_week

    @property
    def format_key(self) -> str:
        return format_key(self.key)

    @property
    def sentence(self) -> str:
        """The dose as the clinician reads it: with its side, and its days a week unless it has weekdays."""
        return formatting.draft_sentence(self)

    @property
    def session_dose(self) -> Dose:
        """The dose of one session."""
        return formatting.session_dose(self)

    @property
    def session_sentence(self) -> str:
        """The dose of one session as a sentence."""
        return formatting.session_sentence(self)

    @property
    def shorter_dose(self) -> Dose | None:
        """About half of one session's dose; None if it cannot be less."""
        return formatting.shorter_dose(self)

    @property
    def shorter_sentence(self) -> str:
        """The shorter dose as a sentence; "" if it cannot be less."""
        return formatting.shorter_sentence(self)

    @property
    def short_dose(self) -> str:
        """The dose of one session in a few words, for lists."""
        return formatting.short_dose(self)

    @property
    def when(self) -> str:
        """Its own days and weeks; "" if it has none of its own."""
        return formatting.when(self)

    @property
    def told(self) -> str:
        """The dose with its own days and weeks. The plan's days are not repeated: the page shows them once."""
        return f"{self.session_sentence} {self.when}".strip()

    def session_seconds(self) -> int:
        """Return about how many seconds the exercise takes in one session."""
        return self.session_dose.session_seconds()

    # --- Its days and weeks ---------------------------------------------------------------------------------------

    def days_in(self, plan_days: Collection[int]) -> tuple[int, ...]:
        """Return the weekdays of the line in a plan with these days."""
        return tuple(sorted(set(self.weekdays) & set(plan_days) if self.weekdays else plan_days))

    def is_in_week(self, week: int) -> bool:
        """Return True if the week, counted from 1, belongs to the line."""
        return self.first_week <= week and (self.last_week is None or week <= self.last_week)

    def overlaps(self, other: PlanLine) -> bool:
        """Return True if some week belongs to both lines."""
        first, second = sorted((self, other), key=lambda line: line.first_week)
        return first.last_week is None or second.first_week <= first.last_week


#: The fields that are prescribed, in order: all but the name.
_PARTS = tuple(part for part in fields(PlanLine) if "read" in part.metadata)
_READERS: dict[str, Callable[[Any], Any]] = {part.name: part.metadata["read"] for part in _PARTS}
LINE_FIELDS = tuple(_READERS)
#: The fields of a line besides its exercise and dose; a row has them under the same names.
OWN_FIELDS = tuple(part for part in LINE_FIELDS if part not in ("exercise_id", "dose"))
#: All fields of a line except for its exercise, by the names of a row, in which the dose is several fields.
ROW_FIELDS = (*DOSE_FIELDS, *OWN_FIELDS)


def _plain(value: object) -> object:
    """Return a value of a field as rows and JSON store it."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, Dose):
        return value.as_dict()
    return list(value) if isinstance(value, tuple) else value
