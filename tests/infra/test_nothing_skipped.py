"""A run with a skipped test fails. Each test here runs a small suite of its own with the plugin."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run a test file with the plugin, in a separate process without this project's settings."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        return pytester.runpytest_subprocess("-p", "xdist", "-p", "tests.nothing_skipped", *arguments)

    return run


def test_a_run_without_skips_passes(run):
    result = run("def test_it(): assert True")
    assert result.ret == pytest.ExitCode.OK


SKIPPED = "import pytest\n@pytest.mark.skip\ndef test_it(): pass\ndef test_other(): pass"
SKIPPED_IN_THE_MIDDLE = "import pytest\ndef test_it(): pytest.skip('no browser')\ndef test_other(): pass"
EXPECTED_TO_FAIL = "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False\ndef test_other(): pass"
PASSED_UNEXPECTEDLY = "import pytest\n@pytest.mark.xfail\ndef test_it(): pass\ndef test_other(): pass"
WITHOUT_ITS_LIBRARY = "import pytest\npytest.importorskip('nobody_has_this')\ndef test_it(): pass"


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("source", [SKIPPED, SKIPPED_IN_THE_MIDDLE, EXPECTED_TO_FAIL, PASSED_UNEXPECTEDLY])
def test_a_run_that_skips_or_expects_a_failure_fails(run, source, workers):
    result = run(source, "-n", workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*nothing may be skipped here*", "*: *test_it"])


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_file_that_is_skipped_because_a_library_is_missing_fails_the_run(run, workers, pytester):
    pytester.makepyfile(test_beside="def test_beside(): pass")
    result = run(WITHOUT_ITS_LIBRARY, "-n", workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_run_of_no_tests_fails(run):
    assert run("").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_suite_runs_under_this_rule(request):
    assert request.config.pluginmanager.has_plugin("tests.nothing_skipped")
