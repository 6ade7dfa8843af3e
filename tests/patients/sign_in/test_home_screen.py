"""The app on the home screen of an iPhone has cookies of its own: the patient signs in there as on a second device."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import OutboxMessage
from patients.models import Device, SignInEventKind
from patients.sign_in.card_codes import OWN_CODE_LIFETIME
from patients.sign_in.selectors.cards import MAX_OWN_CODES
from patients.sign_in.services.cards import create_card
from tests.factories import NOON, clinician
from tests.factories_of_patients import VerifiedEmailFactory
from tests.patients.session_steps import text
from tests.patients.sign_in.test_devices import IPHONE, device_in, is_out, sign_in
from tests.patients.sign_in.test_email_sign_in import mailed
from tests.patients.sign_in.test_events import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox", "version")]

HOME_SCREEN = "/my/home-screen/"
BORN = {"day": "12", "month": "4", "year": "1950", "understood": "1950-04-12", "device": "own"}
MADE = "A code to sign in on one more device was made on Phone, Safari."


@pytest.fixture
def safari(patient):
    """The browser of the patient's iPhone, signed in with a card."""
    return sign_in(patient, agent=IPHONE)


def get_code(client):
    return re.search(r'id="app-code">([0-9A-Z-]{14})<', text(client.post(HOME_SCREEN)))[1]


def open_app(code):
    """Return the app on the home screen, which has no cookies, after signing in with the code of a card."""
    app = Client(headers={"user-agent": IPHONE})
    app.post("/card/", BORN | {"code": code})
    return app


def test_the_settings_offer_it_and_the_page_says_before_that_one_signs_in_once_more(safari):
    assert f'href="{HOME_SCREEN}"' in text(safari.get("/my/settings/"))
    assert "You will need your card once more in the app." in page(safari, HOME_SCREEN)


def test_with_a_code_from_the_page_the_app_and_the_browser_are_both_signed_in(safari, patient):
    app = open_app(get_code(safari))
    assert app.get("/my/").status_code == safari.get("/my/").status_code == 200
    assert Device.objects.for_user(patient.user).live().count() == 2
    assert device_in(app) != device_in(safari)


def test_with_a_new_card_of_the_clinic_both_are_signed_in(safari, patient):
    _card, code = create_card(patient=patient, by=clinician(patient.clinic))
    app = open_app(code)
    assert app.get("/my/").status_code == safari.get("/my/").status_code == 200


def test_with_a_mailed_code_both_are_signed_in(safari, patient):
    VerifiedEmailFactory(patient=patient, email="rosa@example.org")
    assert "a code by e-mail to rosa@example.org, from the app" in page(safari, HOME_SCREEN)
    app = Client(headers={"user-agent": IPHONE})
    app.post("/sign-in/mail/", BORN | {"email": "rosa@example.org"})
    assert app.post("/sign-in/mail/code/", {"code": mailed()[0]}).url == reverse("my:today")
    assert app.get("/my/").status_code == safari.get("/my/").status_code == 200


class TestTheCode:
    def test_works_once(self, safari):
        code = get_code(safari)
        open_app(code)
        assert is_out(open_app(code).get("/my/"))

    def test_works_for_an_hour(self, safari, clock):
        code = get_code(safari)
        clock.move_to(NOON + OWN_CODE_LIFETIME)
        assert is_out(open_app(code).get("/my/"))

    def test_needs_the_date_of_birth(self, safari):
        app = Client()
        app.post("/card/", BORN | {"code": get_code(safari), "year": "1951", "understood": "1951-04-12"})
        assert is_out(app.get("/my/"))

    def test_is_not_made_by_looking_at_the_page(self, safari, patient):
        safari.get(HOME_SCREEN)
        assert not patient.cards.own().live().exists()

    def test_is_shown_once_and_not_kept(self, safari, patient):
        code = get_code(safari)
        answer = safari.get(HOME_SCREEN)
        assert code not in text(answer)
        assert "no-store" in answer["Cache-Control"]
        assert patient.cards.latest("pk").code_hash != code

    def test_is_not_made_on_a_shared_device(self, patient):
        shared = sign_in(patient, device="shared")
        assert "Get a code for the app" not in page(shared, HOME_SCREEN)
        assert shared.post(HOME_SCREEN).status_code == 403
        assert not patient.cards.own().live().exists()

    def test_is_made_five_times_in_a_day(self, safari, patient):
        for _ in range(MAX_OWN_CODES):
            get_code(safari)
        answer = safari.post(HOME_SCREEN)
        assert answer.status_code == 429
        assert "You made many codes today." in text(answer)

    def test_does_not_count_as_a_card_of_the_clinic(self, safari, patient):
        for _ in range(MAX_OWN_CODES):
            get_code(safari)
        create_card(patient=patient, by=clinician(patient.clinic))  # without a reason
        assert patient.cards.own().live().count() == 1

    def test_is_no_card_that_the_team_waits_for(self, safari, patient, client):
        get_code(safari)
        client.force_login(clinician(patient.clinic))
        assert "None waiting" in text(client.get(reverse("staff:patient", args=[patient.pk])))


class TestThePatientIsTold:
    def test_on_the_other_devices_that_a_code_was_made_and_used(self, safari, patient):
        tablet = sign_in(patient)
        app = open_app(get_code(safari))
        assert MADE in page(tablet)
        assert "Someone signed in as you with a card: Phone, Safari." in page(safari)
        assert MADE not in page(safari)
        assert MADE not in page(app)

    def test_and_can_end_it_all(self, safari, patient):
        tablet = sign_in(patient)
        app = open_app(get_code(safari))
        made = patient.sign_in_events.get(kind=SignInEventKind.CARD, device=device_in(safari))
        tablet.post(f"/my/who-did-what/{made.pk}/not-me/")
        assert is_out(app.get("/my/"))
        assert is_out(safari.get("/my/"))
        assert tablet.get("/my/").status_code == 200

    def test_by_email(self, safari, patient):
        VerifiedEmailFactory(patient=patient, email="rosa@example.org")
        get_code(safari)
        assert "A new card to sign in to your account was made." in OutboxMessage.objects.latest("pk").body


def test_the_earlier_code_stops_working(safari):
    first, second = get_code(safari), get_code(safari)
    assert is_out(open_app(first).get("/my/"))
    assert open_app(second).get("/my/").status_code == 200
