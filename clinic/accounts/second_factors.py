"""The rule that staff and administrators need a second factor, and what the session remembers of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from clinic.accounts.selectors import has_second_factor
from clinic.permissions import AuthenticatedRequest

#: Session key: True once a second factor of this account was seen. Every change of a factor ends the other sessions
#: of the account, so the answer cannot become wrong in them.
HAS_SECOND_FACTOR = "has_second_factor"


def lacks_required_factor(request: HttpRequest) -> bool:
    """Return True if the signed-in person has to set up a second factor before anything else.

    Only accounts with an e-mail address need one: patients and helpers have none, and sign in with cards and codes.
    """
    user = request.user
    if not settings.REQUIRE_SECOND_FACTOR or not user.is_authenticated or not user.email:
        return False
    if request.session.get(HAS_SECOND_FACTOR):
        return False
    if not has_second_factor(user):
        return True
    request.session[HAS_SECOND_FACTOR] = True
    return False


def keep_session(request: AuthenticatedRequest) -> None:
    """Keep this session valid after a change of a second factor has ended all sessions of the account."""
    request.session.pop(HAS_SECOND_FACTOR, None)
    request.user.refresh_from_db(fields=["session_number"])
    update_session_auth_hash(request, request.user)
