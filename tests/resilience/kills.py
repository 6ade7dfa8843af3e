"""200 hard kills of server processes and workers while patients write.

Each write that was acknowledged is stored exactly once, with its audit event and its alert. Each e-mail is delivered;
twice only if the worker died between the handover and its record.
"""

from __future__ import annotations

import collections
import contextlib
import http.client
import os
import random
import signal
import subprocess
import threading
import time
import uuid

from clinic.models import AuditEvent, OutboxMessage  # after the set-up of Django
from clinic.outbox.messages import OutboxEmail
from patients.models import Alert, ExerciseSession, Message
from tests.resilience.installation import Installation, ServerEndedError, installation, report
from tests.resilience.people import Person, set_up

KILLS = int(os.environ.get("KILLS", "200"))
CLIENTS = 4


class Writer(threading.Thread):
    """A phone that sends check-ins and messages, each again and again until it is acknowledged."""

    def __init__(self, place: Installation, people: list[Person], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.place, self.people, self.stop = place, people, stop
        self.acknowledged: dict[str, list[uuid.UUID]] = {"check-in": [], "message": []}
        self.answers: collections.Counter[str] = collections.Counter()

    def run(self) -> None:
        chance = random.Random(self.people[0].patient.full_name)
        while not self.stop.is_set():
            person, kind = chance.choice(self.people), chance.choice(["check-in", "message"])
            key = uuid.uuid4()
            if kind == "check-in":
                path, body = "/my/sync/", person.check_in(key)
            else:
                path, body = "/my/messages/", {"key": str(key), "text": f"May I? {key}"}
            self.send(kind, key, path, body, person)
            time.sleep(0.1)

    def send(self, kind: str, key: uuid.UUID, path: str, body: object, person: Person) -> None:
        while not self.stop.is_set():
            try:
                status, _text, _retry = self.place.ask(path, body, cookie=person.cookie)
            except (OSError, http.client.HTTPException) as error:
                self.answers[type(error).__name__] += 1
                time.sleep(0.2)
                continue
            self.answers[str(status)] += 1
            if status in (200, 302):
                self.acknowledged[kind].append(key)
                return
            if status != 503:
                return
            time.sleep(0.2)


def main() -> None:
    people = set_up(40)
    chance = random.Random(12)
    stop = threading.Event()
    with installation() as place:
        sink = place.start_mail_server()
        server, worker = place.start_server(), place.start_worker()
        writers = [Writer(place, people[number::CLIENTS], stop) for number in range(CLIENTS)]
        for writer in writers:
            writer.start()
        kills: collections.Counter[str] = collections.Counter()
        slowest, restarts = 0.0, []
        while kills.total() < KILLS:
            for _each in range(5):
                OutboxEmail("News", "A notice.", ["desk@harbour.example"]).send()
            time.sleep(chance.uniform(0.2, 2))
            worker.kill()
            worker.wait()
            kills["worker"] += 1
            for pid in place.children(server)[: chance.choice([1, 2])]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    kills["process of the server"] += 1
            if chance.random() < 0.1:
                place.kill(server)
                kills["whole server"] += 1
            worker = place.start_worker()
            begun = time.monotonic()
            server = wait_or_start_again(place, server, restarts)
            slowest = max(slowest, time.monotonic() - begun)
        stop.set()
        for writer in writers:
            writer.join(timeout=60)
        # A message that a killed worker had begun to send is leased for five minutes.
        place.move_clock(6 * 60)
        deadline = time.monotonic() + 300
        while OutboxMessage.objects.waiting().exists() and time.monotonic() < deadline:
            time.sleep(0.5)
        figures, problems = judge(writers, sink.messages, kills)
        figures["times that the whole server was started again"] = len(restarts)
        figures["longest time until the server answered again"] = f"{slowest:.1f} s"
    report("200 hard kills", figures, problems)


def wait_or_start_again(
    place: Installation, server: subprocess.Popen, restarts: list[int]
) -> subprocess.Popen:
    """Wait until the server answers. One that has ended is started again, as by `restart:` in compose.yaml.

    The image's server ends by itself when a process of it dies within seconds of its start.
    """
    while True:
        try:
            place.wait_until_well(server)
        except ServerEndedError:
            place.kill(server)
            restarts.append(server.pid)
            server = place.begin_server()
        else:
            return server


def judge(writers, mails, kills):
    problems = []
    acknowledged = {
        kind: [key for writer in writers for key in writer.acknowledged[kind]]
        for kind in ("check-in", "message")
    }
    problems += [f"no {kind} was acknowledged" for kind, keys in acknowledged.items() if not keys]
    stored = collections.Counter(ExerciseSession.objects.values_list("client_key", flat=True))
    lost = [key for key in acknowledged["check-in"] if stored[key] != 1]
    texts = collections.Counter(Message.objects.values_list("text", flat=True))
    lost += [key for key in acknowledged["message"] if texts[f"May I? {key}"] != 1]
    problems += [f"{len(lost)} acknowledged writes are not stored exactly once"] if lost else []
    twice = [text for text, count in texts.items() if count > 1]
    problems += [f"{len(twice)} messages are stored twice"] if twice else []
    for action, rows in (
        ("session.finished", ExerciseSession.objects.filter(finished_at__isnull=False)),
        ("message.sent", Message.objects.all()),
        ("alert.raised", Alert.objects.all()),
    ):
        told = collections.Counter(
            AuditEvent.objects.filter(action=action).values_list("object_id", flat=True)
        )
        wrong = [key for key in rows.values_list("pk", flat=True) if told[str(key)] != 1]
        problems += [f"{len(wrong)} rows without exactly one {action}"] if wrong else []
    silent = ExerciseSession.objects.exclude(alerts__kind="fall").count()
    problems += [f"{silent} falls without an alert"] if silent else []
    got = collections.Counter(mail["Message-ID"] for mail in mails)
    waiting, sent = OutboxMessage.objects.waiting().count(), OutboxMessage.objects.count()
    problems += [f"{waiting} e-mails still wait"] if waiting else []
    problems += [f"{sent - len(got)} e-mails were not delivered"] if len(got) < sent else []
    again = sum(count - 1 for count in got.values())
    problems += (
        [f"{again} e-mails came twice, with {kills['worker']} killed workers"]
        if (again > kills["worker"])
        else []
    )
    answers = sum((writer.answers for writer in writers), collections.Counter())
    figures = {
        "kills": dict(kills),
        "writes that were acknowledged": {kind: len(keys) for kind, keys in acknowledged.items()},
        "answers": dict(answers),
        "acknowledged writes that are lost or stored twice": len(lost),
        "alerts": Alert.objects.count(),
        "e-mails": sent,
        "e-mails that came twice, since the worker died right after the handover": again,
    }
    return figures, problems
