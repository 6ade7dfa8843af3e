"""The paginated list of a clinic's alerts, for the page `/staff/alerts/`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from clinic.audit.context import note_listed
from clinic.models import User
from clinic.pagination import paginate_newest_first
from patients.alerts.selectors.alert_details import AlertDetails, group_alerts, with_report_details
from patients.models import Alert, AlertLevel
from patients.models.alerts import AlertQuerySet

#: Alerts on a page.
PER_PAGE = 25
#: The value of each level in the query string.
LEVELS: dict[str, AlertLevel] = {
    "critical": AlertLevel.CRITICAL,
    "high": AlertLevel.HIGH,
    "low": AlertLevel.LOW,
}


@dataclass(frozen=True)
class AlertList:
    """One page of the list. `level` is "" for all levels; `next_after` is the cursor of the next page, if any."""

    reports: list[AlertDetails]
    level: str
    settled: bool
    is_first: bool
    next_after: uuid.UUID | None

    @property
    def levels(self) -> list[tuple[str, str]]:
        """The choices of the filter."""
        return [("", _("All levels")), *((key, str(level.label)) for key, level in LEVELS.items())]


def alert_list(user: User, *, level: str, settled: bool, after: uuid.UUID | None) -> AlertList:
    """Return one page of the alerts of the user's clinic. At most three queries, at the same cost for every page.

    Open alerts are ordered by level and then by time, newest first; resolved ones by the time of resolution, newest
    first. An unknown level means all levels.
    """
    level = level if level in LEVELS else ""
    alerts = Alert.objects.visible_to(user)
    if level:
        alerts = alerts.filter(level=LEVELS[level])
    if settled:
        found = paginate_newest_first(
            with_report_details(alerts.settled()), moment="settled_at", most=PER_PAGE, before=after
        )
        rows, next_after, is_first = list(found.rows), found.older, found.is_first
    else:
        anchor = Alert.objects.visible_to(user).filter(pk=after).first() if after else None
        rows, next_after, is_first = _waiting(alerts.waiting(), anchor)
    note_listed(user, [row.patient_id for row in rows])
    return AlertList(
        [AlertDetails.of(group) for group in group_alerts(rows)], level, settled, is_first, next_after
    )


def _waiting(alerts: AlertQuerySet, anchor: Alert | None) -> tuple[list[Alert], uuid.UUID | None, bool]:
    """Return a page of open alerts after `anchor`, the cursor of the next page, and True if it is the first page.

    Uses the index `alerts_waiting`. The anchor itself may have been resolved since the last page was shown.
    """
    if anchor is not None:
        older = Q(raised_at__lt=anchor.raised_at) | Q(raised_at=anchor.raised_at, pk__lt=anchor.pk)
        lower = Q(level__lt=anchor.level)
        # The second filter follows from the first; the database can use it with the index.
        alerts = alerts.filter(lower | (Q(level=anchor.level) & older)).filter(level__lte=anchor.level)
    rows = list(with_report_details(alerts).order_by("-level", "-raised_at", "-pk")[: PER_PAGE + 1])
    page = rows[:PER_PAGE]
    return page, page[-1].pk if len(rows) > PER_PAGE else None, anchor is None
