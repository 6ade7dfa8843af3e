"""Two workers at once: no e-mail, reminder, notice or escalation twice, and none left out."""

from __future__ import annotations

import collections
import datetime
import hashlib
import os
import time

from django.utils import timezone  # after the set-up of Django

from clinic.models import AuditEvent, OutboxMessage
from clinic.outbox.messages import OutboxEmail
from patients.models import Alert, Channel, PushNotice, PushSubscription, Reminder, ReminderSent
from tests.factories import AlertFactory, ExerciseSessionFactory
from tests.resilience.installation import installation, report
from tests.resilience.people import set_up
from tests.resilience.push_service import PushService

MAILS = 300
PATIENTS = 60


def main() -> None:
    people = set_up(PATIENTS)
    now = timezone.now()
    service = PushService(os.environ["PUSH_SERVICE"])
    for number, person in enumerate(people):
        by_push = number % 2
        Reminder.objects.create(
            patient=person.patient,
            at_time=(now - datetime.timedelta(seconds=30)).time().replace(microsecond=0),
            channel=Channel.PUSH if by_push else Channel.EMAIL,
            zone_name="UTC",
            next_at=now - datetime.timedelta(seconds=30),
        )
        if by_push:
            endpoint = f"{os.environ['PUSH_SERVICE']}/{number}"
            key = hashlib.sha256(endpoint.encode()).hexdigest()
            PushSubscription.objects.create(patient=person.patient, endpoint=endpoint, endpoint_hash=key)
    for person in people[:20]:
        long_ago = now - datetime.timedelta(days=2)
        session = ExerciseSessionFactory(
            version=person.version, on_date=long_ago.date(), started_at=long_ago, finished_at=long_ago
        )
        AlertFactory(session=session, kind="fall", raised_at=long_ago, team_from=long_ago)
    for number in range(MAILS):
        OutboxEmail(f"Mail {number}", "A notice.", ["desk@harbour.example"]).send()
    with installation() as place:
        sink = place.start_mail_server()
        workers = [place.start_worker() for _each in range(2)]
        place.wait_for(lambda: ReminderSent.objects.count() >= PATIENTS, within=180)
        place.wait_for(lambda: not OutboxMessage.objects.waiting().exists(), within=180)
        place.wait_for(lambda: not PushNotice.objects.filter(settled_at=None).exists(), within=60)
        place.wait_for(lambda: not Alert.objects.filter(escalated_at=None).exists(), within=60)
        time.sleep(5)  # whatever would come twice
        for worker in workers:
            worker.terminate()
            worker.wait()
    got = collections.Counter(mail["Message-ID"] for mail in sink.messages)
    told = collections.Counter(path for path in service.paths)
    escalated = collections.Counter(
        AuditEvent.objects.filter(action="alert.escalated").values_list("object_id", flat=True)
    )
    reminders = [mail for mail in sink.messages if str(mail["To"]).startswith("patient")]
    problems = []
    if set(got.values()) != {1} or len(got) != OutboxMessage.objects.count():
        problems.append(
            f"{len(got)} of {OutboxMessage.objects.count()} e-mails, {sum(got.values())} deliveries"
        )
    if set(told.values()) != {1} or len(told) != PATIENTS // 2:
        problems.append(f"{sum(told.values())} notices to {len(told)} phones")
    if len(reminders) != PATIENTS // 2:
        problems.append(f"{len(reminders)} reminders by e-mail")
    if set(escalated.values()) != {1} or len(escalated) != 20:
        problems.append(f"{sum(escalated.values())} escalations of {len(escalated)} alerts")
    report(
        "Two workers at once",
        {
            "e-mails delivered once": len(got),
            "e-mails delivered twice": sum(got.values()) - len(got),
            "reminders by e-mail": len(reminders),
            "notices to phones": sum(told.values()),
            "alerts escalated once": len(escalated),
        },
        problems,
    )
