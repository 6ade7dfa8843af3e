"""Pages for helpers name the patient, since "your plan" would mean the helper's own."""

import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from patients.models import Patient
from patients.sessions.not_today import REASONS
from tests.factories_of_patients import HelperFactory
from tests.functional.fixtures import PageData, make_page_data
from tests.functional.patient_states import PATIENTS
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db

#: Sentences for the patient that the page asks the helper to read aloud.
READ_OUT = {str(sentence) for row in REASONS for sentence in row.words}


@pytest.fixture
def page_data() -> PageData:
    return make_page_data()


def get_client_for(user):
    device = Client()
    device.force_login(user)
    return device


def helper_of(page_data, state):
    """Return a client signed in as a helper of the patient in that state."""
    patient = Patient.objects.get(pk=page_data.things[state]["patient_id"])
    return get_client_for(HelperFactory(patient=patient).user)


def words(answer):
    """Return the text of the page's main element, without the sentences to read aloud."""
    assert answer.status_code == 200
    body = re.search(r"<main.*?>(.*?)</main>", text(answer), re.DOTALL)
    said = " ".join(strip_tags(body[1]).split())
    for sentence in READ_OUT:
        said = said.replace(sentence, "")
    return said


def addressed(said):
    return re.findall(r"[^.?!]*\b(?:your|my)\b[^.?!]*", said, re.IGNORECASE)


def test_a_helper_is_never_addressed_as_the_patient(page_data):
    found = {}
    for state in PATIENTS:
        helper = helper_of(page_data, state)
        for page in ("/my/", "/my/plan/", "/my/progress/"):
            if sentences := addressed(words(helper.get(page))):
                found[f"{state} at {page}"] = sentences
    assert not found


def test_the_patient_is_addressed_on_the_same_pages(page_data):
    """Ensure that the test above would find such words."""
    for state in PATIENTS:
        assert addressed(words(get_client_for(page_data.people[state]).get("/my/plan/"))), state


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("done", "Well done. Rosa is done for today"),
        ("paused", "Rosa’s plan has a break"),
        ("starts_later", "Rosa starts on"),
        ("resting", "Rest for today"),
        ("on_hold", "No exercises until the clinic says so"),
        ("not_today", "Undo: Rosa will exercise today"),
        ("changed", "Rosa’s plan has changed"),
    ],
)
def test_today_names_the_patient_by_first_name(page_data, state, sentence):
    assert sentence in words(helper_of(page_data, state).get("/my/"))


def test_advice_is_to_be_read_together(page_data):
    things = page_data.things["done"]
    address = f"/my/session/{things['session_id']}/advice/"
    assert "Read this with Rosa." in words(helper_of(page_data, "done").get(address))
    assert "Read this with" not in words(get_client_for(page_data.people["done"]).get(address))


def test_a_helper_is_not_sent_to_settings_that_are_closed_to_them(page_data):
    """Only the patient's sign-out page asks to add an e-mail address."""
    state = "without_plan"
    assert "First add your e-mail address" in words(
        get_client_for(page_data.people[state]).get("/my/sign-out/")
    )
    assert "add your e-mail address" not in words(helper_of(page_data, state).get("/my/sign-out/"))


def test_a_plan_with_nothing_left_to_do_does_not_take_0_minutes(page_data):
    said = words(get_client_for(page_data.people["on_hold"]).get("/my/plan/"))
    assert "Left out for now" in said
    assert "A session takes" not in said
    assert "A session takes" in words(get_client_for(page_data.people["patient"]).get("/my/plan/"))
