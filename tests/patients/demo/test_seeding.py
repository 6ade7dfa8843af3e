"""Creating the demo data: reproducible, in bulk, from the command line, and never in production."""

import ast
import datetime
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import patients
from clinic.models import Clinic, User
from exercises.models import Exercise
from patients.demo.personas import DEMO_PASSWORD, OTHER_PATIENT, get_persona_patient
from patients.demo.seeding import DemoSize, SeedError, seed
from patients.models import ExerciseSession, Patient, PlanVersion
from tests.factories import ClinicFactory
from tests.patients.demo.demo_rows import NOW, read_rows

pytestmark = pytest.mark.django_db


def _seed_and_roll_back(**how) -> dict[str, list[tuple]]:
    with transaction.atomic():
        seed(DemoSize(clinics=2, patients=6, weeks=2), **{"seed": 7, "now": NOW} | how)
        written = read_rows()
        transaction.set_rollback(True)
    assert not Patient.objects.exists()
    return written


def test_the_same_seed_and_day_make_the_same_rows_down_to_the_uuids():
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    once = _seed_and_roll_back()
    assert all(once[name] for name in ("User", "Patient", "PlanItem", "ExerciseSession", "SessionEntry"))
    assert _seed_and_roll_back() == once


def test_another_seed_makes_other_people():
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    once, other = _seed_and_roll_back(), _seed_and_roll_back(seed=8)
    assert not set(once["Clinic"]) & set(other["Clinic"])
    assert not set(once["Patient"]) & set(other["Patient"])


def test_more_patients_do_not_change_the_first_ones():
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    few, more = DemoSize(clinics=1, patients=4, weeks=2), DemoSize(clinics=1, patients=9, weeks=2)
    patients_of = {}
    for size in (few, more):
        with transaction.atomic():
            seed(size, seed=7, now=NOW)
            patients_of[size] = set(Patient.objects.values_list("id", "full_name", "date_of_birth"))
            transaction.set_rollback(True)
    assert len(patients_of[few]) == 4 + 2
    assert patients_of[few] < patients_of[more]


def test_an_empty_catalogue_is_loaded_first():
    assert not Exercise.objects.exists()
    seed(DemoSize(clinics=1, patients=1, weeks=1), seed=7, now=NOW)
    assert Exercise.objects.exists()


def test_rows_are_written_in_bulk_so_more_patients_take_no_more_queries():
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    counts = []
    for number in (20, 120):
        with transaction.atomic():
            with CaptureQueriesContext(connection) as queries:
                seed(DemoSize(clinics=1, patients=number, weeks=2), seed=7, now=NOW)
            assert Patient.objects.count() == number + 2
            counts.append(len(queries))
            transaction.set_rollback(True)
    assert counts[0] == counts[1] < 60


@pytest.mark.parametrize("hour", [0, 5, 11, 16, 23])
def test_demo_data_can_be_created_at_any_hour_of_the_day(hour):
    now = datetime.datetime(2026, 3, 4, hour, 30, tzinfo=datetime.UTC)
    seed(DemoSize(clinics=1, patients=16, weeks=1), seed=7, now=now)
    assert not ExerciseSession.objects.filter(finished_at__gt=now).exists()
    today = get_persona_patient(OTHER_PATIENT).today(now)
    assert PlanVersion.objects.get(plan__patient=get_persona_patient(OTHER_PATIENT)).start_date == today


def test_production_refuses_demo_data(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo")
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo", "--if-empty")
    with pytest.raises(SeedError, match="production"):
        seed(DemoSize(), seed=7, now=NOW)
    assert not User.objects.exists()


def test_a_database_with_clinics_is_not_changed():
    ClinicFactory()
    before = read_rows()
    with pytest.raises(CommandError, match="holds clinics already"):
        call_command("seed_demo")
    assert read_rows() == before


def test_if_empty_seeds_once_and_prints_the_accounts_every_time():
    small = ("--clinics=1", "--patients=2", "--weeks=1", "--today=2026-03-04", "--if-empty")
    call_command("seed_demo", *small, stdout=io.StringIO())
    before = read_rows()
    out = io.StringIO()
    call_command("seed_demo", *small, stdout=out)
    assert read_rows() == before
    assert "/dev/personas/" in out.getvalue()
    assert "clinician@surefoot.example" in out.getvalue()
    assert DEMO_PASSWORD in out.getvalue()
    assert (
        "elsewhere@surefoot.example" not in out.getvalue()
    )  # a persona of the second clinic, which is missing


def test_the_guide_contains_the_configured_port(settings):
    settings.SITE_URL = "http://127.0.0.1:8765"
    out = io.StringIO()
    call_command("seed_demo", "--clinics=1", "--patients=0", "--weeks=1", stdout=out)
    assert "http://127.0.0.1:8765/dev/personas/" in out.getvalue()


@pytest.mark.parametrize("wrong", ["--clinics=0", "--patients=-1", "--weeks=0", "--weeks=41"])
def test_an_impossible_size_is_refused_with_the_reason(wrong):
    with pytest.raises(CommandError, match=wrong.split("=")[0]):
        call_command("seed_demo", wrong)
    assert not Clinic.objects.exists()


def test_the_history_ends_today_by_default():
    call_command("seed_demo", "--clinics=1", "--patients=0", "--weeks=1", stdout=io.StringIO())
    walter = get_persona_patient(OTHER_PATIENT)
    assert PlanVersion.objects.get(plan__patient=walter).start_date == walter.today(timezone.now())


def test_demo_data_imports_no_test_libraries():
    source = Path(patients.__file__).parent
    files = [*(source / "demo").glob("*.py"), *(source / "management").rglob("*.py")]
    assert len(files) > 10
    imported = {
        alias.name.split(".")[0]
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").split(".")[0]
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level == 0
    }
    assert {"clinic", "exercises", "django"} <= imported
    assert not imported & {"factory", "faker", "tests", "pytest", "hypothesis"}
