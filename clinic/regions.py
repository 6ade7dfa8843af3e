"""The table of regions: dates, clock, first day of the week, paper, units and emergency number of a clinic's country.

A region and a language together have a language tag, such as "en-gb". Django picks the formats of dates and times by
the active tag, so a page, an e-mail or a printed sheet that is made while the tag is active follows the region. The
bare language, "en" or "es", is that of the United States, so it is also what visitors get who belong to no clinic.

The formats themselves are in `clinic.formats`, whose packages for each tag are filled by `list_formats`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import get_language, gettext_noop

Paper = Literal["letter", "a4"]
MONDAY, SUNDAY = 0, 6
#: Names of the parts of a date, as the fields of a form for a date are named.
MONTH_FIRST, DAY_FIRST = ("month", "day", "year"), ("day", "month", "year")


@dataclass(frozen=True)
class Region:
    """A country with the same way to write dates and times, or all those that have no row of their own."""

    #: ISO 3166 code of the country, or 001, the code of the world in language tags.
    code: str
    name: str
    #: Order in which the parts of a date are written in English and typed in every language.
    date_order: tuple[str, str, str]
    #: Format of a time of day in English, for Django.
    clock: str
    #: Weekday on which a week starts, as numbered by `date.weekday()`.
    first_weekday: int
    paper: Paper
    #: A value of `GlucoseUnit`.
    glucose_unit: str
    emergency_number: str
    emergency_text: str

    @property
    def other_paper(self) -> Paper:
        return "a4" if self.paper == "letter" else "letter"

    @property
    def clinic_defaults(self) -> dict[str, str]:
        """Return what a clinic of this region starts with, by the names of the fields of `Clinic`."""
        return {
            "glucose_unit": self.glucose_unit,
            "emergency_number": self.emergency_number,
            "emergency_text": self.emergency_text,
        }

    @property
    def is_month_first(self) -> bool:
        return self.date_order == MONTH_FIRST

    @property
    def has_12_hours(self) -> bool:
        return self.clock != "H:i"


_CALL_911, _CALL_112 = gettext_noop("In an emergency, call 911."), gettext_noop("In an emergency, call 112.")
_CALL_999, _CALL_000 = gettext_noop("In an emergency, call 999."), gettext_noop("In an emergency, call 000.")

UNITED_STATES = Region(
    "US", "United States", MONTH_FIRST, "g:i A", SUNDAY, "letter", "mg_dl", "911", _CALL_911
)
REGIONS = (
    UNITED_STATES,
    Region("GB", "United Kingdom", DAY_FIRST, "H:i", MONDAY, "a4", "mmol_l", "999", _CALL_999),
    Region("IE", "Ireland", DAY_FIRST, "H:i", MONDAY, "a4", "mmol_l", "112", _CALL_112),
    Region("CA", "Canada", MONTH_FIRST, "g:i a", SUNDAY, "letter", "mmol_l", "911", _CALL_911),
    Region("AU", "Australia", DAY_FIRST, "g:i a", MONDAY, "a4", "mmol_l", "000", _CALL_000),
    Region("ES", "Spain", DAY_FIRST, "H:i", MONDAY, "a4", "mg_dl", "112", _CALL_112),
    Region("001", "Elsewhere", DAY_FIRST, "H:i", MONDAY, "a4", "mmol_l", "112", _CALL_112),
)
DEFAULT_REGION = UNITED_STATES.code
REGION_CHOICES = [(region.code, region.name) for region in REGIONS]
#: Ways to type a whole date into one field, for `strptime`.
_INPUT_FORMATS = {
    MONTH_FIRST: ["%m/%d/%Y", "%m-%d-%Y", "%m %d %Y", "%b %d, %Y", "%B %d, %Y"],
    DAY_FIRST: ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d %b %Y", "%d %B %Y"],
}
_BY_CODE = {region.code: region for region in REGIONS}


def get_region(code: str) -> Region:
    """Return the region with this code; the United States for any other text."""
    return _BY_CODE.get(code.upper(), UNITED_STATES)


def get_language_tag(language: str, region: str) -> str:
    """Return the tag to activate for a language in a region, such as "en-gb". Any region of `language` is replaced."""
    bare, code = get_bare_language(language), get_region(region).code
    return bare if code == DEFAULT_REGION else f"{bare}-{code.lower()}"


def get_bare_language(tag: str) -> str:
    """Return the language of a tag, without its region: one of `settings.LANGUAGES`."""
    return tag.partition("-")[0]


def get_region_of(tag: str) -> Region:
    """Return the region of a language tag."""
    return get_region(tag.partition("-")[2])


def get_active_region() -> Region:
    """Return the region of the active language tag."""
    return get_region_of(get_language() or "")


def list_formats(language: str, code: str) -> dict[str, Any]:
    """Return the formats of dates and times of a language in a region, by the names that templates use.

    They include formats that Django does not know. Every language and region has all of them.
    """
    region = get_region(code)
    if language == "es":
        day, short, of_year, short_of_year = r"j \d\e F", "j b", r" \d\e Y", " Y"
        weekday, short_weekday = rf"l {day}", f"D {short}"
        time, year_month = "g:i a" if region.has_12_hours else "H:i", r"F \d\e Y"
    elif region.is_month_first:
        day, short, of_year, short_of_year = "F j", "M j", ", Y", ", Y"
        weekday, short_weekday = f"l, {day}", f"D, {short}"
        time, year_month = region.clock, "F Y"
    else:
        day, short, of_year, short_of_year = "j F", "j M", " Y", " Y"
        weekday, short_weekday = f"l {day}", f"D {short}"
        time, year_month = region.clock, "F Y"
    with_seconds = time.replace("i", "i:s")
    return {
        "DATE_FORMAT": day + of_year,
        "SHORT_DATE_FORMAT": short + short_of_year,
        "TIME_FORMAT": time,
        "DATETIME_FORMAT": f"{day}{of_year}, {time}",
        "SHORT_DATETIME_FORMAT": f"{short}{short_of_year}, {time}",
        "MONTH_DAY_FORMAT": day,
        "YEAR_MONTH_FORMAT": year_month,
        # Numbered as by Django: Sunday is 0.
        "FIRST_DAY_OF_WEEK": (region.first_weekday + 1) % 7,
        # For a day in the near future or past.
        "WEEKDAY_DATE_FORMAT": weekday,
        # Day and time of a recent action on a device.
        "MONTH_DAY_TIME_FORMAT": f"{day}, {time}",
        # For narrow places: below a drawing, in a table, in a list.
        "SHORT_MONTH_DAY_FORMAT": short,
        "SHORT_MONTH_DAY_TIME_FORMAT": f"{short}, {time}",
        "SHORT_WEEKDAY_FORMAT": short_weekday,
        "SHORT_WEEKDAY_TIME_FORMAT": f"{short_weekday}, {time}",
        "SHORT_WEEKDAY_DATE_FORMAT": short_weekday + short_of_year,
        "SHORT_WEEKDAY_DATETIME_FORMAT": f"{short_weekday}{short_of_year}, {time}",
        # For a log in which the order of rows within a minute matters.
        "SHORT_DATETIME_SECONDS_FORMAT": f"{short}{short_of_year}, {with_seconds}",
        # For dates typed into one field.
        "DATE_INPUT_FORMATS": _INPUT_FORMATS[region.date_order],
    }
