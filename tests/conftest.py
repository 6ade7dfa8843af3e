"""What every test shares. Data comes from tests/factories.py, settings from tests/settings.py."""

import gc

import pytest
from django.db import transaction
from django.utils import translation

from tests.examples import load_profile

load_profile()

pytest_plugins = ["pytester", "tests.nothing_skipped"]


def pytest_collection_finish():
    """What stands now, Django and thousands of tests, stays to the end: the garbage collector need not look again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def shared_data(django_db_setup, django_db_blocker):
    """Keep the rows that a module's own fixtures make for all of its tests, and roll them back after the last.

    For tests that read: making the rows takes longer than reading them. What a test changes itself is rolled back after
    it, but a Python object that it changed stays changed.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _each_test_begins_in_english():
    """A request leaves the language that it was answered in behind in its thread, until the next one sets its own."""
    yield
    translation.deactivate()
