"""A clock that jumps by an hour and by a day, forth and back: no reminder twice, none lost, and the audit trail holds.

The times are hours after eight in the morning of the first day. Reminders are due at ten.
"""

from __future__ import annotations

import collections
import datetime
import io

from django.core.management import CommandError, call_command  # after the set-up of Django
from django.utils import timezone

from clinic.audit.services import record
from clinic.models import AuditEvent, OutboxMessage
from clinic.outbox.messages import OutboxEmail
from patients.models import Channel, Reminder, ReminderSent
from tests.resilience.installation import installation, report
from tests.resilience.people import set_up

PATIENTS = 20
HOUR = 3600
#: Hours on the clock, and the reminders (of each patient) that have been sent by then.
JUMPS = [
    (0, 0, "it is eight"),
    (1, 0, "an hour forth"),
    (0, 0, "an hour back"),
    (25, 0, "a day forth, past ten of the first day"),
    (0.2, 0, "a day back, before ten"),
    (2.2, 1, "ten of the first day has come"),
    (1.2, 1, "an hour back, before ten"),
    (2.3, 1, "an hour forth again"),
    (26.2, 2, "a day forth: ten of the second day"),
    (2.4, 2, "a day back"),
    (26.3, 2, "the second day comes in earnest"),
    (50.2, 3, "the third day"),
]


def main() -> None:
    people = set_up(PATIENTS)
    now = timezone.now()
    eight = (now + datetime.timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    start = (eight - now).total_seconds()
    for person in people:
        Reminder.objects.create(
            patient=person.patient,
            at_time=datetime.time(10),
            channel=Channel.EMAIL,
            zone_name="UTC",
            next_at=eight + datetime.timedelta(hours=2),
        )
    problems: list[str] = []
    with installation() as place:
        sink = place.start_mail_server()
        place.move_clock(start)
        worker = place.start_worker()
        for number, (hours, expected, words) in enumerate(JUMPS):
            place.move_clock(start + hours * HOUR)
            write(number, person=people[0], at=eight + datetime.timedelta(hours=hours))
            place.wait_for(
                lambda wanted=PATIENTS * expected: ReminderSent.objects.count() >= wanted, within=30
            )
            place.wait_for(lambda wanted=number: has_left(wanted), within=30)
            place.wait_for(lambda: False, within=5)
            if (sent := ReminderSent.objects.count()) != PATIENTS * expected:
                problems.append(f"{words}: {sent} reminders, not {PATIENTS * expected}")
            if not has_left(number):
                problems.append(f"{words}: an alert waits")
        place.wait_for(lambda: not OutboxMessage.objects.waiting().exists(), within=30)
        worker.terminate()
        worker.wait()
    got = collections.Counter(str(mail["To"]) for mail in sink.messages if "patient" in str(mail["To"]))
    if set(got.values()) != {3} or len(got) != PATIENTS:
        problems.append(f"reminders by e-mail: {dict(got)}")
    chain = io.StringIO()
    try:
        call_command("verify_audit_trail", "--seal", stdout=chain)
    except CommandError as error:
        problems.append(f"audit trail: {error}")
    report(
        "A clock that jumps",
        {
            "jumps": len(JUMPS) - 1,
            "reminders": f"{sum(got.values())} of {PATIENTS} patients on 3 days, none twice",
            "alerts by e-mail": sum("Alert" in str(mail["Subject"]) for mail in sink.messages),
            "audit trail": chain.getvalue().strip().splitlines()[0] if chain.getvalue() else "",
        },
        problems,
    )


def write(number: int, *, person: object, at: datetime.datetime) -> None:
    """Write an alert and an audit event as a server with this clock does."""
    OutboxEmail(f"Alert {number}", "An alert.", ["desk@harbour.example"], is_urgent=True).send()
    OutboxMessage.objects.filter(subject=f"Alert {number}").update(created_at=at, next_attempt_at=at)
    record("note.written", actor=None, obj=person.patient, clinic=person.patient.clinic)
    assert AuditEvent.objects.exists()


def has_left(number: int) -> bool:
    return OutboxMessage.objects.filter(subject=f"Alert {number}", sent_at__isnull=False).exists()
