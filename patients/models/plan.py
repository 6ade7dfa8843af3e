"""Plans of prescribed exercises: versions, items, drafts' undo steps and state changes."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import AppendOnlyError, PublicModel, User, Weekday
from exercises.models import DoseFields, Exercise, Support
from patients.models.schedule import is_scheduled

from .patient import Patient


class PlanState(models.TextChoices):
    """The state of a plan. The table in `patients.plans.states` lists the allowed transitions."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")


OPEN_STATES = (PlanState.DRAFT, PlanState.ACTIVE, PlanState.PAUSED)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Return the plans of the patients of the user's clinic; none for a user without a live membership."""
        membership = user.membership
        return self.filter(patient__clinic=membership.clinic) if membership else self.none()

    def open(self) -> PlanQuerySet:
        return self.filter(state__in=OPEN_STATES)


class Plan(PublicModel):
    """A home-exercise programme. Its address stays the same when a new version is published."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        indexes = [models.Index(fields=["patient", "state"], name="plans_of_patient")]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(state__in=OPEN_STATES), name="one_open_plan_a_patient"
            ),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} plan of {self.created_at:%Y-%m-%d} ({self.id})"


class PublishedQuerySet(models.QuerySet[Any]):
    """A queryset whose `update` and `delete` raise AppendOnlyError if any row of it is published."""

    published_lookup = "published_at__isnull"

    def _refuse_published(self) -> None:
        if self.filter(**{self.published_lookup: False}).exists():
            raise AppendOnlyError("A published plan version cannot be changed. Create the next version.")

    def update(self, **kwargs: Any) -> int:
        self._refuse_published()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_published()
        return super().delete()


class PlanVersionQuerySet(PublishedQuerySet):
    def published(self) -> PlanVersionQuerySet:
        return self.filter(published_at__isnull=False)

    def drafts(self) -> PlanVersionQuerySet:
        return self.filter(published_at=None)

    def latest_first(self) -> PlanVersionQuerySet:
        return self.order_by("-number")


def every_weekday() -> list[int]:
    return [day.value for day in Weekday]


class PlanVersion(PublicModel):
    """One version of a plan: a draft until it is published, and never changed after that."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    start_date = models.DateField(_("first day"))
    weeks = models.PositiveSmallIntegerField(
        _("weeks"), default=6, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    weekdays = models.JSONField(_("days"), default=every_weekday, help_text=_("Monday is 0."))
    note = models.CharField(_("note to the patient"), max_length=400, blank=True)
    change_note = models.CharField(_("what changed and why"), max_length=300, blank=True)
    screening_reason = models.CharField(
        _("published without a screening, because"), max_length=300, blank=True, editable=False
    )
    asked_days = models.JSONField(
        default=list,
        editable=False,
        help_text="Scheduled days of its items; see patients.models.schedule. Empty: every day of the plan.",
    )
    edit_number = models.PositiveIntegerField(default=1, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_version_a_number"),
            models.UniqueConstraint(fields=["plan"], condition=Q(published_at=None), name="one_draft_a_plan"),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="published_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(number=1) | ~Q(change_note=""),
                name="next_version_says_what_changed",
            ),
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=52), name="weeks_from_1_to_52"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.plan_id}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def end_date(self) -> datetime.date:
        """The last day of the plan, included."""
        return self.start_date + datetime.timedelta(weeks=self.weeks, days=-1)

    def week_of(self, day: datetime.date) -> int:
        """Return the week of the plan that contains a calendar day: 1 is the first, 0 and less is before the plan."""
        return (day - self.start_date).days // 7 + 1

    def is_planned_on(self, day: datetime.date) -> bool:
        """Return True if any exercise is scheduled on this calendar day."""
        is_a_day_of_the_plan = self.start_date <= day <= self.end_date and day.weekday() in self.weekdays
        return is_a_day_of_the_plan and is_scheduled(self.asked_days, self.week_of(day), day.weekday())

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and PlanVersion.objects.published().filter(pk=self.pk).exists():
            raise AppendOnlyError("A published plan version cannot be changed. Create the next version.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.is_published:
            raise AppendOnlyError("A published plan version cannot be deleted.")
        return super().delete(*args, **kwargs)

    @property
    def audit_patient_key(self) -> uuid.UUID | None:
        """Return whose record an audit event about this belongs to."""
        return self.plan.patient_id


class PlanItemQuerySet(PublishedQuerySet):
    published_lookup = "version__published_at__isnull"

    def in_order(self) -> PlanItemQuerySet:
        return self.order_by("order", "id")


class Side(models.TextChoices):
    """The only side that an exercise is prescribed for. Blank: as the dose says."""

    LEFT = "left", _("Left side only")
    RIGHT = "right", _("Right side only")


class PlanItem(DoseFields, PublicModel):
    """One prescribed exercise: its dose, support, schedule and note, and a copy of the catalogue entry as published."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="items")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"))
    support = models.CharField(_("support"), max_length=12, choices=Support)
    side = models.CharField(_("side"), max_length=5, choices=Side, blank=True)
    note = models.CharField(_("note to the patient"), max_length=300, blank=True)
    weekdays = models.JSONField(
        _("days"), default=list, blank=True, help_text=_("Monday is 0. Empty: on every day of the plan.")
    )
    first_week = models.PositiveSmallIntegerField(
        _("from week"), default=1, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    last_week = models.PositiveSmallIntegerField(
        _("to week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
        help_text=_("Empty: to the end of the plan."),
    )
    content = models.JSONField(
        default=dict,
        editable=False,
        help_text="The exercise as published; see patients.plans.prescription. Empty in a draft.",
    )

    objects = PlanItemQuerySet.as_manager()

    class Meta(DoseFields.Meta):
        abstract = False
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        indexes = [models.Index(fields=["version", "order"], name="items_in_order")]
        constraints = [
            *DoseFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["version", "exercise", "first_week"], name="one_item_an_exercise_and_phase"
            ),
            models.CheckConstraint(
                condition=Q(first_week__gte=1, first_week__lte=52)
                & (Q(last_week=None) | Q(last_week__gte=F("first_week"), last_week__lte=52)),
                name="phase_from_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.exercise_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_published()
        return super().delete(*args, **kwargs)

    def _refuse_if_published(self) -> None:
        if PlanVersion.objects.published().filter(pk=self.version_id).exists():
            raise AppendOnlyError("A published plan version cannot be changed. Create the next version.")

    @property
    def audit_patient_key(self) -> uuid.UUID | None:
        """Return whose record an audit event about this belongs to."""
        return self.version.plan.patient_id


class DraftStep(models.Model):
    """The content of a draft before one edit, so that the edit can be undone. Deleted with its draft."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="steps")
    edit_number = models.PositiveIntegerField(help_text="The draft's edit number after the edit.")
    before = models.TextField(help_text="PlanContent.as_text() of the draft before the edit.")
    what = models.CharField(_("what was done"), max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("draft step")
        verbose_name_plural = _("draft steps")
        constraints = [
            models.UniqueConstraint(fields=["version", "edit_number"], name="one_step_an_edit"),
        ]

    def __str__(self) -> str:
        return f"Edit {self.edit_number} of {self.version_id}"


class VersionSeen(models.Model):
    """A record that the patient was shown the changes of a version, which are shown once.

    A separate model, because a published version never changes.
    """

    version = models.OneToOneField(PlanVersion, on_delete=models.CASCADE, related_name="seen")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version acknowledgement")
        verbose_name_plural = _("version acknowledgements")

    def __str__(self) -> str:
        return f"{self.version_id} seen {self.seen_at:%Y-%m-%d %H:%M}"


class PlanEvent(models.Model):
    """One state change of a plan, with the user, the time and the reason."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField(max_length=10, choices=PlanState)
    to_state = models.CharField(max_length=10, choices=PlanState)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("plan event")
        verbose_name_plural = _("plan events")
        indexes = [models.Index(fields=["plan", "at"], name="events_of_plan")]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def audit_patient_key(self) -> uuid.UUID | None:
        """Return whose record an audit event about this belongs to."""
        return self.plan.patient_id
