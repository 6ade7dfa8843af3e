"""The pages on which the team answers one alert or one hold."""

from __future__ import annotations

from django.db.models import Q

from patients.alerts.selectors.alert_details import AlertDetails, with_report_details
from patients.models import Alert, ExerciseHold
from patients.safety.selectors.holds import EndedHold


def same_source(alert: Alert) -> Q:
    """Return the condition for the alerts of the same session or report; an inactivity alert is alone."""
    if alert.session_id:
        return Q(session=alert.session_id)
    return Q(report=alert.report_id) if alert.report_id else Q(pk=alert.pk)


def get_waiting_details(alert: Alert) -> AlertDetails | None:
    """Return the details of the open alerts of the same session or report; None if they are resolved. Three queries."""
    alerts = list(with_report_details(Alert.objects.waiting().filter(same_source(alert))))
    return AlertDetails.of(alerts) if alerts else None


def list_ended_holds(alert: Alert) -> list[EndedHold]:
    """Return the holds of the alert's session or report that a person has ended, with what is on record. One query."""
    if alert.session_id is None and alert.report_id is None:
        return []
    of_this = Q(session=alert.session_id) if alert.session_id else Q(report=alert.report_id)
    ended = ExerciseHold.objects.filter(of_this, ends_at=None, ended_at__isnull=False)
    return [EndedHold(hold) for hold in ended.select_related("ended_by").order_by("ended_at", "pk")]
