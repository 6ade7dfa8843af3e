"""Refusals of unsafe settings: production does not start with them, and says why. `clinic.settings` calls this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


class Refusal(StrEnum):
    """Settings that are missing or unsafe, each with a sentence that says how to mend it."""

    SIGNING_KEY = (
        "SECRET_KEY is missing, the development one, or shorter than 50 characters. Make one with: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
    ENCRYPTION_KEYS = (
        "MFA_ENCRYPTION_KEYS is missing, the development one, or not a list of keys. Make one with: "
        'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
    )
    DEBUG = "DEBUG is on. Remove it: production never shows tracebacks to visitors."
    ALLOWED_HOSTS = (
        "ALLOWED_HOSTS is empty or open. Name the hosts that people type, such as plans.example.org."
    )
    SITE_URL = "SITE_URL is missing or not https. It is the address printed on sign-in cards and in e-mails."


def is_fernet_key(text: str) -> bool:
    """Return True for 32 bytes in URL-safe base64, the form of a Fernet key."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def refuse_to_start_unsafely(
    *, production: bool, given: Sequence[str], wrong: Mapping[Refusal, bool]
) -> None:
    """Raise ImproperlyConfigured in production if a setting is `wrong`.

    If nothing is `given`, the person probably has no production server in mind: the message explains the modes instead
    of listing errors.
    """
    if not any(given):
        raise ImproperlyConfigured(
            "SUREFOOT_MODE is not set, so this is production, and production needs the settings of .env.example.\n"
            "To try Surefoot on your own machine: make run\n"
            "For another command there: SUREFOOT_MODE=development .venv/bin/python manage.py <command>"
        )
    problems = [str(refusal) for refusal, is_wrong in wrong.items() if is_wrong]
    if production and problems:
        raise ImproperlyConfigured(
            "Surefoot does not start in production like this:\n- "
            + "\n- ".join(problems)
            + "\nTo try it on your own machine, use `make run` (or set SUREFOOT_MODE=development)."
        )
