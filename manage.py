#!/usr/bin/env python
"""Surefoot's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.INSTALLED_APPS  # reads the settings here, so that errors of commands are not caught
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    if settings.OWNER_DATABASE and sys.argv[1:] and sys.argv[1] in settings.OWNER_COMMANDS:
        settings.DATABASES["default"] = settings.OWNER_DATABASE
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
