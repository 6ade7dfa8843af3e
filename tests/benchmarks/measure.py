"""Measures the main pages with the database of DATABASE_URL. Run by `test_speed.py`, or manually after seeding:

SUREFOOT_MODE=test DATABASE_URL=… python -m tests.benchmarks.measure
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import django

from clinic.sealed_text import seal

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from patients.demo.personas import PATIENT, accounts, get_persona_patient  # noqa: E402

TIMES = 15


#: Orders and filters of the caseload: title → query string.
CASELOADS = {
    "by adherence": "sort=adherence",
    "by last session": "sort=session",
    "by alert": "sort=alert",
    "critical alerts by name": "alert=critical",
    "below 70 % by last session": "adherence=below&sort=session",
    "nothing planned by adherence": "adherence=none&sort=adherence",
    "my patients by adherence": "whose=mine&sort=adherence",
    "paused plans by alert": "plan=paused&sort=alert",
}


def pages() -> list[tuple[str, str, str]]:
    """Return the pages to measure as tuples of title, key of the persona, and address."""
    rosa = get_persona_patient(PATIENT)
    assert rosa is not None, "seed a demo first"
    plan = rosa.plans.get()
    return [
        ("Home", "visitor", reverse("library:home")),
        ("Library", "visitor", reverse("library:catalogue")),
        ("Patient: today", "patient", reverse("my:today")),
        ("Patient: progress", "patient", reverse("my:progress")),
        ("Team: today", "clinician", reverse("staff:today") + "?whose=all"),
        ("Team: today, my patients", "clinician", reverse("staff:today") + "?whose=mine"),
        ("Team: all alerts, first page", "clinician", reverse("staff:alerts")),
        ("Team: caseload, first page", "clinician", reverse("staff:patients")),
        ("Team: caseload, searched", "clinician", reverse("staff:patients") + f"?found={seal('garcia')}"),
        *(
            (f"Team: caseload, {what}", "clinician", f"{reverse('staff:patients')}?{query}")
            for what, query in CASELOADS.items()
        ),
        ("Team: one patient", "clinician", reverse("staff:patient", args=[rosa.pk])),
        ("Team: plan, published version", "clinician", reverse("staff:plan_version", args=[plan.pk, 1])),
        ("Front desk: requests", "front-desk", reverse("clinic:requests")),
    ]


def measure(persona: str, address: str) -> dict[str, float | int]:
    """Return the medians in milliseconds of wall time and CPU time, the number of queries and the size in kB.

    CPU time does not depend on other processes of the machine.
    """
    client = Client()
    if persona != "visitor":
        client.force_login(accounts()[persona])
    for _warming_up in range(2):
        assert client.get(address).status_code == 200, address
    clock, processor = [], []
    for _time in range(TIMES):
        began, worked = time.perf_counter(), time.process_time()
        response = client.get(address)
        processor.append(time.process_time() - worked)
        clock.append(time.perf_counter() - began)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return {
        "clock_ms": round(statistics.median(clock) * 1000, 1),
        "processor_ms": round(statistics.median(processor) * 1000, 1),
        "queries": len(queries),
        "kilobytes": round(len(response.content) / 1000, 1),
    }


if __name__ == "__main__":
    json.dump({title: measure(persona, address) for title, persona, address in pages()}, sys.stdout)
