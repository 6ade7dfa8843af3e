"""A message that is sent after the sign-in has ended is kept, and is sent again by the same person only."""

import datetime

import pytest
from django.test import Client

from patients.models import Message
from tests.factories import PatientFactory
from tests.factories_of_patients import HelperFactory
from tests.patients import rosa
from tests.patients.session_steps import text
from tests.patients.sessions.test_answers_of_another import OUR_SITE, fields_of, sign_in_here

patient = rosa.patient

pytestmark = pytest.mark.django_db
THREAD = "/my/messages/"
WORDS = "My foot hurts at night. May I rest?"


@pytest.fixture
def tablet():
    """A browser on a device that others use, which checks the tokens of forms."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def kept(tablet, patient, clock):
    """The page of a message that took longer to write than a shared device waits."""
    sign_in_here(tablet, patient)
    form = fields_of(tablet.get(THREAD)) | {"text": WORDS}
    form["csrfmiddlewaretoken"] = tablet.cookies["csrftoken"].value
    clock.shift(datetime.timedelta(minutes=11))
    return tablet.post(THREAD, form, headers=OUR_SITE)


def send(tablet, page):
    return tablet.post(THREAD, fields_of(page), headers=OUR_SITE)


def sent():
    return list(Message.objects.values_list("text", "patient__full_name"))


def test_the_page_says_so_and_keeps_the_text(kept):
    assert kept.status_code == 401
    assert fields_of(kept)["text"] == WORDS
    assert "You are signed out." in text(kept)
    assert "no-store" in kept["Cache-Control"]
    assert not kept.has_header("X-Answered")
    assert not kept.has_header("X-Not-Saved")
    assert sent() == []


def test_the_same_person_sends_it_after_the_next_sign_in(tablet, kept, patient):
    sign_in_here(tablet, patient)
    page = send(tablet, kept)  # its token is that of the sign-in before
    assert page.status_code == 403
    assert fields_of(page)["text"] == WORDS
    assert send(tablet, page).status_code == 302
    assert sent() == [(WORDS, patient.full_name)]


def test_another_person_cannot_send_it(tablet, kept, patient):
    sign_in_here(tablet, PatientFactory(clinic=patient.clinic))
    again = send(tablet, send(tablet, kept))
    assert again.status_code == 409
    assert "Someone else gave these answers" in text(again)
    assert sent() == []


def test_a_helper_cannot_send_it_either_as_messages_are_not_theirs(tablet, kept, patient):
    tablet.force_login(HelperFactory(patient=patient).user)
    again = send(tablet, send(tablet, kept))
    assert "so we did not save them for you" in text(again)
    assert fields_of(again)["text"] == WORDS
    assert sent() == []
