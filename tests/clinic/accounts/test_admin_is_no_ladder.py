"""Whoever may change users in the administration cannot become more than they are."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent, Clinic, Membership, OutboxMessage, Role, User
from tests.clinic.accounts.steps import authenticate_freshly
from tests.factories import PASSWORD, PatientFactory, UserFactory, clinician

MINE = "mine@evil.example"
NEW = "violet anchors under seven kettles"


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def editor(db):
    """Return a person who has every permission on every table, but is no superuser."""
    editor = UserFactory(email="editor@surefoot.example", is_staff=True)
    editor.user_permissions.set(Permission.objects.all())
    return editor


@pytest.fixture
def browser(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def root_browser(db):
    browser = Client()
    browser.force_login(UserFactory(is_staff=True, is_superuser=True))
    return browser


@pytest.fixture(params=["a superuser", "a peer"])
def above(request, db):
    return UserFactory(
        email="keeper@surefoot.example", is_staff=True, is_superuser=request.param == "a superuser"
    )


@pytest.fixture
def member(clinic):
    return clinician(clinic, Role.CLINIC_ADMIN, email="miriam@clinic.example")


def change(browser, user, **fields):
    data = {
        "name": user.name,
        "email": user.email or "",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    return browser.post(url(User, "change", user.pk), data | fields)


class TestAnAccountOfAnAdministrator:
    @pytest.mark.parametrize(
        "fields", [{"email": MINE}, {"is_active": ""}, {"name": "Somebody"}, {"is_superuser": "on"}]
    )
    def test_is_not_changed_by_others(self, browser, above, fields):
        before = User.objects.filter(pk=above.pk).values().get()
        assert change(browser, above, **fields).status_code == 403
        assert User.objects.filter(pk=above.pk).values().get() == before

    def test_gets_no_password_from_others(self, browser, above):
        address = reverse("admin:auth_user_password_change", args=[above.pk])
        data = {"password1": NEW, "password2": NEW, "usable_password": "true"}
        assert browser.post(address, data).status_code == 403
        above.refresh_from_db()
        assert above.check_password(PASSWORD)

    def test_gets_no_link_from_others(self, browser, above):
        data = {"action": "send_invitation", "_selected_action": [str(above.pk)]}
        browser.post(url(User, "changelist"), data)
        assert not OutboxMessage.objects.exists()


class TestAnAccountOfATeam:
    def test_keeps_its_address(self, browser, member):
        change(browser, member, email=MINE, name="Miriam G.")
        member.refresh_from_db()
        assert (member.email, member.name) == ("miriam@clinic.example", "Miriam G.")
        assert not OutboxMessage.objects.filter(to=MINE).exists()

    def test_gets_no_rights(self, browser, member):
        change(browser, member, is_staff="on", is_superuser="on")
        member.refresh_from_db()
        assert not member.is_staff
        assert not member.is_superuser

    def test_gets_its_link_at_its_own_address(self, browser, member):
        data = {"action": "send_invitation", "_selected_action": [str(member.pk)]}
        browser.post(url(User, "changelist"), data)
        assert OutboxMessage.objects.get().to == "miriam@clinic.example"


class TestNobody:
    """These hold for superusers, too."""

    @pytest.fixture(params=["editor", "superuser"])
    def anyone(self, request, browser, root_browser):
        return browser if request.param == "editor" else root_browser

    def test_sets_another_persons_password(self, anyone, member):
        address = reverse("admin:auth_user_password_change", args=[member.pk])
        data = {"password1": NEW, "password2": NEW, "usable_password": "true"}
        for response in (anyone.get(address), anyone.post(address, data)):
            assert response.status_code == 403
        assert 'href="../password/"' not in anyone.get(url(User, "change", member.pk)).content.decode()
        member.refresh_from_db()
        assert member.check_password(PASSWORD)

    def test_removes_another_persons_second_factor(self, anyone, member):
        TOTP.activate(member, generate_totp_secret())
        row = Authenticator.objects.get()
        assert anyone.post(url(Authenticator, "delete", row.pk), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        anyone.post(url(Authenticator, "changelist"), data)
        assert Authenticator.objects.filter(pk=row.pk).exists()

    def test_gives_an_address_to_a_patients_account(self, anyone, clinic):
        patient = PatientFactory(clinic=clinic)
        change(anyone, patient.user, email=MINE)
        patient.user.refresh_from_db()
        assert patient.user.email is None

    def test_puts_themselves_on_a_team(self, anyone, clinic):
        me = User.objects.get(pk=anyone.session["_auth_user_id"])
        anyone.post(
            url(Membership, "add"), {"user": str(me.pk), "clinic": str(clinic.pk), "role": "clinic_admin"}
        )
        change(
            anyone,
            me,
            **{
                "memberships-TOTAL_FORMS": "1",
                "memberships-0-clinic": str(clinic.pk),
                "memberships-0-role": "clinic_admin",
            },
        )
        assert not Membership.objects.filter(user=me).exists()


class TestRights:
    def test_an_editor_gives_no_membership_and_no_role(self, browser, clinic, member):
        other = UserFactory()
        data = {"user": str(other.pk), "clinic": str(clinic.pk), "role": "clinic_admin"}
        assert browser.post(url(Membership, "add"), data).status_code == 403
        place = member.memberships.get()
        data = {"user": str(member.pk), "clinic": str(clinic.pk), "role": "front_desk"}
        assert browser.post(url(Membership, "change", place.pk), data).status_code == 403
        change(
            browser,
            other,
            **{
                "memberships-TOTAL_FORMS": "1",
                "memberships-0-clinic": str(clinic.pk),
                "memberships-0-role": "clinic_admin",
            },
        )
        assert list(Membership.objects.all()) == [place]
        place.refresh_from_db()
        assert place.role == Role.CLINIC_ADMIN

    def test_an_editor_adds_an_account_without_any(self, browser, clinic):
        data = {
            "email": "new@clinic.example",
            "name": "New",
            "is_staff": "on",
            "is_superuser": "on",
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "0",
            "memberships-0-clinic": str(clinic.pk),
            "memberships-0-role": "clinic_admin",
        }
        browser.post(url(User, "add"), data)
        new = User.objects.get(email="new@clinic.example")
        assert (new.is_staff, new.is_superuser, new.membership) == (False, False, None)

    def test_an_editor_changes_no_group(self, browser, editor):
        group = Group.objects.create(name="Editors")
        editor.groups.add(group)
        permissions = [str(Permission.objects.first().pk)]
        data = {"name": "Editors", "permissions": permissions}
        assert browser.post(url(Group, "change", group.pk), data).status_code == 403
        assert browser.post(url(Group, "add"), {"name": "More"}).status_code == 403
        assert not group.permissions.exists()

    def test_an_editor_changes_their_own_name_and_nothing_that_gives_rights(self, browser, editor):
        change(browser, editor, name="Changed", email=MINE, is_superuser="on")
        editor.refresh_from_db()
        assert (editor.name, editor.email, editor.is_superuser) == (
            "Changed",
            "editor@surefoot.example",
            False,
        )

    def test_a_superuser_does_all_of_it(self, root_browser, clinic, member):
        change(root_browser, member, email="new@clinic.example", is_staff="on")
        member.refresh_from_db()
        assert (member.email, member.is_staff) == ("new@clinic.example", True)
        other = UserFactory()
        data = {"user": str(other.pk), "clinic": str(clinic.pk), "role": "clinician"}
        root_browser.post(url(Membership, "add"), data)
        assert other.membership.clinic == Clinic.objects.get()


def test_what_gives_access_asks_for_fresh_authentication(root_browser, clinic, member, settings):
    settings.REQUIRE_FRESH_AUTHENTICATION = True
    root = User.objects.get(is_superuser=True)
    other = UserFactory()
    asked = [
        change(root_browser, member, email=MINE),
        root_browser.post(url(Membership, "add"), {"user": str(other.pk), "clinic": str(clinic.pk)}),
        root_browser.post(url(Group, "add"), {"name": "Editors"}),
        root_browser.post(
            url(User, "changelist"), {"action": "send_invitation", "_selected_action": [str(member.pk)]}
        ),
    ]
    assert all(response["Location"].startswith("/accounts/reauthenticate/") for response in asked)
    member.refresh_from_db()
    assert member.email == "miriam@clinic.example"
    assert root_browser.get(url(User, "change", member.pk)).status_code == 200
    authenticate_freshly(root_browser, root)
    change(root_browser, member, email="new@clinic.example")
    member.refresh_from_db()
    assert member.email == "new@clinic.example"


class TestDjangosOwnPagesOfThePassword:
    def test_the_sign_in_of_the_administration_takes_no_password(self, browser, above):
        answer = browser.post(reverse("admin:login"), {"username": above.email, "password": PASSWORD})

        assert (answer.status_code, answer.url) == (302, reverse("admin:index"))
        assert browser.get("/admin/").wsgi_request.user.email == "editor@surefoot.example"

    def test_the_sign_in_of_the_administration_sends_a_visitor_to_the_one_of_staff(self, client, above):
        answer = client.post(
            reverse("admin:login") + "?next=/admin/clinic/user/",
            {"username": above.email, "password": PASSWORD},
        )

        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")
        assert "_auth_user_id" not in client.session

    def test_it_sends_an_administrator_on_but_to_no_other_site(self, browser):
        page = reverse("admin:login")

        assert browser.get(f"{page}?next=/admin/clinic/user/").url == "/admin/clinic/user/"
        assert browser.get(f"{page}?next=https://evil.example/").url == "/admin/"

    def test_it_is_closed_to_members_of_a_team(self, client, member):
        client.force_login(member)

        assert client.post(reverse("admin:login")).status_code == 403

    def test_the_page_of_the_administration_that_changes_a_password_leads_to_the_one_of_staff(
        self, browser, editor
    ):
        data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}

        answer = browser.post(reverse("admin:password_change"), data)

        assert (answer.status_code, answer.url) == (302, reverse("account_change_password"))
        editor.refresh_from_db()
        assert editor.check_password(PASSWORD)


def test_a_wrong_password_by_any_name_of_the_field_is_recorded(db, member):
    for field in ("email", "username"):
        assert authenticate(None, **{field: member.email}, password="wrong") is None

    assert AuditEvent.objects.filter(action="staff.sign_in_failed").count() == 2
