"""Every page of a signed-in person leads to signing out."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.architecture.fixtures import make_clinic_data
from tests.architecture.permission_matrix import ROWS
from tests.architecture.test_permission_matrix import get_address, our_routes
from tests.factories import NOON
from tests.pdf_reader import printed_once

pytestmark = pytest.mark.django_db

#: Steps of a session and of the questions about health show one thing at a time, and lead back to pages with the link.
STEPS = ("my:session_", "my:screening_question")
#: The page that signs out, and the one that a link in a reminder opens without signing in.
LEFT_OUT = {"my:sign_out", "my:reminder_stop_by_token"}


@pytest.mark.parametrize(
    ("persona", "area", "sign_out"),
    [
        ("clinician", "staff", "account_logout"),
        ("admin", "staff", "account_logout"),
        ("desk", "staff", "account_logout"),
        ("patient", "my", "my:sign_out"),
        ("helper", "my", "my:sign_out"),
    ],
)
def test_a_page_leads_to_signing_out(persona, area, sign_out):
    with time_machine.travel(NOON, tick=False), printed_once():
        data, client, without, asked = make_clinic_data(), Client(), [], 0
        client.force_login(data.people[persona])
        for row in ROWS:
            if row.method != "GET" or row.cells[persona] != "200" or row.route.partition(":")[0] != area:
                continue
            response = client.get(get_address(data, our_routes()[row.route]))
            if response.streaming or not response["Content-Type"].startswith("text/html"):
                continue
            asked += 1
            if f'href="{reverse(sign_out)}"' not in response.content.decode():
                without.append(row.route)
    assert [route for route in without if not route.startswith(STEPS) and route not in LEFT_OUT] == []
    assert area == "my" or without == []
    assert asked > 6
