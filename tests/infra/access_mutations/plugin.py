"""A pytest plugin: run all tests once to learn which checks each reaches, then those of each check with it off.

Each check is switched off for the tests that reach it, those most likely to notice first, until one fails. All tests
run in one process, file by file, so that the data of a file are built once. In the end each test that noticed something
runs once more with all checks on: one that fails then has noticed nothing.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.infra.access_mutations import switch

#: Folder of `__main__`: the numbers to try, what the tests reach, and a line for each result.
WORK = Path(os.environ["ACCESS_MUTATIONS"])
STAGE = int(os.environ.get("ACCESS_MUTATIONS_STAGE", "0"))
#: Seconds of processor time for the tests of one check. One that nothing has noticed by then goes on to the next stage,
#: and counts as unnoticed after the last.
MOST_SECONDS = 60 if STAGE else 12
#: Names of tests about access, which come first.
LIKELY = re.compile(
    r"foreign|other|another|own|only|refus|nobody|helper|clinic|permission|may_|403|404|private"
)
#: Tests that read the source, or that say nothing about access and take long.
LEFT_OUT = re.compile(r"spanish|_docs|hand_written|test_outages|test_load_catalogue|test_new_question")


class Runner:
    """The two runs. `failed` is set by each report of a failure."""

    def __init__(self) -> None:
        self.failed = False
        self.known: dict[str, Any] = {}
        self.results: dict[int, dict[str, Any]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if rolls_back(item) and not LEFT_OUT.search(item.nodeid)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        file = WORK / f"reached-{STAGE}.json"
        if file.exists():
            self.known = json.loads(file.read_text())
        else:
            self._learn(session)
            file.write_text(json.dumps(self.known))
        numbers = json.loads((WORK / "numbers.json").read_text())
        self.results = {
            number: {"number": number, "stage": STAGE, "noticed": None, "tried": 0, "seconds": 0.0}
            for number in numbers
        }
        files: dict[str, list[pytest.Item]] = defaultdict(list)
        for item in session.items:
            if item.nodeid in self.known:
                files[item.nodeid.partition("::")[0]].append(item)
        for number in numbers if STAGE else ():
            self._try(number, session.items)
        for items in () if STAGE else files.values():
            self._run(items[0], items[-1])  # builds the data of the file, which stay, while every check is on
            for number in numbers:
                self._try(number, items)
        self._run_again({item.nodeid: item for item in session.items})
        write(self.results.values())
        return True

    def _learn(self, session: pytest.Session) -> None:
        """Note the seconds of each test and the checks that it reaches, but of tests that fail by themselves."""
        following = [*session.items[1:], session.items[0]]
        for item, after in zip(session.items, following, strict=True):
            switch.REACHED.clear()
            began = time.process_time()
            if self._run(item, after):
                told(f"fails by itself: {item.nodeid}")
            else:
                seconds = time.process_time() - began
                self.known[item.nodeid] = {"seconds": seconds, "reached": sorted(switch.REACHED)}

    def _try(self, number: int, items: list[pytest.Item]) -> None:
        """Run the tests that reach the check with it off, until one fails."""
        result = self.results[number]
        reaching = [each for each in items if number in self.known.get(each.nodeid, {}).get("reached", ())]
        reaching.sort(key=lambda each: (not LIKELY.search(each.nodeid), self.known[each.nodeid]["seconds"]))
        if result["noticed"] or not reaching:
            return
        began = time.process_time()
        switch.OFF = number
        for item, after in zip(reaching, [*reaching[1:], reaching[0]], strict=True):
            result["tried"] += 1
            if self._run(item, after):
                result["noticed"] = item.nodeid
                break
            if time.process_time() - began > MOST_SECONDS:
                break
        switch.OFF = None
        result["seconds"] += round(time.process_time() - began, 1)
        told(f"{number}: {result['noticed'] or 'NOT NOTICED'}, {result['tried']} tests")
        if result["noticed"]:
            write([result])

    def _run_again(self, items: dict[str, pytest.Item]) -> None:
        """Forget what was noticed by tests that fail with all checks on, because of what an earlier one left behind."""
        noticing = sorted({result["noticed"] for result in self.results.values() if result["noticed"]})
        for name, after in zip(noticing, [*noticing[1:], *noticing[:1]], strict=True):
            if self._run(items[name], items[after]):
                told(f"fails with all checks on: {name}")
                for result in self.results.values():
                    if result["noticed"] == name:
                        result["noticed"] = None

    def _run(self, item: pytest.Item, following: pytest.Item) -> bool:
        """Run the test, and return True if it failed. What it shares with the following one stays set up.

        A test that is set up already is not set up again: one that follows itself has its neighbour in between.
        """
        item.session._setupstate.teardown_exact(item)  # what the test before kept for one that did not run
        self.failed = False
        if following is item:
            others = [each for each in item.session.items if each is not item]
            of_same_file = [each for each in others if each.path == item.path]
            following = (of_same_file or others)[0]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return self.failed


def rolls_back(item: pytest.Item) -> bool:
    """Return True for a test that uses the database and leaves nothing in it."""
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    commits = (marker and marker.kwargs.get("transaction")) or names & {"transactional_db", "live_server"}
    return bool(marker or "db" in names) and not commits and not item.get_closest_marker("postgresql")


def write(results: Iterable[dict[str, Any]]) -> None:
    """Add results at the end of the file: the last one of a check counts, so that a run may be stopped at any time."""
    with (WORK / "results.jsonl").open("a") as file:
        file.writelines(f"{json.dumps(result)}\n" for result in results)


def told(line: str) -> None:
    print(line, file=sys.__stderr__, flush=True)  # past pytest's capture


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Runner(), "access-mutations")
