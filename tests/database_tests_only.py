"""A pytest plugin with an option for the run on a second database: it leaves out tests that say the same on each.

pytest-django refuses every query of a test that did not ask for the database. Tests with the mark `postgresql` start a
server of their own, whatever DATABASE_URL says.
"""

import pytest

#: Fixtures that give access to the database.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "shared_data"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-tests-only",
        action="store_true",
        help="leave out tests without access to the database, or with a server of their own: for a second run",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that cannot use the database of the run.

    Those of `tests/infra` without a server of their own stay: they start processes that read the settings.
    """
    if config.getoption("--database-tests-only"):
        left_out = [item for item in items if not may_use_the_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if may_use_the_database(item)]


def may_use_the_database(item: pytest.Item) -> bool:
    """Return False for a test that pytest-django keeps from the database, or that starts a server of its own."""
    return item.get_closest_marker("postgresql") is None and (
        item.get_closest_marker("django_db") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        or "infra" in item.path.parts
    )
