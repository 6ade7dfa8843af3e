"""Exceptions that services raise and views show."""

from __future__ import annotations


class NotPossibleError(Exception):
    """The state of things does not allow it. `str()` is the reason, ready to show."""
