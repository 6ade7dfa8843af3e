"""What the front desk's two screens need: the list of requests, and one request with its story."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.consultations.states import Move, can_release, moves_of, standing
from clinic.models import ConsultationRequest, RequestEvent, RequestState, User

PER_PAGE = 25


@dataclass(frozen=True)
class Tray:
    """One pile of requests: what is in it, which comes first, and what an empty one says."""

    key: str
    label: str | Promise
    holds: Q
    order: tuple[str, ...]
    when_empty: str | Promise
    what_then: str | Promise


_SORTED_IN = Q(quarantined_for="")
_NEWEST = ("-created_at", "id")
TRAYS: dict[str, Tray] = {
    tray.key: tray
    for tray in (
        Tray(
            "new",
            _("New"),
            _SORTED_IN & Q(state=RequestState.NEW),
            ("created_at", "id"),  # who has waited longest comes first
            _("Nobody is waiting for a first answer."),
            _("New requests from the website appear here."),
        ),
        Tray(
            "contacted",
            _("Contacted"),
            _SORTED_IN & Q(state=RequestState.CONTACTED),
            _NEWEST,
            _("Nobody waits for a visit."),
            _("Whom you have reached and who has no visit yet appears here."),
        ),
        Tray(
            "booked",
            _("Booked"),
            _SORTED_IN & Q(state=RequestState.BOOKED),
            _NEWEST,
            _("No visit is booked."),
            _("When you have agreed on a visit, mark the request as booked."),
        ),
        Tray(
            "closed",
            _("Closed"),
            Q(state=RequestState.CLOSED),
            _NEWEST,
            _("No request is closed."),
            _("Close what is done. You can open it again."),
        ),
        Tray(
            "quarantined",
            _("Kept apart"),
            ~_SORTED_IN & ~Q(state=RequestState.CLOSED),
            _NEWEST,
            _("Nothing looks like spam."),
            _("What a machine seems to have sent waits here, so that nothing is lost."),
        ),
    )
}


@dataclass(frozen=True)
class TrayLink:
    """A tray as the list's menu shows it."""

    key: str
    label: str | Promise
    count: int
    is_open: bool


@dataclass(frozen=True)
class Inbox:
    tray: Tray
    links: tuple[TrayLink, ...]
    page: Page[ConsultationRequest]


def inbox_of(user: User, *, tray_key: str, page_number: str) -> Inbox:
    """The requests of the user's clinic in one tray, a page of them. Two queries, whatever the size.

    An unknown tray is the new requests; an unknown page is the nearest one.
    """
    tray = TRAYS.get(tray_key, TRAYS["new"])
    visible = ConsultationRequest.objects.visible_to(user)
    counts = visible.aggregate(**{key: Count("pk", filter=each.holds) for key, each in TRAYS.items()})
    paginator = Paginator(visible.filter(tray.holds).order_by(*tray.order), PER_PAGE)
    paginator.count = counts[tray.key]  # known already: spares a query
    links = tuple(TrayLink(each.key, each.label, counts[each.key], each is tray) for each in TRAYS.values())
    return Inbox(tray=tray, links=links, page=paginator.get_page(page_number))


@dataclass(frozen=True)
class RequestPage:
    """One request: what the visitor sent, what was done, what may be done next."""

    request: ConsultationRequest
    events: tuple[RequestEvent, ...]
    moves: tuple[Move, ...]
    may_release: bool
    standing: str
    patient: object | None


def request_page(user: User, request_id: uuid.UUID) -> RequestPage:
    """The page of one request. Two queries. Raises ConsultationRequest.DoesNotExist for another clinic's."""
    visible = ConsultationRequest.objects.visible_to(user).select_related("clinic", "patient__registered_by")
    request = visible.get(pk=request_id)
    return RequestPage(
        request=request,
        events=tuple(request.events.select_related("by").order_by("at", "id")),
        moves=moves_of(request),
        may_release=can_release(request),
        standing=standing(request),
        patient=getattr(request, "patient", None),
    )
