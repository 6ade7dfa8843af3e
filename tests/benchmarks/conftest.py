"""A server as a clinic would run it: production settings, compressed and hashed files, granian."""

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
#: What the proxy in front would say.
BEHIND_A_PROXY = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="session")
def production_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server with the catalogue in its database."""
    folder = tmp_path_factory.mktemp("production")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "SUREFOOT_MODE": "production",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"https://127.0.0.1:{port}",
        "TRUST_PROXY": "true",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
        "LOG_LEVEL": "WARNING",
    }
    for command in ("migrate", "createcachetable", "load_catalogue", "collectstatic --no-input"):
        subprocess.run(
            [sys.executable, "manage.py", *command.split(), "--verbosity", "0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
    granian = shutil.which("granian", path=str(Path(sys.executable).parent)) or "granian"
    server = subprocess.Popen(
        [granian, "--interface", "wsgi", "--port", str(port), "--workers", "1", "clinic.wsgi:application"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"The server stopped with {server.returncode}.")
        try:
            urlopen(f"{address}/healthz", timeout=2)  # noqa: S310  # our own server
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("The server did not answer within a minute.")
