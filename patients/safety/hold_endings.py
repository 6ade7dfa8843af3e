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
from patients.safety.sources import cite


@dataclass(frozen=True, kw_only=True)
class Ending:
    """One answer: its words for the clinician, what becomes of the flags, and what else has to be written.

    `clears` are flags that end. `clears_reported` end only if this report set them: a flag that the screening or a
    clinician has set or confirmed stands for more than this report. Neither ends while another report of the same kind
    waits for its answer. With `needs_start_date`, exercises begin on the day that is written; with `needs_cause`, it is
    written what it was. `grounds` are the sources as in the clinical rules, each with its
    mark: those of the return to exercise, since the table of holds there names none.
    """

    label: Promise
    grounds: str
    clears: tuple[Flag, ...] = ()
    clears_reported: tuple[Flag, ...] = ()
    sets: tuple[Flag, ...] = ()
    needs_start_date: bool = False
    needs_cause: bool = False

    @property
    def why(self) -> str:
        """The sources of the answer, each with how sure it is."""
        return cite(self.grounds)

    @property
    def takes_away(self) -> frozenset[Flag]:
        """The flags that this answer may end."""
        return frozenset((*self.clears, *self.clears_reported))


_DOCTOR_CLEARED = _("A doctor has cleared the patient")
_MISTAKE = _("Reported by mistake")

ENDINGS: Mapping[HoldKind, Mapping[HoldOutcome, Ending]] = {
    HoldKind.ALL: {
        HoldOutcome.CLEARED: Ending(label=_DOCTOR_CLEARED, grounds="ADA16-T5 R; J", needs_start_date=True),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE, grounds="J"),
    },
    HoldKind.STANDING: {
        HoldOutcome.FLAG_KEPT: Ending(
            label=_("Spoken with the patient: at risk of falling, the flag stays"),
            grounds="STEADI K; J",
            sets=(Flag.FELL,),
        ),
        HoldOutcome.NOT_FOUND: Ending(
            label=_("Spoken with the patient: no fall"), grounds="J", clears_reported=(Flag.FELL,)
        ),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE, grounds="J", clears_reported=(Flag.FELL,)),
    },
    HoldKind.FEET: {
        HoldOutcome.FLAG_KEPT: Ending(
            label=_("Open sore: the flag stays"), grounds="ADA16-T5 R; PMC42-T4 R", sets=(Flag.FOOT_SORE,)
        ),
        HoldOutcome.HEALED: Ending(
            label=_("Healed, and the shoes are there: past ulcer from now on"),
            grounds="SALSA R; J",
            clears=(Flag.FOOT_SORE,),
            sets=(Flag.PAST_ULCER,),
            needs_start_date=True,
        ),
        HoldOutcome.NOT_FOUND: Ending(
            label=_("Foot seen: no sore"), grounds="J", clears_reported=(Flag.FOOT_SORE,)
        ),
    },
    # Charcot foot, infection and clot are thought of, and the answer says what it was. An infection keeps the foot off
    # load until it is treated: until then the hold stays in force.
    HoldKind.FOOT_REST: {
        HoldOutcome.FLAG_KEPT: Ending(
            label=_("Charcot foot: the flag stays"), grounds="Charcot C; NG19 C", sets=(Flag.CHARCOT_ACTIVE,)
        ),
        HoldOutcome.HEALED: Ending(
            label=_("A specialist says that the Charcot foot is quiet"),
            grounds="Charcot C; J",
            clears=(Flag.CHARCOT_ACTIVE,),
            sets=(Flag.CHARCOT_PAST,),
            needs_start_date=True,
        ),
        HoldOutcome.INFECTION: Ending(
            label=_("Infection, treated: the foot may be used again from the date below"),
            grounds="Charcot C; J",
            clears_reported=(Flag.CHARCOT_ACTIVE,),
            needs_start_date=True,
            needs_cause=True,
        ),
        HoldOutcome.CLOT: Ending(
            label=_("Blood clot: the flag is set, and no exercise is offered until it is cleared"),
            grounds="AHA95 C; J",
            clears_reported=(Flag.CHARCOT_ACTIVE,),
            sets=(Flag.CLOT,),
        ),
        HoldOutcome.OTHER: Ending(
            label=_("Another cause. Charcot foot, infection and clot ruled out"),
            grounds="Charcot C; J",
            clears_reported=(Flag.CHARCOT_ACTIVE,),
            needs_start_date=True,
            needs_cause=True,
        ),
        HoldOutcome.NOT_FOUND: Ending(
            label=_("Foot seen: not hot, red or swollen. Charcot foot, infection and clot ruled out"),
            grounds="Charcot C; J",
            clears_reported=(Flag.CHARCOT_ACTIVE,),
        ),
    },
    # The patient's own test ends it, from the next day on. Somebody without test strips needs the clinic.
    HoldKind.KETONES: {
        HoldOutcome.CLEARED: Ending(
            label=_("Tested: none or a trace, and the patient feels well"), grounds="ADA16-T1 R; J"
        ),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE, grounds="J"),
    },
}

#: Answers for holds that another question began, and with which the flags of the kind have nothing to do.
ENDINGS_BY_QUESTION: Mapping[tuple[HoldKind, str], Mapping[HoldOutcome, Ending]] = {
    # New weakness is no fall: the flag `fell` is not touched.
    (HoldKind.STANDING, "weak"): {
        HoldOutcome.CLEARED: Ending(
            label=_("Spoken with the patient: may stand again, flags stay as they are"), grounds="J"
        ),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE, grounds="J"),
    },
    # A bad fall keeps everything away, and has set the flag.
    (HoldKind.ALL, "bad_fall"): {
        HoldOutcome.CLEARED: Ending(
            label=_("A doctor has cleared the patient. At risk of falling, the flag stays"),
            grounds="HeadNHS C; J",
            sets=(Flag.FELL,),
            needs_start_date=True,
        ),
        HoldOutcome.MISTAKE: Ending(label=_MISTAKE, grounds="J", clears_reported=(Flag.FELL,)),
    },
}

#: Flags that a clinician ends only with such an answer, also long after a report: the kind of hold that asks for it.
KIND_OF_FLAG: Mapping[Flag, HoldKind] = {
    Flag.FOOT_SORE: HoldKind.FEET,
    Flag.CHARCOT_ACTIVE: HoldKind.FOOT_REST,
}


def endings_of(kind: str, question: str = "") -> Mapping[HoldOutcome, Ending]:
    """Return the answers for a hold of this kind, begun by this question; none for one that ends by itself."""
    hold = HoldKind(kind)
    return ENDINGS_BY_QUESTION.get((hold, question), ENDINGS.get(hold, {}))


def flags_decided_by(kind: str, question: str = "") -> frozenset[Flag]:
    """Return the flags that an answer to such a hold may take away."""
    return frozenset().union(*(ending.takes_away for ending in endings_of(kind, question).values()))
