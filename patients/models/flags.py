"""Safety flags of a patient, the patient's home circumstances, and clinicians' overrides of the safety rules.

The table in `patients.safety.rule_table` says which exercise demands each flag forbids. The rows are their own
history: a flag that is set, cleared and set again is two rows, each with the person and the time of setting and of
clearing.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clinic.models import AppendOnlyError
from exercises.models import Equipment, Support

from .patient import Patient
from .plan import PlanItem, PlanVersion, PublishedQuerySet

#: Bounds of the time for one session, in minutes.
LEAST_MINUTES, MOST_MINUTES = 5, 180


class Flag(models.TextChoices):
    """A condition that makes some exercises unsafe (clinical rules, "Patient flags × exercise demands")."""

    FOOT_SORE = "foot_sore", _("Open foot sore")
    CHARCOT_ACTIVE = "charcot_active", _("Active Charcot foot, or suspected")
    CHARCOT_PAST = "charcot_past", _("Charcot foot in the past")
    PAST_ULCER = "past_ulcer", _("Foot ulcer in the past")
    AMPUTATION = "amputation", _("Amputation of a toe or part of a foot")
    NUMB_FEET = "numb_feet", _("Loss of feeling in the feet")
    FOOT_DEFORMITY = "foot_deformity", _("Change in the shape of a foot")
    PAD = "pad", _("Poor blood flow in the legs")
    PAD_SEVERE = "pad_severe", _("Very poor blood flow: pain at rest, cold or dark foot")
    FELL = "fell", _("Fell in the last year")
    WALKING_AID = "walking_aid", _("Uses a cane or walker")
    CANNOT_STAND = "cannot_stand", _("Cannot stand safely")
    VERTIGO = "vertigo", _("Vertigo")
    LOW_VISION = "low_vision", _("Low vision")
    AUTONOMIC = "autonomic", _("Autonomic neuropathy")
    BP_DROP = "bp_drop", _("Blood pressure drops on standing")
    BP_RAISED = "bp_raised", _("Blood pressure 160–179 systolic, or 100–109 diastolic")
    BP_UNCONTROLLED = "bp_uncontrolled", _("Blood pressure 180 or more over 110 or more, or not controlled")
    HEART_DISEASE = "heart_disease", _("Heart disease")
    HEART_UNSTABLE = "heart_unstable", _("Unstable heart condition, or fainting not explained")
    BETA_BLOCKER = "beta_blocker", _("Takes a beta blocker")
    BLOOD_THINNER = "blood_thinner", _("Takes a blood thinner")
    CLOT = "clot", _("Blood clot, known or suspected")
    GLUCOSE_LOWERING = "glucose_lowering", _("Takes insulin or a sulfonylurea")
    SEVERE_LOW = "severe_low", _("Severe low blood sugar, or does not feel lows")
    RETINOPATHY = "retinopathy", _("Severe or proliferative retinopathy")
    KIDNEY = "kidney", _("Kidney disease")
    DIALYSIS = "dialysis", _("Dialysis or end-stage kidney disease")
    RECENT_SURGERY = "recent_surgery", _("Operation or fracture in the last three months")
    OSTEOPOROSIS = "osteoporosis", _("Osteoporosis")
    SPINE_FRACTURE = "spine_fracture", _("Fracture of the spine by osteoporosis")
    SPINE = "spine", _("Spine disease with nerve signs, or spine surgery")
    CHEMO = "chemo", _("Cancer treatment in the last year")
    BONE_METS = "bone_mets", _("Cancer spread to bone")
    MEMORY = "memory", _("Memory problems")
    ALONE = "alone", _("Exercises alone")


class FlagOrigin(models.TextChoices):
    """The source of a flag."""

    CLINICIAN = "clinician", _("Set by a clinician")
    SCREENING = "screening", _("From the screening")
    REPORT = "report", _("Reported by the patient")


class ClearableQuerySet(models.QuerySet[Any]):
    def live(self) -> ClearableQuerySet:
        return self.filter(cleared_at=None)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{self.model.__name__} rows cannot be deleted. Clear them instead.")


_CLEARED_RULES: list[models.BaseConstraint] = [
    models.CheckConstraint(
        condition=Q(cleared_at=None, cleared_by=None) | Q(cleared_at__isnull=False, cleared_by__isnull=False),
        name="%(class)s_cleared_at_with_by",
    ),
    models.CheckConstraint(
        condition=Q(cleared_at=None) | Q(cleared_at__gte=F("set_at")), name="%(class)s_cleared_after_set"
    ),
]


class ClearableRecord(models.Model):
    """Abstract base of facts about a patient that are set and cleared, each with the user and the time.

    A cleared row never changes, and no row is deleted: both raise AppendOnlyError.
    """

    set_at = models.DateTimeField(_("set"), default=timezone.now)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cleared by"),
    )

    objects = ClearableQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = _CLEARED_RULES

    @property
    def is_live(self) -> bool:
        return self.cleared_at is None

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and not type(self).objects.live().filter(pk=self.pk).exists():
            raise AppendOnlyError(f"A cleared {type(self).__name__} row cannot be changed. Set a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{type(self).__name__} rows cannot be deleted. Clear them instead.")


class PatientFlag(ClearableRecord):
    """One safety flag of one patient, from `set_at` to `cleared_at`."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="flags")
    flag = models.CharField(_("flag"), max_length=20, choices=Flag)
    origin = models.CharField(_("origin"), max_length=10, choices=FlagOrigin, default=FlagOrigin.CLINICIAN)
    is_unsettled = models.BooleanField(
        _("to confirm"),
        default=False,
        help_text=_(
            "Suspected, or “not sure”. It counts as yes until a clinician has confirmed or cleared it."
        ),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmed by"),
        help_text=_("The clinician who has confirmed a flag of the screening or of a report."),
    )
    review_on = models.DateField(_("review on"), null=True, blank=True)

    class Meta(ClearableRecord.Meta):
        abstract = False
        verbose_name = _("patient flag")
        verbose_name_plural = _("patient flags")
        constraints = [
            *ClearableRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient", "flag"], condition=Q(cleared_at=None), name="one_live_flag_a_kind"
            ),
            models.CheckConstraint(condition=Q(flag__in=Flag.values), name="flag_exists"),
            models.CheckConstraint(condition=Q(origin__in=FlagOrigin.values), name="flag_origin_exists"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="flag_confirmed_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_flag_display()}, since {self.set_at:%Y-%m-%d %H:%M}"

    @property
    def rests_on_reports(self) -> bool:
        """True if only reports of the patient say so: no clinician and no screening has set or confirmed it."""
        return self.origin == FlagOrigin.REPORT and self.confirmed_at is None


class EyesClosedUnlock(ClearableRecord):
    """Permission for a patient to exercise with eyes closed. Locked until a clinician unlocks it (source: NIH/NIA)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="eyes_closed_unlocks")

    class Meta(ClearableRecord.Meta):
        abstract = False
        verbose_name = _("eyes-closed unlock")
        verbose_name_plural = _("eyes-closed unlocks")
        constraints = [
            *ClearableRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient"], condition=Q(cleared_at=None), name="one_live_unlock_a_patient"
            ),
        ]

    def __str__(self) -> str:
        return f"Eyes closed unlocked, {self.set_at:%Y-%m-%d %H:%M}"


class Circumstances(models.Model):
    """The patient's time for a session and equipment at home. A missing row or empty field: not asked yet."""

    patient = models.OneToOneField(
        Patient, primary_key=True, on_delete=models.PROTECT, related_name="circumstances"
    )
    minutes_a_session = models.PositiveSmallIntegerField(
        _("minutes a session"),
        null=True,
        blank=True,
        validators=[MinValueValidator(LEAST_MINUTES), MaxValueValidator(MOST_MINUTES)],
        help_text=_("The patient's time for one session."),
    )
    equipment = models.ManyToManyField(
        Equipment, blank=True, related_name="+", verbose_name=_("equipment at home")
    )
    edit_number = models.PositiveIntegerField(default=1, editable=False)
    edited_at = models.DateTimeField(_("edited"), default=timezone.now, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("edited by"),
    )

    history = HistoricalRecords(m2m_fields=[equipment])

    class Meta:
        verbose_name = _("home circumstances")
        verbose_name_plural = _("home circumstances")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes_a_session=None)
                | Q(minutes_a_session__gte=LEAST_MINUTES, minutes_a_session__lte=MOST_MINUTES),
                name="minutes_a_session_make_sense",
            )
        ]

    def __str__(self) -> str:
        return f"Circumstances of {self.patient_id}"


class OverrideKind(models.TextChoices):
    """Kinds of answer to a safety rule: an override with a written reason, or an acknowledgement with one click."""

    OVERRIDE = "override", _("Overridden, with a reason")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")


class SafetyOverrideQuerySet(PublishedQuerySet):
    published_lookup = "item__version__published_at__isnull"

    def in_force(self) -> SafetyOverrideQuerySet:
        """Return the overrides whose flag is not cleared. A flag that is set again is another row without overrides."""
        return self.filter(patient_flag__cleared_at=None)


class SafetyOverride(models.Model):
    """A clinician's answer to a conflict between one flag and one demand of an exercise, stored with the plan item.

    It is valid for that row of the flag only, and for no less support than the exercise had at the time. It is
    published with its plan version, and never changes after that.
    """

    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, related_name="safety_overrides")
    patient_flag = models.ForeignKey(
        PatientFlag, on_delete=models.PROTECT, related_name="+", verbose_name=_("flag")
    )
    demand = models.CharField(_("demand"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=OverrideKind)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    support = models.CharField(_("support at the time"), max_length=12, choices=Support)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SafetyOverrideQuerySet.as_manager()

    class Meta:
        db_table = "patients_itemclearance"  # the name of the model has changed; the table stays
        verbose_name = _("safety override")
        verbose_name_plural = _("safety overrides")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "patient_flag", "demand"], name="one_clearance_a_flag_and_demand"
            ),
            models.CheckConstraint(
                condition=Q(kind=OverrideKind.ACKNOWLEDGED, reason="")
                | (Q(kind=OverrideKind.OVERRIDE) & ~Q(reason="")),
                name="override_says_why",
            ),
            models.CheckConstraint(condition=Q(support__in=Support.values), name="clearance_support_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.demand}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def flag(self) -> str:
        """Return the flag's value. `patient_flag` should be loaded."""
        return self.patient_flag.flag

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_published()
        return super().delete(*args, **kwargs)

    def _refuse_if_published(self) -> None:
        if PlanVersion.objects.published().filter(items=self.item_id).exists():
            raise AppendOnlyError("A published plan version cannot be changed. Create the next version.")

    @property
    def audit_patient_key(self) -> uuid.UUID | None:
        """Return whose record an audit event about this belongs to."""
        return self.item.version.plan.patient_id
