"""Every form that asks who it is takes effect only after that was proved, and its page may be read without it."""

import ast
import time

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.cache import cache
from django.urls import reverse

from clinic.models import Role, SecondFactorRecovery
from clinic.team.selectors import state_token
from patients.models import ErasureRequest
from tests.architecture.source import nodes_of, python_files
from tests.clinic.accounts.steps import authenticate_freshly
from tests.factories import NOON, PatientFactory, UserFactory, clinician

pytestmark = pytest.mark.django_db

DECORATOR = "fresh_authentication_required"
MINUTES = 60
#: Sessions, in which a form is kept until it may take effect.
LEFT_OUT = {"sessions.Session"}
#: The audit trail, in which reading is recorded, too.
TRAIL = {"clinic.AuditEvent"}


@pytest.fixture(autouse=True)
def _required(settings):
    cache.clear()
    settings.REQUIRE_FRESH_AUTHENTICATION = True
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def root():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def member(clinic):
    return clinician(clinic, Role.FRONT_DESK)


@pytest.fixture
def former(member):
    member.memberships.update(ended_at=NOON)
    return member


@pytest.fixture
def with_app(member):
    """A member with a second factor, which they may lose."""
    TOTP.activate(member, generate_totp_secret())
    return member


@pytest.fixture
def recovery(with_app, root):
    return SecondFactorRecovery.objects.create(
        user=with_app, opened_by=root, opened_at=NOON, reason="Phone lost"
    )


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, full_name="Rosa Delgado")


@pytest.fixture
def erasure(patient):
    return ErasureRequest.objects.create(clinic=patient.clinic, patient=patient, patient_key=patient.pk)


def role_form(member):
    return [member.pk], {"role": "clinician", "seen": state_token(member.memberships.get())}


def removal_form(member):
    return [member.pk], {"seen": state_token(member.memberships.get())}


def invitation_form(clinic):
    return [], {"name": "Nia New", "email": "nia@clinic.example", "role": "clinician"}


def reinstatement_form(former):
    return [former.pk], {"role": "clinician", "seen": state_token(former.memberships.get())}


def recovery_form(with_app):
    return [], {"email": with_app.email, "reason": "Her phone was stolen."}


def confirmation_form(recovery):
    return [recovery.pk], {}


def access_form(clinic):
    return [], {"clinic": clinic.pk, "reason": "Asked by the clinic on the phone."}


def card_form(patient):
    return [patient.pk], {"seen": ""}


def request_form(patient):
    return [patient.pk], {}


def erasure_form(erasure):
    return [erasure.pk], {"ground": "time", "name": erasure.patient.full_name}


#: View → its route, who opens it, the fixture that its form is about, the form, and if it has a page to read.
VIEWS = {
    "team_role": ("staff:team_role", "miriam", "member", role_form, True),
    "team_remove": ("staff:team_remove", "miriam", "member", removal_form, True),
    "team_invite": ("clinic:team_invite", "miriam", "clinic", invitation_form, True),
    "team_reinstate": ("clinic:team_reinstate", "miriam", "former", reinstatement_form, False),
    "recoveries": ("account_recoveries", "miriam", "with_app", recovery_form, True),
    "recovery_confirm": ("account_recovery_confirm", "miriam", "recovery", confirmation_form, False),
    "emergency_access": ("admin:emergency_access", "root", "clinic", access_form, True),
    "patient_card": ("staff:patient_card", "miriam", "patient", card_form, True),
    "erasure_new": ("staff:erasure_new", "miriam", "patient", request_form, True),
    "erasure_carry_out": ("staff:erasure_carry_out", "miriam", "erasure", erasure_form, False),
}


@pytest.fixture(params=VIEWS)
def asked(request, client):
    """Return the person, the address and the form of a view, and if it has a page to read."""
    route, person, about, form, has_page = VIEWS[request.param]
    person = request.getfixturevalue(person)
    arguments, data = form(request.getfixturevalue(about))
    client.force_login(person)
    return person, reverse(route, args=arguments), data, has_page


def prove(client, person, *, ago):
    """Write into the session that the person proved who they are so many seconds ago."""
    authenticate_freshly(client, person, at=time.time() - ago)


def stored():
    """Return all rows of the database by model."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=str)
        for model in apps.get_models()
        if model._meta.label not in LEFT_OUT
    }


def changed_since(before):
    """Return the models of which a row is new, changed or gone."""
    return {label for label, rows in stored().items() if rows != before[label]}


def is_asked(response):
    return response.status_code == 302 and response.url.startswith("/accounts/reauthenticate/")


def test_every_view_that_asks_is_in_the_list():
    functions = [
        node
        for file in python_files()
        for node in nodes_of(file.read_text())
        if isinstance(node, ast.FunctionDef)
    ]
    asking = {
        function.name
        for function in functions
        for decorator in function.decorator_list
        if any(isinstance(part, ast.Name) and part.id == DECORATOR for part in ast.walk(decorator))
    }
    assert asking == set(VIEWS)


def test_a_form_of_somebody_who_proved_it_too_long_ago_asks_and_changes_nothing(client, asked):
    person, address, data, _has_page = asked
    prove(client, person, ago=5 * MINUTES + 1)
    before = stored()
    assert is_asked(client.post(address, data))
    assert changed_since(before) == set()


def test_a_form_of_somebody_who_has_just_proved_it_takes_effect(client, asked):
    person, address, data, _has_page = asked
    prove(client, person, ago=5 * MINUTES - 1)
    before = stored()
    response = client.post(address, data)
    assert response.status_code in {200, 302}
    assert not is_asked(response)
    assert changed_since(before) - TRAIL


def test_its_page_is_read_without_a_question_and_changes_nothing(client, asked):
    person, address, _data, has_page = asked
    prove(client, person, ago=5 * MINUTES + 1)
    before = stored()
    assert client.get(address).status_code == (200 if has_page else 405)
    assert changed_since(before) <= TRAIL
