"""The sources of the safety rules, and how sure each one is.

A rule holds the marks of its row as they stand in the clinical rules: `"ADA16-T5 R; J"`. `parse_grounds` makes them the
words that clinicians read at "Why?".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """The certainty of a source. A row with several marks is as weak as its weakest part."""

    READ = "R"
    SUMMARY = "C"
    KEPT = "K"
    JUDGEMENT = "J"

    @property
    def label(self) -> str:
        return {
            Certainty.READ: "read",
            Certainty.SUMMARY: "from a summary",
            Certainty.KEPT: "kept from version 1",
            Certainty.JUDGEMENT: "clinicians’ judgment",
        }[self]


#: Code in the clinical rules → name of the source.
SOURCES = {
    "ADA-low": "American Diabetes Association, levels of low blood sugar",
    "ADA16-T1": "American Diabetes Association, position statement on physical activity, 2016, table 1",
    "ADA16-T5": "American Diabetes Association, position statement on physical activity, 2016, table 5 (PMC6908414)",
    "AHA": "American Heart Association, Know the Signs",
    "AHA95": "American Heart Association, contraindications to exercise testing, 1995",
    "ARTA": "ARTA Wellness, table of activities with diabetes",
    "BEFAST": "BE-FAST, the signs of a stroke, in the words of hospitals",
    "CES": "Cauda equina card (Greenhalgh), and the words of the NHS",
    "CIPN": "Trial of 170 people during chemotherapy, PMC8476560",
    "Campbell": "Campbell and others, consensus on exercise with bone metastases, 2022",
    "Charcot": "IWGDF guideline on Charcot foot, 2023, in a review (Wounds 2024;36:206)",
    "DVT": "NHS advice on blood clots",
    "Farrar": "Farrar and others, Pain 2001;94:149",
    "HeadNHS": "NHS advice on head injury and blood thinners",
    "IBPC": "Blood pressure and exercise, PMC10959113, table 1, 2024",
    "IWGDF": "IWGDF guideline on prevention of foot ulcers, 2023",
    "JAPMA": "JAPMA 20-166, return of foot ulcers",
    "JOSPT": "JOSPT, PMC7069691, table 4, 2020",
    "NG19": "NICE guideline NG19, section 1.4",
    "NIA": "National Institute on Aging, strength exercises",
    "NIH": "NIH, National Institute on Aging, support levels",
    "PMC42-T4": "PMC4254543, table 4",
    "ROS": "Royal Osteoporosis Society, Strong, Steady and Straight, 2022",
    "SALSA": "SALSA, return to activity after a foot ulcer, 2020 (practice of two clinics, not a guideline)",
    "SOPeD": "SOPeD, foot exercises with rules of progression (Pilot and Feasibility Studies 7:87, 2021)",
    "STEADI": "CDC STEADI",
    "Spectrum": "Diabetes Spectrum, clinical practice table",
    "Turner": "Turner and others, Sports Medicine Open 5:20, 2019",
}
#: One mark of a row: a code, how sure it is, and a remark: "IBPC R (over 180/110)". The code may be missing.
_MARK = re.compile(r"(?:(?P<code>[A-Za-z0-9-]+) )?(?P<certainty>[RCKJ])(?: \((?P<remark>[^)]+)\))?")


@dataclass(frozen=True)
class Ground:
    """One source of a rule. `source` is empty for a judgment, and for a row kept from version 1 without a source."""

    source: str
    certainty: Certainty
    remark: str = ""

    @property
    def words(self) -> str:
        """Return the source and how sure it is, such as "CDC STEADI (kept from version 1)"."""
        sure = ": ".join(filter(None, (self.certainty.label, self.remark)))
        return f"{self.source} ({sure})" if self.source else sure[0].upper() + sure[1:]


def cite(text: str) -> str:
    """Return the grounds of a row as one text: each source, and how sure it is."""
    return "; ".join(ground.words for ground in parse_grounds(text))


def parse_grounds(text: str) -> tuple[Ground, ...]:
    """Return the grounds of a row. Raises ValueError for a mark or a code that does not exist."""
    found = []
    for part in text.split("; "):
        mark = _MARK.fullmatch(part)
        code = mark["code"] if mark else ""
        if mark is None or (code and code not in SOURCES):
            raise ValueError(f"No such source: {part}")
        source = SOURCES[code] if code else ""
        found.append(Ground(source, Certainty(mark["certainty"]), mark["remark"] or ""))
    return tuple(found)
