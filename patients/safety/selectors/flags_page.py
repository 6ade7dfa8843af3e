"""The page of a patient's flags: what is on record, what each flag does, and who set and cleared what when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.models import User
from exercises.models import Equipment
from patients.models import Circumstances, EyesClosedUnlock, Flag, Patient, PatientFlag
from patients.safety.rules import RULES, Effect
from patients.safety.selectors.plan_safety import PatientSafety

#: The most rows of the history on the page, newest first; the administration shows all.
HISTORY_SHOWN = 30


@dataclass(frozen=True)
class FlagEffect:
    """What a flag does to a plan: what a rule asks for, in a word, and the rule in words."""

    effect: Effect
    words: str

    @property
    def verb(self) -> str:
        return {
            Effect.LOCK: _("Locks"),
            Effect.BLOCK: _("Blocks"),
            Effect.WARN: _("Warns"),
            Effect.NOTE: _("Tells the patient"),
        }[self.effect]


def list_flag_effects(flag: Flag) -> list[FlagEffect]:
    """From the table of rules, so that the page says what the rules do."""
    return [FlagEffect(rule.effect, str(rule.to_clinician)) for rule in RULES if flag in rule.flags]


@dataclass(frozen=True)
class HistoryRow:
    """Something that was set or cleared, when, and by whom."""

    words: str
    at: datetime.datetime
    by: User


@dataclass(frozen=True)
class FlagsPage:
    """`history` is newest first."""

    patient: Patient
    safety: PatientSafety
    equipment: Sequence[Equipment]
    history: list[HistoryRow]

    @property
    def last(self) -> HistoryRow | None:
        return self.history[0] if self.history else None


def get_flags_page(patient: Patient) -> FlagsPage:
    """Five queries."""
    marks: list[PatientFlag | EyesClosedUnlock] = [
        *patient.flags.select_related("set_by", "cleared_by").order_by("-set_at", "-id")[:HISTORY_SHOWN],
        *EyesClosedUnlock.objects.filter(patient=patient)
        .select_related("set_by", "cleared_by")
        .order_by("-set_at", "-id")[:HISTORY_SHOWN],
    ]
    home = Circumstances.objects.filter(patient=patient).select_related("edited_by").first()
    history = [*_build_history_rows(marks)]
    if home is not None:
        history.append(HistoryRow(_("Time and things at home, noted last"), home.edited_at, home.edited_by))
    history.sort(key=lambda row: row.at, reverse=True)
    return FlagsPage(
        patient=patient,
        safety=PatientSafety.of(patient),
        equipment=list(Equipment.objects.exclude(slug="nothing").order_by("name")),
        history=history[:HISTORY_SHOWN],
    )


def _build_history_rows(marks: Iterable[PatientFlag | EyesClosedUnlock]) -> Iterable[HistoryRow]:
    for mark in marks:
        name = mark.get_flag_display() if isinstance(mark, PatientFlag) else _("Eyes closed")
        is_flag = isinstance(mark, PatientFlag)
        words = _("%(flag)s: set") if is_flag else _("%(flag)s: unlocked")
        yield HistoryRow(words % {"flag": name}, mark.set_at, mark.set_by)
        if mark.cleared_at is not None and mark.cleared_by is not None:
            words = _("%(flag)s: cleared") if is_flag else _("%(flag)s: locked")
            yield HistoryRow(words % {"flag": name}, mark.cleared_at, mark.cleared_by)
