"""`make run` and `make test` are the whole set-up, and CI is those and the checks around them."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def would_run(target: str, *variables: str) -> str:
    """What make would do for a target on a machine where nothing has been made yet, without doing it."""
    environment = {"PATH": os.environ["PATH"]}
    command = ["make", "--dry-run", "--always-make", target, *variables]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return result.stdout


def in_order(text: str, *words: str) -> bool:
    """Whether the words stand in the text, one after the other."""
    return re.search(".*".join(map(re.escape, words)), text, flags=re.DOTALL) is not None


def test_make_run_goes_from_nothing_to_a_seeded_app():
    steps = would_run("run", "PORT=9999")
    assert in_order(
        steps,
        "-m venv",
        "--requirement requirements.txt",
        "migrate",
        "createcachetable",
        "load_catalogue",
        "seed_demo --if-empty",
        "PORT=9999 .ci/serve",
    )
    assert "requirements-dev" not in steps


def test_make_test_runs_the_suite_and_then_the_journeys():
    steps = would_run("test")
    assert in_order(
        steps, "--requirement requirements-dev.txt", "--ignore=tests/functional", "pytest", "tests/functional"
    )


def test_each_command_of_the_makefile_that_is_for_people_is_in_its_help():
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    described = re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)
    assert sorted(described) == sorted(phony[1].split())


@pytest.mark.parametrize("command", ["make lint", "make check", "make test", ".ci/with-postgres make test"])
def test_ci_runs_it(command):
    steps = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert command in steps


@pytest.mark.parametrize("name", ["run", "install", "serve", "with-postgres"])
def test_each_script_starts_by_its_first_line(name):
    script = ROOT / ".ci" / name
    assert os.access(script, os.X_OK)
    interpreter = script.read_text().splitlines()[0].removeprefix("#!").split()[-1]
    check = subprocess.run([interpreter, "-n", str(script)], check=False, capture_output=True, text=True)
    assert check.returncode == 0, check.stderr


def test_each_debian_package_says_what_it_is_for():
    lines = (ROOT / ".ci" / "debian-packages.txt").read_text().splitlines()
    rows = [line.split(maxsplit=2) for line in lines if line and not line.startswith("#")]
    assert rows
    assert all(len(row) == 3 and row[1] in ("bare", "run", "test") for row in rows)
