"""Flags, circumstances and safety overrides in the demo data: present for the persona, and consistent."""

import datetime

import pytest

from patients.demo.personas import PATIENT, get_persona_patient
from patients.demo.safety import OVERRIDDEN
from patients.demo.seeding import DemoSize, seed
from patients.models import (
    Circumstances,
    Flag,
    FlagOrigin,
    OverrideKind,
    Patient,
    PatientFlag,
    PlanVersion,
    SafetyOverride,
)
from patients.safety.selectors.plan_safety import PatientSafety, get_item_safety
from patients.sessions.selectors.today import get_today

pytestmark = pytest.mark.django_db

#: Wednesday afternoon in New York.
NOW = datetime.datetime(2026, 3, 4, 20, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def demo(shared_data):
    seed(DemoSize(clinics=1, patients=40, weeks=3), seed=7, now=NOW)


def test_the_persona_has_flags_a_time_equipment_and_her_whole_plan(demo):
    rosa = get_persona_patient(PATIENT)
    safety = PatientSafety.of(rosa)
    today = get_today(rosa, NOW)

    assert safety.kinds == {Flag.NUMB_FEET, Flag.FELL}
    assert safety.minutes_a_session == 20
    assert {thing.slug for thing in safety.at_home} == {"chair", "counter", "wall"}
    assert today.exercises
    assert today.unsafe == ()
    assert "Wear shoes that hold your feet." in " ".join(today.care.notes)


def test_every_rule_on_a_published_plan_was_answered_before_publishing(demo):
    versions = PlanVersion.objects.published().select_related("plan__patient")
    flagged = [version for version in versions if version.plan.patient.flags.exists()]
    assert len(flagged) > 10
    for version in flagged:
        rows = get_item_safety(list(version.items.in_order()), version.plan.patient).values()
        reported = {flag.flag for flag in version.plan.patient.flags.filter(origin=FlagOrigin.REPORT)}
        for row in rows:
            flags = {flag for finding in row.unanswered for flag, _demand in finding.pairs}
            assert flags <= reported, row.name
    assert not any(
        given.at > given.item.version.published_at
        for given in SafetyOverride.objects.select_related("item__version")
    )


def test_blocks_are_overridden_with_a_reason_and_warnings_acknowledged(demo):
    reasons = SafetyOverride.objects.filter(kind=OverrideKind.OVERRIDE).values_list(
        "reason", "patient_flag__flag"
    )

    assert set(reasons) == {(OVERRIDDEN[2], OVERRIDDEN[1])}
    assert SafetyOverride.objects.filter(kind=OverrideKind.ACKNOWLEDGED).exists()


def test_some_have_flags_some_have_none_and_all_were_set_by_the_clinic_before_now(demo):
    with_flags = PatientFlag.objects.values("patient").distinct().count()

    assert 0 < with_flags < Patient.objects.count()
    assert 0 < Circumstances.objects.count() < Patient.objects.count()
    assert PatientFlag.objects.exclude(set_at__lte=NOW).count() == 0
    for flag in PatientFlag.objects.select_related("patient", "set_by"):
        if flag.origin == FlagOrigin.REPORT:
            assert flag.set_by == flag.patient.user
            continue
        assert flag.set_by.memberships.filter(clinic=flag.patient.clinic_id).exists()
