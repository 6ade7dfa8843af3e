"""What every test shares. Data comes from tests/factories.py, settings from tests/settings.py."""

pytest_plugins = ["pytester", "tests.nothing_skipped"]
