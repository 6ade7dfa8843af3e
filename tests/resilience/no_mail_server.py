"""24 hours without a mail server, while mail is written: then everything leaves, what is urgent first."""

from __future__ import annotations

import datetime
import time

from django.utils import timezone  # after the set-up of Django

from clinic.models import OutboxMessage, Priority
from clinic.outbox.backends import expires_header
from clinic.outbox.messages import OutboxEmail
from tests.resilience.installation import installation, report
from tests.resilience.people import set_up

STEP = 15 * 60
DAY = 24 * 60 * 60


def write(number: int) -> None:
    """Write an alert, a notice, and a code that is of no use after ten minutes."""
    expires = expires_header(timezone.now() + datetime.timedelta(minutes=10))
    OutboxEmail(f"Notice {number}", "A notice.", ["desk@harbour.example"]).send()
    OutboxEmail(f"Alert {number}", "An alert.", ["desk@harbour.example"], is_urgent=True).send()
    OutboxEmail(f"Code {number}", "123 456", ["rosa@example.org"], is_urgent=True, headers=expires).send()


def main() -> None:
    set_up(1)
    with installation() as place:
        place.move_clock(0)
        worker = place.start_worker()
        steps = range(DAY // STEP)
        for number in steps:
            place.move_clock(number * STEP)
            time.sleep(0.2)  # until the clock of this process has moved, too
            write(number)
            time.sleep(0.5)
        place.move_clock(DAY)
        time.sleep(3)
        tries = sum(OutboxMessage.objects.values_list("attempts", flat=True))
        lost = OutboxMessage.objects.filter(given_up_at__isnull=False).exclude(subject__startswith="Code")
        given_up = lost.count()
        sink = place.start_mail_server()
        # The next attempts are minutes away: move on by a minute each second until all has left.
        minutes = 0
        left: dict[str, int] = {}
        while OutboxMessage.objects.waiting().exists() and minutes < 8 * 60:
            minutes += 1
            place.move_clock(DAY + minutes * 60)
            time.sleep(1)
            for priority in Priority:
                if priority.label not in left and not OutboxMessage.objects.waiting().filter(
                    priority=priority
                ):
                    left[str(priority.label)] = minutes
        worker.terminate()
        worker.wait()
    subjects = [str(mail["Subject"]) for mail in sink.messages]
    alerts = [subject for subject in subjects if subject.startswith("Alert")]
    notices = [subject for subject in subjects if subject.startswith("Notice")]
    first_notices = [subject for subject in subjects[: len(alerts)] if subject.startswith("Notice")]
    problems = []
    if given_up:
        problems.append(f"{given_up} e-mails were given up")
    if sorted(set(alerts)) != sorted(f"Alert {number}" for number in steps) or len(alerts) != len(
        set(alerts)
    ):
        problems.append(f"{len(alerts)} alerts came")
    if sorted(set(notices)) != sorted(f"Notice {number}" for number in steps) or len(notices) != len(
        set(notices)
    ):
        problems.append(f"{len(notices)} notices came")
    if len(first_notices) > 1:
        problems.append(f"{len(first_notices)} notices left before the last alert")
    codes = [subject for subject in subjects if subject.startswith("Code")]
    old = [code for code in codes if int(code.split()[1]) < len(steps) - 1]
    problems += [f"{len(old)} codes left after they were of use"] if old else []
    report(
        "24 hours without a mail server",
        {
            "e-mails written": OutboxMessage.objects.count(),
            "attempts while it was away": tries,
            "delivered": f"{len(alerts)} alerts, {len(notices)} notices",
            "notices before the last alert": len(first_notices),
            "minutes after the return until all had left": left,
        },
        problems,
    )
