"""A pytest plugin: a run in which anything was skipped, or expected to fail, has failed.

A skipped test is a promise nobody checks. What a test needs (a browser, PostgreSQL) is there, or the run is
red.
"""

import pytest

#: pytest's own names for the outcomes that look green and prove nothing.
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
