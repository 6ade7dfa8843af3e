"""What every test shares. Data comes from tests/factories.py, settings from tests/settings.py."""

import gc

import pytest
from django.utils import translation
from hypothesis import settings

# A slow machine is not a wrong answer.
settings.register_profile("surefoot", deadline=None)
settings.load_profile("surefoot")

pytest_plugins = ["pytester", "tests.nothing_skipped"]


def pytest_collection_finish():
    """What stands now, Django and thousands of tests, stays to the end: the garbage collector need not look again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _each_test_begins_in_english():
    """A request leaves the language that it was answered in behind in its thread, until the next one sets its own."""
    yield
    translation.deactivate()
