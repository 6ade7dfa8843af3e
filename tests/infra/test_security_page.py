"""docs/security.md: each requirement of the standard has a row, and what is claimed names tests that exist."""

from __future__ import annotations

import datetime
import re

import pytest

from patients.generated_security import (
    list_limits,
    list_session_times,
    read_toml,
    security_page,
    state_of,
    write_period,
)
from tests.architecture.source import ROOT, name_of, python_files
from tests.infra.test_hazard_log import find_missing

STANDARD, SOURCE = read_toml("asvs.toml"), read_toml("security.toml")
LEVELS = STANDARD["levels"]
ROWS = STANDARD["requirement"]
#: Numbers of requirements of OWASP ASVS 5.0.0, by level.
IN_THE_STANDARD = {"1": 70, "2": 183}
PLAIN_WORDS = ("untested", "not_met", "not_applicable")


def find_faults(row) -> list[str]:
    """Return what is wrong with the row of a requirement: each claim has tests, and what has none says why."""
    faults = [field for field in ("number", "asks") if not row.get(field)]
    words = [name for name in PLAIN_WORDS if name in row]
    if any(len(row[name].split()) < 2 for name in words):
        faults.append("words that say nothing")
    if ("does" in row) != bool(row.get("tests")):
        faults.append("what we do and what shows it go together")
    elif not words and "does" not in row:
        faults.append("neither tests nor plain words")
    if len(words) > 1 or ("does" in row and words not in ([], ["not_met"])):
        faults.append("two states at once")
    return faults + (find_missing(row) if row.get("tests") else [])


def find_without_row(levels, rows) -> set[str]:
    numbers = [row["number"] for row in rows]
    return {number for of_level in levels.values() for number in of_level} ^ set(numbers)


def test_the_list_of_numbers_is_that_of_the_standard():
    numbers = [number for level in LEVELS.values() for number in level]

    assert {level: len(of_level) for level, of_level in LEVELS.items()} == IN_THE_STANDARD
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\d{1,2}\.\d\.\d{1,2}", number) for number in numbers)
    assert {number.partition(".")[0] for number in numbers} == set(STANDARD["chapters"])


def test_every_requirement_has_one_row_and_every_row_a_requirement():
    assert find_without_row(LEVELS, ROWS) == set()
    assert len(ROWS) == sum(IN_THE_STANDARD.values())


def test_a_requirement_without_a_row_and_a_row_without_a_requirement_are_found():
    levels = {"1": ["1.1.1", "1.1.2"]}

    assert find_without_row(levels, [{"number": "1.1.1"}]) == {"1.1.2"}
    assert find_without_row(levels, [{"number": "1.1.1"}, {"number": "1.1.2"}, {"number": "9.9.9"}]) == {
        "9.9.9"
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["number"])
def test_a_row_has_tests_that_exist_or_plain_words(row):
    assert find_faults(row) == []


MINE = "tests/infra/test_security_page.py::test_a_row_has_tests_that_exist_or_plain_words"
SOUND = {"number": "1.1.1", "asks": "Something", "does": "We do it.", "tests": [MINE]}


@pytest.mark.parametrize(
    "change",
    [
        {"tests": []},
        {"tests": ["tests/infra/test_security_page.py::test_that_nobody_wrote"]},
        {"does": None},
        {"does": None, "tests": None},
        {"does": None, "tests": None, "not_met": ""},
        {"does": None, "tests": None, "not_met": "no"},
        {"asks": ""},
        {"untested": "We do it, as the code was read."},
        {"not_applicable": "There is no such thing here."},
    ],
    ids=str,
)
def test_a_row_that_claims_without_a_test_is_found(change):
    assert find_faults({name: value for name, value in (SOUND | change).items() if value is not None})


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (SOUND, "met"),
        (SOUND | {"not_met": "But not that."}, "in part"),
        ({"number": "1.1.1", "asks": "It", "untested": "We do."}, "met, without a test"),
        ({"number": "1.1.1", "asks": "It", "not_met": "We do not."}, "not met"),
        ({"number": "1.1.1", "asks": "It", "not_applicable": "No such thing."}, "does not apply"),
    ],
)
def test_a_sound_row_is_accepted_and_its_state_is_on_the_page(row, state):
    assert find_faults(row) == []
    assert state_of(row) == state


def test_what_is_not_met_is_on_the_page_in_its_words():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    not_met = [row for row in ROWS if "not_met" in row]

    assert len(not_met) > 20
    for row in not_met:
        assert f"**{row['not_met']}**" in page


@pytest.mark.parametrize("attack", SOURCE["attack"], ids=lambda attack: attack["tries"][:60])
def test_an_attack_fails_in_tests_that_exist(attack):
    assert find_missing(attack) == []


def test_no_attack_is_listed_twice():
    tries = [attack["tries"] for attack in SOURCE["attack"]]

    assert len(tries) == len(set(tries)) >= 80


@pytest.mark.parametrize("question", SOURCE["question"], ids=lambda question: question["asks"])
def test_an_answer_names_tests_that_exist_or_says_in_bold_that_nothing_shows_it(question):
    assert find_missing(question) == [] or (question["tests"] == [] and "**" in question["answer"])


# --- Parts of the page that come from the code ---


def test_every_limit_of_the_code_is_on_the_page():
    page = security_page("")
    listed = {limit.name: limit for limits in list_limits().values() for limit in limits}
    written = [
        (name_of(file), name)
        for file in python_files()
        for name in re.findall(r"(?<!class )\bLimit\(\s*\"([^\"]+)\"", file.read_text(encoding="utf-8"))
    ]

    assert len(written) > 25
    assert [(file, name) for file, name in written if name not in listed] == []
    for limit in listed.values():
        assert f"| {limit.name} | {limit.tries} | {write_period(limit.period)} |" in page


def test_the_times_of_sessions_are_those_of_the_code():
    page = security_page("")

    assert len(list_session_times()) == 3
    for who, unused, longest in list_session_times():
        assert f"| {who} | {write_period(unused)} | {write_period(longest)} |" in page


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (datetime.timedelta(minutes=15), "15 minutes"),
        (datetime.timedelta(hours=1), "1 hour"),
        (datetime.timedelta(hours=10), "10 hours"),
        (datetime.timedelta(days=1), "1 day"),
        (datetime.timedelta(days=365), "365 days"),
        (datetime.timedelta(seconds=90), "90 seconds"),
    ],
)
def test_a_period_is_in_words(period, words):
    assert write_period(period) == words
