"""The content of the demo data: every state is present, and the rows agree with the rules of the app."""

import datetime
from collections import Counter

import pytest
from django.db import models
from django.test import TestCase

from clinic.models import Clinic, ConsultationRequest, Membership, Quarantine, RequestState, Role
from patients.alerts.history import SESSIONS_CONSIDERED
from patients.alerts.rules import alert_rule_definitions, defaults, findings
from patients.alerts.selectors.history import get_past_sessions
from patients.demo.personas import (
    DEMO_PASSWORD,
    OTHER_PATIENT,
    PATIENT,
    PERSONAS,
    accounts,
    get_persona_patient,
)
from patients.demo.scenarios import SCENARIOS
from patients.demo.seeding import DemoSize, seed
from patients.models import (
    Alert,
    AlertLevel,
    ExerciseHold,
    ExerciseSession,
    Outcome,
    Patient,
    Plan,
    PlanState,
    PlanVersion,
    Screening,
    SessionEntry,
    SignInCard,
    VersionSeen,
)
from patients.models.patient import PatientSearchTerm
from patients.plans.policies import list_publishing_problems
from patients.safety.hold_endings import endings_of
from patients.sessions import check_in
from patients.sessions.questions import Until
from tests.patients.demo.demo_rows import NOW, list_tables

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
SIZE = DemoSize(clinics=2, patients=70, weeks=5)


def _list_in_order_of_creation(clinic: Clinic) -> list[Patient]:
    """Return the patients in the order of creation, which is the order of their cards, without the two personas."""
    cards = SignInCard.objects.filter(patient__clinic=clinic).order_by("pk").select_related("patient")
    return [card.patient for card in cards][2:]


def _get_pain_at_start_and_end(patient: Patient) -> tuple[float, float]:
    pain = list(patient.sessions.finished().order_by("on_date").values_list("pain_before", flat=True))
    assert len(pain) >= 8
    return sum(pain[:4]) / 4, sum(pain[-4:]) / 4


class TestDemoData(TestCase):
    """The demo data, which is created once for all tests of the class because that takes a second."""

    @classmethod
    def setUpTestData(cls):
        seed(SIZE, seed=7, now=NOW)

    def test_every_persona_exists_and_the_team_signs_in_with_the_demo_password(self):
        there = accounts()
        assert set(there) == {persona.key for persona in PERSONAS}
        for persona in PERSONAS:
            can_use_password = there[persona.key].check_password(DEMO_PASSWORD)
            assert can_use_password is bool(persona.email and not persona.is_patient), persona.key

    def test_personas_have_the_roles_of_their_labels(self):
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

    def test_each_state_change_of_a_request_has_an_event(self):
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

    def test_there_are_unresolved_alerts_of_every_kind_and_resolved_alerts(self):
        waiting = Alert.objects.waiting()
        assert set(waiting.values_list("kind", flat=True)) == set(alert_rule_definitions())
        session_alerts = waiting.about_sessions()
        assert session_alerts.filter(raised_at__lt=NOW - datetime.timedelta(days=4)).count() == 0
        resolved = Alert.objects.exclude(settled_at=None)
        assert resolved.exists()
        assert all(event.note and event.settled_at > event.raised_at for event in resolved)

    def test_alerts_are_in_every_state_that_today_shows(self):
        waiting = Alert.objects.waiting()
        assert set(waiting.values_list("level", flat=True)) == set(AlertLevel.values)
        assert waiting.filter(escalated_at__isnull=False, acknowledged_at=None).exists()
        assert waiting.filter(acknowledged_at__isnull=False).exclude(note="").exists()
        assert not waiting.past_limit(NOW).exists(), "the worker would have escalated it to the team"

    def test_alerts_agree_with_the_alert_rules_for_the_check_ins(self):
        reported = {}
        for event in Alert.objects.about_sessions():
            reported.setdefault(event.session_id, {})[event.kind] = (event.level, event.facts)
        assert len(reported) > 20
        for patient in Patient.objects.all():
            sessions = list(patient.sessions.finished().order_by("-on_date", "-started_at"))
            pasts = get_past_sessions(sessions)
            for place, session in enumerate(sessions):
                before = pasts[place + 1 :][:SESSIONS_CONSIDERED]
                first_usual = Screening.objects.first_usual_pain(patient)
                found = findings(defaults(), pasts[place], before, first_usual=first_usual)
                expected = {finding.rule.kind: (finding.rule.level, finding.facts) for finding in found}
                assert expected == reported.get(session.pk, {})

    def test_unresolved_dangers_have_their_holds_and_flags(self):
        waiting = Alert.objects.waiting().about_sessions().select_related("session", "patient")
        assert {"fall", "sore", "hot_foot", "chest", "weakness"} <= {alert.kind for alert in waiting}
        for alert in waiting:
            begun = check_in.holds_begun_by(alert.session.told)
            holds = {each.kind for each in begun if each.until is Until.A_PERSON}
            live = set(alert.patient.exercise_holds.for_a_person().values_list("kind", flat=True))
            assert holds <= live
            flags = set(check_in.flags_set_by(alert.session.told))
            assert flags <= set(alert.patient.flags.live().values_list("flag", flat=True))

    def test_holds_of_resolved_alerts_have_ended_with_an_answer_of_the_table(self):
        ended = ExerciseHold.objects.filter(ended_at__isnull=False)
        assert ended.exists()
        for hold in ended:
            assert hold.outcome in endings_of(hold.kind, hold.question)
            assert hold.seen_by
        assert not ExerciseHold.objects.past_limit(NOW).exists(), "the worker would have told the team"

    def test_no_session_begins_while_a_hold_that_a_person_ends_is_in_force(self):
        holds = ExerciseHold.objects.filter(ends_at=None)
        assert holds.count() > 10
        for hold in holds:
            sessions = hold.patient.sessions.filter(started_at__gt=hold.begun_at)
            assert not sessions.filter(started_at__lt=hold.ended_at or NOW).exists()

    def test_sessions_are_on_planned_days_with_exercises_of_their_version(self):
        sessions = ExerciseSession.objects.select_related("version__plan").prefetch_related("entries__item")
        assert len(sessions) > 200
        unplanned = Alert.objects.waiting().values_list("session_id", flat=True)
        for session in sessions:
            assert session.version.plan.patient_id == session.patient_id
            assert session.version.published_at <= session.started_at
            assert session.version.is_planned_on(session.on_date) or session.pk in unplanned
            assert {entry.item.version_id for entry in session.entries.all()} <= {session.version_id}

    def test_pain_falls_in_improving_patients_and_rises_in_struggling_ones(self):
        numbers = {scenario.key: place for place, scenario in enumerate(SCENARIOS)}
        clinic = Membership.objects.get(user__email="clinician@surefoot.example").clinic
        by_registration = dict(enumerate(_list_in_order_of_creation(clinic)))
        first, last = _get_pain_at_start_and_end(by_registration[numbers["improving"]])
        assert last < first - 1
        first, last = _get_pain_at_start_and_end(by_registration[numbers["struggling"]])
        assert last > first

    def test_some_left_out_an_exercise_and_some_found_one_too_hard(self):
        entries = SessionEntry.objects.all()
        assert entries.filter(outcome=Outcome.NOT_TODAY).exists()
        assert set(entries.values_list("effort", flat=True)) == {"", "easy", "about_right", "too_hard"}

    def test_no_event_is_in_the_future(self):
        moments = [
            (model, field.attname)
            for model in list_tables()
            for field in model._meta.concrete_fields
            if isinstance(field, models.DateTimeField)
            and field.attname not in ("expires_at", "team_from", "ends_at")
        ]
        assert len(moments) > 15
        for model, name in moments:
            assert not model._base_manager.filter(**{f"{name}__gt": NOW}).exists(), (model, name)
