"""The ways a home-exercise programme goes, as a table: each demo patient lives one of these rows."""

from __future__ import annotations

from dataclasses import dataclass

from patients.models import AlertKind, PlanState
from patients.sessions.check_in import QUESTIONS


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One kind of course. Pain is 0–10; days count back from today, both ends included."""

    key: str
    #: Of 100 patients, how many live this story.
    share: int
    #: Part of the planned sessions that gets done.
    adherence: float = 0.8
    pain_from: float = 4.5
    pain_to: float = 4.0
    #: How often an exercise felt easy, about right, too hard.
    efforts: tuple[int, int, int] = (3, 6, 1)
    #: How often an exercise is left out of a session.
    leaves_out: float = 0.07
    #: What the therapist changes from version to version; see `prescriptions.CHANGES`.
    changes: tuple[str, ...] = ("more", "add")
    #: First planned day, days ago; None: as long ago as the whole history.
    began: tuple[int, int] | None = None
    #: Last day with anything on it, days ago; None: goes on to this day.
    ended: tuple[int, int] | None = None
    #: What the last check-in told, still waiting for a clinician.
    last_event: str | None = None
    #: Where the plan stands now; None: there is no plan.
    state: PlanState | None = PlanState.ACTIVE
    #: A finished programme came before this one.
    second_round: bool = False
    #: Slug of the routine it starts from; empty: any.
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

#: A danger that no story above ends with gets one of its own, so that a new question of the check-in is seen at once.
_TOLD = {scenario.last_event for scenario in _WRITTEN}
SCENARIOS = (
    *_WRITTEN,
    *(
        Scenario(key=question.id, share=1, ended=(0, 2), last_event=question.alert.kind)
        for question in QUESTIONS
        if question.alert and question.alert.kind not in _TOLD
    ),
)

#: Lived by the two patients of the personas page.
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


def get_scenario(number: int, roll: float) -> Scenario:
    """The first patients of a clinic live one story each, so a small demo has all; chance picks the rest.

    `number` counts the clinic's patients from 0; `roll` is at least 0 and under 1.
    """
    if number < len(SCENARIOS):
        return SCENARIOS[number]
    left = roll * sum(scenario.share for scenario in SCENARIOS)
    for scenario in SCENARIOS:
        left -= scenario.share
        if left < 0:
            return scenario
    return SCENARIOS[-1]
