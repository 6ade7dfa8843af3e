"""Forms for messages and notes."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import FormKeyField, PlainTextField, UUIDListField
from patients.models import MAX_MESSAGE_LENGTH


class MessageForm(forms.Form):
    """A message to send.

    `read` holds the keys of the other side's unread messages shown on the page, `newest` the key of the thread's newest
    message.
    """

    key = FormKeyField(required=False, initial=uuid.uuid4)
    text = PlainTextField(
        label=_("Your message"),
        max_length=MAX_MESSAGE_LENGTH,
        error_messages={
            "required": _("Please write your message first."),
            "max_length": _("Your message is too long. Please make it shorter, or send it in two parts."),
        },
    )
    read = UUIDListField(required=False)
    newest = forms.UUIDField(required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="message-%s")


class ReadForm(forms.Form):
    """Keys of the messages to mark as read."""

    read = UUIDListField(required=False)


class NoteForm(forms.Form):
    """A note for the team about a patient."""

    key = FormKeyField(required=False, initial=uuid.uuid4)
    text = PlainTextField(
        label=_("Note for the team"),
        max_length=MAX_MESSAGE_LENGTH,
        error_messages={
            "required": _("Please write the note first."),
            "max_length": _("The note is too long. Please make it shorter, or write two notes."),
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="note-%s")
