"""The way back in after a lost second factor: two other people take part, and one alone never can."""

import datetime
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.accounts.recovery import RecoveryError, cancel_recovery, confirm_recovery, open_recovery
from clinic.accounts.selectors import list_recoveries
from clinic.models import AuditEvent, Membership, OutboxMessage, Role, SecondFactorRecovery, User
from tests.clinic.accounts.steps import authenticate_freshly, is_signed_in, send_password
from tests.factories import PASSWORD, ClinicFactory, PatientFactory, UserFactory, clinician

LIST = "/accounts/recoveries/"
REASON = "Her phone was stolen; she sits beside me."
DAY = datetime.timedelta(hours=24)


@pytest.fixture(autouse=True)
def required(settings):
    cache.clear()
    settings.REQUIRE_SECOND_FACTOR = True
    settings.REQUIRE_FRESH_AUTHENTICATION = True
    settings.SITE_URL = "http://testserver"


def with_app(user):
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def dana(clinic):
    return with_app(clinician(clinic, email="dana@clinic.example"))


@pytest.fixture
def first(clinic):
    return with_app(clinician(clinic, Role.CLINIC_ADMIN, email="first@clinic.example", name="First Admin"))


@pytest.fixture
def second(clinic):
    return with_app(clinician(clinic, Role.CLINIC_ADMIN, email="second@clinic.example", name="Second Admin"))


@pytest.fixture
def root(db):
    return with_app(UserFactory(email="root@surefoot.example", is_staff=True, is_superuser=True))


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    authenticate_freshly(browser, user)
    return browser


def send(browser, email="dana@clinic.example", reason=REASON):
    return browser.post(LIST, {"email": email, "reason": reason})


def confirm(browser, recovery=None):
    recovery = recovery or SecondFactorRecovery.objects.get()
    return browser.post(reverse("account_recovery_confirm", args=[recovery.pk]), follow=True)


def mailed_link():
    return re.search(r"http://testserver(/accounts/recover/\S+)", OutboxMessage.objects.latest("pk").body)[1]


@pytest.fixture
def link(dana, first, second):
    send(browser_of(first))
    confirm(browser_of(second))
    return mailed_link()


def test_one_opens_another_confirms_and_the_owner_sets_up_a_new_factor(client, dana, first, second):
    elsewhere = browser_of(dana)
    assert send(browser_of(first)).url == LIST
    assert "First Admin has opened the way back in." in OutboxMessage.objects.latest("pk").body
    page = confirm(browser_of(second)).content.decode()
    assert "gets a link by e-mail" in page
    link = mailed_link()
    assert OutboxMessage.objects.latest("pk").to == dana.email
    assert "Type your password." in client.get(link).content.decode()
    assert Authenticator.objects.filter(user=dana).exists()
    assert client.post(link, {"password": PASSWORD}).url == "/accounts/2fa/"
    assert not Authenticator.objects.filter(user=dana).exists()
    assert client.get("/staff/").url == "/accounts/2fa/"
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert elsewhere.get("/staff/").url.startswith("/accounts/login/")
    assert "were removed through the way back in" in OutboxMessage.objects.latest("pk").body
    steps = AuditEvent.objects.filter(action__startswith="recovery.").order_by("pk")
    assert [(step.action, step.actor) for step in steps] == [
        ("recovery.opened", first),
        ("recovery.confirmed", second),
        ("recovery.used", dana),
    ]
    assert {step.clinic for step in steps} == {dana.membership.clinic}


def test_who_opened_it_cannot_confirm_it(dana, first):
    browser = browser_of(first)
    send(browser)
    assert "Another clinic admin or an administrator has to confirm." in browser.get(LIST).content.decode()
    assert "You opened it. Somebody else has to confirm." in confirm(browser).content.decode()
    assert SecondFactorRecovery.objects.get().confirmed_at is None


def test_nobody_takes_part_in_their_own(dana, first, second):
    browser = browser_of(first)
    send(browser, email=first.email)
    assert not SecondFactorRecovery.objects.exists()
    send(browser_of(second), email=first.email)
    assert confirm(browser).status_code == 404
    assert SecondFactorRecovery.objects.get().confirmed_at is None


@pytest.mark.parametrize("wrong", ["owner opens", "owner confirms", "same confirms", "used unconfirmed"])
def test_the_database_refuses_what_one_person_did_alone(dana, first, second, wrong):
    now = timezone.now()
    rows = {
        "owner opens": {"opened_by": dana},
        "owner confirms": {"opened_by": first, "confirmed_by": dana, "confirmed_at": now},
        "same confirms": {"opened_by": first, "confirmed_by": first, "confirmed_at": now},
        "used unconfirmed": {"opened_by": first, "used_at": now},
    }
    SecondFactorRecovery.objects.create(
        user=dana, reason=REASON, opened_by=first, confirmed_by=second, confirmed_at=now, used_at=now
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondFactorRecovery.objects.create(user=dana, reason=REASON, **rows[wrong])


def test_the_front_desk_and_clinicians_cannot_take_part(dana, clinic):
    for role in (Role.FRONT_DESK, Role.CLINICIAN):
        browser = browser_of(with_app(clinician(clinic, role)))
        assert browser.get(LIST).status_code == 403
        assert send(browser).status_code == 403


def test_a_clinic_admin_of_another_clinic_cannot_take_part(dana, first):
    elsewhere = browser_of(with_app(clinician(ClinicFactory(), Role.CLINIC_ADMIN)))
    missing = send(elsewhere, email="nobody@clinic.example").content.decode()
    theirs = send(elsewhere).content.decode()
    said = "Nobody whom you can help back in has this address."
    assert said in missing
    assert said in theirs
    send(browser_of(first))
    assert "Her phone was stolen" not in elsewhere.get(LIST).content.decode()
    assert confirm(elsewhere).status_code == 404
    cancel = reverse("account_recovery_cancel", args=[SecondFactorRecovery.objects.get().pk])
    assert elsewhere.post(cancel).status_code == 404


def test_a_clinic_admin_cannot_help_an_administrator_in(first, root, clinic):
    on_the_team = with_app(clinician(clinic, Role.CLINIC_ADMIN, is_staff=True))
    for person in (root, on_the_team):
        send(browser_of(first), email=person.email)
    assert not SecondFactorRecovery.objects.exists()


def test_administrators_help_anyone_on_a_team_and_each_other(dana, root):
    other = with_app(UserFactory(email="other@surefoot.example", is_staff=True, is_superuser=True))
    third = with_app(UserFactory(email="third@surefoot.example", is_staff=True, is_superuser=True))
    for person in (dana, third):
        send(browser_of(root), email=person.email)
        recovery = SecondFactorRecovery.objects.get(user=person)
        confirm(browser_of(other), recovery)
        recovery.refresh_from_db()
        assert recovery.confirmed_by == other


def test_who_is_no_longer_a_clinic_admin_cannot_confirm(dana, first, second):
    send(browser_of(first))
    browser = browser_of(second)
    Membership.objects.filter(user=second).update(role=Role.CLINICIAN)
    assert confirm(browser).status_code == 403
    with pytest.raises(PermissionDenied):
        confirm_recovery(
            recovery=SecondFactorRecovery.objects.get(), by=User.objects.get(pk=second.pk), now=timezone.now()
        )


def test_opening_and_confirming_ask_for_fresh_authentication(dana, first, second):
    stale = Client()
    stale.force_login(first)
    assert send(stale).url.startswith(reverse("mfa_reauthenticate"))
    assert not SecondFactorRecovery.objects.exists()
    send(browser_of(first))
    stale.force_login(second)
    recovery = SecondFactorRecovery.objects.get()
    answer = stale.post(reverse("account_recovery_confirm", args=[recovery.pk]))
    assert answer.url.startswith(reverse("mfa_reauthenticate"))


class TestTheLink:
    def test_alone_removes_nothing(self, client, dana, link):
        client.get(link)
        page = client.post(link, {"password": "wrong"})
        assert page.status_code == 200
        assert not is_signed_in(client)
        assert Authenticator.objects.filter(user=dana).exists()

    def test_is_what_the_password_needs(self, client, dana, link):
        assert send_password(client, dana) == reverse("mfa_authenticate")

    def test_works_once(self, client, link):
        client.post(link, {"password": PASSWORD})
        again = Client().post(link, {"password": PASSWORD})
        assert again.status_code == 404
        assert "This link no longer works" in again.content.decode()

    def test_works_for_a_day(self, client, link):
        now = timezone.now()
        with time_machine.travel(now + DAY - datetime.timedelta(minutes=1)):
            assert client.get(link).status_code == 200
        with time_machine.travel(now + DAY):
            assert client.get(link).status_code == 404

    @pytest.mark.parametrize("change", ["cancelled", "another address", "closed account"])
    def test_ends(self, client, dana, first, link, change):
        if change == "cancelled":
            recovery = SecondFactorRecovery.objects.get()
            browser_of(first).post(reverse("account_recovery_cancel", args=[recovery.pk]))
            assert AuditEvent.objects.filter(action="recovery.cancelled", actor=first).exists()
        elif change == "another address":
            User.objects.filter(pk=dana.pk).update(email="dana.new@clinic.example")
        else:
            User.objects.filter(pk=dana.pk).update(is_active=False)
        assert client.get(link).status_code == 404

    def test_a_wrong_one_is_a_page_that_says_so(self, client, db):
        assert client.get("/accounts/recover/nonsense/").status_code == 404

    def test_tries_at_the_password_are_limited(self, client, link):
        for _ in range(5):
            client.post(link, {"password": "wrong"})
        assert "Too many tries." in client.post(link, {"password": PASSWORD}).content.decode()
        assert not is_signed_in(client)


def test_an_unconfirmed_one_ends_after_a_day_and_can_be_opened_again(dana, first, second):
    now = timezone.now()
    recovery = open_recovery(user=dana, reason=REASON, by=first, now=now)
    with pytest.raises(RecoveryError):
        confirm_recovery(recovery=recovery, by=second, now=now + DAY)
    assert list_recoveries(second, now=now + DAY) == []
    again = open_recovery(user=dana, reason=REASON, by=second, now=now + DAY)
    assert again != recovery
    assert list_recoveries(first, now=now + DAY) == [again]


def test_opened_and_confirmed_twice_there_is_one_and_one_link(dana, first, second):
    now = timezone.now()
    one = open_recovery(user=dana, reason=REASON, by=first, now=now)
    assert open_recovery(user=dana, reason="Again", by=second, now=now) == one
    for _ in range(2):
        confirm_recovery(recovery=one, by=second, now=now)
    assert OutboxMessage.objects.filter(body__contains="/accounts/recover/").count() == 1


def test_a_cancelled_one_cannot_be_confirmed(dana, first, second):
    now = timezone.now()
    recovery = open_recovery(user=dana, reason=REASON, by=first, now=now)
    cancel_recovery(recovery=recovery, by=first, now=now)
    with pytest.raises(RecoveryError):
        confirm_recovery(recovery=recovery, by=second, now=now)


def test_an_account_without_a_second_step_has_none_to_recover(first, clinic):
    plain = clinician(clinic, email="plain@clinic.example")
    page = send(browser_of(first), email=plain.email).content.decode()
    assert "has no second step to lose" in page


def test_a_patient_cannot_be_helped_in_this_way(first, clinic):
    patient = PatientFactory(clinic=clinic, email="pat@example.org")
    send(browser_of(first), email="pat@example.org")
    with pytest.raises(PermissionDenied):
        open_recovery(user=patient.user, reason=REASON, by=first, now=timezone.now())


def test_a_reason_is_needed(dana, first):
    assert "Write what happened." in send(browser_of(first), reason=" ").content.decode()
    assert not SecondFactorRecovery.objects.exists()


def test_who_cannot_help_cannot_cancel_either(dana, first):
    recovery = open_recovery(user=dana, reason=REASON, by=first, now=timezone.now())

    with pytest.raises(PermissionDenied):
        cancel_recovery(
            recovery=recovery, by=clinician(ClinicFactory(), Role.CLINIC_ADMIN), now=timezone.now()
        )

    recovery.refresh_from_db()
    assert recovery.ended_at is None
