"""Questions before the first exercise of a session: illness, dizziness, blood sugar, ketones.

The foot check is asked with them; its questions are in `feet.py`. Source: clinical rules, "Check-in questions" and
"Before a session: blood sugar".
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exercises.catalogue.glucose import GLUCOSE_BANDS
from patients.safety.holds import HoldKind

from ..questions import Advice, Condition, Instruction, Kind, Level
from .common import (
    KETONES_ALERT,
    LOW_TREATED,
    NO_KETONES,
    NO_MORE_TODAY,
    SEVERE_LOW_ALERT,
    SIT_TODAY,
    Group,
    Holds,
    Place,
    Question,
    Until,
)
from .feet import SUGAR_FOR_A_DAY

_SUGAR_OF = frozenset({"glucose_lowering", "severe_low"})
_HIGH = ("high", "very_high")
#: Ketones decide, not the number (clinical rules): moderate or large, no exercise at any level from 250 (13.9).
KETONES: tuple[tuple[str, object], ...] = (
    ("none", _("None, or a trace")),
    ("small", _("Small")),
    ("no_strips", _("I have no test strips")),
    ("moderate", _("Moderate or large")),
)
_STOP_KETONES = ("moderate",)
_WAIT_KETONES = ("small", "no_strips")
_NOT_HIGH = tuple(band.slug for band in GLUCOSE_BANDS if band.slug not in _HIGH)
#: Over 15.0 mmol/L (270 mg/dL) and weak, tired or ill: no exercise (Turner R). The bands begin earlier, at 250.
_NOT_IF_UNWELL = _("Weak, tired or ill? Then do not exercise today.")


BEFORE = (
    Question(
        id="ill",
        asked_at=(Place.READY,),
        label=_("Are you ill today, or do you have a fever?"),
        sign=_("I am ill today, or have a fever"),
        group=Group.OTHER,
        in_short=_("Ill"),
        said="“I am ill today, or have a fever.”",
        grounds="Turner R (blood sugar); J",
        holds=(Holds(HoldKind.ILL, Until.END_OF_DAY),),
        advice=(
            Advice(
                when=(Condition(question="ill"),),
                level=Level.CARE,
                title=_("Rest today"),
                to_do=(
                    _("Do no exercises while you are ill."),
                    _("Start again after one day without fever. Do half for two sessions."),
                    _("Very unwell, or does it get worse? Call your clinic."),
                ),
                grounds="J",
            ),
        ),
    ),
    Question(
        id="dizzy_on_standing",
        asked_at=(Place.READY,),
        asked_of=frozenset({"bp_drop", "autonomic"}),
        label=_("Were you dizzy when you stood up just now?"),
        sign=_("Dizzy when I stood up just now"),
        group=Group.BALANCE,
        in_short=_("Dizzy on standing up"),
        said="“I was dizzy when I stood up.”",
        grounds="J",
        holds=(SIT_TODAY,),
        advice=(
            Advice(
                when=(Condition(question="dizzy_on_standing"),),
                level=Level.CARE,
                title=_("Sitting exercises only today"),
                to_do=(
                    _("Sit down until you feel steady."),
                    _("Not gone after 5 minutes? Call the emergency number."),
                    _("Drink a glass of water. Get up slowly."),
                ),
                grounds="J",
                may_be_emergency=True,
            ),
        ),
    ),
    Question(
        id="low_before",
        asked_at=(Place.SUGAR,),
        asked_of=_SUGAR_OF,
        label=_(
            "In the last 24 hours: was your sugar under 54 mg/dL (3.0 mmol/L)? Or did you need help with a low?"
        ),
        missing=_("Say if you had such a low in the last 24 hours: yes or no."),
        in_short=_("Severe low in the last 24 hours"),
        said="“In the last 24 hours my sugar was under 54 mg/dL (3.0 mmol/L), or I needed help.”",
        grounds="Turner R",
        holds=(SUGAR_FOR_A_DAY,),
        proposes_flag="severe_low",
        alert=SEVERE_LOW_ALERT,
        advice=(
            Advice(
                when=(Condition(question="low_before"),),
                level=Level.CALL,
                title=_("No exercise today"),
                to_do=(
                    _("Wait until 24 hours after the low."),
                    _("Call your clinic today, and tell them about the low."),
                ),
                grounds="Turner R",
            ),
        ),
    ),
    Question(
        id="sugar",
        kind=Kind.CHOICE,
        asked_at=(Place.SUGAR,),
        asked_of=_SUGAR_OF,
        label=_("What does your meter show?"),
        hint=_(
            "Read the unit that your meter shows. A number with a point, such as 5.6, is in mmol/L. "
            "LO on the meter is the lowest row. HI is the highest."
        ),
        missing=_("Choose the row with your number."),
        choices=tuple((band.slug, _(band.name)) for band in GLUCOSE_BANDS),
        in_short=_("Low blood sugar"),
        said="“My meter shows a very low number.”",
        is_asked_again=True,
        grounds="ADA16-T1 R; ADA-low C; Turner R",
        danger_when=Condition(question="sugar", one_of=("very_low",)),
        holds=(
            SUGAR_FOR_A_DAY,
            Holds(
                HoldKind.SUGAR,
                Until.END_OF_DAY,
                when=(Condition(question="sugar", one_of=("low",)),),
                recheck=LOW_TREATED,
            ),
        ),
        alert=SEVERE_LOW_ALERT,
        advice=tuple(
            Advice(
                when=(Condition(question="sugar", one_of=(band.slug,)),),
                level={"very_low": Level.CALL, "low": Level.CARE, "near_low": Level.CARE}.get(
                    band.slug, Level.GOOD
                ),
                title=_(band.title),
                to_do=(_(band.text),),
                grounds=band.grounds,
                # An advice that begins a hold is the same for everyone, since the table says how it ends.
                instruction=None if band.slug in ("very_low", "low") else Instruction.SUGAR_NUMBERS,
            )
            for band in GLUCOSE_BANDS
            if band.slug not in _HIGH
        ),
    ),
    Question(
        id="ketones",
        kind=Kind.CHOICE,
        asked_at=(),
        only_if=(Condition(question="sugar", one_of=_HIGH),),
        label=_("Test for ketones. What does the strip show?"),
        missing=_("Choose what the strip shows."),
        choices=KETONES,  # type: ignore[arg-type]  # lazy translations
        in_short=_("Ketones"),
        said="“My ketones are moderate or large.”",
        is_asked_again=True,
        grounds="ADA16-T1 R; J (“small”, and no strips)",
        danger_when=Condition(question="ketones", one_of=_STOP_KETONES),
        holds=(
            Holds(HoldKind.KETONES, Until.A_LATER_DAY, recheck=NO_KETONES),
            Holds(
                HoldKind.SUGAR,
                Until.END_OF_DAY,
                when=(
                    Condition(question="ketones", one_of=_WAIT_KETONES),
                    Condition(question="sugar", one_of=("very_high",)),
                ),
                recheck=NO_KETONES,
            ),
            Holds(
                HoldKind.SUGAR,
                Until.END_OF_DAY,
                when=(
                    Condition(question="ketones", one_of=("small",)),
                    Condition(question="sugar", one_of=("high",)),
                ),
                recheck=NO_KETONES,
            ),
        ),
        alert=KETONES_ALERT,
        advice=(
            Advice(
                when=(Condition(question="ketones", one_of=_STOP_KETONES),),
                level=Level.CALL,
                title=_("High ketones: no exercise today"),
                to_do=(
                    _("Call your diabetes team today."),
                    _("Very sick, or short of breath? Call the emergency number now."),
                    NO_MORE_TODAY,
                ),
                grounds="ADA16-T1 R",
                may_be_emergency=True,
            ),
            Advice(
                when=(
                    Condition(question="ketones", one_of=_WAIT_KETONES),
                    Condition(question="sugar", one_of=("very_high",)),
                ),
                level=Level.CALL,
                title=_("No exercise today"),
                to_do=(_("Ask your diabetes team what to do. Drink water."), NO_MORE_TODAY),
                grounds="J",
            ),
            Advice(
                when=(
                    Condition(question="ketones", one_of=("small",)),
                    Condition(question="sugar", one_of=("high",)),
                ),
                level=Level.CARE,
                title=_("Wait, and test again"),
                to_do=(
                    _("Drink water, and test again."),
                    _("Start only if the strip shows none or a trace, and you feel well. Then go easy."),
                ),
                grounds="J",
            ),
            Advice(
                # Told when the ketones are tested again, whatever the blood sugar.
                when=(
                    Condition(question="ketones", one_of=_WAIT_KETONES),
                    Condition(question="sugar", one_of=_NOT_HIGH),
                ),
                level=Level.CARE,
                title=_("Not yet: test for ketones again"),
                to_do=(
                    _("Drink water, and test again."),
                    _("Start only if the strip shows none or a trace, and you feel well."),
                ),
                grounds="J",
            ),
            Advice(
                when=(
                    Condition(question="ketones", one_of=("no_strips",)),
                    Condition(question="sugar", one_of=("high",)),
                ),
                level=Level.CARE,
                title=_("Go easy, and only if you feel well"),
                to_do=(_NOT_IF_UNWELL,),
                grounds="J; Turner R (weak, tired or ill: none)",
                instruction=Instruction.SUGAR_NUMBERS,
            ),
            Advice(
                when=(
                    Condition(question="ketones", one_of=("none",)),
                    Condition(question="sugar", one_of=("high",)),
                ),
                level=Level.CARE,
                title=_("Go easy, and only if you feel well"),
                to_do=(_NOT_IF_UNWELL, _("Stop if you feel ill.")),
                grounds="ADA16-T1 R; Turner R (weak, tired or ill: none)",
                instruction=Instruction.SUGAR_NUMBERS,
            ),
            Advice(
                when=(
                    Condition(question="ketones", one_of=("none",)),
                    Condition(question="sugar", one_of=("very_high",)),
                ),
                level=Level.CALL,
                title=_("Ask your diabetes team first"),
                to_do=(
                    _NOT_IF_UNWELL,
                    _("Ask them if you need to correct your sugar first."),
                    _("Then go easy. Do nothing hard."),
                ),
                grounds="ADA16-T1 R; Turner R (weak, tired or ill: none)",
                instruction=Instruction.SUGAR_NUMBERS,
            ),
        ),
    ),
)
