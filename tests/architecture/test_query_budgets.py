"""Every page holds its query budget, and costs the same with 3 rows as with 300."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

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

#: Session, user and membership are three of them.
BUDGET = 10
#: Persona → the pages that show rows, asked as somebody whom they are for.
PAGES = {
    "visitor": (
        *("home", "catalogue", "exercise", "routines", "routine", "safety", "sitemap", "privacy"),
        *("consultation", "consultation_thanks", "sign_in", "card_sign_in", "card_link", "account_login"),
        "display",
        *("reminder_stop_by_token", "calendar_feed"),
        *("email_sign_in", "email_code", "email_link", "passkey_sign_in"),
    ),
    "patient": (
        *("my_today", "my_plan", "my_progress", "my_exercise", "my_session_pain", "my_session_step"),
        *(
            "my_session_feet",
            "my_session_easier",
            "my_session_shorter",
            "my_session_gentler",
            "my_skip_day",
        ),
        *(
            "my_session_effort",
            "my_session_check_in",
            "my_session_advice",
            "my_session_discard",
            "my_messages",
        ),
        *("my_offline_sync", "my_email", "my_email_code", "my_email_remove"),
        *("my_devices", "my_devices_sign_out_others", "my_device_sign_out"),
        *("my_passkeys", "my_passkey_add", "my_passkey", "my_passkey_remove"),
        *(
            "my_settings",
            "my_reminders",
            "my_calendar",
            "my_helpers",
            "my_helper_code",
            "my_helper_remove",
        ),
    ),
    "helper": (
        *("my_today", "my_plan", "my_progress", "my_exercise", "my_session_pain", "my_session_step"),
        *("my_session_effort", "my_session_check_in", "my_session_advice", "my_session_discard"),
    ),
    "clinician": (
        *(
            "staff_today",
            "alerts",
            "patients",
            "patient_new",
            "patient",
            "patient_edit",
            "patient_card",
            "plan_start",
        ),
        *(
            "patient_flags",
            "patient_messages",
            "patient_notes",
            "plan_flags",
            "plan_draft",
            "plan_preview",
            "plan_as_routine",
            "plan_publish",
            "plan_move",
            "plan_version",
            "paper_log",
            "patient_report",
            "account_change_password",
            "clinic_exercise_list",
            "clinic_exercise_create",
            "clinic_exercise_edit",
        ),
    ),
    "desk": ("requests", "request"),
    "admin": (
        *("clinic_settings", "clinic_details", "opening_hours", "team", "team_invite", "team_member"),
        *("team_role", "team_remove", "alert_rules"),
        *("staff_routine_list", "staff_routine_create", "staff_routine_edit", "staff_routine_copy"),
    ),
}
#: Pages of the table that show no rows of ours, or nothing but a redirect.
ELSEWHERE = {
    "routine_leaflet": "a printed file, measured in its own tests",
    "my_handout": "a printed file, measured in its own tests",
    "plan_handout": "a printed file, measured in its own tests",
    "figure": "a drawing, made without the database",
    "exercise_photo": "a photograph, in 3 queries; see tests/exercises/own",
    "robots": "a text",
    "web_app_manifest": "a text",
    "service_worker": "a script",
    "gallery": "samples that touch no database",
    "gallery_figures": "drawings",
    "personas": "development only",
    "my_sign_out": "a question",
    "account_logout": "a question",
    "account_inactive": "a text",
    "account_reset_password": "a form",
    "account_reset_password_done": "a text",
    "account_reset_password_from_key": "a form",
    "account_reset_password_from_key_done": "a text",
    "account_reauthenticate": "a form",
    "account_signup": "a text",
    "mfa_index": "one person's own account",
}


def measure(clinic_data: ClinicData, persona: str, addresses: dict[str, str]) -> dict[int, dict[str, int]]:
    """Number of rows → page → queries of one GET; each has been asked once before, so that nothing is cold."""
    client = Client()
    if clinic_data.people[persona] is not None:
        client.force_login(clinic_data.people[persona])
    for address in addresses.values():
        client.get(address)
    costs: dict[int, dict[str, int]] = {}
    for size in (3, 300):
        fill_tables(clinic_data, size)
        costs[size] = {page: queries_for(client, address) for page, address in addresses.items()}
    return costs


def queries_for(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return len(queries)


@pytest.mark.parametrize("persona", PAGES)
def test_pages_cost_few_queries_and_the_same_at_3_and_at_300_rows(persona):
    with time_machine.travel(NOON, tick=False):
        clinic_data = make_clinic_data()
        addresses = {page: get_address(clinic_data, our_routes()[page]) for page in PAGES[persona]}
        costs = measure(clinic_data, persona, addresses)
    for model in (Patient, ConsultationRequest, Exercise, Alert):
        assert model.objects.count() > 303
    assert {page: cost for page, cost in costs[300].items() if cost > BUDGET} == {}
    assert costs[300] == costs[3]


def test_lists_of_the_administration_cost_few_queries_and_the_same_at_3_and_at_300_rows():
    lists = [route.name for route in admin_routes() if route.name.endswith("_changelist")]
    assert len(lists) > 20
    with time_machine.travel(NOON, tick=False):
        clinic_data = make_clinic_data()
        costs = measure(clinic_data, "superuser", {name: reverse(name) for name in lists})
    assert {page: cost for page, cost in costs[300].items() if cost > BUDGET} == {}
    assert costs[300] == costs[3]


def test_every_page_that_shows_something_is_measured():
    shown = {row.route for row in ROWS if row.method == "GET" and "200" in row.cells.values()}
    assert shown <= {route.name for route in all_routes()}
    assert shown == {page for pages in PAGES.values() for page in pages} | set(ELSEWHERE)


def test_a_query_for_each_row_would_be_found():
    """The measure itself: asking for the clinic of each patient costs more when there are more."""
    with time_machine.travel(NOON, tick=False):
        clinic_data = make_clinic_data()
        counts = []
        for size in (3, 30):
            fill_tables(clinic_data, size)
            with CaptureQueriesContext(connection) as queries:
                assert all(patient.clinic.name for patient in Patient.objects.all())
            counts.append(len(queries))
    assert counts[1] > counts[0] + 25
