"""Fixtures with a production server: production settings, compressed and hashed static files, granian."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
#: Header that the reverse proxy sets.
BEHIND_A_PROXY = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a production server on a free port (PORT)."""
    folder = tmp_path_factory.mktemp("production")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        **os.environ,
        "PORT": str(port),
        "SUREFOOT_MODE": "production",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "MFA_ENCRYPTION_KEYS": "b25seS1mb3ItdGhpcy10ZXN0LW9mLTMyLWJ5dGVzISE=",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"https://127.0.0.1:{port}",
        "TRUST_PROXY": "true",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture(scope="session")
def production_server(production: dict[str, str]) -> Iterator[str]:
    """Return the address of a running server with the catalogue in its database."""
    for command in ("migrate", "createcachetable", "load_catalogue", "collectstatic --no-input"):
        subprocess.run(
            [sys.executable, "manage.py", *command.split(), "--verbosity", "0"],
            cwd=ROOT,
            env=production,
            check=True,
        )
    granian = shutil.which("granian", path=str(Path(sys.executable).parent)) or "granian"
    server = subprocess.Popen(
        [
            granian,
            "--interface",
            "wsgi",
            "--port",
            production["PORT"],
            "--workers",
            "1",
            "clinic.wsgi:application",
        ],
        cwd=ROOT,
        env=production,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{production['PORT']}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def patients_cookies(production: dict[str, str], production_server: str) -> dict[str, dict[str, str]]:
    """Return the session cookies of patients on their own phones, with a plan of six exercises; see `own_phone.py`."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.own_phone"],
        cwd=ROOT,
        env=production,
        check=True,
        capture_output=True,
        text=True,
    )
    result = json.loads(made.stdout)
    # A cookie of the prefix "__Host-" can be set only for https; the browser sends it to 127.0.0.1 without TLS, too.
    over_tls = {"name": result["name"], "url": production_server.replace("http:", "https:"), "secure": True}
    return {state: over_tls | {"value": value} for state, value in result["values"].items()}


def _wait_for(address: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"The server stopped with {server.returncode}.")
        try:
            urlopen(f"{address}/healthz", timeout=2)  # noqa: S310  # the server started above
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("The server did not answer within a minute.")
