"""An alert that nobody acknowledges within its limit is escalated once, by an e-mail without personal data."""

import datetime

import pytest

from clinic.models import AuditEvent, OutboxMessage, Role
from patients.alerts.services.answers import acknowledge_alert, resolve_alert
from patients.alerts.services.raising import escalate_alerts
from patients.models import Alert
from patients.tasks import escalate_due_alerts, refresh_summaries
from tests.factories import MONDAY, NOON, AlertFactory, ExerciseSessionFactory, PatientFactory, published_plan
from tests.factories import clinician as member

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = datetime.timedelta(minutes=30)
LATER = NOON + HALF_AN_HOUR


@pytest.fixture(autouse=True)
def _use_outbox_email_backend(settings):
    """Use the app's e-mail backend; pytest-django would use the one that stores e-mails in memory."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def fall(patient):
    session = ExerciseSessionFactory(version=published_plan(patient))
    return AlertFactory(session=session, kind="fall", team_from=LATER)


def told():
    return sorted(OutboxMessage.objects.values_list("to", flat=True))


def test_an_alert_is_sent_to_every_member_who_answers_alerts_at_its_limit(fall, dana, other, desk, stranger):
    admin = member(fall.clinic, role=Role.CLINIC_ADMIN)
    assert escalate_alerts(now=LATER - datetime.timedelta(seconds=1)) == 0
    assert told() == []

    assert escalate_alerts(now=LATER) == 1

    publisher = fall.session.version.published_by
    assert told() == sorted(user.email for user in (dana, other, admin, publisher))
    assert Alert.objects.get().escalated_at == LATER
    assert AuditEvent.objects.get(action="alert.escalated").object_id == str(fall.pk)


def test_the_email_says_that_an_alert_waits_and_has_no_personal_data(fall, dana, settings):
    escalate_alerts(now=LATER)

    mail = OutboxMessage.objects.filter(to=dana.email).get()
    text = f"{mail.subject}\n{mail.body}"
    assert mail.subject == "An alert is waiting for your team"
    assert settings.SITE_URL + "/staff/" in text
    for secret in (
        *fall.patient.full_name.split(),
        "fell",
        "Fell",
        "pain",
        str(fall.pk),
        str(fall.patient_id),
    ):
        assert secret not in text


def test_an_alert_is_escalated_once_by_several_runs_of_the_worker(fall, dana):
    assert [escalate_alerts(now=LATER + look * HALF_AN_HOUR) for look in range(3)] == [1, 0, 0]
    assert told().count(dana.email) == 1
    assert Alert.objects.get().escalated_at == LATER


def test_several_due_alerts_are_one_email_to_each_member(fall, clinic, dana):
    another = ExerciseSessionFactory(version=published_plan(PatientFactory(clinic=clinic)), on_date=MONDAY)
    AlertFactory(session=another, kind="sore", team_from=LATER)

    assert escalate_alerts(now=LATER) == 2
    assert told().count(dana.email) == 1


def test_acknowledged_and_resolved_alerts_are_not_escalated(fall, dana):
    acknowledge_alert(alert=fall, by=dana, now=NOON)
    assert escalate_alerts(now=LATER) == 0

    resolve_alert(alert=fall, by=dana, now=NOON)
    assert escalate_alerts(now=LATER) == 0
    assert told() == []


def test_an_alert_without_a_limit_is_not_escalated(patient, dana):
    AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="pain_above", level=1)

    assert escalate_alerts(now=NOON + datetime.timedelta(days=100)) == 0


def test_former_members_get_no_email(fall, dana, other):
    other.memberships.update(ended_at=NOON)
    dana.is_active = False
    dana.save()
    escalate_alerts(now=LATER)

    assert not {dana.email, other.email} & set(told())


def test_an_alert_is_marked_as_escalated_in_a_clinic_without_recipients(fall):
    fall.clinic.memberships.update(ended_at=NOON)

    assert escalate_alerts(now=LATER) == 1
    assert told() == []


def test_each_clinic_gets_an_email_about_its_own_alerts(fall, dana, stranger):
    foreign = AlertFactory(kind="fall", team_from=LATER)
    assert foreign.clinic not in (fall.clinic, stranger.membership.clinic)

    assert escalate_alerts(now=LATER) == 2
    assert dana.email in told()
    assert stranger.email not in told()


def test_the_workers_jobs_return_the_number_of_rows_they_handled(fall, patient):
    assert escalate_due_alerts(LATER) == 1
    assert escalate_due_alerts(LATER) == 0
    assert refresh_summaries(NOON) == 1
    assert refresh_summaries(NOON) == 0
