"""The page of one request: notes, moves, quarantine, and concurrent changes."""

import uuid
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.consultations.services import StaleRequestError, update_request
from clinic.consultations.states import MOVES, MoveNotAllowedError
from clinic.models import ConsultationRequest, OutboxMessage, RequestEvent, Role
from clinic.roles import ROLES, Action
from tests.audit import changes
from tests.concurrency import call_at_once
from tests.factories import ConsultationRequestFactory, PatientFactory, clinician


@pytest.fixture
def asked(clinic):
    return ConsultationRequestFactory(
        clinic=clinic, name="Maria", phone="555 010 0123", email="maria@example.org", message="It burns."
    )


def page_of(browser, asked):
    return browser.get(f"/staff/requests/{asked.pk}/")


def act(browser, asked, to_state="", *, seen="new", note=""):
    """Move the request to a state, or keep a note alone."""
    return browser.post(
        f"/staff/requests/{asked.pk}/act/", {"to_state": to_state, "seen": seen, "note": note}
    )


def release(browser, asked, *, seen, note=""):
    return browser.post(f"/staff/requests/{asked.pk}/release/", {"seen": seen, "note": note})


def test_it_shows_all_that_the_visitor_sent_and_ways_to_answer(front_desk_client, asked):
    page = page_of(front_desk_client, asked).content.decode()
    for text in (
        "Maria",
        "It burns.",
        "Pain in the hands or feet, Numbness",
        'href="mailto:maria%40example.org"',
    ):
        assert text in page
    assert 'href="tel:555%20010%200123"' in page


def test_registration_is_offered_to_roles_that_register_patients_only(front_desk_client, asked, monkeypatch):
    link = f"{reverse('staff:patient_new')}?request={asked.pk}"
    assert link in page_of(front_desk_client, asked).text

    row = ROLES[Role.FRONT_DESK]
    monkeypatch.setitem(ROLES, row.role, replace(row, may=row.may - {Action.REGISTER_PATIENTS}))
    assert link not in page_of(front_desk_client, asked).text


def test_a_step_with_a_note_is_kept_with_who_and_when(front_desk_client, desk, asked):
    assert act(front_desk_client, asked, "contacted", note="Called her daughter.").status_code == 302
    assert "Saved. This request is now “Contacted”." in page_of(front_desk_client, asked).content.decode()
    asked.refresh_from_db()
    event = RequestEvent.objects.get()
    assert asked.state == "contacted"
    assert (event.from_state, event.to_state, event.by) == ("new", "contacted", desk)
    assert event.note == "Called her daughter."
    assert changes().get().action == "request.moved"
    page = page_of(front_desk_client, asked).content.decode()
    assert "New → Contacted" in page
    assert "Called her daughter." in page
    assert desk.name in page


def test_a_note_alone_moves_nothing(front_desk_client, asked):
    act(front_desk_client, asked, note="No answer, try again at noon.")
    asked.refresh_from_db()
    assert asked.state == "new"
    assert RequestEvent.objects.get().note == "No answer, try again at noon."
    assert changes().get().action == "request.noted"


def test_an_empty_note_is_asked_for(front_desk_client, asked):
    response = act(front_desk_client, asked, note="  ")
    assert "Write a note first." in response.content.decode()
    assert not RequestEvent.objects.exists()


def test_a_note_that_is_too_long_is_not_cut_and_not_lost(front_desk_client, asked):
    response = act(front_desk_client, asked, "contacted", note="n" * 2001)
    assert "n" * 2001 in response.content.decode()
    assert not RequestEvent.objects.exists()


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.from_state}-{move.to_state}")
def test_every_step_of_the_table_has_a_button_that_takes_it(front_desk_client, clinic, move):
    asked = ConsultationRequestFactory(clinic=clinic, state=move.from_state)
    assert f'name="to_state" value="{move.to_state}"' in page_of(front_desk_client, asked).content.decode()
    assert act(front_desk_client, asked, move.to_state, seen=move.from_state).status_code == 302
    asked.refresh_from_db()
    assert asked.state == move.to_state


def test_a_step_that_the_table_lacks_is_refused_and_the_note_kept(front_desk_client, clinic):
    asked = ConsultationRequestFactory(clinic=clinic, state="closed")
    response = act(front_desk_client, asked, "booked", seen="closed", note="Tuesday at 10")
    assert response.status_code == 409
    assert "Tuesday at 10" in response.content.decode()
    assert not RequestEvent.objects.exists()


def test_a_stale_move_is_refused_with_the_earlier_one_and_keeps_the_note(front_desk_client, clinic, asked):
    update_request(request_id=asked.pk, by=clinician(clinic), seen="new", to_state="booked", note="")
    first = RequestEvent.objects.get().by
    response = act(front_desk_client, asked, "closed", note="She does not want a visit.")
    page = response.content.decode()
    assert response.status_code == 409
    assert f"{first.name} moved this request to “Booked”" in page
    assert "She does not want a visit." in page
    assert 'name="seen" value="booked"' in page
    asked.refresh_from_db()
    assert asked.state == "booked"
    assert (
        act(front_desk_client, asked, "closed", seen="booked", note="She does not want a visit.").status_code
        == 302
    )


def test_a_note_is_never_refused_because_someone_else_moved_the_request(front_desk_client, clinic, asked):
    update_request(request_id=asked.pk, by=clinician(clinic), seen="new", to_state="booked", note="")
    assert act(front_desk_client, asked, note="Brings her daughter.").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_concurrent_moves_one_is_refused():
    asked = ConsultationRequestFactory()
    people, states = [clinician(asked.clinic), clinician(asked.clinic)], ("contacted", "booked")

    def press(number):
        update_request(request_id=asked.pk, by=people[number], seen="new", to_state=states[number], note="")
        return "moved"

    outcomes = call_at_once(press, times=2, refusals=(StaleRequestError,))
    assert outcomes.count("moved") == 1
    assert RequestEvent.objects.count() == 1


def test_a_request_of_another_clinic_is_answered_with_404(front_desk_client):
    theirs = ConsultationRequestFactory()
    missing = ConsultationRequestFactory.build(pk=uuid.uuid4())
    browsers = (
        page_of,
        lambda browser, asked: act(browser, asked, "contacted"),
        lambda browser, asked: release(browser, asked, seen="new"),
    )
    for browse in browsers:
        foreign, nothing = browse(front_desk_client, theirs), browse(front_desk_client, missing)
        assert foreign.status_code == nothing.status_code == 404
        assert foreign.content == nothing.content
    theirs.refresh_from_db()
    assert theirs.state == "new"


def test_another_clinics_request_cannot_be_reached_through_the_action_either(desk):
    with pytest.raises(ConsultationRequest.DoesNotExist):
        update_request(
            request_id=ConsultationRequestFactory().pk, by=desk, seen="new", to_state="closed", note=""
        )


class TestQuarantine:
    @pytest.fixture
    def kept_apart(self, clinic):
        return ConsultationRequestFactory(
            clinic=clinic, quarantined_for="too_fast", email="maria@example.org"
        )

    def test_not_spam_moves_it_to_the_inbox_and_then_the_mails_go_out(
        self, front_desk_client, desk, kept_apart
    ):
        assert not OutboxMessage.objects.exists()
        release(front_desk_client, kept_apart, seen="new too_fast", note="I know her.")
        kept_apart.refresh_from_db()
        event = RequestEvent.objects.get()
        assert (kept_apart.state, kept_apart.quarantined_for) == ("new", "")
        assert (event.released_from, event.note, event.by) == ("too_fast", "I know her.", desk)
        assert OutboxMessage.objects.count() == 2
        assert changes().get().action == "request.released"
        assert "Not spam: moved to the inbox" in page_of(front_desk_client, kept_apart).content.decode()

    def test_released_twice_it_mails_once(self, front_desk_client, kept_apart):
        release(front_desk_client, kept_apart, seen="new too_fast")
        assert release(front_desk_client, kept_apart, seen="new too_fast").status_code == 409
        assert release(front_desk_client, kept_apart, seen="new").status_code == 409
        assert OutboxMessage.objects.count() == 2

    def test_spam_can_be_closed_and_released_later(self, front_desk_client, kept_apart):
        assert act(front_desk_client, kept_apart, "closed", seen="new too_fast").status_code == 302
        assert release(front_desk_client, kept_apart, seen="closed too_fast").status_code == 302
        kept_apart.refresh_from_db()
        assert (kept_apart.state, kept_apart.quarantined_for) == ("new", "")

    def test_it_cannot_be_moved_before_it_is_released(self, desk, kept_apart):
        with pytest.raises(MoveNotAllowedError):
            update_request(request_id=kept_apart.pk, by=desk, seen="new too_fast", to_state="booked", note="")

    def test_it_does_not_offer_to_make_a_patient(self, front_desk_client, kept_apart):
        assert "Make this person a patient" not in page_of(front_desk_client, kept_apart).content.decode()


def test_it_offers_to_make_the_person_a_patient_until_that_has_happened(front_desk_client, clinic, asked):
    assert f"?request={asked.pk}" in page_of(front_desk_client, asked).content.decode()
    patient = PatientFactory(clinic=clinic, full_name="Maria Alvarez", consultation_request=asked)
    page = page_of(front_desk_client, asked).content.decode()
    assert f"?request={asked.pk}" not in page
    assert f"/staff/patients/{patient.pk}/" in page
    assert "Became a patient" in page


def test_it_takes_as_many_queries_with_sixty_events_as_with_two(front_desk_client, desk, asked):
    def add(count):
        for _ in range(count):
            update_request(
                request_id=asked.pk, by=clinician(asked.clinic), seen="new", to_state="", note="called"
            )

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert page_of(front_desk_client, asked).status_code == 200
        return len(captured)

    add(2)
    few = queries()
    add(58)
    assert queries() == few <= 10
