"""The crawl with foreign ids: each route with the ids of somebody else, in the path, the query, forms and JSON.

A foreign id is answered exactly as one that does not exist; the answer shows nothing of the foreign record, the foreign
record stays as it is, and nothing is a fault of the server.
"""

from __future__ import annotations

import ast
import base64
import html
import json
import logging
import re
import uuid
from itertools import cycle

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from patients.models import ExerciseSession, Message, PatientNote, SafetyReport
from patients.sessions.offline.payload import account_tag
from tests.architecture.foreign_records import PUSH_ENDPOINT
from tests.architecture.foreign_requests import (
    CHANGES_EACH_TIME,
    PERSONAS,
    Crawl,
    ids_of,
    missing_values,
    route_of,
)
from tests.architecture.source import python_files
from tests.architecture.test_permission_matrix import our_routes
from tests.factories import NOON
from tests.patients.sessions.offline.offline_steps import kept_report, kept_session
from tests.pdf_reader import printed_once
from tests.virtual_authenticator import VirtualAuthenticator

pytestmark = pytest.mark.django_db

#: Routes whose addresses hold an id.
WITH_IDS = sorted(
    name
    for name, route in our_routes().items()
    if set(route.converters) & {"uuid", "item_key"} and not name.startswith("development:")
)
#: An object of another patient of the clinic may be named there: the whole clinic works with it.
SHARED_IN_CLINIC = {("staff:plan_start_from_other_patient", "version_id")} | {
    (name, argument)
    for name in WITH_IDS
    for argument in ("exercise_id", "routine_id", "photo_id", "member_id")
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


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_foreign_id_with_another_method_is_answered_as_a_missing_one(crawl, method):
    for name in WITH_IDS:
        persona = "patient" if name.startswith("my:") else "admin"
        own = crawl.values("own", crawl.routes[name])
        values = crawl.values("other clinic", crawl.routes[name])
        found = crawl.send(
            persona, method, reverse(name, kwargs=own | {each: values[each] for each in ids_of(own)})
        )
        assert found.faults == [], name
        if found.status != 405:
            address = reverse(name, kwargs=missing_values(own, ids_of(own)))
            assert found.outline == crawl.send(persona, method, address).outline, name


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


# --- In the query string ---

#: Parameters of addresses that hold an id: the route, the parameter, and the argument or the model of its object.
QUERIES = [
    ("staff:patient_new", "request", "request_id"),
    ("staff:access_log", "patient", "patient_id"),
    ("staff:access_log", "member", "member_id"),
    ("staff:alerts", "after", "alert_id"),
    ("staff:patients", "after", "patient_id"),
    ("staff:patients", "before", "patient_id"),
    ("staff:patient_messages", "before", Message),
    ("staff:patient_notes", "before", PatientNote),
    ("my:messages", "before", Message),
]
#: Parameters that hold no id of ours: words, numbers, days, and addresses to go to.
OTHER_PARAMETERS = {
    *(
        "app_label",
        "model_name",
        "field_name",
        "next",
        "back",
        "clinic",
        "state",
        "page",
        "motion",
        "paper",
        "ended",
        "region",
    ),
    *("found", "with", "language", "whose", "month", "week", "until", "level", "settled"),
}
MISSING, ALSO_MISSING = (str(uuid.UUID(int=number, version=4)) for number in (0xDEAD, 0xBEEF))


@pytest.mark.parametrize(("name", "parameter", "of"), QUERIES)
def test_a_foreign_id_in_the_query_is_answered_as_a_missing_one(crawl, name, parameter, of):
    own_by = "patient" if name.startswith("my:") else "admin"
    for persona in (own_by, "desk", "elsewhere"):
        home, _who, foreign = PERSONAS[persona]
        address = reverse(name, kwargs=crawl.values(home, crawl.routes[name]))
        missing = crawl.send(persona, "GET", f"{address}?{parameter}={MISSING}")
        for record in foreign:
            rows = crawl.records[record]
            key = rows.data.values[of] if isinstance(of, str) else rows.keys[of][0]
            found = crawl.send(persona, "GET", f"{address}?{parameter}={key}")
            assert found.faults == [], (persona, record)
            assert found.outline == missing.outline, (persona, record)


def test_every_parameter_of_an_address_is_known():
    """A parameter that a view reads is in `QUERIES`, or holds no id."""
    read = set()
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("request.GET.get"):
                read.add(ast.literal_eval(node.args[0]))
    assert len(read) > 15
    assert read - OTHER_PARAMETERS == {parameter for _name, parameter, _of in QUERIES} - {"member"}


# --- In the fields of forms ---

UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
MALFORMED = ["x", "-1", "\x00", "9" * 400, MISSING[:-1]]


def with_own_ids(form):
    """Yield (name, value) of the fields that hold an id, in their value or in their name: one of each kind."""
    seen = set()
    for name in {**form.offered, **form.fields}:
        values = [*form.fields.get(name, []), *form.offered.get(name, [])]
        value = next((each for each in values if UUID.search(each)), values[0] if values else "")
        kind = UUID.split(name)[0] if UUID.search(name) else re.sub(r"\d+", "#", name)
        if UUID.search(f"{name} {value}") and kind not in seen and name != "csrfmiddlewaretoken":
            seen.add(kind)
            yield name, value


def forms_with_ids(crawl):
    """Return the forms that hold ids, with the name of their route: one for all the buttons of a form."""
    found = {}
    for name, form in sorted(crawl.forms.items()):
        fields = tuple(with_own_ids(form))
        if fields:
            found.setdefault((form.seen_by, fields), (name, form))
    return list(found.values())


def test_a_foreign_id_in_a_form_is_answered_as_a_missing_one(crawl):
    problems, looked_at = [], 0
    for name, form in forms_with_ids(crawl):
        persona, foreign = form.seen_by, PERSONAS[form.seen_by][2]
        for field, value in with_own_ids(form):
            looked_at += 1

            def send(key, field=field, value=value, form=form, persona=persona):
                rest = {each: values for each, values in form.fields.items() if each != field}
                data = rest | {UUID.sub(key, field): [UUID.sub(key, value) if UUID.search(value) else value]}
                return crawl.send(persona, "POST", form.action, data)

            own = UUID.search(value) or UUID.search(field)
            missing = send(MISSING)
            for record in foreign:
                key = crawl.counterpart(record, own.group())
                for each in [key] if key else keys_of_forms(crawl.records[record]):
                    found = send(each)
                    about = f"{name} {field} of {record} as {persona}"
                    problems += [f"{about}: {fault}" for fault in found.faults]
                    if found.outline == missing.outline:
                        continue
                    # A page that differs by itself, such as one with a new code, is compared by status and address.
                    parts = 3 if send(ALSO_MISSING).outline == missing.outline else 2
                    if found.outline[:parts] != missing.outline[:parts]:
                        problems.append(f"{about}: {found.status}, missing {missing.status}")
    assert problems == []
    assert looked_at > 30


def keys_of_forms(record):
    """Return keys of forms and phones under which the record's rows were stored."""
    named = ((Message, "form_key"), (PatientNote, "form_key"), (ExerciseSession, "pk"), (SafetyReport, "pk"))
    return [
        str(model.objects.filter(pk__in=record.keys[model]).values_list(name, flat=True)[0])
        for model, name in named
    ]


def test_a_malformed_id_in_a_form_is_no_fault_of_the_server(crawl):
    for name, form in forms_with_ids(crawl):
        fields = [field for field, _value in with_own_ids(form)]
        changes = [{field: [text] for field in fields} for text in MALFORMED]
        changes += [{field: [text]} for field, text in zip(fields, cycle(MALFORMED), strict=False)]
        for change in changes:
            answer = crawl.send(form.seen_by, "POST", form.action, form.fields | change, compares=False)
            assert answer.status < 500, (name, change)


def set_at(kept, path, value):
    """Return a copy of a value of JSON with one part replaced."""
    if not path:
        return value
    copy = list(kept) if isinstance(kept, list) else dict(kept)
    copy[path[0]] = set_at(kept[path[0]], path[1:], value)
    return copy


#: Each place of an id in what a phone sends: the whole, the way to the id, and the model of its object.
IN_JSON = [
    ("session", ("session", "key"), "session"),
    ("session", ("session", "session"), "session"),
    ("session", ("session", "version"), "version"),
    ("session", ("entries", 0, "item"), "item"),
    ("session", ("entries", 0, "instead"), "own"),
    ("session", ("undone", 0), "item"),
    ("report", ("report", "key"), "report"),
]


@pytest.mark.parametrize(("sent", "path", "kind"), IN_JSON)
def test_a_foreign_id_in_json_is_answered_as_a_missing_one(crawl, sent, path, kind):
    own = crawl.records["own"].data
    kept = {"session": kept_session(own.version), "report": kept_report(own.patient)}[sent]
    if sent == "session":
        kept["undone"] = [str(own.item.pk)]
        kept["entries"][0]["instead"] = None

    def send(persona, key):
        return crawl.send(persona, "POST", "/my/sync/", json.dumps(set_at(kept, path, key)), **JSON)

    assert crawl.send("patient", "POST", "/my/sync/", json.dumps(kept), **JSON).status == 200
    for persona in ("patient", "helper"):
        kept[sent]["tag"] = account_tag(own.people[persona], own.patient)
        missing = send(persona, MISSING)
        for record in ("same clinic", "other clinic"):
            found = send(persona, str(getattr(crawl.records[record].data, kind).pk))
            assert found.faults == [], record
            assert (found.status, found.body) == (missing.status, missing.body), record


JSON = {"content_type": "application/json"}


def test_what_was_kept_for_another_account_is_saved_for_nobody(crawl):
    data = crawl.records["other clinic"].data
    for kept in (kept_session(data.version), kept_report(data.patient)):
        for persona in ("patient", "helper", "another"):
            found = crawl.send(persona, "POST", "/my/sync/", json.dumps(kept), **JSON)
            assert (found.status, found.faults, found.writes) == (409, [], 0)


@pytest.mark.parametrize("record", ["same clinic", "other clinic"])
def test_a_whole_session_of_somebody_elses_plan_is_refused(crawl, record):
    own, version = crawl.records["own"].data, crawl.records[record].data.version
    kept = kept_session(version, session={"tag": account_tag(own.people["patient"], own.patient)})
    found = crawl.send("patient", "POST", "/my/sync/", json.dumps(kept), **JSON)
    assert (found.status, found.faults, found.writes) == (422, [], 0)


def test_a_passkey_that_names_a_foreign_account_is_answered_as_one_that_names_nobody(crawl, settings):
    settings.SITE_URL = "http://localhost"
    passkey, address, answers = VirtualAuthenticator(), reverse("sign_in:passkey"), []
    for key in (crawl.records["other clinic"].data.patient.user_id, uuid.UUID(MISSING)):
        with transaction.atomic():
            browser = Client()
            options = html.unescape(
                re.search(r'data-options="([^"]*)"', browser.get(address).content.decode())[1]
            )
            signed = passkey.answer(options, user_handle=websafe_encode(key.bytes))
            response = browser.post(address, {"answer": signed, "device": "own"})
            answers.append((response.status_code, CHANGES_EACH_TIME.sub("#", response.content.decode())))
            assert "_auth_user_id" not in browser.session
            transaction.set_rollback(True)
    assert answers[0] == answers[1]


def test_the_push_address_of_somebody_elses_phone_is_answered_as_a_new_one(crawl, settings):
    """It moves to the patient who sends it, since a phone has one owner; nothing of the earlier one is told."""
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")
    address = reverse("my:push_subscribe")
    foreign, new = (
        crawl.send("patient", "POST", address, {"endpoint": f"{PUSH_ENDPOINT}{end}"})
        for end in ("othe", "new")
    )
    assert (foreign.status, foreign.body, foreign.words) == (new.status, new.body, ()) == (204, "", ())


def test_the_forms_that_are_sent_with_foreign_ids_work_with_own_ids(crawl):
    """Most of them write something, so that "nothing was changed" means something."""
    writes = {}
    for name, form in crawl.forms.items():
        answer = crawl.send(form.seen_by, "POST", form.action, form.fields, compares=False)
        assert answer.faults == [], name
        writes[name] = bool(answer.writes)
    assert sum(writes.values()) >= 40, sorted(name for name, wrote in writes.items() if not wrote)


def test_words_of_the_own_record_are_shown(crawl):
    """The words are where pages show them: their owner reads them, and somebody foreign would."""
    seen = {
        persona: crawl.send(persona, "GET", reverse(name, kwargs=crawl.values("own", crawl.routes[name])))
        for persona, name in (("clinician", "staff:patient"), ("patient", "my:today"))
    }
    assert {answer.status for answer in seen.values()} == {200}
    for answer in seen.values():
        assert "Zqown" in answer.body


def test_addresses_name_only_objects_that_the_crawl_knows(crawl):
    for name in WITH_IDS:
        values = crawl.values("own", crawl.routes[name])
        assert ids_of(values), name
        assert all(
            values[each] != crawl.values("other clinic", crawl.routes[name])[each] for each in ids_of(values)
        )


def test_forms_are_found_for_most_addresses_that_take_one(crawl):
    assert len(crawl.forms) > 60
    assert {route_of(form.action) for form in crawl.forms.values()} == set(crawl.forms)
