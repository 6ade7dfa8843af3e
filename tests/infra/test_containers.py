"""Dockerfile and compose.yaml, checked without a Docker engine; the image's own commands are run here."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
    assert set(services) == {"migrate", "app", "worker", "backup", "db"}
    for name in ("app", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for name in ("migrate", "backup"):
        assert services[name]["depends_on"]["db"]["condition"] == "service_healthy"
        assert services[name]["restart"] == "no"
    assert "migrate" not in last("CMD")


def test_the_role_of_the_app_gets_its_rights_after_each_migration():
    steps = " ".join(compose()["services"]["migrate"]["command"])
    assert re.search(r"in migrate createcachetable grant_database_role load_catalogue;", steps)


def test_the_data_outlives_its_container():
    document = compose()
    (mount,) = document["services"]["db"]["volumes"]
    assert mount.split(":")[0] in document["volumes"]
    assert document["services"]["db"]["healthcheck"]["test"]
    for name in ("app", "worker", "migrate"):
        assert document["services"][name]["volumes"] == ["files:/srv/surefoot/var"]
    assert last("VOLUME") == "/srv/surefoot/var"
    assert "files" in document["volumes"]


@pytest.mark.parametrize("name", ["migrate", "app", "worker", "backup", "db"])
def test_each_container_has_what_it_needs_and_no_more(name):
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert 0 < service["pids_limit"] <= 200
    assert service.get("user", last("USER")) not in ("root", "0")


@pytest.mark.parametrize("name", ["migrate", "app", "worker", "backup"])
def test_containers_run_in_production_mode(name):
    assert compose()["services"][name]["environment"]["SUREFOOT_MODE"] == "production"


def test_only_the_service_that_migrates_can_connect_as_the_owner_of_the_tables():
    for name, service in compose()["services"].items():
        environment = service["environment"]
        owns = {key for key, value in environment.items() if "POSTGRES_PASSWORD:?" in str(value)}
        wanted = {"migrate": {"MIGRATION_DATABASE_URL"}, "db": {"POSTGRES_PASSWORD"}}
        assert owns == wanted.get(name, set()), name
        # Variables of .env reach each container that reads it, unless they are named here.
        if "env_file" in service:
            hidden = {"POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "MIGRATION_DATABASE_URL"} - owns
            assert {key for key in hidden if environment[key] == ""} == hidden, name
        if name != "db":
            assert environment["DATABASE_URL"].startswith("postgres://surefoot_app:${POSTGRES_APP_PASSWORD:?")


def test_backups_are_made_on_request_without_a_secret_of_the_app():
    service = compose()["services"]["backup"]
    assert service["profiles"] == ["backup"]
    assert service["command"][2:4] == ["backup", "/srv/backups"]
    assert "env_file" not in service
    assert "EMAIL_URL" not in service["environment"]
    (mount,) = service["volumes"]
    assert mount == "${BACKUP_FOLDER:-backups}:/srv/backups"
    assert "/srv/backups" in last("RUN"), "the user of the image may write there"


def test_a_backup_starts_with_the_settings_of_its_service(tmp_path):
    given = compose()["services"]["backup"]["environment"]
    database = {"DATABASE_URL": f"sqlite:///{tmp_path}/data.sqlite3", "BACKUP_PUBLIC_KEY": ""}
    made = subprocess.run(
        [sys.executable, "manage.py", "backup", str(tmp_path)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **given, **database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.stderr == "CommandError: The database has no tables. Is DATABASE_URL that of the app?\n"


def test_the_database_is_in_a_network_without_a_way_out():
    document = compose()
    inside = {name for name, network in document["networks"].items() if (network or {}).get("internal")}
    assert inside == {"data"}
    networks = {name: set(service["networks"]) for name, service in document["services"].items()}
    assert networks == {
        "db": {"data"},
        "migrate": {"data"},
        "backup": {"data"},
        "app": {"data", "web"},
        "worker": {"data", "outgoing"},
    }


def test_the_image_installs_only_files_whose_hashes_are_known():
    install = next(argument for name, argument in instructions() if "pip install" in argument)
    assert "--require-hashes" in install
    assert "--no-deps" in install
    assert "--requirement requirements.lock" in install


def test_the_image_can_back_up_postgresql():
    packages = (ROOT / ".ci" / "debian-packages.txt").read_text()
    assert re.search(r"^postgresql-client +run ", packages, re.MULTILINE)


DIGEST = "sha256:" + "0123456789abcdef" * 4
DOCKER = f"""#!/bin/sh
[ "$1 $2 $3" = "buildx imagetools inspect" ] && echo {DIGEST}
"""


@pytest.fixture
def pin_images(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run .ci/pin-images on copies of the files, with a stand-in for Docker."""
    (tmp_path / ".ci").mkdir()
    for name in (".ci/pin-images", "Dockerfile", "compose.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)

    def run(docker: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "docker").write_text(docker)
        (tmp_path / "docker").chmod(0o755)
        return subprocess.run(
            [tmp_path / ".ci" / "pin-images"],
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_each_image_of_others_can_be_pinned_to_its_digest(pin_images, tmp_path):
    for _ in ("first", "again"):
        assert pin_images(DOCKER).returncode == 0
        images = re.findall(r"^FROM (\S+)", (tmp_path / "Dockerfile").read_text(), re.MULTILINE)
        services = yaml.safe_load((tmp_path / "compose.yaml").read_text())["services"]
        images.append(services["db"]["image"])
        assert len(images) == 3
        assert all(re.fullmatch(rf"[a-z]+:[\w.-]+@{DIGEST}", image) for image in images), images
        assert services["app"]["image"] == "surefoot", "our own image has no digest before it is built"


def test_an_answer_that_is_no_digest_pins_nothing(pin_images, tmp_path):
    result = pin_images("#!/bin/sh\necho toomanyrequests\n")
    assert result.returncode == 1
    assert "toomanyrequests" in result.stderr
    assert (tmp_path / "compose.yaml").read_text() == (ROOT / "compose.yaml").read_text()


def test_nobody_outside_the_machine_reaches_the_app_without_a_proxy():
    services = compose()["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]
