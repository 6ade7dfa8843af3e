"""Rules for the details of a patient record."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from patients.exceptions import NotPossibleError

#: In years; the longest verified human life is 122.
MAX_AGE = 125


def check_date_of_birth(born: datetime.date, today: datetime.date) -> None:
    """Raise NotPossibleError if the date of birth is not in the past, or more than `MAX_AGE` years ago."""
    if born >= today:
        raise NotPossibleError(_("A date of birth lies in the past. Check the year."))
    if today.year - born.year > MAX_AGE:
        raise NotPossibleError(_("Nobody is that old. Check the year."))
