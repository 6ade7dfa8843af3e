"""The command behind `make mutate-access`. It never changes the working tree: it works on a copy of the source.

Results are kept in test-results/access-mutations/, so that a run that was stopped goes on where it ended. They are
thrown away when the source or the tests have changed.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.architecture.source import ROOT
from tests.infra.access_mutations.report import write_report
from tests.infra.access_mutations.sites import Site, find_sites, instrument_all

WORK = ROOT / "test-results" / "access-mutations"
#: Tests that may notice, those about access first: only checks that none of them notices need the others.
STAGES = (
    (
        "tests/architecture/test_permission_matrix.py",
        "tests/architecture/test_foreign_ids.py",
        "tests/architecture/test_pages_of_others.py",
    ),
    (
        "tests/architecture/test_offers.py",
        "tests/architecture/test_read_log.py",
        "tests/clinic",
        "tests/exercises",
        "tests/patients",
    ),
)
#: Folders that take long and say nothing about access.
IGNORED = (
    "tests/clinic/backup",
    "tests/exercises/figures",
    "tests/exercises/catalogue",
    "tests/exercises/catalogue_file",
    "tests/patients/demo",
    "tests/patients/simulation",
)


def main() -> int:
    """Try the checks that were asked for, write docs/access-mutations.md, and return 1 if one went unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="try only checks whose file or code holds this text")
    parser.add_argument("--list", action="store_true", help="list the checks and try none")
    parser.add_argument("--again", action="store_true", help="try unnoticed checks again, with new tests")
    asked = parser.parse_args()
    if asked.list:
        for number, site in enumerate(find_sites(ROOT)):
            sys.stdout.write(f"{number} {site}\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="access-mutations-") as folder:
        copy_source(Path(folder))
        sites = instrument_all(Path(folder))
        prepare(sites, again=asked.again)
        for stage in range(len(STAGES)):
            results = read_results()
            numbers = [
                number
                for number, site in enumerate(sites)
                if asked.only in f"{site.path} {site.code}" and is_open(results.get(number), stage)
            ]
            if numbers:
                run(Path(folder), stage, numbers)
    results = {
        number: result for number, result in read_results().items() if not is_open(result, len(STAGES) - 1)
    }
    write_report(ROOT / "docs" / "access-mutations.md", sites, results, datetime.datetime.now(datetime.UTC))
    unnoticed = [sites[number] for number, result in results.items() if not result["noticed"]]
    for site in unnoticed:
        sys.stdout.write(f"NOT NOTICED: {site}\n")
    sys.stdout.write(f"{len(results)} of {len(sites)} checks tried, {len(unnoticed)} unnoticed\n")
    return 1 if unnoticed or len(results) < len(sites) else 0


def copy_source(to: Path) -> None:
    """Copy all files of the working tree that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source = ROOT / name
        if source.is_file() and not source.is_symlink():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, to / name)


def is_open(result: dict[str, Any] | None, stage: int) -> bool:
    """Return True for a check that the tests of this stage have not been run for, and none before has noticed."""
    return result is None or (not result["noticed"] and result["stage"] < stage)


def prepare(sites: list[Site], *, again: bool) -> None:
    """Throw away results for other checks than these; `again` throws away what no test noticed, too."""
    WORK.mkdir(parents=True, exist_ok=True)
    mark = hashlib.sha256("\n".join(map(str, sites)).encode()).hexdigest()
    file = WORK / "checks.txt"
    if not file.exists() or file.read_text() != mark:
        for name in ("results.jsonl", "reached-0.json", "reached-1.json"):
            (WORK / name).unlink(missing_ok=True)
        file.write_text(mark)
    if again:
        for stage in range(len(STAGES)):
            (WORK / f"reached-{stage}.json").unlink(missing_ok=True)
        kept = [json.dumps(result) for result in read_results().values() if result["noticed"]]
        (WORK / "results.jsonl").write_text("".join(f"{line}\n" for line in kept))


def read_results() -> dict[int, dict[str, Any]]:
    """Return the last result of each check, by its number."""
    file = WORK / "results.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    return {result["number"]: result for result in map(json.loads, lines)}


def run(folder: Path, stage: int, numbers: list[int]) -> None:
    """Run the tests of a stage in the copy."""
    (WORK / "numbers.json").write_text(json.dumps(numbers))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.infra.access_mutations.plugin",
        "-q",
        *STAGES[stage],
    ]
    environment = os.environ | {
        "ACCESS_MUTATIONS": str(WORK),
        "ACCESS_MUTATIONS_STAGE": str(stage),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("DATABASE_URL", None)
    subprocess.run(
        [*command, *(f"--ignore={each}" for each in IGNORED)], cwd=folder, env=environment, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
