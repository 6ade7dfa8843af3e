"""Changes of accounts, teams and clinics by administrators are recorded, and the clinic is told at once."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from clinic.models import AuditEvent, Clinic, Membership, OutboxMessage, Role, User
from tests.factories import ClinicFactory, MembershipFactory, UserFactory, clinician

pytestmark = pytest.mark.django_db

DESK = "desk@lake.example"
ME = "me@elsewhere.example"


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def lake():
    return ClinicFactory(name="Lake & Hill Clinic", email=DESK)


@pytest.fixture
def boss(lake):
    return clinician(lake, Role.CLINIC_ADMIN, name="Bo Boss", email="boss@lake.example")


@pytest.fixture
def person(lake):
    return clinician(lake, name="Cleo Clinician", email="cleo@lake.example")


@pytest.fixture
def root():
    return UserFactory(name="Root Admin", is_staff=True, is_superuser=True)


@pytest.fixture
def administration(client, root):
    client.force_login(root)
    return client


def rows():
    """Return the recorded changes as pairs of action and clinic, the earliest first."""
    events = AuditEvent.objects.exclude(action__startswith="staff.").order_by("pk")
    assert set(events.values_list("role", "actor__name")) <= {("administrator", "Root Admin")}
    return [(event.action, event.clinic) for event in events]


def told(clinic=None):
    """Return the addresses that were told, and the text; no address but one e-mail each."""
    mails = OutboxMessage.objects.filter(subject__startswith="An administrator changed")
    if clinic is not None:
        mails = mails.filter(clinic=clinic)
    addresses = sorted(mails.values_list("to", flat=True))
    assert len(addresses) == len(set(addresses))
    texts = set(mails.values_list("body", flat=True))
    assert len(texts) <= 1
    return addresses, "".join(texts)


def no_places(**fields):
    return {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0", **fields}


def change_account(administration, user, **fields):
    stored = {"name": user.name, "email": user.email, "is_active": "on" if user.is_active else ""}
    response = administration.post(url(User, "change", user.pk), no_places(**(stored | fields)))
    assert response.status_code == 302
    user.refresh_from_db()


def change_membership(administration, row, **fields):
    stored = {"user": str(row.user_id), "clinic": str(row.clinic_id), "role": row.role}
    response = administration.post(url(Membership, "change", row.pk), stored | fields)
    assert response.status_code == 302


def change_clinic(administration, clinic, hours=(), **fields):
    form = administration.get(url(Clinic, "change", clinic.pk)).context["adminform"].form
    stored = {name: value for name, value in form.initial.items() if value not in (None, False)}
    data = {"opening_hours-TOTAL_FORMS": str(len(hours)), "opening_hours-INITIAL_FORMS": "0"}
    for number, (weekday, opens_at, closes_at) in enumerate(hours):
        for name, value in {"weekday": weekday, "opens_at": opens_at, "closes_at": closes_at}.items():
            data[f"opening_hours-{number}-{name}"] = value
    response = administration.post(url(Clinic, "change", clinic.pk), stored | data | fields)
    assert response.status_code == 302


class TestATeam:
    def test_a_new_account_on_a_team_is_recorded_and_the_clinic_is_told(self, administration, lake, boss):
        administration.post(
            url(User, "add"),
            {
                "email": ME,
                "name": "Other Me",
                "memberships-TOTAL_FORMS": "1",
                "memberships-INITIAL_FORMS": "0",
                "memberships-0-clinic": str(lake.pk),
                "memberships-0-role": "clinician",
            },
        )
        assert User.objects.get(email=ME).membership.clinic == lake
        assert rows() == [("account.added", lake), ("team.invited", lake)]
        addresses, text = told()
        assert addresses == ["boss@lake.example", DESK]
        assert "Root Admin, an administrator of Surefoot, changed this at Lake & Hill Clinic" in text
        assert f"Other Me ({ME}): Put on the team: Clinician" in text
        assert reverse("staff:access_log") in text

    def test_an_account_that_is_put_on_it(self, administration, lake, boss):
        other = UserFactory(name="Other Me", email=ME)
        data = {"user": str(other.pk), "clinic": str(lake.pk), "role": "clinic_admin"}
        assert administration.post(url(Membership, "add"), data).status_code == 302
        assert rows() == [("team.invited", lake)]
        assert told()[0] == ["boss@lake.example", DESK, ME]

    def test_another_role(self, administration, lake, boss, person):
        change_membership(administration, person.membership, role="clinic_admin")
        assert rows() == [("team.role_changed", lake)]
        assert "Cleo Clinician (cleo@lake.example): Clinician → Clinic admin" in told()[1]

    def test_a_clinic_admin_who_is_taken_off_is_told_as_well(self, administration, lake, boss):
        change_membership(administration, boss.membership, ended_at_0="2026-11-30", ended_at_1="10:00")
        assert rows() == [("team.ended", lake)]
        assert told()[0] == ["boss@lake.example", DESK]

    def test_a_membership_that_begins_again(self, administration, lake):
        ended = MembershipFactory(clinic=lake, ended_at=timezone.now())
        change_membership(administration, ended, ended_at_0="", ended_at_1="")
        assert rows() == [("team.brought_back", lake)]
        assert told()[0] == [DESK]

    def test_a_membership_that_moves_is_told_at_both_clinics(self, administration, lake, person):
        other = ClinicFactory(name="Other Clinic", email="desk@other.example")
        change_membership(administration, person.membership, clinic=str(other.pk))
        assert rows() == [("team.ended", lake), ("team.invited", other)]
        assert told(lake)[0] == [DESK]
        assert told(other)[0] == ["desk@other.example"]

    def test_a_membership_that_is_given_to_another_person(self, administration, lake, boss):
        other = UserFactory(name="Other Me", email=ME)
        change_membership(administration, boss.membership, user=str(other.pk))
        assert rows() == [("team.ended", lake), ("team.invited", lake)]
        assert told()[0] == ["boss@lake.example", DESK, ME]


class TestAnAccount:
    @pytest.mark.parametrize(
        ("fields", "action", "words"),
        [
            ({"email": ME}, "account.address_changed", f"cleo@lake.example → {ME}"),
            ({"is_active": ""}, "account.closed", "Account closed"),
            ({"name": "Dana Fox"}, "account.renamed", "it was Cleo Clinician"),
            ({"is_staff": "on"}, "account.rights_changed", "Rights in the administration changed"),
        ],
    )
    def test_of_a_team_is_recorded_and_the_clinic_is_told(
        self, administration, lake, boss, person, fields, action, words
    ):
        change_account(administration, person, **fields)
        assert rows() == [(action, lake)]
        assert told()[0] == ["boss@lake.example", DESK]
        assert words in told()[1]

    def test_of_a_clinic_admin_that_is_closed_for_a_minute_is_told_to_them_each_time(
        self, administration, lake, boss
    ):
        change_account(administration, boss, is_active="")
        assert told()[0] == ["boss@lake.example", DESK]
        OutboxMessage.objects.all().delete()
        change_account(administration, boss, is_active="on")
        assert rows() == [("account.closed", lake), ("account.opened", lake)]
        assert told()[0] == ["boss@lake.example", DESK]

    def test_of_a_clinic_admin_with_another_address_is_told_to_both(self, administration, lake, boss):
        change_account(administration, boss, email=ME)
        assert told()[0] == ["boss@lake.example", DESK, ME]

    def test_of_nobodys_team_is_recorded_and_nobody_is_told(self, administration):
        change_account(administration, UserFactory(), groups=[], is_staff="on")
        assert rows() == [("account.rights_changed", None)]
        assert told()[0] == []

    @pytest.mark.parametrize("right", ["groups", "user_permissions"])
    def test_its_groups_and_permissions_are_rights(self, administration, right):
        given = {
            "groups": Group.objects.create(name="Editors"),
            "user_permissions": Permission.objects.first(),
        }
        change_account(administration, UserFactory(), **{right: [given[right].pk]})
        assert rows() == [("account.rights_changed", None)]

    def test_that_is_saved_as_it_was_leaves_no_row(self, administration, person):
        change_account(administration, person)
        assert rows() == []
        assert told()[0] == []

    def test_that_gets_another_link_leaves_a_row(self, administration, lake, person):
        data = {"action": "send_invitation", "_selected_action": [str(person.pk)]}
        administration.post(url(User, "changelist"), data)
        assert rows() == [("account.invited_again", lake)]


class TestAClinic:
    def test_another_address_is_recorded_and_told_to_the_old_one_too(self, administration, lake, boss):
        change_clinic(administration, lake, email=ME)
        assert rows() == [("clinic.details_changed", lake)]
        assert told()[0] == ["boss@lake.example", DESK, ME]
        assert "e-mail for the front desk" in told()[1]

    def test_its_opening_hours(self, administration, lake):
        change_clinic(administration, lake, hours=[("0", "09:00", "17:00")])
        assert rows() == [("clinic.hours_changed", lake)]
        assert told()[0] == [DESK]

    def test_a_new_one(self, administration, lake):
        data = {
            name: getattr(lake, name)
            for name in ("phone", "address", "time_zone", "emergency_text", "emergency_number")
        }
        data |= {"urgent_care_text": lake.urgent_care_text, "glucose_unit": lake.glucose_unit, "region": "US"}
        data |= {"opening_hours-TOTAL_FORMS": "0", "opening_hours-INITIAL_FORMS": "0"}
        administration.post(url(Clinic, "add"), data | {"name": "New Clinic", "email": "new@new.example"})
        assert rows() == [("clinic.added", Clinic.objects.get(name="New Clinic"))]

    def test_that_is_saved_as_it_was_leaves_no_row(self, administration, lake):
        change_clinic(administration, lake)
        assert rows() == []


class TestAGroup:
    def test_is_recorded_when_it_is_added_changed_and_deleted(self, administration):
        administration.post(url(Group, "add"), {"name": "Editors"})
        group = Group.objects.get()
        given = [Permission.objects.first().pk]
        administration.post(url(Group, "change", group.pk), {"name": "Editors", "permissions": given})
        administration.post(url(Group, "change", group.pk), {"name": "Editors", "permissions": given})
        administration.post(url(Group, "delete", group.pk), {"post": "yes"})
        assert [action for action, _clinic in rows()] == ["group.added", "group.changed", "group.deleted"]

    def test_each_of_several_that_are_deleted_at_once(self, administration):
        keys = [str(Group.objects.create(name=name).pk) for name in ("One", "Two")]
        data = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
        administration.post(url(Group, "changelist"), data)
        assert not Group.objects.exists()
        assert (
            sorted(AuditEvent.objects.filter(action="group.deleted").values_list("object_id", flat=True))
            == keys
        )
