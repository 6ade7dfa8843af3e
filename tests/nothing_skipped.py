"""A pytest plugin that fails a run in which a test was skipped or expected to fail.

A skipped test checks nothing. If a requirement of a test (a browser, PostgreSQL) is missing, the run fails.
"""

import pytest

#: pytest's names for outcomes that count as success without checking anything.
NOT_PROVEN = ("skipped", "xfailed", "xpassed")


def _not_proven(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # a worker of pytest-xdist: the controller sees the reports of all workers
        return []
    return [
        f"{outcome}: {report.nodeid}" for outcome in NOT_PROVEN for report in reporter.stats.get(outcome, [])
    ]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and _not_proven(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if lines := _not_proven(config):
        terminalreporter.section("nothing may be skipped here", red=True)
        for line in lines:
            terminalreporter.line(line)
