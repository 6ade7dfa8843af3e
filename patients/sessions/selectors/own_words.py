"""Things that a patient says of their own accord, read as annotations of the query of another selector."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Subquery

from patients.activities.selectors import ONE_DAY, ToldActivity, read_activities, with_activities
from patients.goals.selectors import PatientGoals, read_goals, with_goals
from patients.models import Patient


@dataclass(frozen=True)
class OwnWords:
    """The patient's goals, and their activities beside the plan, the newest first."""

    goals: PatientGoals
    #: True if the patient has done an exercise, and was not asked for a goal yet.
    asks_for_goal: bool
    activities: tuple[ToldActivity, ...]

    @classmethod
    def annotations(
        cls, patient: Patient, *, last: datetime.date, first: datetime.date | None = None
    ) -> dict[str, Subquery]:
        """Return the annotations for the query whose row `read` gets.

        The activities are those from `first` to `last`: of `last` and the day before, if `first` is None.
        """
        return with_goals(patient) | with_activities(patient, first or last - ONE_DAY, last)

    @classmethod
    def read(cls, patient: Patient, row: Mapping[str, Any], now: datetime.datetime) -> OwnWords:
        """Return them from a row with the annotations. No query."""
        goals = read_goals(patient, row, now)
        has_done = bool(row["known_session_days"] or row["last_session_before"])
        return cls(
            goals=goals,
            asks_for_goal=has_done and not goals.was_asked,
            activities=read_activities(patient, row, now),
        )
