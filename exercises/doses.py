"""Dose: how much of an exercise to do.

An exercise suggests a dose, a routine sets one, a plan prescribes one. All three have the same fields (see
`DoseFields` in `exercises.models`), are edited by the same form and are displayed by the same sentence.

Units: holds in seconds, durations in minutes, frequency in days a week. Every range is from–to; `to` is empty
when the range is a single number. Empty means "not part of this dose".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Seconds of one repetition without a hold: a slow lift and a slow return.
SECONDS_PER_REPETITION = 4
#: Seconds of rest between sets or sides.
SECONDS_BETWEEN_SETS = 30

#: The order of sides in a dose for each side, also in the steps of the exercise.
SIDES = ("right", "left")

#: Largest number that each part of a dose allows; the smallest is 1 for all of them.
MOST = {"sets": 10, "reps": 100, "hold_seconds": 300, "minutes": 120, "days": 7}
#: Parts that are ranges, each with the fields `<part>_min` and `<part>_max`.
RANGES = ("reps", "hold_seconds", "minutes", "days")
#: Parts that `shorter` reduces, in order of preference.
SHORTENED = ("reps", "minutes", "hold_seconds")
#: A dose needs at least one of these fields; if it has none, `problems()` reports the first.
SAYS_SOMETHING = ("reps_min", "hold_seconds_min", "minutes_min")
NOTHING_SAID = SAYS_SOMETHING[0]
#: Days a week that are displayed as "every day".
EVERY_DAY = 7


@dataclass(frozen=True, kw_only=True)
class Dose:
    """Immutable dose.

    The constructor does not validate: `problems()` and database constraints reject impossible values.
    """

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
        """Return the dose of any object with the same attribute names, such as a model instance or a named tuple."""
        return cls(**{field.name: getattr(source, field.name) for field in fields(cls)})

    def as_dict(self) -> dict[str, int | bool | None]:
        """Return values by field name, usable as keyword arguments of models and forms and as JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def changed(self, **parts: int | None) -> Dose:
        """Return the dose with other numbers: `changed(hold_seconds_min=20)`.

        Parts that the dose does not have are ignored. A range is replaced as a whole: with only its first number
        given, it becomes that single number. Raises ValueError if the result has problems.
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
        """Return about half of the dose, or None if it cannot be reduced.

        It has half the sets, or else the first of `SHORTENED` that can be reduced is halved. No part is less than 1.
        """
        if self.sets is not None and self.sets > 1:
            return replace(self, sets=self.sets // 2)
        for part in SHORTENED:
            low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
            if low is not None and (low > 1 or high is not None):
                return replace(self, **{f"{part}_min": max(1, low // 2), f"{part}_max": None})
        return None

    def share_of(self, share: Fraction) -> Dose:
        """Return at most this share of one session's dose, from 0 to 1.

        Repetitions and minutes are reduced; what they cannot take is taken off the sets, and then off the hold. Numbers
        are rounded down, but no part is less than 1, so that a dose of ones stays as it is.
        """
        dose, of_reps = self._reduced("reps", share)
        dose, of_minutes = dose._reduced("minutes", share)
        left = min((each for each in (of_reps, of_minutes) if each is not None), default=share)
        dose, of_sets = dose._reduced("sets", left)
        return dose._reduced("hold_seconds", left if of_sets is None else of_sets)[0]

    def _reduced(self, part: str, share: Fraction) -> tuple[Dose, Fraction | None]:
        """Return the dose with this share of one part, and the share of other parts that is still missing, 1 for none.

        That is None for a part that the dose does not have.
        """
        low_name, high_name = ("sets", "") if part == "sets" else (f"{part}_min", f"{part}_max")
        low, high = getattr(self, low_name), getattr(self, high_name) if high_name else None
        if low is None:
            return self, None
        least, most = (max(1, math.floor(each * share)) for each in (low, high or low))
        values = {low_name: least} | ({high_name: most if most > least else None} if high else {})
        return replace(self, **values), min(Fraction(1), share * (high or low) / most)

    # --- Work -----------------------------------------------------------------------------------------

    def work_seconds(self) -> tuple[int, int]:
        """Return the seconds of work in one session at the lower and at the upper end of the dose, without rests.

        They are a measure in which all doses compare: each repetition takes `SECONDS_PER_REPETITION` and its hold, and
        each side counts. If the dose has minutes, they replace the time of the repetitions.
        """
        bouts = (self.sets or 1) * (2 if self.each_side else 1)
        if self.minutes_min is not None:
            return bouts * self.minutes_min * 60, bouts * (self.minutes_max or self.minutes_min) * 60
        reps, hold = self.reps_min or 1, self.hold_seconds_min or 0
        most_reps, longest = self.reps_max or reps, self.hold_seconds_max or hold
        return (
            bouts * reps * (SECONDS_PER_REPETITION + hold),
            bouts * most_reps * (SECONDS_PER_REPETITION + longest),
        )

    def is_at_most(self, other: Dose) -> bool:
        """Return True if neither end of this dose is more work than the same end of the other."""
        return all(mine <= its for mine, its in zip(self.work_seconds(), other.work_seconds(), strict=True))

    def at_most(self, other: Dose) -> Dose | None:
        """Return the dose, reduced so that it is no more work than the other; None if that is not possible.

        Sets are reduced first, so that few repetitions are not split into several sets; then repetitions or minutes,
        and then the hold. No part is less than 1.
        """
        dose = self
        for part in ("sets", "reps" if self.minutes_min is None else "minutes", "hold_seconds"):
            if dose.is_at_most(other):
                break
            dose = dose._part_at_most(part, other)
        return dose if dose.is_at_most(other) else None

    def _part_at_most(self, part: str, other: Dose) -> Dose:
        """Return the dose with the largest numbers of one part that are no more work than the other; 1 if none is."""
        least, most = other.work_seconds()
        if part == "sets":
            return (
                self if self.sets is None else replace(self, sets=_largest(self.sets, self._sets_fit(other)))
            )
        low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
        if low is None:
            return self

        def dose_of(number: int) -> Dose:
            numbers: dict[str, Any] = {f"{part}_min": number, f"{part}_max": None}
            return replace(self, **numbers)

        fewest = _largest(low, lambda number: dose_of(number).work_seconds()[0] <= least)
        largest = _largest(high or low, lambda number: dose_of(number).work_seconds()[1] <= most)
        is_range = high is not None and largest > fewest
        fewest = fewest if is_range else min(fewest, largest)
        values: dict[str, Any] = {f"{part}_min": fewest, f"{part}_max": largest if is_range else None}
        return replace(self, **values)

    def _sets_fit(self, other: Dose) -> Callable[[int], bool]:
        return lambda number: replace(self, sets=number).is_at_most(other)

    # --- Display --------------------------------------------------------------------------------------

    def sentence(self, side: str = "") -> str:
        """Return the dose as sentences: "Hold 15–20 seconds. 3 times each side. 3 days a week."

        `side` replaces "each side" with a more exact, already translated phrase ("each leg").
        """
        hold, amount, days = self._hold(), self._amount(side), self._days()
        if hold and not amount and self.each_side:
            hold = _("%(amount)s %(side)s") % {"amount": hold, "side": side or _("each side")}
        return " ".join(_("%(part)s.") % {"part": part} for part in (hold, amount, days) if part)

    def short(self) -> str:
        """Return the dose of one session as a short phrase, for lists: "10–15 times", "30 minutes"."""
        hold, amount = self._hold(), self._amount("")
        if not hold:
            return amount
        if amount and not self._is_once():
            return amount
        return _("%(amount)s %(side)s") % {"amount": hold, "side": _("each side")} if self.each_side else hold

    def days_sentence(self) -> str:
        """Return the frequency alone, "3 days a week."; "" if the dose has none."""
        days = self._days()
        return _("%(part)s.") % {"part": days} if days else ""

    def session_sentence(self) -> str:
        """Return the dose without its frequency, for pages that state the frequency once for all exercises."""
        return replace(self, days_min=None, days_max=None).sentence()

    @property
    def says_sets(self) -> bool:
        """Return True if the sentence says sets, "2 sets of 10"; False if it says times, "3 times"."""
        return self.reps_min is not None and (self.reps_min > 1 or self.reps_max is not None)

    def _is_once(self) -> bool:
        return (self.sets or 1) == 1 and self.reps_min == 1 and self.reps_max is None

    def _hold(self) -> str:
        if self.hold_seconds_min is None:
            return ""
        return ngettext("Hold %(number)s second", "Hold %(number)s seconds", self._plural("hold_seconds")) % {
            "number": self._span("hold_seconds")
        }

    def _amount(self, side: str) -> str:
        """Return the amount of movement: times, sets or minutes; "" if the dose is a hold alone."""
        parts = [part for part in (self._times(), self._minutes()) if part]
        amount = ", ".join(parts)
        if amount and self.each_side:
            return _("%(amount)s %(side)s") % {"amount": amount, "side": side or _("each side")}
        return amount

    def _times(self) -> str:
        """Return repetitions and sets. Sets of a single repetition are counted as times: 3 sets of 1 is "3 times"."""
        sets = self.sets or 1
        if self.reps_min is None:
            # `_minutes` counts sets of minutes.
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
        """Return the range with an en dash, "15–20", or the single number."""
        low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
        return str(low) if high is None else f"{low}–{high}"

    def _plural(self, part: str) -> int:
        """Return the number that the noun after a range agrees with: the last one."""
        low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
        return int(low if high is None else high)

    # --- Duration -------------------------------------------------------------------------------------

    def session_seconds(self) -> int:
        """Return the estimated seconds of one session of this dose.

        The estimate uses the middle of each range, `SECONDS_PER_REPETITION` for the movement of every repetition plus
        the hold, both sides if the dose is for each side, and `SECONDS_BETWEEN_SETS` between sets and sides. If the
        dose has minutes, they replace the time of the repetitions, which are done within them.
        """
        bouts = (self.sets or 1) * (2 if self.each_side else 1)
        if self.minutes_min is not None:
            work = self._middle("minutes") * 60
        else:
            work = (self._middle("reps") or 1) * (SECONDS_PER_REPETITION + self._middle("hold_seconds"))
        return math.ceil(bouts * work + (bouts - 1) * SECONDS_BETWEEN_SETS)

    def session_minutes(self) -> int:
        """Return `session_seconds()` in whole minutes, rounded up so that enough time is planned."""
        return math.ceil(self.session_seconds() / 60)

    def _middle(self, part: str) -> float:
        """Return the middle of a range; 0 if the dose does not have the part."""
        low, high = getattr(self, f"{part}_min"), getattr(self, f"{part}_max")
        if low is None:
            return 0
        return float(low + (low if high is None else high)) / 2

    # --- Validation -----------------------------------------------------------------------------------

    def problems(self) -> dict[str, str]:
        """Return translated error messages by field name; empty if the dose can be stored.

        A dose without repetitions, hold or minutes is reported on `NOTHING_SAID`, the field most often filled in.
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
        """Return the largest allowed number by field name."""
        return {"sets": MOST["sets"]} | {
            f"{part}_{end}": MOST[part] for part in RANGES for end in ("min", "max")
        }


def _largest(most: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number from 1 to `most` that fits; 1 if none does."""
    return next((number for number in range(most, 1, -1) if fits(number)), 1)


#: Fields of a dose in the order of the form.
DOSE_FIELDS = tuple(field.name for field in fields(Dose))
