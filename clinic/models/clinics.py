"""Clinics and their opening hours."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from simple_history.models import HistoricalRecords

from clinic.models.base import PublicModel
from clinic.regions import DEFAULT_REGION, REGION_CHOICES, UNITED_STATES, get_region

#: Bounds of a clinic's limit of blood ketones, in mmol/L.
LOWEST_KETONE_LIMIT, HIGHEST_KETONE_LIMIT = Decimal("0.1"), Decimal("10.0")


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone such as America/New_York."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write it like America/New_York."), params={"name": name}
        )


class ClinicQuerySet(models.QuerySet["Clinic"]):
    def taking_requests(self) -> ClinicQuerySet:
        """Return the clinics that take consultation requests, by name."""
        return self.filter(takes_requests=True).order_by("name")


class GlucoseUnit(models.TextChoices):
    """Units of blood sugar. A reading is judged in the unit that the meter shows, and never converted."""

    MG_DL = "mg_dl", "mg/dL"
    MMOL_L = "mmol_l", "mmol/L"


class Clinic(PublicModel):
    """A clinic. All data about a patient belong to exactly one clinic."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    phone = models.CharField(_("phone"), max_length=32)
    email = models.EmailField(
        _("e-mail for the front desk"), help_text=_("New consultation requests are announced here.")
    )
    address = models.TextField(_("address"), max_length=400)
    region = models.CharField(_("region"), max_length=3, choices=REGION_CHOICES, default=DEFAULT_REGION)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="America/New_York", validators=[validate_time_zone]
    )
    emergency_text = models.CharField(
        _("what to do in an emergency"),
        max_length=300,
        default=UNITED_STATES.emergency_text,
        help_text=_("Shown to patients wherever they are told to get help."),
    )
    emergency_number = models.CharField(
        _("emergency number"),
        max_length=16,
        default=UNITED_STATES.emergency_number,
        validators=[RegexValidator(r"^[0-9 +()-]+$", _("Write a phone number."))],
        help_text=_("The number on the button for calling emergency services."),
    )
    urgent_care_text = models.CharField(
        _("where to go when the clinic is closed"),
        max_length=300,
        default=gettext_noop("Clinic closed? Go to urgent care today."),
        help_text=_("Shown to patients who have to call the clinic on the same day."),
    )
    glucose_unit = models.CharField(
        _("unit of blood sugar"), max_length=8, choices=GlucoseUnit, default=GlucoseUnit.MG_DL
    )
    ketone_limit = models.DecimalField(
        _("limit of blood ketones"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(LOWEST_KETONE_LIMIT), MaxValueValidator(HIGHEST_KETONE_LIMIT)],
        help_text=_("In mmol/L. This much or more counts as moderate. Empty: patients see no number."),
    )
    takes_requests = models.BooleanField(_("takes consultation requests"), default=True)
    trusts_browsers = models.BooleanField(
        _("staff may skip the second step on browsers they trust"),
        default=False,
        help_text=_("For 14 days. Leave it off where computers are shared."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    #: The rows of its opening hours as data, if they were read with a patient; see `clinic.clinics.opening_hours`.
    known_hours: Sequence[dict[str, Any]] | None = None

    history = HistoricalRecords()
    objects = ClinicQuerySet.as_manager()

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        constraints = [
            models.CheckConstraint(
                condition=Q(ketone_limit=None)
                | Q(ketone_limit__gte=LOWEST_KETONE_LIMIT, ketone_limit__lte=HIGHEST_KETONE_LIMIT),
                name="ketone_limit_makes_sense",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def set_region_defaults(self, before: str) -> None:
        """Set what the region decides, such as the emergency number, where it is still that of the region `before`."""
        new = get_region(self.region).clinic_defaults
        for name, default in get_region(before).clinic_defaults.items():
            if getattr(self, name) == default:
                setattr(self, name, new[name])

    def today(self, now: datetime.datetime) -> datetime.date:
        """Return the calendar day in the clinic's time zone at the aware moment `now`."""
        return now.astimezone(self.zone).date()


class Weekday(models.IntegerChoices):
    """Days of the week, numbered as by `date.weekday()`: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OpeningHours(models.Model):
    """An interval of one weekday in which the clinic is open, in the clinic's time zone. Closed days have no row."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens_at = models.TimeField(_("opens"))
    closes_at = models.TimeField(_("closes"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "weekday", "opens_at"], name="one_opening_a_time"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="closes_after_opening"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_weekday_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"
