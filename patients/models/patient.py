"""The patient record, and the printed cards with which patients and helpers sign in."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clinic.models import Clinic, ConsultationRequest, PublicModel, User
from clinic.models.clinics import validate_time_zone
from patients.models.search import PatientSearchTerm, split_name

#: Length of an instruction that is shown beside an advice: three or four short sentences.
MAX_INSTRUCTION_LENGTH = 300


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: User) -> PatientQuerySet:
        """Return the patients of the user's clinic; none for a user without a live membership."""
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()

    def search_by_name(self, typed: str, *, clinic: Clinic) -> PatientQuerySet:
        """Return the clinic's patients with a name that begins with each word typed, ignoring case and accents.

        The search uses an index, so that its cost does not grow with the number of patients.
        """
        found = self.filter(clinic=clinic)
        for word in split_name(typed):
            named = PatientSearchTerm.objects.filter(clinic=clinic, word__startswith=word)
            found = found.filter(pk__in=named.values("patient"))
        return found

    def with_live_card(self) -> PatientQuerySet:
        """Annotate each patient with `card_made_at` and `card_expires_at` of their unused card; None without one."""
        card = SignInCard.objects.of_clinics().live().filter(patient=OuterRef("pk"))
        return self.annotate(
            card_made_at=Subquery(card.values("made_at")[:1]),
            card_expires_at=Subquery(card.values("expires_at")[:1]),
        )

    def by_name(self) -> PatientQuerySet:
        return self.order_by("full_name", "id")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create the patients and their search terms."""
        patients = super().bulk_create(objs, *args, **kwargs)
        PatientSearchTerm.objects.write(patients)
        return patients

    def update(self, **kwargs: Any) -> int:
        """Update the patients. Raises ValueError for names and clinic, because only `save()` writes search terms."""
        if kwargs.keys() & {"full_name", "called", "clinic"}:
            raise ValueError("Use save() to change names: update() does not refresh the search terms.")
        return super().update(**kwargs)


class Patient(PublicModel):
    """A person in a clinic's care. The record belongs to the clinic; its user has neither e-mail nor password."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients")
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="patient", editable=False)
    full_name = models.CharField(_("full name"), max_length=120)
    called = models.CharField(_("what to call them"), max_length=60, blank=True)
    date_of_birth = models.DateField(_("date of birth"))
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    referring_doctor = models.CharField(_("referring doctor"), max_length=120, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: the clinic's."),
    )
    language = models.CharField(
        _("language"),
        max_length=8,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("Empty: not said yet."),
    )
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="caseload",
        db_index=False,  # caseload_of_clinician begins with it
        verbose_name=_("clinician"),
    )
    consultation_request = models.OneToOneField(
        ConsultationRequest,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="patient",
        editable=False,
    )
    form_key = models.UUIDField(
        unique=True,
        null=True,
        editable=False,
        help_text="Made with the form, so that a form sent twice creates one patient.",
    )
    registered_at = models.DateTimeField(default=timezone.now, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    #: Shown to the patient in the clinician's words (clinical rules, tier 1 and "Before a session: blood sugar").
    angina_plan = models.CharField(
        _("plan for known angina"), max_length=MAX_INSTRUCTION_LENGTH, blank=True, editable=False
    )
    sugar_numbers = models.CharField(
        _("blood sugar numbers for this patient"),
        max_length=MAX_INSTRUCTION_LENGTH,
        blank=True,
        editable=False,
    )
    full_plan_from = models.DateField(
        _("whole plan again from"),
        null=True,
        blank=True,
        editable=False,
        help_text=_(
            "From this day on, nothing is taken off the plan because of a report, an illness or a break before it."
        ),
    )
    full_plan_reason = models.CharField(
        _("reason for the whole plan"), max_length=MAX_INSTRUCTION_LENGTH, blank=True, editable=False
    )
    edit_number = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()
    objects = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        indexes = [
            models.Index(fields=["clinic", "full_name", "id"], name="caseload_by_name"),
            models.Index(fields=["clinician", "clinic", "full_name", "id"], name="caseload_of_clinician"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=["", *dict(settings.LANGUAGES)]), name="patient_language_exists"
            ),
            models.CheckConstraint(
                condition=Q(full_plan_from=None, full_plan_reason="")
                | (Q(full_plan_from__isnull=False) & ~Q(full_plan_reason="")),
                name="whole_plan_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.id})"

    @property
    def short_name(self) -> str:
        return self.called or self.full_name.split(" ")[0]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or self.clinic.time_zone)

    def today(self, now: datetime.datetime) -> datetime.date:
        """Return the calendar day in the patient's time zone at the aware datetime `now`."""
        return now.astimezone(self.zone).date()

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        PatientSearchTerm.objects.rewrite(self)

    @property
    def audit_patient_key(self) -> uuid.UUID | None:
        """Return whose record an audit event about this belongs to."""
        return self.pk


class SignInCardQuerySet(models.QuerySet["SignInCard"]):
    def own(self) -> SignInCardQuerySet:
        """Return the cards of patients themselves, without those of helpers."""
        return self.filter(helper=None)

    def of_clinics(self) -> SignInCardQuerySet:
        """Return the patients' cards that their clinics made, without codes that patients made for another device."""
        return self.own().exclude(made_by=F("patient__user"))

    def live(self) -> SignInCardQuerySet:
        """Return the cards that are neither used nor revoked. They may have expired."""
        return self.filter(used_at=None, revoked_at=None)


class SignInCard(models.Model):
    """A card to sign in once. The code is on the printed card only; the row has its keyed hash.

    A card that the patient made (`made_by`) is a code for another device of theirs, and is not printed.

    A card with `helper` signs in that helper of the patient, as their own user, with the patient's date of birth.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="cards")
    helper = models.ForeignKey(
        "patients.Helper", null=True, blank=True, on_delete=models.CASCADE, related_name="cards"
    )
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Why one more card was needed within a week.")
    )
    wrong_dates = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SignInCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in card")
        verbose_name_plural = _("sign-in cards")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(used_at=None, revoked_at=None, helper=None),
                name="one_live_card_a_patient",
            ),
            models.UniqueConstraint(
                fields=["helper"],
                condition=Q(used_at=None, revoked_at=None, helper__isnull=False),
                name="one_live_card_a_helper",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(revoked_at=None), name="card_used_or_revoked_not_both"
            ),
            models.CheckConstraint(condition=Q(wrong_dates__lte=5), name="five_wrong_dates_at_most"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="card_expires_after_it_was_made"
            ),
        ]

    def __str__(self) -> str:
        return f"Card of {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def owner(self) -> User:
        """The user that the card signs in: the helper for whom it was made, or the patient."""
        return self.helper.user if self.helper else self.patient.user
