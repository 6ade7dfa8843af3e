"""The configuration of logs: what goes where, and how much of it."""

from __future__ import annotations

from typing import Any


def get_logging_config(*, readable: bool, level: str) -> dict[str, Any]:
    """Return the setting LOGGING. With `readable`, lines are text for a programmer, who reads texts of exceptions.

    Those may hold personal data; in JSON lines they are left out.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "clinic.monitoring.log_format.JsonFormatter"},
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line" if readable else "json"},
            "error_mail": {"class": "clinic.monitoring.error_mail.ErrorMailHandler"},
        },
        "root": {"handlers": ["stderr", "error_mail"], "level": level},
        "loggers": {
            # Without Django's own handlers, which mail settings, cookies and bodies to ADMINS.
            "django": {"handlers": [], "level": "INFO"},
            # The server's own lines in its worker processes.
            "_granian": {"handlers": [], "propagate": True},
            # WeasyPrint logs forty lines of progress per PDF; fido2 logs passkey data, which are personal.
            **{name: {"level": "WARNING"} for name in ("weasyprint.progress", "fontTools", "fido2")},
        },
    }
