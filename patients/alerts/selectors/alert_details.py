"""Details of alerts for the team's pages: the patient's answers or the inactivity, and the rule that raised each."""

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


@dataclass(frozen=True)
class AlertDetails:
    """One check-in with the alerts it raised, the highest level first; or one inactivity alert, without a session.

    An action on it applies to all its alerts. `may_pause`: the patient has an active plan.
    """

    patient: Patient
    session: ExerciseSession | None
    alerts: tuple[Alert, ...]
    may_pause: bool = False

    @classmethod
    def of(cls, alerts: Sequence[Alert]) -> AlertDetails:
        """Return the details of one or more alerts, all of the same check-in."""
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
        """The first acknowledged alert, with the user and the time; None if none is acknowledged."""
        return next((alert for alert in self.alerts if alert.acknowledged_at), None)

    @property
    def is_escalated(self) -> bool:
        return any(alert.escalated_at for alert in self.alerts)

    @property
    def team_from(self) -> datetime.datetime | None:
        """The time at which it is escalated to the whole team if nobody acknowledges it; None: never, or already."""
        ahead = [alert.team_from for alert in self.alerts if alert.team_from and not alert.acknowledged_at]
        return None if self.is_escalated else min(ahead, default=None)

    @property
    def note(self) -> str:
        return next((alert.note for alert in self.alerts if alert.note), "")

    @property
    def kinds(self) -> str:
        """The kinds of all its alerts, for the heading."""
        return " · ".join(alert.get_kind_display() for alert in self.alerts)

    @property
    def label(self) -> str:
        """The patient and the kind of the first alert, for the accessible names of buttons."""
        return f"{self.patient.full_name}, {self.first.get_kind_display()}"

    @property
    def sentences(self) -> list[str]:
        """A sentence for each alert, without one that another repeats with more detail."""
        all_sentences = list(dict.fromkeys(_describe_alert(alert) for alert in self.alerts))
        return [
            words
            for words in all_sentences
            if not any(other != words and other.startswith(words.rstrip(".")) for other in all_sentences)
        ]

    @property
    def rules(self) -> list[str]:
        """The rule of each alert as a sentence, with the numbers at the time; none for a rule that no longer exists."""
        rows = alert_rules.alert_rule_definitions()
        known = [alert for alert in self.alerts if alert.kind in rows]
        return [rows[alert.kind].describe(alert.facts.get("rule", {})) for alert in known]

    @property
    def pain(self) -> str:
        """The pain ratings, such as "Pain 3 before, 6 after"; "" without a rating after the session."""
        if self.session is None or self.session.pain_after is None:
            return ""
        before, after = self.session.pain_before, self.session.pain_after
        if before is None:
            return _("Pain %(after)s after") % {"after": after}
        return _("Pain %(before)s before, %(after)s after") % {"before": before, "after": after}

    @property
    def happened_on(self) -> datetime.date | None:
        """The day of the session, or None if the alert was raised on that day. They differ offline and on paper."""
        if self.session is None:
            return None
        raised_on = self.first.raised_at.astimezone(self.patient.zone).date()
        return self.session.on_date if self.session.on_date != raised_on else None

    @property
    def is_from_paper(self) -> bool:
        return self.session is not None and self.session.source == Source.PAPER

    @property
    def helper(self) -> str:
        """The name of the helper who entered part of the session; "" if there was none."""
        return self.session.helped_by.name if self.session and self.session.helped_by else ""

    @property
    def did(self) -> list[str]:
        """A description of each exercise done in the session, with those that were too hard."""
        return [
            describe_done(entry)
            for entry in (self.session.entries.all() if self.session else ())
            if entry.outcome == Outcome.DONE
        ]

    @property
    def not_today(self) -> list[str]:
        """A description of each exercise answered with "not today", with the reason."""
        entries = self.session.entries.all() if self.session else ()
        return [describe_not_done(entry) for entry in entries if entry.outcome == Outcome.NOT_TODAY]


def describe_done(entry: SessionEntry) -> str:
    """Return the exercise done, or its substitute, with "fewer", the extra support and "too hard" in brackets."""
    name = words = entry.item.content.get("name", "")
    if entry.way == Variant.GENTLER and entry.instead:
        words = _("%(gentler)s instead of %(name)s") % {"gentler": entry.instead.name, "name": name}
    notes = [
        _("fewer") if entry.way == Variant.SHORTER else "",
        entry.get_support_display().lower() if entry.support else "",
        _("too hard") if entry.effort == Effort.TOO_HARD else "",
    ]
    remarks = ", ".join(filter(None, notes))
    return f"{words} ({remarks})" if remarks else words


def describe_not_done(entry: SessionEntry) -> str:
    """Return the exercise that was not done, with the reason in brackets if the patient gave one."""
    name = entry.item.content.get("name", "")
    return f"{name} ({entry.get_reason_display()})" if entry.reason else name


def _describe_alert(alert: Alert) -> str:
    """Return a sentence with the patient's answer, or with the values that the rule observed.

    The alert's session should be loaded.
    """
    seen: dict[str, Any] = alert.facts.get("seen", {})
    if alert.kind in INACTIVITY_KINDS:
        return _describe_inactivity(seen)
    looking_back = next((rule for rule in alert_rules.LOOKING_BACK if rule.row.kind == alert.kind), None)
    if looking_back is not None and (words := looking_back.says(seen)):
        return words
    after = seen.get("pain_after", alert.session.pain_after if alert.session else None)
    return _quote_answers(alert) or _("Pain %(after)s of 10 after the session.") % {"after": after}


def _quote_answers(alert: Alert) -> str:
    """Return the statement of each question of this alert that was answered with yes, or the first question's."""
    questions = [
        each for each in check_in.QUESTIONS if each.said and each.alert and each.alert.kind == alert.kind
    ]
    source = alert.session or alert.report
    answers = source.told if source else {}
    return " ".join(each.said for each in questions if each.is_danger_in(answers)) or next(
        (each.said for each in questions), ""
    )


def _describe_inactivity(seen: dict[str, Any]) -> str:
    missed, days = seen.get("missed_days", 0), seen.get("silent_days", 0)
    planned = ngettext("%(count)s planned day", "%(count)s planned days", missed) % {"count": missed}
    in_all = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return _("Nothing logged for %(planned)s, %(days)s in all.") % {"planned": planned, "days": in_all}


def with_report_details(alerts: AlertQuerySet) -> AlertQuerySet:
    """Add to these alerts the patient, the session with its entries, and the users who acknowledged and resolved them.

    Two queries when evaluated, for any number of alerts.
    """
    return with_people(alerts).prefetch_related(Prefetch("session__entries", _entries()))


def with_people(alerts: AlertQuerySet) -> AlertQuerySet:
    """Add to these alerts all that `with_report_details` adds, except sessions' entries; see `add_session_details`."""
    active = Plan.objects.filter(patient=OuterRef("patient"), state=PlanState.ACTIVE)
    return alerts.select_related(
        "patient__clinic", "session__helped_by", "report__helped_by", "acknowledged_by", "settled_by"
    ).annotate(may_pause=Exists(active))


def add_session_details(reports: Iterable[AlertDetails]) -> None:
    """Fetch the entries of the sessions of these reports. One query."""
    sessions = [report.session for report in reports if report.session is not None]
    prefetch_related_objects(sessions, Prefetch("entries", _entries()))


def _entries() -> QuerySet[SessionEntry]:
    return SessionEntry.objects.select_related("item", "instead").order_by("item__order", "pk")


def get_reports(alerts: AlertQuerySet, *, most: int) -> list[AlertDetails]:
    """Return the details of the newest `most` of these alerts, grouped by check-in. Two queries."""
    newest = with_report_details(alerts).order_by("-raised_at", "session_id", "report_id", "kind")[:most]
    return [AlertDetails.of(group) for group in group_alerts(newest)]


def group_alerts(alerts: Iterable[Alert]) -> list[list[Alert]]:
    """Group adjacent alerts of the same check-in; each inactivity alert is a group of its own."""
    return [
        list(group)
        for _key, group in groupby(alerts, key=lambda alert: alert.session_id or alert.report_id or alert.pk)
    ]
