"""`make mutate-access`: it finds the checks, switches off one at a time, and reports one that nothing notices."""

import ast
import datetime
import os
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT
from tests.infra.access_mutations.report import write_report
from tests.infra.access_mutations.sites import find_sites, instrument

NOW = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def sites():
    return find_sites(ROOT)


def of(sites, path, function):
    return [site.code for site in sites if site.path == path and site.function.endswith(function)]


def test_the_checks_that_everyone_knows_are_found(sites):
    assert of(sites, "patients/plans/views/plans.py", "plan_publish") == [
        "@staff_permission_required(Action.ASSIGN_PLANS)"
    ]
    assert of(sites, "patients/lookups.py", "get_patient_or_404") == [".visible_to(user)"]
    assert of(sites, "patients/lookups.py", "get_report_or_404") == [
        ".filter(patient=patient)",
        ".for_patient(patient)",
    ]
    assert of(sites, "patients/models/patient.py", "visible_to") == [".filter(clinic=membership.clinic)"]
    assert of(sites, "patients/sign_in/views/helpers.py", "helper_remove") == [
        "@patient_only",
        "get_object_or_404(patient.helpers.all(), pk=helper_id)",
    ]
    assert of(sites, "patients/permissions.py", "check_is_not_helper")[0].startswith(
        "if patient.user_id != user.pk: raise PermissionDenied"
    )
    assert of(sites, "clinic/accounts/views_staff.py", "recovery_confirm")[0] == "@recovery_helper_required"


def test_every_decorator_of_permission_is_found(sites):
    """A search for their names in the text finds no more of them than the syntax tree."""
    names = (
        "staff_permission_required(",
        "patient_only",
        "patient_required",
        "fresh_authentication_required",
    )
    found = [site for site in sites if site.kind == "decorator"]
    for app in ("clinic", "exercises", "patients"):
        for file in (ROOT / app).rglob("*.py"):
            lines = [line.strip() for line in file.read_text().splitlines()]
            path = file.relative_to(ROOT).as_posix()
            marked = [line for line in lines if line.startswith(tuple(f"@{name}" for name in names))]
            assert len(marked) <= len([site for site in found if site.path == path]), path
    assert len(found) > 120


SOURCE = '''"""A module."""
from __future__ import annotations

from clinic.permissions import check_staff_permission, staff_permission_required


@staff_permission_required(Action.ASSIGN_PLANS)
def view(request, plan_id):
    plan = Plan.objects.visible_to(request.user).filter(patient=plan_id, number=1)
    if plan is None and request.user:
        raise PermissionDenied
    return check_staff_permission(request.user, Action.ASSIGN_PLANS)
'''


def test_each_check_gets_a_switch_and_the_rest_stays():
    text, found = instrument(SOURCE, "patients/x/selectors.py", first=7)
    assert [(site.kind, site.code) for site in found] == [
        ("decorator", "@staff_permission_required(Action.ASSIGN_PLANS)"),
        ("scope", ".visible_to(request.user)"),
        ("owner filter", ".filter(patient=plan_id)"),
        ("refusal", "if plan is None and request.user: raise PermissionDenied"),
        ("call", "check_staff_permission(request.user, Action.ASSIGN_PLANS)"),
    ]
    assert "Plan.objects.all()" in text
    assert ".filter(number=1)" in text
    assert "if False if access_switch.is_off(10) else" in text
    assert "request.user.membership if access_switch.is_off(11) else" in text
    ast.parse(text)
    assert instrument("x = 1\n", "patients/x.py") == ("x = 1\n", [])


APP = {
    "checked.py": """
from tests.infra.access_mutations import switch

def may_read(owner, reader):
    return True if switch.is_off(0) else owner == reader

def may_write(owner, writer):
    return True if switch.is_off(1) else owner == writer
""",
    "test_checked.py": """
import checked
import pytest

pytestmark = pytest.mark.django_db

def test_a_stranger_may_not_read():
    assert not checked.may_read("a", "b")

def test_an_owner_reads():
    assert checked.may_read("a", "a")
""",
    "test_second.py": """
import checked
import pytest

pytestmark = pytest.mark.django_db

class TestAnOwner:
    def test_may_write(self):
        assert checked.may_write("a", "a")
""",
    "numbers.json": "[0, 1]",
    "pytest.ini": "[pytest]\naddopts = -p no:django -p no:cacheprovider\nmarkers = django_db\n",
}


@pytest.mark.parametrize("stage", ["0", "1"])
def test_a_check_whose_removal_nothing_notices_is_reported(tmp_path, sites, stage):
    for name, text in APP.items():
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "tests.infra.access_mutations.plugin", "-q"]
    environment = os.environ | {
        "ACCESS_MUTATIONS": str(tmp_path),
        "ACCESS_MUTATIONS_STAGE": stage,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert "0: test_checked.py::test_a_stranger_may_not_read" in ran.stderr, ran.stdout + ran.stderr
    assert "1: NOT NOTICED" in ran.stderr


def test_the_page_names_what_was_noticed_and_what_was_not(tmp_path, sites):
    page = tmp_path / "page.md"
    results = {
        0: {"number": 0, "noticed": "tests/x/test_a.py::test_one"},
        1: {"number": 1, "noticed": None},
    }
    write_report(page, sites, results, NOW)
    text = page.read_text()
    assert "on 2026-03-02: 2 of" in text
    assert "1 were noticed, 1 were not" in text
    assert "`test_a::test_one`" in text
    assert f"Not noticed:\n\n- `{sites[1].path}`" in text
