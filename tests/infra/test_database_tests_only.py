"""On the second database, only tests that cannot use it are left out."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest
from clinic.models import Clinic

def test_without_a_database(): pass

def test_that_asks_without_access():
    Clinic.objects.count()

def test_with_the_fixture(db): pass

@pytest.mark.django_db
def test_with_the_mark(): pass

@pytest.fixture
def rows(transactional_db): pass

def test_with_a_fixture_that_has_it(rows): pass

@pytest.mark.postgresql
def test_with_a_server_of_its_own(db): pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """List the tests above in a separate process with the plugin, and return their names."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(TESTS)

    def run(*options: str) -> list[str]:
        plugin = ("-p", "tests.database_tests_only", "--ds=tests.settings")
        result = pytester.runpytest_subprocess("--collect-only", "-q", *plugin, *options)
        return [line.partition("::")[2] for line in result.outlines if "::" in line]

    return run


def test_tests_without_access_are_left_out_and_all_others_stay(run):
    assert run("--database-tests-only") == [
        "test_with_the_fixture",
        "test_with_the_mark",
        "test_with_a_fixture_that_has_it",
    ]


def test_without_the_option_none_is_left_out(run):
    assert len(run()) == 6
