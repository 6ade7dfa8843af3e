"""A lost phone, or one whose user was removed, is signed out at its next request and clears its site data."""

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent, User
from patients.models import Device
from patients.sign_in.services.cards import create_card, create_helper_card
from patients.sign_in.services.helpers import end_help
from tests.factories import NOON, clinician
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import text
from tests.patients.sign_in.test_devices import CLEAR_SITE_DATA, device_in, is_out, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("version")]

#: Requests that a phone makes by itself or for a person.
CONTACTS = ["/my/", "/my/offline/", "/my/sync/", "/my/session/start/"]


@pytest.fixture
def helper(patient):
    return HelperFactory(patient=patient)


def sign_in_helper(helper, client=None):
    """Sign in a phone of the helper with a card of its own, and return its client."""
    client = client or Client()
    _card, code = create_helper_card(helper=helper, by=helper.patient.user, now=NOON)
    return use(code, client)


def use(code, client):
    form = {
        "code": code,
        "day": "12",
        "month": "4",
        "year": "1950",
        "understood": "1950-04-12",
        "device": "own",
    }
    assert client.post("/card/", form).url == reverse("my:today")
    return client


def get_address(helper):
    return reverse("my:helper_code", args=[helper.pk])


def form_on(response):
    return {"key": str(response.context["form"]["key"].value())}


def code_on(response):
    return response.context["code"]


class TestANewCodeForAHelper:
    def test_says_first_that_it_signs_out_the_phone_they_use(self, phone, helper):
        used = sign_in_helper(helper)
        page = text(phone.get(get_address(helper)))
        assert "for a lost one" in page
        assert "Your helper is then signed out on the phone they use now." in page
        assert used.get("/my/").status_code == 200

    @pytest.mark.parametrize("contact", CONTACTS)
    def test_every_phone_of_the_helper_is_signed_out_and_cleared(self, phone, helper, contact):
        phones = [sign_in_helper(helper), sign_in_helper(helper)]
        phone.post(get_address(helper))
        for lost in phones:
            answer = lost.get(contact)
            assert is_out(answer)
            assert answer["Clear-Site-Data"] == CLEAR_SITE_DATA
            assert "_auth_user_id" not in lost.session
        assert not Device.objects.for_user(helper.user).live().exists()

    def test_signs_them_in_again(self, phone, helper):
        sign_in_helper(helper)
        again = use(code_on(phone.post(get_address(helper))), Client())
        assert "You are helping Rosa." in text(again.get("/my/"))

    def test_sent_again_leaves_a_later_sign_in_signed_in(self, phone, helper):
        lost = sign_in_helper(helper)
        form = form_on(phone.get(get_address(helper)))
        new = use(code_on(phone.post(get_address(helper), form)), Client())

        phone.post(get_address(helper), form)

        assert new.get("/my/").status_code == 200
        assert is_out(lost.get("/my/"))

    def test_asked_for_anew_signs_out_again(self, phone, helper):
        first = use(
            code_on(phone.post(get_address(helper), form_on(phone.get(get_address(helper))))), Client()
        )
        phone.post(get_address(helper), form_on(phone.get(get_address(helper))))
        assert is_out(first.get("/my/"))

    def test_leaves_the_patient_and_other_helpers_signed_in(self, patient, helper):
        own, other = sign_in(patient), sign_in_helper(HelperFactory(patient=patient, name="Luis"))
        own.post(get_address(helper))
        assert own.get("/my/").status_code == other.get("/my/").status_code == 200

    def test_is_on_record_for_each_phone(self, phone, patient, helper):
        sign_in_helper(helper)
        phone.post(get_address(helper))
        ended = AuditEvent.objects.get(action="device.ended")
        assert (ended.actor_id, ended.clinic_id) == (patient.user_id, patient.clinic_id)
        assert ended.object_id == str(Device.objects.get(user=helper.user).pk)

    def test_shown_when_the_helper_is_added_signs_nobody_out(self, phone, helper):
        form = {"name": "Luis", "key": "0c8f5c5e-6d0f-4a53-9d4b-0d8c5be5c001"}
        luis = use(code_on(phone.post(reverse("my:helpers"), form)), Client())
        phone.post(reverse("my:helpers"), form)  # the page is reloaded
        assert luis.get("/my/").status_code == 200

    def test_finds_no_passkey_to_take_with_it(self, helper):
        used = sign_in_helper(helper)
        assert used.get("/my/passkeys/add/").status_code == 403


def lose_everything(patient):
    create_card(patient=patient, by=clinician(patient.clinic), all_credentials_lost=True)


def close_the_account(patient):
    User.objects.filter(pk=patient.user_id).update(is_active=False)


class TestSignedOutFromElsewhere:
    @pytest.mark.parametrize("contact", CONTACTS)
    @pytest.mark.parametrize("put_out", [lose_everything, close_the_account])
    def test_the_phone_is_cleared_at_its_next_request(self, patient, put_out, contact):
        lost = sign_in(patient)
        put_out(patient)
        answer = lost.get(contact)
        assert is_out(answer)
        assert answer["Clear-Site-Data"] == CLEAR_SITE_DATA
        assert "_auth_user_id" not in lost.session
        assert not lost.get("/my/").has_header("Clear-Site-Data")

    def test_by_another_device_of_theirs_too(self, patient):
        here, other = sign_in(patient), sign_in(patient)
        here.post("/my/devices/others/")
        assert other.get("/my/")["Clear-Site-Data"] == CLEAR_SITE_DATA
        assert not here.get("/my/").has_header("Clear-Site-Data")

    def test_as_a_helper_too(self, patient, helper):
        used = sign_in_helper(helper)
        device = device_in(used)
        end_help(helper=helper, by=patient.user, now=NOON)
        device.refresh_from_db()
        assert device.ended_at == NOON
        answer = used.post("/my/session/start/")
        assert is_out(answer)
        assert answer["Clear-Site-Data"] == CLEAR_SITE_DATA
        assert not patient.sessions.exists()

    def test_an_anonymous_visitor_is_not_affected(self, client):
        for contact in CONTACTS:
            answer = client.get(contact)
            assert is_out(answer)
            assert not answer.has_header("Clear-Site-Data")
