"""Signs that a patient tells: the answers that the app stores, and what the oracle is told at the same moment."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from patients.models import Flag, HoldOutcome, PlanVersion
from patients.sessions.selectors.today import Today
from patients.simulation.oracle import Chart
from patients.simulation.people import CONDITION_OF


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Answers of the app by question, with what they mean to the oracle.

    `begins` are signs that a person of the clinic has to end, `flag` is set by the report. `rests` counts from the
    moment of telling; `sits_today` leaves only what is done sitting. `has_ketones` lasts until another test.
    `comes_back` is the time after which less is done, from this day on; after an illness from the next day on.
    """

    answers: dict[str, bool | str]
    begins: tuple[str, ...] = ()
    flag: Flag | None = None
    rests_today: bool = False
    rests_for_a_day: bool = False
    sits_today: bool = False
    has_ketones: bool = False
    is_illness: bool = False
    comes_back: str = ""
    asked_of: frozenset[Flag] = frozenset()


_FELL: dict[str, bool | str] = {"fell": True, "fell_head": False, "fell_stands": True}
_WEAK: dict[str, bool | str] = {"weak": True, "weak_sudden": False, "weak_both": False}
_SUGAR = frozenset({Flag.GLUCOSE_LOWERING, Flag.SEVERE_LOW})

SIGNS: dict[str, Sign] = {
    "fall": Sign(answers=_FELL, begins=("fall",), flag=Flag.FELL, rests_today=True),
    "fall with a head hit": Sign(
        answers=_FELL | {"fell_head": True},
        begins=("fall", "fall with a head hit"),
        flag=Flag.FELL,
        rests_today=True,
    ),
    "near fall": Sign(answers={"near_fall": True}, comes_back="near fall"),
    "sore": Sign(
        answers={"new_sore": True, "sore_bad": False},
        begins=("sore",),
        flag=Flag.FOOT_SORE,
        rests_today=True,
    ),
    "bad sore": Sign(
        answers={"new_sore": True, "sore_bad": True},
        begins=("sore",),
        flag=Flag.FOOT_SORE,
        rests_today=True,
    ),
    "hot foot": Sign(
        answers={"hot_foot": True}, begins=("hot foot",), flag=Flag.CHARCOT_ACTIVE, rests_today=True
    ),
    "chest pain": Sign(answers={"chest": True}, begins=("chest pain",), rests_today=True),
    "faint": Sign(answers={"faint": True}, begins=("faint",), rests_today=True),
    "dizzy": Sign(answers={"dizzy": True, "dizzy_passed": True}, sits_today=True),
    "swollen calf": Sign(
        answers={"calf": True, "calf_breath": False}, begins=("swollen calf",), rests_today=True
    ),
    "stroke sign": Sign(answers=_WEAK | {"weak_sudden": True}, begins=("stroke sign",), rests_today=True),
    "slow weakness": Sign(answers=_WEAK, begins=("slow weakness",), rests_today=True),
    "saddle sign": Sign(answers=_WEAK | {"weak_both": True}, begins=("saddle sign",), rests_today=True),
    "low": Sign(answers={"low_sugar": True, "severe_low": False}, rests_today=True, asked_of=_SUGAR),
    "severe low": Sign(
        answers={"low_sugar": True, "severe_low": True},
        rests_today=True,
        rests_for_a_day=True,
        asked_of=_SUGAR,
    ),
    "ketones": Sign(
        answers={"sugar": "high", "ketones": "moderate"}, rests_today=True, has_ketones=True, asked_of=_SUGAR
    ),
    "ill": Sign(answers={"ill": True}, rests_today=True, is_illness=True),
}

#: The oracle's sign behind each question of the app that begins a hold for a person.
SIGN_OF_QUESTION: dict[str, str] = {
    "chest": "chest pain",
    "faint": "faint",
    "calf": "swollen calf",
    "weak_sudden": "stroke sign",
    "weak_both": "saddle sign",
    "fell_head": "fall with a head hit",
    "fell": "fall",
    "weak": "slow weakness",
    "new_sore": "sore",
    "hot_foot": "hot foot",
}
#: Events behind a question, where it is not the sign itself that happens to a person.
REAL_BEHIND: dict[str, tuple[str, ...]] = {"new_sore": ("sore", "bad sore"), "sore_bad": ("bad sore",)}
FLAG_OF_QUESTION: dict[str, Flag] = {
    "fell": Flag.FELL,
    "new_sore": Flag.FOOT_SORE,
    "hot_foot": Flag.CHARCOT_ACTIVE,
}


#: Sign and the answer to it → the time after which less is done.
_COMES_BACK: dict[tuple[str, HoldOutcome], str] = {
    ("fall", HoldOutcome.FLAG_KEPT): "fall",
    ("sore", HoldOutcome.HEALED): "foot",
    ("hot foot", HoldOutcome.HEALED): "foot",
    ("hot foot", HoldOutcome.INFECTION): "foot",
    ("hot foot", HoldOutcome.OTHER): "foot",
    ("chest pain", HoldOutcome.CLEARED): "heart",
    ("faint", HoldOutcome.CLEARED): "heart",
    ("stroke sign", HoldOutcome.CLEARED): "heart",
}


@dataclass
class Ledger:
    """The oracle's chart of one patient, with who said what: a condition goes when nobody says it any more."""

    chart: Chart = field(default_factory=Chart)
    said_by: dict[str, set[str]] = field(default_factory=dict)
    #: Signs that were true when told, and the numbers of the days on which a real danger was told.
    real: set[str] = field(default_factory=set)
    version: PlanVersion | None = None
    look_until: int = 0
    danger_days: set[int] = field(default_factory=set)
    #: Sign → the sessions and reports in which it was told, and that nobody has answered; and the last date to start.
    waiting: dict[str, set[object]] = field(default_factory=dict)
    starts: dict[str, datetime.date] = field(default_factory=dict)

    def know(self, flag: Flag, origin: str) -> None:
        """Note a condition that the clinic knows from `origin`: "screening", "report" or "clinician"."""
        if flag in CONDITION_OF:
            self.said_by.setdefault(CONDITION_OF[flag], set()).add(origin)
            self.chart.conditions.add(CONDITION_OF[flag])

    def forget(self, flag: Flag, origin: str = "") -> None:
        """Note that the condition has ended, or that one origin has withdrawn it; its answers go with it."""
        name = CONDITION_OF.get(flag)
        if name is None:
            return
        origins = self.said_by.get(name, set())
        origins.difference_update({origin} if origin else set(origins))
        if not origins:
            self.chart.conditions.discard(name)
            self.chart.reasons = {pair for pair in self.chart.reasons if pair[0] != name}
            self.chart.confirmed = {pair for pair in self.chart.confirmed if pair[0] != name}

    def confirm(self, slug: str) -> None:
        """Note that a clinician leaves this exercise with less support, for all that is known now."""
        self.chart.confirmed |= {(name, slug) for name in self.chart.conditions}

    def give_reason(self, slug: str, flags: Iterable[Flag]) -> None:
        """Note that a clinician has written why the exercise is prescribed in spite of these flags."""
        self.chart.reasons |= {(CONDITION_OF[flag], slug) for flag in flags if flag in CONDITION_OF}

    def tell(
        self, sign: Sign, now: datetime.datetime, midnight: datetime.datetime, where: object = None
    ) -> None:
        """Note a sign that the patient tells now, in the session or the report `where`."""
        for each in sign.begins:
            self.chart.tell(each)
            self.waiting.setdefault(each, set()).add(where)
        if sign.flag is not None:
            self.know(sign.flag, "report")
        if sign.comes_back:
            self.chart.come_back(sign.comes_back, now.date())
        if sign.is_illness:
            self.chart.come_back("illness", midnight.date())
        if sign.rests_today:
            self.chart.rest(midnight)
        if sign.rests_for_a_day:
            self.chart.rest(now + datetime.timedelta(hours=24))
        if sign.sits_today:
            self.chart.sit(midnight)
        if sign.has_ketones:
            self.chart.tell_ketones(now.date())

    def end(
        self,
        question: str,
        outcome: HoldOutcome,
        start_on: datetime.date | None,
        where: object = None,
        *,
        day: datetime.date,
    ) -> None:
        """Note that a person of the clinic has ended on this day what was told in `where`, with what was found.

        What was told elsewhere, and that nobody has answered, stays.
        """
        sign, flag = SIGN_OF_QUESTION.get(question, ""), FLAG_OF_QUESTION.get(question)
        if (sign, outcome) in _COMES_BACK:
            self.chart.come_back(_COMES_BACK[sign, outcome], start_on or day)
        if outcome == HoldOutcome.HEALED:
            self.know(Flag.PAST_ULCER if flag == Flag.FOOT_SORE else Flag.CHARCOT_PAST, "clinician")
        if outcome == HoldOutcome.CLOT:
            self.know(Flag.CLOT, "clinician")
        if start_on is not None:
            self.starts[sign] = max(start_on, self.starts.get(sign, start_on))
        waiting = self.waiting.setdefault(sign, set())
        waiting.discard(where)
        if not waiting:
            self.chart.end(sign, self.starts.get(sign))
        if flag is None:
            return
        if outcome == HoldOutcome.FLAG_KEPT:
            self.know(flag, "clinician")
        elif not waiting and outcome == HoldOutcome.HEALED:
            self.forget(flag)
        elif not waiting:
            self.forget(flag, "report")  # what was known before this report stays

    @property
    def has_plan(self) -> bool:
        return self.version is not None

    def changed_on(self, day: int) -> None:
        """Note that something has changed: the pages are read on this day and on the two after it."""
        self.look_until = day + 2

    def is_to_look(self, day: int, date: datetime.date) -> bool:
        """Return True on planned days and after a change; on other days the pages are those of the day before."""
        return day <= self.look_until or (self.version is not None and self.version.is_planned_on(date))

    def look_at(self, page: Today, day: int) -> None:
        """Note the version that the patient has now."""
        if page.version != self.version:
            self.version = page.version
            self.changed_on(day)

    def danger_on(self, day: int) -> None:
        """Note that a real danger happens on the day with this number."""
        self.danger_days.add(day)
