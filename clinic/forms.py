"""Form fields and base classes that all apps share."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from clinic.pagination import parse_uuid


class StyledForm(forms.Form):
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


class PlainTextField(forms.CharField):
    """Some lines of text. A line break is one character, as in the browser, so that both count the same."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "form-control", "dir": "auto"})

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").strip()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without maxlength: a browser would cut off what is pasted and say nothing."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class UUIDListField(forms.Field):
    """Keys of rows that the page showed. Whatever is no key is left out: it names nothing that was shown."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[uuid.UUID]:
        keys = (parse_uuid(text) for text in value or [])
        return [key for key in keys if key is not None]


class FormKeyField(forms.Field):
    """Made with the form, so that a form sent twice is known. A form that lost its key is a form of its own."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> uuid.UUID:
        return parse_uuid(value or "") or uuid.uuid4()
