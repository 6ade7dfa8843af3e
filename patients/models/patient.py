"""The patient, and the card that signs them in."""

from __future__ import annotations

import datetime
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


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, user: User) -> PatientQuerySet:
        """The patients of the user's own clinic; none for anyone without a live membership."""
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()

    def search_by_name(self, typed: str, *, clinic: Clinic) -> PatientQuerySet:
        """The clinic's patients who have a name beginning with each word typed, whatever the case and the accents.

        It reads an index, so that it costs the same among a hundred thousand patients as among ten.
        """
        found = self.filter(clinic=clinic)
        for word in split_name(typed):
            named = PatientSearchTerm.objects.filter(clinic=clinic, word__startswith=word)
            found = found.filter(pk__in=named.values("patient"))
        return found

    def with_live_card(self) -> PatientQuerySet:
        """Each with `card_made_at` and `card_expires_at` of the card that waits to be used; None without one."""
        card = SignInCard.objects.own().live().filter(patient=OuterRef("pk"))
        return self.annotate(
            card_made_at=Subquery(card.values("made_at")[:1]),
            card_expires_at=Subquery(card.values("expires_at")[:1]),
        )

    def by_name(self) -> PatientQuerySet:
        return self.order_by("full_name", "id")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """As Django's, and the new patients can be found by name."""
        patients = super().bulk_create(objs, *args, **kwargs)
        PatientSearchTerm.objects.write(patients)
        return patients

    def update(self, **kwargs: Any) -> int:
        """As Django's, but not for names: what they are searched by is written by `save()`."""
        if kwargs.keys() & {"full_name", "called", "clinic"}:
            raise ValueError("Use save() to change names: update() does not refresh the search terms.")
        return super().update(**kwargs)


class Patient(PublicModel):
    """A person in a clinic's care. Owned by the clinic; their sign-in is a user without e-mail or password."""

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
        help_text="Made with the form, so that a form sent twice is one patient.",
    )
    registered_at = models.DateTimeField(default=timezone.now, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
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
        """The calendar day where the patient lives at the aware moment `now`."""
        return now.astimezone(self.zone).date()

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        PatientSearchTerm.objects.rewrite(self)


class SignInCardQuerySet(models.QuerySet["SignInCard"]):
    def own(self) -> SignInCardQuerySet:
        """The patient's own, from the clinic; not those for who helps them."""
        return self.filter(helper=None)

    def live(self) -> SignInCardQuerySet:
        """Cards that no one has used, replaced or killed. They may still have run out."""
        return self.filter(used_at=None, revoked_at=None)


class SignInCard(models.Model):
    """The right to sign in once. The code itself is on paper only; here is its keyed hash.

    With `helper`, who comes in is that helper of the patient: with a sign-in of their own, and the patient's birthday.
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
        """Who comes in by it: the helper for whom it was made, or the patient."""
        return self.helper.user if self.helper else self.patient.user
