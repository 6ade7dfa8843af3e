"""Concurrent requests run one after the other, and nothing is done twice."""

import pytest

from clinic.models import AuditEvent, OutboxMessage
from patients.alerts.services.answers import acknowledge_alert, pause_plan_for_alert, resolve_alert
from patients.alerts.services.raising import escalate_alerts, update_inactivity_alerts
from patients.exceptions import NotPossibleError
from patients.models import Alert, Patient, Plan, PlanEvent, PlanVersion
from patients.plans.services.drafts import StaleDraftError, create_next_version, publish_plan, save_draft
from patients.plans.services.plans import move_plan, start_plan
from patients.plans.states import Move
from patients.records.services.patients import Details, register_patient
from tests.concurrency import AT_ONCE, call_at_once
from tests.factories import MONDAY, NOON, AlertFactory, ExerciseSessionFactory, published_plan

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work):
    return call_at_once(work, refusals=(NotPossibleError, StaleDraftError))


def refusals(results):
    return [result for result in results if isinstance(result, Exception)]


def test_concurrent_starts_create_one_plan(patient, dana, routine):
    results = at_once(lambda _number: start_plan(patient=patient, by=dana, routine=routine, now=NOON))

    assert len(refusals(results)) == AT_ONCE - 1
    assert all("already has a plan" in str(refused) for refused in refusals(results))
    assert Plan.objects.count() == PlanVersion.objects.count() == 1


def test_concurrent_publishing_publishes_once(draft, dana):
    results = at_once(
        lambda _number: publish_plan(
            plan=draft.plan, number=1, edit_number=1, change_note="", by=dana, now=NOON
        )
    )

    assert results == [draft] * AT_ONCE
    assert PlanEvent.objects.count() == 1
    assert AuditEvent.objects.filter(action="plan.published").count() == 1


def test_of_concurrent_edits_one_is_saved_and_the_others_are_stale(draft, dana, content_of):
    content = content_of(draft)

    def edit(number):
        return save_draft(
            plan=draft.plan,
            content=type(content)(**vars(content) | {"weeks": number + 10}),
            edit_number=1,
            by=dana,
        )

    results = at_once(edit)

    draft.refresh_from_db()
    assert len(refusals(results)) == AT_ONCE - 1
    assert draft.edit_number == 2
    assert all(refused.content.weeks == draft.weeks for refused in refusals(results))


def test_concurrent_requests_create_one_next_version(patient, dana):
    plan = published_plan(patient).plan

    results = at_once(lambda _number: create_next_version(plan=plan, by=dana, now=NOON))

    assert len({version.pk for version in results}) == 1
    assert PlanVersion.objects.drafts().get().items.count() == 2


def test_concurrent_pauses_pause_a_plan_once(patient, dana):
    plan = published_plan(patient).plan

    at_once(lambda _number: move_plan(plan=plan, move=Move.PAUSE, by=dana, reason="Holiday.", now=NOON))

    assert PlanEvent.objects.count() == 1


def test_the_same_form_sent_concurrently_registers_one_patient(clinic, desk):
    details = Details(full_name="Rosa Delgado", date_of_birth=MONDAY.replace(year=1956))
    key = "0f6f1f5e-0000-4000-8000-000000000001"

    results = at_once(
        lambda _number: register_patient(clinic=clinic, details=details, form_key=key, by=desk, now=NOON)
    )

    assert len({patient.pk for patient in results}) == 1
    assert Patient.objects.count() == 1


def test_a_report_is_resolved_by_one_person(patient, dana, other):
    event = AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall")

    results = at_once(lambda number: resolve_alert(alert=event, by=(dana, other)[number % 2], now=NOON))

    assert sorted(len(settled) for settled in results) == [0] * (AT_ONCE - 1) + [1]
    assert AuditEvent.objects.filter(action="alert.settled").count() == 1


def test_an_alert_is_acknowledged_by_one_person(patient, dana, other):
    event = AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall")

    results = at_once(lambda number: acknowledge_alert(alert=event, by=(dana, other)[number % 2], now=NOON))

    assert sorted(len(taken) for taken in results) == [0] * (AT_ONCE - 1) + [1]
    assert AuditEvent.objects.filter(action="alert.acknowledged").count() == 1


def test_concurrent_pauses_from_an_alert_pause_the_plan_once(patient, dana, other):
    event = AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall")

    results = at_once(
        lambda number: pause_plan_for_alert(alert=event, by=(dana, other)[number % 2], now=NOON)
    )

    assert sum(moved is not None for moved in results) == 1
    assert PlanEvent.objects.count() == 1


def test_concurrent_workers_escalate_an_alert_once(patient, dana, settings):
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
    AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall", team_from=NOON)

    results = at_once(lambda _number: escalate_alerts(now=NOON))

    assert sorted(results) == [0] * (AT_ONCE - 1) + [1]
    assert OutboxMessage.objects.filter(to=dana.email).count() == 1


def test_one_inactivity_alert_is_raised_under_concurrency(patient):
    published_plan(patient)

    results = at_once(
        lambda _number: update_inactivity_alerts(patient=patient, missed_days=3, silent_days=4, now=NOON)
    )

    assert len({alert.pk for alert in results}) == 1
    assert Alert.objects.count() == AuditEvent.objects.filter(action="alert.raised").count() == 1
