"""The foot risk class of the IWGDF, worked out from a patient's flags and never typed. Pure code.

Source: IWGDF 2023, factors and intervals; the classes are to be checked by a clinician (clinical rules, "IWGDF foot
risk"): 1 = numb or poor blood flow; 2 = two of numb, poor blood flow, deformity; 3 = numb or poor blood flow, and a
past ulcer, an amputation or end-stage kidney disease. Deformity alone, or a past ulcer alone, makes no class.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from patients.models import Flag
from patients.safety.sources import cite


@dataclass(frozen=True, kw_only=True)
class RiskClass:
    """One class: the factors that make it, in words, and the months between two foot examinations.

    `exam_months` are the fewest and the most; the clinical rules give none for class 0. `grounds` are the sources as in
    the clinical rules, each with its mark.
    """

    name: str
    made_by: str
    exam_months: tuple[int, int] | None
    grounds: str = "IWGDF C (factors and months); J (the classes are from memory, to be checked)"

    @property
    def exam(self) -> str:
        """The interval of the foot examination in words; "" for class 0."""
        return f"every {self.exam_months[0]}–{self.exam_months[1]} months" if self.exam_months else ""

    @property
    def why(self) -> str:
        """The sources of the class, each with how sure it is."""
        return cite(self.grounds)


#: The classes; the position of each is its number.
CLASSES: tuple[RiskClass, ...] = (
    RiskClass(name="Very low", made_by="neither numb nor poor blood flow", exam_months=None),
    RiskClass(name="Low", made_by="numb or poor blood flow", exam_months=(6, 12)),
    RiskClass(name="Moderate", made_by="two of numb, poor blood flow, changed shape", exam_months=(3, 6)),
    RiskClass(
        name="High",
        made_by="numb or poor blood flow, and a past ulcer, amputation or end-stage kidney disease",
        exam_months=(1, 3),
    ),
)

_NUMB = {Flag.NUMB_FEET}
_POOR_FLOW = {Flag.PAD, Flag.PAD_SEVERE}
_SHAPE = {Flag.FOOT_DEFORMITY}
_HISTORY = {Flag.PAST_ULCER, Flag.AMPUTATION, Flag.DIALYSIS}
FACTORS = {
    Flag.NUMB_FEET: "numb",
    Flag.PAD: "poor blood flow",
    Flag.PAD_SEVERE: "very poor blood flow",
    Flag.FOOT_DEFORMITY: "changed shape",
    Flag.PAST_ULCER: "past ulcer",
    Flag.AMPUTATION: "amputation",
    Flag.DIALYSIS: "end-stage kidney disease",
}


def classify(flags: Collection[str]) -> int:
    """Return the class from 0 to 3 of a patient with these flags."""
    has = set(flags)
    numb, flow, shape = bool(has & _NUMB), bool(has & _POOR_FLOW), bool(has & _SHAPE)
    if (numb or flow) and has & _HISTORY:
        return 3
    if numb + flow + shape >= 2:
        return 2
    return 1 if numb or flow else 0


@dataclass(frozen=True)
class FootRisk:
    """The class of a patient. `without` is the class if none of the `unsettled` factors is confirmed."""

    number: int
    without: int
    factors: tuple[str, ...]
    unsettled: tuple[str, ...]

    @property
    def name(self) -> str:
        return CLASSES[self.number].name

    @property
    def name_without(self) -> str:
        return CLASSES[self.without].name

    @property
    def depends(self) -> bool:
        """True if the class would be lower without what nobody has confirmed."""
        return self.without != self.number

    @property
    def exam(self) -> str:
        """The interval of the foot examination in words; "" for class 0."""
        return CLASSES[self.number].exam

    @property
    def classes(self) -> tuple[RiskClass, ...]:
        """Every class, for the explanation beside the patient's own."""
        return CLASSES


def get_foot_risk(flags: Collection[str], unsettled: Collection[str] = ()) -> FootRisk:
    """Return the risk of a patient with these flags, of which the unsettled ones count too."""
    return FootRisk(
        number=classify(flags),
        without=classify(set(flags) - set(unsettled)),
        factors=tuple(word for flag, word in FACTORS.items() if flag in flags),
        unsettled=tuple(word for flag, word in FACTORS.items() if flag in flags and flag in unsettled),
    )
