"""Dose: how much of an exercise, said once for the whole project.

An exercise suggests a dose, a routine sets one, a plan prescribes one. All three hold the same fields (see
`DoseFields` in `exercises.models`), are edited by the same form and are read aloud by the same sentence.

Units: holds in seconds, durations in minutes, frequency in days a week. Every range is from–to; `to` is empty
when the range is a single number. Empty means "not part of this dose".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Seconds that one repetition takes when it holds nothing: a slow lift and a slow return.
SECONDS_PER_REPETITION = 4
#: Seconds of rest between sets or sides.
SECONDS_BETWEEN_SETS = 30

#: The largest number each part of a dose may hold; the smallest is 1 for all of them.
MOST = {"sets": 10, "reps": 100, "hold_seconds": 300, "minutes": 120, "days": 7}
#: The parts that are ranges, each kept as `<part>_min` and `<part>_max`.
RANGES = ("reps", "hold_seconds", "minutes", "days")
#: What "do fewer" takes from, the first that there is more than 1 of.
SHORTENED = ("reps", "minutes", "hold_seconds")
#: A dose needs at least one of these; when it has none, the first is where `problems()` says so.
SAYS_SOMETHING = ("reps_min", "hold_seconds_min", "minutes_min")
NOTHING_SAID = SAYS_SOMETHING[0]
#: A day count that means every day.
EVERY_DAY = 7


@dataclass(frozen=True, kw_only=True)
class Dose:
    """One dose. Raises nothing: impossible values are refused by `problems()` and by database constraints."""

    sets: int | None = None
    reps_min: int | None = None
    reps_max: int | None = None
    hold_seconds_min: int | None = None
    hold_seconds_max: int | None = None
    minutes_min: int | None = None
    minutes_max: int | None = None
    each_side: bool = False
    days_min: int | None = None
    days_max: int | None = None

    @classmethod
    def of(cls, source: object) -> Dose:
        """The dose held by anything with the same field names: a model row, a form, a named tuple."""
        return cls(**{field.name: getattr(source, field.name) for field in fields(cls)})

    def as_dict(self) -> dict[str, int | bool | None]:
        """Field name → value, ready for a model's or a form's keywords and for JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def changed(self, **parts: int | None) -> Dose:
        """The dose with other numbers: `changed(hold_seconds_min=20)`. A part that it does not have stays away.

        A range is set as a whole: its first number alone makes it that one number. Raises ValueError when the outcome
        makes no sense.
        """
        values: dict[str, Any] = {}
        if parts.get("sets") is not None and (self.sets is not None or self.reps_min is not None):
            values["sets"] = parts["sets"]
        for part in RANGES:
            low, high = parts.get(f"{part}_min"), parts.get(f"{part}_max")
            if low is not None and getattr(self, f"{part}_min") is not None:
                values |= {f"{part}_min": low, f"{part}_max": None if high == low else high}
        dose = replace(self, **values)
        if problems := dose.problems():
            raise ValueError(" ".join(problems.values()))
        return dose

    def shorter(self) -> Dose | None:
        """About half of it: fewer sets, else fewer times, else less time; never less than 1 of anything.

        None when there is nothing to take away.
        """
        if self.sets is not None and self.sets > 1:
            return replace(self, sets=self.sets // 2)
        for part in SHORTENED:
            low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
            if low is not None and (low > 1 or high is not None):
                return replace(self, **{f"{part}_min": max(1, low // 2), f"{part}_max": None})
        return None

    # --- In words -------------------------------------------------------------------------------------

    def sentence(self, side: str = "") -> str:
        """The dose as people read it: "Hold 15–20 seconds. 3 times each side. 3 days a week."

        `side` replaces "each side" where the page knows better ("each leg"); give it translated.
        """
        hold, amount, days = self._hold(), self._amount(side), self._days()
        if hold and not amount and self.each_side:
            hold = _("%(amount)s %(side)s") % {"amount": hold, "side": side or _("each side")}
        return " ".join(_("%(part)s.") % {"part": part} for part in (hold, amount, days) if part)

    def short(self) -> str:
        """The dose of one session in a few words, for lists: "10–15 times", "30 minutes"."""
        hold, amount = self._hold(), self._amount("")
        if not hold:
            return amount
        if amount and not self._is_once():
            return amount
        return _("%(amount)s %(side)s") % {"amount": hold, "side": _("each side")} if self.each_side else hold

    def days_sentence(self) -> str:
        """How often alone: "3 days a week."; "" when the dose does not say."""
        days = self._days()
        return _("%(part)s.") % {"part": days} if days else ""

    def session_sentence(self) -> str:
        """The dose without how often, for pages that say that once for all exercises."""
        return replace(self, days_min=None, days_max=None).sentence()

    def _is_once(self) -> bool:
        return (self.sets or 1) == 1 and self.reps_min == 1 and self.reps_max is None

    def _hold(self) -> str:
        if self.hold_seconds_min is None:
            return ""
        return ngettext("Hold %(number)s second", "Hold %(number)s seconds", self._plural("hold_seconds")) % {
            "number": self._span("hold_seconds")
        }

    def _amount(self, side: str) -> str:
        """How much of the movement: times, sets or minutes; empty when the dose is a hold alone."""
        parts = [part for part in (self._times(), self._minutes()) if part]
        amount = ", ".join(parts)
        if amount and self.each_side:
            return _("%(amount)s %(side)s") % {"amount": amount, "side": side or _("each side")}
        return amount

    def _times(self) -> str:
        """Repetitions and sets. Sets of a single repetition are simply times: 3 sets of 1 is "3 times"."""
        sets = self.sets or 1
        if self.reps_min is None:
            # Sets of minutes are counted beside the minutes.
            if sets == 1 or self.minutes_min is not None:
                return ""
            return ngettext("%(number)s time", "%(number)s times", sets) % {"number": sets}
        if self._is_once():
            return _("Once")
        if self.reps_min == 1 and self.reps_max is None:
            return ngettext("%(number)s time", "%(number)s times", sets) % {"number": sets}
        if sets == 1:
            return ngettext("%(number)s time", "%(number)s times", self._plural("reps")) % {
                "number": self._span("reps")
            }
        return ngettext("%(sets)s set of %(number)s", "%(sets)s sets of %(number)s", sets) % {
            "sets": sets,
            "number": self._span("reps"),
        }

    def _minutes(self) -> str:
        if self.minutes_min is None:
            return ""
        minutes = ngettext("%(number)s minute", "%(number)s minutes", self._plural("minutes")) % {
            "number": self._span("minutes")
        }
        if self.reps_min is None and self.sets is not None and self.sets > 1:
            return ngettext("%(minutes)s, %(number)s time", "%(minutes)s, %(number)s times", self.sets) % {
                "minutes": minutes,
                "number": self.sets,
            }
        return minutes

    def _days(self) -> str:
        if self.days_min is None:
            return ""
        if self.days_min >= EVERY_DAY:
            return _("Every day")
        if self.days_max == EVERY_DAY:
            at_least = ngettext(
                "At least %(number)s day a week", "At least %(number)s days a week", self.days_min
            )
            return at_least % {"number": self.days_min}
        return ngettext("%(number)s day a week", "%(number)s days a week", self._plural("days")) % {
            "number": self._span("days")
        }

    def _span(self, part: str) -> str:
        """The range with an en dash, "15–20", or the single number."""
        low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
        return str(low) if high is None else f"{low}–{high}"

    def _plural(self, part: str) -> int:
        """The number that the noun after a range agrees with: the last one said."""
        low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
        return int(low if high is None else high)

    # --- In time --------------------------------------------------------------------------------------

    def session_seconds(self) -> int:
        """About how many seconds one session of this dose takes.

        It counts the middle of each range, `SECONDS_PER_REPETITION` for moving in and out of every
        repetition, the hold on top of that, both sides where the dose says so, and `SECONDS_BETWEEN_SETS`
        between sets and sides. Minutes, where given, are taken as they are: the repetitions happen within
        them.
        """
        bouts = (self.sets or 1) * (2 if self.each_side else 1)
        if self.minutes_min is not None:
            work = self._middle("minutes") * 60
        else:
            work = (self._middle("reps") or 1) * (SECONDS_PER_REPETITION + self._middle("hold_seconds"))
        return math.ceil(bouts * work + (bouts - 1) * SECONDS_BETWEEN_SETS)

    def session_minutes(self) -> int:
        """`session_seconds()` in whole minutes, rounded up, so that nobody plans too little time."""
        return math.ceil(self.session_seconds() / 60)

    def _middle(self, part: str) -> float:
        """The middle of a range; 0 when the dose does not have the part."""
        low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
        if low is None:
            return 0
        return float(low + (low if high is None else high)) / 2

    # --- What is wrong --------------------------------------------------------------------------------

    def problems(self) -> dict[str, str]:
        """Field name → what to do about it, in words; empty when the dose can be stored.

        A dose without times, hold or minutes is reported on `NOTHING_SAID`, where most people fill it in.
        """
        found = {}
        for name, most in self._limits().items():
            value = getattr(self, name)
            if value is not None and not 1 <= value <= most:
                found[name] = _("Use a whole number from 1 to %(most)s.") % {"most": most}
        for part in RANGES:
            low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
            if high is None or f"{part}_min" in found or f"{part}_max" in found:
                continue
            if low is None:
                found[f"{part}_min"] = _("Fill in the first number, or clear the second.")
            elif high <= low:
                found[f"{part}_max"] = _("Make the second number larger than the first, or clear it.")
        if all(getattr(self, name) is None for name in SAYS_SOMETHING) and NOTHING_SAID not in found:
            found[NOTHING_SAID] = _("Say how many times, how long to hold, or how many minutes.")
        return found

    @staticmethod
    def _limits() -> dict[str, int]:
        """Field name → the largest number it may hold."""
        return {"sets": MOST["sets"]} | {
            f"{part}_{end}": MOST[part] for part in RANGES for end in ("min", "max")
        }


#: The fields of a dose in the order that a form asks for them.
DOSE_FIELDS = tuple(field.name for field in fields(Dose))
