"""The hazard log of docs/safety.toml: each hazard is complete, and each test that it names exists."""

import ast
from functools import cache

import pytest

from patients.generated_safety_case import read_safety_case
from tests.architecture.source import ROOT

SEVERITIES = ("catastrophic", "major", "considerable", "significant", "minor")
HAZARDS = read_safety_case()["hazard"]


@cache
def find_tests_in(file: str) -> frozenset[str]:
    """Return the names of the tests of a file as pytest shows them, without parameters; empty if there is no file."""
    path = ROOT / file
    if not file.startswith("tests/") or not path.is_file():
        return frozenset()
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            found |= {f"{file}::{node.name}::{each.name}" for each in node.body if _is_test(each)}
        elif _is_test(node):
            found.add(f"{file}::{node.name}")
    return frozenset(found)


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def find_missing(hazard) -> list[str]:
    """Return the tests that the hazard names and that do not exist; "not shown yet" if it names none."""
    if not hazard["tests"]:
        return ["not shown yet"]
    return [name for name in hazard["tests"] if name not in find_tests_in(name.partition("::")[0])]


def test_there_are_the_hazards_of_the_clinical_rules_and_more():
    ids = [hazard["id"] for hazard in HAZARDS]

    assert len(ids) >= 25
    assert ids == [f"H{number:02}" for number in range(1, len(ids) + 1)]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_hazard_says_what_a_hazard_log_needs(hazard):
    assert all(hazard[field] for field in ("hazard", "cause", "effect", "control"))
    assert hazard["severity"] in SEVERITIES


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_hazard_names_tests_that_exist(hazard):
    assert find_missing(hazard) == []


def test_a_hazard_without_a_test_is_found():
    assert find_missing({"tests": []}) == ["not shown yet"]


@pytest.mark.parametrize(
    "name",
    [
        "tests/infra/test_hazard_log.py::test_that_nobody_wrote",
        "tests/infra/test_no_such_file.py::test_a_hazard_without_a_test_is_found",
        "tests/infra/test_hazard_log.py::TestNoClass::test_a_hazard_without_a_test_is_found",
        "tests/infra/test_hazard_log.py::find_missing",
        "tests/infra/test_hazard_log.py",
        "patients/generated_safety_case.py::safety_case_page",
    ],
)
def test_a_name_of_a_test_that_does_not_exist_is_found(name):
    assert find_missing({"tests": [name]}) == [name]


def test_a_name_of_a_test_that_exists_is_accepted():
    mine = "tests/infra/test_hazard_log.py::test_a_hazard_without_a_test_is_found"
    in_a_class = (
        "tests/patients/safety/test_hand_written_cases.py"
        "::TestFlags::test_a_flag_has_the_effect_of_the_sheet_on_the_exercise"
    )

    assert find_missing({"tests": [mine, in_a_class]}) == []


def test_nobody_has_signed_in_the_name_of_a_clinician():
    page = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")

    for role, name in read_safety_case()["sign_off"].items():
        assert f"| {role.replace('_', ' ').capitalize()} | {name or '**unsigned**'} |" in page
