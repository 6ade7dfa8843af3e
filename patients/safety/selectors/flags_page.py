"""The page of a patient's flags: the current record, the effects of each flag, and the history of changes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.models import User
from exercises.models import Demand, Equipment
from patients.models import Circumstances, EyesClosedUnlock, Flag, Patient, PatientFlag
from patients.safety.rules import RULES, Effect, Rule
from patients.safety.selectors.plan_safety import PatientSafety

#: Maximum number of history rows on the page, newest first; the Django admin shows all.
HISTORY_SHOWN = 30


#: The groups of flags on the page, in the order of `Flag`.
FLAG_GROUPS: tuple[tuple[str, tuple[Flag, ...]], ...] = (
    (
        "Feet",
        (
            Flag.FOOT_SORE,
            Flag.CHARCOT_ACTIVE,
            Flag.CHARCOT_PAST,
            Flag.PAST_ULCER,
            Flag.AMPUTATION,
            Flag.NUMB_FEET,
            Flag.FOOT_DEFORMITY,
            Flag.PAD,
            Flag.PAD_SEVERE,
        ),
    ),
    (
        "Standing and falling",
        (Flag.FELL, Flag.WALKING_AID, Flag.CANNOT_STAND, Flag.VERTIGO, Flag.LOW_VISION),
    ),
    (
        "Heart and blood pressure",
        (
            Flag.AUTONOMIC,
            Flag.BP_DROP,
            Flag.BP_RAISED,
            Flag.BP_UNCONTROLLED,
            Flag.HEART_DISEASE,
            Flag.HEART_UNSTABLE,
            Flag.BETA_BLOCKER,
            Flag.BLOOD_THINNER,
            Flag.CLOT,
        ),
    ),
    (
        "Blood sugar, eyes, kidney",
        (Flag.GLUCOSE_LOWERING, Flag.SEVERE_LOW, Flag.RETINOPATHY, Flag.KIDNEY, Flag.DIALYSIS),
    ),
    (
        "Bones, spine, cancer",
        (
            Flag.RECENT_SURGERY,
            Flag.OSTEOPOROSIS,
            Flag.SPINE_FRACTURE,
            Flag.SPINE,
            Flag.CHEMO,
            Flag.BONE_METS,
        ),
    ),
    ("Other", (Flag.MEMORY, Flag.ALONE)),
)


@dataclass(frozen=True)
class FlagEffect:
    """One rule about a flag, in words for the clinician."""

    rule: Rule
    flag: Flag

    @property
    def verb(self) -> str:
        return get_verb(self.rule.effect)

    @property
    def words(self) -> str:
        return self.rule.to_clinician

    @property
    def applies_to(self) -> str:
        """Return the demands of the exercises to which the rule applies, and the flags it needs besides."""
        if self.rule.any_exercise:
            return _("Every exercise")
        names = list_demands(self.rule)
        others = [str(flag.label) for flag in self.rule.flags if flag != self.flag]
        if self.rule.needs_all_flags:
            names += _(" – only together with: %(flags)s") % {"flags": ", ".join(others)}
        return names


def get_verb(effect: Effect) -> str:
    """Return the effect of a rule as a verb for the clinician."""
    return {
        Effect.LOCK: _("Locks"),
        Effect.BLOCK: _("Blocks"),
        Effect.WARN: _("Warns"),
        Effect.NOTE: _("Tells the patient"),
    }[effect]


def list_demands(rule: Rule) -> str:
    """Return the labels of the demands to which a rule applies."""
    return "; ".join(str(Demand(demand).label) for demand in rule.demands)


def list_flag_effects(flag: Flag) -> list[FlagEffect]:
    """Return the effects of a flag, read from the table of rules so that the page cannot differ from it."""
    effects = [FlagEffect(rule, flag) for rule in RULES if flag in rule.flags]
    return sorted(effects, key=lambda each: -each.rule.effect)


@dataclass(frozen=True)
class HistoryRow:
    """One change: its description, its time and the user who made it."""

    words: str
    at: datetime.datetime
    by: User


@dataclass(frozen=True)
class FlagsPage:
    """Everything that the page shows. `equipment` is all that can be chosen; `history` is newest first."""

    patient: Patient
    safety: PatientSafety
    equipment: Sequence[Equipment]
    history: list[HistoryRow]

    @property
    def last(self) -> HistoryRow | None:
        return self.history[0] if self.history else None


def get_flags_page(patient: Patient, safety: PatientSafety | None = None) -> FlagsPage:
    """Return the page of a patient's flags, in five queries, four if `safety` is given."""
    records: list[PatientFlag | EyesClosedUnlock] = [
        *patient.flags.select_related("set_by", "confirmed_by", "cleared_by").order_by("-set_at", "-id")[
            :HISTORY_SHOWN
        ],
        *EyesClosedUnlock.objects.filter(patient=patient)
        .select_related("set_by", "cleared_by")
        .order_by("-set_at", "-id")[:HISTORY_SHOWN],
    ]
    home = Circumstances.objects.filter(patient=patient).select_related("edited_by").first()
    history = [*_build_history_rows(records)]
    if home is not None:
        history.append(HistoryRow(_("Time and things at home, noted last"), home.edited_at, home.edited_by))
    history.sort(key=lambda row: row.at, reverse=True)
    return FlagsPage(
        patient=patient,
        safety=safety or PatientSafety.of(patient),
        equipment=list(Equipment.objects.exclude(slug="nothing").order_by("name")),
        history=history[:HISTORY_SHOWN],
    )


def _build_history_rows(records: Iterable[PatientFlag | EyesClosedUnlock]) -> Iterable[HistoryRow]:
    for record in records:
        name = record.get_flag_display() if isinstance(record, PatientFlag) else _("Eyes closed")
        is_flag = isinstance(record, PatientFlag)
        words = _("%(flag)s: set") if is_flag else _("%(flag)s: unlocked")
        yield HistoryRow(words % {"flag": name}, record.set_at, record.set_by)
        if (
            isinstance(record, PatientFlag)
            and record.confirmed_at is not None
            and record.confirmed_by is not None
        ):
            yield HistoryRow(
                _("%(flag)s: confirmed") % {"flag": name}, record.confirmed_at, record.confirmed_by
            )
        if record.cleared_at is not None and record.cleared_by is not None:
            words = _("%(flag)s: cleared") if is_flag else _("%(flag)s: locked")
            yield HistoryRow(words % {"flag": name}, record.cleared_at, record.cleared_by)
