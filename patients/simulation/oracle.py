"""Decides which exercises are unsafe for a patient, without the rules, tags, flags and holds of the app.

Written from the clinical rules a second time, by what the body does in each exercise and by what a person has told. An
exercise that is not in the table counts as doing everything.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from fractions import Fraction

#: Exercise of the catalogue → acts of the body in it, read from its steps.
BODY: dict[str, str] = {
    "ankle-alphabet": "moves_foot",
    "ankle-circles": "moves_foot",
    "arm-raise": "",
    "back-leg-raise": "on_feet one_foot",
    "backward-walk": "on_feet travels",
    "balance-walk": "on_feet travels one_foot",
    "ball-squeeze": "pushes",
    "band-ankle-eversion": "strap moves_foot pushes",
    "band-ankle-inversion": "strap moves_foot pushes",
    "brisk-walk": "on_feet travels heart",
    "calf-raise": "on_feet presses_foot moves_foot",
    "calf-wall-stretch": "on_feet moves_foot",
    "chair-march": "heart moves_foot",
    "chest-stretch": "",
    "feet-together-stand": "on_feet tight",
    "grapevine": "on_feet travels one_foot tight",
    "heel-to-toe-stand": "on_feet tight",
    "heel-to-toe-walk": "on_feet travels tight",
    "knee-raise": "on_feet one_foot",
    "low-impact-aerobics": "on_feet travels heart",
    "march-on-the-spot": "on_feet travels one_foot heart",
    "mini-squat": "on_feet pushes",
    "neck-rotation": "turns_head",
    "one-leg-stand": "on_feet one_foot",
    "plantar-fascia-stretch": "on_feet presses_foot moves_foot",
    "pool-walking": "on_feet travels water heart",
    "seated-ankle-pump": "moves_foot",
    "seated-arm-swing": "heart",
    "seated-dorsiflexion": "moves_foot",
    "seated-hamstring-stretch": "bends",
    "seated-heel-raise": "presses_foot moves_foot",
    "seated-knee-extension": "",
    "seated-row-band": "strap pushes",
    "seated-side-reach": "",
    "semi-tandem-stand": "on_feet tight",
    "short-foot": "presses_foot moves_foot bare",
    "side-leg-raise": "on_feet one_foot",
    "sideways-walk": "on_feet travels",
    "sit-to-stand": "on_feet gets_up pushes",
    "sit-to-stand-with-hands": "on_feet gets_up pushes",
    "standing-knee-curl": "on_feet one_foot",
    "stationary-cycling": "heart presses_foot moves_foot one_foot",
    "step-up": "on_feet climbs one_foot pushes",
    "swimming": "water deep heart",
    "toe-lift": "moves_foot bare",
    "toe-press": "presses_foot moves_foot bare",
    "toe-raise": "on_feet presses_foot moves_foot",
    "toe-spread": "moves_foot bare",
    "towel-toe-curls": "presses_foot moves_foot bare",
    "upper-body-twist": "turns_trunk",
    "walking-plan": "on_feet travels heart",
    "wall-push-up": "on_feet pushes",
    "weight-shift-side": "on_feet",
}
EVERYTHING = frozenset(" ".join(BODY.values()).split())
#: Stands for every exercise, also one in which the body does nothing of the list.
ANY = frozenset({"any"})

_UPRIGHT = frozenset({"on_feet", "travels", "one_foot", "tight", "climbs", "gets_up", "water", "deep"})
_LOADS_THE_FOOT = frozenset({"presses_foot", "strap", "bare"})

#: Condition of a patient → what must not be in an exercise, unless a clinician has written why.
NEVER: dict[str, frozenset[str]] = {
    "open sore on a foot": frozenset({"on_feet", "travels", "water"}) | _LOADS_THE_FOOT,
    "cannot stand": _UPRIGHT,
    "severe low": frozenset({"deep"}),
    "unstable heart": ANY,
    "blood pressure not controlled": frozenset({"heart", "pushes"}),
    "hot foot": _UPRIGHT | _LOADS_THE_FOOT | {"moves_foot"},
    "blood flow very poor": frozenset({"on_feet", "travels", "water", "presses_foot", "strap"}),
    "clot": ANY,
    "operation not cleared": ANY,
    "cancer in the bone": frozenset({"pushes", "turns_trunk", "bends"}),
}

#: Sign that was told → what is kept away until a person of the clinic has ended it.
KEPT_AWAY: dict[str, frozenset[str]] = {
    "chest pain": ANY,
    "faint": ANY,
    "swollen calf": ANY,
    "stroke sign": ANY,
    "saddle sign": ANY,
    "fall with a head hit": ANY,
    "fall": _UPRIGHT,
    "slow weakness": _UPRIGHT,
    "sore": _UPRIGHT | _LOADS_THE_FOOT,
    "hot foot": _UPRIGHT | _LOADS_THE_FOOT | {"moves_foot"},
}

#: Condition → what needs a hold, and the least hold: 2 is both hands, 1 is one hand. Less is unsafe unless a clinician
#: has confirmed it.
NEEDS_A_HAND: dict[str, tuple[frozenset[str], int]] = {
    "fell": (frozenset({"one_foot", "tight", "climbs", "travels", "gets_up"}), 1),
    "walks with an aid": (frozenset({"one_foot", "tight", "climbs", "travels", "gets_up"}), 1),
    "pressure drops on standing": (frozenset({"gets_up"}), 2),
    "lost part of a foot": (frozenset({"one_foot", "tight"}), 2),
    "poor sight": (frozenset({"one_foot", "tight", "climbs", "travels"}), 1),
    "weak bones": (frozenset({"one_foot", "tight", "climbs"}), 1),
    "cancer treatment": (frozenset({"one_foot", "tight", "climbs", "travels"}), 1),
    "dizzy spells": (frozenset({"one_foot", "tight", "travels", "gets_up"}), 1),
    "cancer in the bone": (frozenset({"on_feet", "travels", "one_foot"}), 1),
    "weak memory": (frozenset({"on_feet", "travels", "tight", "climbs", "gets_up"}), 1),
    "exercises alone": (frozenset({"one_foot", "tight", "climbs"}), 1),
    "nerves of the heart": (frozenset({"gets_up"}), 1),
}
_HANDS = {"two_hands": 2, "one_hand": 1}


#: Time after which a person comes back → its days, the most of a dose, and whether one rung more support is needed.
COMES_BACK: dict[str, tuple[int, Fraction, bool]] = {
    "fall": (7, Fraction(1, 2), True),
    "near fall": (14, Fraction(1), True),
    "gap": (7, Fraction(2, 3), True),
}
#: The same for a number of sessions.
COMES_BACK_FOR: dict[str, tuple[int, Fraction]] = {
    "illness": (2, Fraction(1, 2)),
    "heart": (2, Fraction(1, 2)),
}
#: After a sore has healed, or a hot foot was treated: steps of each week as a part of the last week's, and days without
#: a pool.
STEPS_OF_WEEK = (Fraction(1000, 5000), Fraction(2000, 5000), Fraction(3000, 5000), Fraction(4000, 5000))
DAYS_WITHOUT_POOL = 84
GAP_DAYS = 14


def body_of(slug: str) -> frozenset[str]:
    """Return what the body does in the exercise; everything, if the exercise is unknown."""
    return frozenset(BODY[slug].split()) if slug in BODY else EVERYTHING


def _does(slug: str, forbidden: frozenset[str]) -> bool:
    return forbidden == ANY or bool(body_of(slug) & forbidden)


@dataclass
class Chart:
    """The knowledge of a clinic about one patient, kept by the simulation and not read from the app.

    `told` has the day from which a person of the clinic has ended what a sign keeps away; None while nobody has.
    `reasons` and `confirmed` are pairs of a condition and a slug: a block that a clinician has overridden in writing,
    and less support that a clinician has confirmed.
    """

    conditions: set[str] = field(default_factory=set)
    told: dict[str, datetime.date | None] = field(default_factory=dict)
    rest_until: datetime.datetime | None = None
    sit_until: datetime.datetime | None = None
    #: The day on which high ketones were told last; None after a test of a later day that shows none.
    ketones_on: datetime.date | None = None
    reasons: set[tuple[str, str]] = field(default_factory=set)
    confirmed: set[tuple[str, str]] = field(default_factory=set)
    #: The time after a report, such as "fall" → its first day, and the number of its sessions that are left.
    back_from: dict[str, datetime.date] = field(default_factory=dict)
    sessions_left: dict[str, int] = field(default_factory=dict)
    last_session: datetime.date | None = None

    def come_back(self, what: str, day: datetime.date) -> None:
        """Note that the time after a report begins on this day: "fall", "foot", "illness" and so on."""
        self.back_from[what] = max(day, self.back_from.get(what, day))
        if what in COMES_BACK_FOR:
            self.sessions_left[what] = COMES_BACK_FOR[what][0]

    def exercise(self, day: datetime.date) -> None:
        """Note a session, which may be the first after a gap, or one of those after an illness."""
        if self.is_after_gap(day):
            self.come_back("gap", day)
        self.last_session = max(day, self.last_session or day)
        for what, left in self.sessions_left.items():
            if self.back_from[what] <= day:
                self.sessions_left[what] = left - 1

    def is_after_gap(self, day: datetime.date) -> bool:
        """Return True if nothing was done for two weeks before this day."""
        return self.last_session is not None and (day - self.last_session).days >= GAP_DAYS

    def tell(self, sign: str) -> None:
        """Note a sign that a person of the clinic has to end."""
        self.told[sign] = None

    def rest(self, until: datetime.datetime) -> None:
        """Note that the patient rests until then: ill, or after a low."""
        self.rest_until = max(until, self.rest_until or until)

    def tell_ketones(self, day: datetime.date) -> None:
        """Note high ketones. They do not end with the day: the patient has to test again."""
        self.ketones_on = max(day, self.ketones_on or day)

    def test_ketones(self, day: datetime.date, *, shows_none: bool) -> None:
        """Note another test for ketones. One of the same day ends nothing, and neither does a small amount."""
        if shows_none and self.ketones_on is not None and day > self.ketones_on:
            self.ketones_on = None

    def sit(self, until: datetime.datetime) -> None:
        """Note that the patient does nothing standing until then, after dizziness."""
        self.sit_until = max(until, self.sit_until or until)

    def end_rest(self) -> None:
        """Note that a low was treated, and the patient may go on."""
        self.rest_until = None

    def end(self, sign: str, start_on: datetime.date | None = None) -> None:
        """Note that a person of the clinic has ended what the sign keeps away: now, or from a day on."""
        if sign in self.told and start_on is not None:
            self.told[sign] = start_on
        else:
            self.told.pop(sign, None)

    def is_told(self, sign: str, day: datetime.date) -> bool:
        """Return True if the sign keeps something away on this day."""
        start_on = self.told.get(sign)
        return sign in self.told and (start_on is None or day < start_on)

    def is_resting(self, now: datetime.datetime) -> bool:
        return self.rest_until is not None and now < self.rest_until

    def is_sitting(self, now: datetime.datetime) -> bool:
        return self.sit_until is not None and now < self.sit_until


def find_unsafe(chart: Chart, slug: str, support: str, now: datetime.datetime) -> list[str]:
    """Return the reasons for which this exercise must not be offered to the patient now; empty if it is safe.

    `now` is in the patient's time zone.
    """
    found = []
    if chart.is_resting(now):
        found.append("rests")
    if chart.ketones_on is not None:
        found.append("ketones")
    if chart.is_sitting(now) and _does(slug, _UPRIGHT):
        found.append("sits today")
    signs = [sign for sign in sorted(chart.told) if chart.is_told(sign, now.date())]
    found += [f"told: {sign}" for sign in signs if _does(slug, KEPT_AWAY[sign])]
    for condition in sorted(chart.conditions):
        if condition in NEVER and (condition, slug) not in chart.reasons and _does(slug, NEVER[condition]):
            found.append(condition)
        if condition in NEEDS_A_HAND and (condition, slug) not in chart.confirmed:
            moves, hands = NEEDS_A_HAND[condition]
            if _does(slug, moves) and _HANDS.get(support, 0) < hands:
                found.append(f"{condition}: held with {support}")
    return found


@dataclass(frozen=True)
class Amount:
    """The amount of an exercise that is offered: its part of the whole dose, and the rungs of support above the plan's.

    `is_least` is True for a dose that cannot be less, and `is_held` for one with the most support that there is.
    """

    part: Fraction = Fraction(1)
    is_least: bool = False
    rungs: int = 0
    is_held: bool = False


def find_too_much(
    chart: Chart, slug: str, amount: Amount, now: datetime.datetime, when: datetime.datetime
) -> list[str]:
    """Return the reasons for which this exercise is too much for now; empty if it is not.

    The page is read at `now`, and the exercise is for `when`: a later day, if a phone shows it without a connection.
    """
    most, more_support, day = Fraction(1), False, when.date()
    found = []
    for what, (days, part, holds_on) in COMES_BACK.items():
        first = chart.back_from.get(what)
        is_gap = what == "gap" and chart.is_after_gap(now.date())
        if is_gap or (first is not None and 0 <= (day - first).days < days):
            most, more_support = min(most, part), more_support or holds_on
    for what, (_sessions, part) in COMES_BACK_FOR.items():
        if chart.sessions_left.get(what, 0) > 0 and chart.back_from[what] <= day:
            most = min(most, part)
    first = chart.back_from.get("foot")
    if first is not None and 0 <= (day - first).days < DAYS_WITHOUT_POOL:
        week = (day - first).days // 7
        if _does(slug, frozenset({"water"})):
            found.append("in water after a sore")
        if week < len(STEPS_OF_WEEK) and _does(slug, _UPRIGHT | _LOADS_THE_FOOT):
            most = min(most, STEPS_OF_WEEK[week])
    if amount.part > most and not amount.is_least:
        found.append(f"too much: more than {most}")
    if more_support and not amount.is_held and amount.rungs < 1 and _can_be_held(slug):
        found.append("not held on to more")
    return found


def _can_be_held(slug: str) -> bool:
    body = body_of(slug)
    return bool(body & _UPRIGHT) and "deep" not in body
