"""The front desk's pages: the list of consultation requests, and the page of one request."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.consultations.forms_staff import RequestUpdateForm
from clinic.consultations.selectors import get_inbox, request_page
from clinic.consultations.services import EmptyUpdateError, StaleRequestError, release_request, update_request
from clinic.consultations.states import MoveNotAllowedError
from clinic.models import ConsultationRequest, RequestEvent
from clinic.permissions import AuthenticatedRequest, has_staff_permission, staff_permission_required
from clinic.roles import Action


@require_safe
@staff_permission_required(Action.VIEW_REQUESTS)
def requests(request: AuthenticatedRequest) -> HttpResponse:
    """Show the list of requests. `?state=` chooses the folder, `?page=` the page."""
    inbox = get_inbox(
        request.user, folder_key=request.GET.get("state", ""), page_number=request.GET.get("page", "1")
    )
    return render(request, "clinic/consultations/requests.html", {"section": "requests", "inbox": inbox})


@require_safe
@staff_permission_required(Action.VIEW_REQUESTS)
def request_detail(request: AuthenticatedRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show one request."""
    return _render(request, request_id, None)


@require_POST
@staff_permission_required(Action.ANSWER_REQUESTS)
def request_update(request: AuthenticatedRequest, request_id: uuid.UUID) -> HttpResponse:
    """Keep a note, or move the request to the state whose button was pressed, with the note."""
    return _answer(request, request_id, update_request, "to_state")


@require_POST
@staff_permission_required(Action.ANSWER_REQUESTS)
def request_release(request: AuthenticatedRequest, request_id: uuid.UUID) -> HttpResponse:
    """Move a request that was kept apart as spam to the inbox."""
    return _answer(request, request_id, release_request)


def _answer(
    request: AuthenticatedRequest,
    request_id: uuid.UUID,
    service: Callable[..., ConsultationRequest],
    *more_fields: str,
) -> HttpResponse:
    """Call `service` with the note, the standing that the page showed, and `more_fields` of the form.

    What was typed stays when it cannot be done.
    """
    form = RequestUpdateForm(request.POST)
    if not form.is_valid():
        return _render(request, request_id, form)
    typed = {name: form.cleaned_data[name] for name in ("seen", "note", *more_fields)}
    try:
        asked = service(request_id=request_id, by=request.user, **typed)
    except ConsultationRequest.DoesNotExist as missing:
        raise Http404 from missing
    except EmptyUpdateError:
        form.require_note()
        return _render(request, request_id, form)
    except StaleRequestError as stale:
        return _render(request, request_id, form, latest=stale.latest, status=409)
    except MoveNotAllowedError as refusal:
        form.add_error(None, str(refusal))
        return _render(request, request_id, form, status=409)
    messages.success(
        request,
        _("Note saved.")
        if typed.get("to_state") == ""
        else _("Saved. This request is now “%s”.") % asked.get_state_display(),
    )
    return redirect("clinic:request", request_id)


def _render(
    request: AuthenticatedRequest,
    request_id: uuid.UUID,
    form: RequestUpdateForm | None,
    *,
    latest: RequestEvent | None = None,
    status: int = 200,
) -> HttpResponse:
    try:
        page = request_page(request.user, request_id)
    except ConsultationRequest.DoesNotExist as missing:
        raise Http404 from missing
    context = {
        "section": "requests",
        "page": page,
        "form": form or RequestUpdateForm(),
        "latest": latest,
        "stale": status == 409,
        "may_answer": has_staff_permission(request.user, Action.ANSWER_REQUESTS),
        "may_register": has_staff_permission(request.user, Action.REGISTER_PATIENTS),
    }
    return render(request, "clinic/consultations/request.html", context, status=status)
