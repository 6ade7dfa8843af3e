"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
application = get_wsgi_application()

from clinic.database_timeouts import OF_A_REQUEST, limit_waiting  # noqa: E402  # after the settings are loaded

limit_waiting(OF_A_REQUEST)
