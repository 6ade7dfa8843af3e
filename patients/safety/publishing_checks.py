"""The check that publishing a plan asks for: every safety warning and block has its answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from patients.exceptions import NotPossibleError
from patients.safety.rules import Effect
from patients.safety.selectors.plan_safety import ItemSafety


def list_unanswered_problems(rows: Iterable[ItemSafety]) -> list[str]:
    """Return the texts of all findings that prevent publishing; empty if every rule has its answer."""
    to_do = {
        Effect.LOCK: _("%(exercise)s: %(words)s"),
        Effect.BLOCK: _("%(exercise)s: %(words)s Take it out, or write why it is safe."),
        Effect.WARN: _("%(exercise)s: %(words)s Confirm that you have seen this."),
    }
    return [
        to_do[finding.effect] % {"exercise": row.name, "words": finding.words}
        for row in rows
        for finding in row.unanswered
    ]


def check_all_answered(rows: Iterable[ItemSafety]) -> None:
    """Raise NotPossibleError with the text of every block, lock and warning that has no answer."""
    if found := list_unanswered_problems(rows):
        raise NotPossibleError(" ".join(found))
