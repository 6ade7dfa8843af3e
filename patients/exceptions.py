"""Exceptions that services raise and views show."""

from __future__ import annotations


class NotPossibleError(Exception):
    """The current state does not allow the action. `str()` is the reason, ready to show to the user."""
