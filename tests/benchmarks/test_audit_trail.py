"""Speed of the audit trail at size. Run manually only (`make bench`): the numbers are printed and not checked.

BENCH_EVENTS changes the size; DATABASE_URL chooses the kind of database.
"""

from __future__ import annotations

import os
import statistics
import time
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from clinic.audit.chain import check_chain, get_head, seal_events
from clinic.audit.context import ReadRecord, RequestContext, set_context
from clinic.audit.services import record_reads
from clinic.models import AuditEvent, Clinic, User

ROWS = int(os.environ.get("BENCH_EVENTS", "1000000"))
AT_ONCE = 10_000


def timed(what, work):
    """Return the result of `work()`, and a line with the seconds that it took."""
    began = time.perf_counter()
    result = work()
    return result, f"{what}: {time.perf_counter() - began:.1f} s"


def fill():
    clinic = Clinic.objects.create(name="Bench", phone="1", email="bench@example.org", address="1")
    user = User.objects.create_user("bench@example.org", name="Bench")
    patients = [uuid.uuid4() for _each in range(1000)]
    for start in range(0, ROWS, AT_ONCE):
        AuditEvent.objects.bulk_create(
            AuditEvent(
                at=timezone.now(),
                actor=user,
                role="clinician",
                clinic=clinic,
                patient_key=patients[number % len(patients)],
                action="record.viewed",
                object_type="patients.patient",
                object_id=str(patients[number % len(patients)]),
                route="staff:patient",
                request_id=uuid.uuid4().hex,
                address="192.0.2.1",
            )
            for number in range(start, min(start + AT_ONCE, ROWS))
        )
    return user, patients


def seal():
    while seal_events(limit=AT_ONCE):
        pass


def cost_of_a_look(user, patients):
    """Return the milliseconds of the statement that records one look: median of 300."""
    times = []
    for number in range(300):
        context = RequestContext(request_id=uuid.uuid4().hex, address="192.0.2.1", role="clinician")
        set_context(context)
        key = patients[number % len(patients)]
        context.read[ReadRecord(key, "patients.patient", str(key), None)] = None
        began = time.perf_counter()
        record_reads(context, user=user)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


@pytest.mark.django_db
def test_a_million_events_are_linked_and_verified(capsys):
    (user, patients), written = timed(f"{connection.vendor}: {ROWS} events written", fill)
    _none, linked = timed("links added", seal)
    check, verified = timed("chain verified", lambda: check_chain([get_head()]))
    assert (check.events, check.problems) == (ROWS, [])
    cost = f"one look: {cost_of_a_look(user, patients):.2f} ms"
    with capsys.disabled():
        print("", written, linked, verified, cost, sep="\n")  # noqa: T201 – figures to read
