"""Reminders to exercise, push subscriptions and push notifications, and the secret link to a patient's calendar."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel, Weekday
from clinic.models.clinics import validate_time_zone

from .patient import Patient

#: The longest habit in a patient's own words, in characters.
MAX_HABIT_LENGTH = 60


class Habit(models.TextChoices):
    """The daily habit that the exercises follow. Plans tied to a habit are kept more often than ones at a set time."""

    NONE = "", _("Nothing special")
    WAKING = "waking", _("After waking up")
    BREAKFAST = "breakfast", _("After breakfast")
    LUNCH = "lunch", _("After lunch")
    COFFEE = "coffee", _("After coffee or tea")
    DINNER = "dinner", _("After dinner")
    OWN = "own", _("In my own words")


class Channel(models.TextChoices):
    """The channel of a reminder. A patient has one channel, so that nobody is reminded twice."""

    EMAIL = "email", _("By e-mail")
    PUSH = "push", _("As a notice on my phone")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, now: datetime.datetime) -> ReminderQuerySet:
        """Return the reminders to check at `now`, longest due first. Reads one range of an index."""
        return self.filter(next_at__lte=now).order_by("next_at", "pk")


class Reminder(models.Model):
    """One patient's reminder settings. Without a row, or with `stopped_at`, nothing is sent.

    `next_at` is the time of the next check, which decides if a reminder is sent. `weekdays` are the days that the
    patient chose; [] follows the plan. `stop_key` identifies the reminder in the stop link of each e-mail and never
    changes, so that the links in old e-mails work.
    """

    patient = models.OneToOneField(
        Patient, primary_key=True, on_delete=models.CASCADE, related_name="reminder"
    )
    at_time = models.TimeField(_("time"))
    weekdays = models.JSONField(
        _("days"), default=list, blank=True, help_text=_("Monday is 0. Empty: on the days of the plan.")
    )
    channel = models.CharField(_("how"), max_length=5, choices=Channel)
    habit = models.CharField(_("habit"), max_length=10, choices=Habit, blank=True)
    own_habit = models.CharField(_("habit in own words"), max_length=MAX_HABIT_LENGTH, blank=True)
    zone_name = models.CharField(
        _("time zone"),
        max_length=64,
        validators=[validate_time_zone],
        editable=False,
        help_text="The time zone for which next_at was computed.",
    )
    next_at = models.DateTimeField(null=True, editable=False)
    last_sent_for = models.DateField(null=True, editable=False)
    stop_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="reminders_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at=None, next_at__isnull=False)
                | Q(stopped_at__isnull=False, next_at__isnull=True),
                name="reminder_waits_or_is_stopped",
            ),
            models.CheckConstraint(
                condition=Q(habit=Habit.OWN) ^ Q(own_habit=""), name="reminder_own_words_of_own_habit"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values) & Q(habit__in=Habit.values),
                name="reminder_says_what_can_be_said",
            ),
        ]

    def __str__(self) -> str:
        return f"Reminder of {self.patient_id} at {self.at_time:%H:%M}"

    @property
    def is_on(self) -> bool:
        return self.stopped_at is None

    @property
    def days_to_check(self) -> Collection[int]:
        """Weekdays on which to check the reminder: every day if it follows the days of the plan."""
        return self.weekdays or Weekday.values

    @property
    def habit_label(self) -> str:
        """The label of the habit, such as "After breakfast", or the patient's own words; "" without a habit."""
        if self.habit == Habit.OWN:
            return self.own_habit
        return str(Habit(self.habit).label) if self.habit else ""


class ReminderSent(models.Model):
    """A record that a patient was reminded on a day. A constraint allows one reminder for each patient and day."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    on_date = models.DateField(_("day"), help_text=_("The day where the patient lives."))
    channel = models.CharField(_("how"), max_length=5, choices=Channel)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sent reminder")
        verbose_name_plural = _("sent reminders")
        constraints = [
            models.UniqueConstraint(fields=["patient", "on_date"], name="one_reminder_a_day"),
        ]

    def __str__(self) -> str:
        return f"Reminded {self.patient_id} on {self.on_date:%Y-%m-%d}"


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def live(self) -> PushSubscriptionQuerySet:
        return self.filter(ended_at=None)

    def ended(self) -> PushSubscriptionQuerySet:
        """Return the subscriptions that their push service has ended, and of which the patient is still to be told."""
        return self.filter(ended_at__isnull=False)


class PushSubscription(models.Model):
    """The push subscription of a patient's own phone: the endpoint that its browser's push service issued.

    Only the endpoint is stored. The encryption keys are not needed, because notifications are sent without contents.

    One that its push service has ended (404 or 410) is kept with `ended_at`, so that Today can say so. It is deleted
    when the patient has read that, turns notifications on again, or changes or stops the reminders.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000)
    endpoint_hash = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        help_text="SHA-256 of the endpoint: one phone has one owner.",
    )
    made_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Notifications in a row that were tried until it was too late."
    )
    parked_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="After several of them, nothing is sent until then."
    )
    ended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The push service no longer has it since then."
    )

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")

    def __str__(self) -> str:
        return f"Push subscription of {self.patient_id}, since {self.made_at:%Y-%m-%d}"


class PushNoticeQuerySet(models.QuerySet["PushNotice"]):
    def due(self, now: datetime.datetime) -> PushNoticeQuerySet:
        """Return the notifications to try at `now`, longest due first. Those of parked subscriptions wait."""
        is_parked = Q(subscription__parked_until__gt=now)
        return (
            self.filter(settled_at=None, next_attempt_at__lte=now)
            .exclude(is_parked)
            .order_by("next_attempt_at", "id")
        )


class PushNotice(models.Model):
    """One push notification to one subscription, to be sent to its push service. It has no contents."""

    subscription = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, related_name="notices")
    on_date = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="Accepted by the push service, or failed for good."
    )
    was_sent = models.BooleanField(default=False)

    objects = PushNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("push notification")
        verbose_name_plural = _("push notifications")
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=Q(settled_at=None), name="push_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "on_date"], name="one_notice_a_phone_and_day"),
            models.CheckConstraint(
                condition=Q(was_sent=False) | Q(settled_at__isnull=False), name="sent_notice_is_settled"
            ),
        ]

    def __str__(self) -> str:
        return f"Push notification {self.pk} for {self.on_date:%Y-%m-%d}"


class CalendarLink(PublicModel):
    """A secret link that lets its holder read one patient's exercise days. Only a hash of the secret is stored."""

    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, related_name="calendar_link")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")

    def __str__(self) -> str:
        return f"Calendar link of {self.made_at:%Y-%m-%d} ({self.id})"
