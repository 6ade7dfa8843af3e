"""A clinic of 5,000 patients costs the team's pages what one of 50 does, with a library of 300 and a long plan."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exercises.models import Exercise
from patients.models import Alert, Patient, Standing
from tests.architecture.bulk_data import fill, more_patients
from tests.architecture.fixtures import World, make_world
from tests.architecture.test_query_budgets import BUDGET
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def pages_of(world: World) -> list[str]:
    orders = ("", "?sort=adherence", "?sort=alert", "?sort=last", "?alert=critical&adherence=low", "?q=pat")
    return [
        reverse("staff_today"),
        reverse("staff_today") + "?whose=mine",
        reverse("alerts"),
        *(reverse("patients") + order for order in orders),
        reverse("plan_draft", args=[world.draft.plan_id]),
    ]


def costs(world: World) -> dict[str, int]:
    """Page → its queries, once warm, for a clinician."""
    client = Client()
    client.force_login(world.people["clinician"])
    found = {}
    for address in pages_of(world):
        assert client.get(address).status_code == 200, address
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[address] = len(queries)
    return found


def test_today_the_caseload_and_the_builder_cost_the_same_for_50_patients_as_for_5000():
    with time_machine.travel(NOON, tick=False):
        world = make_world()
        fill(world, 3)
        more_patients(world, 47)
        few = costs(world)
        fill(world, 300)
        more_patients(world, 4_700)
        many = costs(world)

    assert Patient.objects.count() > 5_000
    assert Standing.objects.count() > 5_000
    assert Alert.objects.waiting().count() > 5_000
    assert Exercise.objects.count() > 300
    assert world.draft.items.count() > 20
    assert {address: number for address, number in many.items() if number > BUDGET} == {}
    assert many == few
