"""A page is the same, whatever is stored for somebody else: in another clinic, and for another patient of the clinic.

The crawl with foreign ids finds words of a foreign record. This finds what has no words: a number, a day, a limit, a
hold or a warning that comes from somebody else's rows.
"""

from __future__ import annotations

import datetime
import logging
import re
from typing import NamedTuple

import pytest
import time_machine
from django.db.models import Model, QuerySet

from clinic.models import AuditEvent, Clinic, Role
from exercises.models import Equipment, Exercise, Routine
from patients.data_rights.selectors import find_keys
from patients.models import (
    Alert,
    ErasureRequest,
    ExerciseSession,
    Helper,
    PainLimit,
    PatientFlag,
    SafetyReport,
    Screening,
    SessionEntry,
    SignInCard,
    SignInEvent,
    SignInEventKind,
    SkippedDay,
)
from tests.architecture.bulk_data import fill_tables
from tests.architecture.fixtures import ClinicData, make_clinic_data
from tests.architecture.foreign_records import add_rest
from tests.architecture.foreign_requests import CHANGES_EACH_TIME
from tests.architecture.permission_matrix import ROWS
from tests.architecture.test_permission_matrix import ask, get_address, our_routes
from tests.factories import MONDAY, NOON, ClinicFactory, ExerciseHoldFactory, MembershipFactory
from tests.factories_of_patients import SignInEventFactory, VerifiedEmailFactory
from tests.factories_of_screenings import finished_screening, screening_answers
from tests.pdf_reader import printed_once

pytestmark = pytest.mark.django_db

#: Of these, the first who may open a page reads it.
READERS = ("patient", "clinician", "admin", "desk")
#: Pages for visitors that list every clinic.
OF_ALL_CLINICS = {"clinic:privacy", "clinic:consultation", "clinic:consultation_thanks"}
#: Route → persona who reads it.
PAGES = {
    row.route: next(each for each in READERS if row.cells[each] == "200")
    for row in ROWS
    if row.method == "GET"
    and any(row.cells[each] == "200" for each in READERS)
    and row.route not in OF_ALL_CLINICS
}
#: Pages about one patient that list the team of the clinic, to choose from.
LISTS_TEAM = {"staff:patient_edit"}
#: Arguments that lead to one patient.
LEADS_TO_PATIENT = {"patient_id", "plan_id", "version_id", "alert_id", "report_id"}
PAGES_OF_PATIENT = [
    name
    for name in PAGES
    if (name.startswith("my:") or LEADS_TO_PATIENT & set(our_routes()[name].arguments))
    and name not in LISTS_TEAM
]
#: Outside it, in the navigation, the pages of a patient count what waits in the whole clinic.
MAIN = re.compile(r"<main.*</main>", re.S)
ROWS_OF_OTHERS = 8
#: Models of which the second patient has no row.
HAS_NOT = (
    SessionEntry,
    Alert,
    ExerciseSession,
    SafetyReport,
    ErasureRequest,
    Screening,
    PatientFlag,
    SignInEvent,
)
ROW_STARTS = ("<li", "<tr")


class Before(NamedTuple):
    """Two patients of two clinics, and their pages before much was stored for another patient of the second clinic.

    The first one has something of everything. The second one has little, so that rows of others would be the only ones.
    """

    first: ClinicData
    second: ClinicData
    pages_of_first: dict[str, str]
    pages_of_second: dict[str, str]


@pytest.fixture(scope="module")
def built(shared_data):
    logging.disable(logging.CRITICAL)
    with time_machine.travel(NOON, tick=False), printed_once():
        Equipment.objects.get_or_create(slug="chair", defaults={"name": "chair"})
        first = make_clinic_data()
        second = make_clinic_data(email="second@example.org", calendar_secret="second")
        add_rest(first, "first")
        for model in HAS_NOT:
            QuerySet(model).filter(pk__in=find_keys(second.patient, with_helpers=False)[model]).delete()
        seen_in(first.clinic, first, "card.made")
        pages_of_first = {name: read(first, name) for name in PAGES}
        pages_of_second = {name: read(second, name) for name in PAGES_OF_PATIENT}
        third = ClinicFactory()
        store_much_beside(second, third)
        add_another_clinic(first, third)
        yield Before(first, second, pages_of_first, pages_of_second)
    logging.disable(logging.NOTSET)


@pytest.fixture
def before(db, built):
    with time_machine.travel(NOON, tick=False):
        yield built


def read(data: ClinicData, name: str) -> str:
    """Return the page without what differs each time."""
    response = ask(data, PAGES[name], "GET", get_address(data, our_routes()[name]))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    answer = f"{response.status_code} {response.get('Location', '')} {body.decode('latin-1')}"
    return CHANGES_EACH_TIME.sub("#", answer)


def seen_in(clinic: Clinic, data: ClinicData, action: str, of: Model | None = None) -> None:
    """Record an action of the patient's clinician in the audit trail."""
    AuditEvent.objects.create(
        action=action,
        at=NOON,
        actor=data.people["clinician"],
        role=Role.CLINICIAN,
        clinic=clinic,
        patient_key=None if of else data.patient.pk,
        object_type=of._meta.label_lower if of else "",
        object_id=str(of.pk) if of else "",
    )


def add_another_clinic(data: ClinicData, clinic: Clinic) -> None:
    """Record something about the patient's phone there, and make their clinician a former member with another role."""
    seen_in(clinic, data, "device.ended", data.device)
    MembershipFactory(
        user=data.people["clinician"], clinic=clinic, role=Role.FRONT_DESK, started_at=NOON, ended_at=NOON
    )


def store_much_beside(other: ClinicData, third: Clinic) -> None:
    """Create a patient in the same clinic who has many rows, and values that the other patient does not have.

    The catalogue of all clinics stays as it is: new exercises and routines belong to a third clinic.
    """
    known = {model: set(model.objects.values_list("pk", flat=True)) for model in (Exercise, Routine)}
    data = make_clinic_data(other.clinic, email="beside@example.org", calendar_secret="beside")
    add_rest(data, "beside")
    fill_tables(data, ROWS_OF_OTHERS)
    for model, keys in known.items():
        model.objects.exclude(pk__in=keys).update(clinic=third)
    patient, by = data.patient, data.people["clinician"]
    finished_screening(patient, answers=screening_answers(s_pain=9), at=NOON - datetime.timedelta(days=90))
    PainLimit.objects.create(patient=patient, limit=2, reason="Agreed.", set_at=NOON, set_by=by)
    for ago in (0, 1, 2):
        day = MONDAY - datetime.timedelta(days=ago)
        SkippedDay.objects.create(patient=patient, on_date=day, reason="pain", at=NOON, by=by)
    for kind, question in (("standing", "fell"), ("all", "faint_or_chest_pain"), ("feet", "new_sore")):
        ExerciseHoldFactory(patient=patient, kind=kind, question=question)
    for number in range(3):
        for helper in (None, data.helper):
            SignInCard.objects.create(
                patient=patient,
                helper=helper,
                code_hash=f"beside {number} {bool(helper)}",
                made_at=NOON,
                made_by=by,
                expires_at=NOON + datetime.timedelta(days=1),
                revoked_at=NOON,
            )
    VerifiedEmailFactory(patient=patient)
    SignInEventFactory(patient=patient, kind=SignInEventKind.ADDRESS, disowned_at=NOON)
    for model in (SignInCard, SignInEvent, Helper):
        for row in model.objects.filter(patient=patient):
            seen_in(other.clinic, data, "card.made", row)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_the_same_whatever_another_clinic_stores(before, name):
    assert read(before.first, name) == before.pages_of_first[name]


@pytest.mark.parametrize("name", PAGES_OF_PATIENT)
def test_a_page_of_a_patient_is_the_same_whatever_is_stored_for_another_one(before, name):
    assert main_of(read(before.second, name)) == main_of(before.pages_of_second[name])


def main_of(page: str) -> str:
    found = MAIN.search(page)
    return found[0] if found else page


def test_what_was_stored_is_shown_to_the_team_of_its_clinic(before):
    """So that "the same" means something: pages of the clinic in which it was stored differ."""
    lists = ("staff:today", "staff:alerts", "staff:patients", "clinic:requests", "clinic:team")
    for name in lists:
        now, few = read(before.second, name), before.pages_of_first[name]
        assert sum(map(now.count, ROW_STARTS)) > sum(map(few.count, ROW_STARTS)), name
    answered = [page for page in before.pages_of_second.values() if page.startswith("200")]
    assert len(answered) > 40
    assert all(page.startswith("200") for page in before.pages_of_first.values())
