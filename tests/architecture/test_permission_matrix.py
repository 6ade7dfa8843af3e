"""The permission matrix: every route of the resolver × every persona. A new route without a row fails the tests."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from functools import cache as keep
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import include, path, resolve, reverse
from django.utils import timezone

from clinic.emergency_access.services import open_emergency_access
from clinic.models import Clinic
from exercises.figures import content_hash
from patients.models import Patient
from tests.architecture.fixtures import PERSONAS, ClinicData, make_clinic_data, missing_like
from tests.architecture.permission_matrix import ROWS, TABLE, MatrixRow, read
from tests.architecture.routes import Route, all_routes
from tests.factories import NOON
from tests.pdf_reader import printed_once

ADMIN = "admin:"
REFUSALS = {"in", "403", "404"}
AREAS = list(dict.fromkeys(row.area for row in ROWS))

#: One client for all personas, which gets their cookies: each new client would load all middleware again.
BROWSER = Client(raise_request_exception=False)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(shared_data):
    """Create the data of all tests here, with every persona signed in. It is built once: no request may change it."""
    with time_machine.travel(NOON, tick=False), printed_once():
        clinic_data = make_clinic_data()
        for persona in PERSONAS:
            sign_in(clinic_data, persona)
        yield clinic_data


@pytest.fixture
def clinic_data(db, built):
    with time_machine.travel(NOON, tick=False):
        yield built


@keep
def our_routes() -> dict[str, Route]:
    return {route.name: route for route in all_routes() if not route.name.startswith(ADMIN)}


def values_for(clinic_data: ClinicData, route: Route) -> dict[str, object]:
    """Return the values of the URL's arguments: clinic A's and patient A's objects."""
    special = {
        "library:routine": {"slug": clinic_data.routine.slug},
        "library:routine_leaflet": {"slug": clinic_data.routine.slug},
        "library:figure": {
            "slug": "calf-raise",
            "support": "one_hand",
            "kind": "thumb",
            "digest": content_hash("calf-raise", "thumb", "one_hand"),
        },
        "library:clinic_exercise_edit": {"exercise_id": clinic_data.own.pk},
        **{
            f"library:clinic_exercise_{button}": {"exercise_id": clinic_data.own.pk}
            for button in ("retire", "restore", "rows", "preview")
        },
        "my:session_advice": {"session_id": clinic_data.finished_session.pk},
        "my:session_done": {"session_id": clinic_data.finished_session.pk},
        "my:session_correct": {"session_id": clinic_data.finished_session.pk},
        "account_reset_password_from_key": {"uidb36": "1", "key": "1-set"},
        "development:persona_sign_in": {"key": "visitor"},
        "development:persona_card": {"key": "patient"},
    }
    values = clinic_data.values | special.get(route.name, {})
    return {name: values[name] for name in route.arguments}


def get_address(clinic_data: ClinicData, route: Route) -> str:
    return reverse(route.name, kwargs=values_for(clinic_data, route))


def ask(clinic_data: ClinicData, persona: str, method: str, address: str) -> HttpResponse:
    """Return the response to a persona, and roll back everything that the request changed."""
    cache.clear()
    BROWSER.cookies = SimpleCookie(sign_in(clinic_data, persona))
    with transaction.atomic():
        response = BROWSER.generic(method, address)
        transaction.set_rollback(True)
    return response


def sign_in(clinic_data: ClinicData, persona: str) -> dict[str, str]:
    """Return the persona's cookies, created once for the data, since a new session takes longer than a page."""
    if persona not in clinic_data.cookies:
        client, user = Client(), clinic_data.people[persona]
        if user is not None:
            client.force_login(user)
        clinic_data.cookies[persona] = {name: morsel.value for name, morsel in client.cookies.items()}
    return clinic_data.cookies[persona]


def cell_of(response: HttpResponse) -> str:
    if (
        response.status_code == 401
    ):  # an answer of somebody who is signed out: its advice, and the way to sign in
        return "in"
    if not 300 <= response.status_code < 400:
        return str(response.status_code)
    sign_in_urls = (reverse(settings.LOGIN_URL), reverse("sign_in:options"))
    return "in" if response["Location"].startswith(sign_in_urls) else "→"


def body_of(response: HttpResponse) -> str:
    """Return the page without the parts that differ between requests."""
    return re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|<code>\w{16}</code>', "", response.content.decode()
    )


# --- The table and the resolver contain the same routes ---


def test_every_route_has_a_row_and_every_row_a_route():
    routes = our_routes()
    assert len(routes) > 60
    assert {row.route for row in ROWS} == set(routes)


def test_a_new_route_without_a_matrix_row_is_found():
    def view(request): ...

    new = (
        path("", include("clinic.urls")),
        path("deep/", include([path("<uuid:patient_id>/", include([path("new/", view, name="brand_new")]))])),
    )
    found = {route.name: route for route in all_routes(new)}
    assert set(our_routes()) < set(found)
    assert found["brand_new"].arguments == ("patient_id",)
    assert not found["brand_new"].is_public
    assert "brand_new" not in {row.route for row in ROWS}


def test_no_route_has_two_rows_for_one_method():
    asked = [(row.method, row.route) for row in ROWS]
    assert len(asked) == len(set(asked))


def test_a_line_with_a_missing_cell_is_no_row():
    assert len(read(TABLE)) == len(ROWS)
    with pytest.raises(ValueError, match="home has 8 cells"):
        read("GET home 200 200 200 200 200 200 200 200")


def test_addresses_name_things_by_uuid_slug_or_small_words_only():
    plain = {"uuid", "slug", "item_key"}  # a line of a draft: the exercise's UUID and a week
    known = {
        (
            "sign_in:card_link",
            "code",
            "str",
        ),  # the secret of the card itself; it leads to a form and signs nobody in
        ("account_recover", "token", "str"),  # signed, mailed, and of no use without the password
        ("my:reminder_stop_by_token", "token", "str"),  # the right to stop reminders, and to do nothing else
        (
            "my:calendar_feed",
            "secret",
            "str",
        ),  # the right to read which days a patient exercises, until taken back
        ("staff:plan_version", "number", "int"),  # below a plan that is named by UUID
        ("my:reminder_stop_by_token", "token", "str"),  # signed; it only stops mails
        ("my:calendar_feed", "secret", "str"),  # says "Exercise session", no more
    }
    odd = {
        (route.name, name, converter)
        for route in our_routes().values()
        for name, converter in zip(route.arguments, route.converters, strict=True)
        if converter not in plain and route.pattern[-1:] != "$"
    }
    assert odd == known


# --- Each cell ---


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route}")
def test_every_persona_gets_the_response_in_the_table(clinic_data, row):
    address = get_address(clinic_data, our_routes()[row.route])
    got = {persona: cell_of(ask(clinic_data, persona, row.method, address)) for persona in row.cells}
    assert got == row.cells


def refused_cells(area: str) -> list[tuple[MatrixRow, str]]:
    return [
        (row, persona)
        for row in ROWS
        if row.area == area
        for persona, cell in row.cells.items()
        if cell in REFUSALS
    ]


AREAS_WITH_REFUSALS = [area for area in AREAS if refused_cells(area)]


@pytest.mark.parametrize("area", AREAS_WITH_REFUSALS)
def test_a_persona_refused_with_get_is_refused_with_post(clinic_data, area):
    routes = our_routes()
    for row, persona in refused_cells(area):
        got = cell_of(ask(clinic_data, persona, "POST", get_address(clinic_data, routes[row.route])))
        assert got in {row.cells[persona], "405"}, (row.route, persona)


@pytest.mark.parametrize(
    ("area", "fewest"),
    [("Patient A's pages", 31), ("Clinic A's team", 31), ("Own exercises", 15), ("Clinic admin's pages", 35)],
)
def test_a_refusal_is_the_same_for_an_object_that_exists_and_one_that_does_not(clinic_data, area, fewest):
    routes = our_routes()
    compared = 0
    for row, persona in refused_cells(area):
        values = values_for(clinic_data, routes[row.route])
        if not values:
            continue
        real = reverse(row.route, kwargs=values)
        missing = reverse(row.route, kwargs={name: missing_like(value) for name, value in values.items()})
        answers = [ask(clinic_data, persona, row.method, address) for address in (real, missing)]
        bodies = [body_of(answer).replace(real, "…").replace(missing, "…") for answer in answers]
        assert cell_of(answers[0]) == cell_of(answers[1]) == row.cells[persona], (row.route, persona)
        assert bodies[0] == bodies[1], (row.route, persona)
        compared += 1
    assert compared >= fewest


@pytest.mark.parametrize(
    ("area", "owner"), [("Patient A's pages", "patient"), ("Clinic A's team", "clinician")]
)
def test_the_owner_gets_200_where_others_get_404(clinic_data, area, owner):
    """The objects behind the table's 404s exist, and their owner can open them."""
    hidden = [row for row in ROWS if row.area == area and "404" in row.cells.values()]
    assert len(hidden) >= 8
    assert {row.cells[owner] for row in hidden} <= {"200", "→"}
    assert Patient.objects.filter(pk=clinic_data.patient.pk).exists()
    for row in hidden:
        route = our_routes()[row.route]
        missing = {name: missing_like(value) for name, value in values_for(clinic_data, route).items()}
        assert cell_of(ask(clinic_data, owner, row.method, reverse(row.route, kwargs=missing))) == "404", (
            row.route
        )


def test_visitors_reach_only_views_marked_login_not_required():
    """`login_not_required` is on exactly the views that the table opens to visitors, and on the sign-out."""
    open_to_visitors = {row.route for row in ROWS if row.cells["visitor"] != "in"}
    said_to_be_open = {name for name, route in our_routes().items() if route.is_public}
    assert said_to_be_open - open_to_visitors == {
        "mfa_authenticate",  # second step of a sign-in: needs the first
        "mfa_trust",  # follows the second step
        "mfa_login_webauthn",  # gives a challenge to a script, and leads everyone else to the sign-in page
    }
    assert open_to_visitors - said_to_be_open == set()


# --- The admin: one rule for all of its routes ---


def admin_routes() -> list[Route]:
    return [route for route in all_routes() if route.name.startswith(ADMIN)]


def admin_address(route: Route) -> str:
    """Return the URL of the first row of its model, or with a key that does not exist if there are no rows."""
    keys = [1, 1]
    label = re.match(r"admin/(\w+)/(\w+)/", route.pattern)
    if label and label.groups() in {
        (model._meta.app_label, model._meta.model_name) for model in apps.get_models()
    }:
        model = apps.get_model(*label.groups())
        key = model._meta.pk
        while isinstance(key, models.OneToOneField):
            key = key.target_field
        nowhere = uuid.UUID(int=0xDEAD) if isinstance(key, models.UUIDField) else 1
        keys[0] = model._base_manager.values_list("pk", flat=True).first() or nowhere
    address = route.pattern.replace("(?P<url>.*)", "no-such-page").replace("^", "").replace("$", "")
    address = re.sub(r"\(\?P<app_label>[^)]*\)", "clinic", address)
    for key in keys:
        address = re.sub(r"<[^>]+>|\(\[/\]\+\)", str(key), address, count=1)
    return f"/{address}"


def test_every_model_is_registered_in_the_administration():
    names = {route.name for route in admin_routes()}
    for name in ("clinic_user", "clinic_clinic", "exercises_exercise", "patients_patient", "patients_plan"):
        assert {f"{ADMIN}{name}_{page}" for page in ("changelist", "add", "change", "delete")} <= names
    assert not [route for route in admin_routes() if re.search(r"[<(^$]", admin_address(route))]


@pytest.fixture(scope="module")
def admin_addresses(built) -> dict[Route, str]:
    return {route: admin_address(route) for route in admin_routes()}


def asked_in_the_administration(addresses: dict[Route, str]) -> Iterator[tuple[Route, str, str]]:
    """Return each route of the admin with its method and URL, with GET and with POST."""
    assert len(addresses) > 100
    for route, address in addresses.items():
        takes = route.name.endswith(("_add", "_change", "_delete"))
        for method in ("GET", "POST") if takes else ("GET",):
            yield route, method, address


def is_sent_away(answer: HttpResponse) -> bool:
    if cell_of(answer) in {"in", "→"}:
        return answer["Location"].startswith(("/admin/", "/accounts/login/"))
    return cell_of(answer) in {"403", "404"}


@pytest.mark.parametrize("persona", ["visitor", "admin"])
def test_only_the_superuser_can_open_the_admin(clinic_data, admin_addresses, persona):
    """Neither a visitor nor the most privileged other persona may."""
    for route, method, address in asked_in_the_administration(admin_addresses):
        assert is_sent_away(ask(clinic_data, persona, method, address)), (route.name, method)


@pytest.mark.parametrize(
    "persona", [persona for persona in PERSONAS if persona not in {"visitor", "superuser"}]
)
def test_every_view_of_the_administration_itself_refuses_all_but_the_superuser(
    rf, clinic_data, admin_addresses, persona
):
    """Called without the middleware: the views themselves refuse, whatever the middleware would allow."""
    for route, method, address in asked_in_the_administration(admin_addresses):
        view = resolve(address)
        request = rf.generic(method, address)
        request.user, request.session = clinic_data.people[persona], SessionStore()
        with transaction.atomic():
            answer = refused_or_answered(view.func, request, *view.args, **view.kwargs)
            transaction.set_rollback(True)
        assert is_sent_away(answer), (route.name, method)


def refused_or_answered(view, request, *args, **kwargs) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except PermissionDenied:
        return HttpResponse(status=403)
    except Http404:
        return HttpResponse(status=404)


def test_the_superuser_can_open_the_admin(clinic_data, admin_addresses):
    root, now = clinic_data.people["superuser"], timezone.now()
    for clinic in Clinic.objects.all():
        open_emergency_access(user=root, clinic=clinic, reason="Asked by the clinic.", now=now)
    cells = {
        route.name: cell_of(ask(clinic_data, "superuser", "GET", address))
        for route, address in admin_addresses.items()
    }
    broken = {name: cell for name, cell in cells.items() if cell not in {"200", "→", "403", "404", "405"}}
    assert broken == {}
    lists = {name: cell for name, cell in cells.items() if name.endswith("_changelist")}
    assert len(lists) > 20
    assert set(lists.values()) == {"200"}
    assert cells["admin:patients_patient_change"] == "200"
