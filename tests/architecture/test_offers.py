"""A page offers its reader nothing that they may not do: no link and no form leads to a refusal.

The roles of today may do all or nothing of some things. So they are tried with one more, an assistant, who sees the
health data of the clinic and answers alerts, and neither plans nor writes; and with one that may do nothing, to whom
every page of the team is refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache as keep

import pytest
import time_machine

from clinic.models import Role
from clinic.roles import ROLES, Action
from tests.architecture.bulk_data import fill_tables
from tests.architecture.fixtures import ClinicData, make_clinic_data
from tests.architecture.foreign_records import add_rest
from tests.architecture.foreign_requests import route_of
from tests.architecture.forms_in_pages import forms_in
from tests.architecture.permission_matrix import ROWS
from tests.architecture.test_permission_matrix import ask, get_address, our_routes, sign_in
from tests.factories import NOON
from tests.pdf_reader import printed_once

pytestmark = pytest.mark.django_db

NOT_ALLOWED = {
    Action.ANSWER_REQUESTS,
    Action.ASSIGN_PLANS,
    Action.WRITE_MESSAGES,
    Action.WRITE_NOTES,
    Action.MANAGE_LIBRARY,
}
#: The rows of this list are links, also for those who only see that somebody waits.
WAITING = "staff:today offers GET staff:screening"
#: Pages of a person's own account, and those of patients.
OWN = re.compile(r"account_(?!recover)|mfa_|preferences:|sign_in:|my:")
#: Route that a member of the team opens whatever their role → the reason.
OPEN_TO_ANY_MEMBER = {"staff:home_redirect": "leads everyone who is signed in to their own first page"}
LINK = re.compile(r'<a [^>]*?href="(/[^"#?]*)')


@pytest.fixture(scope="module")
def built(shared_data):
    with time_machine.travel(NOON, tick=False), printed_once():
        data = make_clinic_data()
        add_rest(data, "own")
        fill_tables(data, 3)
        for persona in ("desk", "clinician"):
            sign_in(data, persona)
        yield data


@pytest.fixture
def clinic_data(db, built):
    with time_machine.travel(NOON, tick=False):
        yield built


@pytest.fixture
def assistant(monkeypatch):
    """Make an assistant of every clinician."""
    row = ROLES[Role.CLINICIAN]
    monkeypatch.setitem(ROLES, Role.CLINICIAN, replace(row, may=row.may - NOT_ALLOWED))


@pytest.fixture
def without_permissions(monkeypatch):
    """Take every permission from clinicians."""
    monkeypatch.setitem(ROLES, Role.CLINICIAN, replace(ROLES[Role.CLINICIAN], may=frozenset()))


def pages_of(data: ClinicData, persona: str) -> dict[str, tuple[str, str]]:
    """Return the address and the text of each page that opens, by route."""
    found = {}
    for row in ROWS:
        if row.method == "GET" and row.cells["admin"] == "200" and not row.route.startswith("my:"):
            address = get_address(data, our_routes()[row.route])
            response = ask(data, persona, "GET", address)
            if response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):
                found[row.route] = address, response.content.decode()
    return found


def offers(address: str, page: str) -> set[tuple[str, str]]:
    """Return the method and the address of each link and form of a page."""
    found = {("GET", link) for link in LINK.findall(page)}
    for form in forms_in(page, address):
        found |= {("POST", target or form.action) for target in {button[0] for button in form.buttons} | {""}}
    return found


def refused_offers(data: ClinicData, persona: str) -> list[str]:
    """Return the offers that lead to a refusal: the route of the page, the method and the route of the offer."""

    @keep
    def is_refused(method: str, route: str, address: str) -> bool:
        return ask(data, persona, method, address).status_code == 403

    seen, refused = set(), []
    pages = pages_of(data, persona)
    assert len(pages) > 5
    for name, (address, page) in pages.items():
        for method, target in sorted(offers(address, page)):
            route = route_of(target)
            if (name, method, route) not in seen and route in our_routes():
                seen.add((name, method, route))
                if is_refused(method, route, target.partition("?")[0]):
                    refused.append(f"{name} offers {method} {route}")
    assert len(seen) > 60
    return refused


@pytest.mark.parametrize("persona", ["desk", "clinician"])
def test_no_page_offers_what_its_reader_may_not_do(clinic_data, persona):
    assert refused_offers(clinic_data, persona) == []


def test_no_page_offers_an_assistant_what_only_clinicians_may_do(clinic_data, assistant):
    assert refused_offers(clinic_data, "clinician") == [WAITING]


@pytest.mark.parametrize("name", ["staff:patient_messages", "staff:patient_notes"])
def test_an_assistant_reads_a_page_and_cannot_write_on_it(clinic_data, assistant, name):
    address = get_address(clinic_data, our_routes()[name])
    statuses = [ask(clinic_data, "clinician", method, address).status_code for method in ("GET", "POST")]
    assert statuses == [200, 403]


def test_a_role_that_may_do_nothing_gets_no_page_of_the_team(clinic_data, without_permissions):
    rows = [
        row
        for row in ROWS
        if row.cells["visitor"] == "in" and row.cells["admin"] in {"200", "→"} and not OWN.match(row.route)
    ]
    assert len(rows) > 100
    opened = {}
    for row in rows:
        address = get_address(clinic_data, our_routes()[row.route])
        statuses = [ask(clinic_data, "clinician", method, address).status_code for method in ("GET", "POST")]
        refused = statuses in ([403, 403], [403, 405] if row.method == "GET" else [405, 403])
        if not refused:
            opened[row.route] = statuses
    assert set(opened) == set(OPEN_TO_ANY_MEMBER), opened
