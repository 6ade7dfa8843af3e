"""Values of rows as a person reads them, in the active language."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from clinic.models.consultations import Symptom
from patients.data_rights.names import Names
from patients.models import Flag, MessagePhoto, PlanItem
from patients.screening.questions import QUESTIONS as SCREENING_QUESTIONS
from patients.sessions.check_in import QUESTIONS

#: Fields with a list of values → the words of each value.
_LISTS = {"symptoms": Symptom, "kept_flags": Flag}
#: Answers of a screening as they are stored.
_SPOKEN = {"yes": True, "no": False}


def show(row: Model, name: str, *, zone: ZoneInfo, names: Names) -> str:
    """Return a field of the row in words, or "" if it is empty."""
    if isinstance(row, PlanItem):
        if name == "dose":
            return row.dose.sentence()
        if name == "exercise_name":
            return _exercise_name(row, names)
    if isinstance(row, MessagePhoto) and name == "jpeg":
        return row.file_name
    field = row._meta.get_field(name)
    value = getattr(row, field.attname)  # type: ignore[union-attr]  # a field with a column
    if value is None or value == "":
        return ""
    if field.is_relation:
        return names.get(field.related_model, value)  # type: ignore[arg-type]  # a model, not "self"
    if getattr(field, "choices", None):
        return str(getattr(row, f"get_{name}_display")())
    if name in _LISTS and isinstance(value, list):
        words = dict(_LISTS[name].choices)
        return ", ".join(str(words.get(each, each)) for each in value)
    if name == "question":
        return _labels().get(str(value), str(value))
    return say(value, zone)


def say(value: Any, zone: ZoneInfo) -> str:
    """Return a value of any type in words."""
    match value:
        case bool():
            return _("Yes") if value else _("No")
        case datetime.datetime():
            return date_format(value.astimezone(zone), "SHORT_DATETIME_FORMAT")
        case datetime.date():
            return date_format(value, "DATE_FORMAT")
        case datetime.time():
            return time_format(value, "TIME_FORMAT")
        case dict():
            labels = _labels()
            return "; ".join(
                f"{labels.get(key, key)}: {say(_SPOKEN.get(each, each) if isinstance(each, str) else each, zone)}"
                for key, each in value.items()
            )
        case list() | tuple():
            return ", ".join(say(each, zone) for each in value)
        case None:
            return "–"
    return str(value)


def _labels() -> dict[str, str]:
    """Return question id → its words, in the active language."""
    return {each.id: str(each.text) for each in SCREENING_QUESTIONS} | {
        each.id: str(each.label) for each in QUESTIONS
    }


def _exercise_name(item: PlanItem, names: Names) -> str:
    """Return the name as it was published, or of the library while the plan is a draft."""
    published = item.content.get("name", "") if isinstance(item.content, dict) else ""
    return str(published) or names.get(PlanItem._meta.get_field("exercise").related_model, item.exercise_id)
