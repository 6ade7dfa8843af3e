"""Reads of the front desk's two pages: the list of requests, and one request with its events."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.audit.context import note_listed, note_read
from clinic.consultations.states import Move, can_release, list_moves, state_token
from clinic.models import ConsultationRequest, RequestEvent, RequestState, User

PER_PAGE = 25


@dataclass(frozen=True)
class InboxFolder:
    """A folder of requests: its filter, its order, and the text for when it is empty."""

    key: str
    label: str | Promise
    filter: Q
    order: tuple[str, ...]
    empty_title: str | Promise
    empty_text: str | Promise


_NOT_QUARANTINED = Q(quarantined_for="")
_NEWEST = ("-created_at", "id")
INBOX_FOLDERS: dict[str, InboxFolder] = {
    folder.key: folder
    for folder in (
        InboxFolder(
            "new",
            _("New"),
            _NOT_QUARANTINED & Q(state=RequestState.NEW),
            ("created_at", "id"),  # the longest waiting first
            _("Nobody is waiting for a first answer."),
            _("New requests from the website appear here."),
        ),
        InboxFolder(
            "contacted",
            _("Contacted"),
            _NOT_QUARANTINED & Q(state=RequestState.CONTACTED),
            _NEWEST,
            _("Nobody waits for a visit."),
            _("Whom you have reached and who has no visit yet appears here."),
        ),
        InboxFolder(
            "booked",
            _("Booked"),
            _NOT_QUARANTINED & Q(state=RequestState.BOOKED),
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
            ~_NOT_QUARANTINED & ~Q(state=RequestState.CLOSED),
            _NEWEST,
            _("Nothing looks like spam."),
            _("What a machine seems to have sent waits here, so that nothing is lost."),
        ),
    )
}


@dataclass(frozen=True)
class InboxFolderLink:
    """A folder in the menu of the list, with its number of requests."""

    key: str
    label: str | Promise
    count: int
    is_open: bool


@dataclass(frozen=True)
class Inbox:
    """One folder of requests, the menu of all folders, and a page of the folder's requests."""

    folder: InboxFolder
    links: tuple[InboxFolderLink, ...]
    page: Page[ConsultationRequest]


def get_inbox(user: User, *, folder_key: str, page_number: str) -> Inbox:
    """Return a page of the requests of the user's clinic in one folder. Two queries, independent of their number.

    An unknown folder key means the new requests; an unknown page number means the nearest page.
    """
    folder = INBOX_FOLDERS.get(folder_key, INBOX_FOLDERS["new"])
    visible = ConsultationRequest.objects.visible_to(user)
    counts = visible.aggregate(
        **{key: Count("pk", filter=each.filter) for key, each in INBOX_FOLDERS.items()}
    )
    paginator = Paginator(visible.filter(folder.filter).order_by(*folder.order), PER_PAGE)
    paginator.count = counts[folder.key]  # already counted: saves a query
    links = tuple(
        InboxFolderLink(each.key, each.label, counts[each.key], each is folder)
        for each in INBOX_FOLDERS.values()
    )
    page = paginator.get_page(page_number)
    note_listed(user, [row.pk for row in page], object_type=ConsultationRequest._meta.label_lower)
    return Inbox(folder=folder, links=links, page=page)


@dataclass(frozen=True)
class RequestPage:
    """One request: the visitor's answers, the events since, and the moves that are allowed next."""

    request: ConsultationRequest
    events: tuple[RequestEvent, ...]
    moves: tuple[Move, ...]
    can_be_released: bool
    state_token: str
    patient: object | None


def request_page(user: User, request_id: uuid.UUID) -> RequestPage:
    """Return the page of one request. Two queries.

    Raises ConsultationRequest.DoesNotExist if there is no such request in the user's clinic.
    """
    visible = ConsultationRequest.objects.visible_to(user).select_related("clinic", "patient__registered_by")
    request = visible.get(pk=request_id)
    patient = getattr(request, "patient", None)
    note_read(request, clinic_key=request.clinic_id, patient_key=patient.pk if patient else None)
    return RequestPage(
        request=request,
        events=tuple(request.events.select_related("by").order_by("at", "id")),
        moves=list_moves(request),
        can_be_released=can_release(request),
        state_token=state_token(request),
        patient=patient,
    )
