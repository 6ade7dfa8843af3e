"""A patient's safety record as one value, to edit in one form, to compare, and to merge two concurrent edits.

`base` is the record that the page showed, `mine` the submitted one, `theirs` the one that another user has saved since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.json_input import parse_json
from patients.models import Flag
from patients.safety.selectors.plan_safety import PatientSafety


@dataclass(frozen=True)
class SafetyRecord:
    """A patient's flags, unlock of eyes closed, time and equipment.

    `unsettled` are those of the flags that no clinician has confirmed yet. `minutes` is the time for a session, None if
    unknown; `at_home` holds slugs of equipment.
    """

    flags: frozenset[str] = frozenset()
    eyes_closed: bool = False
    minutes: int | None = None
    at_home: frozenset[str] = frozenset()
    unsettled: frozenset[str] = frozenset()

    @classmethod
    def of(cls, safety: PatientSafety) -> SafetyRecord:
        return cls(
            flags=safety.kinds,
            eyes_closed=safety.eyes_closed_unlocked,
            minutes=safety.minutes_a_session,
            at_home=frozenset(thing.slug for thing in safety.at_home),
            unsettled=frozenset(row.flag for row in safety.unsettled),
        )

    def as_text(self) -> str:
        """Return the record as JSON for a hidden form field; `from_text` parses it."""
        flags, at_home, unsettled = (sorted(each) for each in (self.flags, self.at_home, self.unsettled))
        values = [flags, self.eyes_closed, self.minutes, at_home, unsettled]
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> SafetyRecord:
        """Parse the output of `as_text`. Raises ValueError for anything else, since the text comes from a browser."""
        try:
            flags, eyes_closed, minutes, at_home, unsettled = parse_json(text)
            return cls(
                flags=frozenset(Flag(flag) for flag in flags),
                eyes_closed=bool(eyes_closed),
                minutes=None if minutes is None else int(minutes),
                at_home=frozenset(str(slug) for slug in at_home),
                unsettled=frozenset(Flag(flag) for flag in unsettled),
            )
        except (TypeError, AttributeError) as error:
            raise ValueError("Invalid safety record.") from error


def merge(*, base: SafetyRecord, mine: SafetyRecord, theirs: SafetyRecord) -> SafetyRecord:
    """Return both edits merged: each value that `mine` changed is taken from it, every other one from `theirs`."""
    flags = _merge_set(base.flags, mine.flags, theirs.flags)
    return SafetyRecord(
        flags=flags,
        eyes_closed=mine.eyes_closed if mine.eyes_closed != base.eyes_closed else theirs.eyes_closed,
        minutes=mine.minutes if mine.minutes != base.minutes else theirs.minutes,
        at_home=_merge_set(base.at_home, mine.at_home, theirs.at_home),
        unsettled=_merge_set(base.unsettled, mine.unsettled, theirs.unsettled) & flags,
    )


def _merge_set(base: frozenset[str], mine: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    return (theirs | (mine - base)) - (base - mine)


def differences(before: SafetyRecord, after: SafetyRecord, things: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each change. `things` holds the names of equipment by slug."""
    sentences = [
        _("Set: %(flag)s.") % {"flag": flag.label} for flag in Flag if flag in after.flags - before.flags
    ]
    sentences += [
        _("Cleared: %(flag)s.") % {"flag": flag.label} for flag in Flag if flag in before.flags - after.flags
    ]
    sentences += [
        _("Confirmed: %(flag)s.") % {"flag": flag.label}
        for flag in Flag
        if flag in (before.unsettled - after.unsettled) & after.flags
    ]
    if after.eyes_closed != before.eyes_closed:
        sentences.append(_("Eyes closed: unlocked.") if after.eyes_closed else _("Eyes closed: locked."))
    if after.minutes != before.minutes:
        sentences.append(_("Time for a session: %(minutes)s.") % {"minutes": format_minutes(after.minutes)})
    if after.at_home != before.at_home:
        names = sorted(str(things.get(slug, slug)) for slug in after.at_home)
        sentences.append(_("At home: %(things)s.") % {"things": ", ".join(names) or _("nobody has asked")})
    return sentences


def format_minutes(minutes: int | None) -> str:
    if minutes is None:
        return _("not known")
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
