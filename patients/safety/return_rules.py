"""The return to exercise after a report, as a table: when it may start, and how.

Source: clinical rules, "Return to exercise". A clinician reads the rule where a hold ends. A rule with `to_patient` is
also shown to the patient for its time, and what it takes off the plan is left out of each day of that time
(`patients.safety.reduction`); the plan itself stays as it is. These words name nobody, so that helpers read the same
ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import HoldOutcome
from patients.safety.holds import HoldKind
from patients.safety.sources import cite


@dataclass(frozen=True, kw_only=True)
class ReturnRule:
    """One row. `days` or `sessions` say how long `to_patient` is shown. The other texts are for the clinician.

    For that time, `share` of each dose is done, and with `adds_support` each exercise is held on to by one rung more.
    `foot_weeks` are the shares of exercises that load the feet in the first week, in the second, and so on; after the
    last of them the whole dose is done. Exercises with a demand of `leaves_out` are left out. `grounds` are the sources
    as in the clinical rules, each with its mark.
    """

    id: str
    after: str
    may_start: str
    how: str
    grounds: str
    to_patient: Promise | None = None
    days: int = 0
    sessions: int = 0
    share: Fraction = Fraction(1)
    adds_support: bool = False
    foot_weeks: tuple[Fraction, ...] = ()
    leaves_out: frozenset[str] = frozenset()

    @property
    def changes_plan(self) -> bool:
        """True if less is done for the time of the rule, or with more support."""
        return self.share < 1 or self.adds_support or bool(self.foot_weeks or self.leaves_out)

    @property
    def why(self) -> str:
        """The sources of the rule, each with how sure it is."""
        return cite(self.grounds)


#: Of 5,000 steps a day, 1,000 in week 1, 2,000 in week 2, and so on (SALSA R). Other exercises that load the feet come
#: back by the same shares (J).
_STEPS_BY_WEEK = tuple(Fraction(week, 5) for week in range(1, 5))
#: No swimming until the skin is firm (J). Not in a pool at all: its floor wears the skin as well (J).
_NO_WATER = frozenset({"immersion"})

_STANDARD = (
    ReturnRule(
        id="fall",
        after="A fall, no harm",
        may_start="A clinician has spoken with the patient.",
        how=(
            "Measure Timed Up and Go, chair stand and 4-stage balance anew. One rung more support and half the"
            " repetitions for 1 week."
        ),
        grounds="STEADI K; J",
        to_patient=_("After the fall: half as much for now, and hold on more."),
        days=7,
        share=Fraction(1, 2),
        adds_support=True,
    ),
    ReturnRule(
        id="fall_injured",
        after="A fall with the head hit, or an injury",
        may_start="A doctor has seen it.",
        how="As after an operation: from the beginning, within the limits that the doctor gives.",
        grounds="HeadNHS C; J",
    ),
    ReturnRule(
        id="near_fall",
        after="Near falls",
        may_start="At once.",
        how="One rung more support until 2 weeks without a near fall.",
        grounds="J",
        to_patient=_("After a near fall: hold on more."),
        days=14,
        adds_support=True,
    ),
    ReturnRule(
        id="small_sore",
        after="Blister, cut, or redness for more than 15 minutes",
        may_start="The clinic has seen it.",
        how="As a sore until then.",
        grounds="IWGDF C",
    ),
    ReturnRule(
        id="sore_open",
        after="Sore or ulcer, open",
        may_start="Not while it is open.",
        how="Seated, off the foot. No water.",
        grounds="ADA16-T5 R; PMC42-T4 R",
    ),
    ReturnRule(
        id="ulcer_healed",
        after="Ulcer, healed",
        may_start="A clinician says that it is healed, and the shoes are there.",
        how=(
            "Shoes for 30 minutes, 1, 2, 4, 8 hours on days 1–5. Only when 8 hours go well: 1,000 steps a day in week"
            " 1, 2,000 in week 2, up to 5,000 in week 5. Red for more than 15 minutes: no increase, or back. A weekly"
            " look for 12 weeks, no jarring, no swimming until the skin is firm."
        ),
        grounds="SALSA R; JAPMA C; J (weekly look and water)",
        to_patient=_(
            "The foot sore has healed. Begin with little, and do a little more each week. No pool yet. Look at both"
            " feet each time. Red for more than 15 minutes? Do no more, and call the clinic."
        ),
        days=84,
        foot_weeks=_STEPS_BY_WEEK,
        leaves_out=_NO_WATER,
    ),
    ReturnRule(
        id="hot_foot",
        after="Hot, swollen foot",
        may_start="The cause is found. Charcot foot: a specialist says that it is quiet.",
        how="Starts as “ulcer, healed”: shoes and steps by the same schedule.",
        grounds="Charcot C; J",
        to_patient=_(
            "After the hot or swollen foot: begin with little. Do a little more each week. No pool yet. Feel both feet"
            " each time. One is warmer? Do no more, and call the clinic."
        ),
        days=84,
        foot_weeks=_STEPS_BY_WEEK,
        leaves_out=_NO_WATER,
    ),
    ReturnRule(
        id="heart",
        after="Chest pain or a faint",
        may_start="A doctor has cleared it.",
        how="Start low. After a heart attack or a stroke: first in supervised rehabilitation.",
        grounds="ADA16-T5 R; J (half, for 2 sessions)",
        to_patient=_("Start low: half as much for now. Stop if anything feels wrong."),
        sessions=2,
        share=Fraction(1, 2),
    ),
    ReturnRule(
        id="severe_low",
        after="A low with help, or below 54 mg/dL (3.0 mmol/L)",
        may_start="24 hours later.",
        how="Not alone the first time.",
        grounds="Turner R; J",
        to_patient=_("After the low: do not exercise alone this first time."),
        sessions=1,
    ),
    ReturnRule(
        id="ketones",
        after="Ketones",
        may_start="None or a trace, and the patient feels well.",
        how="Easy.",
        grounds="ADA16-T1 R; J",
        to_patient=_("After the ketones: go easy today."),
        sessions=1,
    ),
    ReturnRule(
        id="clot",
        after="Blood clot",
        may_start="A doctor’s word, and it is treated.",
        how="From the beginning.",
        grounds="J",
    ),
    ReturnRule(
        id="operation",
        after="Operation, fracture, injection",
        may_start="Date and limits from the surgeon.",
        how="From the beginning, within the limits.",
        grounds="J",
    ),
    ReturnRule(
        id="illness",
        after="Fever or illness",
        may_start="One day without, and the patient feels well.",
        how="Half for 2 sessions.",
        grounds="J",
        to_patient=_("After the illness: half as much for two sessions."),
        sessions=2,
        share=Fraction(1, 2),
    ),
    ReturnRule(
        id="gap",
        after="14 days or more without",
        may_start="At once.",
        how="Two thirds, and one rung more support, for 1 week.",
        grounds="J",
        to_patient=_("After a break of two weeks or more: a third less for now, and hold on more."),
        days=7,
        share=Fraction(2, 3),
        adds_support=True,
    ),
)
RETURN_RULES: Mapping[str, ReturnRule] = {row.id: row for row in _STANDARD}

#: Days without a session that count as a gap.
GAP_DAYS = 14

#: Question → the rule for the time after a yes, which a phone shows until the server knows of the answer.
AFTER_ANSWER = {"near_fall": "near_fall", "ill": "illness"}

#: Question that began the hold → the rule for a hold on all exercises.
_OF_QUESTION = {
    "fell_head": "fall_injured",
    "fell_stands": "fall_injured",
    "bad_fall": "fall_injured",
    "calf": "clot",
    "calf_and_breath": "clot",
    "calf_breath": "clot",
    "sore_bad": "sore_open",
    "bad_sore_told": "sore_open",
    "chest": "heart",
    "breath": "heart",
    "faint": "heart",
    "dizzy_passed": "heart",
    "faint_or_chest_pain": "heart",
    "weak_sudden": "heart",
    "stroke": "heart",
}
#: (Hold, answer) → rule. Of the answers without a rule, nothing has to be observed.
_OF_OUTCOME = {
    (HoldKind.STANDING, HoldOutcome.FLAG_KEPT): "fall",
    (HoldKind.FEET, HoldOutcome.FLAG_KEPT): "sore_open",
    (HoldKind.FEET, HoldOutcome.HEALED): "ulcer_healed",
    (HoldKind.FOOT_REST, HoldOutcome.HEALED): "hot_foot",
    (HoldKind.FOOT_REST, HoldOutcome.INFECTION): "hot_foot",
    (HoldKind.FOOT_REST, HoldOutcome.CLOT): "clot",
    (HoldKind.FOOT_REST, HoldOutcome.OTHER): "hot_foot",
}
#: Hold of a day → rule.
_OF_DAY = {HoldKind.SUGAR: "severe_low", HoldKind.KETONES: "ketones", HoldKind.ILL: "illness"}


def get_return_rule(kind: str, outcome: str, question: str = "") -> ReturnRule | None:
    """Return the rule for the time after a hold of this kind that ends with this answer; None if there is none.

    A hold of a day has no answer.
    """
    hold = HoldKind(kind)
    if hold in _OF_DAY:
        return RETURN_RULES[_OF_DAY[hold]]
    if hold == HoldKind.ALL:
        name = _OF_QUESTION.get(question, "") if outcome == HoldOutcome.CLEARED else ""
    else:
        name = _OF_OUTCOME.get((hold, HoldOutcome(outcome)), "") if outcome else ""
    return RETURN_RULES.get(name)
