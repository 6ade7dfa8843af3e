"""The account of the answers that a page keeps to be sent again: nobody else's record gets them.

The page may stay open on a device that others use too. So its form says for which account it was made, and the answers
are refused if somebody else is signed in when they are sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import SESSION_KEY
from django.db import Error
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from patients.models import Patient
from patients.permissions import is_device_open, patients_for_account
from patients.sessions.offline.paths import is_answer_path
from patients.sessions.offline.payload import account_tag
from patients.sign_in.login import get_device_id

#: Field of the form: the account of the answers as `_tag` writes it; "" if the server did not know it.
KEPT_FOR = "kept_for"
#: Field of a form on an own phone, written by `static/js/offline-today.js`: the account of the page, as `account_tag`
#: writes it. The service worker keeps an answer for this account, whoever signs in on the phone meanwhile.
ACCOUNT = "account"


class AnswersOfAnotherError(Exception):
    """The answers were kept for another account than the one that is signed in, or nobody knows for which."""


@dataclass(frozen=True)
class KeptAnswers:
    """The fields that are kept, and what the page says about whose they are.

    `signed_in_as` is the name of whoever is signed in, if they have to say that the answers are theirs, or cannot send
    them because they are not (`is_of_another`). `is_same_record`: a patient and their helpers may send what one of them
    gave, since it is about the same patient, once they have said that it is right.
    """

    fields: list[tuple[str, str]]
    signed_in_as: str = ""
    is_of_another: bool = False
    is_same_record: bool = False


def note_account(request: HttpRequest) -> None:
    """Note the account of the session, before its device is signed out. No query but that of the session."""
    key = request.session.get(SESSION_KEY)
    request.kept_for = _tag(key) if key else None  # type: ignore[attr-defined]  # read below


def check_account(request: HttpRequest, patient: Patient) -> None:
    """Raise AnswersOfAnotherError for answers that belong to another account than that of `request.user`.

    A page on an own phone names the account that it was shown to.
    """
    if request.method != "POST":
        return
    account, kept_for = request.POST.get(ACCOUNT), request.POST.get(KEPT_FOR)
    if account:
        is_own = account == account_tag(request.user, patient)  # type: ignore[arg-type]  # signed in
    else:
        is_own = kept_for is None or kept_for == _tag(str(request.user.pk))
    if not is_own:
        raise AnswersOfAnotherError


def keep_with_account(request: HttpRequest, sent: list[tuple[str, str]], status: int) -> KeptAnswers:
    """Return the fields `sent` with the account that they belong to.

    With status 403 or 409, the form arrived without its token, or for another account: whoever is signed in now may not
    be the one who gave the answers. If nobody knows who that was, they are asked.
    """
    fields = [(name, value) for name, value in sent if name != KEPT_FOR]
    if not fields:
        return KeptAnswers(fields)
    kept_for = dict(sent).get(KEPT_FOR)
    if status in (403, 409):
        return _of_whoever_is_signed_in(request, fields, kept_for or "")
    if kept_for is None:
        kept_for = getattr(request, "kept_for", None)
    if kept_for is None and status != 401:  # the sign-in has not ended, so far as anyone knows
        return KeptAnswers(fields)
    return KeptAnswers([*fields, (KEPT_FOR, kept_for or "")])


def _of_whoever_is_signed_in(
    request: HttpRequest, fields: list[tuple[str, str]], kept_for: str
) -> KeptAnswers:
    account = dict(fields).get(ACCOUNT, "")
    own = _read_signed_in(request)
    if own is None or (own.account == account if account else own.tag == kept_for):
        return KeptAnswers([*fields, (KEPT_FOR, kept_for)])
    if (account in own.accounts if account else kept_for in own.tags) and is_answer_path(request.path):
        others = [(name, value) for name, value in fields if name != ACCOUNT]
        named = [(ACCOUNT, own.account), (KEPT_FOR, own.tag)] if account else [(KEPT_FOR, own.tag)]
        return KeptAnswers([*others, *named], own.name, is_same_record=True)
    if account or kept_for:
        return KeptAnswers([*fields, (KEPT_FOR, kept_for)], own.name, is_of_another=True)
    return KeptAnswers([*fields, (KEPT_FOR, own.tag)], own.name)


@dataclass(frozen=True)
class _SignedIn:
    """The person who is signed in: their name, and the tags of `KEPT_FOR` and `ACCOUNT`.

    `tags` and `accounts` are those of all who give answers for the same record: the patient and their helpers.
    """

    name: str
    tag: str
    account: str = ""
    tags: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()


def _read_signed_in(request: HttpRequest) -> _SignedIn | None:
    """Return the person who is signed in; None if nobody is, or the database cannot say. Four queries with a device."""
    try:
        device, user = get_device_id(request), request.user
        if not user.is_authenticated or (device and not is_device_open(device, timezone.now())):
            return None
        patient = patients_for_account(user).select_related("user").first()
        people = (
            []
            if patient is None
            else [patient.user, *(one.user for one in patient.helpers.select_related("user"))]
        )
    except Error:
        return None
    tag = _tag(str(user.pk))
    if patient is None:
        return _SignedIn(user.name, tag)
    return _SignedIn(
        user.name,
        tag,
        account_tag(user, patient),
        frozenset(_tag(str(one.pk)) for one in people),
        frozenset(account_tag(one, patient) for one in people),
    )


def _tag(user_key: str) -> str:
    return salted_hmac("patients.kept_answers", user_key, algorithm="sha256").hexdigest()[:24]
