"""What differs between two versions of a plan, as people speak: "Calf raise: 10–15 → 15–20 times"."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.models import Weekday
from exercises.doses import Dose
from exercises.models import Support

from .models import PlanVersion
from .plan_content import Line, PlanContent

#: The longest change note that a version keeps.
LONGEST_NOTE: int = PlanVersion._meta.get_field("change_note").max_length or 0


def changes(before: PlanContent, after: PlanContent) -> list[str]:
    """Every difference in one short phrase without a full stop: new and removed exercises first, then the rest."""
    names = {line.exercise_id: line.name for line in (*before.lines, *after.lines) if line.name}

    def name(line: Line) -> str:
        return names.get(line.exercise_id, "")

    found = [
        _("New: %(name)s") % {"name": name(line)} for line in after.lines if not before.line(line.exercise_id)
    ]
    found += [
        _("Removed: %(name)s") % {"name": name(line)}
        for line in before.lines
        if not after.line(line.exercise_id)
    ]
    for line in after.lines:
        if earlier := before.line(line.exercise_id):
            found += [f"{name(line)}: {change}" for change in _line_changes(earlier, line)]
    if _moved(before, after):
        found.append(_("The exercises come in a new order"))
    return found + _schedule_changes(before, after)


def drafted_note(found: list[str]) -> str:
    """The differences as a change note to start from, cut at a whole phrase to what a version can keep."""
    note = ""
    for change in found:
        longer = f"{note} {change}.".strip()
        if len(longer) > LONGEST_NOTE:
            break
        note = longer
    return note


def weekday_names(weekdays: tuple[int, ...] | list[int]) -> str:
    """ "Monday, Wednesday", or "every day"."""
    if len(weekdays) == len(Weekday):
        return _("every day")
    return ", ".join(str(Weekday(day).label) for day in sorted(weekdays)) or _("no day")


def _line_changes(before: Line, after: Line) -> list[str]:
    found = _dose_changes(before.dose, after.dose)
    if before.support != after.support:
        found.append(f"{_support(before)} → {_support(after)}")
    if before.note != after.note:
        found.append(_("new note: “%(note)s”") % {"note": after.note} if after.note else _("note removed"))
    return found


def _support(line: Line) -> str:
    return str(Support(line.support).label).lower()


def _dose_changes(before: Dose, after: Dose) -> list[str]:
    """Part by part where the same parts are there before and after; else the whole dose anew."""
    if before == after:
        return []
    parts = {
        # Sets of a single repetition are simply times, as in the dose's own sentence.
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


def _is_single(dose: Dose) -> bool:
    return dose.minutes_min is None and dose.reps_min in (None, 1) and dose.reps_max is None


def _span(dose: Dose, part: str) -> str:
    """ "10–15", "10", or "" when the dose has no such part. One set is what no number of sets means."""
    if part == "sets":
        return str(dose.sets or 1)
    low, high = getattr(dose, f"{part}_min"), getattr(dose, f"{part}_max")
    return "" if low is None else str(low) if high is None else f"{low}–{high}"


def _moved(before: PlanContent, after: PlanContent) -> bool:
    return [pk for pk in after.exercise_ids if before.line(pk)] != [
        pk for pk in before.exercise_ids if after.line(pk)
    ]


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
