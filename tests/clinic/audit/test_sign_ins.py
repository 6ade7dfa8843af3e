"""Sign-ins of staff, failures, and changes of passwords are recorded, without what was typed."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from clinic.models import AuditEvent
from tests.factories import PASSWORD, clinician

pytestmark = pytest.mark.django_db


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", "actor__email", "object_id"))


def sign_in(client, email, password):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_a_sign_in_and_a_sign_out_are_recorded_with_clinic_and_origin(client):
    dana = clinician()
    sign_in(client, dana.email, PASSWORD)
    client.post(reverse("account_logout"))
    assert [row[:2] for row in actions()] == [
        ("staff.signed_in", dana.email),
        ("staff.signed_out", dana.email),
    ]
    event = AuditEvent.objects.first()
    assert event.clinic == dana.membership.clinic
    assert (event.role, event.address, event.route) == ("clinician", "127.0.0.1", "account_login")
    assert event.request_id


def test_a_wrong_password_is_recorded_for_the_account_without_what_was_typed(client):
    dana = clinician()
    sign_in(client, dana.email, "wrong-password-that-was-typed")
    assert actions() == [("staff.sign_in_failed", None, str(dana.pk))]
    event = AuditEvent.objects.get()
    assert "typed" not in "".join(str(getattr(event, field.attname)) for field in event._meta.fields)


def test_an_unknown_address_leaves_no_row(client):
    sign_in(client, "nobody@example.org", "wrong")
    assert actions() == []


def test_a_wrong_code_of_the_second_step_is_recorded_without_the_code(client):
    dana = clinician()
    TOTP.activate(dana, generate_totp_secret())
    sign_in(client, dana.email, PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert actions() == [("staff.second_factor_failed", None, str(dana.pk))]
    assert AuditEvent.objects.get().clinic == dana.membership.clinic
