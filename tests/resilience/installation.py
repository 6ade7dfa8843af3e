"""An installation under trial: its database, its server with the image's command, its workers, and a mail server."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.clinic.smtp_sink import SmtpSink
from tests.infra.test_containers import ROOT, in_this_environment, last

#: 32 letters, as Django makes them.
CSRF = "a" * 32


class ServerEndedError(RuntimeError):
    """The server has ended by itself."""


class Installation:
    """Processes of one installation. Their environment is that of this process; see `tests/resilience/__main__.py`."""

    def __init__(self) -> None:
        self.folder = Path(os.environ["TRIAL_FOLDER"])
        self.port = int(os.environ["PORT"])
        self.clock = Path(os.environ["CLOCK_FILE"])
        self.sink: SmtpSink | None = None
        self.mail_port = int(os.environ["MAIL_PORT"])
        self.processes: list[subprocess.Popen] = []

    # --- Processes ---

    def start_mail_server(self) -> SmtpSink:
        """Start a mail server on the port that the worker knows."""
        self.sink = SmtpSink(self.mail_port)
        return self.sink

    def _start(self, command: list[str], log: str, **environment: str) -> subprocess.Popen:
        with (self.folder / log).open("a") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_server(self, **environment: str) -> subprocess.Popen:
        """Start the server with the image's command, and return once it answers."""
        server = self.begin_server(**environment)
        self.wait_until_well(server)
        return server

    def begin_server(self, **environment: str) -> subprocess.Popen:
        return self._start(in_this_environment(last("CMD"), self.port), "server.log", **environment)

    def start_worker(self, **environment: str) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "worker", "--every", "0.2"]
        return self._start(command, "worker.log", **environment)

    def wait_until_well(self, server: subprocess.Popen | None = None, within: float = 120) -> float:
        """Wait until the server answers, and return the seconds that it took."""
        begun = time.monotonic()
        while time.monotonic() - begun < within:
            if server is not None and server.poll() is not None:
                raise ServerEndedError(f"the server ended with {server.returncode}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("/readyz", timeout=5)[0] == 200:
                    return time.monotonic() - begun
            time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def children(self, server: subprocess.Popen) -> list[int]:
        """Return the processes of the server that have loaded the app."""
        found = subprocess.run(
            ["ps", "--ppid", str(server.pid), "--format", "pid=,args="],
            capture_output=True,
            text=True,
            check=False,
        )
        rows = [line.split(maxsplit=1) for line in found.stdout.splitlines()]
        return [int(pid) for pid, command in rows if "resource_tracker" not in command]

    def kill(self, process: subprocess.Popen) -> None:
        """Kill a process and all that it has started, as a machine that is switched off does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
        if self.sink is not None:
            self.sink.close()

    def wait_for(self, is_so: Callable[[], bool], *, within: float) -> bool:
        """Wait until something is so, and return False if it is not within so many seconds."""
        begun = time.monotonic()
        while not is_so():
            if time.monotonic() - begun > within:
                return False
            time.sleep(0.2)
        return True

    # --- The clock ---

    def move_clock(self, seconds: float) -> None:
        """Let the clocks of all processes differ from the machine's by so many seconds."""
        draft = self.clock.with_suffix(".new")
        draft.write_text(str(seconds))
        draft.replace(self.clock)

    # --- Requests ---

    def ask(
        self, path: str, body: Any = None, *, cookie: str = "", timeout: float = 30
    ) -> tuple[int, str, str | None]:
        """Return status, text and Retry-After. A dict is sent as a form, a str as JSON. Raises OSError."""
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "X-Forwarded-Proto": "https",
            "Origin": f"https://127.0.0.1:{self.port}",
            "Cookie": f"{settings.CSRF_COOKIE_NAME}={CSRF}; {settings.SESSION_COOKIE_NAME}={cookie}",
            "X-CSRFToken": CSRF,
        }
        data = None
        if isinstance(body, str):
            headers["Content-Type"] = "application/json"
            data = body
        elif body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            data = urllib.parse.urlencode(body, doseq=True)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("POST" if body is not None else "GET", path, data, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            return response.status, text, response.headers.get("Retry-After")
        finally:
            connection.close()


@contextlib.contextmanager
def installation() -> Iterator[Installation]:
    place = Installation()
    try:
        yield place
    except Exception:
        for log in place.folder.glob("*.log"):
            print(f"--- the end of {log.name}:", *log.read_text().splitlines()[-20:], sep="\n")
        raise
    finally:
        place.close()


def report(name: str, figures: dict[str, Any], problems: list[str]) -> None:
    """Print and store the figures of a trial and its problems. Ends the process, with an error if there are any."""
    from django.db import connection

    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    print(f"\n{name}, {database}")
    for words, value in figures.items():
        print(f"  {words}: {value}")
    for problem in problems:
        print(f"  WRONG: {problem}")
    results = ROOT / "test-results" / "resilience.jsonl"
    results.parent.mkdir(exist_ok=True)
    with results.open("a") as lines:
        lines.write(
            json.dumps({"trial": name, "database": database, "figures": figures, "problems": problems}) + "\n"
        )
    sys.exit(1 if problems else 0)
