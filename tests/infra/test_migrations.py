"""The migrations build the same tables as the models, from which all other tests create their database."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from tests.factories import MONDAY, NOON
from tests.second_database import empty_database

# All of them: pytest-django runs tests with a database first, and the fixture below would be made twice.
pytestmark = pytest.mark.django_db


def with_migrations() -> override_settings:
    """Switch the migrations on, since the tests run without them."""
    return override_settings(MIGRATION_MODULES={})


@pytest.fixture(scope="module")
def migrated(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[BaseDatabaseWrapper]:
    """Migrate an empty database, with a safety event that was created before the model of alerts existed.

    On the way, the migration of the answers is taken back once: from the end it would take all later ones with it.
    """
    with (
        django_db_blocker.unblock(),
        empty_database(tmp_path_factory.mktemp("migrations")) as fresh,
        with_migrations(),
    ):
        executor = MigrationExecutor(fresh)
        before_alerts = [("patients", "0004_flags"), ("exercises", "0003_own_exercises")]
        state = executor.migrate(before_alerts)
        report_a_fall(state.apps.get_model)
        MigrationExecutor(fresh).migrate([ANSWERS_IN_ONE_COLUMN])
        back = MigrationExecutor(fresh).migrate([ANSWERS_IN_THEIR_COLUMNS]).apps
        read_answers_back(back.get_model)
        executor = MigrationExecutor(fresh)
        executor.migrate(executor.loader.graph.leaf_nodes())
        yield fresh


ANSWERS_IN_THEIR_COLUMNS, ANSWERS_IN_ONE_COLUMN = (
    ("patients", "0022_arrived"),
    ("patients", "0025_answers_alone"),
)
#: The answers that were read in their columns, of finished sessions and of others.
READ_BACK: dict[str, set[tuple[bool | None, ...]]] = {}


def read_answers_back(model: Callable[[str, str], Any]) -> None:
    """Read the answers in their columns, and add alert rules of that time."""
    sessions = model("patients", "ExerciseSession").objects.using("fresh")
    READ_BACK["finished"] = set(sessions.filter(finished_at=NOON).values_list(*QUESTIONS))
    READ_BACK["others"] = set(sessions.filter(finished_at=None).values_list(*QUESTIONS))
    clinic = model("clinic", "Clinic").objects.using("fresh").get()
    rules = model("patients", "AlertRule").objects.using("fresh")
    rules.create(clinic=clinic, kind="fall", level=3, limit_minutes=10)
    rules.create(clinic=clinic, kind="quiet", level=1)


#: Three answers that had a column each, and what sessions of that time said.
QUESTIONS = ("fell", "faint_or_chest_pain", "new_sore")
TOLD = ((False, False, False), (True, False, False), (False, True, True))


def report_a_fall(model: Callable[[str, str], Any]) -> None:
    """Insert the rows that an older database has for a fall, which was a safety event then."""

    def make(app: str, kind: str, /, **values: Any) -> Any:
        return model(app, kind).objects.using("fresh").create(**values)

    clinic = make("clinic", "Clinic", name="Harbour Clinic")
    user = make("clinic", "User", name="Rosa Delgado")
    patient = make(
        "patients", "Patient", clinic=clinic, user=user, full_name="Rosa Delgado", date_of_birth="1956-04-12"
    )
    plan = make("patients", "Plan", patient=patient, state="active")
    version = make("patients", "PlanVersion", plan=plan, number=1, start_date=MONDAY)
    session = make("patients", "ExerciseSession", patient=patient, version=version, on_date=MONDAY)
    event = {"patient": patient, "session": session, "reported_at": NOON}
    make("patients", "SafetyEvent", kind="fall", **event)
    make("patients", "SafetyEvent", kind="pain", looked_at=NOON, looked_by=user, note="Called.", **event)
    for told in TOLD:
        answers = dict(zip(QUESTIONS, told, strict=True))
        done = {
            "patient": patient,
            "version": version,
            "on_date": MONDAY,
            "finished_at": NOON,
            "pain_after": 2,
        }
        make("patients", "ExerciseSession", **done, **answers)


def columns_of(database: BaseDatabaseWrapper) -> dict[str, Any]:
    """Return every table of a model with the names and types of its columns."""
    found = {}
    with database.cursor() as cursor:
        for model in tables():
            columns = ", ".join(f'"{field.column}"' for field in model._meta.local_concrete_fields)
            cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" LIMIT 0')  # noqa: S608
            found[model._meta.db_table] = [column[:2] for column in cursor.description]
    return found


def tables() -> list[Any]:
    """Return the models of the app's own apps; packages test their own migrations."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.app_label in {"clinic", "exercises", "patients"}]


def named_in(database: BaseDatabaseWrapper) -> str:
    """Yield the names of all indexes and constraints."""
    by_vendor = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL",
        "postgresql": "SELECT relname FROM pg_class UNION SELECT conname FROM pg_constraint",
    }
    with database.cursor() as cursor:
        cursor.execute(by_vendor[database.vendor])
        return "\n".join(f'"{row[0]}"' for row in cursor.fetchall())


def test_the_migrations_build_the_columns_that_the_models_say(migrated):
    by_models = columns_of(connection)
    assert len(by_models) > 40
    assert columns_of(migrated) == by_models


def test_the_migrations_build_every_index_and_constraint_by_its_name(migrated, django_db_blocker):
    with django_db_blocker.unblock():
        names = named_in(migrated)
    declared = [
        guard.name for model in tables() for guard in (*model._meta.indexes, *model._meta.constraints)
    ]
    assert len(declared) > 60
    assert [name for name in declared if f'"{name}"' not in names] == []


def sessions_with_answers(model: Any) -> Any:
    return model.objects.using("fresh").filter(finished_at=NOON)


def test_answers_of_an_older_database_are_kept_by_the_id_of_their_question(migrated, django_db_blocker):
    from patients.models import ExerciseSession

    with django_db_blocker.unblock():
        told = answers_in(ExerciseSession)
        unanswered = ExerciseSession.objects.using("fresh").get(finished_at=None)
    assert {tuple(answers[name] for name in QUESTIONS) for answers in told} == set(TOLD)
    assert all(set(answers) == set(QUESTIONS) for answers in told)
    assert unanswered.answers == {}


def test_answers_go_back_into_their_columns_and_forward_again(migrated, django_db_blocker):
    from patients.models import AlertRule, ExerciseSession

    assert {"finished": set(TOLD), "others": {(None, None, None)}} == READ_BACK
    with django_db_blocker.unblock():
        again = {tuple(told[name] for name in QUESTIONS) for told in answers_in(ExerciseSession)}
        fixed = dict(AlertRule.objects.using("fresh").values_list("kind", "is_fixed"))
    assert again == set(TOLD)
    assert fixed == {"fall": True, "quiet": False}


def answers_in(model: Any) -> list[dict[str, bool]]:
    return list(sessions_with_answers(model).values_list("answers", flat=True))


def test_no_migration_is_left_out(migrated, django_db_blocker):
    with django_db_blocker.unblock():
        applied = set(MigrationRecorder(migrated).applied_migrations())
        assert applied >= {
            key for key in MigrationExecutor(migrated).loader.graph.nodes if key[0] in {"clinic", "patients"}
        }


def test_a_safety_event_of_an_older_database_is_an_alert_with_the_same_link(migrated, django_db_blocker):
    from patients.models import Alert

    with django_db_blocker.unblock():
        fall, pain = Alert.objects.using("fresh").select_related("patient__clinic").order_by("kind")
    assert (fall.kind, fall.is_waiting, fall.raised_at) == ("fall", True, NOON)
    assert (pain.kind, pain.is_waiting, pain.note) == ("pain", False, "Called.")
    assert fall.clinic == fall.patient.clinic


def test_every_change_of_a_model_has_its_migration():
    with with_migrations():
        call_command("makemigrations", "--check", "--dry-run", stdout=io.StringIO())


@pytest.mark.django_db
def test_a_change_of_a_model_without_migration_is_found(monkeypatch):
    from patients.models import Patient

    monkeypatch.setattr(Patient._meta.get_field("full_name"), "max_length", 121)
    with with_migrations(), pytest.raises(SystemExit):
        call_command("makemigrations", "--check", "--dry-run", stdout=io.StringIO())
