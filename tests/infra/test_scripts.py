"""The scripts beside the Makefile leave nothing behind, whatever becomes of the command they run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 30  # seconds, far more than any of this takes


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


# --- with-postgres ---------------------------------------------------------------------------------------------------
ASK = """
from django.db import connection
connection.ensure_connection()
print(connection.vendor, connection.settings_dict["OPTIONS"]["host"])
"""


def test_a_command_gets_a_postgresql_of_its_own_which_then_is_gone():
    ask = [sys.executable, "manage.py", "shell", "--no-imports", "--command", ASK]
    result = run(".ci/with-postgres", *ask, SUREFOOT_MODE="test")
    assert result.returncode == 0, result.stderr
    vendor, home = result.stdout.split()
    assert vendor == "postgresql"
    assert not Path(home).exists()


def test_a_command_that_fails_fails_the_same_on_postgresql():
    result = run(".ci/with-postgres", "sh", "-c", 'echo "${DATABASE_URL#*host=}"; exit 7')
    assert result.returncode == 7
    assert result.stdout.startswith("/tmp/pg.")
    assert not Path(result.stdout.strip()).exists()


# --- serve -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A `python` that only notes its arguments and process id, and stays until it is told to go."""
    fake = tmp_path / "python"
    fake.write_text(f'#!/bin/sh\necho $$ > "{tmp_path}/$2.pid"\nexec sleep {10 * TIMEOUT_SECONDS}\n')
    fake.chmod(0o755)
    return tmp_path


def wait_for_pid(path: Path) -> int:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < deadline, f"{path.name} never started"
        time.sleep(0.05)
    return int(path.read_text())


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def as_in_a_terminal() -> None:
    """Undo what whoever started the tests had ignored, as nohup does: a shell cannot trap what it inherits so."""
    for stop in STOPS:
        signal.signal(stop, signal.SIG_DFL)


@pytest.mark.parametrize("stop", STOPS)
def test_stopping_the_app_stops_server_and_worker(bin_folder, stop):
    serve = subprocess.Popen(
        ["sh", ".ci/serve"],
        cwd=ROOT,
        env={**os.environ, "BIN": str(bin_folder), "PORT": "8000"},
        preexec_fn=as_in_a_terminal,
    )
    both = [wait_for_pid(bin_folder / "worker.pid"), wait_for_pid(bin_folder / "runserver.pid")]
    serve.send_signal(stop)
    serve.wait(timeout=TIMEOUT_SECONDS)
    assert not any(map(is_running, both))


def test_a_server_that_cannot_start_takes_the_worker_with_it(bin_folder):
    serve = subprocess.Popen(
        ["sh", ".ci/serve"], cwd=ROOT, env={**os.environ, "BIN": str(bin_folder), "PORT": "8000"}
    )
    worker, server = wait_for_pid(bin_folder / "worker.pid"), wait_for_pid(bin_folder / "runserver.pid")
    os.kill(server, signal.SIGTERM)
    assert serve.wait(timeout=TIMEOUT_SECONDS) != 0
    assert not is_running(worker)


# --- install ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def only_git(tmp_path: Path) -> str:
    """A PATH on which dpkg-query knows of git and nothing else."""
    query = tmp_path / "dpkg-query"
    query.write_text('#!/bin/sh\nfor last; do :; done\n[ "$last" = git ] && printf installed\n')
    query.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


def test_missing_packages_are_named_with_the_way_to_get_them(only_git):
    result = run(".ci/install", "--check", PATH=only_git)
    assert result.returncode == 1
    assert "chromium" in result.stderr
    assert " git" not in result.stderr
    assert "sudo .ci/install" in result.stderr


def test_nothing_is_asked_for_where_all_is_there():
    result = run(".ci/install", "--check")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
