"""Forms for messages and notes."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from clinic.forms import FormKeyField, PlainTextField, UUIDListField
from exercises.library.photos import EncodedPhoto, InvalidPhotoError, encode
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


class MyMessageForm(MessageForm):
    """A message of the patient, with a photo if they like.

    Validation encodes the photo anew, so that neither the uploaded bytes nor the place and time in them are stored.
    """

    photo = forms.FileField(
        label=_("A photo, if you like"),
        required=False,
        help_text=_("For example of a sore on your foot. Only your clinic’s team can see it."),
        # The formats make an iPhone convert its own format to JPEG.
        widget=forms.FileInput({"class": "form-control", "accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": _("This photo is empty. Please choose another.")},
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data)
        if files is not None:
            self.files = files

    def clean_photo(self) -> EncodedPhoto | None:
        upload: UploadedFile | None = self.cleaned_data["photo"]
        if upload is None:
            return None
        try:
            return encode(upload)
        except InvalidPhotoError:
            raise forms.ValidationError(
                _("We can’t use this photo. Choose a JPEG, PNG or WebP photo of up to 10 MB.")
            ) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "text" in self.errors and cleaned.get("photo"):
            # A browser does not keep a file for the next try.
            self.add_error("photo", _("Please choose the photo again."))
        return cleaned


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
