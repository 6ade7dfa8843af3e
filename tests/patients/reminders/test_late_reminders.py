"""After an outage of six hours, late reminders are not sent, and none is sent twice."""

import datetime

import pytest

from clinic.models import OutboxMessage
from clinic.outbox.backends import deliver_next
from patients.tasks import send_reminders
from tests.factories_of_patients import ReminderFactory, VerifiedEmailFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox", "version", "reminder")]

#: Ten in the morning in New York on MONDAY.
TEN = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def reminder(patient):
    """A reminder at ten on the days of the plan, due today."""
    VerifiedEmailFactory(patient=patient)
    return ReminderFactory(patient=patient, next_at=TEN)


@pytest.mark.parametrize("down_from", [TEN - 5 * HOUR, TEN - 4 * HOUR + MINUTE])
def test_a_worker_that_was_down_for_six_hours_sends_one_when_it_is_back_within_two_and_never_two(down_from):
    assert send_reminders(down_from) == 0
    back = down_from + 6 * HOUR
    assert send_reminders(back) == (1 if back - TEN <= 2 * HOUR else 0)
    assert sum(send_reminders(back + minutes * MINUTE) for minutes in range(1, 60)) == 0
    assert send_reminders(TEN + DAY) == 1


def test_written_before_everything_was_down_for_six_hours_it_does_not_leave_after(settings, tmp_path):
    settings.OUTBOX_DELIVERY = {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path),
    }
    send_reminders(TEN)
    while deliver_next(TEN + 6 * HOUR):
        pass
    assert list(tmp_path.iterdir()) == []
    assert OutboxMessage.objects.get().sent_at is None
    send_reminders(TEN + DAY)
    while deliver_next(TEN + DAY + 2 * HOUR):
        pass
    assert len(list(tmp_path.iterdir())) == 1
