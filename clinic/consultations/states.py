"""What the state of a consultation request allows: one table. The buttons on its page are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import ConsultationRequest, RequestState

New, Contacted, Booked, Closed = (
    RequestState.NEW,
    RequestState.CONTACTED,
    RequestState.BOOKED,
    RequestState.CLOSED,
)


@dataclass(frozen=True)
class Move:
    """One step that a person may take, with the words on its button."""

    from_state: RequestState
    to_state: RequestState
    button: str | Promise


MOVES: tuple[Move, ...] = (
    Move(New, Contacted, gettext_lazy("We reached them")),
    Move(New, Booked, gettext_lazy("A visit is booked")),
    Move(New, Closed, gettext_lazy("Close")),
    Move(Contacted, Booked, gettext_lazy("A visit is booked")),
    Move(Contacted, Closed, gettext_lazy("Close")),
    Move(Booked, Closed, gettext_lazy("Close")),
    Move(Booked, Contacted, gettext_lazy("The visit fell through")),
    Move(Closed, New, gettext_lazy("Open again")),
)
#: A request in quarantine is either let out (`can_release`) or closed.
QUARANTINE_MOVES: tuple[Move, ...] = (Move(New, Closed, gettext_lazy("Close as spam")),)


class MoveNotAllowedError(ValueError):
    """The request cannot go from its state to that one; the message says so to the person."""


def list_moves(request: ConsultationRequest) -> tuple[Move, ...]:
    """The steps that this request may take next, the likeliest first."""
    table = QUARANTINE_MOVES if request.quarantined_for else MOVES
    return tuple(move for move in table if move.from_state == request.state)


def check_move(request: ConsultationRequest, to_state: str) -> None:
    """Raises MoveNotAllowedError unless the table has a step from the request's state to `to_state`."""
    if not any(move.to_state == to_state for move in list_moves(request)):
        raise MoveNotAllowedError(
            _("This request cannot be moved there from “%s”.") % request.get_state_display()
        )


def can_release(request: ConsultationRequest) -> bool:
    """Whether someone may say "this is not spam"."""
    return bool(request.quarantined_for)


def state_token(request: ConsultationRequest) -> str:
    """Where the request stands, for a form to post back: whoever acts on an older standing is told so first."""
    return f"{request.state} {request.quarantined_for}".strip()
