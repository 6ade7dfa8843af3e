"""Fixtures of all tests. Data comes from tests/factories.py, settings from tests/settings.py."""

import gc

import pytest
from django.core.management.commands import flush
from django.db import transaction
from django.utils import translation

from clinic.audit.append_only import without_protection
from tests.examples import load_profile

load_profile()

pytest_plugins = ["pytester", "tests.nothing_skipped", "tests.database_tests_only"]


_flush = flush.Command.handle


def _flush_audit_trail_too(self, **options):
    """Empty all tables after a transactional test: the database would refuse to empty those of the audit trail."""
    with without_protection(options["database"]):
        return _flush(self, **options)


flush.Command.handle = _flush_audit_trail_too


def pytest_collection_finish():
    """Exclude the objects that exist now (Django and thousands of tests) from garbage collection: none is freed."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def shared_data(django_db_setup, django_db_blocker):
    """Keep the rows that a module's own fixtures create for all of its tests, and roll them back after the last test.

    For tests that only read: creating the rows takes longer than reading them. A test's own changes to the database are
    rolled back after it, but a Python object that it changed stays changed.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _each_test_begins_in_english():
    """Activate English: a request leaves its language active in its thread until the next request sets another."""
    yield
    translation.deactivate()
