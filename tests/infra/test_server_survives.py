"""The server of the image, with the command of the Dockerfile: stuck requests and dead processes stop nobody else."""

import contextlib
import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infra.test_containers import ROOT, in_this_environment, last, port

__all__ = ["port"]


@pytest.fixture
def server(port: int, tmp_path: Path) -> Iterator[subprocess.Popen]:
    """Run the image's command, and yield its process once it answers."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.clinic.monitoring.settings_with_faults",
        "SUREFOOT_MODE": "test",
        "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
        "STUCK_UNTIL": str(tmp_path / "go on"),
    }
    server = subprocess.Popen(in_this_environment(last("CMD"), port), cwd=ROOT, env=environment)
    wait_until_it_answers(port, server)
    yield server
    (tmp_path / "go on").touch()
    server.terminate()
    server.wait(timeout=60)


def ask(port: int, path: str = "/healthz", timeout: float = 60) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def wait_until_it_answers(port: int, server: subprocess.Popen) -> None:
    while True:
        assert server.poll() is None, "the server ended by itself"
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ask(port) == 200:
                return
        time.sleep(0.2)


def processes_of(server: subprocess.Popen) -> set[int]:
    """Return the ids of the child processes that have loaded the app, without Python's own helper processes."""
    found = subprocess.run(
        ["ps", "--ppid", str(server.pid), "--format", "pid=,args="],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.split(maxsplit=1) for line in found.stdout.splitlines()]
    return {int(pid) for pid, command in lines if "resource_tracker" not in command}


def test_two_stuck_requests_do_not_stop_the_health_check(server, port, tmp_path):
    answers: list[int] = []
    stuck = [
        threading.Thread(target=lambda: answers.append(ask(port, "/stuck/", timeout=300)))
        for _request in range(2)
    ]
    for thread in stuck:
        thread.start()
    # Several, since each may come to either process.
    assert [ask(port) for _request in range(12)] == [200] * 12
    assert answers == []  # both are still stuck
    (tmp_path / "go on").touch()
    for thread in stuck:
        thread.join(timeout=60)
    assert answers == [200, 200]


def test_a_process_that_is_killed_is_started_again(server, port):
    before = processes_of(server)
    assert len(before) == 2
    killed = before.pop()
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 120
    while killed in (now := processes_of(server)) or len(now) < 2:
        assert server.poll() is None, "the server ended with its process"
        assert time.monotonic() < deadline
        time.sleep(0.2)
    wait_until_it_answers(port, server)


def test_no_access_log_is_written():
    assert "--access-log" not in last("CMD")
