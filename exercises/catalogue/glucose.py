"""Blood sugar before exercise: the bands, in both units, and the advice of each.

Source: clinical rules, "Before a session: blood sugar" (ADA 2016, table 1; Turner 2019; levels of hypoglycemia of the
ADA). A reading is judged in the unit that the meter shows, and never converted. A reading on a border belongs to the
band above it. mg/dL are whole numbers, mmol/L have one decimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

GlucoseUnit = Literal["mg_dl", "mmol_l"]
#: The units as meters show them.
UNIT_NAMES: dict[GlucoseUnit, str] = {"mg_dl": "mg/dL", "mmol_l": "mmol/L"}


@dataclass(frozen=True, kw_only=True)
class GlucoseBandEntry:
    """Advice for a reading from `from_…` up to, but not including, the start of the next band.

    None means that the band is open at that end. `from_mmol_l` is in tenths of mmol/L, so that it is a whole number.
    `may_start` is None where the ketones decide. `grounds` are the sources as in the clinical rules, each with its
    mark: R read, C from a copy or a summary, J judgment.
    """

    slug: str
    from_mg_dl: int | None
    below_mg_dl: int | None
    from_mmol_l: int | None
    below_mmol_l: int | None
    #: The name of the band in a list of choices, without the advice.
    name: str
    title: str
    text: str
    may_start: bool | None
    grounds: str

    @property
    def allows_after_a_low(self) -> bool:
        """True from 90 mg/dL (5.0 mmol/L) up: from there, exercise may start after a low that was treated."""
        return self.from_mg_dl is not None and self.from_mg_dl >= 90

    def label(self, unit: GlucoseUnit) -> str:
        """Return the range as people read it in this unit, such as "90–149" or "5.0–8.2"."""
        low, high = (
            (self.from_mg_dl, self.below_mg_dl) if unit == "mg_dl" else (self.from_mmol_l, self.below_mmol_l)
        )
        write = str if unit == "mg_dl" else (lambda tenths: f"{tenths / 10:.1f}")
        if low is None:
            return f"< {write(high)}"
        return f"{write(low)}–{write(high - 1)}" if high is not None else f"≥ {write(low)}"


GLUCOSE_BANDS = (
    GlucoseBandEntry(
        slug="very_low",
        from_mg_dl=None,
        below_mg_dl=54,
        from_mmol_l=None,
        below_mmol_l=30,
        name=_("Very low"),
        title=_("Very low: no exercise today"),
        text=_(
            "Take 15 to 20 grams of fast sugar now. Check again after 15 minutes. Take more if it is still low. "
            "Then eat. Tell your clinic."
        ),
        may_start=False,
        grounds="ADA-low C; Turner R",
    ),
    GlucoseBandEntry(
        slug="low",
        from_mg_dl=54,
        below_mg_dl=70,
        from_mmol_l=30,
        below_mmol_l=40,
        name=_("Low"),
        title=_("Low: not yet"),
        text=_(
            "Take 15 to 20 grams of fast sugar. Check again after 15 minutes. Take more if it is still low. "
            "Start only when it is 90 mg/dL (5.0 mmol/L) or more. Not alone, and not in water."
        ),
        may_start=False,
        grounds="ADA-low C; Turner R; J (from 90)",
    ),
    GlucoseBandEntry(
        slug="near_low",
        from_mg_dl=70,
        below_mg_dl=90,
        from_mmol_l=40,
        below_mmol_l=50,
        name=_("Close to low"),
        title=_("Close to low: eat first"),
        text=_("Eat 15 to 30 grams of carbohydrate first. Then start."),
        may_start=True,
        grounds="ADA16-T1 R",
    ),
    GlucoseBandEntry(
        slug="good_low",
        from_mg_dl=90,
        below_mg_dl=150,
        from_mmol_l=50,
        below_mmol_l=83,
        name=_("Good, on the low side"),
        title=_("Good: you can start"),
        text=_("If you use insulin, eat some carbs when you start."),
        may_start=True,
        grounds="ADA16-T1 R; J (without insulin, just start)",
    ),
    GlucoseBandEntry(
        slug="good",
        from_mg_dl=150,
        below_mg_dl=250,
        from_mmol_l=83,
        below_mmol_l=139,
        name=_("Good"),
        title=_("Good: you can start"),
        text=_("Have fast sugar within reach."),
        may_start=True,
        grounds="ADA16-T1 R",
    ),
    GlucoseBandEntry(
        slug="high",
        from_mg_dl=250,
        below_mg_dl=350,
        from_mmol_l=139,
        below_mmol_l=194,
        name=_("High"),
        title=_("High: test for ketones first"),
        text=_(
            "If ketones are moderate or large, do not exercise. Call your diabetes team today. "
            "If there are none or only a trace, and you feel well, go easy."
        ),
        may_start=None,
        grounds="ADA16-T1 R; Spectrum R",
    ),
    GlucoseBandEntry(
        slug="very_high",
        from_mg_dl=350,
        below_mg_dl=None,
        from_mmol_l=194,
        below_mmol_l=None,
        name=_("Very high"),
        title=_("Very high: test for ketones first"),
        text=_(
            "If ketones are moderate or large, do not exercise. Call your diabetes team today. "
            "If there are none or only a trace, and you feel well, ask your diabetes team first. Then go easy. "
            "Do nothing hard. No test strips? Do not exercise today."
        ),
        may_start=None,
        grounds="ADA16-T1 R; J (no test strips)",
    ),
)


def write_range(band: GlucoseBandEntry, unit: GlucoseUnit) -> str:
    """Return the range of a band in words, such as "Under 54 mg/dL", "54–69 mg/dL" or "350 mg/dL or more"."""
    number = f"{band.label(unit).removeprefix('< ').removeprefix('≥ ')} {UNIT_NAMES[unit]}"
    if band.from_mg_dl is None:
        return gettext("Under %(number)s") % {"number": number}
    if band.below_mg_dl is None:
        return gettext("%(number)s or more") % {"number": number}
    return number


def write_ranges(band: GlucoseBandEntry, first: GlucoseUnit) -> tuple[str, str]:
    """Return the range of a band in both units, that of the clinic first: a meter may show the other one."""
    other: GlucoseUnit = "mmol_l" if first == "mg_dl" else "mg_dl"
    return write_range(band, first), write_range(band, other)


def band_for(value: int | float | str | Decimal, unit: GlucoseUnit) -> GlucoseBandEntry:
    """Return the band of a reading in the unit that the meter shows.

    Digits beyond those that a meter shows are cut off, so that a reading never moves up into a band that it has not
    reached. Raises ValueError for a negative number, and for an unknown unit.
    """
    if unit not in UNIT_NAMES:
        raise ValueError(f"Unknown unit of blood sugar: {unit}")
    number = Decimal(str(value))
    if number < 0:
        raise ValueError(f"A reading cannot be negative: {value}")
    whole = int((number if unit == "mg_dl" else number * 10).to_integral_value(rounding=ROUND_FLOOR))
    for band in GLUCOSE_BANDS:
        below = band.below_mg_dl if unit == "mg_dl" else band.below_mmol_l
        if below is None or whole < below:
            return band
    raise AssertionError("The last band is open at its end.")


GLUCOSE_TITLE = _("If you take insulin or a sulfonylurea, check your blood sugar first")
GLUCOSE_NOTE = _(
    "This table is for adults who take insulin. If your clinician gave you other numbers, use those. "
    "Feel ill? Then do not exercise, whatever the number."
)
GLUCOSE_SOURCE = _("American Diabetes Association, position statement on physical activity, 2016, table 1")
