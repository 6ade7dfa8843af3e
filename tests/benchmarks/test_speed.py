"""Speed with many patients. Run manually only (`make bench`): the numbers are printed and not checked.

BENCH_PATIENTS, BENCH_WEEKS and BENCH_CLINICS change the size; DATABASE_URL chooses the database, which must be empty.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENTS = os.environ.get("BENCH_PATIENTS", "100000")
WEEKS = os.environ.get("BENCH_WEEKS", "2")
CLINICS = os.environ.get("BENCH_CLINICS", "10")


def run(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def test_seeding_and_the_main_pages_at_size(tmp_path, capsys):
    file = tmp_path / "bench.sqlite3"
    environment = os.environ | {
        "SUREFOOT_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{file}"),
    }
    run(environment, "manage.py", "migrate", "--verbosity", "0")
    run(environment, "manage.py", "load_catalogue")
    began, worked = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = run(
        environment,
        "manage.py",
        "seed_demo",
        f"--clinics={CLINICS}",
        f"--patients={PATIENTS}",
        f"--weeks={WEEKS}",
    )
    clock, done = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = done.ru_utime + done.ru_stime - worked.ru_utime - worked.ru_stime
    pages = json.loads(run(environment, "-m", "tests.benchmarks.measure"))
    assert len(pages) >= 10

    lines = [
        "",
        said.splitlines()[0],
        f"Seeding: {clock:.0f} s by the clock, {processor:.0f} s of the processor.",
        *([f"Database: {file.stat().st_size / 1e9:.2f} GB."] if file.exists() else []),
        "",
        "| page | ms by the clock | ms of the processor | queries | kB |",
        "|---|--:|--:|--:|--:|",
    ]
    for title, page in pages.items():
        numbers = (page["clock_ms"], page["processor_ms"], page["queries"], page["kilobytes"])
        lines.append(f"| {title} | {' | '.join(map(str, numbers))} |")
    with capsys.disabled():
        sys.stdout.write("\n".join(lines) + "\n")
