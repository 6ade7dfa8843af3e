"""Creates the flags and home circumstances of demo patients, and the answers to safety rules on published plans."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from clinic.models import User
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.personas import PATIENT, Persona
from patients.demo.random import SeededRandom
from patients.demo.scenarios import Scenario
from patients.models import (
    Circumstances,
    Flag,
    FlagOrigin,
    OverrideKind,
    Patient,
    PatientFlag,
    PlanItem,
    SafetyOverride,
)
from patients.safety.rules import ANSWERED_BY, findings
from patients.safety.selectors.plan_safety import get_demands

HOUR = datetime.timedelta(hours=1)
FIVE_MINUTES = datetime.timedelta(minutes=5)
#: Flag → part of the patients who have it. A flag that blocks exercises is set by `OVERRIDDEN` only, with its reason.
SHARES = {
    Flag.NUMB_FEET: 0.45,
    Flag.FELL: 0.15,
    Flag.WALKING_AID: 0.08,
    Flag.AUTONOMIC: 0.04,
    Flag.GLUCOSE_LOWERING: 0.25,
}
#: Part of the patients who were asked about their time and the equipment at home.
WAS_ASKED = 0.4
BUDGETS = (10, 15, 20, 30, 45)
#: Equipment that every asked patient has at home, and equipment that some have besides.
USUAL = ("chair", "counter", "wall", "towel")
BESIDES = ("band", "ball", "door-frame", "bike", "outdoors")
#: Key of the scenario whose patients have a block that a clinician overrode, the flag, and the written reason.
OVERRIDDEN = ("second round", Flag.FOOT_SORE, "Healed over. The foot clinic allows weight in the cast boot.")


@dataclass(frozen=True)
class Known:
    """The safety facts of one patient: flags, minutes for a session, and slugs of equipment at home."""

    flags: tuple[Flag, ...]
    minutes: int | None
    at_home: tuple[str, ...]


OF_ROSA = Known(flags=(Flag.NUMB_FEET, Flag.FELL), minutes=20, at_home=("chair", "counter", "wall"))


def make_safety(
    rows: BulkRows,
    site: DemoClinic,
    *,
    patient: Patient,
    clinician: User,
    scenario: Scenario,
    persona: Persona | None,
) -> tuple[Flag, ...]:
    """Create the flags and circumstances of one patient, set soon after the registration. Return the flags."""
    # A separate random generator, so that this data does not change the rest of the demo.
    rng = SeededRandom.named("safety", patient.pk)
    known = OF_ROSA if persona is PATIENT else _known(rng, scenario)
    at = min(patient.registered_at + HOUR, site.now)
    rows.flags += [
        PatientFlag(patient_id=patient.pk, flag=flag, set_at=at, set_by_id=clinician.pk)
        for flag in known.flags
    ]
    if known.minutes or known.at_home:
        rows.circumstances.append(
            Circumstances(
                patient_id=patient.pk,
                minutes_a_session=known.minutes,
                edited_at=at,
                edited_by_id=clinician.pk,
            )
        )
        through = Circumstances.equipment.through
        rows.things_at_home += [
            through(circumstances_id=patient.pk, equipment_id=slug) for slug in known.at_home
        ]
    return known.flags


def _known(rng: SeededRandom, scenario: Scenario) -> Known:
    flags = tuple(flag for flag, share in SHARES.items() if rng.chance(share))
    if scenario.key == OVERRIDDEN[0]:
        flags = (OVERRIDDEN[1], *flags)
    if not rng.chance(WAS_ASKED):
        return Known(flags, None, ())
    return Known(flags, rng.choice(BUDGETS), (*USUAL, *(thing for thing in BESIDES if rng.chance(0.35))))


def answer_rules(rows: BulkRows, patients: Iterable[Patient]) -> None:
    """Create the answers to every rule that applies to published plans of these patients, in two queries.

    The answers are dated before the publication. The flags must be saved already, because an answer refers to their
    rows.
    """
    flags: dict[UUID, dict[str, PatientFlag]] = defaultdict(dict)
    known = PatientFlag.objects.live().filter(patient__in=[patient.pk for patient in patients])
    # A reported flag was set after publishing, and no clinician has answered it yet.
    for row in known.exclude(origin=FlagOrigin.REPORT):
        flags[row.patient_id][row.flag] = row
    items = PlanItem.objects.filter(version__plan__patient__in=flags, version__published_at__isnull=False)
    for item in items.select_related("version__plan", "exercise").order_by(
        "version__published_at", "version", "order"
    ):
        rows.safety_overrides += _answers(item, flags[item.version.plan.patient_id])


def _answers(item: PlanItem, flags: dict[str, PatientFlag]) -> list[SafetyOverride]:
    version = item.version
    assert version.published_at is not None  # noqa: S101  # for the type checker
    assert version.published_by_id is not None  # noqa: S101
    answers = []
    for finding in findings(flags, get_demands(item), item.support):
        if finding.effect not in ANSWERED_BY:
            continue
        kind = OverrideKind.OVERRIDE if finding.is_block else OverrideKind.ACKNOWLEDGED
        answers += [
            SafetyOverride(
                item_id=item.pk,
                patient_flag_id=flags[flag].pk,
                demand=demand,
                kind=kind,
                reason=OVERRIDDEN[2] if finding.is_block else "",
                support=item.support,
                at=version.published_at - FIVE_MINUTES,
                by_id=version.published_by_id,
            )
            for flag, demand in finding.pairs
        ]
    return answers
