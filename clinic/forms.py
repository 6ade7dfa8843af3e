"""Form fields and base classes that all apps share."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, localize_input
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.days import is_usual_day
from clinic.pagination import parse_uuid
from clinic.regions import get_active_region


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


#: The day in the hint beside a field: its parts cannot be swapped.
EXAMPLE_DAY = datetime.date(1950, 4, 25)


def _describe_order() -> str:
    """Return the order in which a date is typed in the active region, with an example."""
    order = gettext("MM/DD/YYYY") if get_active_region().is_month_first else gettext("DD/MM/YYYY")
    return gettext("%(order)s, such as %(example)s") % {
        "order": order,
        "example": localize_input(EXAMPLE_DAY),
    }


def _describe_fault() -> str:
    return gettext("Write the date as %(order)s.") % {"order": _describe_order()}


def _describe_field(help_text: Any) -> str:
    return f"{_describe_order()}. {help_text}".strip()


class DateInput(forms.DateInput):
    """A text field for a date in the order of the active region, with the date in words below it.

    A browser's native date field has the order of the browser's language instead, so the same clinic would see both.
    `static/js/date-words.js` keeps the words up to date while the person types.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        order = "month" if get_active_region().is_month_first else "day"
        return super().get_context(name, value, (attrs or {}) | {"data-date-words": order})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        control = super().render(name, value, attrs, renderer)
        return format_html('{}<p class="date-words" aria-live="polite">{}</p>', control, _get_words(value))


def _get_words(value: Any) -> str:
    try:
        day = forms.DateField(required=False).clean(value)
    except ValidationError:
        return ""
    return date_format(day, "DATE_FORMAT") if day else ""


class DayField(forms.DateField):
    """A day between 1900 and 2199, typed in the order of the active region or as an ISO date."""

    widget = DateInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": lazy(_describe_fault, str)(),
        "unusual": _("Check the year of the date."),
    }

    def __init__(self, *, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(help_text=lazy(_describe_field, str)(help_text), **kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        day = super().to_python(value)
        if day is not None and not is_usual_day(day):
            raise ValidationError(self.error_messages["unusual"], code="unusual")
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
