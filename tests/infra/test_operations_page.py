"""docs/operations.md names only commands, options, services and variables that exist."""

import re
import subprocess
import textwrap
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

from clinic.audit.services import record
from clinic.backup.errors import BackupError, CheckFailedError, NoSpaceError
from tests.architecture.routes import all_routes
from tests.factories import ClinicFactory, UserFactory

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
BLOCKS = re.findall(r"^ *```sh\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)
#: Services that are named after these words of `docker compose`, with their options before them.
COMPOSE = re.compile(r"docker compose (?:run|exec|stop|up|logs)\b([^\n|<>&;]*)")


def commands_of(text: str) -> list[tuple[str, list[str]]]:
    """Return each `manage.py` command of the text with the options that are written after it."""
    joined = text.replace("\\\n", " ")
    found = re.findall(r"manage\.py ([a-z_]+)((?: +(?:--?[a-z]\S*|<[^>\s]+>|[\w./-]+))*)", joined)
    return [(name, re.findall(r"--[a-z-]+", rest)) for name, rest in found]


def unknown(text: str) -> list[str]:
    """Return the commands and options of the text that do not exist."""
    missing = []
    for name, options in commands_of(text):
        app = get_commands().get(name)
        if app is None:
            missing.append(name)
            continue
        parser = load_command_class(app, name).create_parser("manage.py", name)
        known = {option for action in parser._actions for option in action.option_strings}
        missing += [f"{name} {option}" for option in options if option not in known]
    return missing


def test_each_command_and_option_exists():
    assert {"backup", "restore", "restore_drill", "end_sessions"} <= {name for name, _ in commands_of(PAGE)}
    assert ("restore", ["--key-file"]) in commands_of(PAGE)
    assert unknown(PAGE) == []


def test_a_command_or_an_option_that_does_not_exist_is_found():
    text = (
        "Run `manage.py back_up x` and `manage.py restore --force x` and `manage.py backup x --keep-days 3`."
    )
    assert unknown(text) == ["back_up", "restore --force"]


def test_the_steps_without_docker_end_at_the_first_that_fails(tmp_path):
    """The catalogue is loaded as the app's role, which has to exist before."""
    (loop,) = re.findall(r"^for step in .*?^done$", PAGE, re.MULTILINE | re.DOTALL)
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$@"\n[ "$2" != grant_database_role ]\n')
    python.chmod(0o755)

    said = subprocess.run(
        ["sh", "-c", loop.replace("/opt/surefoot/venv/bin/python", str(python))],
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    assert said.split("manage.py ")[1:] == ["migrate\n", "createcachetable\n", "grant_database_role\n"]
    assert loop.index("grant_database_role") < loop.index("load_catalogue")


def test_each_service_exists():
    services = set(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"])
    calls = [rest.split() for rest in COMPOSE.findall("\n".join(BLOCKS))]
    assert len(calls) > 10
    for words in calls:
        assert services & set(words) or not [word for word in words if not word.startswith("-")], words


def calls_of_a_stopped_service(section: str) -> list[str]:
    """Return the calls of `docker compose exec` in a section that come after the one that stops the service."""
    stopped: set[str] = set()
    wrong = []
    for verb, rest in re.findall(r"docker compose (stop|up|exec)\b([^\n`|<>&;#]*)", section):
        words = [word for word in rest.split() if not word.startswith("-")]
        if verb == "stop":
            stopped |= set(words)
        elif verb == "up":
            stopped -= set(words) or stopped
        elif words[0] in stopped:
            wrong.append(f"{verb}{rest}")
    return wrong


def test_no_command_runs_in_a_service_that_the_page_has_just_stopped():
    assert [calls_of_a_stopped_service(section) for section in PAGE.split("\n## ")] == [[]] * PAGE.count(
        "\n## "
    ) + [[]]
    assert calls_of_a_stopped_service("docker compose stop app worker\ndocker compose exec app python x") == [
        "exec app python x"
    ]


def test_what_is_preserved_on_the_day_of_a_breach_is_not_deleted_by_the_backup_that_preserves_it():
    """The command of the service deletes backups of more than 35 days."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert "--keep-days" in services["backup"]["command"]
    calls = re.findall(r"docker compose run (.*\bbackup\b.*)", PAGE.partition("## On the day of a breach")[2])
    assert len(calls) == 1
    assert "manage.py backup /srv/backups" in calls[0]
    assert "--keep-days" not in calls[0]


def test_upgrading_from_a_release_without_backups_names_what_it_needs():
    """Every variable without a default, but those that each release has asked for."""
    section = PAGE.partition("### From a version of before")[2].partition("\n## ")[0]
    needed = set(re.findall(r"^([A-Z_]+)=$", EXAMPLE, re.MULTILINE)) - {"SECRET_KEY", "POSTGRES_PASSWORD"}
    assert needed == {"MFA_ENCRYPTION_KEYS", "POSTGRES_APP_PASSWORD"}
    assert [name for name in needed if f"- `{name}`" not in section] == []
    assert "manage.py" not in section
    assert section.index("pg_dump") < section.index("pg_restore")


def test_a_restore_on_a_new_machine_brings_the_files_that_are_outside_of_the_database():
    (block,) = [block for block in BLOCKS if "up --detach db" in block]
    restore = block.index("manage.py restore")
    for file in re.findall(r"/path/to/var/([a-z-]+\.txt)", EXAMPLE):
        assert block.index(f"> var/{file}") < restore
    assert block.index("install -d -o 10001") < restore


@pytest.mark.django_db
def test_the_audit_trail_is_read_as_the_page_says(capsys):
    clinic, user = ClinicFactory(), UserFactory()
    record("clinic.hours_changed", actor=user, obj=clinic, clinic=clinic)
    (code,) = [
        block.partition('--command "')[2].partition('"')[0] for block in BLOCKS if "AuditEvent" in block
    ]
    code = textwrap.dedent(code).replace("2026-11-29", "2000-01-01").replace("2026-11-30", "2100-01-01")

    exec(code, {})  # noqa: S102  # the page of this repository

    said = capsys.readouterr().out
    assert "clinic.hours_changed" in said
    assert str(user.pk) in said
    assert user.name not in said


def test_the_exit_codes_of_the_page_are_those_of_the_code():
    rows = re.findall(r"^\| (\d) \| (.+) \|$", PAGE, re.MULTILINE)
    codes = {int(code) for code, _ in rows}
    assert codes == {0, *(error.returncode for error in (BackupError, NoSpaceError, CheckFailedError))}


def test_each_key_of_the_settings_is_in_the_table_of_keys():
    keys = re.findall(
        r"^#?([A-Z_]*(?:SECRET|PRIVATE|PASSWORD|PUBLIC)[A-Z_]*)=", (ROOT / ".env.example").read_text(), re.M
    )
    assert {"SECRET_KEY", "POSTGRES_APP_PASSWORD", "BACKUP_PUBLIC_KEY"} <= set(keys)
    table = PAGE.partition("## Keys")[2].partition("## On the day")[0]
    assert [key for key in keys if key not in table] == []


@pytest.mark.parametrize("fact", ["60 days", "164.404", "164.408", "164.410", "more than 500", "six years"])
def test_the_day_of_a_breach_has_the_limits_of_the_law(fact):
    assert fact in PAGE.partition("## On the day of a breach")[2]


def test_the_commands_that_use_the_role_of_the_owner_are_those_of_the_settings():
    sentence = re.search(r"only the commands\n(.*?) use it \(MIGRATION_DATABASE_URL\)", PAGE, re.DOTALL)

    assert set(re.findall(r"`(\w+)`", sentence.group(1))) == set(settings.OWNER_COMMANDS)


def test_the_proxy_is_told_of_each_path_with_a_secret():
    """Arguments of an address that are secrets have one of these names."""
    secret = re.compile(r"<(?:\w+:)?(?:code|key|secret|link_secret|token)>|P<key>")
    paths = {
        "/" + secret.split(route.pattern)[0].replace("^", "").partition("key/")[0].partition("(")[0]
        for route in all_routes()
        if secret.search(route.pattern) and not route.pattern.startswith(("admin/", "staff/", "dev/"))
    }

    assert len(paths) == 6
    assert [path for path in sorted(paths) if f"`{path}`" not in PAGE] == []
