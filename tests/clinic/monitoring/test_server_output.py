"""All that the production server writes, its own lines included, while requests fail in each way there is."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.clinic.monitoring.test_logs import BIRTH_DATE, CANARIES, EMAIL, NAME, SECRET, find_canaries

ROOT = Path(__file__).parents[3]


def unused_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    """Return what granian wrote to standard output and standard error while it answered the requests below."""
    port, folder = unused_port(), tmp_path_factory.mktemp("server")
    command = [
        *(str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "2", "clinic.wsgi:application"),
    ]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.clinic.monitoring.settings_with_faults",
        "SUREFOOT_MODE": "production",
        "SECRET_KEY": "only-for-this-test-but-as-long-as-production-wants-it-to-be",
        "MFA_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "plans.example.org",
        "SITE_URL": "https://plans.example.org",
        "TRUST_PROXY": "true",
        "LOG_LEVEL": "DEBUG",
        "DATABASE_URL": f"sqlite:///{folder}/empty.sqlite3",
        "STATIC_ROOT": str(folder),
    }
    with (folder / "output").open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_until_it_answers(port, server)
        for path in ("fail", "twice", "sending", "nowhere", "card", "my", "staff", "admin"):
            for method in ("GET", "POST", NAME):
                ask(port, method, f"/{path}/{NAME}-{SECRET}/?born={BIRTH_DATE}")
    finally:
        server.terminate()
        server.wait(timeout=30)
    return (folder / "output").read_text()


def wait_until_it_answers(port, server):
    while True:
        assert server.poll() is None, "the server ended by itself"
        with contextlib.suppress(OSError):
            ask(port, "GET", "/healthz")
            return
        time.sleep(0.2)


def ask(port, method, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = urllib.parse.urlencode({"name": NAME, "born": BIRTH_DATE, "email": EMAIL, "secret": SECRET})
    headers = {
        "Host": "plans.example.org",
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"__Host-csrftoken={'a' * 32}; __Host-sessionid={SECRET}",
        "X-CSRFToken": "a" * 32,
        "Referer": f"https://plans.example.org/{NAME}",
        "X-Forwarded-Proto": "https",
        "User-Agent": NAME,
    }
    connection.request(method, path, body, headers)
    with contextlib.suppress(http.client.HTTPException):  # of the response that ends in the middle
        connection.getresponse().read()
    connection.close()


def test_the_server_writes_nothing_that_was_sent(output):
    assert find_canaries(output) == []


def test_every_fault_is_in_the_log_with_its_kind(output):
    assert '"error": "ValueError"' in output
    assert '"error": "OperationalError"' in output
    assert '"route": "card/<str:code>/"' in output
    assert '"logger": "_granian.utils"' in output  # of the response that ended in the middle


def test_a_canary_in_the_output_would_be_found(output):
    assert find_canaries(output + NAME) == [CANARIES[0]]
