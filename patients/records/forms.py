"""The forms of a patient's record, and of the instructions for the patient."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clinic.forms import DayField, PlainTextField, StyledForm
from clinic.models import Clinic, ConsultationRequest, User
from exercises.catalogue.glucose import UNIT_NAMES
from patients.models import Patient
from patients.models.patient import MAX_INSTRUCTION_LENGTH
from patients.records.instructions import Instructions
from patients.records.services.patients import Details


class InstructionsForm(StyledForm):
    """Instructions of a clinician for one patient. An empty field shows nothing."""

    angina_plan = PlainTextField(
        label=_("Known angina: the plan of the patient’s doctor"),
        max_length=MAX_INSTRUCTION_LENGTH,
        required=False,
        help_text=_(
            "Only for known angina, and only what the doctor has written down. The patient reads it before the number "
            "to call, when they report chest pain and no other emergency. Empty: the patient is told to call at once."
        ),
    )
    sugar_numbers = PlainTextField(
        label=_("Blood sugar: other numbers for this patient"),
        max_length=MAX_INSTRUCTION_LENGTH,
        required=False,
        help_text=_(
            "Write the unit beside each number, such as “Start only from 126 mg/dL (7.0 mmol/L)”. The patient reads it "
            "where the blood sugar is asked: with the flag “Takes insulin or a sulfonylurea” or “Severe low blood "
            "sugar”. A low, and high ketones, always mean no exercise yet."
        ),
    )
    full_plan_from = DayField(
        label=_("Return to exercise: the whole plan again from"),
        required=False,
        help_text=_(
            "After a fall, a near fall, a healed sore, a hot foot, an illness or a break, the patient does less than"
            " the plan says for a while, and holds on more. That ends on this day for all that was told before it."
        ),
    )
    full_plan_reason = forms.CharField(
        label=_("Why the whole plan again"),
        max_length=MAX_INSTRUCTION_LENGTH,
        required=False,
        help_text=_("Such as “The skin is firm, seen today.” The patient does not read it."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def start_from_record(patient: Patient) -> dict[str, Any]:
        """Return the initial values."""
        known = Instructions.of(patient)
        return {**asdict(known), "seen": known.token}

    @property
    def instructions(self) -> Instructions:
        return Instructions(**{part.name: self.cleaned_data[part.name] for part in fields(Instructions)})

    def clean(self) -> dict[str, Any]:
        """Add an error if a day or its reason stands alone."""
        typed: dict[str, Any] = super().clean() or {}
        if "full_plan_from" not in self.errors:
            if typed.get("full_plan_from") and not typed.get("full_plan_reason"):
                self.add_error("full_plan_reason", _("Write why, or clear the day."))
            elif typed.get("full_plan_reason") and not typed.get("full_plan_from"):
                self.add_error("full_plan_from", _("Choose the day, or clear the reason."))
        return typed

    def clean_sugar_numbers(self) -> str:
        """Raise ValidationError if there are numbers and nowhere a unit in which a reading is judged."""
        typed: str = self.cleaned_data["sugar_numbers"]
        written = typed.casefold().replace(" ", "")
        has_unit = any(unit.casefold() in written for unit in UNIT_NAMES.values())
        if not has_unit and any(sign.isdigit() for sign in typed):
            raise forms.ValidationError(_("Write the unit, mg/dL or mmol/L, beside each number."))
        return typed

    def accept_current_version(self, patient: Patient) -> None:
        """Keep the submitted values, and let the next submission replace the current instructions."""
        self.data = {**self.data.dict(), "seen": Instructions.of(patient).token}  # type: ignore[attr-defined]


class PatientForm(StyledForm):
    """The details of a patient's record. `clinicians` are the choices for the clinician."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write the name.")},
    )
    date_of_birth = DayField(
        label=_("Date of birth"),
        help_text=_("The patient signs in with it, so ask for it."),
        error_messages={"required": _("Ask for the date of birth: the patient signs in with it.")},
    )
    called = forms.CharField(
        label=_("What to call them"),
        max_length=60,
        required=False,
        help_text=_("Empty: the first word of the name."),
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=32, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    referring_doctor = forms.CharField(
        label=_("Referring doctor"),
        max_length=120,
        required=False,
        help_text=_("The printed report is addressed to them."),
    )
    clinician = forms.ChoiceField(label=_("Clinician"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("Not said yet")), *settings.LANGUAGES],
        help_text=_("Of the pages, the e-mails and the paper that the patient reads."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    edit_number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    is_someone_else = forms.BooleanField(
        label=_("This is another person. Register them too."), required=False
    )

    def __init__(self, *args: Any, clinic: Clinic, clinicians: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clinicians = {str(user.pk): user for user in clinicians}
        names = [(pk, user.name) for pk, user in self._clinicians.items()]
        self._set_choices("clinician", [("", _("Nobody yet")), *names])
        clinic_zone = _("As the clinic: %(zone)s") % {"zone": clinic.time_zone.replace("_", " ")}
        zones = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]
        self._set_choices("time_zone", [("", clinic_zone), *zones])

    def _set_choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def clean_clinician(self) -> User | None:
        return self._clinicians.get(self.cleaned_data["clinician"])

    @staticmethod
    def start_from(
        asked: ConsultationRequest | None, user: User, clinicians: Sequence[User]
    ) -> dict[str, Any]:
        """Return the initial values of a new record: a new key, and `user` as the clinician if they are a choice.

        With `asked`, the name, phone, e-mail address and language come from that consultation request.
        """
        start: dict[str, Any] = {"key": uuid.uuid4(), "clinician": user.pk if user in clinicians else ""}
        if asked is not None:
            start |= {"full_name": asked.name, "phone": asked.phone, "email": asked.email}
            start["language"] = asked.language if asked.language != settings.LANGUAGE_CODE else ""
        return start

    @staticmethod
    def start_from_record(patient: Patient) -> dict[str, Any]:
        """Return the initial values of an existing record."""
        record = {name: getattr(patient, name) for name in (*Details.__dataclass_fields__, "edit_number")}
        return record | {"clinician": patient.clinician_id or ""}

    @property
    def form_key(self) -> uuid.UUID:
        """The key made with the form, so that a form sent twice creates one patient."""
        key: uuid.UUID | None = self.cleaned_data["key"]
        return key or uuid.uuid4()

    @property
    def details(self) -> Details:
        return Details(**{name: self.cleaned_data[name] for name in Details.__dataclass_fields__})

    def list_conflicts(self, patient: Patient) -> list[tuple[str, str]]:
        """Return the label and the recorded value of each field whose submitted value differs."""
        found = []
        for name in Details.__dataclass_fields__:
            recorded = getattr(patient, name)
            if self.cleaned_data.get(name) != recorded:
                shown = recorded.name if isinstance(recorded, User) else recorded
                if isinstance(recorded, datetime.date):
                    shown = date_format(recorded, "DATE_FORMAT")
                found.append((str(self.fields[name].label), str(shown or "–")))
        return found

    def accept_current_version(self, patient: Patient) -> None:
        """Keep the submitted values, and let the next submission replace the current record."""
        self.data = {**self.data.dict(), "edit_number": str(patient.edit_number)}  # type: ignore[attr-defined]
