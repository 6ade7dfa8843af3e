"""A patient's goals with their words and scores, read as annotations of another query, so that they cost none."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from clinic.models.aggregates import JSONArrayAgg
from patients.models import Goal, GoalScore, GoalWording, Patient
from patients.safety.selectors.known_holds import parse_moment

#: A goal is scored again after this long.
SCORED_EVERY = datetime.timedelta(weeks=4)


@dataclass(frozen=True)
class Score:
    """One score, 0–10; `helper` is the name of the helper who entered it, "" for none."""

    on: datetime.date
    score: int
    helper: str = ""


@dataclass(frozen=True)
class EarlierWords:
    """Words that the goal had until a day."""

    words: str
    until: datetime.date


@dataclass(frozen=True)
class GoalHistory:
    """One goal from the day on which it was set. `scores` and `earlier` are in order, the oldest first."""

    id: uuid.UUID
    words: str
    since: datetime.date
    ended_on: datetime.date | None
    helper: str
    scores: tuple[Score, ...]
    earlier: tuple[EarlierWords, ...] = ()

    @property
    def first(self) -> Score | None:
        return self.scores[0] if self.scores else None

    @property
    def last(self) -> Score | None:
        return self.scores[-1] if self.scores else None

    @property
    def newest_first(self) -> tuple[Score, ...]:
        return self.scores[::-1]

    @property
    def change(self) -> int:
        """The last score less the first; 0 with fewer than two."""
        return self.scores[-1].score - self.scores[0].score if len(self.scores) > 1 else 0

    def is_due(self, today: datetime.date) -> bool:
        """Return True if the goal should be scored: four weeks after the last score, or without any."""
        last = self.scores[-1].on if self.scores else None
        return self.ended_on is None and (last is None or today - last >= SCORED_EVERY)


@dataclass(frozen=True)
class PatientGoals:
    """The goals of a patient, the newest first. `was_asked` is True once they have set or declined one."""

    today: datetime.date
    all: tuple[GoalHistory, ...] = field(default=())
    was_asked: bool = False

    @property
    def current(self) -> GoalHistory | None:
        return next((goal for goal in self.all if goal.ended_on is None), None)

    @property
    def ended(self) -> tuple[GoalHistory, ...]:
        return tuple(goal for goal in self.all if goal.ended_on is not None)

    @property
    def due(self) -> GoalHistory | None:
        """The goal to score now, or None."""
        current = self.current
        return current if current is not None and current.is_due(self.today) else None

    @property
    def scored_today(self) -> Score | None:
        """The score of today, which may still be changed."""
        last = self.current.last if self.current else None
        return last if last is not None and last.on == self.today else None


def with_goals(patient: Patient | OuterRef) -> dict[str, Subquery]:
    """Return annotations for any query that hold the patient's goals; `read_goals` reads them."""
    goals = Goal.objects.filter(patient=patient)
    scores = GoalScore.objects.filter(goal__patient=patient)
    earlier = GoalWording.objects.filter(goal__patient=patient)
    names = ("id", "words", "set_at", "declined_at", "ended_at")
    return {
        "known_goals": _as_json(
            goals, "patient", JSONObject(**{name: name for name in names}, helper="helped_by__name")
        ),
        "known_goal_scores": _as_json(
            scores,
            "goal__patient",
            JSONObject(goal="goal_id", on="on_date", score="score", helper="helped_by__name"),
        ),
        "known_goal_words": _as_json(
            earlier, "goal__patient", JSONObject(goal="goal_id", words="words", at="changed_at")
        ),
    }


def _as_json(rows: QuerySet[Any], patient: str, row: JSONObject) -> Subquery:
    return Subquery(rows.order_by().values(patient).annotate(rows=JSONArrayAgg(row)).values("rows"))


def read_goals(patient: Patient, row: Mapping[str, Any], now: datetime.datetime) -> PatientGoals:
    """Return the goals from a row with the annotations of `with_goals`. No query."""
    found = sorted(row["known_goals"] or (), key=lambda goal: str(goal["set_at"]), reverse=True)
    scores: dict[uuid.UUID, list[Score]] = {}
    for each in row["known_goal_scores"] or ():
        score = Score(datetime.date.fromisoformat(each["on"]), each["score"], each["helper"] or "")
        scores.setdefault(uuid.UUID(each["goal"]), []).append(score)
    earlier: dict[uuid.UUID, list[EarlierWords]] = {}
    for each in sorted(row["known_goal_words"] or (), key=lambda words: str(words["at"])):
        until = _day(patient, each["at"])
        if until is not None:
            earlier.setdefault(uuid.UUID(each["goal"]), []).append(EarlierWords(each["words"], until))
    goals = []
    for goal in found:
        key, since = uuid.UUID(goal["id"]), _day(patient, goal["set_at"])
        if goal["declined_at"] or since is None:
            continue
        goals.append(
            GoalHistory(
                id=key,
                words=goal["words"],
                since=since,
                ended_on=_day(patient, goal["ended_at"]),
                helper=goal["helper"] or "",
                scores=tuple(sorted(scores.get(key, ()), key=lambda score: score.on)),
                earlier=tuple(earlier.get(key, ())),
            )
        )
    return PatientGoals(patient.today(now), tuple(goals), was_asked=bool(found))


def get_goals(patient: Patient, now: datetime.datetime) -> PatientGoals:
    """Return the patient's goals at the aware datetime `now`. One query."""
    row = Patient.objects.filter(pk=patient.pk).values(**with_goals(OuterRef("pk"))).get()
    return read_goals(patient, row, now)


def get_known_goals(patient: Patient, now: datetime.datetime) -> PatientGoals:
    """Return the goals of a patient read with `with_goals`; of one read otherwise, with one query."""
    return (
        read_goals(patient, vars(patient), now)
        if hasattr(patient, "known_goals")
        else get_goals(patient, now)
    )


def _day(patient: Patient, text: str | None) -> datetime.date | None:
    moment = parse_moment(text)
    return moment.astimezone(patient.zone).date() if moment else None
