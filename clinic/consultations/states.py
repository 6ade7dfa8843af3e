"""The table of moves between the states of a consultation request. The buttons on its page are made from it."""

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
    """An allowed move from one state to another, with the label of its button."""

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
#: A quarantined request is either released (`can_release`) or closed.
QUARANTINE_MOVES: tuple[Move, ...] = (Move(New, Closed, gettext_lazy("Close as spam")),)


class MoveNotAllowedError(ValueError):
    """The move is not allowed. The message is meant for the person."""


def list_moves(request: ConsultationRequest) -> tuple[Move, ...]:
    """Return the moves that are allowed for this request now, the likeliest first."""
    table = QUARANTINE_MOVES if request.quarantined_for else MOVES
    return tuple(move for move in table if move.from_state == request.state)


def check_move(request: ConsultationRequest, to_state: str) -> None:
    """Raise MoveNotAllowedError unless the table has a move from the request's state to `to_state`."""
    if not any(move.to_state == to_state for move in list_moves(request)):
        raise MoveNotAllowedError(
            _("This request cannot be moved there from “%s”.") % request.get_state_display()
        )


def can_release(request: ConsultationRequest) -> bool:
    """Return True if the request is quarantined, so that it can be marked as "not spam"."""
    return bool(request.quarantined_for)


def state_token(request: ConsultationRequest) -> str:
    """Return the request's state as text that a form posts back, to detect changes since the page was shown."""
    return f"{request.state} {request.quarantined_for}".strip()
