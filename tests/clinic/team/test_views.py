"""The clinic admin's pages about the team, without JavaScript."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from clinic.models import Membership, OutboxMessage, Role, User
from clinic.rate_limits import INVITATION, INVITATION_AGAIN
from tests.factories import NOON, ClinicFactory, clinician

TEAM = "/staff/clinic/team/"
INVITE = "/staff/clinic/team/invite/"


@pytest.fixture
def answers():
    return {"name": "Nia New", "email": "nia@clinic.example", "role": "front_desk"}


def page_of(user):
    return reverse("clinic:team_member", args=[user.pk])


def test_the_team_says_of_each_what_they_may_do_and_how_they_sign_in(browser, clinic):
    dana = clinician(clinic)
    TOTP.activate(dana, generate_totp_secret())
    text = browser.get(TEAM).text
    row = text[text.index(dana.email) :].split("</tr>")[0]
    assert '<td data-label="Role">Clinician</td>' in row
    assert '<td data-label="Two-step sign-in">On</td>' in row
    assert "Not yet" in row
    assert "See a patient&#x27;s plan, sessions, alerts, messages and notes" in text


def test_other_clinics_people_are_not_on_it(browser, clinic):
    theirs = clinician(ClinicFactory())
    assert Membership.objects.count() == 2
    assert theirs.email not in browser.get(TEAM).text


def test_inviting_someone_says_where_the_mail_goes(browser, answers):
    response = browser.post(INVITE, answers, follow=True)
    assert response.redirect_chain == [(TEAM, 302)]
    assert "An e-mail with the next step is on its way to nia@clinic.example." in response.text
    assert OutboxMessage.objects.get().to == "nia@clinic.example"


def test_the_same_form_twice_is_one_invitation_and_looks_the_same(browser, answers):
    told = [browser.post(INVITE, answers, follow=True).context["messages"] for _time in range(2)]
    first, second = ([str(message) for message in messages] for messages in told)
    assert first == second
    assert OutboxMessage.objects.count() == 1
    assert User.objects.filter(email="nia@clinic.example").count() == 1


def test_a_member_who_is_invited_again_is_not_changed(browser, clinic, answers):
    dana = clinician(clinic)
    User.objects.filter(pk=dana.pk).update(last_login=NOON)
    response = browser.post(INVITE, answers | {"email": dana.email.upper()}, follow=True)
    assert "is on the team already. Nothing was changed." in response.text
    assert dana.memberships.get().role == Role.CLINICIAN


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        ({"name": ""}, "id_name", "Write the name."),
        ({"email": ""}, "id_email", "Write the e-mail address."),
        ({"email": "nia"}, "id_email", "valid email"),
        ({"role": ""}, "id_role", "Choose a role."),
        ({"role": "owner"}, "id_role", "not one of the available choices"),
    ],
)
def test_missing_values_are_named_beside_the_field_and_in_the_summary(browser, answers, change, place, told):
    response = browser.post(INVITE, answers | change)
    assert response.status_code == 200
    assert f'href="#{place}"' in response.text
    assert f'id="{place}"' in response.text
    assert response.text.count(told) == 2
    assert Membership.objects.count() == 1


def test_an_address_in_use_elsewhere_is_refused_beside_the_field(browser, answers):
    theirs = clinician()
    response = browser.post(INVITE, answers | {"email": theirs.email})
    assert "This address cannot be added." in response.text
    assert theirs.memberships.count() == 1


def test_a_flood_of_invitations_is_stopped(browser, clinic, answers):
    while INVITATION.allows(str(clinic.pk)):
        continue
    response = browser.post(INVITE, answers)
    assert response.status_code == 429
    assert "Please wait an hour" in response.text
    assert 'value="Nia New"' in response.text
    assert not OutboxMessage.objects.exists()


def test_an_invitation_is_sent_again_but_not_without_end(browser, clinic):
    newcomer = clinician(clinic)
    again = reverse("clinic:team_resend_invitation", args=[newcomer.pk])
    assert "Send the invitation again" in browser.get(page_of(newcomer)).text
    assert "Sent again." in browser.post(again, follow=True).text
    while INVITATION_AGAIN.allows(str(newcomer.pk)):
        continue
    assert "Please wait before you send another" in browser.post(again, follow=True).text
    assert OutboxMessage.objects.count() == 1


def test_a_member_who_has_signed_in_is_not_offered_an_invitation(browser, clinic):
    dana = clinician(clinic)
    User.objects.filter(pk=dana.pk).update(last_login=NOON)
    assert "Send the invitation again" not in browser.get(page_of(dana)).text
    response = browser.post(reverse("clinic:team_resend_invitation", args=[dana.pk]), follow=True)
    assert "needs no invitation" in response.text
    assert not OutboxMessage.objects.exists()


def test_someone_who_left_is_brought_back_with_a_role_chosen_anew(browser, clinic):
    gone = clinician(clinic)
    gone.memberships.update(ended_at=NOON)
    page = browser.get(page_of(gone))
    back = {"seen": page.context["member"].state_token, "role": "front_desk"}
    assert "Take off the team" not in page.text
    response = browser.post(reverse("clinic:team_reinstate", args=[gone.pk]), back, follow=True)
    assert "is on the team again" in response.text
    assert gone.memberships.live().get().role == Role.FRONT_DESK


def test_bringing_back_asks_for_a_role(browser, clinic):
    gone = clinician(clinic)
    gone.memberships.update(ended_at=NOON)
    response = browser.post(reverse("clinic:team_reinstate", args=[gone.pk]), {})
    assert response.text.count("Choose a role.") == 2
    assert not gone.memberships.live().exists()


def test_bringing_back_someone_whom_a_colleague_changed_meanwhile_is_refused(browser, clinic):
    gone = clinician(clinic)
    gone.memberships.update(ended_at=NOON)
    seen = browser.get(page_of(gone)).context["member"].state_token
    Membership.objects.create(user=gone, clinic=clinic, role=Role.CLINIC_ADMIN)
    sent = {"seen": seen, "role": "front_desk"}
    response = browser.post(reverse("clinic:team_reinstate", args=[gone.pk]), sent)
    assert response.status_code == 409
    assert "Someone was here before you" in response.text
    assert gone.memberships.live().get().role == Role.CLINIC_ADMIN


def test_the_admins_own_page_does_not_offer_to_leave(browser, miriam):
    text = browser.get(page_of(miriam)).text
    assert "Change the role" in text
    assert "Take off the team" not in text


def test_the_overview_shows_team_hours_and_details(browser, clinic):
    text = browser.get("/staff/clinic/").text
    assert "1 person on the team" in text
    assert "No opening hours are on record" in text
    assert clinic.phone in text


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK])
def test_only_clinic_admins_see_the_link(client, clinic, role):
    client.force_login(clinician(clinic, role))
    assert "/staff/clinic/" not in client.get("/staff/requests/").text
    assert client.get("/staff/clinic/").status_code == 403
