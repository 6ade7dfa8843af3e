"""Names of people in what a browser keeps after the page is closed: titles, addresses and names of files.

A computer at a front desk is used by several people, and its history lists titles and addresses.
"""

from __future__ import annotations

import html
import re

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from clinic.emergency_access.services import open_emergency_access
from clinic.models import ConsultationRequest, User
from patients.models import Helper, Patient
from tests.architecture.fixtures import PERSONAS, make_clinic_data
from tests.architecture.permission_matrix import ROWS
from tests.architecture.test_permission_matrix import get_address, our_routes
from tests.factories import NOON
from tests.pdf_reader import PdfDocument, printed_once

pytestmark = pytest.mark.django_db

#: Part of every planted name.
CANARY = "Zebedia"
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
#: Pages of the administration about one record.
OF_A_RECORD = ("change", "history", "delete")
MODELS = (Patient, Helper, User, ConsultationRequest)


def name_everybody() -> None:
    """Put the canary into the name of every patient, helper, member and visitor."""
    fields = [(User, "name"), (Patient, "full_name"), (Helper, "name"), (ConsultationRequest, "name")]
    for model, field in fields:
        for number, row in enumerate(model.objects.all()):
            setattr(row, field, f"{CANARY} Planted{number}")
            if model is Patient:
                row.called = f"{CANARY}-called"
            row.save()


def read_title(response) -> str:
    """Return what a browser writes on the tab: the title of a page or of a PDF."""
    if response["Content-Type"].startswith("application/pdf"):
        return PdfDocument(response.content).about.get("Title", "")
    if response.streaming or not response["Content-Type"].startswith("text/html"):
        return ""
    return " ".join(TITLE.findall(html.unescape(response.content.decode())))


def admin_addresses(data) -> list[str]:
    open_emergency_access(
        user=data.people["superuser"], clinic=data.clinic, reason="To look at titles.", now=NOON
    )
    addresses = []
    for model in MODELS:
        row = model.objects.get(
            pk__in=[data.patient.pk, data.helper.pk, data.people["desk"].pk, data.request.pk]
        )
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses += [reverse(f"{name}_{page}", args=[row.pk]) for page in OF_A_RECORD]
        addresses.append(reverse(f"{name}_changelist"))
        if hasattr(row, "history"):
            addresses.append(reverse(f"{name}_simple_history", args=[row.pk, row.history.first().pk]))
    return addresses


@pytest.fixture(scope="module")
def shown(django_db_setup, django_db_blocker):
    """Return (persona, address) → status; title, next address and file name; True if the page names somebody."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        time_machine.travel(NOON, tick=False),
        printed_once(),
    ):
        data = make_clinic_data()
        name_everybody()
        found = {}
        for persona in PERSONAS:
            client = Client()
            if data.people[persona] is not None:
                data.people[persona].refresh_from_db()
                client.force_login(data.people[persona])
            pages = [
                get_address(data, our_routes()[row.route])
                for row in ROWS
                if row.method == "GET" and row.cells.get(persona) in ("200", "→")
            ]
            for address in pages + (admin_addresses(data) if persona == "superuser" else []):
                response = client.get(address)
                kept = (
                    read_title(response),
                    response.get("Location", ""),
                    response.get("Content-Disposition", ""),
                )
                is_named = not response.streaming and CANARY.encode() in response.content
                found[persona, address] = (response.status_code, kept, is_named)
        transaction.set_rollback(True)
    return found


def test_no_title_address_or_file_name_in_a_browsers_history_names_anybody(shown):
    named = {
        page: kept for page, (_status, kept, _named) in shown.items() if CANARY in "".join(kept) + page[1]
    }

    assert named == {}


def test_every_page_has_a_title_though(shown):
    untitled = [
        page for page, (status, kept, is_named) in shown.items() if status == 200 and is_named and not kept[0]
    ]

    # Data that a phone keeps for offline use is no page.
    assert {address.strip("/").rpartition("/")[2] for _persona, address in untitled} <= {
        "offline",
        "sync",
        "snapshot",
    }


def test_enough_pages_name_somebody_for_this_test_to_mean_something(shown):
    named = {page for page, (_status, _kept, is_named) in shown.items() if is_named}

    assert len(named) > 60
    assert {persona for persona, _address in named} >= {
        "patient",
        "helper",
        "clinician",
        "desk",
        "admin",
        "superuser",
    }
    assert sum("/admin/" in address for _persona, address in named) >= len(MODELS) * len(OF_A_RECORD)


@pytest.mark.parametrize(
    "page", [f"<title>{CANARY} · Surefoot</title>", f"<head><title>\n Flags · {CANARY}</title></head>"]
)
def test_a_name_in_a_title_would_be_seen(page):
    class Response(dict):
        streaming, content = False, page.encode()

    assert CANARY in read_title(Response({"Content-Type": "text/html; charset=utf-8"}))
