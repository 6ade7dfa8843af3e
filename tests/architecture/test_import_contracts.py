"""The contracts of import-linter in pyproject.toml: they hold, and each fails on a planted fault."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import APPS, ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
#: Contract (the beginning of its name) → (file, an import that it forbids).
FAULTS = {
    "patients may import exercises": ("clinic/roles.py", "from patients.models import Patient"),
    "The domains of patients": (
        "patients/safety/rules.py",
        "from patients.sessions.selectors.today import Today",
    ),
    "The domains of exercises": (
        "exercises/library/search.py",
        "from exercises.routines.services import add_routine",
    ),
    "The domains of clinic": ("clinic/audit/services.py", "from clinic.team.selectors import Team"),
    "Inside a domain": ("patients/messages/selectors.py", "from patients.messages.services import send"),
    "Definitions import no model": ("patients/sessions/questions.py", "from patients.models import Patient"),
    "The oracle of the simulation": (
        "patients/simulation/oracle.py",
        "from exercises.catalogue.entries import Demand",
    ),
    "No circle of files": ("patients/plans/content.py", "from patients.plans.diff import changes"),
}


def lint(folder):
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    return {line.rpartition(" KEPT")[0] for line in lines if " KEPT" in line}, {
        line.rpartition(" BROKEN")[0] for line in lines if " BROKEN" in line
    }


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return a folder with a copy of the three apps and the contracts."""
    folder = tmp_path_factory.mktemp("copy")
    for app in APPS:
        shutil.copytree(ROOT / app, folder / app, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_holds(copy):
    kept, broken = lint(copy)
    assert broken == set()
    assert len(kept) == len(FAULTS)


def test_each_contract_fails_on_a_planted_fault(copy, tmp_path):
    planted = tmp_path / "planted"
    shutil.copytree(copy, planted)
    for file, fault in FAULTS.values():
        with (planted / file).open("a") as source:
            source.write(f"\n{fault}\n")
    _kept, broken = lint(planted)
    missed = [name for name in FAULTS if not any(found.startswith(name) for found in broken)]
    assert missed == []
