"""Helpers of a patient: a spouse, a daughter or a carer, each with a user of their own."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel, User

from .patient import Patient

#: The most live helpers of one patient. A larger number suggests that a sign-in code was passed on.
MAX_HELPERS = 5


def get_helper_names(patient: Patient) -> list[str]:
    """Return the names of the helpers of a patient that was queried with `with_helper_names`."""
    names = (getattr(patient, f"helper_{place}") for place in range(MAX_HELPERS))
    return [name for name in names if name]


class HelperQuerySet(models.QuerySet["Helper"]):
    def live(self) -> HelperQuerySet:
        """Return the helpers whose access is not revoked, of patients whose own user is active."""
        return self.filter(ended_at=None, patient__user__is_active=True)

    def with_helper_names(self) -> dict[str, Subquery]:
        """Return annotations with the names for a query of patients, which saves a query; see `get_helper_names`."""
        names = self.filter(patient=OuterRef("pk")).in_order().values("name")
        return {f"helper_{place}": Subquery(names[place : place + 1]) for place in range(MAX_HELPERS)}

    def in_order(self) -> HelperQuerySet:
        return self.order_by("granted_at", "pk")


class Helper(PublicModel):
    """The right to see one patient's plan and to log sessions with them, until the patient revokes it.

    The user has neither e-mail nor password: they sign in with a card that the patient makes. A person who helps two
    patients has two users, so that nobody logs for the wrong patient.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="helpers")
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="helper", editable=False)
    name = models.CharField(_("name"), max_length=60, help_text=_("As the patient wrote it."))
    form_key = models.UUIDField(
        default=uuid.uuid4,
        editable=False,
        help_text="Made with the form, so that a form sent twice creates one helper.",
    )
    granted_at = models.DateTimeField(_("granted"), default=timezone.now)
    ended_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = HelperQuerySet.as_manager()

    class Meta:
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        constraints = [
            models.UniqueConstraint(fields=["patient", "form_key"], name="one_helper_a_form"),
            models.CheckConstraint(condition=~Q(name=""), name="helper_has_a_name"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")),
                name="help_ends_after_it_was_granted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


def find_helper(patient: Patient, user: User) -> Helper | None:
    """Return the helper of this patient who this user is; None for the patient. One query for anybody else."""
    return None if user.pk == patient.user_id else Helper.objects.filter(user=user, patient=patient).first()
