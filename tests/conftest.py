"""Fixtures of all tests. Data comes from tests/factories.py, settings from tests/settings.py."""

import gc

import pytest
from django.core.management.commands import flush
from django.db import transaction
from django.utils import translation
from factory.django import DjangoModelFactory

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
    """Exclude the objects that exist now (Django and thousands of tests) from garbage collection: none is freed.

    Tests create objects by the thousand: to look for cycles among them less often saves a twentieth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="module")
def shared_data(django_db_setup, django_db_blocker):
    """Keep the rows that a module's own fixtures create for all of its tests, and roll them back after the last test.

    For tests that only read: creating the rows takes longer than reading them. A test's own changes to the database are
    rolled back after it, but a Python object that it changed stays changed.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module", autouse=True)
def _each_file_begins_its_own_numbers():
    """Count the names that factories number from 0 in each file: no test may depend on the files that ran before it.

    A name such as "Harbour Clinic 911" made a test fail that looked for "911" on a page.
    """
    for factory in list_factories(DjangoModelFactory):
        factory.reset_sequence(0, force=True)


def list_factories(base):
    """Return the factories that derive from `base`, of all modules that are imported by now."""
    return [one for kind in base.__subclasses__() for one in (kind, *list_factories(kind))]


@pytest.fixture(autouse=True)
def _each_test_begins_in_english():
    """Activate English: a request leaves its language active in its thread until the next request sets another."""
    yield
    translation.deactivate()
