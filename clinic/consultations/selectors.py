"""What the front desk's two screens need: the list of requests, and one request with its story."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.consultations.states import Move, can_release, list_moves, state_token
from clinic.models import ConsultationRequest, RequestEvent, RequestState, User

PER_PAGE = 25


@dataclass(frozen=True)
class InboxFolder:
    """One pile of requests: what is in it, which comes first, and what an empty one says."""

    key: str
    label: str | Promise
    filter: Q
    order: tuple[str, ...]
    empty_title: str | Promise
    empty_text: str | Promise


_SORTED_IN = Q(quarantined_for="")
_NEWEST = ("-created_at", "id")
INBOX_FOLDERS: dict[str, InboxFolder] = {
    folder.key: folder
    for folder in (
        InboxFolder(
            "new",
            _("New"),
            _SORTED_IN & Q(state=RequestState.NEW),
            ("created_at", "id"),  # who has waited longest comes first
            _("Nobody is waiting for a first answer."),
            _("New requests from the website appear here."),
        ),
        InboxFolder(
            "contacted",
            _("Contacted"),
            _SORTED_IN & Q(state=RequestState.CONTACTED),
            _NEWEST,
            _("Nobody waits for a visit."),
            _("Whom you have reached and who has no visit yet appears here."),
        ),
        InboxFolder(
            "booked",
            _("Booked"),
            _SORTED_IN & Q(state=RequestState.BOOKED),
            _NEWEST,
            _("No visit is booked."),
            _("When you have agreed on a visit, mark the request as booked."),
        ),
        InboxFolder(
            "closed",
            _("Closed"),
            Q(state=RequestState.CLOSED),
            _NEWEST,
            _("No request is closed."),
            _("Close what is done. You can open it again."),
        ),
        InboxFolder(
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
class InboxFolderLink:
    """A tray as the list's menu shows it."""

    key: str
    label: str | Promise
    count: int
    is_open: bool


@dataclass(frozen=True)
class Inbox:
    folder: InboxFolder
    links: tuple[InboxFolderLink, ...]
    page: Page[ConsultationRequest]


def get_inbox(user: User, *, folder_key: str, page_number: str) -> Inbox:
    """The requests of the user's clinic in one tray, a page of them. Two queries, whatever the size.

    An unknown tray is the new requests; an unknown page is the nearest one.
    """
    folder = INBOX_FOLDERS.get(folder_key, INBOX_FOLDERS["new"])
    visible = ConsultationRequest.objects.visible_to(user)
    counts = visible.aggregate(
        **{key: Count("pk", filter=each.filter) for key, each in INBOX_FOLDERS.items()}
    )
    paginator = Paginator(visible.filter(folder.filter).order_by(*folder.order), PER_PAGE)
    paginator.count = counts[folder.key]  # known already: spares a query
    links = tuple(
        InboxFolderLink(each.key, each.label, counts[each.key], each is folder)
        for each in INBOX_FOLDERS.values()
    )
    return Inbox(folder=folder, links=links, page=paginator.get_page(page_number))


@dataclass(frozen=True)
class RequestPage:
    """One request: what the visitor sent, what was done, what may be done next."""

    request: ConsultationRequest
    events: tuple[RequestEvent, ...]
    moves: tuple[Move, ...]
    can_be_released: bool
    state_token: str
    patient: object | None


def request_page(user: User, request_id: uuid.UUID) -> RequestPage:
    """The page of one request. Two queries. Raises ConsultationRequest.DoesNotExist for another clinic's."""
    visible = ConsultationRequest.objects.visible_to(user).select_related("clinic", "patient__registered_by")
    request = visible.get(pk=request_id)
    return RequestPage(
        request=request,
        events=tuple(request.events.select_related("by").order_by("at", "id")),
        moves=list_moves(request),
        can_be_released=can_release(request),
        state_token=state_token(request),
        patient=getattr(request, "patient", None),
    )
