"""A pytest plugin: run all tests once to learn which checks each reaches, then those of each check with it off.

Each check is tried in a process of its own, forked from the one that has imported the app and created the database. It
runs the tests that reach the check, those most likely to notice first, until one fails. Only on SQLite, and without
tests that commit: a process that ends in the middle leaves nothing in the database.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.infra.access_mutations import switch

#: Folder of `__main__`: the numbers to try, what the tests reach, and a line for each result.
WORK = Path(os.environ["ACCESS_MUTATIONS"])
STAGE = int(os.environ.get("ACCESS_MUTATIONS_STAGE", "0"))
#: Seconds of processor time for the tests of one check. One that nothing has noticed by then counts as unnoticed.
MOST_SECONDS = 60
#: Names of tests about access, which come first.
LIKELY = re.compile(
    r"tests/architecture/|foreign|other|another|own|only|refus|nobody|helper|clinic|permission|may_|403|404|private"
)
#: Tests that read the source, or that say nothing about access and take long.
LEFT_OUT = re.compile(r"spanish|_docs|hand_written|test_outages|test_load_catalogue|test_new_question")


class Runner:
    """The two runs. `failed` is set by each report of a failure."""

    def __init__(self) -> None:
        self.failed = False
        self.setup_seconds: dict[str, float] = defaultdict(float)
        self.setup_reached: dict[str, set[int]] = defaultdict(set)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if rolls_back(item) and not LEFT_OUT.search(item.nodeid)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Any:
        began = time.monotonic()
        result = yield
        module = item.nodeid.partition("::")[0]
        self.setup_seconds[module] = max(self.setup_seconds[module], time.monotonic() - began)
        if "tests/architecture" in module:  # their data is built once for all tests of a file
            self.setup_reached[module] |= switch.REACHED
        return result

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        file = WORK / f"reached-{STAGE}.json"
        if file.exists():
            known = json.loads(file.read_text())
            _run(session.items[0], session.items[0])  # creates the database
        else:
            known = self._learn(session)
            file.write_text(json.dumps(known))
        items = {item.nodeid: item for item in session.items}
        for number in json.loads((WORK / "numbers.json").read_text()):
            reaching = [name for name in items if number in known.get(name, {}).get("reached", ())]
            reaching.sort(key=lambda name: (not LIKELY.search(name), known[name]["seconds"]))
            began = time.monotonic()
            noticed, tried = self._try(session, number, [items[name] for name in reaching])
            result = {
                "number": number,
                "stage": STAGE,
                "noticed": noticed,
                "tried": tried,
                "reaching": len(reaching),
            }
            with (WORK / "results.jsonl").open("a") as results:
                results.write(f"{json.dumps(result | {'seconds': round(time.monotonic() - began, 1)})}\n")
            sys.__stderr__.write(f"{number}: {noticed or 'NOT NOTICED'}\n")  # type: ignore[union-attr]
        return True

    def _learn(self, session: pytest.Session) -> dict[str, Any]:
        """Return the seconds of each test and the checks that it reaches, but for tests that fail by themselves."""
        known: dict[str, Any] = {}
        following = [*session.items[1:], session.items[0]]
        for item, after in zip(session.items, following, strict=True):
            self.failed = False
            switch.REACHED.clear()
            began = time.monotonic()
            _run(item, after)
            if self.failed:
                sys.__stderr__.write(f"fails by itself: {item.nodeid}\n")  # type: ignore[union-attr]
            else:
                known[item.nodeid] = {
                    "seconds": time.monotonic() - began,
                    "reached": sorted(switch.REACHED),
                }
        for name, test in known.items():
            module = name.partition("::")[0]
            test["seconds"] += self.setup_seconds[module]
            test["reached"] = sorted({*test["reached"], *self.setup_reached[module]})
        return known

    def _try(self, session: pytest.Session, number: int, items: list[pytest.Item]) -> tuple[str | None, int]:
        """Return the first test that fails while the check is off, None if none does, and the number of tests run."""
        if not items:
            return None, 0
        _close_connections()
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            self._be_without(session, number, items, writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            told = pipe.read()
        os.waitpid(process, 0)
        noticed, tried = json.loads(told) if told else (None, 0)
        return noticed, tried

    def _be_without(
        self, session: pytest.Session, number: int, items: list[pytest.Item], writing: int
    ) -> None:
        """Run the tests in this process, which ends here."""
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        session._setupstate.teardown_exact(items[0])  # type: ignore[attr-defined]
        switch.OFF, self.failed = number, False
        noticed, tried = None, 0
        for item, after in zip(items, [*items[1:], items[0]], strict=True):
            tried += 1
            _run(item, after)
            if self.failed:
                noticed = item.nodeid
                break
        os.write(writing, json.dumps([noticed, tried]).encode())
        os._exit(0)


def rolls_back(item: pytest.Item) -> bool:
    """Return True for a test that uses the database and leaves nothing in it."""
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    commits = (marker and marker.kwargs.get("transaction")) or names & {"transactional_db", "live_server"}
    return bool(marker or "db" in names) and not commits and not item.get_closest_marker("postgresql")


def _run(item: pytest.Item, following: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _close_connections() -> None:
    """Close the connections to the database, since two processes may not share one."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            connection.connection.close()
            connection.connection = None


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Runner(), "access-mutations")
