"""What every test shares. Data comes from tests/factories.py, settings from tests/settings.py."""

from hypothesis import settings

# A slow machine is not a wrong answer.
settings.register_profile("surefoot", deadline=None)
settings.load_profile("surefoot")

pytest_plugins = ["pytester", "tests.nothing_skipped"]
