"""Emergency access of administrators to the health data of a clinic."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.base import AppendOnlyModel, PublicModel
from clinic.models.clinics import Clinic


class EmergencyAccess(PublicModel, AppendOnlyModel):
    """An administrator's access to one clinic's health data in the administration, for an hour, with a reason.

    The clinic is told by e-mail and reads the reason in its access log (`clinic.emergency_access`).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="emergency_accesses", verbose_name=_("clinic")
    )
    reason = models.CharField(_("reason"), max_length=300)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        indexes = [
            models.Index(fields=["user", "ends_at"], name="emergency_access_of_user"),
            models.Index(fields=["clinic", "opened_at"], name="emergency_access_of_clinic"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("opened_at")),
                name="emergency_access_ends_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.clinic}, {self.opened_at:%Y-%m-%d %H:%M}"
