"""What is typed into the box of a message or a note."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.pagination import read_key
from patients.models import LONGEST_MESSAGE


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


class KeysField(forms.Field):
    """Keys of rows that the page showed. Whatever is no key is left out: it names nothing that was shown."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[uuid.UUID]:
        keys = (read_key(text) for text in value or [])
        return [key for key in keys if key is not None]


class FormKeyField(forms.Field):
    """Made with the form, so that a form sent twice is known. A form that lost its key is a form of its own."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> uuid.UUID:
        return read_key(value or "") or uuid.uuid4()


class MessageForm(forms.Form):
    """A message. `read` are those of the other side that stood on the page; `newest` is the last of the thread."""

    key = FormKeyField(required=False, initial=uuid.uuid4)
    text = PlainTextField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        error_messages={
            "required": _("Please write your message first."),
            "max_length": _("Your message is too long. Please make it shorter, or send it in two parts."),
        },
    )
    read = KeysField(required=False)
    newest = forms.UUIDField(required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="message-%s")


class ReadForm(forms.Form):
    """ "I have read this": which messages."""

    read = KeysField(required=False)


class NoteForm(forms.Form):
    """A note."""

    key = FormKeyField(required=False, initial=uuid.uuid4)
    text = PlainTextField(
        label=_("Note for the team"),
        max_length=LONGEST_MESSAGE,
        error_messages={
            "required": _("Please write the note first."),
            "max_length": _("The note is too long. Please make it shorter, or write two notes."),
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="note-%s")
