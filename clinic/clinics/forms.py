"""Forms for a clinic's details and its weekly opening hours."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clinic.clinics.opening_hours import OpeningInterval
from clinic.clinics.services import ClinicDetails, Week
from clinic.models import Clinic, Weekday

_CONTROL = {"class": "form-control"}
#: Accepted ways to write a time in browsers without a time picker: "17:00", "5:00 pm", "5 pm".
_TIMES = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p"]


def _zones() -> list[Any]:
    """Return all time zones as grouped choices, by continent."""
    names = sorted(available_timezones())
    groups = groupby(names, key=lambda name: name.split("/")[0] if "/" in name else "")
    by_area: dict[str, list[tuple[str, str]]] = {}
    for area, zones in groups:
        by_area.setdefault(area or str(_("Others")), []).extend(
            (name, name.replace("_", " ")) for name in zones
        )
    return list(by_area.items())


class ClinicDetailsForm(forms.ModelForm):
    """Edit the clinic's contact details and the emergency text for patients.

    `seen` is the fingerprint of the details that the page showed.
    """

    seen = forms.CharField(max_length=16, widget=forms.HiddenInput, required=False)

    class Meta:
        model = Clinic
        fields = list(ClinicDetails.__dataclass_fields__)
        widgets = {
            "phone": forms.TextInput(_CONTROL | {"inputmode": "tel"}),
            "email": forms.EmailInput(_CONTROL),
            "address": forms.Textarea(_CONTROL | {"rows": 3}),
            "region": forms.Select({"class": "form-select"}),
            "time_zone": forms.Select({"class": "form-select"}),
            "emergency_text": forms.Textarea(_CONTROL | {"rows": 2}),
            "emergency_number": forms.TextInput(_CONTROL | {"inputmode": "tel"}),
            "urgent_care_text": forms.Textarea(_CONTROL | {"rows": 2}),
            "glucose_unit": forms.Select({"class": "form-select"}),
            "ketone_limit": forms.NumberInput(
                _CONTROL | {"inputmode": "decimal", "step": "0.1", "min": "0.1", "max": "10.0"}
            ),
        }
        labels = {
            "phone": _("Phone"),
            "email": _("E-mail of the front desk"),
            "address": _("Address"),
            "region": _("Region"),
            "time_zone": _("Time zone"),
            "emergency_text": _("What to do in an emergency"),
            "emergency_number": _("Emergency number"),
            "urgent_care_text": _("Where to go when the clinic is closed"),
            "glucose_unit": _("Unit of blood sugar"),
            "ketone_limit": _("Limit of blood ketones, in mmol/L"),
            "takes_requests": _("Take consultation requests on the website"),
            "trusts_browsers": _(
                "The team may skip the second step for 14 days on a browser that they trust"
            ),
        }
        help_texts = {
            "phone": _("Patients tap it to call you."),
            "email": _("New consultation requests are announced here. Patients do not see it."),
            "region": _("Decides how dates, times and paper look, and on which day a week starts."),
            "time_zone": _("Decides when a day begins for the clinic and its patients."),
            "emergency_text": _("Patients read it wherever they are told to get help."),
            "emergency_number": _("The number on the button for calling emergency services."),
            "urgent_care_text": _("Patients read it when they have to call you on the same day."),
            "trusts_browsers": _("Leave it off where several people use one computer."),
            "glucose_unit": _("Patients see both units; this one comes first."),
            "ketone_limit": _(
                "Patients read that this much or more counts as moderate. Empty: they see no number."
            ),
        }
        error_messages = {
            "phone": {"required": _("Write the phone number.")},
            "email": {"required": _("Write the e-mail address.")},
            "address": {"required": _("Write the address.")},
            "emergency_text": {"required": _("Say what to do in an emergency.")},
            "emergency_number": {"required": _("Write the emergency number.")},
            "urgent_care_text": {"required": _("Say where to go when the clinic is closed.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            help_text=self.fields["time_zone"].help_text,
            choices=_zones(),
            widget=forms.Select({"class": "form-select"}),
        )

    def clean_address(self) -> str:
        """Return the address with \\n line endings, which are stored; browsers send \\r\\n."""
        return str(self.cleaned_data["address"]).replace("\r\n", "\n")

    @property
    def details(self) -> ClinicDetails:
        return ClinicDetails(**{name: self.cleaned_data[name] for name in ClinicDetails.__dataclass_fields__})

    def list_conflicts(self, current: ClinicDetails) -> list[tuple[str, str]]:
        """Return the label and stored value of each field of `current` that differs from the submitted one."""
        return [
            (str(self[name].label), str(stored))
            for name, stored in asdict(current).items()
            if self.cleaned_data[name] != stored
        ]

    def accept_current_version(self, seen: str) -> None:
        """Keep the submitted values, and set `seen` so that saving again overwrites the stored ones."""
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["seen"] = seen
        self.data = data


OPEN, CLOSED, AS_MONDAY = "open", "closed", "as_monday"


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=_TIMES,
        widget=forms.TimeInput(format="%H:%M", attrs=_CONTROL | {"type": "time"}),
        error_messages={"invalid": _("Write a time like 9:00 or 17:30.")},
    )


class OpeningDayForm(forms.Form):
    """One weekday: open at the given times, closed, or the same as Monday.

    A day has fields for two intervals, or for as many as are stored if those are more.
    """

    how = forms.ChoiceField(
        label=_("Open or closed"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose open or closed.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        day: int,
        intervals: int,
        initial: dict[str, Any],
        is_stale: bool,
    ) -> None:
        super().__init__(data, prefix=f"day-{day}", initial=initial)
        self.name = str(Weekday(day).label)
        self.is_stale = is_stale
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101
        as_monday = [(AS_MONDAY, _("Same as Monday"))] if day != Weekday.MONDAY else []
        how.choices = [(OPEN, _("Open")), (CLOSED, _("Closed")), *as_monday]
        self.pairs = [(f"opens_{number}", f"closes_{number}") for number in range(1, intervals + 1)]
        for opens, closes in self.pairs:
            self.fields[opens] = _time(_("from"))
            self.fields[closes] = _time(_("to"))

    @property
    def shown_pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[opens], self[closes]) for opens, closes in self.pairs]

    @property
    def list_errors(self) -> list[tuple[str, str]]:
        """Return every error of the form, as the id of its field and the message."""
        return [
            (self[name].id_for_label or self[name].auto_id, f"{self.name}: {words}")
            for name in self.fields
            for words in self.errors.get(name, [])
        ]

    def clean(self) -> dict[str, Any]:
        how = self.cleaned_data.get("how")
        if how == OPEN:
            self._check_times()
        elif how and (changed := self._times_changed()):
            self.add_error(changed[0], _now("You changed the times. Choose “Open” for them to count."))
        return self.cleaned_data

    def _times_changed(self) -> list[str]:
        """Return the names of the time fields that the person changed; none on a stale page, which cannot tell."""
        times = [name for pair in self.pairs for name in pair]
        typed = [name for name in times if self.cleaned_data.get(name) is not None]
        return [] if self.is_stale else [name for name in typed if name in self.changed_data]

    def _check_times(self) -> None:
        ends: list[datetime.time] = []
        for opens, closes in self.pairs:
            if opens in self.errors or closes in self.errors:
                continue
            start, end = self.cleaned_data[opens], self.cleaned_data[closes]
            if start is None and end is None:
                continue
            if start is None or end is None:
                self.add_error(opens if start is None else closes, _now("Write both times, from and to."))
            elif end <= start:
                self.add_error(closes, _now("Closing comes after opening. Check both times."))
            elif ends and start < ends[-1]:
                self.add_error(opens, _now("This begins before the time above has ended."))
            else:
                ends.append(end)
        if not ends and not self.errors:
            self.add_error("opens_1", _now("Write from when to when, or choose “Closed”."))

    @property
    def intervals(self) -> tuple[OpeningInterval, ...]:
        """Return the intervals that were entered. Only for a valid form with `how` "open"."""
        typed = [(self.cleaned_data[opens], self.cleaned_data[closes]) for opens, closes in self.pairs]
        return tuple(OpeningInterval(start, end) for start, end in typed if start is not None)


class OpeningWeekForm:
    """The forms of the seven days, saved together. `week` and `seen` are the stored hours and their fingerprint.

    With `data`, the forms are bound to it.
    """

    def __init__(self, week: Week, *, seen: str, data: Mapping[str, Any] | None = None) -> None:
        self.seen = seen if data is None else str(data.get("seen", ""))[:16]
        is_stale = self.seen != seen
        self.days = [
            OpeningDayForm(
                data,
                day=day,
                intervals=max(2, len(intervals)),
                initial=_get_initial(intervals, as_monday=bool(day and intervals and intervals == week[0])),
                is_stale=is_stale,
            )
            for day, intervals in enumerate(week)
        ]

    def is_valid(self) -> bool:
        # A list and not `all()`, so that every day is validated and shows its own errors.
        return not [day for day in self.days if not day.is_valid()]

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [fault for day in self.days if day.is_bound for fault in day.list_errors]

    @property
    def week(self) -> Week:
        """Return the submitted week. Only for a valid form."""
        choices: Sequence[str] = [day.cleaned_data["how"] for day in self.days]
        monday = self.days[0].intervals if choices[0] == OPEN else ()
        answers = {CLOSED: (), AS_MONDAY: monday}
        return tuple(
            day.intervals if how == OPEN else answers[how]
            for day, how in zip(self.days, choices, strict=True)
        )


def _get_initial(intervals: Sequence[OpeningInterval], *, as_monday: bool) -> dict[str, Any]:
    """Return the initial values of a day's form. A day that equals Monday gets no times: Monday's apply."""
    if as_monday:
        return {"how": AS_MONDAY}
    values: dict[str, Any] = {"how": OPEN if intervals else CLOSED}
    for number, interval in enumerate(intervals, start=1):
        values |= {f"opens_{number}": interval.opens_at, f"closes_{number}": interval.closes_at}
    return values
