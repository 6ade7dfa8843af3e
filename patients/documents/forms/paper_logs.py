"""Parsing of a submitted paper log. It is a grid of checkboxes and not a list of fields, so no Django form is used."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from patients.documents.paper_log import DayEntry, PaperLog
from patients.sessions.check_in import asked_at
from patients.sessions.questions import Place
from patients.sessions.selectors.charts import MOST_PAIN


@dataclass(frozen=True)
class SubmittedPaperLog:
    """The entries of a submitted paper log. `errors` maps the name of a field to its error message."""

    entries: list[DayEntry]
    errors: dict[str, str] = field(default_factory=dict)
    #: The text submitted in each pain field by its name, so that the page can show an invalid value again.
    typed_pain: dict[str, str] = field(default_factory=dict)


def parse_paper_log(sent: QueryDict, sheet: PaperLog) -> SubmittedPaperLog:
    """Return one entry for each day that accepts dangers. Values that do not belong to this paper log are ignored."""
    submitted = SubmittedPaperLog([])
    ticked, whole_days = set(sent.getlist("tick")), set(sent.getlist("all"))
    for day in sheet.days:
        if not day.accepts_dangers:
            continue
        date = day.date.isoformat()
        dangers = (
            frozenset(each.id for each in asked_at(Place.PAPER) if date in sent.getlist(each.id)) | day.told
        )
        if (other := sent.get(day.other_field, "")) in sheet.other_signs:
            dangers |= {other}
        if not day.accepts_ticks:
            submitted.entries.append(DayEntry(day.date, dangers=dangers))
            continue
        done = {item.pk for item in day.items if f"{date}:{item.pk}" in ticked}
        if date in whole_days:
            done |= {item.pk for item in (day.asked or day.items)}
        pain = _parse_pain(sent.get(day.pain_field, ""), day.pain_field, submitted)
        submitted.entries.append(DayEntry(day.date, frozenset(done), pain, dangers))
    return submitted


def _parse_pain(text: str, name: str, submitted: SubmittedPaperLog) -> int | None:
    text = text.strip()
    submitted.typed_pain[name] = text
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 3 and int(text) <= MOST_PAIN:
        return int(text)
    submitted.errors[name] = _("Pain is a whole number from 0 to 10, or nothing.")
    return None
