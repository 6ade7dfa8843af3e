"""A full disk: nothing that was acknowledged is lost, the rest is refused with 503, and with room again all goes on.

SQLite's file is on a file system of 40 MB. PostgreSQL's tables are in a tablespace there, since a server that cannot
write its log stops as a whole: the log's disk is watched by the operator. Needs root, to mount the file system.
"""

from __future__ import annotations

import collections
import time
import uuid

from clinic.models import AuditEvent
from patients.models import ExerciseSession
from tests.resilience.installation import Installation, installation, report
from tests.resilience.people import Person, set_up
from tests.resilience.small_disk import fill_disk, make_room


def is_kept(place: Installation, people: list[Person]) -> bool:
    """Send messages until one is refused, since a few may find room. Return True if its page keeps what was typed."""
    for person in people:
        fill_disk()
        form = {"key": str(uuid.uuid4()), "text": "My foot burns."}
        status, page, _retry = place.ask("/my/messages/", form, cookie=person.cookie)
        if status == 503:
            return "My foot burns." in page
    return False


def main() -> None:
    people = set_up(20)

    def check_in(person):
        key = uuid.uuid4()
        status, _page, retry_after = place.ask("/my/sync/", person.check_in(key), cookie=person.cookie)
        return key, status, retry_after

    answers: dict[str, collections.Counter] = {"before": collections.Counter()}
    acknowledged, problems, kept_form = [], [], False
    with installation() as place:
        server = place.start_server()
        worker = place.start_worker()
        for phase in ("before", "while it was full", "after"):
            if phase == "while it was full":
                fill_disk()
            elif phase == "after":
                make_room()
                time.sleep(2)
                recovered = place.wait_until_well(server)
            answers[phase] = collections.Counter()
            for number in range(60):
                key, status, retry_after = check_in(people[number % len(people)])
                answers[phase][status] += 1
                if status == 200:
                    acknowledged.append(key)
                elif retry_after != "30":
                    problems.append(f"{phase}: {status} without Retry-After")
                if phase == "while it was full":
                    fill_disk()  # what a checkpoint has freed
            if phase == "while it was full":
                healthy = [place.ask("/healthz")[0] for _each in range(5)]
                kept_form = is_kept(place, people)
        is_worker_alive = worker.poll() is None
        stored = collections.Counter(ExerciseSession.objects.values_list("client_key", flat=True))
        told = AuditEvent.objects.filter(action="session.finished").count()
    lost = [key for key in acknowledged if stored[key] != 1]
    problems += [f"{len(lost)} acknowledged check-ins are lost"] if lost else []
    problems += ["an audit event is missing"] if told != sum(stored.values()) else []
    problems += ["the health check failed"] if set(healthy) != {200} else []
    problems += ["the worker ended"] if not is_worker_alive else []
    problems += ["a typed message was not kept in the page"] if not kept_form else []
    problems += ["nothing was refused"] if not answers["while it was full"][503] else []
    problems += ["not all was accepted afterwards"] if answers["after"] != {200: 60} else []
    problems += ["an answer of 500"] if any(counted[500] for counted in answers.values()) else []
    report(
        "A full disk",
        {
            "check-ins": {phase: dict(counted) for phase, counted in answers.items()},
            "acknowledged check-ins that are lost": len(lost),
            "seconds until it was ready with room again": f"{recovered:.1f}",
        },
        problems,
    )
