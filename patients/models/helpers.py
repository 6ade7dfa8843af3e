"""Who helps a patient: a spouse, a daughter, a carer, with a sign-in of their own."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel, User

from .patient import Patient

#: Live helpers of one patient. More people than that are not a family, but a code that went round.
MAX_HELPERS = 5


def get_helper_names(patient: Patient) -> list[str]:
    """Who helps a patient that was read with `with_helper_names`."""
    names = (getattr(patient, f"helper_{place}") for place in range(MAX_HELPERS))
    return [name for name in names if name]


class HelperQuerySet(models.QuerySet["Helper"]):
    def live(self) -> HelperQuerySet:
        """Those whose help the patient has not taken back, of patients who may sign in themselves."""
        return self.filter(ended_at=None, patient__user__is_active=True)

    def with_helper_names(self) -> dict[str, Subquery]:
        """The names as columns of a query for patients, where no query is to spare; `get_helper_names` reads them."""
        names = self.filter(patient=OuterRef("pk")).in_order().values("name")
        return {f"helper_{place}": Subquery(names[place : place + 1]) for place in range(MAX_HELPERS)}

    def in_order(self) -> HelperQuerySet:
        return self.order_by("granted_at", "pk")


class Helper(PublicModel):
    """The right to see one patient's plan and to log with them, until it is taken back.

    The user has neither e-mail nor password: they come in by a card that the patient makes. Who helps two people has
    two sign-ins, so that nobody ever logs for the wrong one.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="helpers")
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="helper", editable=False)
    name = models.CharField(_("name"), max_length=60, help_text=_("As the patient wrote it."))
    form_key = models.UUIDField(
        default=uuid.uuid4,
        editable=False,
        help_text="Made with the form, so that a form sent twice is one helper.",
    )
    granted_at = models.DateTimeField(_("granted"), default=timezone.now)
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

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
