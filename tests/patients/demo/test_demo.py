"""The demo: believable, the same every time, and never in production."""

import ast
import datetime
import io
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import patients
from clinic.models import Clinic, ConsultationRequest, Membership, Quarantine, RequestState, Role, User
from exercises.models import Exercise
from patients.alerts.rules import SESSIONS_CONSIDERED, alert_rule_definitions, defaults, findings
from patients.alerts.services.raising import get_past_sessions
from patients.demo import safety
from patients.demo.bulk import BulkRows
from patients.demo.personas import (
    DEMO_PASSWORD,
    OTHER_PATIENT,
    PATIENT,
    PERSONAS,
    accounts,
    get_persona_patient,
)
from patients.demo.scenarios import SCENARIOS
from patients.demo.seeding import DemoSize, SeedError, seed
from patients.models import (
    Alert,
    AlertLevel,
    ExerciseSession,
    Message,
    Outcome,
    Patient,
    PatientNote,
    PatientSummary,
    Plan,
    PlanState,
    PlanVersion,
    SessionEntry,
    SignInCard,
    VersionSeen,
)
from patients.models.patient import PatientSearchTerm
from patients.plans.policies import list_publishing_problems
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db

#: Wednesday afternoon in New York.
NOW = datetime.datetime(2026, 3, 4, 20, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
SIZE = DemoSize(clinics=2, patients=44, weeks=5)


def _tables() -> list[type[models.Model]]:
    names = [field.name for field in fields(BulkRows)]
    found = [
        *(User, Clinic, Clinic.opening_hours.rel.related_model, Membership, ConsultationRequest),
        *(ConsultationRequest.events.rel.related_model, Patient, SignInCard, Plan),
        Patient.helpers.rel.related_model,
        *(Plan.events.rel.related_model, PlanVersion, PlanVersion.items.rel.related_model, VersionSeen),
        *(ExerciseSession, SessionEntry, Alert, PatientSummary, Message, PatientNote),
        *(safety.PatientFlag, safety.Circumstances, safety.Circumstances.equipment.through),
        safety.SafetyOverride,
    ]
    assert len(found) == len(names)
    return found


def _written() -> dict[str, list[tuple]]:
    """Every value of every row, but for the numbers that the database hands out by itself."""

    def names(model):
        fields = model._meta.concrete_fields
        return [f.attname for f in fields if not isinstance(getattr(f, "target_field", f), models.AutoField)]

    return {
        model.__name__: sorted(map(repr, model._base_manager.values_list(*names(model))))
        for model in _tables()
    }


def _seeded_and_forgotten(**how) -> dict[str, list[tuple]]:
    with transaction.atomic():
        seed(DemoSize(clinics=2, patients=6, weeks=2), **{"seed": 7, "now": NOW} | how)
        written = _written()
        transaction.set_rollback(True)
    assert not Patient.objects.exists()
    return written


def test_the_same_seed_and_day_make_the_same_rows_down_to_the_uuids():
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    once = _seeded_and_forgotten()
    assert all(once[name] for name in ("User", "Patient", "PlanItem", "ExerciseSession", "SessionEntry"))
    assert _seeded_and_forgotten() == once


def test_another_seed_makes_other_people():
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    once, other = _seeded_and_forgotten(), _seeded_and_forgotten(seed=8)
    assert not set(once["Clinic"]) & set(other["Clinic"])
    assert not set(once["Patient"]) & set(other["Patient"])


def test_more_patients_change_nothing_about_the_first_ones():
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


def test_it_is_written_in_bulk_so_more_patients_cost_no_more_queries():
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    counts = []
    for number in (20, 120):
        with transaction.atomic():
            with CaptureQueriesContext(
                connection,
            ) as queries:
                seed(DemoSize(clinics=1, patients=number, weeks=2), seed=7, now=NOW)
            assert Patient.objects.count() == number + 2
            counts.append(len(queries))
            transaction.set_rollback(True)
    assert counts[0] == counts[1] < 60


def _in_order_of_making(clinic: Clinic) -> list[Patient]:
    """Cards have numbers that the database hands out: the personas' come first, then the stories'."""
    cards = SignInCard.objects.filter(patient__clinic=clinic).order_by("pk").select_related("patient")
    return [card.patient for card in cards][2:]


def _pain_at_both_ends(patient: Patient) -> tuple[float, float]:
    pain = list(patient.sessions.finished().order_by("on_date").values_list("pain_before", flat=True))
    assert len(pain) >= 8
    return sum(pain[:4]) / 4, sum(pain[-4:]) / 4


class TestTheDemo(TestCase):
    """Seeded once for all of these, because it takes a second."""

    @classmethod
    def setUpTestData(cls):
        seed(SIZE, seed=7, now=NOW)

    def test_every_persona_is_there_and_the_team_signs_in_with_the_demo_password(self):
        there = accounts()
        assert set(there) == {persona.key for persona in PERSONAS}
        for persona in PERSONAS:
            can_use_password = there[persona.key].check_password(DEMO_PASSWORD)
            assert can_use_password is bool(persona.email and not persona.is_patient), persona.key

    def test_personas_have_the_roles_that_their_names_promise(self):
        there = accounts()
        roles = {key: user.membership and user.membership.role for key, user in there.items()}
        assert roles == {
            "clinician": Role.CLINICIAN,
            "front-desk": Role.FRONT_DESK,
            "clinic-admin": Role.CLINIC_ADMIN,
            "other-clinician": Role.CLINICIAN,
            **dict.fromkeys(("superuser", "patient", "helper", "other-patient")),
        }
        assert [key for key, user in there.items() if user.is_superuser or user.is_staff] == ["superuser"]
        assert (
            there["clinician"].membership.clinic
            == there["front-desk"].membership.clinic
            == get_persona_patient(PATIENT).clinic
        )
        assert there["other-clinician"].membership.clinic != there["clinician"].membership.clinic

    def test_every_patient_is_found_by_name(self):
        clinic = Clinic.objects.get(patients__full_name="Rosa Delgado")
        assert Patient.objects.search_by_name("rosa delg", clinic=clinic).count() == 1
        assert PatientSearchTerm.objects.values("patient").distinct().count() == Patient.objects.count()

    def test_the_patient_persona_has_a_history_a_session_due_today_and_a_change_to_read(self):
        rosa = get_persona_patient(PATIENT)
        version = PlanVersion.objects.filter(plan__patient=rosa).published().latest_first().first()
        assert version.plan.state == PlanState.ACTIVE
        assert version.number > 1
        assert version.change_note
        assert not VersionSeen.objects.filter(version=version).exists()
        assert version.is_planned_on(TODAY)
        assert rosa.sessions.count() > 10
        assert not rosa.sessions.filter(on_date=TODAY).exists()

    def test_the_other_patient_persona_starts_today(self):
        walter = get_persona_patient(OTHER_PATIENT)
        version = PlanVersion.objects.get(plan__patient=walter)
        assert (version.number, version.start_date) == (1, TODAY)
        assert version.is_planned_on(TODAY)
        assert not walter.sessions.exists()

    def test_a_clinic_of_a_dozen_patients_has_plans_in_every_state_and_patients_without_one(self):
        for clinic in Clinic.objects.all():
            states = Counter(Plan.objects.filter(patient__clinic=clinic).values_list("state", flat=True))
            assert set(states) == set(PlanState.values), clinic
            assert clinic.patients.filter(plans=None).exists()

    def test_the_inbox_of_every_clinic_has_all_states_and_all_reasons_for_quarantine(self):
        for clinic in Clinic.objects.all():
            requests = ConsultationRequest.objects.filter(clinic=clinic)
            assert set(requests.inbox().values_list("state", flat=True)) == set(RequestState.values)
            assert set(requests.quarantined().values_list("quarantined_for", flat=True)) == set(
                Quarantine.values
            )

    def test_each_move_of_a_request_left_an_event(self):
        steps = {
            RequestState.NEW: 0,
            RequestState.CONTACTED: 1,
            RequestState.BOOKED: 2,
            RequestState.CLOSED: 3,
        }
        requests = list(ConsultationRequest.objects.annotate(moves=models.Count("events")))
        assert {request.moves for request in requests} == {0, 1, 2, 3}
        assert all(request.moves == steps[request.state] for request in requests)

    def test_some_plans_have_several_versions_and_each_later_one_says_what_changed(self):
        assert set(PlanVersion.objects.published().values_list("number", flat=True)) == {1, 2, 3}
        later = PlanVersion.objects.published().filter(number__gt=1)
        assert all(note.endswith(".") for note in later.values_list("change_note", flat=True))

    def test_every_published_version_would_pass_the_rules_for_publishing(self):
        versions = PlanVersion.objects.published().prefetch_related("items")
        assert len(versions) > 40
        for version in versions:
            day = version.published_at.date()
            assert list_publishing_problems(version, exercises=version.items.all(), today=day) == [], version

    def test_every_kind_of_event_waits_for_a_clinician_and_has_been_settled_before(self):
        waiting = Alert.objects.waiting()
        assert set(waiting.values_list("kind", flat=True)) == set(alert_rule_definitions())
        told = waiting.about_sessions()
        assert told.filter(raised_at__lt=NOW - datetime.timedelta(days=4)).count() == 0
        settled = Alert.objects.exclude(settled_at=None)
        assert settled.exists()
        assert all(event.note and event.settled_at > event.raised_at for event in settled)

    def test_alerts_are_in_every_state_that_today_shows(self):
        waiting = Alert.objects.waiting()
        assert set(waiting.values_list("level", flat=True)) == set(AlertLevel.values)
        assert waiting.filter(escalated_at__isnull=False, acknowledged_at=None).exists()
        assert waiting.filter(acknowledged_at__isnull=False).exclude(note="").exists()
        assert not waiting.past_limit(NOW).exists(), "the worker would have sent it to the team"

    def test_check_ins_and_events_tell_the_same_as_the_rules_of_the_app(self):
        reported = {}
        for event in Alert.objects.about_sessions():
            reported.setdefault(event.session_id, {})[event.kind] = (event.level, event.facts)
        assert len(reported) > 20
        for patient in Patient.objects.all():
            sessions = list(patient.sessions.finished().order_by("-on_date", "-started_at"))
            pasts = get_past_sessions(sessions)
            for place, session in enumerate(sessions):
                before = pasts[place + 1 :][:SESSIONS_CONSIDERED]
                found = findings(defaults(), pasts[place], before)
                told = {finding.rule.kind: (finding.rule.level, finding.facts) for finding in found}
                assert told == reported.get(session.pk, {})

    def test_no_standing_exercise_is_done_while_a_fall_or_sore_is_unresolved(self):
        holding = Alert.objects.suspending_standing()
        assert holding.exists()
        for event in holding:
            assert not event.patient.sessions.filter(started_at__gt=event.raised_at).exists()

    def test_sessions_are_of_planned_days_and_of_exercises_that_were_on_the_plan_then(self):
        sessions = ExerciseSession.objects.select_related("version__plan").prefetch_related("entries__item")
        assert len(sessions) > 200
        odd = Alert.objects.waiting().values_list("session_id", flat=True)
        for session in sessions:
            assert session.version.plan.patient_id == session.patient_id
            assert session.version.published_at <= session.started_at
            assert session.version.is_planned_on(session.on_date) or session.pk in odd
            assert {entry.item.version_id for entry in session.entries.all()} <= {session.version_id}

    def test_improving_patients_hurt_less_and_struggling_ones_more_than_at_first(self):
        numbers = {story.key: place for place, story in enumerate(SCENARIOS)}
        clinic = Membership.objects.get(user__email="clinician@surefoot.example").clinic
        by_registration = dict(enumerate(_in_order_of_making(clinic)))
        first, last = _pain_at_both_ends(by_registration[numbers["improving"]])
        assert last < first - 1
        first, last = _pain_at_both_ends(by_registration[numbers["struggling"]])
        assert last > first

    def test_some_left_out_an_exercise_and_some_found_one_too_hard(self):
        entries = SessionEntry.objects.all()
        assert entries.filter(outcome=Outcome.NOT_TODAY).exists()
        assert set(entries.values_list("effort", flat=True)) == {"", "easy", "about_right", "too_hard"}

    def test_nothing_happens_in_the_future_but_what_is_planned(self):
        moments = [
            (model, field.attname)
            for model in _tables()
            for field in model._meta.concrete_fields
            if isinstance(field, models.DateTimeField) and field.attname not in ("expires_at", "team_from")
        ]
        assert len(moments) > 15
        for model, name in moments:
            assert not model._base_manager.filter(**{f"{name}__gt": NOW}).exists(), (model, name)


@pytest.mark.parametrize("hour", [0, 5, 11, 16, 23])
def test_it_works_out_at_any_hour_of_the_day(hour):
    now = datetime.datetime(2026, 3, 4, hour, 30, tzinfo=datetime.UTC)
    seed(DemoSize(clinics=1, patients=16, weeks=1), seed=7, now=now)
    assert not ExerciseSession.objects.filter(finished_at__gt=now).exists()
    today = get_persona_patient(OTHER_PATIENT).today(now)
    assert PlanVersion.objects.get(plan__patient=get_persona_patient(OTHER_PATIENT)).start_date == today


def test_production_refuses_it(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo")
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo", "--if-empty")
    with pytest.raises(SeedError, match="production"):
        seed(SIZE, seed=7, now=NOW)
    assert not User.objects.exists()


def test_a_database_with_clinics_is_left_as_it_is():
    ClinicFactory()
    before = _written()
    with pytest.raises(CommandError, match="holds clinics already"):
        call_command("seed_demo")
    assert _written() == before


def test_if_empty_seeds_once_and_prints_the_accounts_every_time():
    small = ("--clinics=1", "--patients=2", "--weeks=1", "--today=2026-03-04", "--if-empty")
    call_command("seed_demo", *small, stdout=io.StringIO())
    before = _written()
    out = io.StringIO()
    call_command("seed_demo", *small, stdout=out)
    assert _written() == before
    assert "/dev/personas/" in out.getvalue()
    assert "clinician@surefoot.example" in out.getvalue()
    assert DEMO_PASSWORD in out.getvalue()
    assert (
        "elsewhere@surefoot.example" not in out.getvalue()
    )  # lives in the second clinic, which is not there


def test_the_guide_leads_to_the_port_that_was_chosen(settings):
    settings.SITE_URL = "http://127.0.0.1:8765"
    out = io.StringIO()
    call_command("seed_demo", "--clinics=1", "--patients=0", "--weeks=1", stdout=out)
    assert "http://127.0.0.1:8765/dev/personas/" in out.getvalue()


@pytest.mark.parametrize("wrong", ["--clinics=0", "--patients=-1", "--weeks=0", "--weeks=41"])
def test_an_impossible_size_is_refused_with_the_reason(wrong):
    with pytest.raises(CommandError, match=wrong.split("=")[0]):
        call_command("seed_demo", wrong)
    assert not Clinic.objects.exists()


def test_left_to_itself_it_leads_to_the_present_day():
    call_command("seed_demo", "--clinics=1", "--patients=0", "--weeks=1", stdout=io.StringIO())
    walter = get_persona_patient(OTHER_PATIENT)
    assert PlanVersion.objects.get(plan__patient=walter).start_date == walter.today(timezone.now())


def test_demo_data_owes_nothing_to_the_tools_for_tests():
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
