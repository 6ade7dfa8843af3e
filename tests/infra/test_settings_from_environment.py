"""Settings come from the environment: `.env.example` explains each, and production starts only with safe values."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Valid settings of a clinic in production.
SOUND = {
    "SUREFOOT_MODE": "production",
    "SECRET_KEY": "a-long-secret-that-only-this-clinic-has-and-nobody-else-knows-1",
    "ALLOWED_HOSTS": "plans.example.org",
    "SITE_URL": "https://plans.example.org",
    "MFA_ENCRYPTION_KEYS": "b25seS1mb3ItdGhpcy10ZXN0LW9mLTMyLWJ5dGVzISE=",
}


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Load a copy of the settings in a process with only this environment and no .env file."""
    for name in ("settings.py", "start_checks.py", "monitoring/__init__.py", "monitoring/logging_config.py"):
        (tmp_path / "clinic" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "clinic" / name, tmp_path / "clinic" / name)

    def start(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "import clinic.settings as s; print(s.MODE, s.DEBUG)"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return start


@pytest.fixture(scope="module")
def copy_of_the_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the code without a .env file."""
    copy = tmp_path_factory.mktemp("code")
    shutil.copy(ROOT / "manage.py", copy)
    for app in ("clinic", "exercises", "patients"):
        shutil.copytree(ROOT / app, copy / app, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def manage(copy_of_the_code: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run manage.py in a process with only this environment."""

    def manage(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=copy_of_the_code,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return manage


def names_in_settings() -> set[str]:
    settings = (ROOT / "clinic" / "settings.py").read_text()
    return set(re.findall(r"""\benv(?:\.\w+)?\(\s*["'](\w+)["']""", settings))


def names_in_example() -> dict[str, str]:
    """Return each variable of .env.example, set or commented out, with the comment block above it."""
    names, comment = {}, ""
    for line in (ROOT / ".env.example").read_text().splitlines():
        if match := re.fullmatch(r"#?([A-Z][A-Z_]+)=.*", line):
            names[match[1]] = comment
        elif line.startswith("# "):
            comment += line
        elif not line:
            comment = ""
    return names


def names_in_compose() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))


def test_the_example_explains_each_variable_that_is_read_and_no_other():
    assert "SECRET_KEY" in names_in_settings()  # the search works
    assert names_in_compose()
    assert set(names_in_example()) == names_in_settings() | names_in_compose()
    assert all(names_in_example().values()), "a variable without a word on what it is for"


def test_a_sound_environment_starts_in_production(start):
    result = start(**SOUND)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["production", "False"]


def test_with_nothing_set_it_is_production_and_does_not_start(start):
    result = start()
    assert result.returncode != 0
    assert "make run" in result.stderr  # and says what to do instead


@pytest.mark.parametrize(
    ("command", "environment"),
    [([], {}), (["migrate"], {}), (["load_catalogue"], {}), (["runserver"], {"SUREFOOT_MODE": ""})],
)
def test_a_command_without_a_mode_is_explained_in_three_lines(manage, command, environment):
    result = manage(*command, **environment)
    assert result.returncode == 1
    why, try_it, other_commands = result.stderr.splitlines()
    assert "SUREFOOT_MODE is not set" in why
    assert ".env.example" in why
    assert try_it.endswith("make run")
    assert "SUREFOOT_MODE=development" in other_commands


def test_a_command_in_a_mode_runs(manage):
    result = manage("check", SUREFOOT_MODE="development")
    assert result.returncode == 0, result.stderr


def test_a_command_of_a_clinic_that_is_not_set_up_says_what_is_wrong_without_a_traceback(manage):
    result = manage("check", SUREFOOT_MODE="production", ALLOWED_HOSTS="plans.example.org")
    assert result.returncode == 1
    assert "SECRET_KEY" in result.stderr
    assert "SITE_URL" in result.stderr
    assert "ALLOWED_HOSTS" not in result.stderr
    assert "Traceback" not in result.stderr


def test_an_error_of_a_command_itself_keeps_its_traceback(manage):
    code = "from django.core.exceptions import ImproperlyConfigured; raise ImproperlyConfigured('planted')"
    result = manage("shell", "--no-imports", "--command", code, SUREFOOT_MODE="development")
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    assert "planted" in result.stderr


@pytest.mark.parametrize("environment", [{}, {"SUREFOOT_MODE": "production"}])
def test_the_tests_choose_their_own_mode_whatever_the_shell_has_set(environment):
    result = subprocess.run(
        [sys.executable, "-c", "import tests.settings as s; print(s.MODE)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == ["test"]


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("DEBUG", "true"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "plans.example.org,*"),
        ("SITE_URL", "http://plans.example.org"),
        ("SUREFOOT_MODE", "prod"),
        ("MFA_ENCRYPTION_KEYS", ""),
        ("MFA_ENCRYPTION_KEYS", "short"),
        ("MFA_ENCRYPTION_KEYS", SOUND["MFA_ENCRYPTION_KEYS"] + ",short"),
    ],
)
def test_an_unsafe_value_is_refused_by_name(start, name, bad):
    result = start(**{**SOUND, name: bad})
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr
    assert name in result.stderr


def test_the_secret_of_development_is_refused(start):
    from django.conf import settings

    result = start(**{**SOUND, "SECRET_KEY": settings.DEVELOPMENT_SECRET})
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr


def test_the_key_of_development_for_second_factors_is_refused(start):
    from django.conf import settings

    result = start(**{**SOUND, "MFA_ENCRYPTION_KEYS": settings.DEVELOPMENT_MFA_KEY})
    assert result.returncode != 0
    assert "MFA_ENCRYPTION_KEYS" in result.stderr


def test_the_values_of_the_example_do_not_start_a_clinic(start):
    """An unchanged copy of the file is refused, instead of running with a known secret."""
    values = dict(re.findall(r"^([A-Z][A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    result = start(**values)
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr
