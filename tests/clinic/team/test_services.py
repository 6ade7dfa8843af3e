"""The team: inviting, roles, leaving, reinstating; and a clinic never loses its last admin."""

import datetime
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from clinic.models import Membership, OutboxMessage, Role, User
from clinic.team.selectors import get_member_or_404, get_team, list_member_changes, state_token
from clinic.team.services import (
    StaleMemberError,
    TeamChangeError,
    change_role,
    end_membership,
    invite_member,
    reinstate_member,
    resend_invitation,
)
from tests.audit import changes
from tests.factories import NOON, PASSWORD, ClinicFactory, UserFactory, clinician

DAY = datetime.timedelta(days=1)


@pytest.fixture
def miriam(clinic):
    """Return a clinic admin who has signed in before."""
    return signed_in_before(clinician(clinic, Role.CLINIC_ADMIN))


@pytest.fixture
def dana(clinic):
    return signed_in_before(clinician(clinic))


def signed_in_before(user):
    user.last_login = NOON
    user.save()
    return user


def place(user):
    return user.memberships.order_by("started_at", "id").last()


def seen(user):
    return state_token(place(user))


def audit():
    return list(changes().order_by("id").values_list("action", flat=True))


def ask(clinic, by, **more):
    wanted = {"email": "New@Clinic.Example", "name": "Nia New", "role": Role.CLINICIAN}
    return invite_member(clinic=clinic, by=by, **wanted | more)


class TestInviting:
    def test_creates_an_account_without_a_password_and_mails_a_link_to_choose_one(self, clinic, miriam):
        invited = ask(clinic, miriam)

        user = User.objects.get(email="new@clinic.example")
        assert invited.membership == place(user)
        assert (user.name, user.has_usable_password()) == ("Nia New", False)
        assert (place(user).clinic, place(user).role) == (clinic, Role.CLINICIAN)
        mail = OutboxMessage.objects.get()
        assert mail.to == "new@clinic.example"
        assert "Harbour Clinic has put you on its team." in mail.body
        assert re.search(r"/accounts/password/reset/key/\S+", mail.body)
        assert audit() == ["team.invited"]

    def test_twice_is_once_with_one_mail(self, clinic, miriam):
        assert ask(clinic, miriam).is_new
        assert not ask(clinic, miriam, name="Other name").is_new
        assert User.objects.filter(email="new@clinic.example").count() == 1
        assert OutboxMessage.objects.count() == 1

    def test_someone_who_works_elsewhere_cannot_be_added_and_nothing_is_said_about_them(self, clinic, miriam):
        elsewhere = clinician(ClinicFactory(name="Hilltop"))
        with pytest.raises(TeamChangeError) as refused:
            ask(clinic, miriam, email=elsewhere.email)
        assert "Hilltop" not in str(refused.value)
        assert elsewhere.name not in str(refused.value)
        assert elsewhere.memberships.count() == 1
        assert not OutboxMessage.objects.exists()

    def test_a_closed_account_and_an_administrators_are_refused_in_the_same_words(self, clinic, miriam):
        words = set()
        for fields in ({"is_active": False}, {"is_staff": True}, {}):
            user = UserFactory(**fields) if fields else clinician()
            with pytest.raises(TeamChangeError) as refused:
                ask(clinic, miriam, email=user.email)
            words.add(str(refused.value))
        assert len(words) == 1

    def test_someone_who_left_another_clinic_keeps_the_account_and_is_told(self, clinic, miriam):
        mover = clinician()
        mover.memberships.update(ended_at=NOON)
        ask(clinic, miriam, email=mover.email, name="Another Name")
        mover.refresh_from_db()
        assert mover.name != "Another Name"
        assert mover.check_password(PASSWORD)
        assert place(mover).clinic == clinic
        assert OutboxMessage.objects.get().subject == "You are on the team of Harbour Clinic"

    def test_can_be_repeated_until_the_person_has_signed_in(self, clinic, miriam):
        newcomer = ask(clinic, miriam).membership.user
        resend_invitation(member=newcomer, clinic=clinic, by=miriam)
        assert OutboxMessage.objects.filter(to="new@clinic.example").count() == 2
        assert audit() == ["team.invited", "team.invited_again"]
        signed_in_before(newcomer)
        with pytest.raises(TeamChangeError):
            resend_invitation(member=newcomer, clinic=clinic, by=miriam)


class TestRoles:
    def test_another_role_holds_from_the_next_request_on(self, clinic, miriam, dana):
        browser = Client()
        browser.force_login(dana)
        own_exercises = reverse("library:clinic_exercise_list")
        assert browser.get(own_exercises).status_code == 200
        change_role(member=dana, clinic=clinic, role=Role.FRONT_DESK, seen=seen(dana), by=miriam)
        assert browser.get(own_exercises).status_code == 403
        assert browser.get(reverse("clinic:requests")).status_code == 200
        assert audit() == ["team.role_changed"]

    def test_the_same_change_twice_is_made_once(self, clinic, miriam, dana):
        before = seen(dana)
        for _time in range(2):
            change_role(member=dana, clinic=clinic, role=Role.FRONT_DESK, seen=before, by=miriam)
        assert audit() == ["team.role_changed"]

    def test_acting_on_an_outdated_state_is_refused(self, clinic, miriam, dana):
        before = seen(dana)
        change_role(member=dana, clinic=clinic, role=Role.FRONT_DESK, seen=before, by=miriam)
        with pytest.raises(StaleMemberError):
            change_role(member=dana, clinic=clinic, role=Role.CLINIC_ADMIN, seen=before, by=miriam)
        assert place(dana).role == Role.FRONT_DESK

    def test_the_last_admin_cannot_step_down(self, clinic, miriam, dana):
        with pytest.raises(TeamChangeError, match="needs a clinic admin"):
            change_role(member=miriam, clinic=clinic, role=Role.CLINICIAN, seen=seen(miriam), by=miriam)
        assert place(miriam).role == Role.CLINIC_ADMIN

    def test_an_admin_who_never_signed_in_does_not_count_as_another_one(self, clinic, miriam):
        invited = clinician(clinic, Role.CLINIC_ADMIN)
        step_down = {"member": miriam, "clinic": clinic, "role": Role.CLINICIAN, "seen": seen(miriam)}
        with pytest.raises(TeamChangeError):
            change_role(**step_down, by=miriam)
        signed_in_before(invited)
        assert change_role(**step_down, by=miriam).role == Role.CLINICIAN

    def test_another_clinics_admin_does_not_count_either(self, clinic, miriam):
        signed_in_before(clinician(role=Role.CLINIC_ADMIN))
        with pytest.raises(TeamChangeError):
            change_role(member=miriam, clinic=clinic, role=Role.CLINICIAN, seen=seen(miriam), by=miriam)

    def test_a_former_admin_can_change_nothing(self, clinic, miriam, dana):
        other = signed_in_before(clinician(clinic, Role.CLINIC_ADMIN))
        assert miriam.membership.role == Role.CLINIC_ADMIN  # cached on the user, as during a request
        change_role(member=miriam, clinic=clinic, role=Role.CLINICIAN, seen=seen(miriam), by=other)
        with pytest.raises(PermissionDenied):
            change_role(member=dana, clinic=clinic, role=Role.CLINIC_ADMIN, seen=seen(dana), by=miriam)
        assert place(dana).role == Role.CLINICIAN


class TestLeaving:
    def test_is_out_at_the_next_request_on_every_device(self, clinic, miriam, dana):
        phone, laptop, colleague = Client(), Client(), Client()
        for browser, user in ((phone, dana), (laptop, dana), (colleague, clinician(clinic))):
            browser.force_login(user)
            assert browser.get("/staff/requests/").status_code == 200
        end_membership(member=dana, clinic=clinic, seen=seen(dana), by=miriam, now=NOON)
        for browser in (phone, laptop):
            assert browser.get("/staff/requests/").url == "/accounts/login/?next=/staff/requests/"
        assert colleague.get("/staff/requests/").status_code == 200
        assert place(dana).ended_at == NOON
        assert audit() == ["team.ended"]

    def test_can_sign_in_again_but_opens_no_page_of_the_team(self, client, clinic, miriam, dana):
        end_membership(member=dana, clinic=clinic, seen=seen(dana), by=miriam)
        client.post("/accounts/login/", {"login": dana.email, "password": PASSWORD})
        assert "_auth_user_id" in client.session
        assert client.get("/staff/requests/").status_code == 403

    def test_nobody_takes_themselves_off(self, clinic, miriam):
        signed_in_before(clinician(clinic, Role.CLINIC_ADMIN))
        with pytest.raises(TeamChangeError, match="yourself"):
            end_membership(member=miriam, clinic=clinic, seen=seen(miriam), by=miriam)

    def test_twice_is_once(self, clinic, miriam, dana):
        before = seen(dana)
        for _time in range(2):
            end_membership(member=dana, clinic=clinic, seen=before, by=miriam)
        assert audit() == ["team.ended"]

    def test_a_member_whose_role_was_changed_meanwhile_is_not_taken_off(self, clinic, miriam, dana):
        before = seen(dana)
        change_role(member=dana, clinic=clinic, role=Role.CLINIC_ADMIN, seen=before, by=miriam)
        with pytest.raises(StaleMemberError):
            end_membership(member=dana, clinic=clinic, seen=before, by=miriam)
        assert place(dana).ended_at is None


class TestComingBack:
    @pytest.fixture
    def gone(self, clinic, miriam, dana):
        end_membership(member=dana, clinic=clinic, seen=seen(dana), by=miriam, now=NOON)
        return dana

    def test_signs_in_with_the_password_of_before_and_the_earlier_place_stays(
        self, client, clinic, miriam, gone
    ):
        reinstate_member(
            member=gone, clinic=clinic, role=Role.FRONT_DESK, seen=seen(gone), by=miriam, now=NOON + DAY
        )
        client.post("/accounts/login/", {"login": gone.email, "password": PASSWORD})
        assert client.get("/staff/requests/").status_code == 200
        assert list(gone.memberships.order_by("pk").values_list("role", "ended_at")) == [
            (Role.CLINICIAN, NOON),
            (Role.FRONT_DESK, None),
        ]
        assert OutboxMessage.objects.get().subject == "You are on the team of Harbour Clinic"

    def test_an_old_session_does_not_come_back_with_the_person(self, clinic, miriam, dana):
        browser = Client()
        browser.force_login(dana)
        old = browser.cookies["sessionid"].value
        end_membership(member=dana, clinic=clinic, seen=seen(dana), by=miriam)
        reinstate_member(member=dana, clinic=clinic, role=Role.CLINICIAN, seen=seen(dana), by=miriam)
        again = Client()
        again.cookies["sessionid"] = old
        assert again.get("/staff/requests/").status_code == 302

    def test_not_from_another_clinics_team(self, clinic, miriam, gone):
        Membership.objects.create(user=gone, clinic=ClinicFactory(), role=Role.CLINICIAN)
        with pytest.raises(TeamChangeError):
            reinstate_member(
                member=gone, clinic=clinic, role=Role.CLINICIAN, seen=seen_here(gone, clinic), by=miriam
            )

    def test_changes_are_recorded_with_their_user(self, clinic, miriam, gone):
        reinstate_member(member=gone, clinic=clinic, role=Role.FRONT_DESK, seen=seen(gone), by=miriam)
        told = [
            (change.by, change.what) for change in list_member_changes(get_member_or_404(clinic, gone.pk))
        ]
        assert told == [
            (miriam, "Put on the team: Front desk"),
            (miriam, "Taken off the team"),
            (None, "Put on the team: Clinician"),
        ]


def seen_here(user, clinic):
    return state_token(user.memberships.for_clinic(clinic).last())


def test_the_team_shows_each_person_once_by_name_and_who_left_apart(clinic, miriam, dana):
    User.objects.filter(pk=dana.pk).update(name="Dana")
    User.objects.filter(pk=miriam.pk).update(name="miriam")
    gone = clinician(clinic)
    end_membership(member=gone, clinic=clinic, seen=seen(gone), by=miriam)
    back = clinician(clinic)
    end_membership(member=back, clinic=clinic, seen=seen(back), by=miriam)
    reinstate_member(member=back, clinic=clinic, role=Role.CLINICIAN, seen=seen(back), by=miriam)
    User.objects.filter(pk=back.pk).update(name="Back Again")
    clinician()
    team = get_team(clinic)
    assert [member.user.name for member in team.members] == ["Back Again", "Dana", "miriam"]
    assert [member.user for member in team.left] == [gone]
    assert Membership.objects.count() == 6


def test_a_member_of_another_clinic_is_answered_with_404(client, clinic, miriam):
    theirs = clinician()
    client.force_login(miriam)
    for name in ("clinic:team_member", "staff:team_role", "staff:team_remove"):
        answers = [client.get(reverse(name, args=[key])) for key in (theirs.pk, uuid.uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
    for name in (
        "clinic:team_resend_invitation",
        "clinic:team_reinstate",
        "staff:team_role",
        "staff:team_remove",
    ):
        assert client.post(reverse(name, args=[theirs.pk]), {"role": "front_desk"}).status_code == 404
    assert place(theirs).role == Role.CLINICIAN
    assert not OutboxMessage.objects.exists()


class TestAnotherClinic:
    def test_its_admin_changes_nothing_here(self, clinic, miriam, dana):
        theirs = signed_in_before(clinician(ClinicFactory(), Role.CLINIC_ADMIN))
        for change in (
            lambda: resend_invitation(member=dana, clinic=clinic, by=theirs),
            lambda: change_role(member=dana, clinic=clinic, role=Role.FRONT_DESK, seen=seen(dana), by=theirs),
            lambda: ask(clinic, theirs),
        ):
            with pytest.raises(PermissionDenied):
                change()
        assert audit() == []

    def test_an_invitation_of_its_member_is_not_sent_again_from_here(self, clinic, miriam):
        theirs = clinician(ClinicFactory())  # has not signed in yet
        with pytest.raises(TeamChangeError):
            resend_invitation(member=theirs, clinic=clinic, by=miriam)
        assert not OutboxMessage.objects.exists()
