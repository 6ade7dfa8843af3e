"""The answers with which a person of the team ends a hold, and what becomes of the flags.

Source: clinical rules, "Holds" and "Return to exercise". A hold never ends by time, by a finished alert alone, or by
the patient, but for the holds of a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Flag, HoldOutcome
from patients.safety.holds import HoldKind


@dataclass(frozen=True, kw_only=True)
class Ending:
    """One answer: its words for the clinician, what becomes of the flags, and whether it needs a start date.

    `clears` are flags that end. `clears_reported` end only if the report set them: a flag that the screening or a
    clinician has set stands for more than this report.
    """

    label: Promise
    clears: tuple[Flag, ...] = ()
    clears_reported: tuple[Flag, ...] = ()
    sets: tuple[Flag, ...] = ()
    needs_start_date: bool = False


_DOCTOR_CLEARED = _("A doctor has cleared the patient")
_MISTAKE = _("Reported by mistake")

ENDINGS: Mapping[HoldKind, Mapping[HoldOutcome, Ending]] = {
    HoldKind.ALL: {
        HoldOutcome.CLEARED: Ending(label=_DOCTOR_CLEARED, needs_start_date=True),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE),
    },
    HoldKind.STANDING: {
        HoldOutcome.FLAG_KEPT: Ending(
            label=_("Spoken with the patient: at risk of falling, the flag stays"), sets=(Flag.FELL,)
        ),
        HoldOutcome.NOT_FOUND: Ending(
            label=_("Spoken with the patient: no fall"), clears_reported=(Flag.FELL,)
        ),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE, clears_reported=(Flag.FELL,)),
    },
    HoldKind.FEET: {
        HoldOutcome.FLAG_KEPT: Ending(label=_("Open sore: the flag stays"), sets=(Flag.FOOT_SORE,)),
        HoldOutcome.HEALED: Ending(
            label=_("Healed: past ulcer from now on"), clears=(Flag.FOOT_SORE,), sets=(Flag.PAST_ULCER,)
        ),
        HoldOutcome.NOT_FOUND: Ending(label=_("Foot seen: no sore"), clears=(Flag.FOOT_SORE,)),
    },
    HoldKind.FOOT_REST: {
        HoldOutcome.FLAG_KEPT: Ending(label=_("Charcot foot: the flag stays"), sets=(Flag.CHARCOT_ACTIVE,)),
        HoldOutcome.HEALED: Ending(
            label=_("A specialist says that the Charcot foot is quiet"),
            clears=(Flag.CHARCOT_ACTIVE,),
            sets=(Flag.CHARCOT_PAST,),
            needs_start_date=True,
        ),
        HoldOutcome.NOT_FOUND: Ending(
            label=_("Charcot, infection and clot ruled out"), clears=(Flag.CHARCOT_ACTIVE,)
        ),
    },
}

#: Answers for holds that another question began, and with which the flags of the kind have nothing to do.
ENDINGS_BY_QUESTION: Mapping[tuple[HoldKind, str], Mapping[HoldOutcome, Ending]] = {
    # New weakness is no fall: the flag `fell` is not touched.
    (HoldKind.STANDING, "weak"): {
        HoldOutcome.CLEARED: Ending(
            label=_("Spoken with the patient: may stand again, flags stay as they are")
        ),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE),
    },
    # A bad fall keeps everything away, and has set the flag.
    (HoldKind.ALL, "bad_fall"): {
        HoldOutcome.CLEARED: Ending(
            label=_("A doctor has cleared the patient. At risk of falling, the flag stays"),
            sets=(Flag.FELL,),
            needs_start_date=True,
        ),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE, clears_reported=(Flag.FELL,)),
    },
}


def endings_of(kind: str, question: str = "") -> Mapping[HoldOutcome, Ending]:
    """Return the answers for a hold of this kind, begun by this question; none for a hold of a day."""
    hold = HoldKind(kind)
    return ENDINGS_BY_QUESTION.get((hold, question), ENDINGS.get(hold, {}))
