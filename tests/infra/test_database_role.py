"""The app's role in PostgreSQL: all that the app does works with it, and the audit trail cannot be changed."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).parents[2]
AUDIT = "clinic_auditevent"
#: As the app writes it.
RECORD = "from clinic.models import AuditEvent; AuditEvent.objects.create(action='test.written')"
#: A trigger, as the app's migrations may make it, and a table of a later migration.
LATER = """
    CREATE TRIGGER tried BEFORE DELETE ON {audit} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
    CREATE TABLE made_later (id integer PRIMARY KEY);
"""

pytestmark = pytest.mark.postgresql


class Server:
    """A PostgreSQL server with a migrated database that `postgres` owns, and a role for the app."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def url(self, role: str, database: str = "surefoot") -> str:
        return f"postgres://{role}@/{database}?host={self.folder}"

    def manage(
        self, *command: str, role: str = "surefoot_app", database: str = "surefoot", owner: str = "postgres"
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "SUREFOOT_MODE": "test",
            "DATABASE_URL": self.url(role, database),
            "AUDIT_HEADS_FILE": f"{self.folder}/heads.txt",
            "MIGRATION_DATABASE_URL": self.url(owner, database) if owner else "",
        }
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, sql: str, role: str = "surefoot_app", database: str = "surefoot") -> list[tuple]:
        """Execute SQL as a role, each statement on its own; `{audit}` stands for the audit table."""
        with closing(psycopg2.connect(host=self.folder, dbname=database, user=role)) as session:
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute(sql.replace("{audit}", AUDIT))
                return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Start a server, migrate as the owner, and create the app's role: the steps of the service `migrate`."""
    waiting = subprocess.Popen(
        [".ci/with-postgres", "sh", "-c", 'echo "${DATABASE_URL#*host=}"; read -r _'],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdout is not None
    server = Server(waiting.stdout.readline().strip())
    try:
        for step in ("migrate", "createcachetable", "grant_database_role"):
            done = server.manage(step)
            assert done.returncode == 0, done.stderr
        server.run(LATER, role="postgres")
        for _ in range(2):
            done = server.manage("shell", "--no-imports", "--command", RECORD)
            assert done.returncode == 0, done.stderr
        yield server
    finally:
        waiting.communicate("\n")


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--database", "default"),
        ("migrate", "--check"),
        ("load_catalogue",),
        ("worker", "--once"),
        ("clearsessions",),
    ],
)
def test_the_commands_of_the_app_work_with_its_role(server, command):
    done = server.manage(*command)
    assert done.returncode == 0, done.stderr


def test_the_app_is_ready_with_its_role(server):
    ask = "from django.test import Client; print(Client().get('/readyz').status_code, Client().get('/').status_code)"
    done = server.manage("shell", "--no-imports", "--command", ask)
    assert done.stdout.split() == ["200", "200"], done.stderr


def test_no_account_exists_until_somebody_makes_one(server):
    assert server.run("SELECT count(*) FROM clinic_user") == [(0,)]


def test_a_backup_can_be_made_with_the_role_of_the_app(server, tmp_path):
    done = server.manage("backup", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.iterdir())) == 1


def test_a_restored_database_gives_the_role_its_rights_and_no_more(server, tmp_path):
    assert server.manage("backup", str(tmp_path)).returncode == 0
    (backup,) = tmp_path.iterdir()
    server.run("CREATE DATABASE fresh", role="postgres")

    done = server.manage("restore", str(backup), database="fresh")

    assert done.returncode == 0, done.stderr
    assert server.manage("migrate", "--check", database="fresh").returncode == 0
    assert server.run("SELECT count(*) FROM {audit}", database="fresh") >= [(2,)]
    server.run("UPDATE clinic_user SET name = name", database="fresh")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        server.run("DELETE FROM {audit}", database="fresh")
    ((owner,),) = server.run(
        "SELECT tableowner FROM pg_tables WHERE tablename = 'clinic_user'", database="fresh"
    )
    assert owner == "postgres"


def test_a_restore_as_the_role_of_the_app_is_refused(server, tmp_path):
    """Without the owner's address, the role of the app can create no table, also in an empty database."""
    assert server.manage("backup", str(tmp_path)).returncode == 0
    (backup,) = tmp_path.iterdir()
    server.run("CREATE DATABASE empty", role="postgres")
    done = server.manage("restore", str(backup), database="empty", owner="")
    assert done.returncode == 1
    assert "permission denied" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_drill_runs_as_the_owner(server):
    done = server.manage("restore_drill")
    assert done.returncode == 0, done.stderr
    assert "The drill passed." in done.stdout


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM {audit}",
        "UPDATE clinic_clinic SET name = name",
        "DELETE FROM clinic_clinic",
        "INSERT INTO made_later VALUES (1); UPDATE made_later SET id = 2; DELETE FROM made_later",
    ],
)
def test_rows_can_be_written(server, sql):
    server.run(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {audit} SET action = 'changed'",
        "DELETE FROM {audit}",
        "TRUNCATE {audit}",
        "TRUNCATE clinic_clinic",
        "SELECT * FROM {audit} FOR UPDATE",
        "INSERT INTO {audit} SELECT * FROM {audit} ON CONFLICT (id) DO UPDATE SET action = 'changed'",
        "DROP TRIGGER tried ON {audit}",
        "ALTER TABLE {audit} DISABLE TRIGGER ALL",
        "ALTER TABLE {audit} ADD COLUMN more integer",
        "DROP TABLE {audit}",
        "CREATE TABLE planted (id integer)",
        "CREATE SCHEMA planted",
        "CREATE FUNCTION planted() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "SET ROLE postgres",
        "ALTER ROLE surefoot_app SUPERUSER",
        "CREATE ROLE planted",
        "CREATE DATABASE planted",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('clinic', '9999_planted', now())",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY clinic_clinic TO PROGRAM 'cat'",
    ],
)
def test_what_the_app_never_needs_is_refused(server, sql):
    with pytest.raises(psycopg2.Error) as refused:
        server.run(sql)
    # insufficient_privilege
    assert refused.value.pgcode == "42501", refused.value


def test_granting_oneself_a_right_changes_nothing(server):
    """PostgreSQL answers with a warning only."""
    server.run("GRANT ALL ON {audit} TO surefoot_app")
    assert server.run("SELECT has_table_privilege('{audit}', 'DELETE')") == [(False,)]
    assert server.run("SELECT has_table_privilege('{audit}', 'TRUNCATE')") == [(False,)]
    assert server.run("SELECT count(*) FROM {audit} WHERE action LIKE 'test.%'")[0][0] >= 2


def test_an_audit_table_that_a_later_migration_adds_is_closed_by_the_next_run(server):
    """Before that the role may change its rows, as in every table: so the command runs after each `migrate`."""
    server.run("GRANT UPDATE, DELETE, TRUNCATE ON {audit} TO surefoot_app", role="postgres")
    assert server.run("SELECT has_table_privilege('{audit}', 'DELETE')") == [(True,)]
    again = server.manage("grant_database_role")
    assert again.returncode == 0, again.stderr
    assert AUDIT in again.stdout
    for right in ("UPDATE", "DELETE", "TRUNCATE"):
        assert server.run(f"SELECT has_table_privilege('{AUDIT}', '{right}')") == [(False,)]


@pytest.mark.parametrize(
    ("role", "set_up", "reason"),
    [
        ("postgres", "", "two roles"),
        ("root_like", "CREATE ROLE root_like LOGIN SUPERUSER", "is a superuser"),
        (
            "owner_like",
            "CREATE ROLE owner_like LOGIN; CREATE TABLE owned (id integer); ALTER TABLE owned OWNER TO owner_like",
            "owns tables",
        ),
        ("copier", "CREATE ROLE copier LOGIN REPLICATION", "may replicate"),
        ("bypasser", "CREATE ROLE bypasser LOGIN BYPASSRLS", "bypasses row security"),
        (
            "member_like",
            "CREATE ROLE member_like LOGIN; GRANT postgres TO member_like",
            "member of another role",
        ),
    ],
)
def test_a_role_that_could_do_more_is_refused(server, role, set_up, reason):
    if set_up:
        server.run(set_up, role="postgres")
    done = server.manage("grant_database_role", role=role)
    assert done.returncode == 1
    assert reason in done.stderr


@pytest.fixture(scope="module")
def owned(server):
    """Take the steps of the page in a database of its own; return a function that runs commands there."""
    server.run("CREATE ROLE plain_owner LOGIN CREATEROLE CREATEDB", role="postgres")
    server.run("CREATE DATABASE owned OWNER plain_owner", role="postgres")

    def manage(*command):
        return server.manage(*command, role="plain_app", database="owned", owner="plain_owner")

    for step in steps_of_the_page():
        done = manage(*step.split())
        assert done.returncode == 0, (step, done.stderr)
    return manage


class TestAnOwnerThatIsNoSuperuser:
    """PostgreSQL of others: the role that owns the database may create roles and databases, and no more."""

    def test_takes_the_steps_of_the_page(self, server, owned):
        assert server.run("SELECT count(*) > 50 FROM exercises_exercise", "plain_app", "owned") == [(True,)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            server.run("DELETE FROM {audit}", "plain_app", "owned")

    def test_takes_rights_away_from_a_role_that_exists(self, server, owned):
        server.run("ALTER ROLE plain_app CREATEDB CREATEROLE INHERIT", role="postgres")
        assert owned("grant_database_role").returncode == 0
        rights = "SELECT rolcreatedb, rolcreaterole, rolinherit FROM pg_roles WHERE rolname = 'plain_app'"
        assert server.run(rights) == [(False, False, False)]

    def test_drills_and_restores(self, server, owned, tmp_path):
        assert owned("backup", str(tmp_path)).returncode == 0
        done = owned("restore_drill")
        assert done.returncode == 0, done.stderr
        server.run("CREATE DATABASE owned_again OWNER plain_owner", role="postgres")
        (backup,) = tmp_path.iterdir()
        place = {"role": "plain_app", "database": "owned_again", "owner": "plain_owner"}
        done = server.manage("restore", str(backup), **place)
        assert done.returncode == 0, done.stderr

    def test_is_told_that_it_needs_to_create_roles(self, server):
        server.run("CREATE ROLE poor_owner LOGIN", role="postgres")
        server.run("CREATE DATABASE poor OWNER poor_owner", role="postgres")
        done = server.manage("grant_database_role", role="poor_app", database="poor", owner="poor_owner")
        assert done.returncode == 1
        assert "ALTER ROLE poor_owner CREATEROLE" in done.stderr
        assert "Traceback" not in done.stderr


def steps_of_the_page():
    """Return the steps of the loop in docs/operations.md but for the one that has nothing to do with the database."""
    loop = re.search(r"^for step in (.+); do", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    return [step for step in shlex.split(loop[1]) if "static" not in step]


def test_a_password_is_stored_as_a_hash_and_lets_the_role_in(server):
    done = server.manage("grant_database_role", role="with_password:secret")
    assert done.returncode == 0, done.stderr
    ((stored,),) = server.run(
        "SELECT rolpassword FROM pg_authid WHERE rolname = 'with_password'", role="postgres"
    )
    assert stored.startswith("SCRAM-SHA-256$")
