"""The crawl with foreign ids: each route with the ids of somebody else, in the path, the query, forms and JSON.

A foreign id is answered exactly as one that does not exist; the answer shows nothing of the foreign record, the foreign
record stays as it is, and nothing is a fault of the server.
"""

from __future__ import annotations

import logging

import pytest
import time_machine
from django.urls import reverse

from tests.architecture.foreign_requests import PERSONAS, Crawl, ids_of, missing_values
from tests.architecture.test_permission_matrix import our_routes
from tests.factories import NOON
from tests.pdf_reader import printed_once

pytestmark = pytest.mark.django_db

#: Routes whose addresses hold an id.
WITH_IDS = sorted(
    name
    for name, route in our_routes().items()
    if set(route.converters) & {"uuid", "item_key"} and not name.startswith("development:")
)
#: An object of another patient of the clinic may be named there: the whole clinic works with it.
SHARED_IN_CLINIC = {("staff:plan_start_from_other_patient", "version_id")} | {
    (name, argument) for name in WITH_IDS for argument in ("exercise_id", "routine_id", "photo_id", "member_id")
}


@pytest.fixture(scope="module")
def built(shared_data):
    logging.disable(logging.CRITICAL)
    with time_machine.travel(NOON, tick=False), printed_once():
        yield Crawl()
    logging.disable(logging.NOTSET)


@pytest.fixture
def crawl(db, built):
    with time_machine.travel(NOON, tick=False):
        yield built


@pytest.mark.parametrize("name", WITH_IDS)
def test_a_foreign_id_in_the_path_is_answered_as_a_missing_one(crawl, name):
    problems = []
    for persona in PERSONAS:
        for method in ("GET", "POST"):
            problems += compare_paths(crawl, name, persona, method)
    assert problems == []


def parts_of(persona, ids, foreign):
    """Return the ids to replace together, and by those of which record: all, and for owners also one at a time."""
    yield ids, foreign
    if len(ids) > 1 and persona == "patient":
        yield from (([each], foreign[:1]) for each in ids)
    if len(ids) > 1 and persona == "clinician":
        yield [ids[0]], foreign
        yield from (([each], (*foreign, "same clinic")) for each in ids[1:])


def is_shared(name, part):
    return any((name, each) in SHARED_IN_CLINIC for each in part)


def compare_paths(crawl, name, persona, method):
    """Return the differences between foreign and missing ids, all of them foreign or one at a time."""
    route = crawl.routes[name]
    home, _who, foreign = PERSONAS[persona]
    own = crawl.values(home, route)
    ids = ids_of(own)
    data = crawl.forms[name].fields if method == "POST" and name in crawl.forms else None
    problems = []

    def ask(values):
        return crawl.send(persona, method, reverse(name, kwargs=values), data)

    for part, records in parts_of(persona, ids, foreign):
        missing = ask(missing_values(own, part))
        for record in records:
            if record == "same clinic" and persona == "clinician" and is_shared(name, part):
                continue
            values = crawl.values(record, route)
            found = ask(own | {each: values[each] for each in part})
            about = f"{method} {name} as {persona}, {'+'.join(part)} of {record}"
            problems += [f"{about}: {fault}" for fault in found.faults]
            if found.outline != missing.outline:
                problems.append(f"{about}: {found.status}, missing {missing.status}")
        if missing.status in {302, 403, 405}:
            break  # refused before anything is looked up
    return problems
