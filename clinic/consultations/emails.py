"""The two e-mails about a new consultation request.

Neither contains a name or a health fact, since others may see an e-mail.
"""

from __future__ import annotations

import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.clinics.selectors import get_clinic_availability
from clinic.languages import override_team_language
from clinic.models import ConsultationRequest
from clinic.outbox.messages import OutboxEmail
from clinic.rate_limits import CONSULTATION_NOTICE, CONSULTATION_RECEIPT, recipient_subject
from clinic.regions import get_language_tag


def announce(request: ConsultationRequest, *, now: datetime.datetime) -> None:
    """Queue an e-mail to the clinic and, if the visitor gave an e-mail address, a receipt to the visitor.

    The clinic's is in the team's language, the receipt in the language of the request. Called inside the transaction
    that stores the request, so that the request and its e-mails are stored together or not at all.

    Anyone can type a stranger's address into the form, so an address gets few receipts a day. The request is kept.
    """
    if CONSULTATION_NOTICE.allows(str(request.clinic_id), now=now):
        _send_notice(request)
    if request.email and CONSULTATION_RECEIPT.allows(recipient_subject(request.email), now=now):
        _send_receipt(request, now=now)


def _send_notice(request: ConsultationRequest) -> None:
    link = settings.SITE_URL + reverse("clinic:request", args=[request.pk])
    with override_team_language(request.clinic.region):
        OutboxEmail(
            _("A new consultation request is waiting"),
            render_to_string("clinic/consultations/emails/request_waiting.txt", {"link": link}),
            [request.clinic.email],
            clinic=request.clinic,
        ).send()


def _send_receipt(request: ConsultationRequest, *, now: datetime.datetime) -> None:
    with translation.override(get_language_tag(request.language, request.clinic.region)):
        OutboxEmail(
            _("We got your request"),
            render_to_string(
                "clinic/consultations/emails/request_receipt.txt",
                {"desk": get_clinic_availability(request.clinic, now)},
            ),
            [request.email],
            clinic=request.clinic,
        ).send()
