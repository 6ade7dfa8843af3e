"""Types of the catalogue's entries: frozen dataclasses that the loader writes into the database by slug.

Nothing here uses the database. The other modules of this package contain the entries;
`exercises.catalogue.checks.problems` validates them before they are stored.

Every text that people read is an English message id marked with `gettext_noop`: the database stores the English text
and templates translate it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from exercises.doses import Dose
from exercises.models.support_steps import Place, get_place, support_step

Category = Literal["balance", "aerobic", "stretching"]
Position = Literal["standing", "seated", "water"]
#: Support levels (NIH/NIA), from most to least support.
Support = Literal["two_hands", "one_hand", "fingertips", "none", "eyes_closed"]
#: Physical demands of an exercise. A plan's safety rules compare these with the patient's flags.
Demand = Literal[
    "weight_bearing",
    "standing",
    "walking",
    "rise",
    "single_leg",
    "narrow_base",
    "step",
    "foot_pressure",
    "foot_band",
    "foot_motion",
    "shoes_off",
    "aerobic",
    "vigorous",
    "resistance",
    "straining",
    "jarring",
    "heat",
    "immersion",
    "deep_water",
    "head_down",
    "forward_bend",
    "spine_twist",
    "head_turn",
]
StepKind = Literal["get_ready", "support", "do", "breathe", "safety"]
#: Action after a stop sign, by tier: call the emergency number now, call the clinic the same day, or rest.
StopAction = Literal["emergency", "clinic", "rest"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Step of an exercise: one action, in fewer than 15 words; "" for how to hold on (see `hold_on`)."""

    kind: StepKind
    text: str


def get_ready(text: str) -> Step:
    """Return a step before the movement, about the position and the support."""
    return Step(kind="get_ready", text=text)


def hold_on() -> Step:
    """Return the step that says how to hold on. Its words follow from the support that is chosen."""
    return Step(kind="support", text="")


def do(text: str) -> Step:
    """Return a step of the movement."""
    return Step(kind="do", text=text)


def breathe(text: str) -> Step:
    """Return a step about breathing."""
    return Step(kind="breathe", text=text)


def safety(text: str) -> Step:
    """Return a step about safety during the movement."""
    return Step(kind="safety", text=text)


@dataclass(frozen=True, kw_only=True)
class EquipmentEntry:
    """Equipment that a person may have at home. Shoes are part of the general advice, not equipment."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class FocusEntry:
    """Part of the body, or ability, that an exercise trains."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ExerciseEntry:
    """Exercise.

    `equipment` lists alternatives: any one of them is enough. `progression_of` is the slug of the exercise to master
    first. `easier` is the slug of a seated alternative for a patient who finds this one too hard, or for whom it is
    blocked. Steps do not contain numbers of the dose, so that they stay correct with any prescribed dose. Only the step
    `hold_on()` says how to hold on, so that they stay correct with any support.
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

    @property
    def place(self) -> Place:
        """Return the thing to hold."""
        return get_place(self.position, self.equipment)

    def list_steps(self, support: str = "") -> list[str]:
        """Return the words of the steps at this support, or at the suggested one."""
        return [step.text or support_step(support or self.support, self.place) for step in self.steps]


@dataclass(frozen=True, kw_only=True)
class RoutineItemEntry:
    """Exercise of a routine, with the dose that the routine suggests."""

    exercise: str
    dose: Dose
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RoutineEntry:
    """Ordered exercises for one session."""

    slug: str
    name: str
    summary: str
    for_whom: str
    items: tuple[RoutineItemEntry, ...]


@dataclass(frozen=True, kw_only=True)
class CategoryEntry:
    """Kind of exercise, with its reasons, recommended frequency and weekly target.

    `minutes_per_week` and `longest_gap_days` (consecutive days without it) are None if there is no target.
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
    """Safety advice that is shown with every exercise."""

    slug: str
    title: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class SupportLevelEntry:
    """Support level. A locked level is available only after a clinician has unlocked it for a patient."""

    slug: Support
    name: str
    text: str
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class StopSignEntry:
    """Sign at which to stop immediately, with the action to take.

    `source` names it in short for the public pages. `grounds` are the sources as in the clinical rules, each with its
    mark: R read, C from a copy or a summary, K kept from version 1, J judgment.
    """

    slug: str
    name: str
    action: StopAction
    source: str
    grounds: str


@dataclass(frozen=True, kw_only=True)
class StopActionEntry:
    """Action to take after certain stop signs: one tier of the stop rules."""

    slug: StopAction
    tier: Literal[1, 2, 3]
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FactEntry:
    """Fact for the public pages, with its source."""

    slug: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class QuestionEntry:
    """Frequent question with its answer, one paragraph per string."""

    slug: str
    question: str
    answer: tuple[str, ...]
    source: str
