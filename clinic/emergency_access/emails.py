"""The e-mail that tells a clinic of an emergency access."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.languages import override_team_language
from clinic.models import Clinic, EmergencyAccess, Membership, Role
from clinic.outbox.messages import OutboxEmail


def list_addresses(clinic: Clinic) -> set[str]:
    """Return the addresses that are told what an administrator does: the clinic's, and those of its admins."""
    admins = Membership.objects.live().filter(clinic=clinic, role=Role.CLINIC_ADMIN, user__is_active=True)
    return set(filter(None, (clinic.email, *admins.values_list("user__email", flat=True))))


def tell_clinic(access: EmergencyAccess) -> None:
    """Queue the e-mail. The reason is not in it: it may name a patient. The link leads to it."""
    clinic = access.clinic
    with override_team_language(clinic.region):
        text = render_to_string(
            "clinic/emergency_access/opened.txt",
            {"access": access, "link": settings.SITE_URL + reverse("staff:access_log")},
        )
        for address in sorted(list_addresses(clinic)):
            OutboxEmail(
                _("An administrator opened your clinic's records"),
                text,
                [address],
                clinic=clinic,
                is_urgent=True,
            ).send()
