"""The states of a plan and the moves between them, as one table. `docs/plan-states.md` is generated from it.

A plan stores its state in `Plan.state`; every move records a `PlanEvent`. Creating and publishing further versions
does not change the state: a paused plan can be changed and stays paused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from patients.models import PlanState


class Move(StrEnum):
    """A move of a plan from one state to another, named after the verb that a clinician would use."""

    PUBLISH = "publish"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"


@dataclass(frozen=True)
class MoveRow:
    """A row of the table: a move, the states it starts and ends in, and the texts that the clinician reads about it."""

    move: Move
    from_states: tuple[PlanState, ...]
    to_state: PlanState
    label: str
    #: The effect of the move on the patient's page, shown to the clinician before confirming.
    consequence: str
    #: The question that asks for the reason; empty if the move needs none.
    asks: str = ""

    @property
    def needs_reason(self) -> bool:
        return bool(self.asks)


MOVES: dict[Move, MoveRow] = {
    row.move: row
    for row in (
        MoveRow(
            Move.PUBLISH,
            (PlanState.DRAFT,),
            PlanState.ACTIVE,
            "Publish",
            "The patient sees the plan from its first day on.",
        ),
        MoveRow(
            Move.PAUSE,
            (PlanState.ACTIVE,),
            PlanState.PAUSED,
            "Pause the plan",
            "The patient is told that the plan is resting, and to call the clinic with questions. "
            "Paused days do not count as missed.",
            asks="Why is the plan paused?",
        ),
        MoveRow(
            Move.RESUME,
            (PlanState.PAUSED,),
            PlanState.ACTIVE,
            "Resume the plan",
            "The patient can exercise again from today on.",
        ),
        MoveRow(
            Move.FINISH,
            (PlanState.ACTIVE, PlanState.PAUSED),
            PlanState.FINISHED,
            "Finish the plan",
            "The patient keeps the history but is asked to do nothing more. A finished plan cannot be reopened; "
            "start the next plan from it instead.",
            asks="Why is the plan finished?",
        ),
    )
}


def list_plan_moves(state: str) -> list[MoveRow]:
    """Return the moves that a plan in this state allows, in the table's order."""
    return [row for row in MOVES.values() if state in row.from_states]


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft: start"]
    for row in MOVES.values():
        reason = ", with a reason" if row.needs_reason else ""
        lines += [
            f"    {state.value} --> {row.to_state.value}: {row.move.value}{reason}"
            for state in row.from_states
        ]
    lines += ["    draft --> [*]: discard", f"    {PlanState.FINISHED.value} --> [*]"]
    return "\n".join(lines)
