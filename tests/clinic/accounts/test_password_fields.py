"""The fields in which staff type passwords: hidden, filled in by password managers, and the current one first."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW = "violet anchors under seven kettles"


def password_fields(page):
    return {
        re.search(r'name="(\w+)"', field)[1]: field
        for field in re.findall(r"<input[^>]*>", page)
        if "password" in field
    }


@pytest.fixture
def miriam(client):
    user = UserFactory(email="miriam@clinic.example")
    client.force_login(user)
    return user


def test_a_password_is_hidden_and_may_be_pasted_and_filled_in_by_a_manager(client, miriam):
    change = password_fields(client.get(reverse("account_change_password")).content.decode())
    client.logout()
    sign_in = password_fields(client.get(reverse("account_login")).content.decode())

    # The page that covers an idle one asks for the password, too.
    assert set(change) == {"oldpassword", "password1", "password2", "password"}
    assert set(sign_in) == {"password"}
    for name, field in (change | sign_in).items():
        wanted = "current-password" if name in ("oldpassword", "password") else "new-password"
        assert 'type="password"' in field
        assert f'autocomplete="{wanted}"' in field
        assert not re.search(r"onpaste|maxlength|readonly", field)


@pytest.mark.parametrize(("typed", "is_changed"), [(PASSWORD, True), ("", False), (NEW, False)])
def test_a_new_password_needs_the_current_one(client, miriam, typed, is_changed):
    client.post(
        reverse("account_change_password"), {"oldpassword": typed, "password1": NEW, "password2": NEW}
    )

    miriam.refresh_from_db()
    assert miriam.check_password(NEW) == is_changed


def test_a_new_password_ends_the_other_sessions(client, miriam):
    other = type(client)()
    other.force_login(miriam)

    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    assert other.get(reverse("account_change_password")).status_code == 302
    assert client.get(reverse("account_change_password")).status_code == 200


def test_signing_in_makes_a_new_session(client, db):
    user = UserFactory(email="miriam@clinic.example")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before

    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()
