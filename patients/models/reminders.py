"""Coming back: when a patient wants to be reminded, the phones that take a notice, and the calendar's secret link."""

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
    """What the exercises follow on. Plans tied to a habit are kept more often than plans tied to a clock."""

    NONE = "", _("Nothing special")
    WAKING = "waking", _("After waking up")
    BREAKFAST = "breakfast", _("After breakfast")
    LUNCH = "lunch", _("After lunch")
    COFFEE = "coffee", _("After coffee or tea")
    DINNER = "dinner", _("After dinner")
    OWN = "own", _("In my own words")


class Channel(models.TextChoices):
    """How a reminder comes. One way only, so that nobody is reminded twice."""

    EMAIL = "email", _("By e-mail")
    PUSH = "push", _("As a notice on my phone")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self, now: datetime.datetime) -> ReminderQuerySet:
        """Those to look at, longest due first: one range of an index, however many there are."""
        return self.filter(next_at__lte=now).order_by("next_at", "pk")


class Reminder(models.Model):
    """One patient's wish to be reminded. Without a row, or with `stopped_at`, nothing is sent.

    `next_at` is when to look next; whether anything is sent is decided then. `weekdays` are the patient's own days;
    [] follows the plan. `stop_key` is what the link in each mail is made of, and stays: old mails can stop it too.
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
        help_text="The zone that next_at was worked out for.",
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
        """Weekdays on which to look whether to remind. Where the plan says the days, that is every day."""
        return self.weekdays or Weekday.values

    @property
    def habit_label(self) -> str:
        """ "After breakfast", or the patient's own words; "" without a habit."""
        if self.habit == Habit.OWN:
            return self.own_habit
        return str(Habit(self.habit).label) if self.habit else ""


class ReminderSent(models.Model):
    """That a patient was reminded on a day. The database refuses a second one, whoever tries."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    on_date = models.DateField(_("day"), help_text=_("The day where the patient lives."))
    channel = models.CharField(_("how"), max_length=5, choices=Channel)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reminder sent")
        verbose_name_plural = _("reminders sent")
        constraints = [
            models.UniqueConstraint(fields=["patient", "on_date"], name="one_reminder_a_day"),
        ]

    def __str__(self) -> str:
        return f"Reminded {self.patient_id} on {self.on_date:%Y-%m-%d}"


class PushSubscription(models.Model):
    """A patient's own phone that takes notices: the address that its browser's push service gave it.

    Only the address is kept. The keys to encrypt a text are not: no text is ever sent.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000)
    endpoint_hash = models.CharField(
        max_length=64, unique=True, editable=False, help_text="SHA-256 of it: one phone has one owner."
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("phone that takes notices")
        verbose_name_plural = _("phones that take notices")

    def __str__(self) -> str:
        return f"Phone of {self.patient_id}, since {self.made_at:%Y-%m-%d}"


class PushNoticeQuerySet(models.QuerySet["PushNotice"]):
    def due(self, now: datetime.datetime) -> PushNoticeQuerySet:
        return self.filter(settled_at=None, next_attempt_at__lte=now).order_by("next_attempt_at", "id")


class PushNotice(models.Model):
    """One notice to one phone, waiting to be handed to its push service. It holds no words."""

    subscription = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, related_name="notices")
    on_date = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="Handed over, or given up.")
    was_sent = models.BooleanField(default=False)

    objects = PushNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
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
        return f"Notice {self.pk} for {self.on_date:%Y-%m-%d}"


class CalendarLink(PublicModel):
    """The right to read one patient's exercise days, for who has the link. The link itself is kept nowhere."""

    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, related_name="calendar_link")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")

    def __str__(self) -> str:
        return f"Calendar link of {self.made_at:%Y-%m-%d} ({self.id})"
