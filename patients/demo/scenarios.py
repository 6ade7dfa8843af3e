"""The courses that a home-exercise plan can take, as a table. Each demo patient follows one of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from patients.alerts.rules import alert_rule_definitions
from patients.models import AlertKind, PlanState


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One kind of course. Pain is from 0 to 10; days are counted back from today, both ends included."""

    key: str
    #: Weight of the scenario among all, about the number of 100 patients.
    share: int
    #: Part of the planned sessions that is done.
    adherence: float = 0.8
    pain_from: float = 4.5
    pain_to: float = 4.0
    #: Weights of the ratings easy, about right and too hard.
    efforts: tuple[int, int, int] = (3, 6, 1)
    #: Probability that an exercise is left out of a session.
    leaves_out: float = 0.07
    #: Kinds of changes from version to version; see `prescriptions.CHANGES`.
    changes: tuple[str, ...] = ("more", "add")
    #: Minimum and maximum days since the first planned day; None for the length of the whole history.
    began: tuple[int, int] | None = None
    #: Minimum and maximum days since the last day with a session; None if sessions continue to today.
    ended: tuple[int, int] | None = None
    #: Kind of the alert that the last check-in raises, which is unresolved.
    last_event: str | None = None
    #: Current state of the plan; None if there is no plan.
    state: PlanState | None = PlanState.ACTIVE
    #: True if the patient has a finished plan before this one.
    second_round: bool = False
    #: Slug of the routine that the plan starts from; empty for a random one.
    routine: str = ""


_WRITTEN = (
    Scenario(key="improving", share=22, adherence=0.9, pain_from=6.0, pain_to=2.5, efforts=(5, 5, 0)),
    Scenario(key="steady", share=18, adherence=0.78, pain_from=4.0, pain_to=4.0),
    Scenario(
        key="struggling",
        share=11,
        adherence=0.48,
        pain_from=4.5,
        pain_to=5.8,
        efforts=(0, 5, 5),
        leaves_out=0.25,
        changes=("less", "drop", "steadier"),
    ),
    Scenario(key="gone quiet", share=8, adherence=0.7, ended=(15, 26)),
    Scenario(key="just starting", share=7, adherence=0.85, began=(0, 6), efforts=(1, 6, 2)),
    Scenario(key="fell", share=1, adherence=0.75, ended=(0, 2), last_event=AlertKind.FALL, efforts=(1, 6, 3)),
    Scenario(key="new sore", share=1, adherence=0.8, ended=(0, 2), last_event=AlertKind.SORE),
    Scenario(key="dizzy", share=1, adherence=0.8, ended=(0, 1), last_event=AlertKind.FAINT),
    Scenario(
        key="strong pain",
        share=1,
        adherence=0.6,
        pain_from=5.0,
        pain_to=6.0,
        ended=(0, 1),
        last_event=AlertKind.PAIN,
    ),
    Scenario(key="paused", share=5, adherence=0.75, ended=(5, 12), state=PlanState.PAUSED),
    Scenario(
        key="finished",
        share=8,
        adherence=0.85,
        pain_from=5.5,
        pain_to=3.0,
        ended=(3, 20),
        state=PlanState.FINISHED,
    ),
    Scenario(key="second round", share=4, adherence=0.82, pain_from=4.0, pain_to=3.0, second_round=True),
    Scenario(key="in preparation", share=3, began=(0, 0), state=PlanState.DRAFT),
    Scenario(key="no plan yet", share=4, began=(0, 0), state=None),
    Scenario(
        key="worse for it",
        share=2,
        adherence=0.95,
        pain_from=2.0,
        pain_to=2.5,
        ended=(0, 1),
        last_event=AlertKind.PAIN_RISING,
    ),
    Scenario(key="slipping away", share=4, adherence=0.85, ended=(8, 12)),
)

#: Alerts that need several sessions in a row → the number of last sessions in which the same is told.
REPEATED: dict[str, int] = {
    AlertKind.PAIN_RISING: 2,
    AlertKind.TOO_HARD: 2,
    AlertKind.NEAR_FALL_AGAIN: 2,
    AlertKind.DIZZY_AGAIN: 2,
    AlertKind.UNSTEADY: 2,
    AlertKind.UNWELL: 3,
    AlertKind.TIRED: 3,
    AlertKind.AFRAID: 1,
    AlertKind.PAIN_ABOVE_USUAL: 1,
    AlertKind.USUAL_PAIN_UP: 5,  # half of the ratings of which the usual pain is the median
}
#: Kinds of alerts that a scenario above ends with, and those of inactivity. Every other alert gets a scenario of its
#: own below, so that the demo shows a new question or rule at once.
_COVERED = {scenario.last_event for scenario in _WRITTEN} | {AlertKind.QUIET, AlertKind.SILENT}
_OTHERS = tuple(
    Scenario(
        key=kind,
        share=1,
        adherence=1.0 if kind in REPEATED else 0.8,
        pain_from=3.0,
        pain_to=3.0,
        efforts=(3, 6, 0),
        leaves_out=0.0,
        ended=(0, 2),
        last_event=kind,
    )
    for kind in alert_rule_definitions()
    if kind not in _COVERED
)
SCENARIOS = (*_WRITTEN, *_OTHERS)

#: The scenarios of the two patients on the personas page.
WEEKS_IN = Scenario(
    key="weeks in",
    share=0,
    adherence=0.86,
    pain_from=6.0,
    pain_to=4.0,
    efforts=(4, 6, 1),
    ended=(1, 1),
    routine="first-steps-standing",
)
FIRST_DAY = Scenario(key="first day", share=0, began=(0, 0), ended=(1, 1), routine="first-steps-seated")


def get_scenario(number: int, roll: float, *, clinic: int = 0) -> Scenario:
    """Return the scenario of a patient.

    The first patients of a clinic get one scenario each, so that a small demo has all of them; the others get one by
    weight. Every second clinic begins with the other half of `_OTHERS`, so that two small clinics have all of them.
    `number` counts the clinic's patients from 0; `roll` is a random number from 0 (included) to 1 (excluded).
    """
    half = clinic % 2
    first = (*_WRITTEN, *_OTHERS[half::2], *_OTHERS[1 - half :: 2])
    if number < len(first):
        return first[number]
    left = roll * sum(scenario.share for scenario in SCENARIOS)
    for scenario in SCENARIOS:
        left -= scenario.share
        if left < 0:
            return scenario
    return SCENARIOS[-1]
