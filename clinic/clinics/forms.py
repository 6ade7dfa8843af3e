"""Forms of a clinic's own particulars: how it is reached, and the week of its opening hours."""

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
#: How people write a time where the browser gives no clock: "17:00", "5:00 pm", "5 pm".
_TIMES = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p"]


def _zones() -> list[Any]:
    """All time zones, by continent."""
    names = sorted(available_timezones())
    groups = groupby(names, key=lambda name: name.split("/")[0] if "/" in name else "")
    by_area: dict[str, list[tuple[str, str]]] = {}
    for area, zones in groups:
        by_area.setdefault(area or str(_("Others")), []).extend(
            (name, name.replace("_", " ")) for name in zones
        )
    return list(by_area.items())


class ClinicDetailsForm(forms.ModelForm):
    """How the clinic is reached, and what it tells patients."""

    seen = forms.CharField(max_length=16, widget=forms.HiddenInput, required=False)

    class Meta:
        model = Clinic
        fields = list(ClinicDetails.__dataclass_fields__)
        widgets = {
            "phone": forms.TextInput(_CONTROL | {"inputmode": "tel"}),
            "email": forms.EmailInput(_CONTROL),
            "address": forms.Textarea(_CONTROL | {"rows": 3}),
            "time_zone": forms.Select({"class": "form-select"}),
            "emergency_text": forms.Textarea(_CONTROL | {"rows": 2}),
        }
        labels = {
            "phone": _("Phone"),
            "email": _("E-mail of the front desk"),
            "address": _("Address"),
            "time_zone": _("Time zone"),
            "emergency_text": _("What to do in an emergency"),
            "takes_requests": _("Take consultation requests on the website"),
        }
        help_texts = {
            "phone": _("Patients tap it to call you."),
            "email": _("New consultation requests are announced here. Patients do not see it."),
            "time_zone": _("Decides when a day begins for the clinic and its patients."),
            "emergency_text": _("Patients read it wherever they are told to get help."),
        }
        error_messages = {
            "phone": {"required": _("Write the phone number.")},
            "email": {"required": _("Write the e-mail address.")},
            "address": {"required": _("Write the address.")},
            "emergency_text": {"required": _("Say what to do in an emergency.")},
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
        """Browsers end lines their own way; on record they end in one."""
        return str(self.cleaned_data["address"]).replace("\r\n", "\n")

    @property
    def details(self) -> ClinicDetails:
        return ClinicDetails(**{name: self.cleaned_data[name] for name in ClinicDetails.__dataclass_fields__})

    def list_conflicts(self, current: ClinicDetails) -> list[tuple[str, str]]:
        """Label and value of what is on record and differs from what was typed."""
        return [
            (str(self[name].label), str(kept))
            for name, kept in asdict(current).items()
            if self.cleaned_data[name] != kept
        ]

    def accept_current_version(self, seen: str) -> None:
        """Keep what was typed, and let it be saved over what is on record now."""
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
    """One weekday: open at these times, closed, or as Monday. A day can be open in two stretches, or in as many as
    it has on record.
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
        """Every fault with the id of its field."""
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
        """The times typed that the page did not show; on a stale page that cannot be told."""
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
        """Of a valid form that says "open"."""
        typed = [(self.cleaned_data[opens], self.cleaned_data[closes]) for opens, closes in self.pairs]
        return tuple(OpeningInterval(start, end) for start, end in typed if start is not None)


class OpeningWeekForm:
    """The seven days, saved together. Made for what is on record; with `data`, for what was sent."""

    def __init__(self, week: Week, *, seen: str, data: Mapping[str, Any] | None = None) -> None:
        self.seen = seen if data is None else str(data.get("seen", ""))[:16]
        is_stale = self.seen != seen
        self.days = [
            OpeningDayForm(
                data,
                day=day,
                intervals=max(2, len(intervals)),
                initial=_shown(intervals, as_monday=bool(day and intervals and intervals == week[0])),
                is_stale=is_stale,
            )
            for day, intervals in enumerate(week)
        ]

    def is_valid(self) -> bool:
        faulty = [
            day for day in self.days if not day.is_valid()
        ]  # all of them: each says what is wrong with it
        return not faulty

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [fault for day in self.days if day.is_bound for fault in day.list_errors]

    @property
    def week(self) -> Week:
        """What was typed; only of a valid form."""
        said: Sequence[str] = [day.cleaned_data["how"] for day in self.days]
        monday = self.days[0].intervals if said[0] == OPEN else ()
        answers = {CLOSED: (), AS_MONDAY: monday}
        return tuple(
            day.intervals if how == OPEN else answers[how] for day, how in zip(self.days, said, strict=True)
        )


def _shown(intervals: Sequence[OpeningInterval], *, as_monday: bool) -> dict[str, Any]:
    """The first values of a day. A day like Monday shows no times of its own: those of Monday count."""
    if as_monday:
        return {"how": AS_MONDAY}
    shown: dict[str, Any] = {"how": OPEN if intervals else CLOSED}
    for number, stretch in enumerate(intervals, start=1):
        shown |= {f"opens_{number}": stretch.opens_at, f"closes_{number}": stretch.closes_at}
    return shown
