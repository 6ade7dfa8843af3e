"""`make run` and `make test` need no further set-up, and CI runs them and the other checks."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def would_run(target: str, *variables: str) -> str:
    """Return the commands that make would run for a target on a fresh machine, without running them."""
    environment = {"PATH": os.environ["PATH"]}
    command = ["make", "--dry-run", "--always-make", target, *variables]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return result.stdout


def in_order(text: str, *words: str) -> bool:
    """Return True if the text contains the words in this order."""
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


def test_make_test_brings_its_packages_and_runs_the_unit_tests_and_then_the_browser_tests():
    steps = would_run("test")
    assert in_order(
        steps,
        ".ci/install\n",
        "--requirement requirements-dev.txt",
        "--ignore=tests/functional",
        "pytest",
        "tests/functional",
    )
    assert "--check" not in steps


def test_make_test_fast_runs_all_but_browsers_and_database_servers():
    steps = would_run("test-fast")
    assert in_order(steps, "--requirement requirements-dev.txt", ".ci/install --check fast", "pytest")
    (command,) = [line for line in steps.splitlines() if "pytest" in line]
    assert re.findall(r"--ignore=(\S+)", command) == ["tests/functional", "tests/benchmarks"]
    assert command.endswith('-m "not postgresql"')
    assert ".ci/install\n" not in steps


def test_make_test_fast_stops_where_its_packages_are_missing(tmp_path):
    """The stand-in dpkg-query knows no package, so the tests must not start."""
    query, tests = tmp_path / "dpkg-query", tmp_path / "tests-started"
    query.write_text("#!/bin/sh\nexit 1\n")
    query.chmod(0o755)
    made = ["--assume-old", ".venv/.dev-installed"]
    result = subprocess.run(
        ["make", "--no-print-directory", *made, "test-fast", f"PYTEST=touch {tests} #"],
        cwd=ROOT,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "libpango-1.0-0" in result.stderr
    assert not tests.exists()


def test_make_lint_checks_the_direction_of_imports():
    steps = would_run("lint")
    assert in_order(steps, "ruff check", "ruff format --check", "lint-imports", "mypy")


def test_an_import_that_runs_back_up_fails_the_lint(tmp_path):
    for source in ["pyproject.toml", *(f"{app}/**/*.py" for app in ("clinic", "exercises", "patients"))]:
        for file in ROOT.glob(source):
            copy = tmp_path / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)

    def lint() -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert lint().returncode == 0
    (tmp_path / "clinic" / "planted.py").write_text("import patients.apps\n")
    result = lint()
    assert result.returncode == 1
    assert "clinic.planted -> patients.apps" in result.stdout


def test_each_command_of_the_makefile_that_is_for_people_is_in_its_help():
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    described = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert sorted(described) == sorted(phony[1].split())


@pytest.mark.parametrize(
    "command",
    [
        "make lint",
        "make check",
        "make test BROWSER_TESTS='-m both_databases'",
        ".ci/with-postgres make test UNIT_TESTS=--database-tests-only",
    ],
)
def test_ci_runs_it(command):
    steps = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert command in steps


@pytest.mark.parametrize("name", ["run", "install", "serve", "with-postgres", "pin-images"])
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
    assert all(len(row) == 3 and row[1] in ("bare", "run", "fast", "test") for row in rows)
