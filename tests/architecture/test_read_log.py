"""Every page of the team that shows a patient leaves an audit row that names the patient."""

from __future__ import annotations

import html

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from clinic.models import READ_ACTIONS, AuditEvent, ConsultationRequest
from patients.models import Patient
from tests.architecture.bulk_data import fill_tables
from tests.architecture.fixtures import make_clinic_data
from tests.architecture.permission_matrix import ROWS
from tests.architecture.test_permission_matrix import get_address, our_routes
from tests.factories import NOON

pytestmark = pytest.mark.django_db

#: People who look at records of others.
READERS = ("helper", "clinician", "desk", "admin")
#: Responses without text: they show the record of the patient in their address, or of the one who is helped.
FILES = (
    "staff:plan_handout",
    "staff:screening_paper",
    "my:handout",
    "my:offline_sync",
    "staff:patient_message_photo",
)
REQUEST = ConsultationRequest._meta.label_lower
ROWS_ENOUGH_FOR_LISTS = 8


@pytest.fixture(scope="module")
def looks(django_db_setup, django_db_blocker):
    """Return (persona, page) → keys of the patients that the page shows, and of those that it recorded."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOON, tick=False):
        clinic_data = make_clinic_data()
        fill_tables(clinic_data, ROWS_ENOUGH_FOR_LISTS)
        for number, patient in enumerate(Patient.objects.order_by("pk")):
            patient.full_name, patient.called = f"Zelda Planted{number:04d}", f"Planted{number:04d}"
            patient.save()
        names = dict(Patient.objects.values_list("called", "pk"))
        found = {}
        for persona in READERS:
            client = Client()
            client.force_login(clinic_data.people[persona])
            for row in ROWS:
                if row.method == "GET" and row.cells.get(persona) == "200":
                    address = get_address(clinic_data, our_routes()[row.route])
                    found[persona, row.route] = _look(client, address, names)
        transaction.set_rollback(True)
    return found


def _look(client, address, names):
    before = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    response = client.get(address)
    assert response.status_code == 200, address
    text = "" if response.streaming else html.unescape(response.content.decode(errors="ignore"))
    events = AuditEvent.objects.filter(pk__gt=before, action__in=READ_ACTIONS)
    recorded = {event.patient_key for event in events if event.patient_key}
    recorded |= {key for event in events if event.object_type != REQUEST for key in event.listed}
    return (
        {str(key) for name, key in names.items() if name in text},
        {str(key) for key in recorded},
        list(events.values_list("route", "actor__name", "role", "clinic_id")),
    )


def test_every_page_records_each_patient_that_it_shows(looks):
    missing = {key: shown - recorded for key, (shown, recorded, _rows) in looks.items() if shown - recorded}
    assert missing == {}


def test_no_page_records_a_patient_that_it_does_not_show(looks):
    extra = {
        key: recorded - shown
        for key, (shown, recorded, _rows) in looks.items()
        if recorded - shown and key[1] not in FILES
    }
    assert extra == {}


def test_enough_pages_show_patients_for_this_test_to_mean_something(looks):
    shown = {page for (_persona, page), (shown, _recorded, _rows) in looks.items() if shown}
    assert {"staff:today", "staff:patients", "staff:alerts", "staff:patient", "staff:plan_preview"} <= shown
    assert all(looks["clinician", page][1] for page in FILES[:2])


def test_a_row_says_which_page_and_in_which_role(looks):
    for (persona, page), (_shown, _recorded, rows) in looks.items():
        for route, _name, role, clinic in rows:
            assert route == page
            assert role == {"desk": "front_desk", "admin": "clinic_admin"}.get(persona, persona)
            assert clinic is not None


def test_consultation_requests_leave_a_row_too(looks):
    assert {"clinic:requests", "clinic:request"} <= {
        page for (_who, page), (*_keys, rows) in looks.items() if rows
    }
