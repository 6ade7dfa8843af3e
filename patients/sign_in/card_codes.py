"""Codes of sign-in cards: generate, format, parse and hash them, and draw their QR code.

A code is 12 characters of Crockford's base32 (60 bits): digits and capitals without I, L, O and U, so that no character
on the card can be mistaken for another. It is written in three groups of four. A person typing it may use any case,
spaces and dashes, and O for 0, I or L for 1.
"""

from __future__ import annotations

import datetime
import io
import secrets
import unicodedata

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clinic.regions import DEFAULT_REGION, get_active_region

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4
#: Letters that are not in the alphabet but look like digits that are.
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})

#: Lifetime of a card for a patient.
CARD_LIFETIME = datetime.timedelta(days=14)
#: Lifetime of a card for a helper. A helper is usually nearby, and the patient makes a new one in a minute.
HELPER_CARD_LIFETIME = datetime.timedelta(days=3)
#: Lifetime of a code that a patient makes for another device, or for the app on the home screen: it is typed at once.
OWN_CODE_LIFETIME = datetime.timedelta(hours=1)
#: A card stops working after this many wrong dates of birth.
MAX_WRONG_DATES = 5


def new_code() -> str:
    """Return a new random code of 12 characters, ungrouped."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def format_code(code: str) -> str:
    """Return the code in groups, as it is printed and read aloud: "7K3M-9QXR-2TDW"."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def normalise(typed: str) -> str:
    """Return a typed code in capitals, without spaces and dashes, and with look-alike letters as digits.

    Any other character stays, so that the code fails as an unknown one does.
    """
    capitals = unicodedata.normalize("NFKC", typed).upper()
    kept = (
        letter
        for letter in capitals
        if not letter.isspace() and unicodedata.category(letter) not in ("Pd", "Cf")
    )
    return "".join(kept).translate(LOOK_ALIKES)


def is_code(normalised: str) -> bool:
    """Return True if the text has the format of a code, whether or not such a card exists."""
    return len(normalised) == LENGTH and all(letter in ALPHABET for letter in normalised)


def hash_secret(typed: str) -> str:
    """Return the keyed hash stored for a code: 64 hexadecimal digits, useless without the secret key."""
    return salted_hmac("patients.sign_in", normalise(typed), algorithm="sha256").hexdigest()


def card_url(code: str) -> str:
    """Return the URL in the QR code. Opening it only fills the code into the form.

    It names the active region, if that is not the default: the form follows it without a look at the card.
    """
    region = get_active_region().code
    query = "" if region == DEFAULT_REGION else f"?region={region}"
    return f"{settings.SITE_URL}{reverse('sign_in:card_link', args=[code])}{query}"


def card_address() -> str:
    """Return the address of the form for a code, as a person types it: "surefoot.example/card"."""
    return f"{settings.SITE_URL}{reverse('sign_in:card')}".partition("://")[2].rstrip("/")


def card_qr_svg(url: str) -> SafeString:
    """Return a card's URL as a QR code in SVG, with a translated title."""
    return qr_svg(url, title=_("QR code for signing in"))


def qr_svg(url: str, *, title: str) -> SafeString:
    """Return a URL of this site as a QR code in SVG with its quiet zone, black on white in dark mode too.

    It has no size, which CSS sets, and only presentation attributes, which a strict CSP allows.
    """
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        picture,
        kind="svg",
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        omitsize=True,
        nl=False,
        title=title,
        svgclass="qr",
        lineclass=None,
    )
    # The library escapes the text it writes, and the URL is one of this site.
    return mark_safe(picture.getvalue().decode())  # noqa: S308
