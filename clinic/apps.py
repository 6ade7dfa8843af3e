"""App configuration."""

import logging
from importlib import import_module

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate

#: Files in the package folders of STATICFILES_DIRS that no page uses. What is left are four of 36: one style sheet of
#: Bootstrap with its source map, and two weights of the font.
UNUSED_FILES = ["bootstrap-*", "bootstrap.css*", "bootstrap.rtl*", "Atkinson*Italic.ttf"]


class ClinicConfig(AppConfig):
    name = "clinic"

    def ready(self) -> None:
        """Connect receivers, prepare the Spanish of Spain, leave unused files out of `collectstatic`, and log warnings.

        For static files, Django's own way is a subclass of StaticFilesConfig in INSTALLED_APPS, but pytest-django
        serves no static files to browsers unless that list names "django.contrib.staticfiles".
        """
        import_module("clinic.accounts.receivers")
        import_module("clinic.audit.receivers")
        from clinic.audit.append_only import protect_after_migrate
        from clinic.spanish_of_spain import use_words_of_spain

        post_migrate.connect(protect_after_migrate, sender=self)
        use_words_of_spain()
        if settings.PRODUCTION:
            # Python prints warnings with the values that they are about; as log records they lose them.
            logging.captureWarnings(True)
        staticfiles = apps.get_app_config("staticfiles")
        staticfiles.ignore_patterns = [*staticfiles.ignore_patterns, *UNUSED_FILES]  # type: ignore[attr-defined]
