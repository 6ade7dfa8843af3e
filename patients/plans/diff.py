"""The differences between two versions of a plan, in words: "Calf raise: 10–15 → 15–20 times"."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from django.db.models import Field
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Weekday
from clinic.weeks import sort_weekdays
from exercises.doses import Dose
from exercises.models import Support
from patients.models import PlanItem, PlanVersion, Side
from patients.plans.content import PlanContent
from patients.plans.lines import LINE_FIELDS, PlanLine

#: The most characters of a change note.
MAX_NOTE_LENGTH: int = PlanVersion._meta.get_field("change_note").max_length or 0


def changes(before: PlanContent, after: PlanContent) -> list[str]:
    """Return every difference as a short phrase without a full stop.

    New and removed exercises come first, then the changes of lines, the order and the schedule.
    """
    names = {line.exercise_id: line.name for line in (*before.lines, *after.lines) if line.name}
    pairs = _pairs(before, after)
    found = [
        _("New: %(name)s") % {"name": _name(new, names, after)}
        for old, new in pairs
        if new and not old and not before.list_lines(new.exercise_id)
    ]
    found += [
        _("Removed: %(name)s") % {"name": _name(old, names, before)} for old, new in pairs if old and not new
    ]
    for old, new in pairs:
        if old and new:
            if (old.first_week, old.last_week) != (new.first_week, new.last_week):
                weeks = [format_weeks(line.first_week, line.last_week) for line in (old, new)]
                found.append(f"{names.get(new.exercise_id, '')}: {weeks[0]} → {weeks[1]}")
            found += [f"{_name(new, names, after)}: {change}" for change in _line_changes(old, new)]
        elif new and before.list_lines(new.exercise_id):
            found.append(f"{_name(new, names, after)}: {new.dose.session_sentence().rstrip('.')}")
    if _moved(before, after):
        found.append(_("The exercises come in a new order"))
    return found + _schedule_changes(before, after)


def _pairs(before: PlanContent, after: PlanContent) -> list[tuple[PlanLine | None, PlanLine | None]]:
    """Return each line before and after the change, in the order of `after`, followed by the removed lines."""
    gone = [line for line in before.lines if not after.line(line.key)]
    pairs: list[tuple[PlanLine | None, PlanLine | None]] = []
    for line in after.lines:
        old = before.line(line.key) or next(
            (one for one in gone if one.exercise_id == line.exercise_id), None
        )
        if old in gone:
            gone.remove(old)
        pairs.append((old, line))
    return pairs + [(line, None) for line in gone]


def _name(line: PlanLine, names: Mapping[uuid.UUID, str], content: PlanContent) -> str:
    """Return the exercise's name, with the weeks of the line if the exercise has several phases."""
    name = names.get(line.exercise_id, "")
    if len(content.list_lines(line.exercise_id)) == 1:
        return name
    return _("%(name)s, %(weeks)s") % {
        "name": name,
        "weeks": format_weeks(line.first_week, line.last_week),
    }


def format_weeks(first: int, last: int | None) -> str:
    """Return the weeks in words: "week 3", "weeks 3–6", "from week 3" or "all weeks"."""
    if last is None:
        return _("from week %(first)s") % {"first": first} if first > 1 else _("all weeks")
    if first == last:
        return _("week %(first)s") % {"first": first}
    return _("weeks %(first)s–%(last)s") % {"first": first, "last": last}


def draft_change_note(found: list[str]) -> str:
    """Return the differences as a first text of the change note.

    It ends after the last whole phrase that fits in `MAX_NOTE_LENGTH`.
    """
    note = ""
    for change in found:
        longer = f"{note} {change}.".strip()
        if len(longer) > MAX_NOTE_LENGTH:
            break
        note = longer
    return note


def summarise_changes(before: PlanContent, after: PlanContent) -> str:
    """Return the first difference of one edit, and the number of its further differences."""
    first, *others = changes(before, after) or [""]
    if not others:
        return first
    return ngettext(
        "%(change)s, and %(count)s more change", "%(change)s, and %(count)s more changes", len(others)
    ) % {"change": first, "count": len(others)}


def weekday_names(weekdays: tuple[int, ...] | list[int]) -> str:
    """Return the weekdays in words: "Monday, Wednesday", or "every day"."""
    if len(weekdays) == len(Weekday):
        return _("every day")
    return ", ".join(str(day.label) for day in sort_weekdays(weekdays)) or _("no day")


def _line_changes(before: PlanLine, after: PlanLine) -> list[str]:
    """Return every difference of two lines, except for those of `_FORMATTED_BY_CHANGES`.

    Fields with a function in `_FORMATTERS` come first.
    """
    others = (part for part in LINE_FIELDS if part not in (*_FORMATTERS, *_FORMATTED_BY_CHANGES))
    changed = (part for part in (*_FORMATTERS, *others) if getattr(before, part) != getattr(after, part))
    found: list[str] = []
    for part in changed:
        if part in _FORMATTERS:
            found += _FORMATTERS[part](before, after)
        else:
            found.append(_labelled_change(part, before, after))
    return found


def _labelled_change(part: str, before: PlanLine, after: PlanLine) -> str:
    """Return the change of a field after the label of its row: "tempo: slow → quick"."""
    return f"{_row_field(part).verbose_name}: {_shown(part, before)} → {_shown(part, after)}"


def _shown(part: str, line: PlanLine) -> str:
    """Return a field's value in words: a dash for an empty value, a check mark for True."""
    value = getattr(line, part)
    if value is False or value in (None, "", ()):
        return "–"
    if value is True:
        return "✓"
    labels: dict[object, object] = dict(_row_field(part).flatchoices)
    return str(labels[value]).lower() if value in labels else str(value)


def _row_field(part: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", PlanItem._meta.get_field(part))


def _weekdays_change(before: PlanLine, after: PlanLine) -> list[str]:
    days = {"days": weekday_names(after.weekdays)}
    return [_("%(days)s only") % days if after.weekdays else _("on every day of the plan")]


def _side_change(before: PlanLine, after: PlanLine) -> list[str]:
    return [str(Side(after.side).label).lower() if after.side else _("no longer one side only")]


def _support_change(before: PlanLine, after: PlanLine) -> list[str]:
    return [" → ".join(str(Support(line.support).label).lower() for line in (before, after))]


def _note_change(before: PlanLine, after: PlanLine) -> list[str]:
    return [_("new note: “%(note)s”") % {"note": after.note} if after.note else _("note removed")]


def _dose_change(old_line: PlanLine, new_line: PlanLine) -> list[str]:
    """Return the changed parts of a dose, or the whole new dose if it has other parts than before."""
    before, after = old_line.dose, new_line.dose
    parts = {
        # Sets of a single repetition are called times, as in the dose's own sentence.
        "sets": _("%(change)s times") if _is_single(after) else _("%(change)s sets"),
        "reps": _("%(change)s times"),
        "hold_seconds": _("hold %(change)s seconds"),
        "minutes": _("%(change)s minutes"),
        "days": _("%(change)s days a week"),
    }
    spans = {part: (_span(before, part), _span(after, part)) for part in parts}
    if _is_single(before) != _is_single(after) or any(bool(old) != bool(new) for old, new in spans.values()):
        return [_("now: %(dose)s") % {"dose": after.sentence().rstrip(".")}]
    found = [parts[part] % {"change": f"{old} → {new}"} for part, (old, new) in spans.items() if old != new]
    if before.each_side != after.each_side:
        found.append(_("now on each side") if after.each_side else _("no longer on each side"))
    return found


#: Field → function that formats its change, in this order. `_labelled_change` formats that of any other field.
_FORMATTERS: dict[str, Callable[[PlanLine, PlanLine], list[str]]] = {
    "dose": _dose_change,
    "weekdays": _weekdays_change,
    "side": _side_change,
    "support": _support_change,
    "note": _note_change,
}
#: The fields of a line whose changes `changes` formats itself.
_FORMATTED_BY_CHANGES = ("exercise_id", "first_week", "last_week")


def _is_single(dose: Dose) -> bool:
    return dose.minutes_min is None and dose.reps_min in (None, 1) and dose.reps_max is None


def _span(dose: Dose, part: str) -> str:
    """Return "10–15", "10", or "" if the dose has no such part. A dose without a number of sets has one set."""
    if part == "sets":
        return str(dose.sets or 1)
    low, high = getattr(dose, f"{part}_min"), getattr(dose, f"{part}_max")
    return "" if low is None else str(low) if high is None else f"{low}–{high}"


def _moved(before: PlanContent, after: PlanContent) -> bool:
    return [key for key in after.keys if before.line(key)] != [key for key in before.keys if after.line(key)]


def _schedule_changes(before: PlanContent, after: PlanContent) -> list[str]:
    found = []
    if before.start_date != after.start_date:
        found.append(
            _("First day: %(before)s → %(after)s")
            % {"before": date_format(before.start_date), "after": date_format(after.start_date)}
        )
    if before.weeks != after.weeks:
        found.append(_("%(before)s → %(after)s weeks") % {"before": before.weeks, "after": after.weeks})
    if set(before.weekdays) != set(after.weekdays):
        found.append(
            _("Days: %(before)s → %(after)s")
            % {"before": weekday_names(before.weekdays), "after": weekday_names(after.weekdays)}
        )
    if before.note != after.note:
        found.append(
            _("New note to the patient: “%(note)s”") % {"note": after.note}
            if after.note
            else _("The note to the patient is removed")
        )
    return found
