"""Settings of a server whose URLs have views that fail."""

from clinic.settings import *  # noqa: F403

ROOT_URLCONF = "tests.clinic.monitoring.urls_with_faults"
# No page needs `collectstatic` to have run.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
