"""The team's notes about a patient: never changed, with author and time, and for the team only."""

import datetime
import re
import uuid

import pytest

from clinic.models import AppendOnlyError, AuditEvent
from patients.models import PatientNote
from patients.records.selectors.notes import PER_PAGE
from patients.records.services.notes import create_note
from tests.factories import NOON, PatientNoteFactory

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def notes(patient):
    return f"/staff/patients/{patient.pk}/notes/"


def test_a_note_has_its_author_and_its_time(dana, signed_in, patient, notes):
    page = signed_in(dana).post(notes, {"text": " Prefers a call.\r\nAfter ten. "}, follow=True)
    note = PatientNote.objects.get()
    assert (note.written_by, note.written_at, note.text) == (dana, NOON, "Prefers a call.\nAfter ten.")
    assert "Dana Reyes" in page.text
    assert "Mon, Mar 2, 2026, 12:00 PM" in page.text
    assert AuditEvent.objects.get(action="note.written").actor == dana


def test_the_same_form_sent_twice_is_one_note_and_with_another_text_two(dana, patient):
    key = uuid.uuid4()
    for text in ("Prefers a call.", " Prefers a call. ", "Prefers an e-mail."):
        create_note(patient=patient, text=text, key=key, by=dana)
    assert PatientNote.objects.count() == 2


def test_two_people_may_write_the_same_note(dana, other, patient):
    key = uuid.uuid4()
    for member in (dana, other):
        create_note(patient=patient, text="Prefers a call.", key=key, by=member)
    assert PatientNote.objects.count() == 2


def test_a_note_is_never_changed_nor_deleted(patient):
    note = PatientNoteFactory(patient=patient)
    note.text = "Something else"
    with pytest.raises(AppendOnlyError):
        note.save()
    with pytest.raises(AppendOnlyError):
        note.delete()


@pytest.mark.parametrize(
    ("text", "words"), [("  ", "Please write the note first."), ("x" * 2001, "too long")]
)
def test_an_invalid_note_shows_an_error_and_keeps_the_text(dana, signed_in, notes, text, words):
    page = signed_in(dana).post(notes, {"text": text})
    assert words in page.text
    assert text.strip() in page.text
    assert not PatientNote.objects.exists()


def test_notes_are_on_the_patient_detail_page_with_a_form_that_redirects_to_it(
    dana, signed_in, patient, notes
):
    PatientNoteFactory(patient=patient, text="Hearing aid on the left.")
    address = f"/staff/patients/{patient.pk}/"
    assert "Hearing aid on the left." in signed_in(dana).get(address).text
    answer = signed_in(dana).post(notes, {"text": "Daughter helps.", "back": "patient"})
    assert answer.url == f"{address}#notes"
    assert "Daughter helps." in signed_in(dana).get(address).text


def test_the_front_desk_neither_reads_nor_writes_them(desk, signed_in, patient, notes):
    PatientNoteFactory(patient=patient, text="Hearing aid on the left.")
    browser = signed_in(desk)
    assert browser.get(notes).status_code == browser.post(notes, {"text": "Hello"}).status_code == 403
    assert "Hearing aid" not in browser.get(f"/staff/patients/{patient.pk}/").text
    assert PatientNote.objects.count() == 1


def test_a_patient_of_another_clinic_does_not_exist(stranger, signed_in, patient, notes):
    PatientNoteFactory(patient=patient)
    browser = signed_in(stranger)
    assert browser.get(notes).status_code == browser.post(notes, {"text": "Hello"}).status_code == 404
    assert PatientNote.objects.count() == 1


def test_the_patient_cannot_open_them(signed_in, patient, notes):
    PatientNoteFactory(patient=patient, text="Hearing aid on the left.")
    page = signed_in(patient.user).get(notes)
    assert page.status_code == 403
    assert "Hearing aid" not in page.text


def test_each_note_is_on_one_page_newest_first(dana, signed_in, patient, notes):
    for number in range(PER_PAGE + 2):
        PatientNoteFactory(patient=patient, text=f"Number {number};", written_at=NOON + number * HOUR)
    browser = signed_in(dana)
    first = browser.get(notes)
    older = browser.get(notes + re.search(r"notes/(\?before=[\w-]+)", first.text)[1])
    shown = re.findall(r"Number \d+;", first.text) + re.findall(r"Number \d+;", older.text)
    assert shown == [f"Number {number};" for number in reversed(range(PER_PAGE + 2))]


def test_notes_of_the_same_moment_are_all_shown(dana, signed_in, patient, notes):
    for number in range(PER_PAGE + 2):
        PatientNoteFactory(patient=patient, text=f"Number {number};")
    browser = signed_in(dana)
    first = browser.get(notes)
    older = browser.get(notes + re.search(r"notes/(\?before=[\w-]+)", first.text)[1])
    shown = re.findall(r"Number \d+;", first.text) + re.findall(r"Number \d+;", older.text)
    assert sorted(shown) == sorted(f"Number {number};" for number in range(PER_PAGE + 2))


def test_markup_is_shown_as_it_was_typed(dana, signed_in, patient, notes):
    page = signed_in(dana).post(notes, {"text": "<b>bold</b>"}, follow=True)
    assert "&lt;b&gt;bold&lt;/b&gt;" in page.text
