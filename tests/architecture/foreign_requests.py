"""Requests of personas with ids of somebody else, and what can be told apart in the answers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from patients.sign_in.login import OWN_PHONE
from tests.architecture.fixtures import missing_like
from tests.architecture.foreign_records import Record, make_records, watching_writes
from tests.architecture.forms_in_pages import FormInPage, forms_in
from tests.architecture.routes import Route
from tests.architecture.test_permission_matrix import BROWSER, our_routes, values_for

#: Of each persona: the record in which they are at home, their name there, and the records that are foreign to them.
#: Records are symmetrical, so that those far away from each other are not asked for in both directions by everyone.
PERSONAS = {
    "visitor": ("own", "visitor", ("own",)),
    "patient": ("own", "patient", ("same clinic", "other clinic")),
    "helper": ("own", "helper", ("same clinic",)),
    "another": ("same clinic", "patient", ("own",)),
    "clinician": ("own", "clinician", ("other clinic",)),
    "desk": ("own", "desk", ("other clinic",)),
    "admin": ("own", "admin", ("other clinic",)),
    "elsewhere": ("other clinic", "admin", ("own",)),
}
#: Personas who see the forms of everybody else, and the areas of their pages.
SEES = {
    "admin": ("staff", "clinic", "library", "account_recoveries"),
    "patient": ("my", "preferences"),
    "visitor": ("sign_in", "clinic", "account_reset_password"),
}
#: Arguments that are secrets or words of the address, and no ids.
NO_ID = {"token", "secret", "link_secret", "code", "digest"}
#: Ids, tokens and challenges: many pages make new ones each time.
CHANGES_EACH_TIME = re.compile(r"[\w-]{20,}|<code>\w{16}</code>")
#: Texts for the fields that a person types into, by kind of field.
TYPED = {
    "number": "3",
    "date": "2026-03-03",
    "time": "10:00",
    "email": "new@example.org",
    "tel": "212 555 0147",
    "url": "https://example.org/",
    "password": "",
}


@dataclass(frozen=True)
class Answer:
    """The parts of a response that somebody can tell apart, and what the request did."""

    status: int
    location: str
    body: str
    #: The planted words of foreign records that the response contains.
    words: tuple[str, ...]
    #: The foreign records that the request changed.
    changed: tuple[str, ...]
    writes: int

    @property
    def outline(self) -> tuple[int, str, str]:
        return self.status, self.location, self.body

    @property
    def faults(self) -> list[str]:
        """Return what no answer may be, whatever was asked."""
        found = [f"shows {word}" for word in self.words] + [f"changes {name}" for name in self.changed]
        return [*found, f"status {self.status}"] if self.status >= 500 else found


class Crawl:
    """The three records, with every persona signed in."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = make_records()
        self.routes = our_routes()
        self.cookies: dict[str, dict[str, str]] = {}
        for persona, (home, name, _foreign) in PERSONAS.items():
            client, user = Client(), self.records[home].data.people[name]
            if user is not None:
                client.force_login(user)
                session = client.session
                session[OWN_PHONE] = True
                session.save()
            self.cookies[persona] = {key: morsel.value for key, morsel in client.cookies.items()}
        self.models = {
            str(key): model
            for model in self.records["own"].keys
            for key in QuerySet(model).values_list("pk", flat=True)
        }
        self.columns = {name: record.columns() for name, record in self.records.items()}

    def send(
        self, persona: str, method: str, address: str, data: Any = None, *, compares: bool = True, **how: Any
    ) -> Answer:
        """Send a request, and roll back everything that it changed. `data` is a form, or text with `content_type`.

        Words that the request itself holds are not counted as shown. Without `compares`, the foreign records are not
        read again to see if they were changed.
        """
        cache.clear()
        BROWSER.cookies = SimpleCookie(self.cookies[persona])
        with transaction.atomic(), watching_writes() as watch:
            if method == "POST":
                response = BROWSER.post(address, data or {}, **how)
            else:
                response = BROWSER.generic(method, address)
            writes = watch.writes
            changed = self._changed(persona) if writes and compares else ()
            transaction.set_rollback(True)
        return self._read(persona, response, f"{address} {data}".lower(), writes, changed)

    def _changed(self, persona: str) -> tuple[str, ...]:
        foreign = PERSONAS[persona][2]
        return tuple(name for name in foreign if self.records[name].columns() != self.columns[name])

    def _read(
        self, persona: str, response: HttpResponse, sent: str, writes: int, changed: tuple[str, ...]
    ) -> Answer:
        content = b"".join(response.streaming_content) if response.streaming else response.content
        text = content.decode(errors="replace")
        words = {
            word.lower()
            for name in PERSONAS[persona][2]
            for word in re.findall(rf"{self.records[name].word}\d+", text, re.I)
        }
        return Answer(
            response.status_code,
            CHANGES_EACH_TIME.sub("#", response.get("Location", "")),
            CHANGES_EACH_TIME.sub("#", text),
            tuple(sorted(word for word in words if word not in sent)),
            changed,
            writes,
        )

    def values(self, record: str, route: Route) -> dict[str, Any]:
        """Return the values of a route's arguments in a record: for exercises and routines, those of the clinic."""
        data = self.records[record].data
        found = values_for(data, route)
        for name in found:
            if name == "exercise_id":
                found[name] = data.own.pk
            elif name == "key" and record != "own":
                found[name] = (data.own.pk, data.item.first_week)
        return found

    def counterpart(self, record: str, key: str) -> str | None:
        """Return the id of a row of the record, of the same model as the row with this id; None without a model."""
        model = self.models.get(key)
        keys = self.records[record].keys.get(model, []) if model else []
        return str(keys[0]) if keys else None

    @cached_property
    def forms(self) -> dict[str, FormInPage]:
        """Return the form that posts to each route, filled in as a browser would send it, by the route's name."""
        found: dict[str, FormInPage] = {}
        for persona, areas in SEES.items():
            for name, route in self.routes.items():
                if name.partition(":")[0] not in areas:
                    continue
                for form in self.forms_on(persona, reverse(name, kwargs=self.values("own", route))):
                    found.setdefault(route_of(form.action), replace(form, seen_by=persona))
        return found

    def forms_on(self, persona: str, address: str) -> Iterator[FormInPage]:
        """Yield each form of a page, once for each address that one of its buttons sends it to."""
        cache.clear()
        BROWSER.cookies = SimpleCookie(self.cookies[persona])
        with transaction.atomic():
            response = BROWSER.get(address)
            transaction.set_rollback(True)
        if response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
            return
        for form in forms_in(response.content.decode(), address):
            for action in {button[0] for button in form.buttons} or {""}:
                pressed = {name: [value] for where, name, value in form.buttons if name and where == action}
                whole = fill_in(form) | dict(list(pressed.items())[:1])
                yield replace(form, action=action or form.action, fields=whole)


def fill_in(form: FormInPage) -> dict[str, list[str]]:
    """Return the fields as a person would send them who types something into each, and chooses where nothing is."""
    whole = {name: values for name, values in form.fields.items() if name != "csrfmiddlewaretoken"}
    for name, kind in form.typed.items():
        if not any(whole.get(name, [])):
            whole[name] = [TYPED.get(kind, "As agreed.")]
    for name, offered in form.offered.items():
        if name != "csrfmiddlewaretoken" and not any(whole.get(name, [])):
            whole[name] = [value for value in offered if value][:1]
    return whole


def route_of(address: str) -> str:
    """Return the name of the route, or the address if it has none."""
    try:
        return resolve(address.partition("#")[0].partition("?")[0]).view_name
    except Resolver404:
        return address


def ids_of(values: dict[str, Any]) -> list[str]:
    """Return the arguments that name an object by an id."""
    return [
        name for name, value in values.items() if name not in NO_ID and isinstance(value, uuid.UUID | tuple)
    ]


def missing_values(values: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return values | {name: missing_like(values[name]) for name in names}
