"""The public form for a consultation request. It asks little, accepts many formats, and keeps what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.clinics.selectors import ClinicAvailability
from clinic.consultations.services import Answers
from clinic.consultations.spam import create_form_stamp, get_spam_reason, read_form_stamp
from clinic.models import BestTime, Clinic, ForWhom, Symptom

TILES = "clinic/partials/tiles.html"
MIN_DIGITS = 7


class SingleLineField(forms.CharField):
    """A field for one line of text: any white space between words, including line breaks, becomes one space."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


def validate_phone(value: str) -> None:
    """Raise ValidationError if `value` has fewer than MIN_DIGITS digits. Any format of the number is accepted."""
    if sum(character.isdigit() for character in value) < MIN_DIGITS:
        raise ValidationError(_("Please check the phone number. It needs at least 7 digits."))


class ConsultationForm(forms.Form):
    """A consultation request to one of `clinics`. Asks for the clinic only if there are several."""

    name = SingleLineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name.")},
    )
    phone = SingleLineField(
        label=_("Phone"),
        max_length=32,
        required=False,
        validators=[validate_phone],
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Please check the e-mail address. It looks like name@example.org.")},
    )
    for_whom = forms.ChoiceField(
        label=_("Who is it for?"), choices=ForWhom.choices, initial=ForWhom.SELF, widget=forms.RadioSelect
    )
    symptoms = forms.MultipleChoiceField(
        label=_("What troubles you?"),
        help_text=_("Choose all that fit, or none."),
        choices=Symptom.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    best_time = forms.ChoiceField(
        label=_("When is a good time to call?"),
        choices=BestTime.choices,
        initial=BestTime.ANY,
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label=_("Anything else? (optional)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    consent = forms.BooleanField(
        label=_("Your consent"),
        error_messages={"required": _("Please check this box. We may not answer you without it.")},
    )
    website = forms.CharField(label=_("Leave this field unchanged"), required=False)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, clinics: Sequence[ClinicAvailability]) -> None:
        super().__init__(data, initial={"stamp": create_form_stamp()})
        self.clinics = clinics
        self.asks_for_clinic = len(clinics) > 1
        if self.asks_for_clinic:
            self.fields["clinic"] = forms.ChoiceField(
                label=_("Which clinic?"),
                choices=[(each.choice, each.clinic.name) for each in clinics],
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose a clinic.")},
            )
            self.order_fields(["clinic"])
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}
        self.helper = FormHelper()
        self.helper.form_show_errors = True
        self.helper.attrs = {"novalidate": ""}
        self.helper.form_class = "stack-wide"
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        return Layout(
            "stamp",
            # Neither shown nor read out by a screen reader: only a program fills this in.
            HTML("<div hidden>"),
            "website",
            HTML("</div>"),
            *([Field("clinic", template=TILES)] if self.asks_for_clinic else []),
            "name",
            Fieldset(
                _("How can we reach you?"),
                HTML('{% include "clinic/consultations/partials/contact_help.html" %}'),
                Div("phone", "email", css_class="contact-ways"),
                css_id="reach",
            ),
            Field("for_whom", template=TILES, wrapper_class="choices-pairs"),
            Field("symptoms", template=TILES, wrapper_class="choices-pairs"),
            Field("best_time", template=TILES, wrapper_class="choices-halves"),
            "message",
            Field("consent", template="clinic/consultations/partials/consent.html"),
            Submit("send", _("Send my request"), css_class="btn-next"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (
            not cleaned.get("phone")
            and not cleaned.get("email")
            and not {"phone", "email"} & set(self.errors)
        ):
            self.add_error(
                "phone", _("Please give a phone number or an e-mail address, so that we can answer.")
            )
        return cleaned

    def as_request(self) -> dict[str, Any]:
        """Return the keyword arguments of `create_request`, except `language`. Only for a valid form."""
        data = self.cleaned_data
        stamp = read_form_stamp(data["stamp"])
        return {
            "clinic": self.clinic,
            "answers": Answers(
                name=data["name"],
                phone=data["phone"],
                email=data["email"],
                for_whom=data["for_whom"],
                symptoms=tuple(data["symptoms"]),
                best_time=data["best_time"],
                message=data["message"],
            ),
            "form_key": stamp.key if stamp else uuid.uuid4(),
            "quarantined_for": get_spam_reason(stamp=stamp, hidden_field=data["website"]),
        }

    @property
    def clinic(self) -> Clinic:
        """Return the chosen clinic, or the only one. Only for a valid form."""
        chosen = self.cleaned_data.get("clinic", self.clinics[0].choice)
        return next(each.clinic for each in self.clinics if each.choice == chosen)
