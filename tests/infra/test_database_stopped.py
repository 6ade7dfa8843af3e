"""A server process whose database is away still answers: it says what to do, and when to try again."""

import http.client
import os
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Serves the application as a process of its own, on a port that it prints.
SERVE = """
from wsgiref.simple_server import make_server
from clinic.wsgi import application

with make_server("127.0.0.1", 0, application) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
"""
CHECK_IN = "/my/session/00000000-0000-4000-8000-000000000000/check-in/"
#: 32 letters, as Django makes them.
CSRF = "a" * 32


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(params=["a removed file", "a stopped server"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Start a server whose database is not there, and return its host."""
    database = {
        "a removed file": f"sqlite:///{tmp_path}/removed/surefoot.sqlite3",
        "a stopped server": f"postgres://surefoot@127.0.0.1:{unused_port()}/surefoot",
    }[request.param]
    environment = {"PATH": os.environ["PATH"], "SUREFOOT_MODE": "test", "DATABASE_URL": database}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env=environment | {"SUREFOOT_EMERGENCY_NUMBER": "112", "SUREFOOT_CLINIC_PHONE": "555 0100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield f"127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def ask(
    server: str, path: str, fields: dict[str, str] | None = None, language: str = "en"
) -> tuple[int, str, str]:
    """Return status, Retry-After and page for a signed-in browser."""
    headers = {"Cookie": f"csrftoken={CSRF}; sessionid=somebody; django_language={language}"}
    body = None
    if fields:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": CSRF})
    connection = http.client.HTTPConnection(server)
    connection.request("POST" if fields else "GET", path, body, headers)
    response = connection.getresponse()
    return response.status, response.headers.get("Retry-After", ""), response.read().decode()


def test_chest_pain_told_while_the_database_is_away_is_advised_and_can_be_sent_again(server: str) -> None:
    status, retry_after, page = ask(server, CHECK_IN, {"faint_or_chest_pain": "yes", "fell": "no"})
    assert (status, retry_after) == (503, "30")
    assert "<h1>Chest pain or a faint: call for help now</h1>" in page
    assert 'href="tel:112"' in page
    assert '<input type="hidden" name="faint_or_chest_pain" value="yes">' in page


def test_pages_and_health_checks_say_that_it_is_not_ready(server: str) -> None:
    status, retry_after, page = ask(server, "/my/")
    assert (status, retry_after) == (503, "30")
    assert "When to stop" in page
    assert 'href="tel:555 0100"' in page
    assert ask(server, "/healthz")[0] == 200
    assert ask(server, "/readyz")[::2] == (503, "database not reachable\n")


def test_the_page_is_in_the_language_of_the_device(server: str) -> None:
    assert '<html lang="es"' in ask(server, "/my/", language="es")[2]
