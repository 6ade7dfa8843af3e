"""After an outage of six hours, late reminders are not sent, and none is sent twice."""

import datetime

import pytest

from clinic.models import OutboxMessage
from clinic.outbox.backends import deliver_next
from patients.tasks import bring_back_far_reminders, send_reminders
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


class TestAClockThatWasAhead:
    """The worker checks every few minutes whether a reminder was put off further than a day."""

    def test_by_a_day_before_the_reminder_does_not_cost_it(self):
        before = TEN - 2 * HOUR
        assert send_reminders(before + DAY) == 0  # too late for the first day
        assert send_reminders(TEN) == 0
        assert bring_back_far_reminders(before) == 1
        assert send_reminders(TEN) == 1
        assert bring_back_far_reminders(TEN + MINUTE) == 0

    @pytest.mark.parametrize("ahead", [HOUR, DAY])
    def test_after_the_reminder_does_not_bring_it_twice(self, ahead):
        assert send_reminders(TEN) == 1
        sent_ahead = send_reminders(TEN + ahead)
        for moment in (TEN - HOUR, TEN + MINUTE, TEN + DAY - HOUR):
            bring_back_far_reminders(moment)
            assert send_reminders(moment) == 0
        assert sent_ahead + send_reminders(TEN + DAY) == 1

    def test_a_reminder_of_next_week_stays(self, reminder):
        next_monday = TEN + 7 * DAY - HOUR  # daylight saving time has begun
        reminder.weekdays, reminder.next_at = [0], next_monday
        reminder.last_sent_for = TEN.date()
        reminder.save()
        assert bring_back_far_reminders(TEN + MINUTE) == 0
        reminder.refresh_from_db()
        assert reminder.next_at == next_monday

    def test_one_that_was_stopped_stays_so(self, reminder):
        reminder.next_at, reminder.stopped_at = None, TEN
        reminder.save()
        assert bring_back_far_reminders(TEN) == 0
