"""Template tags for the patient's pages."""

from __future__ import annotations

import datetime

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.clinics.opening_hours import OpeningHoursRow, describe_known_hours
from clinic.models import Clinic
from exercises.doses import SECONDS_BETWEEN_SETS, SECONDS_PER_REPETITION, SIDES

register = template.Library()


@register.simple_tag
def pace() -> dict[str, int | str]:
    """Return the seconds of a repetition and of a rest, which time both the session player and plans.

    `{% pace as pace %}`: keys "repetition" and "rest", "sides" in their order, and "first", the one that is first.
    """
    return {
        "repetition": SECONDS_PER_REPETITION,
        "rest": SECONDS_BETWEEN_SETS,
        "sides": " ".join(SIDES),
        "first": SIDES[0],
    }


@register.simple_tag
def hours_of(clinic: Clinic | None) -> tuple[OpeningHoursRow, ...]:
    """Return the weekly hours of the patient's clinic, to be shown below its number: `{% hours_of clinic as hours %}`.

    Empty on pages that did not read them, such as one shown while the database cannot be reached. No query.
    """
    return describe_known_hours(clinic)


@register.filter
def is_day_after(date: datetime.date | None, today: datetime.date) -> bool:
    """Return whether `date` is the day after `today`: `{% if date|is_day_after:today %}`."""
    return date is not None and date - today == datetime.timedelta(days=1)


@register.filter
def named_from(date: datetime.date | None, today: datetime.date) -> str:
    """Return "tomorrow" for the day after `today`, and the weekday and date for any other; "" for None."""
    if date is None:
        return ""
    return _("tomorrow") if is_day_after(date, today) else date_format(date, "WEEKDAY_DATE_FORMAT")
