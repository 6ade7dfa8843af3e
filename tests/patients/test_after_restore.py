"""After a restore, the worker sends nothing that was sent before, and nobody comes in by what has ended since."""

import datetime
import uuid

import pytest
from django.core import mail
from django.core.management import call_command

from clinic.backup.after_restore import Restored, release_mail, run_steps
from clinic.models import OutboxMessage
from patients.models import (
    INACTIVITY_KINDS,
    Alert,
    ErasureGround,
    ErasureRequest,
    MailedCode,
    Patient,
    PushNotice,
    PushSubscription,
    Reminder,
    ReminderSent,
    SignInCard,
)
from patients.sign_in.services.email_codes import send_sign_in_code
from patients.tasks import send_due_notices, send_reminders
from tests.factories import NOON, AlertFactory, ExerciseHoldFactory, PatientFactory
from tests.factories_of_patients import HelperFactory, ReminderFactory, VerifiedEmailFactory
from tests.patients.reminders.push_sink import PushSink

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
#: The backup is of an hour before the restore.
MADE_AT = NOON - HOUR


@pytest.fixture(autouse=True)
def mail_server(settings):
    """Let the worker deliver into Django's list of sent mail."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
    settings.OUTBOX_DELIVERY = {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    settings.VAPID_PRIVATE_KEY = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"


@pytest.fixture
def reminder(patient, version):
    """A reminder by e-mail that was due half an hour ago, on a day of the plan."""
    VerifiedEmailFactory(patient=patient, email="rosa@example.org")
    return ReminderFactory(patient=patient, next_at=NOON - HOUR / 2, at_time=datetime.time(11, 30))


@pytest.fixture
def sink(settings):
    """A push service."""
    sink = PushSink()
    settings.PUSH_SERVICES = [sink.origin]
    yield sink
    sink.close()


@pytest.fixture
def notice(patient, sink):
    phone = PushSubscription.objects.create(
        patient=patient, endpoint=f"{sink.origin}/phone", endpoint_hash="1" * 64
    )
    return PushNotice.objects.create(
        subscription=phone, on_date=NOON.date(), created_at=NOON - HOUR / 2, next_attempt_at=NOON
    )


@pytest.fixture
def waiting(reminder, notice, dana, clinic):
    """Everything that a worker sends when it starts: a mail, a reminder, a notice, an alert and a hold past a limit."""
    OutboxMessage.objects.create(to="rosa@example.org", subject="You have a message", body="Please sign in.")
    other = PatientFactory(clinic=clinic)
    AlertFactory(
        patient=other, session=None, clinic=clinic, kind=INACTIVITY_KINDS[0], level=1, team_from=NOON - HOUR
    )
    ExerciseHoldFactory(patient=other, team_from=NOON - HOUR)


def restored(**more):
    return run_steps(Restored(now=NOON, made_at=MADE_AT, **more))


def subjects():
    return sorted({message.subject for message in mail.outbox})


WAITING = ["A hold is waiting for your team", "An alert is waiting for your team", "You have a message"]


def test_without_the_steps_the_worker_would_send_it_all_again(waiting, sink):
    call_command("worker", "--once")
    assert subjects() == sorted(["A reminder for today", *WAITING])
    assert PushNotice.objects.get().was_sent
    assert len(sink.taken) == 1


def test_after_the_steps_the_worker_sends_nothing(waiting, sink):
    restored()
    call_command("worker", "--once")

    assert subjects() == []
    assert ReminderSent.objects.count() == 0
    assert send_due_notices(NOON + HOUR) == 0
    assert sink.taken == []


def test_released_mail_is_sent_and_a_reminder_is_not(waiting):
    restored()
    assert release_mail(now=NOON) == 5, "the team has two members"
    call_command("worker", "--once")
    assert subjects() == WAITING
    assert release_mail(now=NOON) == 0


def test_a_reminder_fires_again_at_its_next_moment(reminder):
    restored()
    reminder.refresh_from_db()
    assert reminder.next_at == NOON + 23.5 * HOUR
    assert send_reminders(NOON + HOUR) == 0
    assert send_reminders(reminder.next_at) == 1


def test_a_reminder_that_is_due_later_today_stays(patient, version):
    VerifiedEmailFactory(patient=patient, email="rosa@example.org")
    later = ReminderFactory(patient=patient, next_at=NOON + HOUR, at_time=datetime.time(13))
    restored()
    assert Reminder.objects.get(pk=later.pk).next_at == NOON + HOUR
    assert send_reminders(NOON + HOUR) == 1


def test_an_alert_past_its_limit_is_shown_to_the_team_without_mail(waiting):
    report = restored()
    assert Alert.objects.get().escalated_at == NOON
    assert "2 alerts and holds past their limit escalated, without e-mail." in report.done


def test_a_mailed_code_is_of_no_use_any_more(patient):
    VerifiedEmailFactory(patient=patient, email="rosa@example.org")
    send_sign_in_code(
        email="rosa@example.org", date_of_birth=patient.date_of_birth, own_phone=False, now=NOON
    )
    assert MailedCode.objects.live().count() == 1
    restored()
    assert MailedCode.objects.live().count() == 0


def test_cards_that_work_again_are_listed_by_patient_and_others_are_not(patient):
    other = PatientFactory()

    def card(owner, code, **more):
        values = {"made_at": NOON - 2 * HOUR, "expires_at": NOON + HOUR} | more
        return SignInCard.objects.create(patient=owner, code_hash=code, **values)

    card(patient, "1" * 64)
    card(patient, "2" * 64, revoked_at=NOON - HOUR)
    card(other, "3" * 64, expires_at=NOON - HOUR)
    HelperFactory(patient=patient)
    said = "\n".join(restored().by_hand)
    assert f"patient {patient.pk}, card of" in said
    assert str(other.pk) not in said
    assert "1 helpers have access" in said


def test_erased_patients_are_erased_again(patient, settings, tmp_path):
    """The patients of the list outside the database, and patients who are named by hand."""
    stays, listed, gone = PatientFactory(), PatientFactory(), uuid.uuid4()
    settings.ERASED_LIST = tmp_path / "erased.txt"
    settings.ERASED_LIST.write_text(f"2026-03-01T12:00:00+00:00 {listed.pk}\n")

    report = restored(erased=frozenset({patient.pk, gone}))

    assert "2 erased patients were in the backup, and were erased again." in report.done
    assert set(Patient.objects.all()) == {stays}
    assert set(ErasureRequest.objects.values_list("patient_key", "ground")) == {
        (patient.pk, ErasureGround.REPEATED),
        (listed.pk, ErasureGround.REPEATED),
    }


def test_a_missing_list_of_erased_patients_is_said(settings, tmp_path):
    settings.ERASED_LIST = tmp_path / "erased.txt"
    assert "The list of erased patients (ERASED_LIST) is missing or empty" in "\n".join(restored().by_hand)


def test_no_report_names_a_person(waiting, patient):
    HelperFactory(patient=patient)
    report = restored(erased=frozenset({patient.pk}))
    said = "\n".join(report.done + report.by_hand)
    assert not [word for word in (*patient.full_name.split(), "Maria", "rosa@") if word in said]


def test_the_last_step_holds_the_mail_of_all_others(settings):
    assert settings.RESTORE_STEPS[-1].endswith("hold_mail")
