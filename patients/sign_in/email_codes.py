"""Codes that are mailed: how they are made, read and hashed, and the mails they come in.

A code is 6 digits, so it lasts minutes, forgives few mistakes and opens only the browser that asked for it. The link
beside it is a longer secret for the same browser. No mail says who, which clinic, or what it is about: mail is read in
passing.
"""

from __future__ import annotations

import datetime
import secrets
import unicodedata
import uuid

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from clinic.outbox.backends import expires_header

LENGTH = 6
#: How long a mailed code works.
CODE_LIFETIME = datetime.timedelta(minutes=10)


def new_code() -> str:
    """Six digits."""
    return "".join(secrets.choice("0123456789") for _place in range(LENGTH))


def new_link_secret() -> str:
    """128 bits that fit into an address."""
    return secrets.token_urlsafe(16)


def normalise(typed: str) -> str:
    """What was meant by what was typed: digits as we write them, no spaces or dashes. Anything else stays in."""
    plain = unicodedata.normalize("NFKC", typed)
    kept = (sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Pd", "Cf"))
    return "".join(str(unicodedata.digit(sign, sign)) for sign in kept)


def is_code(normalised: str) -> bool:
    """Whether it has the shape of a code."""
    return len(normalised) == LENGTH and normalised.isascii() and normalised.isdigit()


def hash_secret(key: uuid.UUID, secret: str) -> str:
    """The keyed hash under which a secret of one row is kept. The same digits in two rows have nothing in common."""
    return salted_hmac("patients.mailed_codes", f"{key}:{secret}", algorithm="sha256").hexdigest()


def send_sign_in_code_email(to: str, *, code: str, link_secret: str, until: datetime.datetime) -> None:
    """Through the outbox: called in the transaction that keeps the code."""
    link = settings.SITE_URL + reverse("email_link", args=[link_secret])
    words = {"code": _spaced(code), "link": link}
    _send(
        _("Your code to sign in"),
        "patients/sign_in/emails/sign_in_code.txt",
        to,
        words,
        expires_header(until),
    )


def send_verification_email(to: str, *, code: str, until: datetime.datetime) -> None:
    """To an address that is not known to be anyone's yet."""
    _send(
        _("Your code"),
        "patients/sign_in/emails/confirm_code.txt",
        to,
        {"code": _spaced(code)},
        expires_header(until),
    )


def send_new_credential_email(to: str) -> None:
    """Whoever has a confirmed address hears of it when someone adds a way into their account."""
    _send(_("A new way to sign in"), "patients/sign_in/emails/new_credential.txt", to, {}, {})


def _spaced(code: str) -> str:
    """ "123 456": read and remembered in two parts."""
    return f"{code[:3]} {code[3:]}"


def _send(subject: str, template: str, to: str, words: dict[str, str], headers: dict[str, str]) -> None:
    text = render_to_string(template, words | {"minutes": _minutes()})
    EmailMessage(subject, text, None, [to], headers=headers).send()


def _minutes() -> int:
    return int(CODE_LIFETIME.total_seconds() // 60)
