"""A full disk: nothing that was acknowledged is lost, the rest is refused with 503, and with room again all goes on.

SQLite's file is on a file system of 40 MB. PostgreSQL's tables are in a tablespace there, since a server that cannot
write its log stops as a whole: the log's disk is watched by the operator. Needs root, to mount the file system.
"""

from __future__ import annotations

import collections
import os
import subprocess
import time
import uuid
from pathlib import Path

DISK = Path(os.environ["TRIAL_FOLDER"]) / "disk"
MEGABYTES = 40
IS_SQLITE = os.environ["DATABASE_URL"].startswith("sqlite")


def prepare_disk() -> None:
    """Mount the small file system, and put the database on it. Before Django reads its settings."""
    DISK.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", DISK], check=True)
    if IS_SQLITE:
        os.environ["DATABASE_URL"] = f"sqlite:///{DISK}/data.sqlite3"
        return
    import psycopg2

    for folder in (DISK, DISK.parent):
        folder.chmod(0o755)
    tables = DISK / "tables"
    tables.mkdir()
    subprocess.run(["chown", "postgres", tables], check=True)
    connection = psycopg2.connect(os.environ["DATABASE_URL"].replace("/surefoot?", "/postgres?"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{tables}'")
        cursor.execute("ALTER DATABASE surefoot SET TABLESPACE small")
    connection.close()


def fill_disk() -> int:
    """Write a file until nothing more fits, and return its size."""
    written = 0
    with (DISK / "ballast").open("wb", buffering=0) as ballast:
        for size in (1024 * 1024, 4096):
            try:
                while True:
                    written += ballast.write(b"\0" * size)
            except OSError:
                continue
    return written


def main() -> None:
    from tests.resilience.people import set_up

    people = set_up(20)
    from clinic.models import AuditEvent
    from patients.models import ExerciseSession
    from tests.resilience.installation import installation, report

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
                (DISK / "ballast").unlink()
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
                status, page, _retry = place.ask(
                    "/my/messages/",
                    {"key": str(uuid.uuid4()), "text": "My foot burns."},
                    cookie=people[0].cookie,
                )
                kept_form = status == 503 and "My foot burns." in page
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


if __name__ == "__main__":
    prepare_disk()
    try:
        main()
    finally:
        subprocess.run(["umount", "--lazy", DISK], check=False)
