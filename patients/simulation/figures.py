"""The figures of a simulated year, added up over patients and over processes, and their report."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any

#: Clinicians who share the alerts.
CLINICIANS = 10
LEVELS = ("critical", "high", "low")


@dataclass
class Figures:
    """Counts of one run. Lists and counters only, so that those of several processes can be added."""

    patients: int = 0
    days: int = 0
    patient_days: int = 0
    days_read: int = 0
    sessions: int = 0
    reports: int = 0
    offers: int = 0
    unsafe: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    wrong_taps: int = 0
    alerts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    false_critical: int = 0
    escalated: int = 0
    untold_dangers: Counter[str] = field(default_factory=Counter)
    holds: dict[str, list[float]] = field(default_factory=dict)
    open_holds: Counter[str] = field(default_factory=Counter)
    planned_days: int = 0
    lost_days: int = 0
    done_days: int = 0
    without_plan: int = 0
    seconds: float = 0.0

    def add(self, other: Figures) -> None:
        """Add the figures of another process, which had other patients in the same days."""
        for name in (
            "patients",
            "patient_days",
            "days_read",
            "sessions",
            "reports",
            "offers",
            "wrong_taps",
            "escalated",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("false_critical", "planned_days", "lost_days", "done_days", "without_plan"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("unsafe", "told", "alerts", "kinds", "untold_dangers", "open_holds"):
            getattr(self, name).update(getattr(other, name))
        for kind, hours in other.holds.items():
            self.holds.setdefault(kind, []).extend(hours)
        self.days = max(self.days, other.days)
        self.seconds = max(self.seconds, other.seconds)

    def as_json(self) -> str:
        return json.dumps(vars(self))

    @classmethod
    def from_json(cls, text: str) -> Figures:
        """Return the figures that `as_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        counters = {each.name for each in fields(cls) if each.default_factory is Counter}
        values |= {name: Counter(values[name]) for name in counters}
        return cls(**values)

    @property
    def unsafe_offers(self) -> int:
        return sum(self.unsafe.values())

    @property
    def false_critical_rate(self) -> float:
        """Critical alerts without a real danger, for each 100 patient-days."""
        return 100 * self.false_critical / max(1, self.patient_days)

    @property
    def is_passed(self) -> bool:
        """True if nothing unsafe was offered, every told danger reached the clinic, and false alarms are rare."""
        return not self.unsafe and not self.untold_dangers and self.false_critical_rate <= 1

    def lines(self) -> list[str]:
        """Return the report, line by line."""
        return [
            f"{self.patients} patients, {self.days} days, {self.patient_days:,} patient-days with a plan, "
            f"{self.sessions:,} sessions, {self.reports:,} other reports, in {self.seconds / 60:.1f} minutes.",
            f"Patients for whom no plan could be published: {self.without_plan}.",
            "",
            f"Days on which the pages and the phone's copy were read: {self.days_read:,} "
            "(planned days, and those after a change).",
            f"Offers of an exercise that the oracle checked: {self.offers:,}.",
            f"Unsafe offers: {self.unsafe_offers:,}.",
            *[f"  {count:,} × {why}" for why, count in self.unsafe.most_common(30)],
            f"Dangers told that raised no alert: {sum(self.untold_dangers.values())}.",
            *[f"  {count:,} × {sign}" for sign, count in self.untold_dangers.most_common()],
            "",
            "Told, by sign: " + _listed(self.told),
            f"Dangers reported by a wrong tap: {self.wrong_taps}.",
            "",
            f"Alerts for each of {CLINICIANS} clinicians, in a calendar day:",
            *[f"  {level}: {self.alerts[level] / CLINICIANS / max(1, self.days):.2f}" for level in LEVELS],
            "Alerts by kind: " + _listed(self.kinds),
            f"Alerts and holds that went to the whole team: {self.escalated}.",
            f"Critical alerts without a real danger, for each 100 patient-days: {self.false_critical_rate:.3f}.",
            "",
            "Holds (number, median and longest, in days):",
            *[
                f"  {kind}: {len(hours)}, {median(hours) / 24:.1f}, {max(hours) / 24:.1f}; "
                f"not ended yet: {self.open_holds[kind]}"
                for kind, hours in sorted(self.holds.items())
            ],
            f"Planned days: {self.planned_days:,}; lost to holds: {self.lost_days:,} "
            f"({_part(self.lost_days, self.planned_days)}).",
            f"Adherence on the days that were left: {_part(self.done_days, self.planned_days - self.lost_days)}.",
        ]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common()) or "none"


def _part(some: int, whole: int) -> str:
    return f"{100 * some / whole:.1f} %" if whole > 0 else "–"
