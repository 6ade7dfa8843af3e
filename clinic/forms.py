"""Form fields and base classes that all apps share."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clinic.days import is_usual_day
from clinic.pagination import parse_uuid


class StyledForm(forms.Form):
    """A form that gives every control its Bootstrap class."""

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
    """A browser's native date field. Its value has to be written like 1950-04-12."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between 1900 and 2199, in a browser's native date field."""

    widget = DateInput

    def to_python(self, value: Any) -> datetime.date | None:
        day = super().to_python(value)
        if day is not None and not is_usual_day(day):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class PlainTextField(forms.CharField):
    """A field for several lines of text. A line break counts as one character, as it does in the browser."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "form-control", "dir": "auto"})

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").strip()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return the attributes without maxlength: a browser would silently cut off pasted text."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class UUIDListField(forms.Field):
    """A list of keys of rows. Values that are not UUIDs are left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[uuid.UUID]:
        keys = (parse_uuid(text) for text in value or [])
        return [key for key in keys if key is not None]


class FormKeyField(forms.Field):
    """A key that is created with the form, so that a form sent twice is recognised. A missing key becomes a new one."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> uuid.UUID:
        return parse_uuid(value or "") or uuid.uuid4()
