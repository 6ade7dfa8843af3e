"""Codes by e-mail: generate, parse and hash them, and send the e-mails about sign-in methods.

A code has only 6 digits, so it expires within minutes, allows few wrong attempts and works only in the browser that
requested it. The link in the same e-mail contains a longer secret for the same browser. No e-mail names the person, the
clinic or a subject of health, since others may see a person's mail.
"""

from __future__ import annotations

import datetime
import secrets
import unicodedata
import uuid

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.languages import override_team_language
from clinic.models import Clinic
from clinic.outbox.backends import expires_header
from clinic.outbox.messages import OutboxEmail
from patients.models import Patient, SignInEventKind

LENGTH = 6
#: Lifetime of a mailed code.
CODE_LIFETIME = datetime.timedelta(minutes=10)


def new_code() -> str:
    """Return six random digits."""
    return "".join(secrets.choice("0123456789") for _place in range(LENGTH))


def new_link_secret() -> str:
    """Return a secret of 128 bits that is safe in a URL."""
    return secrets.token_urlsafe(16)


def normalise(typed: str) -> str:
    """Return a typed code without spaces and dashes, digits of any script as ASCII. Any other character stays."""
    plain = unicodedata.normalize("NFKC", typed)
    kept = (sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Pd", "Cf"))
    return "".join(str(unicodedata.digit(sign, sign)) for sign in kept)


def is_code(normalised: str) -> bool:
    """Return True if the text has the format of a code."""
    return len(normalised) == LENGTH and normalised.isascii() and normalised.isdigit()


def hash_secret(key: uuid.UUID, secret: str) -> str:
    """Return the keyed hash stored for a secret of the row `key`: the same digits give another hash in another row."""
    return salted_hmac("patients.mailed_codes", f"{key}:{secret}", algorithm="sha256").hexdigest()


def send_sign_in_code_email(
    to: str, *, code: str, link_secret: str, until: datetime.datetime, patient: Patient
) -> None:
    """Send a sign-in code and link through the outbox. Called in the transaction that stores the code.

    The outbox does not send the e-mail after `until`.
    """
    link = settings.SITE_URL + reverse("sign_in:email_link", args=[link_secret])
    words = {"code": _spaced(code), "link": link}
    _send(
        _("Your code to sign in"),
        "patients/sign_in/emails/sign_in_code.txt",
        to,
        words,
        patient.clinic,
        expires_header(until),
        patient.pk,
    )


def send_verification_email(to: str, *, code: str, until: datetime.datetime, patient: Patient) -> None:
    """Send a code to an address that is not confirmed yet. The outbox does not send the e-mail after `until`."""
    _send(
        _("Your code"),
        "patients/sign_in/emails/confirm_code.txt",
        to,
        {"code": _spaced(code)},
        patient.clinic,
        expires_header(until),
        patient.pk,
    )


def send_new_credential_email(to: str, *, patient: Patient) -> None:
    """Notify the owner of a confirmed address that a sign-in method was added to their account."""
    _send(
        _("A new way to sign in"),
        "patients/sign_in/emails/new_credential.txt",
        to,
        {},
        patient.clinic,
        patient_key=patient.pk,
    )


#: The sentence about each event. It names nobody, since others may see a person's mail.
EVENT_SENTENCES = {
    SignInEventKind.CARD: gettext_lazy("A new card to sign in to your account was made."),
    SignInEventKind.DEVICE: gettext_lazy("Someone signed in to your account on a new device."),
    SignInEventKind.HELPER: gettext_lazy("A helper was added to your account."),
    SignInEventKind.HELPER_DEVICE: gettext_lazy("Your helper signed in on a new device."),
}


#: The sentence about a new code for a helper who was added before.
NEW_CODE_SENTENCE = gettext_lazy("A new code to sign in was made for your helper.")


def send_sign_in_event_email(
    to: str, *, kind: SignInEventKind, patient: Patient, is_new_code: bool = False
) -> None:
    """Notify the owner of a confirmed address of a new way into their account, or of its first use on a device."""
    words = {
        "what": str(NEW_CODE_SENTENCE if is_new_code else EVENT_SENTENCES[kind]),
        "link": settings.SITE_URL + reverse("my:sign_in_history"),
    }
    _send(
        _("News about signing in"),
        "patients/sign_in/emails/sign_in_event.txt",
        to,
        words,
        patient.clinic,
        patient_key=patient.pk,
    )


def send_disowned_email(to: list[str], *, patient_id: uuid.UUID, clinic: Clinic) -> None:
    """Tell the clinic's admins that a patient said "This wasn't me". The e-mail does not name the patient."""
    link = settings.SITE_URL + reverse("staff:patient_sign_ins", args=[patient_id])
    with override_team_language(clinic.region):
        for each in to:
            _send(
                _("A patient says: this was not me"),
                "patients/sign_in/emails/disowned.txt",
                each,
                {"link": link},
                clinic,
            )


def _spaced(code: str) -> str:
    """Return the code in two groups, "123 456", which is easier to remember."""
    return f"{code[:3]} {code[3:]}"


def _send(
    subject: str,
    template: str,
    to: str,
    words: dict[str, str],
    clinic: Clinic,
    headers: dict[str, str] | None = None,
    patient_key: uuid.UUID | None = None,
) -> None:
    """Queue the e-mail. `clinic` is told if the mail server refuses the address; the e-mail does not name it.

    An erasure finds the e-mail by `patient_key`, the patient whose address it is.
    """
    text = render_to_string(template, words | {"minutes": _minutes()})
    OutboxEmail(
        subject, text, [to], clinic=clinic, is_urgent=True, patient_key=patient_key, headers=headers
    ).send()


def _minutes() -> int:
    return int(CODE_LIFETIME.total_seconds() // 60)
