"""Writes of consultation requests: create one for a visitor; add notes to it, move it and release it as staff."""

from __future__ import annotations

import datetime
import json
import uuid
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.consultations.emails import announce
from clinic.consultations.states import MoveNotAllowedError, can_release, check_move, state_token
from clinic.models import Clinic, ConsultationRequest, RequestEvent, RequestState, User


@dataclass(frozen=True)
class Answers:
    """The answers of a visitor in the consultation form."""

    name: str
    phone: str
    email: str
    for_whom: str
    symptoms: tuple[str, ...]
    best_time: str
    message: str


class StaleRequestError(Exception):
    """The request was moved after the page was shown. `latest` is its latest event, for the page to show."""

    def __init__(self, latest: RequestEvent | None) -> None:
        super().__init__("The request has moved on.")
        self.latest = latest


class EmptyUpdateError(ValueError):
    """Neither a note nor a move was given."""


def create_request(
    *,
    clinic: Clinic,
    answers: Answers,
    form_key: uuid.UUID,
    quarantined_for: str,
    language: str = settings.LANGUAGE_CODE,
    now: datetime.datetime | None = None,
) -> ConsultationRequest:
    """Store a visitor's request and, unless it is quarantined, queue its two e-mails in the same transaction.

    `language` is the language of the page: the visitor is answered in it, now or when the request is released.

    The same form with the same answers is stored as one request, even if it arrives several times or concurrently.
    The same form with other answers (the visitor went back and corrected a number) is another request: nothing that
    was sent is dropped.
    """
    now = now or timezone.now()
    key = uuid.uuid5(form_key, json.dumps([str(clinic.pk), asdict(answers)], sort_keys=True))
    try:
        with transaction.atomic():
            request = ConsultationRequest.objects.create(
                clinic=clinic,
                form_key=key,
                quarantined_for=quarantined_for,
                language=language,
                consented_at=now,
                created_at=now,
                **asdict(answers) | {"symptoms": list(answers.symptoms)},
            )
            record("request.received", actor=None, obj=request, clinic=clinic)
            if not quarantined_for:
                announce(request, now=now)
    except IntegrityError:
        earlier = ConsultationRequest.objects.filter(form_key=key).first()
        if earlier is None:
            raise
        return earlier
    return request


@transaction.atomic
def update_request(
    *,
    request_id: uuid.UUID,
    by: User,
    seen: str,
    to_state: str,
    note: str,
    now: datetime.datetime | None = None,
) -> ConsultationRequest:
    """Add a note, move the request to `to_state` ("" leaves its state unchanged), or both.

    `seen` is the `state_token` that `by` saw. Raises ConsultationRequest.DoesNotExist if the request belongs to
    another clinic, StaleRequestError if it was moved since `seen`, MoveNotAllowedError if the move is not allowed,
    and EmptyUpdateError if there is neither a note nor a move.
    """
    request = _get_for_update(request_id, by)
    if to_state and state_token(request) != seen:
        raise StaleRequestError(_latest(request))
    if not to_state and not note:
        raise EmptyUpdateError
    event = RequestEvent(request=request, from_state=request.state, to_state=request.state, note=note, by=by)
    event.at = now or timezone.now()
    if to_state:
        check_move(request, to_state)
        event.to_state = request.state = RequestState(to_state)
        request.save(update_fields=["state"])
    event.save()
    record("request.moved" if to_state else "request.noted", actor=by, obj=request, clinic=request.clinic)
    return request


@transaction.atomic
def release_request(
    *, request_id: uuid.UUID, by: User, seen: str, note: str, now: datetime.datetime | None = None
) -> ConsultationRequest:
    """Release a quarantined request ("This is not spam"): it becomes a new one, and its two e-mails are queued now.

    Raises ConsultationRequest.DoesNotExist and StaleRequestError as `update_request` does, and MoveNotAllowedError if
    the request is not quarantined.
    """
    now = now or timezone.now()
    request = _get_for_update(request_id, by)
    if state_token(request) != seen:
        raise StaleRequestError(_latest(request))
    if not can_release(request):
        raise MoveNotAllowedError(_("This request is in the inbox already."))
    RequestEvent.objects.create(
        request=request,
        from_state=request.state,
        to_state=RequestState.NEW,
        released_from=request.quarantined_for,
        note=note,
        by=by,
        at=now,
    )
    request.state, request.quarantined_for = RequestState.NEW, ""
    request.save(update_fields=["state", "quarantined_for"])
    record("request.released", actor=by, obj=request, clinic=request.clinic)
    announce(request, now=now)
    return request


def _get_for_update(request_id: uuid.UUID, by: User) -> ConsultationRequest:
    visible = ConsultationRequest.objects.visible_to(by)
    return visible.select_for_update(of=("self",)).select_related("clinic").get(pk=request_id)


def _latest(request: ConsultationRequest) -> RequestEvent | None:
    return request.events.select_related("by").order_by("at", "id").last()
