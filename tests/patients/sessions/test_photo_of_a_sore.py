"""Whoever tells of a new sore is offered to send a photo of it, beside the advice and never before a call."""

import pytest
from django.urls import reverse

from patients.models import ExerciseSession, ReportPlace
from patients.sessions.services.reports import save_report
from tests.factories import NOON
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import WELL, get_ready, text, url
from tests.patients.sessions import before_first_exercise

pytestmark = pytest.mark.django_db

version, session = before_first_exercise.version, before_first_exercise.session

OFFER = 'href="/my/messages/#write"'
FINE_AFTER_ALL = {"none": "yes"}


def test_a_new_sore_found_at_the_foot_check_has_the_offer_below_the_call(phone, session):
    get_ready(phone, session, "new_sore")
    phone.post(url("follow_up", session), FINE_AFTER_ALL)
    page = text(phone.get(url("found", session)))
    assert OFFER in page
    assert "Send a photo to your clinic" in page
    assert page.index('href="tel:') < page.index(OFFER)


def test_a_new_sore_told_outside_a_session_has_the_offer(phone, patient, session):
    told = {"new_sore": True, "sore_bad": False}
    report = save_report(patient=patient, place=ReportPlace.STOP, answers=told, by=patient.user, now=NOON)
    assert OFFER in text(phone.get(reverse("my:report", args=[report.pk])))


@pytest.mark.parametrize("signs", [(), ("hot_foot",)])
def test_without_a_new_sore_there_is_no_offer(phone, session, signs):
    get_ready(phone, session)
    phone.post(url("check_in", session), {"pain_after": "2", "signs": signs} if signs else WELL)
    page = text(phone.get(url("advice", session), follow=True))
    assert ExerciseSession.objects.get(pk=session.pk).is_finished
    assert OFFER not in page


def test_beside_a_call_of_the_emergency_number_there_is_no_offer(phone, patient, session):
    told = {"new_sore": True, "sore_bad": False, "chest": True}
    report = save_report(patient=patient, place=ReportPlace.STOP, answers=told, by=patient.user, now=NOON)
    page = text(phone.get(reverse("my:report", args=[report.pk])))
    assert "btn-danger" in page
    assert OFFER not in page


def test_the_offer_leads_to_the_form_with_the_photo(phone, session):
    page = text(phone.get("/my/messages/"))
    assert page.index('id="write"') < page.index('type="file"')


def test_a_helper_who_may_not_open_messages_has_no_offer(client, patient, session):
    told = {"new_sore": True, "sore_bad": False}
    report = save_report(patient=patient, place=ReportPlace.STOP, answers=told, by=patient.user, now=NOON)
    client.force_login(HelperFactory(patient=patient).user)
    response = client.get(reverse("my:report", args=[report.pk]))
    assert response.status_code == 200
    assert OFFER not in text(response)
    assert client.get("/my/messages/").status_code == 403
