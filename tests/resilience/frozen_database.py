"""A database that freezes: health checks answer, pages answer 503 in bounded time, and afterwards all goes on.

PostgreSQL's processes are stopped with SIGSTOP. SQLite has none: another process holds its lock for a minute.
"""

from __future__ import annotations

import collections
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

from django.db import connection  # after the set-up of Django

from clinic.outbox.messages import OutboxEmail
from patients.models import ExerciseSession
from tests.resilience.installation import Installation, installation, report
from tests.resilience.people import set_up

#: Seconds of the freeze, and those within which a page answers: the longest statement, the client's grace, and the time
#: that requests wait for each other.
FROZEN_FOR = 60
PAGE_WITHIN = 45
#: Forms sent at the same time: half of what the server works on at once.
AT_ONCE = 4
HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(600)
"""


def postgres_processes() -> list[int]:
    """Return the server and its children, of our own server only."""
    home = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(os.environ["DATABASE_URL"]).query))["host"]
    with open(f"{home}/data/postmaster.pid") as file:
        main = int(file.readline())
    found = subprocess.run(["pgrep", "--parent", str(main)], capture_output=True, text=True, check=False)
    return [main, *map(int, found.stdout.split())]


class Freeze:
    """Freezes the database, and thaws it."""

    def __init__(self) -> None:
        self.holder: subprocess.Popen | None = None

    def begin(self) -> None:
        if connection.vendor == "postgresql":
            self.send_to_postgres(signal.SIGSTOP)
        else:
            path = str(connection.settings_dict["NAME"])
            self.holder = subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE)
            assert self.holder.stdout is not None
            self.holder.stdout.readline()

    def end(self) -> None:
        if self.holder is not None:
            self.holder.kill()
            self.holder.wait()
        else:
            self.send_to_postgres(signal.SIGCONT)

    def send_to_postgres(self, what: signal.Signals) -> None:
        """Send a signal to all processes of the server; one of them may have ended since they were listed."""
        for pid in postgres_processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, what)


class Asker:
    """Sends requests during the freeze, and measures them: (seconds, status, Retry-After or the error)."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.pages: list[tuple[float, int, str | None]] = []
        self.checks: list[tuple[float, int, str | None]] = []

    def measure(self, path: str, body: str | None = None, cookie: str = "") -> tuple[float, int, str | None]:
        asked = time.monotonic()
        try:
            status, _page, retry = self.place.ask(path, body, cookie=cookie, timeout=100)
        except OSError as error:
            status, retry = 0, type(error).__name__
        return time.monotonic() - asked, status, retry

    def send(self, body: str, cookie: str) -> None:
        self.pages.append(self.measure("/my/sync/", body, cookie))

    def check(self) -> None:
        ends = time.monotonic() + FROZEN_FOR
        while time.monotonic() < ends:
            self.checks.append(self.measure("/healthz"))
            time.sleep(1)

    def run(self, bodies: dict[str, str]) -> None:
        threads = [
            threading.Thread(target=self.send, args=(body, cookie))
            for cookie, body in list(bodies.items())[:AT_ONCE]
        ]
        threads.append(threading.Thread(target=self.check))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def send_all(place: Installation, bodies: dict[str, str]) -> collections.Counter[int]:
    """Send each form until it is accepted, as a phone does, ten times at most. Return the answers by status."""
    answers: collections.Counter[int] = collections.Counter()
    for cookie, body in bodies.items():
        for _try in range(10):
            status = place.ask("/my/sync/", body, cookie=cookie)[0]
            answers[status] += 1
            if status == 200:
                break
            time.sleep(1)
    return answers


def main() -> None:
    people = set_up(8)
    with installation() as place:
        sink = place.start_mail_server()
        server, worker = place.start_server(), place.start_worker()
        bodies = {person.cookie: person.check_in(uuid.uuid4()) for person in people}
        for cookie in bodies:  # all processes have a connection
            place.ask("/my/", cookie=cookie)
        connection.close()
        freeze, asker = Freeze(), Asker(place)
        freeze.begin()
        try:
            asker.run(bodies)
        finally:
            freeze.end()
        thawed = time.monotonic()
        place.wait_until_well(server)
        after = send_all(place, bodies)
        recovered = time.monotonic() - thawed
        OutboxEmail("News", "A notice.", ["desk@harbour.example"]).send()
        has_mail = place.wait_for(lambda: len(sink.messages) > 0, within=90)
        is_worker_alive = worker.poll() is None
    stored = collections.Counter(ExerciseSession.objects.values_list("client_key", flat=True))
    answers = collections.Counter(status for _took, status, _retry in asker.pages)
    times = sorted(took for took, *_rest in asker.pages)
    wrong = {
        f"{dict(answers)} while it was frozen": set(answers) != {503},
        "no Retry-After": {retry for *_rest, retry in asker.pages} != {"30"},
        f"a page took {times[-1]:.1f} s": times[-1] > PAGE_WITHIN,
        "the health check failed": {status for _took, status, _retry in asker.checks} != {200},
        f"{dict(after)} afterwards": after[200] != len(people) or set(after) - {200, 503} != set(),
        "not every check-in is stored once": list(stored.values()) != [1] * len(people),
        "no e-mail left afterwards": not has_mail,
        "the worker ended": not is_worker_alive,
    }
    report(
        f"A database that is frozen for {FROZEN_FOR} seconds",
        {
            f"{AT_ONCE} forms answered 503 within": f"{times[0]:.1f} to {times[-1]:.1f} s",
            "health checks": f"{len(asker.checks)}, {max(took for took, *_ in asker.checks):.2f} s at most",
            "answers afterwards, each form again until it is accepted": dict(after),
            "seconds until all patients were served again": f"{recovered:.1f}",
        },
        [words for words, is_wrong in wrong.items() if is_wrong],
    )
