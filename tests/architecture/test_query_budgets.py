"""Every page stays within its query budget, and needs as many queries for 60 rows as for 3."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.emergency_access.services import open_emergency_access
from clinic.models import ConsultationRequest
from exercises.models import Exercise
from patients.models import Alert, Patient
from tests.architecture.bulk_data import fill_tables
from tests.architecture.fixtures import ClinicData, make_clinic_data
from tests.architecture.permission_matrix import ROWS
from tests.architecture.routes import all_routes
from tests.architecture.test_permission_matrix import admin_routes, get_address, our_routes
from tests.factories import NOON

pytestmark = pytest.mark.django_db

#: Persona → number of rows → page → number of queries.
Costs = dict[str, dict[int, dict[str, int]]]

#: Session, user and membership are three of them.
BUDGET = 10
#: Persona → the pages that show rows to that persona.
PAGES = {
    "visitor": (
        *(
            "library:home",
            "library:catalogue",
            "library:exercise",
            "library:routines",
            "library:routine",
            "library:safety",
            "library:sitemap",
            "clinic:privacy",
        ),
        *(
            "clinic:consultation",
            "clinic:consultation_thanks",
            "sign_in:options",
            "sign_in:card",
            "sign_in:card_link",
            "account_login",
        ),
        "preferences:display",
        *("my:reminder_stop_by_token", "my:calendar_feed"),
        *("sign_in:email", "sign_in:email_code", "sign_in:email_link", "sign_in:passkey"),
    ),
    "patient": (
        *("my:today", "my:plan", "my:progress", "my:exercise", "my:session_pain", "my:session_step"),
        *(
            "my:session_ready",
            "my:stop",
            "my:report",
            "my:session_easier",
            "my:session_shorter",
            "my:session_gentler",
            "my:skip_day",
        ),
        *(
            "my:session_effort",
            "my:session_check_in",
            "my:session_advice",
            "my:session_done",
            "my:session_correct",
            "my:session_discard",
            "my:messages",
            "my:message_photo",
            "my:message_photo_delete",
        ),
        *("my:screening", "my:screening_question", "my:screening_advice", "my:goal"),
        "my:activities",
        *("my:offline_sync", "my:email", "my:email_code", "my:email_remove"),
        *("my:devices", "my:devices_sign_out_others", "my:device_sign_out", "my:access_log"),
        *("my:sign_in_history", "my:sign_in_not_me"),
        *("my:passkeys", "my:passkey_add", "my:passkey", "my:passkey_remove"),
        *(
            "my:settings",
            "my:data",
            "my:data_delete",
            "my:reminders",
            "my:calendar",
            "my:home_screen",
            "my:helpers",
            "my:helper_code",
            "my:helper_remove",
        ),
    ),
    "helper": (
        *("my:today", "my:plan", "my:progress", "my:exercise", "my:session_pain", "my:session_step"),
        *(
            "my:session_effort",
            "my:session_check_in",
            "my:session_advice",
            "my:session_done",
            "my:session_discard",
        ),
    ),
    "clinician": (
        *(
            "staff:today",
            "staff:alerts",
            "staff:patients",
            "staff:safety_rules",
            "staff:patient_new",
            "staff:patient",
            "staff:patient_edit",
            "staff:patient_card",
            "staff:patient_sign_ins",
            "staff:plan_start",
        ),
        *(
            "staff:patient_flags",
            "staff:pain_limit",
            "staff:patient_instructions",
            "staff:hold_end",
            "staff:screening",
            "staff:patient_messages",
            "staff:patient_message_photo",
            "staff:patient_notes",
            "staff:plan_flags",
            "staff:plan_draft",
            "staff:plan_preview",
            "staff:plan_as_routine",
            "staff:plan_publish",
            "staff:plan_move",
            "staff:plan_version",
            "staff:paper_log",
            "staff:patient_report",
            "account_change_password",
            "library:clinic_exercise_list",
            "library:clinic_exercise_create",
            "library:clinic_exercise_edit",
        ),
    ),
    "desk": ("clinic:requests", "clinic:request"),
    "admin": (
        *(
            "clinic:clinic_settings",
            "clinic:clinic_details",
            "clinic:opening_hours",
            "clinic:team",
            "clinic:team_invite",
            "clinic:team_member",
            "account_recoveries",
        ),
        *("staff:team_role", "staff:team_remove", "staff:alert_rules", "staff:access_log"),
        *("staff:erasure_requests", "staff:erasure_request", "staff:erasure_new"),
        *(
            "library:staff_routine_list",
            "library:staff_routine_create",
            "library:staff_routine_edit",
            "library:staff_routine_copy",
        ),
    ),
}
#: Pages of the permission matrix that show no rows, or only redirect.
ELSEWHERE = {
    "library:routine_leaflet": "a printed file, measured in its own tests",
    "my:handout": "a printed file, measured in its own tests",
    "staff:plan_handout": "a printed file, measured in its own tests",
    "staff:screening_paper": "a printed file, measured in its own tests",
    "library:figure": "a drawing, made without the database",
    "staff:exercise_photo": "a photograph, in 3 queries; see tests/exercises/own",
    "library:robots": "a text",
    "pwa:manifest": "a text",
    "pwa:service_worker": "a script",
    "development:gallery": "samples that touch no database",
    "development:gallery_figures": "drawings",
    "development:personas": "development only",
    "my:sign_out": "a question",
    "account_logout": "a question",
    "account_inactive": "a text",
    "account_reset_password": "a form",
    "account_reset_password_done": "a text",
    "account_reset_password_from_key": "a form",
    "account_reset_password_from_key_done": "a text",
    "account_reauthenticate": "a form",
    "account_unlock": "a form",
    "account_signup": "a text",
    "mfa_index": "one person's own account",
}


#: Numbers of rows that a page could show, few and many. The longest page of a list shows 50.
FEW, MANY = 3, 60


@pytest.fixture(scope="module")
def costs(django_db_setup, django_db_blocker) -> Costs:
    """Return persona → number of rows → page → queries of one GET, measured in one database that is filled up twice.

    Each page is requested once before it is measured, so that caches are warm.
    """
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOON, tick=False):
        clinic_data = make_clinic_data()
        addresses = {
            persona: {page: get_address(clinic_data, our_routes()[page]) for page in pages}
            for persona, pages in PAGES.items()
        }
        addresses["superuser"] = {name: reverse(name) for name in lists_of_the_administration()}
        found = measure(clinic_data, addresses)
        transaction.set_rollback(True)
    return found


def lists_of_the_administration() -> list[str]:
    return [route.name for route in admin_routes() if route.name.endswith("_changelist")]


def measure(clinic_data: ClinicData, addresses: dict[str, dict[str, str]]) -> Costs:
    open_emergency_access(
        user=clinic_data.people["superuser"], clinic=clinic_data.patient.clinic, reason="Asked.", now=NOON
    )
    clients = {persona: Client() for persona in addresses}
    for persona, client in clients.items():
        if clinic_data.people[persona] is not None:
            client.force_login(clinic_data.people[persona])
        for address in addresses[persona].values():
            client.get(address)
    found: Costs = {persona: {} for persona in addresses}
    for size in (FEW, MANY):
        fill_tables(clinic_data, size)
        for persona, client in clients.items():
            found[persona][size] = {
                page: queries_for(client, address) for page, address in addresses[persona].items()
            }
    for model in (Patient, ConsultationRequest, Exercise, Alert):
        assert model.objects.count() > FEW + MANY
    return found


def queries_for(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return len(queries)


@pytest.mark.parametrize("persona", PAGES)
def test_pages_cost_few_queries_and_the_same_at_3_and_at_60_rows(costs, persona):
    few, many = costs[persona][FEW], costs[persona][MANY]
    assert many.keys() == set(PAGES[persona])
    assert {page: cost for page, cost in many.items() if cost > BUDGET} == {}
    assert many == few


def test_lists_of_the_administration_cost_few_queries_and_the_same_at_3_and_at_60_rows(costs):
    few, many = costs["superuser"][FEW], costs["superuser"][MANY]
    assert len(many) > 20
    assert {page: cost for page, cost in many.items() if cost > BUDGET} == {}
    assert many == few


def test_every_page_that_shows_something_is_measured():
    shown = {row.route for row in ROWS if row.method == "GET" and "200" in row.cells.values()}
    assert shown <= {route.name for route in all_routes()}
    assert shown == {page for pages in PAGES.values() for page in pages} | set(ELSEWHERE)


def test_a_query_for_each_row_would_be_found():
    """Checks the measurement: reading the clinic of each patient takes more queries for more patients."""
    with time_machine.travel(NOON, tick=False):
        clinic_data = make_clinic_data()
        counts = []
        for size in (3, 30):
            fill_tables(clinic_data, size)
            with CaptureQueriesContext(connection) as queries:
                assert all(patient.clinic.name for patient in Patient.objects.all())
            counts.append(len(queries))
    assert counts[1] > counts[0] + 25
