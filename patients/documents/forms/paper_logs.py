"""Reading a tick sheet that was sent: a grid of checkboxes is no list of fields, so it is read by hand."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from patients.documents.paper_log import DayEntry, PaperLog
from patients.sessions.check_in import asked_at
from patients.sessions.questions import Place
from patients.sessions.selectors.charts import MOST_PAIN


@dataclass(frozen=True)
class SubmittedPaperLog:
    """What was sent, and what is wrong with it: the id of a field → what to do about it."""

    entries: list[DayEntry]
    errors: dict[str, str] = field(default_factory=dict)
    #: What was typed as pain, by field, so that a wrong number is not lost.
    typed_pain: dict[str, str] = field(default_factory=dict)


def parse_paper_log(sent: QueryDict, sheet: PaperLog) -> SubmittedPaperLog:
    """One entry for each day of the sheet that takes one. Boxes that are not of this sheet are not read at all."""
    read = SubmittedPaperLog([])
    ticked, whole_days = set(sent.getlist("tick")), set(sent.getlist("all"))
    for day in sheet.days:
        if not day.accepts_dangers:
            continue
        date = day.date.isoformat()
        dangers = (
            frozenset(each.id for each in asked_at(Place.PAPER) if date in sent.getlist(each.id)) | day.told
        )
        if not day.accepts_ticks:
            read.entries.append(DayEntry(day.date, dangers=dangers))
            continue
        done = {item.pk for item in day.items if f"{date}:{item.pk}" in ticked}
        if date in whole_days:
            done |= {item.pk for item in (day.asked or day.items)}
        pain = _read_pain(sent.get(day.pain_field, ""), day.pain_field, read)
        read.entries.append(DayEntry(day.date, frozenset(done), pain, dangers))
    return read


def _read_pain(text: str, name: str, read: SubmittedPaperLog) -> int | None:
    text = text.strip()
    read.typed_pain[name] = text
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 3 and int(text) <= MOST_PAIN:
        return int(text)
    read.errors[name] = _("Pain is a whole number from 0 to 10, or nothing.")
    return None


def parse_week(text: str) -> datetime.date | None:
    """The day written as "2026-03-02"; None for anything else."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
