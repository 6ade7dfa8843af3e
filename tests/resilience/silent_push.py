"""A push service that accepts connections and never answers: e-mail and jobs go on."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from urllib.parse import urlsplit

from django.utils import timezone  # after the set-up of Django

from clinic.models import AuditEvent, AuditLink, OutboxMessage, WorkerHeartbeat
from clinic.outbox.messages import OutboxEmail
from patients.models import PushNotice, PushSubscription
from tests.resilience.installation import installation, report
from tests.resilience.people import set_up

MAILS = 30
#: Seconds within which each e-mail leaves though the push service is silent.
MAIL_WITHIN = 10


def keep_silent(server: socket.socket, held: list[socket.socket]) -> None:
    while True:
        try:
            held.append(server.accept()[0])
        except OSError:
            return


def main() -> None:
    people = set_up(10)
    address = urlsplit(os.environ["PUSH_SERVICE"])
    server = socket.create_server(("127.0.0.1", address.port))
    held: list[socket.socket] = []
    threading.Thread(target=keep_silent, args=(server, held), daemon=True).start()
    now = timezone.now()
    for number, person in enumerate(people):
        endpoint = f"{os.environ['PUSH_SERVICE']}/{number}"
        phone = PushSubscription.objects.create(
            patient=person.patient,
            endpoint=endpoint,
            endpoint_hash=hashlib.sha256(endpoint.encode()).hexdigest(),
        )
        PushNotice.objects.create(subscription=phone, on_date=now.date(), created_at=now, next_attempt_at=now)
    delays: list[float] = []
    with installation() as place:
        sink = place.start_mail_server()
        worker = place.start_worker()
        while not held:
            time.sleep(0.1)
        begun = time.monotonic()
        for number in range(MAILS):
            written = time.monotonic()
            OutboxEmail(f"Alert {number}", "An alert.", ["desk@harbour.example"], is_urgent=True).send()
            while len(sink.messages) <= number and time.monotonic() - written < 60:
                time.sleep(0.02)
            delays.append(time.monotonic() - written)
            time.sleep(0.5)
        took = time.monotonic() - begun
        place.wait_for(lambda: AuditLink.objects.count() == AuditEvent.objects.count(), within=30)
        # A sign of life of each lane within the time of the trial, the one of the silent service's lane as well.
        place.wait_for(lambda: WorkerHeartbeat.objects.filter(at__gt=now).count() == 3, within=60)
        beats = WorkerHeartbeat.objects.filter(at__gt=now).count()
        unsealed = AuditEvent.objects.filter(link=None).count()
        worker.terminate()
        worker.wait()
        server.close()
    attempts = sum(PushNotice.objects.values_list("attempts", flat=True))
    problems = [] if max(delays) < MAIL_WITHIN else [f"an e-mail waited {max(delays):.1f} s"]
    problems += [] if OutboxMessage.objects.waiting().count() == 0 else ["e-mails still wait"]
    problems += [] if unsealed == 0 else [f"{unsealed} audit events are not sealed"]
    problems += [] if beats == 3 else [f"signs of life of {beats} lanes of 3"]
    report(
        "A push service that never answers",
        {
            "connections that it held": len(held),
            "attempts of notices": attempts,
            "e-mails meanwhile": f"{len(sink.messages)} in {took:.0f} s",
            "an e-mail waited": f"{sorted(delays)[MAILS // 2]:.2f} s (median), {max(delays):.2f} s at most",
            "lanes with signs of life": beats,
        },
        problems,
    )
