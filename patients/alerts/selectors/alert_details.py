"""Details of alerts for the team's pages: the patient's answers or the inactivity, and the rule that raised each.

The answers are those of a session or of a report outside a session, which is called the source here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from patients.alerts.rules import alert_rule_definitions
from patients.alerts.selectors.alert_sentences import describe_alert
from patients.models import (
    Alert,
    AlertLevel,
    Effort,
    ExerciseHold,
    ExerciseSession,
    Flag,
    Outcome,
    Patient,
    Plan,
    PlanState,
    ReportPlace,
    SafetyReport,
    SessionEntry,
    Source,
    Variant,
)
from patients.models.alerts import AlertQuerySet
from patients.sessions import check_in
from patients.sessions.questions import Answer


@dataclass(frozen=True)
class AlertDetails:
    """One session or report with the alerts it raised, the highest level first; or one inactivity alert, with neither.

    An action on it applies to all its alerts. `may_pause`: the patient has an active plan. `holds` are the holds that
    its answers have begun and that only a person ends: it cannot be resolved without saying what becomes of them.
    """

    patient: Patient
    session: ExerciseSession | None
    report: SafetyReport | None
    alerts: tuple[Alert, ...]
    may_pause: bool = False
    holds: tuple[ExerciseHold, ...] = ()

    @classmethod
    def of(cls, alerts: Sequence[Alert]) -> AlertDetails:
        """Return the details of one or more alerts, all of the same session or report."""
        in_order = tuple(sorted(alerts, key=lambda alert: (-alert.level, alert.kind)))
        first = in_order[0]
        return cls(
            first.patient,
            first.session,
            first.report,
            in_order,
            may_pause=bool(getattr(first, "may_pause", False)),
            holds=holds_called_for(first, getattr(first.patient, "open_holds", ())),
        )

    @property
    def source(self) -> ExerciseSession | SafetyReport | None:
        return self.session or self.report

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers by question id, with the usual pain that the rules compared with."""
        if self.source is None:
            return {}
        usual = [
            alert.facts["seen"]["usual"] for alert in self.alerts if "usual" in alert.facts.get("seen", {})
        ]
        return self.source.told | ({"usual_pain": usual[0]} if usual else {})

    @property
    def needs_answer(self) -> bool:
        """True if it can be resolved only with an answer about its holds."""
        return bool(self.holds)

    @property
    def held(self) -> list[str]:
        """The kinds of exercises that the holds keep away, each once."""
        return list(dict.fromkeys(hold.get_kind_display() for hold in self.holds))

    @property
    def reason(self) -> str:
        """The reason for "not today", such as "My foot"; "" for a session, or without a reason."""
        return str(self.report.get_reason_display()) if self.report and self.report.reason else ""

    @property
    def is_told_at_any_time(self) -> bool:
        """True for a sign that was told on the stop sheet."""
        return self.report is not None and self.report.place == ReportPlace.STOP

    @property
    def not_answered(self) -> list[str]:
        """The follow-up questions that the answers open and that the patient did not answer."""
        return [str(each.label) for each in check_in.follow_ups(self.answers)]

    @property
    def proposed_flags(self) -> list[str]:
        """The labels of the flags that a clinician may consider; a report does not set them by itself."""
        dangers = check_in.dangers_in(self.answers)
        flags = dict.fromkeys(each.proposes_flag for each in dangers if each.proposes_flag)
        return [str(Flag(flag).label) for flag in flags]

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
        all_sentences = list(dict.fromkeys(describe_alert(alert) for alert in self.alerts))
        return [
            words
            for words in all_sentences
            if not any(other != words and other.startswith(words.rstrip(".")) for other in all_sentences)
        ]

    @property
    def rules(self) -> list[str]:
        """The rule of each alert as a sentence, with the numbers at the time; none for a rule that no longer exists."""
        rows = alert_rule_definitions()
        known = [alert for alert in self.alerts if alert.kind in rows]
        return [rows[alert.kind].describe(alert.facts.get("rule", {})) for alert in known]

    @property
    def why(self) -> list[str]:
        """The sources of these rules, each once, with how sure each is."""
        rows = alert_rule_definitions()
        return list(dict.fromkeys(rows[alert.kind].why for alert in self.alerts if alert.kind in rows))

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
        """The day on which it was told; None if the alert was raised on that day. They differ offline and on paper."""
        if self.source is None:
            return None
        raised_on = self.first.raised_at.astimezone(self.patient.zone).date()
        return self.source.on_date if self.source.on_date != raised_on else None

    @property
    def is_from_paper(self) -> bool:
        return self.session is not None and self.session.source == Source.PAPER

    @property
    def arrived_at(self) -> datetime.datetime | None:
        """The time at which it arrived, if it was told without a connection."""
        return self.source.arrived_at if self.source else None

    @property
    def helper(self) -> str:
        """The name of the helper who entered part of it; "" if there was none."""
        return self.source.helped_by.name if self.source and self.source.helped_by else ""

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


def holds_called_for(alert: Alert, holds: Iterable[ExerciseHold]) -> tuple[ExerciseHold, ...]:
    """Return those of the patient's open holds that the session or report behind an alert has begun, by sign."""
    source = alert.session_id or alert.report_id
    found = [hold for hold in holds if hold.source_id == source] if source else []
    return tuple(sorted(found, key=lambda hold: check_in.get_position(hold.question)))


def open_holds() -> Prefetch:
    """Return the prefetch of each alert's patient's holds that only a person ends, as `open_holds`. One query."""
    holds = ExerciseHold.objects.for_a_person().order_by("begun_at", "pk")
    return Prefetch("patient__exercise_holds", queryset=holds, to_attr="open_holds")


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


def with_report_details(alerts: AlertQuerySet) -> AlertQuerySet:
    """Add to these alerts the patient with open holds, the session with its entries or the report, and the users who
    acknowledged and resolved them.

    Three queries when evaluated, for any number of alerts.
    """
    return with_people(alerts).prefetch_related(open_holds(), Prefetch("session__entries", _entries()))


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
    """Return the details of the newest `most` of these alerts, grouped by session or report. Three queries."""
    newest = with_report_details(alerts).order_by("-raised_at", "session_id", "report_id", "kind")[:most]
    return [AlertDetails.of(group) for group in group_alerts(newest)]


def group_alerts(alerts: Iterable[Alert]) -> list[list[Alert]]:
    """Group adjacent alerts of the same session or report; each inactivity alert is a group of its own."""
    return [
        list(group)
        for _key, group in groupby(alerts, key=lambda alert: alert.session_id or alert.report_id or alert.pk)
    ]
