"""Consultation requests of visitors, and the front desk's events on them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clinic.models.base import AppendOnlyModel, PublicModel
from clinic.models.clinics import Clinic
from clinic.models.users import User


class RequestState(models.TextChoices):
    """States of a consultation request. Allowed moves are in `clinic.consultations.states`."""

    NEW = "new", _("New")
    CONTACTED = "contacted", _("Contacted")
    BOOKED = "booked", _("Booked")
    CLOSED = "closed", _("Closed")


class ForWhom(models.TextChoices):
    """The person that a consultation request is for."""

    SELF = "self", _("For me")
    OTHER = "other", _("For someone I care for")


class Symptom(models.TextChoices):
    """Symptoms that people with a neuropathy notice (seed article)."""

    PAIN = "pain", _("Pain in the hands or feet")
    NUMBNESS = "numbness", _("Numbness")
    TINGLING = "tingling", _("Tingling")
    WEAKNESS = "weakness", _("Weak muscles")
    BALANCE = "balance", _("Poor balance")


class BestTime(models.TextChoices):
    """Times of day at which a visitor prefers to be called."""

    ANY = "any", _("Any time")
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Early evening")


class Quarantine(models.TextChoices):
    """Reasons to quarantine a request: a program seems to have sent it."""

    HIDDEN_FIELD = "hidden_field", _("The hidden field was filled in")
    TOO_FAST = "too_fast", _("Sent in under three seconds")
    NO_STAMP = "no_stamp", _("It did not come from a form that we made")


class ConsultationRequestQuerySet(models.QuerySet["ConsultationRequest"]):
    def visible_to(self, user: User) -> ConsultationRequestQuerySet:
        """Return the requests of the user's clinic; none for a user without a live membership."""
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()

    def inbox(self) -> ConsultationRequestQuerySet:
        return self.filter(quarantined_for="")

    def quarantined(self) -> ConsultationRequestQuerySet:
        return self.exclude(quarantined_for="")

    def in_state(self, state: str) -> ConsultationRequestQuerySet:
        return self.filter(state=state)

    def newest_first(self) -> ConsultationRequestQuerySet:
        return self.order_by("-created_at", "id")


class ConsultationRequest(PublicModel):
    """A consultation request as the visitor sent it. Later notes and moves are in its events."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="consultation_requests")
    form_key = models.UUIDField(
        unique=True,
        default=uuid.uuid4,
        editable=False,
        help_text="Made with the form, so that a form sent twice is one request.",
    )
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    for_whom = models.CharField(_("who it is for"), max_length=8, choices=ForWhom)
    symptoms = models.JSONField(_("what hurts"), default=list, blank=True)
    best_time = models.CharField(
        _("best time to call"), max_length=12, choices=BestTime, default=BestTime.ANY
    )
    message = models.TextField(_("message"), max_length=2000, blank=True)
    language = models.CharField(
        _("language of the page"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    consented_at = models.DateTimeField(_("agreed at"))
    quarantined_for = models.CharField(_("kept apart because"), max_length=16, choices=Quarantine, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=RequestState, default=RequestState.NEW)
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)

    history = HistoricalRecords()
    objects = ConsultationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation request")
        verbose_name_plural = _("consultation requests")
        indexes = [
            models.Index(fields=["clinic", "quarantined_for", "state", "-created_at"], name="request_inbox")
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(phone="") | ~Q(email=""), name="request_can_be_answered"),
            models.CheckConstraint(
                condition=Q(language__in=list(dict(settings.LANGUAGES))), name="request_language_exists"
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_exists"),
            models.CheckConstraint(
                condition=Q(quarantined_for__in=["", *Quarantine.values]), name="request_quarantine_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def symptom_labels(self) -> list[str]:
        return [str(Symptom(value).label) for value in self.symptoms if value in Symptom.values]


class RequestEvent(AppendOnlyModel):
    """A staff member's action on a request: a note, a move to another state, a release from quarantine, or several."""

    request = models.ForeignKey(ConsultationRequest, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField(max_length=12, choices=RequestState)
    to_state = models.CharField(max_length=12, choices=RequestState)
    released_from = models.CharField(
        max_length=16,
        choices=Quarantine,
        blank=True,
        help_text="Why the request was quarantined, if this event released it.",
    )
    note = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request event")
        verbose_name_plural = _("request events")
        indexes = [models.Index(fields=["request", "at"], name="request_events")]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}, {self.at:%Y-%m-%d %H:%M}"
