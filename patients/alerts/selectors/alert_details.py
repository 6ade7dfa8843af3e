"""What a check-in reported, or a silence: in the patient's own words and numbers, with the rule that told of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.alerts import rules as alert_rules
from patients.models import (
    INACTIVITY_KINDS,
    Alert,
    AlertLevel,
    Effort,
    ExerciseSession,
    Outcome,
    Patient,
    Plan,
    PlanState,
    SessionEntry,
    Source,
    Variant,
)
from patients.models.alerts import AlertQuerySet
from patients.sessions import check_in
from patients.sessions.questions import Hold


@dataclass(frozen=True)
class AlertDetails:
    """One check-in with the alerts it raised, the gravest first; or one silence, which has no session.

    Whatever is done about it is done to all its alerts. `may_pause`: the patient has a plan that is going on.
    """

    patient: Patient
    session: ExerciseSession | None
    alerts: tuple[Alert, ...]
    may_pause: bool = False

    @classmethod
    def of(cls, alerts: Sequence[Alert]) -> AlertDetails:
        """Wants at least one alert, all of the same check-in."""
        in_order = tuple(sorted(alerts, key=lambda alert: (-alert.level, alert.kind)))
        first = in_order[0]
        return cls(first.patient, first.session, in_order, may_pause=bool(getattr(first, "may_pause", False)))

    @property
    def first(self) -> Alert:
        return self.alerts[0]

    @property
    def level(self) -> AlertLevel:
        return AlertLevel(self.first.level)

    @property
    def is_critical(self) -> bool:
        return self.level is AlertLevel.CRITICAL

    @property
    def is_high(self) -> bool:
        return self.level is AlertLevel.HIGH

    @property
    def is_waiting(self) -> bool:
        return any(alert.settled_at is None for alert in self.alerts)

    @property
    def is_acknowledged(self) -> bool:
        return all(alert.acknowledged_at for alert in self.alerts)

    @property
    def acknowledged_alert(self) -> Alert | None:
        """The alert that says who has it in hand, and since when."""
        return next((alert for alert in self.alerts if alert.acknowledged_at), None)

    @property
    def is_escalated(self) -> bool:
        return any(alert.escalated_at for alert in self.alerts)

    @property
    def team_from(self) -> datetime.datetime | None:
        """When it goes to the whole team, while nobody has it in hand."""
        ahead = [alert.team_from for alert in self.alerts if alert.team_from and not alert.acknowledged_at]
        return None if self.is_escalated else min(ahead, default=None)

    @property
    def note(self) -> str:
        return next((alert.note for alert in self.alerts if alert.note), "")

    @property
    def suspends_standing(self) -> bool:
        """Whether the patient's standing exercises rest until someone has settled this."""
        holding = check_in.kinds_that_hold(Hold.STANDING)
        return any(alert.settled_at is None and alert.kind in holding for alert in self.alerts)

    @property
    def sentences(self) -> list[str]:
        """What happened, a sentence for each alert; what another says with more to it is not said twice."""
        told = list(dict.fromkeys(_describe_alert(alert) for alert in self.alerts))
        return [
            words
            for words in told
            if not any(other != words and other.startswith(words.rstrip(".")) for other in told)
        ]

    @property
    def rules(self) -> list[str]:
        """Which rule told of it, with the numbers that it had then; nothing for a rule that is no more."""
        rows = alert_rules.alert_rule_definitions()
        known = [alert for alert in self.alerts if alert.kind in rows]
        return [rows[alert.kind].describe(alert.facts.get("rule", {})) for alert in known]

    @property
    def pain(self) -> str:
        """ "Pain 3 before, 6 after", as far as it was told."""
        if self.session is None or self.session.pain_after is None:
            return ""
        before, after = self.session.pain_before, self.session.pain_after
        if before is None:
            return _("Pain %(after)s after") % {"after": after}
        return _("Pain %(before)s before, %(after)s after") % {"before": before, "after": after}

    @property
    def happened_on(self) -> datetime.date | None:
        """The day of the session, where it is not the day on which it was told: done offline, or from paper."""
        if self.session is None:
            return None
        told_on = self.first.raised_at.astimezone(self.patient.zone).date()
        return self.session.on_date if self.session.on_date != told_on else None

    @property
    def is_from_paper(self) -> bool:
        return self.session is not None and self.session.source == Source.PAPER

    @property
    def helper(self) -> str:
        """Who helped the patient to enter it; "" for the patient alone."""
        return self.session.helped_by.name if self.session and self.session.helped_by else ""

    @property
    def did(self) -> list[str]:
        """What was done in that session, with what was too hard."""
        return [
            describe_done(entry)
            for entry in (self.session.entries.all() if self.session else ())
            if entry.outcome == Outcome.DONE
        ]

    @property
    def not_today(self) -> list[str]:
        """What was not for that day, with why."""
        entries = self.session.entries.all() if self.session else ()
        return [describe_not_done(entry) for entry in entries if entry.outcome == Outcome.NOT_TODAY]


def describe_done(entry: SessionEntry) -> str:
    """What was done: the exercise, or what was done in its place, how, and whether it was too hard."""
    name = words = entry.item.content.get("name", "")
    if entry.way == Variant.GENTLER and entry.instead:
        words = _("%(gentler)s instead of %(name)s") % {"gentler": entry.instead.name, "name": name}
    notes = [
        _("fewer") if entry.way == Variant.SHORTER else "",
        entry.get_support_display().lower() if entry.support else "",
        _("too hard") if entry.effort == Effort.TOO_HARD else "",
    ]
    told = ", ".join(filter(None, notes))
    return f"{words} ({told})" if told else words


def describe_not_done(entry: SessionEntry) -> str:
    """What was not for that day, with the reason where one was given."""
    name = entry.item.content.get("name", "")
    return f"{name} ({entry.get_reason_display()})" if entry.reason else name


def _describe_alert(alert: Alert) -> str:
    """What the patient said, or what the rule saw. Wants the alert's session."""
    seen: dict[str, Any] = alert.facts.get("seen", {})
    if alert.kind in INACTIVITY_KINDS:
        return _silence(seen)
    looking_back = next((rule for rule in alert_rules.LOOKING_BACK if rule.row.kind == alert.kind), None)
    if looking_back is not None and (words := looking_back.says(seen)):
        return words
    after = seen.get("pain_after", alert.session.pain_after if alert.session else None)
    return _quoted(alert) or _("Pain %(after)s of 10 after the session.") % {"after": after}


def _quoted(alert: Alert) -> str:
    """The patient's yes in their own words; of several questions with this alert, those that were answered so."""
    asked = [
        each for each in check_in.QUESTIONS if each.said and each.alert and each.alert.kind == alert.kind
    ]
    told = alert.session.told if alert.session else {}
    return " ".join(each.said for each in asked if each.is_danger_in(told)) or next(
        (each.said for each in asked), ""
    )


def _silence(seen: dict[str, Any]) -> str:
    missed, days = seen.get("missed_days", 0), seen.get("silent_days", 0)
    planned = ngettext("%(count)s planned day", "%(count)s planned days", missed) % {"count": missed}
    told = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return _("Nothing logged for %(planned)s, %(days)s in all.") % {"planned": planned, "days": told}


def with_report_details(alerts: AlertQuerySet) -> AlertQuerySet:
    """The same with what a report shows of each: the patient, the session with what was done, who did what about it.

    Two queries when read, whatever the number of alerts.
    """
    return with_people(alerts).prefetch_related(Prefetch("session__entries", _entries()))


def with_people(alerts: AlertQuerySet) -> AlertQuerySet:
    """As `with_report_details`, but for what was done in each session: `add_session_details` reads that for a few."""
    active = Plan.objects.filter(patient=OuterRef("patient"), state=PlanState.ACTIVE)
    return alerts.select_related(
        "patient__clinic", "session__helped_by", "acknowledged_by", "settled_by"
    ).annotate(may_pause=Exists(active))


def add_session_details(reports: Iterable[AlertDetails]) -> None:
    """Read what was done in the sessions of these reports. One query."""
    sessions = [report.session for report in reports if report.session is not None]
    prefetch_related_objects(sessions, Prefetch("entries", _entries()))


def _entries() -> QuerySet[SessionEntry]:
    return SessionEntry.objects.select_related("item", "instead").order_by("item__order", "pk")


def get_reports(alerts: AlertQuerySet, *, most: int) -> list[AlertDetails]:
    """The newest check-ins and silences behind these alerts, at most `most` alerts of them. Two queries."""
    newest = with_report_details(alerts).order_by("-raised_at", "session_id", "kind")[:most]
    return [AlertDetails.of(group) for group in group_alerts(newest)]


def group_alerts(alerts: Iterable[Alert]) -> list[list[Alert]]:
    """Neighbours of the same check-in together; each silence alone."""
    return [list(group) for _key, group in groupby(alerts, key=lambda alert: alert.session_id or alert.pk)]
