""".ci/requirements.lock and the bill of materials have the packages of requirements.txt, with hashes of their files."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
REQUIREMENTS, LOCK = ROOT / "requirements.txt", ROOT / ".ci" / "requirements.lock"
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def required(text: str) -> dict[str, str]:
    """Return name → version of a requirements file, with or without hashes. Extras only name further packages of it."""
    lines = re.sub(r" \\\n\s+--hash=\S+", "", text).splitlines()
    parsed = [Requirement(line.partition("#")[0]) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(each.name): str(each.specifier) for each in parsed}


def without_hash(text: str) -> list[str]:
    """Return the entries of a lock file that have no hash."""
    entries = re.split(r"\n(?=\S)", text.strip())
    return [entry.split()[0] for entry in entries if not HASH.search(entry)]


def test_both_files_agree():
    assert len(required(REQUIREMENTS.read_text())) > 30
    assert required(LOCK.read_text()) == required(REQUIREMENTS.read_text()), "Run: make lock"


def test_each_package_has_hashes():
    assert without_hash(LOCK.read_text()) == []
    assert len(HASH.findall(LOCK.read_text())) > 100


def test_a_package_without_a_hash_is_found():
    text = re.sub(r"(django==\S+)( \\\n\s+--hash=\S+)+", r"\1", LOCK.read_text())
    (found,) = without_hash(text)
    assert found.startswith("django==")


def test_pip_reads_the_lock_file_and_needs_nothing_else_from_it():
    """Without the network and without a change: every package in it is installed here already."""
    options = ["--dry-run", "--no-index", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
    result = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--requirement", str(LOCK)],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "Would install" not in result.stdout


@pytest.fixture(scope="module")
def bill() -> dict:
    made = subprocess.run([sys.executable, ".ci/sbom"], cwd=ROOT, capture_output=True, check=True).stdout
    again = subprocess.run([sys.executable, ".ci/sbom"], cwd=ROOT, capture_output=True, check=True).stdout
    assert made == again
    return json.loads(made)


def test_the_bill_of_materials_lists_each_package_with_its_version(bill):
    listed = {
        canonicalize_name(part["name"]): f"=={part['version']}"
        for part in bill["components"]
        if part["purl"].startswith("pkg:pypi/")
    }
    assert listed == required(REQUIREMENTS.read_text())


def test_the_bill_of_materials_lists_the_debian_packages_of_the_image(bill):
    listed = {part["name"] for part in bill["components"] if part["purl"].startswith("pkg:deb/")}
    packages = (ROOT / ".ci" / "debian-packages.txt").read_text()
    assert listed == set(re.findall(r"^([a-z]\S+) +run ", packages, re.MULTILINE))
    assert "postgresql-client" in listed


def test_each_python_package_has_its_hashes_and_a_licence(bill):
    text = LOCK.read_text()
    for part in bill["components"]:
        if not part["purl"].startswith("pkg:pypi/"):
            continue
        (reference,) = part["externalReferences"]
        assert reference["hashes"], part["name"]
        assert all(f"--hash=sha256:{each['content']}" in text for each in reference["hashes"])
        assert part["licenses"], part["name"]


def test_the_bill_says_what_it_is_a_bill_of(bill):
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "surefoot"
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(references) == len(set(references))
    assert bill["dependencies"] == [{"ref": "surefoot", "dependsOn": sorted(references)}]
