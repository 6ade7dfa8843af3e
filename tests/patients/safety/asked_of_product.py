"""Questions of the hand-written cases, each answered by one call of the product.

The cases are plain data and know nothing of the product; this is the only module between them.
"""

from exercises.catalogue import EXERCISES
from exercises.catalogue.glucose import band_for
from patients.safety.holds import keeps_away
from patients.safety.rules import demands_of, findings, glucose_table, patient_notes, support_for

ALLOWED, NOTED, WARNED, BLOCKED, LOCKED = range(5)


def own(position, *tags):
    """Return a clinic's own exercise: its position, and the tags that the clinic has given it."""
    return (position, tags)


_ENTRIES = {entry.slug: entry for entry in EXERCISES}


def product_slugs() -> set[str]:
    return set(_ENTRIES)


def _demands(exercise) -> frozenset[str]:
    if isinstance(exercise, str):
        exercise = (_ENTRIES[exercise].position, _ENTRIES[exercise].demands)
    return demands_of(position=exercise[0], demands=exercise[1])


def _support(exercise) -> str:
    return _ENTRIES[exercise].support if isinstance(exercise, str) else "none"


def _findings(flags, exercise, support="", is_unlocked=False):
    return findings(
        flags, _demands(exercise), support or _support(exercise), eyes_closed_unlocked=is_unlocked
    )


def product_effect(flags, exercise, *, support="", is_unlocked=False) -> int:
    return max(
        (int(finding.effect) for finding in _findings(flags, exercise, support, is_unlocked)),
        default=ALLOWED,
    )


def product_support(flags, exercise) -> str:
    return support_for(flags, _demands(exercise), _support(exercise))


def product_notes(flags, exercise) -> set[str]:
    return {str(note) for note in patient_notes(_findings(flags, exercise))}


def product_shows_sugar(flags, exercise) -> bool:
    return bool(glucose_table(_findings(flags, exercise)))


def product_keeps_away(kinds, exercise) -> bool:
    return keeps_away(kinds, _demands(exercise))


def product_stays(kinds) -> set[str]:
    return {slug for slug in _ENTRIES if not product_keeps_away(kinds, slug)}


def product_band(reading, unit) -> str:
    return band_for(reading, {"mg/dL": "mg_dl", "mmol/L": "mmol_l"}[unit]).slug
