"""A form that arrived when the session was locked or had ended, or before fresh authentication: kept until sent again.

Only the typed fields and the address are kept, encrypted, in the session; never cookies, headers, passwords or files.
After the password or the sign-in, the form is given back to the browser, which sends it to its own address. So it
passes every check again, those of the middleware too.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clinic.accounts.encryption import UnreadableSecretError, decrypt, encrypt

#: Session key: the kept form.
KEPT_FORM = "kept_form"
#: Longest form that is kept, in characters of JSON. A draft of a plan has about 20,000.
LONGEST = 200_000
#: Names of fields that are not kept, beside those that contain "password".
NOT_KEPT = {"csrfmiddlewaretoken", "credential", "code"}
#: A kept form is given back for so long. After that, sending it by surprise would do more harm than typing it again.
LASTS = datetime.timedelta(minutes=30)


@dataclass(frozen=True)
class KeptForm:
    """The address of a form, and its fields in their order."""

    address: str
    fields: list[tuple[str, str]]


def is_by_script(request: HttpRequest) -> bool:
    """Return True if a script sent the request. Scripts send again by themselves."""
    return (
        request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
        or "X-Part" in request.headers
        or "X-By-Script" in request.headers
    )


def keep_form(request: HttpRequest, now: datetime.datetime) -> None:
    """Keep a form that a person sent, in place of an earlier one; not one that is too long, or that a script sent."""
    if request.method != "POST" or is_by_script(request):
        return
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_KEPT and "password" not in name.lower()
    ]
    data = {
        "address": request.get_full_path(),
        "fields": fields,
        "user": str(request.user.pk),
        "until": (now + LASTS).timestamp(),
    }
    text = json.dumps(data)
    request.session.pop(KEPT_FORM, None)
    if len(text) <= LONGEST:
        request.session[KEPT_FORM] = encrypt(text)


def forget_form(request: HttpRequest) -> None:
    """Remove the kept form from the session."""
    request.session.pop(KEPT_FORM, None)


def log_out_with_form(request: HttpRequest) -> None:
    """End the session, and leave the kept form in the new one: only the same person is given it, after a sign-in."""
    kept = request.session.get(KEPT_FORM)
    logout(request)
    if kept is not None:
        request.session[KEPT_FORM] = kept


def read_form(session_data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is kept in the data of a session, decrypted, or None. Raises UnreadableSecretError."""
    token = session_data.get(KEPT_FORM)
    return None if token is None else json.loads(decrypt(token))


def take_form(request: HttpRequest) -> KeptForm | None:
    """Remove the kept form from the session and return it; None if there is none of this person, or it is too old."""
    kept = {KEPT_FORM: request.session.pop(KEPT_FORM, None)}
    try:
        data = read_form(kept)
    except UnreadableSecretError:
        return None
    if data is None or data["user"] != str(request.user.pk) or timezone.now().timestamp() > data["until"]:
        return None
    return KeptForm(data["address"], [(name, value) for name, value in data["fields"]])


def give_form_back(request: HttpRequest) -> HttpResponse | None:
    """Return a page that sends the kept form again, or None without one."""
    kept = take_form(request)
    return None if kept is None else render(request, "account/kept_form.html", {"kept": kept})
