"""Sign-in codes: how they are made, read, hashed and put into a QR picture.

A code is 12 characters of Crockford's base32 (60 bits): digits and capitals without I, L, O and U, so that nothing
on the card can be mistaken for something else. It is written in three groups of four. Who types it may use any case,
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

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4
#: Letters that are not in the alphabet but look like digits that are.
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})

#: How long a card can wait for its patient.
CARD_LIFETIME = datetime.timedelta(days=14)
#: How long a helper's can: they are most often in the same room, and the patient makes a new one in a minute.
HELPER_CARD_LIFETIME = datetime.timedelta(days=3)
#: This many wrong dates of birth kill a card.
MAX_WRONG_DATES = 5


def new_code() -> str:
    """A fresh code of 12 characters, ungrouped."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def format_code(code: str) -> str:
    """The code as it is printed and read aloud: "7K3M-9QXR-2TDW"."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def normalise(typed: str) -> str:
    """What was meant by what was typed: capitals without spaces, dashes or look-alikes.

    Anything else stays in, so that it fails as an unknown code does.
    """
    capitals = unicodedata.normalize("NFKC", typed).upper()
    kept = (
        letter
        for letter in capitals
        if not letter.isspace() and unicodedata.category(letter) not in ("Pd", "Cf")
    )
    return "".join(kept).translate(LOOK_ALIKES)


def is_code(normalised: str) -> bool:
    """Whether it has the shape of a code: says nothing about whether such a card exists."""
    return len(normalised) == LENGTH and all(letter in ALPHABET for letter in normalised)


def hash_secret(typed: str) -> str:
    """The keyed hash under which a card is kept (64 hexadecimal digits). Useless without the secret key."""
    return salted_hmac("patients.sign_in", normalise(typed), algorithm="sha256").hexdigest()


def card_url(code: str) -> str:
    """The address in the QR picture. Opening it only fills the code in."""
    return f"{settings.SITE_URL}{reverse('card_link', args=[code])}"


def card_address() -> str:
    """Where a code is typed, as one would type it: "surefoot.example/card"."""
    return f"{settings.SITE_URL}{reverse('card_sign_in')}".partition("://")[2].rstrip("/")


def card_qr_svg(url: str) -> SafeString:
    """The address in the card as a picture."""
    return qr_svg(url, title=_("QR code for signing in"))


def qr_svg(url: str, *, title: str) -> SafeString:
    """An address of ours as an SVG with its quiet zone, black on white in dark mode too; CSS gives the size.

    It has presentation attributes only, so that a strict CSP leaves it alone.
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
    # Made here from an address of our own by a library that escapes what it writes.
    return mark_safe(picture.getvalue().decode())  # noqa: S308
