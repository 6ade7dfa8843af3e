"""The shape of the catalogue: plain, frozen data that the loader puts into the database by slug.

Nothing here touches the database. A fact about an exercise is written once, in the modules beside this one;
`exercises.catalogue.checks.problems` says what is wrong with it before anything is stored.

Every text a person reads is an English message id marked with `gettext_noop`: the database keeps the English
and the templates translate it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from exercises.doses import Dose

Category = Literal["balance", "aerobic", "stretching"]
Position = Literal["standing", "seated", "water"]
#: The support ladder of the NIH, from the most support to the least.
Support = Literal["two_hands", "one_hand", "fingertips", "none", "eyes_closed"]
#: What an exercise asks of a body. The plan's safety rules look these up against the patient's flags.
Demand = Literal[
    "weight_bearing",
    "standing",
    "single_leg",
    "narrow_base",
    "step",
    "foot_pressure",
    "aerobic",
    "immersion",
    "head_down",
    "straining",
]
StepKind = Literal["get_ready", "do", "breathe", "safety"]
#: What a patient does when a stop sign shows.
StopAction = Literal["emergency", "clinic"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One action, in under 15 words."""

    kind: StepKind
    text: str


def get_ready(text: str) -> Step:
    """A step before the movement: where to stand or sit, what to hold."""
    return Step(kind="get_ready", text=text)


def do(text: str) -> Step:
    """A step of the movement itself."""
    return Step(kind="do", text=text)


def breathe(text: str) -> Step:
    """A step about breathing."""
    return Step(kind="breathe", text=text)


def safety(text: str) -> Step:
    """A step that keeps the person from harm while they move."""
    return Step(kind="safety", text=text)


@dataclass(frozen=True, kw_only=True)
class EquipmentEntry:
    """Something a person may have at home. Shoes are advice for all standing work, not equipment."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class FocusEntry:
    """A part of the body, or a skill, that an exercise works on."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ExerciseEntry:
    """One exercise.

    `equipment` lists alternatives: any one of them will do. `progression_of` is the exercise to master first.
    `easier` is a seated exercise to offer when this one is too much today or is blocked for a patient.
    Steps never give the numbers of the dose: when a clinician prescribes another dose, they stay true.
    """

    slug: str
    name: str
    category: Category
    position: Position
    support: Support
    equipment: tuple[str, ...]
    focus: tuple[str, ...]
    demands: tuple[Demand, ...]
    dose: Dose
    progression_of: str = ""
    easier: str = ""
    summary: str
    start_position: str
    steps: tuple[Step, ...]
    feel: str
    common_mistake: str
    safety_notes: tuple[str, ...]
    source: str
    source_url: str = ""


@dataclass(frozen=True, kw_only=True)
class RoutineItemEntry:
    """One exercise of a routine, with the dose that the routine suggests."""

    exercise: str
    dose: Dose
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RoutineEntry:
    """An ordered set of exercises for one session."""

    slug: str
    name: str
    summary: str
    for_whom: str
    items: tuple[RoutineItemEntry, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryEntry:
    """One kind of exercise: why it helps, how often, and the weekly target behind the words.

    `minutes_per_week` and `longest_gap_days` (days in a row without it) are None where no target is set.
    """

    slug: Category
    name: str
    icon: str
    summary: str
    why: str
    how_often: str
    days_min: int
    days_max: int | None
    minutes_per_week: int | None
    longest_gap_days: int | None
    source: str


@dataclass(frozen=True, kw_only=True)
class AdviceEntry:
    """One piece of safety advice, shown with every exercise."""

    slug: str
    title: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class SupportLevelEntry:
    """One rung of the support ladder. A locked rung stays closed until a clinician opens it for a patient."""

    slug: Support
    name: str
    text: str
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class StopSignEntry:
    """A sign to stop at once, and whom to call."""

    slug: str
    name: str
    action: StopAction


@dataclass(frozen=True, kw_only=True)
class StopActionEntry:
    """What to do about the stop signs of one kind."""

    slug: StopAction
    title: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class GlucoseBandEntry:
    """What to do before exercise at a blood glucose of `from_mg_dl` up to, but not including, `below_mg_dl`.

    None means the band is open at that end. Units: mg/dL.
    """

    from_mg_dl: int | None
    below_mg_dl: int | None
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FactEntry:
    """One fact for the public pages, with where it comes from."""

    slug: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class QuestionEntry:
    """A question people ask, and its answer, one paragraph per string."""

    slug: str
    question: str
    answer: tuple[str, ...]
    source: str
