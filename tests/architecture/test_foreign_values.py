"""Each form with a value that the page chose (a list, a hidden field, a box), posted with values of somebody else.

A value that belongs to somebody else is answered exactly as one that does not exist, and nothing that is sent is a
fault of the server.
"""

import re
import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from tests.architecture.fixtures import make_clinic_data
from tests.architecture.forms_in_pages import FormInPage, forms_in
from tests.architecture.test_permission_matrix import BROWSER, SimpleCookie, get_address, our_routes, sign_in
from tests.factories import NOON, ConsultationRequestFactory, ExerciseFactory, RoutineFactory, published_plan
from tests.pdf_reader import printed_once

pytestmark = pytest.mark.django_db

#: Personas who see the forms of everybody else, and the areas of their pages.
SEES = {
    "visitor": ("", "library", "clinic", "sign_in", "account", "preferences"),
    "patient": ("my", "preferences"),
    "admin": ("staff", "clinic", "library"),
}
MISSING, ALSO_MISSING = (str(uuid.UUID(int=number, version=4)) for number in (0xDEAD, 0xBEEF))
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Ids, tokens and challenges: many pages make new ones each time.
CHANGES_EACH_TIME = re.compile(r"[\w-]{20,}")
MALFORMED = ["x", "-1", "\x00", "9" * 400, MISSING[:-1]]


@pytest.fixture(scope="module")
def built(shared_data):
    with time_machine.travel(NOON, tick=False), printed_once():
        yield make_clinic_data()


@pytest.fixture(scope="module")
def foreign(built):
    """Return ids of another clinic's objects, by kind."""
    clinic = built.people["elsewhere"].membership.clinic
    version = published_plan()
    return {
        "person": built.people["elsewhere"].pk,
        "patient": version.plan.patient.pk,
        "plan": version.plan.pk,
        "version": version.pk,
        "exercise": ExerciseFactory(clinic=clinic).pk,
        "routine": RoutineFactory(clinic=clinic).pk,
        "request": ConsultationRequestFactory(clinic=clinic).pk,
        "clinic": clinic.pk,
    }


def ask_page(data, persona, method, address, form=None):
    cache.clear()
    BROWSER.cookies = SimpleCookie(sign_in(data, persona))
    with transaction.atomic():
        response = BROWSER.post(address, form) if method == "POST" else BROWSER.get(address)
        transaction.set_rollback(True)
    return response


def pages(data, persona):
    for name, route in our_routes().items():
        if name.partition(":")[0] in SEES[persona] or (persona == "visitor" and ":" not in name):
            yield get_address(data, route)


def all_forms(data, persona):
    """Return each form that the pages of a persona have, once for each address."""
    found: dict[tuple[str, tuple[str, ...]], FormInPage] = {}
    for address in pages(data, persona):
        response = ask_page(data, persona, "GET", address)
        if response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):
            for form in forms_in(response.content.decode(), address):
                for button in {button[0] for button in form.buttons} or {""}:
                    whole = FormInPage(button or form.action, form.fields, form.not_typed, form.buttons)
                    found.setdefault(_kind_of(whole), whole)
    return list(found.values())


def _kind_of(form):
    """Return the route and the names of the fields without ids: a list of forms of one kind is looked at once."""
    try:
        route = resolve(form.action.partition("?")[0]).route
    except Resolver404:
        route = form.action
    return route, tuple(sorted({_without_ids(name) for name in (*form.fields, *form.not_typed)}))


def _without_ids(name):
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", name)


def post(data, persona, form, name, value):
    fields = {key: values for key, values in form.fields.items() if key != "csrfmiddlewaretoken"}
    return ask_page(data, persona, "POST", form.action, fields | {name: [value]})


def outline(response: HttpResponse, value: str):
    """Return what a person can tell of a response, with the value that was sent left out."""
    body = CHANGES_EACH_TIME.sub("#", response.content.decode(errors="replace").replace(value, "#"))
    return response.status_code, CHANGES_EACH_TIME.sub("#", response.get("Location", "")), body


def chosen_ids(form):
    """Return the names of the fields that hold an id, one of each kind, without the key that the page just made."""
    names = {_without_ids(name): name for name in form.not_typed if name != "csrfmiddlewaretoken"}
    return [
        name for name in names.values() if any(UUID.fullmatch(value) for value in form.fields.get(name, ()))
    ]


@pytest.mark.parametrize("persona", ["visitor", "patient", "admin"])
def test_an_id_of_somebody_else_is_answered_as_a_missing_one_and_none_is_a_fault(built, foreign, persona):
    problems, looked_at = [], 0
    with time_machine.travel(NOON, tick=False):
        for form in all_forms(built, persona):
            for name in chosen_ids(form):
                looked_at += 1
                for value in MALFORMED:
                    response = post(built, persona, form, name, value)
                    if response.status_code >= 500:
                        problems.append((form.action, name, value[:20], response.status_code))
                # A page that differs by itself, such as one with a new code, is compared by status and address.
                missing, again = (
                    outline(post(built, persona, form, name, each), each) for each in (MISSING, ALSO_MISSING)
                )
                parts = 3 if missing == again else 2
                missing = missing[:parts]
                for kind, pk in foreign.items():
                    found = outline(post(built, persona, form, name, str(pk)), str(pk))[:parts]
                    if found != missing or found[0] >= 500:
                        problems.append((form.action, name, kind, found[0], missing[0]))
    assert problems == []
    assert looked_at >= {"visitor": 0, "patient": 2, "admin": 5}[persona]


def test_a_difference_would_be_seen():
    one, other = HttpResponse("Nothing here"), HttpResponse("Not yours")
    assert outline(one, MISSING) != outline(other, MISSING)
    assert outline(HttpResponse(f"No {MISSING}"), MISSING) == outline(
        HttpResponse(f"No {uuid.uuid4()}"), MISSING
    )


def test_the_forms_of_a_page_are_read_as_a_browser_reads_them():
    page = """<form id="a" method="post" action="/x/"><input name="t"><input type="hidden" name="h" value="1">
      <select name="s"><option value="2">two</option><option value="3" selected>three</option></select>
      <input type="checkbox" name="c" value="4"><input type="radio" name="r" value="5" checked>
      <button formaction="/y/" name="b" value="6">Go</button></form><input form="a" type="hidden" name="o" value="7">
      <form method="get"><input type="hidden" name="q" value="8"></form>"""
    (form,) = forms_in(page, "/page/")
    assert form.fields == {"t": [""], "h": ["1"], "s": ["3"], "r": ["5"], "o": ["7"]}
    assert list(form.not_typed) == ["h", "s", "c", "r", "o"]
    assert form.buttons == [("/y/", "b", "6")]
