"""Rules for the facts of a patient record."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from patients.exceptions import NotPossibleError

#: Years; the longest life on record is 122.
MAX_AGE = 125


def check_date_of_birth(born: datetime.date, today: datetime.date) -> None:
    """Raises NotPossibleError for a date of birth that nobody alive can have."""
    if born >= today:
        raise NotPossibleError(_("A date of birth lies in the past. Check the year."))
    if today.year - born.year > MAX_AGE:
        raise NotPossibleError(_("Nobody is that old. Check the year."))
