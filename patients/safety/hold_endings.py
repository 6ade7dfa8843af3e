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
    """One answer: its words for the clinician, the flags that it clears and sets, and whether it needs a start date."""

    label: Promise
    clears: tuple[Flag, ...] = ()
    sets: tuple[Flag, ...] = ()
    needs_start_date: bool = False


ENDINGS: Mapping[HoldKind, Mapping[HoldOutcome, Ending]] = {
    HoldKind.ALL: {
        HoldOutcome.CLEARED: Ending(label=_("A doctor has cleared the patient"), needs_start_date=True),
        HoldOutcome.MISTAKE: Ending(label=_("Reported by mistake")),
    },
    HoldKind.STANDING: {
        HoldOutcome.FLAG_KEPT: Ending(
            label=_("Spoken with the patient: at risk of falling, the flag stays"), sets=(Flag.FELL,)
        ),
        HoldOutcome.NOT_FOUND: Ending(label=_("Spoken with the patient: no fall"), clears=(Flag.FELL,)),
        HoldOutcome.MISTAKE: Ending(label=_("Reported by mistake"), clears=(Flag.FELL,)),
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


def endings_of(kind: str) -> Mapping[HoldOutcome, Ending]:
    """Return the answers for this kind of hold; none for a hold of a day."""
    return ENDINGS.get(HoldKind(kind), {})
