"""Answers that a page keeps to be sent again are saved for the person who gave them, and for nobody else.

On a device that others use, the page of one may still be open when another has signed in.
"""

import datetime
import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from patients.models import SafetyReport
from patients.sessions.offline.payload import account_tag
from patients.sign_in.services.cards import create_card
from patients.sign_in.services.devices import sign_out_device
from tests.factories import NOON, PatientFactory, clinician, published_plan
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import text, url
from tests.patients.sign_in.test_devices import device_in, sign_in

pytestmark = pytest.mark.django_db
STOP = "/my/stop/"
CHEST_PAIN = {"sign": "chest"}
ADVICE = "<h1>Chest pain: call for help now</h1>"
SOMEONE_ELSE, ASKED = "Someone else gave these answers", "Did you give these answers?"
REFUSED = "so we did not save them for you"
SAME_PLAN = "Someone else gave these answers, for the same plan. If they are right, send them."
OUR_SITE = {"Origin": "http://testserver"}


def fields_of(response):
    fields = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', text(response))
    return {name: html.unescape(value) for name, value in fields}


def told():
    return list(SafetyReport.objects.values_list("patient__full_name", flat=True))


@pytest.fixture
def rosa(patient, version):
    return patient


@pytest.fixture
def bruno(rosa):
    other = PatientFactory(clinic=rosa.clinic, full_name="Bruno Costa")
    published_plan(other)
    return other


@pytest.fixture
def tablet():
    """A browser on a device that others use, which checks the tokens of forms."""
    return Client(enforce_csrf_checks=True)


def sign_in_here(tablet, person):
    """Sign in as in another tab: the token of each form that is open is no longer valid."""
    tablet.logout()
    page = tablet.get("/card/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(page))[1]
    _card, code = create_card(patient=person, by=clinician(person.clinic))
    form = {
        "code": code,
        "day": "12",
        "month": "4",
        "year": "1950",
        "understood": "1950-04-12",
        "device": "shared",
    }
    assert tablet.post("/card/", form | {"csrfmiddlewaretoken": token}, headers=OUR_SITE).status_code == 302


def send(tablet, response):
    """Press "Send again" on a page."""
    return tablet.post(STOP, fields_of(response), headers=OUR_SITE)


class TestOnADeviceThatOthersUse:
    @pytest.fixture
    def of_rosa(self, tablet, rosa, clock):
        """The page of an answer that Rosa sent after her device had expired."""
        sign_in_here(tablet, rosa)
        token = fields_of(tablet.get(STOP)).get("csrfmiddlewaretoken") or tablet.cookies["csrftoken"].value
        clock.shift(datetime.timedelta(minutes=11))
        response = tablet.post(STOP, CHEST_PAIN | {"csrfmiddlewaretoken": token}, headers=OUR_SITE)
        assert response.status_code == 401
        return response

    def test_they_are_not_saved_for_another_who_signs_in_and_their_advice_stays(self, tablet, of_rosa, bruno):
        sign_in_here(tablet, bruno)
        refused = send(tablet, of_rosa)
        again = send(tablet, refused)
        assert (refused.status_code, again.status_code) == (403, 409)
        for response in (refused, again):
            assert ADVICE in text(response)
            assert "You are signed in as Bruno Costa." in text(response)
            assert SOMEONE_ELSE in text(response)
            assert not response.has_header("X-Not-Saved")
            assert "no-store" in response["Cache-Control"]
        assert again["X-Answered"] == "yes"
        assert told() == []

    def test_they_are_saved_once_their_own_person_has_signed_in_again(self, tablet, of_rosa, bruno, rosa):
        sign_in_here(tablet, bruno)
        refused = send(tablet, of_rosa)
        sign_in_here(tablet, rosa)
        page = send(tablet, refused)
        assert SOMEONE_ELSE not in text(page)
        assert ASKED not in text(page)
        assert send(tablet, page).status_code == 302
        assert told() == ["Rosa Delgado"]

    def test_a_helper_says_if_the_answers_of_their_patient_are_right_and_then_sends_them(
        self, tablet, of_rosa, rosa
    ):
        tablet.force_login(HelperFactory(patient=rosa).user)
        page = send(tablet, of_rosa)
        assert SAME_PLAN in text(page)
        assert REFUSED not in text(page)
        assert told() == []
        assert send(tablet, page).status_code == 302
        assert told() == ["Rosa Delgado"]

    def test_a_patient_says_if_the_answers_of_their_helper_are_right_and_then_sends_them(self, rosa):
        helper = HelperFactory(patient=rosa)
        client = Client()
        client.force_login(rosa.user)
        page = client.post(STOP, CHEST_PAIN | {"account": account_tag(helper.user, rosa)})
        assert page.status_code == 409
        assert SAME_PLAN in text(page)
        assert client.post(STOP, fields_of(page)).status_code == 302
        assert told() == ["Rosa Delgado"]

    def test_a_helper_of_another_patient_is_still_refused(self, tablet, of_rosa, bruno):
        tablet.force_login(HelperFactory(patient=bruno).user)
        assert SOMEONE_ELSE in text(send(tablet, of_rosa))
        assert told() == []


class TestIfNobodyKnowsWhoseTheyAre:
    @pytest.fixture
    def of_somebody(self, tablet, rosa):
        """The page of an answer that was sent after the browser had closed, which ends the session."""
        tablet.get("/card/")
        token = tablet.cookies["csrftoken"].value
        response = tablet.post(STOP, CHEST_PAIN | {"csrfmiddlewaretoken": token}, headers=OUR_SITE)
        assert response.status_code == 401
        return response

    def test_whoever_is_signed_in_says_that_they_are_theirs(self, tablet, of_somebody, bruno):
        sign_in_here(tablet, bruno)
        page = send(tablet, of_somebody)
        assert page.status_code == 403
        assert ASKED in text(page)
        assert "You are signed in as Bruno Costa." in text(page)
        assert ADVICE in text(page)
        assert told() == []
        assert send(tablet, page).status_code == 302
        assert told() == ["Bruno Costa"]

    def test_they_are_asked_too_if_the_token_of_the_form_is_right(self, of_somebody, bruno):
        client = Client()
        client.force_login(bruno.user)
        page = client.post(STOP, fields_of(of_somebody))
        assert page.status_code == 409
        assert ASKED in text(page)
        assert told() == []
        client.post(STOP, fields_of(page))
        assert told() == ["Bruno Costa"]

    def test_a_form_that_was_open_before_another_signed_in_asks_as_well(self, tablet, rosa, bruno):
        sign_in_here(tablet, rosa)
        token = tablet.cookies["csrftoken"].value
        sign_in_here(tablet, bruno)
        page = tablet.post(STOP, CHEST_PAIN | {"csrfmiddlewaretoken": token}, headers=OUR_SITE)
        assert page.status_code == 403
        assert ASKED in text(page)
        assert "You are signed in as Bruno Costa." in text(page)
        assert told() == []


class TestAPageThatNamesItsAccount:
    """As those of an own phone do."""

    @pytest.fixture
    def of_rosa(self, rosa):
        return CHEST_PAIN | {"account": account_tag(rosa.user, rosa)}

    def test_another_who_has_signed_in_meanwhile_cannot_send_it(self, of_rosa, bruno):
        client = Client()
        client.force_login(bruno.user)
        page = client.post(STOP, of_rosa)
        assert (page.status_code, page["X-Not-Saved"]) == (409, "yes")
        assert ADVICE in text(page)
        assert SOMEONE_ELSE in text(page)
        again = client.post(STOP, fields_of(page))
        assert (again.status_code, again.has_header("X-Not-Saved")) == (409, False)
        assert told() == []

    def test_without_its_token_another_is_not_asked_if_it_is_theirs(self, tablet, of_rosa, bruno):
        sign_in_here(tablet, bruno)
        page = tablet.post(STOP, of_rosa, headers=OUR_SITE)
        assert page.status_code == 403
        assert SOMEONE_ELSE in text(page)
        assert ASKED not in text(page)

    def test_its_own_person_sends_it_and_is_not_asked(self, tablet, of_rosa, rosa):
        sign_in_here(tablet, rosa)
        page = tablet.post(STOP, of_rosa, headers=OUR_SITE)
        assert "You are signed in as" not in text(page)
        assert send(tablet, page).status_code == 302
        assert told() == ["Rosa Delgado"]

    def test_once_its_own_person_is_back_it_is_saved_for_them(self, of_rosa, bruno, rosa):
        client = Client()
        client.force_login(bruno.user)
        page = client.post(STOP, of_rosa)
        client.force_login(rosa.user)
        assert client.post(STOP, fields_of(page)).status_code == 302
        assert told() == ["Rosa Delgado"]


def test_a_device_that_was_ended_names_nobody(tablet, rosa):
    sign_in_here(tablet, rosa)
    sign_out_device(device=device_in(tablet), patient=rosa, by=rosa.user, now=timezone.now())
    page = tablet.post(STOP, CHEST_PAIN, headers=OUR_SITE)
    assert page.status_code == 403
    assert "Rosa" not in text(page)
    assert ADVICE in text(page)


def test_answers_with_a_session_in_their_address_are_refused_in_the_same_way(session, rosa, bruno):
    device = sign_in(rosa, device="shared")
    sign_out_device(device=device_in(device), patient=rosa, by=rosa.user, now=NOON)
    kept = device.post(url("check_in", session), {"pain_after": "2", "signs": "chest"})
    client = Client()
    client.force_login(bruno.user)
    assert client.post(url("check_in", session), fields_of(kept)).status_code == 409
