"""TODO"""

from __future__ import annotations

from typing import Any

from django import forms


class PlainForm(forms.Form):
    """Gives every control the class that our stylesheet knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs.setdefault("class", "form-select")
            elif not isinstance(
                field.widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.HiddenInput)
            ):
                field.widget.attrs.setdefault("class", "form-control")


class DateInput(forms.DateInput):
    """The browser's own date field, which wants its value as 1950-04-12."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
