"""Dockerfile and compose.yaml, checked without a Docker engine; the image's own commands are run here."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile as (instruction, argument) pairs, with continued lines joined and without comments."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines) if word]


def last(name: str) -> str:
    return [argument for instruction, argument in instructions() if instruction == name][-1]


def compose() -> dict:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def in_this_environment(command: str, port: int) -> list[str]:
    """Return a command of the image (its JSON form), with the programs of this environment and the given port."""
    program, *arguments = json.loads(command)
    arguments = [
        re.sub(r"\b8000\b", str(port), argument).replace("0.0.0.0", "127.0.0.1") for argument in arguments
    ]
    return [str(BIN / program), *arguments]


@pytest.fixture
def app(port: int, tmp_path: Path) -> Iterator[subprocess.Popen]:
    """Run the image's command in production mode, and yield its process."""
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-this-test-but-as-long-as-production-wants-it-to-be",
        "MFA_ENCRYPTION_KEYS": "b25seS1mb3ItdGhpcy10ZXN0LW9mLTMyLWJ5dGVzISE=",
        "ALLOWED_HOSTS": "plans.example.org",
        "SITE_URL": "https://plans.example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path}/data.sqlite3",
        "STATIC_ROOT": str(tmp_path),
    }
    app = subprocess.Popen(in_this_environment(last("CMD"), port), cwd=ROOT, env=environment)
    yield app
    app.terminate()
    app.wait(timeout=30)


def test_the_image_of_the_app_is_healthy_while_it_serves(app, port):
    command = last("HEALTHCHECK").partition("CMD")[2].strip()
    check = in_this_environment(command, port)
    deadline = time.monotonic() + 60
    while (result := subprocess.run(check, check=False, capture_output=True)).returncode:
        assert app.poll() is None, "the app ended by itself"
        assert time.monotonic() < deadline, result.stderr.decode()
        time.sleep(0.2)


def test_the_image_is_unhealthy_when_nothing_serves(port):
    command = last("HEALTHCHECK").partition("CMD")[2].strip()
    assert subprocess.run(in_this_environment(command, port), check=False, capture_output=True).returncode


def test_the_image_runs_as_a_user_without_rights():
    assert last("USER") not in ("root", "0")
    assert [name for name, _ in instructions()].index("USER") > [name for name, _ in instructions()].index(
        "RUN"
    )


def test_the_image_carries_no_secret():
    assert not [
        argument for name, argument in instructions() if name in ("ENV", "ARG") and "SECRET" in argument
    ]


def test_the_image_takes_in_only_what_the_app_runs_on():
    first, *allowed = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert first == "*"
    kept = {line.removeprefix("!") for line in allowed if line.startswith("!")}
    copied = {argument.split()[0] for name, argument in instructions() if name == "COPY"} - {
        ".",
        "--from=packages",
    }
    assert copied <= kept
    assert kept.isdisjoint({".", ".git", ".env", "tests", "var"})
    assert {"manage.py", "clinic", "exercises", "patients", "templates", "static"} <= kept


def test_migrations_finish_before_anything_serves():
    services = compose()["services"]
    assert set(services) == {"migrate", "app", "worker", "db"}
    for name in ("app", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert services["migrate"]["restart"] == "no"
    assert "migrate" not in last("CMD")


def test_the_data_outlives_its_container():
    document = compose()
    (mount,) = document["services"]["db"]["volumes"]
    assert mount.split(":")[0] in document["volumes"]
    assert document["services"]["db"]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["migrate", "app", "worker"])
def test_containers_are_read_only_and_have_no_capabilities(name):
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["environment"]["SUREFOOT_MODE"] == "production"


def test_nobody_outside_the_machine_reaches_the_app_without_a_proxy():
    services = compose()["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]
