"""The simulated patients: what is true of them, and how often something happens to them.

The frequencies are plausible for an outpatient clinic whose patients have neuropathy, and not measured. They are high
enough that each rule meets many patients in a year.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from patients.demo.random import SeededRandom
from patients.models import Flag

#: Flag → part of the patients who have it.
PREVALENCE: dict[Flag, float] = {
    Flag.NUMB_FEET: 0.80,
    Flag.GLUCOSE_LOWERING: 0.35,
    Flag.SEVERE_LOW: 0.04,
    Flag.PAST_ULCER: 0.15,
    Flag.AMPUTATION: 0.04,
    Flag.FOOT_DEFORMITY: 0.20,
    Flag.FOOT_SORE: 0.03,
    Flag.CHARCOT_ACTIVE: 0.01,
    Flag.CHARCOT_PAST: 0.02,
    Flag.PAD: 0.15,
    Flag.PAD_SEVERE: 0.02,
    Flag.FELL: 0.35,
    Flag.WALKING_AID: 0.25,
    Flag.CANNOT_STAND: 0.06,
    Flag.VERTIGO: 0.08,
    Flag.LOW_VISION: 0.08,
    Flag.AUTONOMIC: 0.12,
    Flag.BP_DROP: 0.15,
    Flag.BP_RAISED: 0.08,
    Flag.BP_UNCONTROLLED: 0.04,
    Flag.HEART_DISEASE: 0.22,
    Flag.HEART_UNSTABLE: 0.02,
    Flag.BETA_BLOCKER: 0.25,
    Flag.BLOOD_THINNER: 0.15,
    Flag.CLOT: 0.01,
    Flag.RETINOPATHY: 0.08,
    Flag.KIDNEY: 0.12,
    Flag.RECENT_SURGERY: 0.04,
    Flag.OSTEOPOROSIS: 0.15,
    Flag.SPINE: 0.20,
    Flag.CHEMO: 0.10,
    Flag.BONE_METS: 0.02,
    Flag.MEMORY: 0.08,
    Flag.ALONE: 0.40,
}

#: Flag → its name in the oracle, for those that the oracle judges by.
CONDITION_OF: dict[Flag, str] = {
    Flag.FOOT_SORE: "open sore on a foot",
    Flag.CANNOT_STAND: "cannot stand",
    Flag.SEVERE_LOW: "severe low",
    Flag.HEART_UNSTABLE: "unstable heart",
    Flag.BP_UNCONTROLLED: "blood pressure not controlled",
    Flag.CHARCOT_ACTIVE: "hot foot",
    Flag.PAD_SEVERE: "blood flow very poor",
    Flag.CLOT: "clot",
    Flag.RECENT_SURGERY: "operation not cleared",
    Flag.BONE_METS: "cancer in the bone",
    Flag.FELL: "fell",
    Flag.WALKING_AID: "walks with an aid",
    Flag.BP_DROP: "pressure drops on standing",
    Flag.AMPUTATION: "lost part of a foot",
    Flag.LOW_VISION: "poor sight",
    Flag.OSTEOPOROSIS: "weak bones",
    Flag.CHEMO: "cancer treatment",
    Flag.VERTIGO: "dizzy spells",
    Flag.MEMORY: "weak memory",
    Flag.ALONE: "exercises alone",
    Flag.AUTONOMIC: "nerves of the heart",
}


@dataclass
class Person:
    """One simulated patient. `usual_pain` is what they live with; `keeps_up` is the chance of doing a planned day."""

    number: int
    flags: frozenset[Flag]
    usual_pain: int
    keeps_up: float
    hour: int
    starts_after: int
    uses_phone_offline: bool
    #: Day numbers (from 0) on which a flare, an illness or a gap ends.
    flare_until: int = -1
    ill_until: int = -1
    away_until: int = -1
    yearly: dict[str, float] = field(default_factory=dict)


def make_person(seed: int, number: int, *, days: int = 365) -> Person:
    """Return patient `number`; the same seed makes the same patient, however many others there are.

    Patients come within the first eighth of the days.
    """
    rng = SeededRandom.named(seed, "person", number)
    flags = {flag for flag, part in PREVALENCE.items() if rng.chance(part)}
    if Flag.AMPUTATION in flags:
        flags.add(Flag.PAST_ULCER)
    if Flag.SEVERE_LOW in flags:
        flags.add(Flag.GLUCOSE_LOWERING)
    return Person(
        number=number,
        flags=frozenset(flags),
        usual_pain=rng.choices(range(10), weights=(6, 8, 12, 16, 16, 14, 12, 9, 5, 2))[0],
        keeps_up=rng.triangular(0.35, 0.98, 0.75),
        hour=rng.randrange(7, 20),
        starts_after=rng.randrange(max(1, days // 8)),
        uses_phone_offline=rng.chance(0.5),
        yearly=yearly_events(frozenset(flags)),
    )


def yearly_events(flags: frozenset[Flag]) -> dict[str, float]:
    """Return how often each event happens to a patient with these flags, a year."""
    has = flags.__contains__
    return {
        "fall": 1.0 if has(Flag.FELL) or has(Flag.WALKING_AID) else 0.3,
        "fall with a head hit": 0.1 if has(Flag.FELL) else 0.03,
        "near fall": 4.0 if has(Flag.FELL) else 1.5,
        "sore": 0.8 if has(Flag.PAST_ULCER) else 0.15 if has(Flag.NUMB_FEET) else 0.03,
        "bad sore": 0.08 if has(Flag.PAST_ULCER) else 0.01,
        "hot foot": 0.08 if has(Flag.NUMB_FEET) else 0.005,
        "chest pain": 0.12 if has(Flag.HEART_DISEASE) else 0.02,
        "faint": 0.15 if has(Flag.AUTONOMIC) else 0.02,
        "dizzy": 5.0 if has(Flag.BP_DROP) else 1.0,
        "swollen calf": 0.03,
        "stroke sign": 0.02,
        "slow weakness": 0.15 if has(Flag.SPINE) else 0.05,
        "saddle sign": 0.02 if has(Flag.SPINE) else 0.002,
        "low": 8.0 if has(Flag.GLUCOSE_LOWERING) else 0.0,
        "severe low": 0.4 if has(Flag.GLUCOSE_LOWERING) else 0.0,
        "ketones": 0.3 if has(Flag.GLUCOSE_LOWERING) else 0.0,
        "new pain": 0.5,
        "flare": 3.0,
        "illness": 2.0,
        "gap": 1.0,
        "unsteady": 2.0 if has(Flag.FELL) else 0.5,
        "afraid": 0.5 if has(Flag.FELL) else 0.1,
    }


#: Real dangers; a critical alert on any other day is a false one.
DANGERS = frozenset(
    {
        "fall",
        "fall with a head hit",
        "sore",
        "bad sore",
        "hot foot",
        "chest pain",
        "faint",
        "swollen calf",
        "stroke sign",
        "saddle sign",
    }
)
#: Part of the check-ins in which a patient reports a danger by a wrong tap.
WRONG_TAPS = 0.001
