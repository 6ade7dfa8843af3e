"""The pages on which the team answers one alert or one hold."""

from __future__ import annotations

from django.db.models import Q

from patients.alerts.selectors.alert_details import AlertDetails, with_report_details
from patients.models import Alert


def same_source(alert: Alert) -> Q:
    """Return the condition for the alerts of the same session or report; an inactivity alert is alone."""
    if alert.session_id:
        return Q(session=alert.session_id)
    return Q(report=alert.report_id) if alert.report_id else Q(pk=alert.pk)


def get_waiting_details(alert: Alert) -> AlertDetails | None:
    """Return the details of the open alerts of the same session or report; None if they are resolved. Three queries."""
    alerts = list(with_report_details(Alert.objects.waiting().filter(same_source(alert))))
    return AlertDetails.of(alerts) if alerts else None
