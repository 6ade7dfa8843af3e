"""The rows of the clinical rules, "Patient flags × exercise demands", read from a copy of the sheet."""

from dataclasses import dataclass
from pathlib import Path

from exercises.models import Demand, Support
from patients.models import Flag
from patients.safety.rules import Effect

SHEET = Path(__file__).with_name("clinical_table.md")
DEMANDS = tuple(demand.value for demand in Demand)
#: Flags that the sheet writes in words, and the milder flag whose rows are also for a more severe one.
IN_WORDS = {"(reading 160–179 or 100–109)": "bp_raised", "amputation (tick at past_ulcer)": "amputation"}
MORE_SEVERE = {"past_ulcer": "amputation", "kidney": "dialysis", "osteoporosis": "spine_fracture"}


@dataclass(frozen=True)
class Row:
    """One row of the sheet. Without flags it is for everyone; with `all_flags` the patient has all of them."""

    flags: frozenset[str]
    all_flags: bool
    demands: frozenset[str]
    effect: Effect
    least: str
    note: str
    source: str
    shows_glucose_table: bool

    def applies(self, flags, demand):
        has_flags = self.flags <= flags if self.all_flags else bool(self.flags & flags) or not self.flags
        return has_flags and demand in self.demands


def read_rows():
    """Return the rows of the sheet; that of jumping with osteoporosis is two, as its effects differ."""
    for line in SHEET.read_text().splitlines():
        if not line.startswith("| ") or line.startswith("| flag "):
            continue
        flags, demands, effect, least, note, source = (part.strip() for part in line.strip("|").split("|"))
        if demands.startswith("support"):
            continue  # eyes closed depends on the support and has its own tests
        rest = (least, note, source)
        if effect == "warn; block after a spine fracture":
            yield build_row("osteoporosis", demands, "warn", *rest, severe=False)
            yield build_row("spine_fracture", demands, "block", *rest)
        else:
            yield build_row(flags, demands, effect, *rest)


def build_row(flags, demands, effect, least, note, source, *, severe=True):
    names = IN_WORDS.get(flags, flags).split(" (")[0]
    parts = names.replace(" + ", ", ").split(", ") if names != "everyone" else []
    if severe:
        parts += [MORE_SEVERE[part] for part in parts if part in MORE_SEVERE]
    return Row(
        flags=frozenset(Flag(part).value for part in parts),
        all_flags=" + " in names,
        demands=frozenset(
            DEMANDS if demands == "any" else (Demand(each).value for each in demands.split(", "))
        ),
        effect=Effect[effect.replace(",", " ").replace(";", " ").replace(":", " ").split()[0].upper()],
        least=Support(least).value if least else "",
        note=note,
        source=source,
        shows_glucose_table="glucose table" in effect,
    )


ROWS = tuple(read_rows())
#: The combinations of flags that the table is read for: none, each alone, and those that count only together.
FLAG_SETS = (
    frozenset(),
    *(frozenset({flag.value}) for flag in Flag),
    *(row.flags for row in ROWS if row.all_flags),
)
