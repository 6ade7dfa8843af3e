"""Forms for sign-in and sign-in methods: card codes, dates of birth, e-mail addresses, mailed codes, passkeys."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.regions import DAY_FIRST, MONTH_FIRST, get_active_region
from patients.sign_in import email_codes as mailed_codes
from patients.sign_in.card_codes import format_code, is_code, normalise

OWN_PHONE, SHARED = "own", "shared"
#: The date in the example beside the fields.
EXAMPLE_DATE = datetime.date(1950, 4, 12)


class DateOfBirthForm(forms.Form):
    """Date of birth in three fields, any of which may contain the whole date, and a choice of own or shared device.

    The fields stand in the order of the active region. A date whose day and month could be swapped is used only after
    the person has confirmed how it was understood: `understood` is that date, from the page that asks.
    """

    day = forms.CharField(label=_("Day"), max_length=30, required=False)
    month = forms.CharField(label=_("Month"), max_length=30, required=False)
    year = forms.CharField(label=_("Year"), max_length=30, required=False)
    device = forms.ChoiceField(
        label=_("Is this your own phone?"),
        choices=[(OWN_PHONE, _("Yes, it is mine")), (SHARED, _("No, other people use it"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether this is your own phone.")},
    )
    understood = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        order = get_active_region().date_order
        try:
            cleaned["date_of_birth"] = parse_date(
                *(cleaned.get(name, "") for name in ("day", "month", "year")), order=order
            )
        except ValueError:
            words = gettext("Write your date of birth in numbers, like %(example)s.")
            self.add_error(order[0], words % {"example": self.example})
        return cleaned

    @property
    def date_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in get_active_region().date_order]

    @property
    def date_errors(self) -> list[str]:
        return [str(error) for field in self.date_fields for error in field.errors]

    @property
    def example_date(self) -> datetime.date:
        return EXAMPLE_DATE

    @property
    def example(self) -> str:
        """Return the example as it is typed: "4 12 1950"."""
        return " ".join(str(getattr(EXAMPLE_DATE, part)) for part in get_active_region().date_order)

    @property
    def shown_date(self) -> datetime.date | None:
        """Return the date as understood, to be shown in words below its fields of a form that was checked, or None."""
        return self.cleaned_data.get("date_of_birth") if self.is_bound else None

    @property
    def typed_date(self) -> str:
        """Return what was typed, in the order of the fields."""
        return " · ".join(filter(None, (str(field.value() or "").strip() for field in self.date_fields)))

    @property
    def needs_confirmation(self) -> bool:
        """Return True if day and month could be swapped, and the person has not confirmed the date.

        It depends on what was typed alone: the page that asks must tell nothing about a card.
        """
        born: datetime.date = self.cleaned_data["date_of_birth"]
        can_be_swapped = born.day <= 12 and born.day != born.month
        return can_be_swapped and str(self.cleaned_data["understood"]) != born.isoformat()

    @property
    def answers_to_send_again(self) -> dict[str, str]:
        """Return the fields of the page that asks for confirmation, which sends the whole form again."""
        typed = {name: str(self[name].value() or "") for name in self.fields if name != "understood"}
        return typed | {"understood": self.cleaned_data["date_of_birth"].isoformat()}

    @property
    def is_own_phone(self) -> bool:
        return bool(self.cleaned_data["device"] == OWN_PHONE)


class CardForm(DateOfBirthForm):
    """Code of a card, date of birth, and own or shared device. Its errors never reveal whether a card exists."""

    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        error_messages={"required": _("Type the code from your card.")},
    )
    #: True if the code came from the QR code, so that nobody needs to read or type it.
    scanned = forms.BooleanField(required=False, widget=forms.HiddenInput)

    field_order = ("code", *MONTH_FIRST, "device", "scanned")

    def clean_code(self) -> str:
        code = normalise(self.cleaned_data["code"])
        if not is_code(code):
            raise ValidationError(gettext("The code has 12 letters and numbers. Please check it."))
        return code

    @property
    def shown_code(self) -> str:
        """Return the code in groups, for comparison with the card; text that is no code is returned as typed."""
        typed = str(self["code"].value() or "")
        return format_code(normalise(typed)) if is_code(normalise(typed)) else typed

    @property
    def is_scanned(self) -> bool:
        """Return True if the code came from the QR code and has the right format: the page then collapses its field."""
        return bool(self["scanned"].value()) and is_code(normalise(str(self["code"].value() or "")))


class EmailField(forms.EmailField):
    """An e-mail address, cleaned to lower case without surrounding spaces."""

    widget = forms.EmailInput(
        attrs={
            "class": "form-control",
            "autocomplete": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
            "aria-describedby": "email-hint",
        }
    )

    def __init__(self, **kwargs: Any) -> None:
        words = _("Write an e-mail address, like rosa@example.org.")
        super().__init__(
            label=_("Your e-mail address"),
            max_length=254,
            error_messages={"required": words, "invalid": words, "max_length": words},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class EmailCodeForm(DateOfBirthForm):
    """Address to send a sign-in code to, and the patient's date of birth."""

    email = EmailField()

    field_order = ("email", *MONTH_FIRST, "device")


class EmailAddressForm(forms.Form):
    """Address that a patient wants to confirm."""

    email = EmailField()


class MailedCodeForm(forms.Form):
    """A mailed code of six digits, with any spaces and dashes."""

    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "class": "form-control code-input",
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "aria-describedby": "code-hint",
            }
        ),
        error_messages={
            "required": _("Type the 6 digits from the e-mail."),
            "max_length": _("The code has 6 digits. Please check it."),
        },
    )

    def clean_code(self) -> str:
        code = mailed_codes.normalise(self.cleaned_data["code"])
        if not mailed_codes.is_code(code):
            raise ValidationError(gettext("The code has 6 digits. Please check it."))
        return code


class PasskeyNameForm(forms.Form):
    """Name of a passkey."""

    name = forms.CharField(
        label=_("Name"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "aria-describedby": "name-hint"}
        ),
        error_messages={
            "required": _("Write a name, like “My phone”."),
            "max_length": _("Write a shorter name, of 40 letters at most."),
        },
    )


class NewPasskeyForm(PasskeyNameForm):
    """Name of a new passkey, and the authenticator's answer as JSON."""

    answer = forms.CharField(widget=forms.HiddenInput, required=False)


class PasskeyAnswerForm(forms.Form):
    """The authenticator's answer as JSON, and own or shared device, which are two submit buttons on the page."""

    answer = forms.CharField(widget=forms.HiddenInput, required=False)
    device = forms.ChoiceField(choices=[(OWN_PHONE, ""), (SHARED, "")])


def parse_date(day: str, month: str, year: str, *, order: tuple[str, str, str] = DAY_FIRST) -> datetime.date:
    """Return the date typed. Month and day are swapped if the order typed is impossible and the other is not.

    One field may contain the whole date, in the `order` of the fields or with the year first: 12/4/1950, 12041950,
    1950-04-12. Raises ValueError for anything that is not a date with a year of 4 digits.
    """
    parts = {"day": day.strip(), "month": month.strip(), "year": year.strip()}
    if sum(map(bool, parts.values())) == 1:
        parts = _all_in_one("".join(parts.values()), order)
    numbers = {name: int(text.strip(" .,/-")) for name, text in parts.items()}
    if len(str(numbers["year"])) != 4:
        raise ValueError("the year needs 4 digits")
    if numbers["month"] > 12 >= numbers["day"]:
        numbers["day"], numbers["month"] = numbers["month"], numbers["day"]
    if max(numbers.values()) > datetime.MAXYEAR:  # which is no ValueError for `date`, but an OverflowError
        raise ValueError("no day of a calendar")
    return datetime.date(**numbers)


def _all_in_one(text: str, order: tuple[str, str, str]) -> dict[str, str]:
    """Return day, month and year from one text. Raises ValueError if it does not contain all three."""
    found = re.fullmatch(r"(\d{1,2})\D+(\d{1,2})\D+(\d{4})|(\d{2})(\d{2})(\d{4})", text)
    if found:
        return dict(zip(order, [part for part in found.groups() if part], strict=True))
    if year_first := re.fullmatch(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})", text):
        return dict(zip(("year", "month", "day"), year_first.groups(), strict=True))
    raise ValueError("incomplete date")
