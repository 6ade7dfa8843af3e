"""The e-mail that the app sends: plain text, with a priority and the clinic that it concerns."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.core.mail import EmailMessage

from clinic.models import Clinic, Priority


class OutboxEmail(EmailMessage):
    """A plain-text e-mail to each address of `to`, from the sender of the settings.

    Codes, password links and alerts are urgent: they are delivered before all others. `clinic` is told if the mail
    server refuses the address. An e-mail to a patient has their key, so that it is deleted with them even if they have
    another address by then.
    """

    def __init__(
        self,
        subject: str,
        body: str,
        to: Sequence[str],
        *,
        clinic: Clinic | None = None,
        is_urgent: bool = False,
        patient_key: uuid.UUID | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(subject, body, None, list(to), headers=dict(headers or {}))
        self.priority = Priority.URGENT if is_urgent else Priority.NORMAL
        self.clinic = clinic
        self.patient_key = patient_key
