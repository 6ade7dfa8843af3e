"""Removing a member or changing a role transfers the member's patients in the same transaction."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import AuditEvent, Membership, Role, User
from clinic.team.selectors import state_token
from clinic.team.services import StaleMemberError, TeamChangeError
from patients.caseload.services import NoSuccessorError, change_member_role, remove_from_team
from patients.models import Patient
from tests.concurrency import AT_ONCE, call_at_once
from tests.factories import NOON, ClinicFactory, PatientFactory, clinician


@pytest.fixture
def harbour(db):
    return ClinicFactory(name="Harbour Clinic")


@pytest.fixture
def miriam(harbour):
    return admin_of(harbour)


@pytest.fixture
def leaver(harbour):
    """Create a clinician with three patients."""
    user = clinician(harbour)
    PatientFactory.create_batch(3, clinic=harbour, clinician=user)
    return user


@pytest.fixture
def browser(client, miriam):
    client.force_login(miriam)
    return client


def admin_of(clinic):
    user = clinician(clinic, Role.CLINIC_ADMIN)
    User.objects.filter(pk=user.pk).update(last_login=NOON)
    user.refresh_from_db()
    return user


def seen(user):
    return state_token(user.memberships.get())


def leave_page(user):
    return reverse("staff:team_remove", args=[user.pk])


def role_page(user):
    return reverse("staff:team_role", args=[user.pk])


class TestTransferOfPatients:
    def test_the_patients_go_to_a_colleague_with_history_and_audit(self, harbour, miriam, leaver):
        colleague = clinician(harbour)
        others = PatientFactory(clinic=harbour, clinician=miriam)
        handed = remove_from_team(
            member=leaver, clinic=harbour, transfer_to=colleague, seen=seen(leaver), by=miriam
        )
        assert handed == 3
        assert set(colleague.caseload.values_list("edit_number", flat=True)) == {2}
        assert not leaver.caseload.exists()
        others.refresh_from_db()
        assert (others.clinician, others.edit_number) == (miriam, 1)
        latest = colleague.caseload.first().history.first()
        assert (latest.clinician_id, latest.history_user) == (colleague.pk, miriam)
        assert leaver.name in latest.history_change_reason
        assert AuditEvent.objects.filter(action="patient.handed_over").count() == 3

    def test_without_a_successor_the_patients_have_no_clinician_and_are_still_found(
        self, harbour, miriam, leaver
    ):
        remove_from_team(member=leaver, clinic=harbour, transfer_to=None, seen=seen(leaver), by=miriam)
        assert Patient.objects.visible_to(miriam).filter(clinician=None).count() == 3

    @pytest.mark.parametrize("whose", ["another clinic's", "front desk", "left", "leaver"])
    def test_a_user_who_does_not_treat_at_the_clinic_cannot_take_over(self, harbour, miriam, leaver, whose):
        gone = clinician(harbour)
        gone.memberships.update(ended_at=NOON)
        successors = {
            "another clinic's": clinician(),
            "front desk": clinician(harbour, Role.FRONT_DESK),
            "left": gone,
            "leaver": leaver,
        }
        with pytest.raises(NoSuccessorError):
            remove_from_team(
                member=leaver, clinic=harbour, transfer_to=successors[whose], seen=seen(leaver), by=miriam
            )
        assert leaver.memberships.get().ended_at is None
        assert leaver.caseload.count() == 3

    def test_a_role_that_treats_keeps_the_caseload(self, harbour, miriam, leaver):
        role = {"member": leaver, "clinic": harbour, "transfer_to": miriam, "by": miriam}
        assert change_member_role(**role, role=Role.CLINIC_ADMIN, seen=seen(leaver)) == 0
        assert leaver.caseload.count() == 3
        assert change_member_role(**role, role=Role.FRONT_DESK, seen=seen(leaver)) == 3
        assert miriam.caseload.count() == 3

    def test_a_large_caseload_takes_as_many_queries_as_a_small_one(self, harbour, miriam):
        def queries(patients):
            leaver = clinician(harbour)
            users = User.objects.bulk_create(User(name=f"Pat {n}", password="!") for n in range(patients))
            Patient.objects.bulk_create(
                Patient(
                    clinic=harbour,
                    user=user,
                    full_name=user.name,
                    date_of_birth="1950-04-12",
                    clinician=leaver,
                )
                for user in users
            )
            standing_before = seen(leaver)
            with CaptureQueriesContext(connection) as captured:
                handed = remove_from_team(
                    member=leaver, clinic=harbour, transfer_to=miriam, seen=standing_before, by=miriam
                )
            assert handed == patients
            return len(captured)

        queries(1)  # Django asks SQLite once a connection if it knows JSON
        assert queries(3) == queries(35)  # SQLite writes at most 999 values of the history at once


class TestPages:
    def test_the_page_to_remove_a_member_explains_and_changes_nothing(self, browser, leaver):
        text = browser.get(leave_page(leaver)).text
        assert "signed out at the next click, on every device" in text
        assert "is the clinician of 3 patients." in text
        assert leaver.memberships.live().exists()

    def test_a_successor_must_be_chosen(self, browser, leaver):
        response = browser.post(leave_page(leaver), {"seen": seen(leaver)})
        assert response.text.count("Choose who takes over") == 2
        assert 'href="#id_transfer_to"' in response.text
        assert leaver.memberships.live().exists()

    def test_colleagues_are_listed_with_their_number_of_patients(self, browser, harbour, leaver):
        busy = clinician(harbour)
        PatientFactory.create_batch(2, clinic=harbour, clinician=busy)
        elsewhere = clinician()
        text = browser.get(leave_page(leaver)).text
        assert f"{busy.name} (has 2 patients)" in text
        assert elsewhere.name not in text
        assert f'<option value="{leaver.pk}"' not in text

    def test_patients_whom_somebody_still_has_at_another_clinic_are_not_counted(
        self, browser, harbour, leaver
    ):
        colleague = clinician(harbour)
        PatientFactory(clinic=harbour, clinician=colleague)
        for person in (leaver, colleague):
            PatientFactory(clinician=person)
        text = browser.get(leave_page(leaver)).text
        assert "is the clinician of 3 patients." in text
        assert f"{colleague.name} (has 1 patient)" in text

    def test_the_member_is_removed_and_the_patients_have_another_clinician(self, browser, harbour, leaver):
        theirs = Client()
        theirs.force_login(leaver)
        assert theirs.get("/staff/").status_code == 200
        colleague = clinician(harbour)
        sent = {"seen": seen(leaver), "transfer_to": str(colleague.pk)}
        response = browser.post(leave_page(leaver), sent, follow=True)
        assert f"{colleague.name} takes over 3 patients." in response.text
        assert theirs.get("/staff/").url == "/accounts/login/?next=/staff/"
        assert colleague.caseload.count() == 3

    def test_nobody_yet_can_be_chosen_and_is_confirmed(self, browser, leaver):
        sent = {"seen": seen(leaver), "transfer_to": "nobody"}
        response = browser.post(leave_page(leaver), sent, follow=True)
        assert "3 patients wait for a clinician." in response.text

    def test_without_patients_no_successor_is_requested(self, browser, harbour):
        desk = clinician(harbour, Role.FRONT_DESK)
        assert "transfer_to" not in browser.get(leave_page(desk)).text
        browser.post(leave_page(desk), {"seen": seen(desk)})
        assert not desk.memberships.live().exists()

    def test_a_stale_form_shows_a_notice_and_changes_nothing(self, browser, leaver):
        before = seen(leaver)
        leaver.memberships.update(role=Role.CLINIC_ADMIN)
        for page, sent in ((leave_page, {}), (role_page, {"role": "front_desk"})):
            response = browser.post(page(leaver), {"seen": before, "transfer_to": "nobody"} | sent)
            assert response.status_code == 409
            assert "Someone was here before you" in response.text
        assert leaver.memberships.get().role == Role.CLINIC_ADMIN
        assert leaver.caseload.count() == 3

    def test_a_colleague_who_stopped_treating_meanwhile_cannot_be_chosen(self, browser, harbour, leaver):
        colleague = clinician(harbour)
        sent = {"seen": seen(leaver), "transfer_to": str(colleague.pk)}
        colleague.memberships.update(role=Role.FRONT_DESK)
        response = browser.post(leave_page(leaver), sent)
        assert 'href="#id_transfer_to"' in response.text
        assert leaver.memberships.live().exists()

    def test_a_successor_is_required_only_for_a_role_that_does_not_treat(self, browser, leaver):
        sent = {"seen": seen(leaver), "role": "front_desk"}
        assert "Choose who takes over" in browser.post(role_page(leaver), sent).text
        assert leaver.memberships.get().role == Role.CLINICIAN
        response = browser.post(role_page(leaver), sent | {"role": "clinic_admin"}, follow=True)
        assert "Clinic admin, from the next click on." in response.text
        assert leaver.caseload.count() == 3

    def test_the_last_admin_sees_the_error_at_the_role(self, browser, miriam):
        response = browser.post(role_page(miriam), {"seen": seen(miriam), "role": "clinician"})
        assert response.text.count("Your clinic needs a clinic admin.") == 2
        assert miriam.memberships.get().role == Role.CLINIC_ADMIN

    def test_an_admin_who_gives_up_the_role_is_redirected_to_a_page_they_may_open(
        self, browser, harbour, miriam
    ):
        admin_of(harbour)
        response = browser.post(role_page(miriam), {"seen": seen(miriam), "role": "clinician"}, follow=True)
        assert response.redirect_chain == [("/staff/", 302)]
        assert response.status_code == 200

    def test_a_former_member_has_no_such_pages(self, browser, leaver):
        leaver.memberships.update(ended_at=NOON)
        for page in (leave_page, role_page):
            assert browser.get(page(leaver)).url == reverse("clinic:team_member", args=[leaver.pk])


@pytest.mark.django_db(transaction=True)
class TestConcurrency:
    def at_once(self, work):
        return call_at_once(work, refusals=(TeamChangeError, StaleMemberError, PermissionDenied))

    def test_one_admin_remains_when_admins_demote_each_other(self, harbour):
        admins = [admin_of(harbour) for _number in range(AT_ONCE)]
        stood = {admin: seen(admin) for admin in admins}

        def demote(number):
            other = admins[(number + 1) % AT_ONCE]
            return change_member_role(
                member=other,
                clinic=harbour,
                role=Role.CLINICIAN,
                transfer_to=None,
                seen=stood[other],
                by=admins[number],
            )

        results = self.at_once(demote)
        left = Membership.objects.live().for_clinic(harbour).filter(role=Role.CLINIC_ADMIN).count()
        assert left >= 1
        assert left == sum(isinstance(result, Exception) for result in results)

    def test_one_admin_remains_when_all_give_up_the_role_concurrently(self, harbour):
        admins = [admin_of(harbour) for _number in range(AT_ONCE)]
        stood = {admin: seen(admin) for admin in admins}
        self.at_once(
            lambda number: change_member_role(
                member=admins[number],
                clinic=harbour,
                role=Role.CLINICIAN,
                transfer_to=None,
                seen=stood[admins[number]],
                by=admins[number],
            )
        )
        assert Membership.objects.live().filter(role=Role.CLINIC_ADMIN).count() == 1

    def test_concurrent_requests_remove_a_member_once(self, harbour):
        miriam, colleague, leaver = admin_of(harbour), clinician(harbour), clinician(harbour)
        PatientFactory.create_batch(2, clinic=harbour, clinician=leaver)
        before = seen(leaver)
        handed = self.at_once(
            lambda _number: remove_from_team(
                member=leaver, clinic=harbour, transfer_to=colleague, seen=before, by=miriam
            )
        )
        assert sorted(handed) == [0, 0, 0, 2]
        assert AuditEvent.objects.filter(action="team.ended").count() == 1
