"""The team's pages need as many queries for 1,000 patients as for 50, with a library of 60 and a long plan."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.sealed_text import seal
from exercises.models import Exercise
from patients.models import Alert, Patient, PatientSummary
from tests.architecture.bulk_data import fill_tables, more_patients
from tests.architecture.fixtures import ClinicData, make_clinic_data
from tests.architecture.test_query_budgets import BUDGET
from tests.factories import NOON

pytestmark = pytest.mark.django_db

#: The name that is searched; the same token each time, so that the two measures have the same addresses.
PAT = seal("pat")


def pages_of(clinic_data: ClinicData) -> list[str]:
    orders = (
        "",
        "?sort=adherence",
        "?sort=alert",
        "?sort=last",
        "?alert=critical&adherence=low",
        f"?found={PAT}",
    )
    return [
        reverse("staff:today"),
        reverse("staff:today") + "?whose=mine",
        reverse("staff:alerts"),
        *(reverse("staff:patients") + order for order in orders),
        reverse("staff:plan_draft", args=[clinic_data.draft.plan_id]),
    ]


def costs(clinic_data: ClinicData) -> dict[str, int]:
    """Return page → its number of queries for a clinician, after one earlier request."""
    client = Client()
    client.force_login(clinic_data.people["clinician"])
    found = {}
    for address in pages_of(clinic_data):
        assert client.get(address).status_code == 200, address
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[address] = len(queries)
    return found


def test_today_the_caseload_and_the_builder_cost_the_same_for_50_patients_as_for_1000():
    with time_machine.travel(NOON, tick=False):
        clinic_data = make_clinic_data()
        fill_tables(clinic_data, 3)
        more_patients(clinic_data, 47)
        few = costs(clinic_data)
        fill_tables(clinic_data, 60)
        more_patients(clinic_data, 940)
        many = costs(clinic_data)

    assert Patient.objects.count() > 1_000
    assert PatientSummary.objects.count() > 1_000
    assert Alert.objects.waiting().count() > 1_000
    assert Exercise.objects.count() > 60
    assert clinic_data.draft.items.count() > 20
    assert {address: number for address, number in many.items() if number > BUDGET} == {}
    assert many == few
