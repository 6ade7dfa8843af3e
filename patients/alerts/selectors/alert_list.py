"""Every alert of a clinic, page by page: the read model behind `/staff/alerts/`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from clinic.models import User
from clinic.pagination import paginate_newest_first
from patients.alerts.selectors.alert_details import AlertDetails, group_alerts, with_report_details
from patients.models import Alert, AlertLevel
from patients.models.alerts import AlertQuerySet

#: Alerts a page.
PER_PAGE = 25
#: What the address calls each level.
LEVELS: dict[str, AlertLevel] = {
    "critical": AlertLevel.CRITICAL,
    "high": AlertLevel.HIGH,
    "low": AlertLevel.LOW,
}


@dataclass(frozen=True)
class AlertList:
    """One page. `level` is "" for all levels; `next_after` leads on, where there is more."""

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
    """The page asked for, in at most three queries, as cheap at the end as at the beginning.

    Waiting alerts come by level, the newest of each first; settled ones by when that was. An unknown level is all.
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
    return AlertList(
        [AlertDetails.of(group) for group in group_alerts(rows)], level, settled, is_first, next_after
    )


def _waiting(alerts: AlertQuerySet, anchor: Alert | None) -> tuple[list[Alert], uuid.UUID | None, bool]:
    """Along the index `alerts_waiting`, from the one after `anchor` on, which may have been settled meanwhile."""
    if anchor is not None:
        older = Q(raised_at__lt=anchor.raised_at) | Q(raised_at=anchor.raised_at, pk__lt=anchor.pk)
        lower = Q(level__lt=anchor.level)
        # The second filter says no more than the first, in a way that an index can use.
        alerts = alerts.filter(lower | (Q(level=anchor.level) & older)).filter(level__lte=anchor.level)
    rows = list(with_report_details(alerts).order_by("-level", "-raised_at", "-pk")[: PER_PAGE + 1])
    page = rows[:PER_PAGE]
    return page, page[-1].pk if len(rows) > PER_PAGE else None, anchor is None
