"""The patient's form of the export and of a request for erasure."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from patients.sign_in.forms.sign_in import DateOfBirthForm


class ConfirmDateOfBirthForm(DateOfBirthForm):
    """The patient's date of birth once more, from whoever holds the signed-in device."""

    device = None  # type: ignore[assignment]  # Django's way to leave out an inherited field

    def __init__(self, data: Any = None, *, date_of_birth: datetime.date) -> None:
        super().__init__(data)
        self._expected = date_of_birth

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        typed = cleaned.get("date_of_birth")
        if typed is not None and typed != self._expected:
            self.add_error(self.date_fields[0].name, _("This is not the date of birth that your clinic has."))
        return cleaned
