"""The public pages for a consultation request."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.consultations.spam import create_form_stamp
from clinic.models import AuditEvent, ConsultationRequest, OpeningHours, Quarantine
from clinic.rate_limits import CONSULTATION
from tests.factories import ClinicFactory

URL = "/consultation/"


def sent(client, answers, **changes):
    return client.post(URL, answers | changes)


def stored():
    return ConsultationRequest.objects.get()


def test_the_form_is_open_to_everyone_and_says_when_the_clinic_answers(client, clinic):
    for weekday in range(7):
        OpeningHours.objects.create(
            clinic=clinic, weekday=weekday, opens_at=datetime.time(9), closes_at=datetime.time(17)
        )
    page = client.get(URL).content.decode()
    assert "We aim to call or write to you by the end of" in page
    assert "Monday to Sunday" in page
    assert 'href="tel:555-0100"' in page


def test_the_answers_are_stored_unchanged_and_followed_by_a_page_of_thanks(client, clinic, answers):
    response = sent(client, answers)
    assert response.status_code == 302
    assert response.url == f"{reverse('clinic:consultation_thanks')}?clinic={clinic.pk}"
    request = stored()
    assert (request.clinic, request.name, request.phone) == (clinic, "Maria Alvarez", "(555) 010-0123")
    assert (request.email, request.for_whom, request.best_time) == ("maria@example.org", "self", "morning")
    assert request.symptoms == ["pain", "balance"]
    assert request.message == "My feet burn at night."
    assert (request.state, request.quarantined_for) == ("new", "")
    assert AuditEvent.objects.get().action == "request.received"


def test_the_thanks_say_what_happens_next_and_how_to_call(client, clinic, answers):
    page = client.get(sent(client, answers).url).content.decode()
    assert "Thank you" in page
    assert "What happens next" in page
    assert "555-0100" in page
    assert "Maria" not in page


@pytest.mark.parametrize("way", ["phone", "email"])
def test_one_way_to_answer_is_enough(client, clinic, answers, way):
    sent(client, answers, **{way: ""})
    assert getattr(stored(), way) == ""


def test_no_way_to_answer_is_asked_for_and_nothing_typed_is_lost(client, clinic, answers):
    page = sent(client, answers, phone="", email="").content.decode()
    assert not ConsultationRequest.objects.exists()
    assert "Please give a phone number or an e-mail address" in page
    assert 'href="#id_phone"' in page
    assert 'value="Maria Alvarez"' in page
    assert "My feet burn at night." in page
    assert re.search(r'value="balance"[^>]*checked', page)
    assert "<title>Please check: " in page


def test_each_missing_answer_is_named_in_the_summary_and_beside_its_field(client, clinic):
    page = client.post(URL, {"for_whom": "self", "best_time": "any"}).content.decode()
    for text in ("Please tell us your name.", "Please check this box."):
        assert page.count(text) == 2, text
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize("phone", ["5550100", "+49 (0)30 / 123 45-67", "555.010.0123 ext. 4", "٠١٢٣٤٥٦٧"])
def test_a_phone_number_may_be_written_in_any_way(client, clinic, answers, phone):
    sent(client, answers, phone=phone)
    assert stored().phone == phone


def test_a_phone_number_with_too_few_digits_is_asked_about(client, clinic, answers):
    page = sent(client, answers, phone="12 34").content.decode()
    assert "It needs at least 7 digits" in page
    assert 'value="12 34"' in page


def test_answers_longer_than_we_can_keep_are_asked_about_and_not_cut(client, clinic, answers):
    page = sent(client, answers, name="N" * 121, message="m" * 2001).content.decode()
    assert not ConsultationRequest.objects.exists()
    assert "N" * 121 in page
    assert "m" * 2001 in page


def test_line_breaks_in_one_line_answers_become_spaces(client, clinic, answers):
    sent(client, answers, name="Maria\r\nBcc: everyone@example.org", phone="555\n010 0123")
    assert stored().name == "Maria Bcc: everyone@example.org"
    assert stored().phone == "555 010 0123"


def test_what_a_visitor_types_is_shown_as_text_and_never_as_markup(client, clinic, answers):
    page = sent(client, answers, name="<script>alert(1)</script>", phone="", email="").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;" in page


def test_the_clinic_is_asked_for_only_when_several_take_requests(client, clinic, answers):
    assert "Which clinic?" not in client.get(URL).content.decode()
    other = ClinicFactory(name="Hill Clinic")
    ClinicFactory(name="Closed Clinic", takes_requests=False)
    page = client.get(URL).content.decode()
    assert "Which clinic?" in page
    assert "Closed Clinic" not in page
    assert "Please choose a clinic." in sent(client, answers).content.decode()
    sent(client, answers, clinic=str(other.pk))
    assert stored().clinic == other


def test_a_clinic_that_takes_no_requests_cannot_be_asked(client, clinic, answers):
    ClinicFactory(name="Hill Clinic")
    closed = ClinicFactory(takes_requests=False)
    assert sent(client, answers, clinic=str(closed.pk)).status_code == 200
    assert not ConsultationRequest.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_clinic_that_takes_requests_the_page_says_so(client, db, answers, method):
    response = getattr(client, method)(URL, answers)
    assert response.status_code == 200
    assert "We cannot take requests on this page right now" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param(
            {"website": "https://spam.example"}, Quarantine.HIDDEN_FIELD, id="hidden field filled in"
        ),
        pytest.param({"stamp": ""}, Quarantine.NO_STAMP, id="stamp missing"),
        pytest.param({"stamp": "made:up:stamp"}, Quarantine.NO_STAMP, id="stamp made up"),
        pytest.param(
            {"stamp": create_form_stamp(timezone.now())[:-1] + "!"},
            Quarantine.NO_STAMP,
            id="stamp tampered with",
        ),
    ],
)
def test_suspected_spam_is_quarantined_with_the_same_page_of_thanks(client, clinic, answers, changes, reason):
    response = sent(client, answers, **changes)
    assert stored().quarantined_for == reason
    assert stored().message == "My feet burn at night."
    assert response.url == f"{reverse('clinic:consultation_thanks')}?clinic={clinic.pk}"


def test_a_form_sent_within_three_seconds_is_kept_apart(client, clinic, answers):
    sent(client, answers, stamp=create_form_stamp())
    assert stored().quarantined_for == Quarantine.TOO_FAST


def test_the_form_as_served_carries_a_stamp_that_counts_from_then(client, clinic, answers, time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 2, 17, 0, tzinfo=datetime.UTC), tick=False)
    stamp = re.search(r'name="stamp" value="([^"]+)"', client.get(URL).content.decode()).group(1)
    time_machine.shift(4)
    sent(client, answers, stamp=stamp)
    assert stored().quarantined_for == ""


def test_the_hidden_field_is_hidden_from_people_and_from_assistive_technology(client, clinic):
    page = client.get(URL).content.decode()
    hidden = re.search(r"<div hidden>(.*?)name=\"website\"(.*?)>", page, re.DOTALL)
    assert hidden
    assert 'tabindex="-1"' in hidden.group(0)


def test_too_many_requests_from_one_network_are_refused_and_keep_the_answers(client, clinic, answers):
    for number in range(CONSULTATION.tries):
        assert sent(client, answers, message=f"request {number}").status_code == 302
    response = sent(client, answers, message="one too many")
    page = response.content.decode()
    assert response.status_code == 429
    assert ConsultationRequest.objects.count() == CONSULTATION.tries
    assert "We did not get this request" in page
    assert "555-0100" in page
    assert "one too many" in page
    elsewhere = client.post(URL, answers | {"message": "another"}, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 302


def test_mistakes_do_not_count_towards_the_limit(client, clinic, answers):
    for _ in range(CONSULTATION.tries + 1):
        assert sent(client, answers, name="").status_code == 200
    assert sent(client, answers).status_code == 302
