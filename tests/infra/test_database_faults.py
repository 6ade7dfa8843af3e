"""A database that fails at any call of a journey: the browser is told, nothing is half done, and again it works.

For each form of each journey and for each database call of its request: the call fails, or the database goes away with
it, or a commit is made but its answer is lost. The database is then as before the form, or as after it.
"""

from __future__ import annotations

import copy
from contextlib import suppress

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.test import Client

from patients.messages.services import send_to_clinic
from tests.factories import NOON, MessageFactory
from tests.infra.consistency import find_contradictions, list_keys
from tests.infra.fault_injection import (
    BESIDE_THE_FACTS,
    Calls,
    Fault,
    get_difference,
    list_tables,
    read_tables,
)
from tests.infra.journeys import JOURNEYS, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    """Keep the cache in the database and e-mail in the outbox, and fix the time."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    }
    call_command("createcachetable", verbosity=0)
    with time_machine.travel(NOON, tick=False):
        yield


def without_looks(tables):
    events = [row for row in tables["clinic_auditevent"] if "record.viewed" not in row]
    return tables | {"clinic_auditevent": events}


class Trial:
    """One form of a journey, sent with faults from the same state again and again."""

    def __init__(self, client, send, told_again=frozenset()):
        self.client, self.send, self.told_again = client, send, told_again
        self.tables = list_tables()
        self.known = list_keys()
        self.before = read_tables(self.tables)
        self.sessions = read_tables(sorted(BESIDE_THE_FACTS))
        self.cookies = copy.deepcopy(client.cookies)
        with self.repeatable():
            send()  # the first time, more is read that a process then keeps
        with self.repeatable():
            with Calls().installed() as calls:
                self.answer = send()
            self.after = read_tables(self.tables)
            self.contradictions = find_contradictions(self.known)
        self.calls = calls
        assert self.answer.status_code < 400, self.answer.content.decode()
        assert self.after != self.before

    def repeatable(self):
        """Undo everything at the end of the block."""
        return _Repeatable(self)

    def try_fault(self, fault, number):
        """Return what is wrong after a fault at this call; "" if nothing is."""
        with self.repeatable():
            with Calls(fault, number).installed() as calls:
                response = self.send()
            where = f"{fault.value}: call {number}, {calls.made[number - 1][:90]}"
            now = read_tables(self.tables)
            problem = self._judge(response, now)
            if problem:
                return f"{where}: {problem}"
            problem = self._send_again(now)
            return f"{where}: then again: {problem}" if problem else ""

    def _judge(self, response, now):
        if response.status_code == 503:
            if response.get("Retry-After") != "30":
                return "no Retry-After"
            if now != self.before and (difference := self._differs(now)):
                return f"half done: {difference}"
            return ""
        if self._is_success(response):
            return "" if now == self.after else f"said to be done: {get_difference(self.after, now)}"
        return f"answered with {response.status_code}"

    def _send_again(self, now):
        """Send the form again, as the page of the outage offers."""
        name = settings.SESSION_COOKIE_NAME
        is_same_session = self.client.cookies.get(name) == self.cookies.get(name)
        is_untouched = is_same_session and read_tables(sorted(BESIDE_THE_FACTS)) == self.sessions
        if now == self.before and is_untouched:
            return ""  # then it is what was done first
        response = self.send()
        if response.status_code >= 400 and response.status_code != 409:
            return f"answered with {response.status_code}"
        contradictions = find_contradictions(self.known) if self.told_again else []
        return "; ".join(contradictions) or self._differs(read_tables(self.tables), but=self.told_again)

    def _differs(self, now, but=frozenset()):
        """Return the difference to what should be stored, without looks: a page that was not shown was not seen."""
        difference = get_difference(without_looks(self.after), without_looks(now))
        return str(difference) if difference.keys() - but else ""

    def _is_success(self, response):
        return (response.status_code, response.get("Location")) == (
            self.answer.status_code,
            self.answer.get("Location"),
        )


class _Repeatable:
    def __init__(self, trial):
        self.trial = trial

    def __enter__(self):
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.undone.__exit__(*error)
        self.trial.client.cookies = copy.deepcopy(self.trial.cookies)


def begin(journey):
    """Return a browser in which the first forms of the journey were sent, and the place."""
    place = make_place()
    if journey.given:
        journey.given(place)
    client = Client(raise_request_exception=False)
    if journey.person:
        client.force_login(place.people[journey.person])
    else:
        client.get("/card/")  # the token of forms, a secret of this browser
    for step in journey.first:
        assert step.prepare(place, client)().status_code < 400
    return client, place


def list_problems(journey):
    """Return what is wrong after faults at each call of each form of the journey."""
    client, place = begin(journey)
    problems = find_contradictions(list_keys())
    for step in journey.steps:
        send = step.prepare(place, client)
        trial = Trial(client, send, journey.told_again)
        numbers = range(1, len(trial.calls.made) + 1)
        tries = [(fault, number) for fault in (Fault.ONCE, Fault.GONE) for number in numbers]
        tries += [(Fault.COMMITTED, number) for number in trial.calls.list_commits()]
        problems += trial.contradictions
        problems += filter(None, (trial.try_fault(fault, number) for fault, number in tries))
        assert send().status_code < 400
    return problems


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_fault_at_any_call_leaves_nothing_half_done(name):
    problems = list_problems(JOURNEYS[name])
    assert not problems, "\n".join(problems)


def test_a_write_outside_of_a_transaction_is_found(monkeypatch):
    monkeypatch.setattr("patients.messages.views_patient.send_to_clinic", send_to_clinic.__wrapped__)
    problems = list_problems(JOURNEYS["write to the clinic"])
    assert any("half done" in problem for problem in problems)


def test_a_page_that_claims_success_is_found(monkeypatch):
    def claim(**words):
        with suppress(OperationalError):
            send_to_clinic(**words)

    monkeypatch.setattr("patients.messages.views_patient.send_to_clinic", claim)
    problems = list_problems(JOURNEYS["write to the clinic"])
    assert any("said to be done" in problem for problem in problems)


def test_a_row_without_its_audit_event_is_found():
    MessageFactory()
    assert [problem for problem in find_contradictions() if "message.sent" in problem]
