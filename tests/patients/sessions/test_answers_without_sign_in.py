"""A danger told after the sign-in has ended, or by a form without its token, gets its advice and can be sent again."""

import re

import pytest
from django.conf import settings
from django.test import Client

from patients.models import Alert
from patients.sessions.offline.payload import account_tag
from patients.sign_in.services.devices import sign_out_device
from tests.factories import NOON
from tests.factories_of_patients import DeviceFactory
from tests.patients.session_steps import text, url

pytestmark = pytest.mark.django_db
CHEST_PAIN = {"pain_after": "2", "signs": "chest"}
ADVICE = "<h1>Chest pain: call for help now</h1>"
OUR_SITE = {"Origin": "http://testserver"}


def hidden_fields(page):
    fields = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page)
    return {name: value for name, value in fields if name not in ("csrfmiddlewaretoken", "kept_for")}


class TestASignInThatHasEnded:
    @pytest.fixture
    def visitor(self):
        return Client()

    @pytest.fixture
    def response(self, visitor, session):
        return visitor.post(url("check_in", session), CHEST_PAIN)

    def test_the_advice_comes_first_with_the_emergency_call(self, response):
        page = text(response)
        assert response.status_code == 401
        assert ADVICE in page
        assert page.index(ADVICE) < page.index('href="tel:911"') < page.index("You are signed out.")
        assert "no-store" in response["Cache-Control"]

    def test_the_answers_are_kept_to_be_sent_again(self, response):
        assert hidden_fields(text(response)) == CHEST_PAIN
        assert 'href="/sign-in/"' in text(response)

    def test_a_header_tells_the_worker_to_keep_them(self, response):
        assert response["X-Not-Saved"] == "yes"
        assert response["X-Answered"] == "yes"

    def test_sent_again_after_the_sign_in_the_clinic_gets_it_once(self, response, visitor, session, patient):
        visitor.force_login(patient.user)
        visitor.post(url("check_in", session), hidden_fields(text(response)))
        assert [alert.kind for alert in Alert.objects.all()] == ["chest"]

    def test_a_page_without_answers_still_leads_to_the_sign_in(self, visitor, session):
        assert visitor.get(url("check_in", session)).status_code == 302
        assert visitor.post("/my/not-today/undo/").status_code == 302

    def test_every_answer_that_was_taken_says_that_it_comes_from_here(self, phone, session):
        assert phone.post(url("check_in", session), CHEST_PAIN)["X-Answered"] == "yes"
        assert not phone.get(url("check_in", session)).has_header("X-Answered")


def sign_out_one_device(client, patient):
    client.force_login(patient.user)
    device = DeviceFactory(user=patient.user)
    stored = client.session
    stored["device"] = str(device.pk)
    stored.save()
    sign_out_device(device=device, patient=patient, by=patient.user, now=NOON)


def test_a_device_that_was_ended_gets_the_advice_and_keeps_nothing(client, patient, session):
    sign_out_one_device(client, patient)

    response = client.post(url("check_in", session), CHEST_PAIN)

    assert response.status_code == 401
    assert ADVICE in text(response)
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not response.has_header("X-Not-Saved")


class TestAFormWithoutItsToken:
    @pytest.fixture
    def strict(self, patient):
        client = Client(enforce_csrf_checks=True)
        client.force_login(patient.user)
        return client

    def test_the_advice_is_given_and_the_answers_can_be_sent_again(self, strict, session):
        response = strict.post(url("check_in", session), CHEST_PAIN, headers=OUR_SITE)
        page = text(response)
        assert response.status_code == 403
        assert ADVICE in page
        assert hidden_fields(page) == CHEST_PAIN
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        assert settings.CSRF_COOKIE_NAME in response.cookies
        again = {**hidden_fields(page), "csrfmiddlewaretoken": token}
        strict.post(url("check_in", session), again, headers=OUR_SITE)
        assert [alert.kind for alert in Alert.objects.all()] == ["chest"]

    def test_the_worker_keeps_them_only_if_the_form_names_whose_they_are(self, strict, patient, session):
        unnamed = strict.post(url("check_in", session), CHEST_PAIN, headers=OUR_SITE)
        assert not unnamed.has_header("X-Not-Saved")
        own = CHEST_PAIN | {"account": account_tag(patient.user, patient)}
        response = strict.post(url("check_in", session), own, headers=OUR_SITE)
        assert (response.status_code, response["X-Not-Saved"]) == (403, "yes")

    @pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {}])
    def test_a_form_of_another_site_keeps_no_fields(self, strict, session, headers):
        response = strict.post(url("check_in", session), CHEST_PAIN, headers=headers)
        assert response.status_code == 403
        assert hidden_fields(text(response)) == {}
        assert ADVICE not in text(response)

    def test_a_form_without_answers_has_the_usual_page(self, strict):
        response = strict.post("/my/not-today/undo/", headers=OUR_SITE)
        assert "Please try once more" in text(response)
        assert not response.has_header("X-Not-Saved")


class TestARedirectToAScript:
    """A script cannot read a redirect, and asks for the address in a header."""

    BY_SCRIPT = {"X-By-Script": "yes"}

    def test_an_answer_that_was_saved_names_the_next_page(self, phone, session):
        response = phone.post(url("check_in", session), CHEST_PAIN, headers=self.BY_SCRIPT)
        assert (response.status_code, response["X-Answered"]) == (200, "yes")
        assert response["X-Next"] == url("advice", session)
        assert not response.has_header("Location")
        assert [alert.kind for alert in Alert.objects.all()] == ["chest"]

    def test_an_ended_sign_in_still_has_its_advice(self, session):
        response = Client().post(url("check_in", session), CHEST_PAIN, headers=self.BY_SCRIPT)
        assert (response.status_code, response["X-Not-Saved"]) == (401, "yes")
        assert ADVICE in text(response)

    @pytest.mark.parametrize("page", ["/my/offline/", "/my/sync/"])
    def test_without_a_sign_in_the_data_of_a_phone_names_the_sign_in(self, page):
        response = Client().get(page, headers=self.BY_SCRIPT)
        assert response["X-Next"].startswith("/sign-in/")
        assert Client().get(page).status_code == 302

    def test_a_device_that_was_ended_is_still_told_to_clear_its_data(self, client, patient):
        sign_out_one_device(client, patient)
        response = client.get("/my/sync/", headers=self.BY_SCRIPT)
        assert response.has_header("X-Next")
        assert response["Clear-Site-Data"] == '"cache", "storage"'
