"""The library's nouns: exercises, the dose they suggest, and routines made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clinic.models import AppendOnlyModel, Clinic, PublicModel

from .doses import MOST, RANGES, Dose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from clinic.models import User


def _number(label: _StrPromise, most: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(most)]
    )


_DOSE_RULES: list[models.BaseConstraint] = [
    *(
        models.CheckConstraint(
            condition=Q(**{f"{part}_max": None})
            | Q(**{f"{part}_min__isnull": False, f"{part}_max__gt": F(f"{part}_min")}),
            name=f"%(class)s_{part}_from_to",
        )
        for part in RANGES
    ),
    models.CheckConstraint(
        condition=Q(reps_min__isnull=False)
        | Q(minutes_min__isnull=False)
        | Q(hold_seconds_min__isnull=False),
        name="%(class)s_dose_says_something",
    ),
]


class DoseFields(models.Model):
    """The columns of a dose, the same wherever one is kept. Units: holds in seconds, durations in minutes."""

    sets = _number(_("sets"), MOST["sets"])
    reps_min = _number(_("repetitions, from"), MOST["reps"])
    reps_max = _number(_("repetitions, to"), MOST["reps"])
    hold_seconds_min = _number(_("hold in seconds, from"), MOST["hold_seconds"])
    hold_seconds_max = _number(_("hold in seconds, to"), MOST["hold_seconds"])
    minutes_min = _number(_("minutes, from"), MOST["minutes"])
    minutes_max = _number(_("minutes, to"), MOST["minutes"])
    each_side = models.BooleanField(_("each side"), default=False)
    days_min = _number(_("days a week, from"), MOST["days"])
    days_max = _number(_("days a week, to"), MOST["days"])

    class Meta:
        abstract = True
        constraints = _DOSE_RULES

    @property
    def dose(self) -> Dose:
        return Dose.of(self)


class Category(models.TextChoices):
    """The three kinds of exercise; why each helps and how often is in `exercises.catalogue.categories`."""

    BALANCE = "balance", _("Balance")
    AEROBIC = "aerobic", _("Aerobic")
    STRETCHING = "stretching", _("Stretching")


class Position(models.TextChoices):
    SEATED = "seated", _("Sitting")
    STANDING = "standing", _("Standing")
    WATER = "water", _("In water")


class Support(models.TextChoices):
    """The support ladder (NIH/NIA), most support first. A patient may take more; only a clinician less."""

    TWO_HANDS = "two_hands", _("Hold on with two hands")
    ONE_HAND = "one_hand", _("Hold on with one hand")
    FINGERTIPS = "fingertips", _("Fingertips on the support")
    NONE = "none", _("No hands")
    EYES_CLOSED = "eyes_closed", _("Eyes closed")

    @property
    def more(self) -> list[Support]:
        """The rungs with more support than this one, the nearest first: where a patient may go alone."""
        return list(reversed(list(Support)[: list(Support).index(self)]))


class StepKind(models.TextChoices):
    GET_READY = "get_ready", _("Get ready")
    DO = "do", _("Do")
    BREATHE = "breathe", _("Breathe")
    SAFETY = "safety", _("Stay safe")


class Demand(models.TextChoices):
    """What an exercise asks of a body. A plan's safety rules look these up against the patient's flags."""

    WEIGHT_BEARING = "weight_bearing", _("Weight on the feet")
    STANDING = "standing", _("Standing")
    SINGLE_LEG = "single_leg", _("Standing on one leg")
    NARROW_BASE = "narrow_base", _("Feet close together, or one before the other")
    STEP = "step", _("Going up or down a step")
    FOOT_PRESSURE = "foot_pressure", _("Pressure on the sole")
    AEROBIC = "aerobic", _("Heart and breath")
    IMMERSION = "immersion", _("Being in water")
    HEAD_DOWN = "head_down", _("Head lower than the heart")
    STRAINING = "straining", _("Straining")


class Equipment(models.Model):
    """Something an exercise is done with."""

    slug = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")

    def __str__(self) -> str:
        return self.name


class BodyFocus(models.Model):
    """A part of the body, or an ability, that an exercise works on."""

    slug = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("body focus")
        verbose_name_plural = _("body focuses")

    def __str__(self) -> str:
        return self.name


class SharedQuerySet(models.QuerySet):
    """Things of the library that are either everyone's or one clinic's own."""

    def live(self) -> SharedQuerySet:
        return self.filter(retired_at=None)

    def public(self) -> SharedQuerySet:
        """What anyone may read: live and shared by all clinics."""
        return self.live().filter(clinic=None)

    def by_slug(self, slug: str) -> SharedQuerySet:
        return self.filter(slug=slug)

    def available_to(self, user: User) -> SharedQuerySet:
        """What a member of staff may assign: everyone's and their own clinic's."""
        membership = user.membership
        own = Q(clinic=membership.clinic) if membership else Q(pk=None)
        return self.live().filter(Q(clinic=None) | own)

    def owned_by(self, user: User) -> SharedQuerySet:
        """What the user's clinic keeps for itself, in use or retired."""
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()


def _loaded_hash() -> models.CharField:
    """What `load_catalogue` last wrote, as a hash: where the row says something else, a person has changed it."""
    return models.CharField(max_length=64, blank=True, editable=False)


class Exercise(DoseFields, PublicModel):
    """One exercise as the catalogue tells it today. Plans keep a copy of what they prescribed."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    clinic = models.ForeignKey(
        Clinic,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_exercises",
        help_text=_("Empty: shared by all clinics."),
    )
    name = models.CharField(_("name"), max_length=80)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    position = models.CharField(_("position"), max_length=12, choices=Position)
    support = models.CharField(_("support"), max_length=12, choices=Support)
    equipment = models.ManyToManyField(
        Equipment, blank=True, related_name="exercises", help_text=_("Any one of these will do.")
    )
    focus = models.ManyToManyField(BodyFocus, blank=True, related_name="exercises")
    demands = models.JSONField(_("what it demands"), default=list, blank=True)
    summary = models.CharField(_("what it is good for"), max_length=200)
    start_position = models.CharField(_("start position"), max_length=300)
    feel = models.CharField(_("you should feel"), max_length=200, blank=True)
    common_mistake = models.CharField(_("common mistake"), max_length=300, blank=True)
    safety_notes = models.CharField(_("safety notes"), max_length=400, blank=True)
    source = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("source address"), blank=True)
    figure = models.SlugField(
        _("figure"),
        max_length=60,
        blank=True,
        help_text=_("Empty: the figure that has the exercise's own name."),
    )
    #: What is shown instead of a figure, in order: a copy of what identifies each ExercisePhoto, with its words.
    photos = models.JSONField(_("photographs"), default=list, blank=True, editable=False)
    progression_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="progressions",
        verbose_name=_("next step after"),
    )
    easier = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("easier alternative"),
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    #: Raised by every edit, so that nobody saves over what they have not seen.
    edit_number = models.PositiveIntegerField(default=0, editable=False)
    loaded_hash = _loaded_hash()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(m2m_fields=[equipment, focus], excluded_fields=["loaded_hash"])
    objects = SharedQuerySet.as_manager()

    class Meta(DoseFields.Meta):
        abstract = False
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        indexes = [models.Index(fields=["clinic", "retired_at", "category", "name"], name="exercise_library")]

    def __str__(self) -> str:
        return f"{self.name} ({self.slug})"


class ExerciseStep(models.Model):
    """One action of an exercise."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=StepKind, default=StepKind.DO)
    text = models.CharField(_("text"), max_length=200)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["exercise", "order"], name="one_step_a_place")]

    def __str__(self) -> str:
        return f"{self.order}. {self.text}"


class FavouriteExercise(models.Model):
    """An exercise that a member of a team wants at hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("favourite exercise")
        verbose_name_plural = _("favourite exercises")
        constraints = [
            models.UniqueConstraint(fields=["user", "exercise"], name="one_favourite_an_exercise"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} of {self.user_id}"


class ExercisePhoto(PublicModel, AppendOnlyModel):
    """A photograph as we re-encoded it, in two sizes. It is never changed, and not deleted when an exercise
    stops showing it: a published plan may. What is shown now, and with which words, is `Exercise.photos`.
    """

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="photo_files")
    digest = models.CharField(_("hash"), max_length=12)
    full = models.BinaryField(_("JPEG"))
    small = models.BinaryField(_("small JPEG"))
    width = models.PositiveSmallIntegerField(_("width in pixels"))
    height = models.PositiveSmallIntegerField(_("height in pixels"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="photo_has_a_size"),
        ]

    def __str__(self) -> str:
        return f"{self.width} × {self.height} ({self.id})"


class RoutineQuerySet(SharedQuerySet):
    def available_to(self, user: User) -> SharedQuerySet:
        """Everyone's, the clinic's, and what the user keeps for themselves."""
        return super().available_to(user).filter(Q(owner=None) | Q(owner=user))

    def owned_by(self, user: User) -> SharedQuerySet:
        """The clinic's own and the user's own, in use or retired; not what a colleague keeps for themselves."""
        return super().owned_by(user).filter(Q(owner=None) | Q(owner=user))


class Routine(PublicModel):
    """Exercises with doses, in order: what a plan often starts from."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    clinic = models.ForeignKey(
        Clinic,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_routines",
        help_text=_("Empty: shared by all clinics."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_routines",
        verbose_name=_("only for"),
        help_text=_("Empty: for everyone of the clinic."),
    )
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("summary"), max_length=200)
    for_whom = models.CharField(_("who it is for"), max_length=200, blank=True)
    exercises = models.ManyToManyField(Exercise, through="RoutineItem", related_name="routines")
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    #: Raised by every edit, so that nobody saves over what they have not seen.
    edit_number = models.PositiveIntegerField(default=0, editable=False)
    loaded_hash = _loaded_hash()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(excluded_fields=["loaded_hash"])
    objects = RoutineQuerySet.as_manager()

    class Meta:
        verbose_name = _("routine")
        verbose_name_plural = _("routines")
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None) | Q(clinic__isnull=False), name="own_routine_has_a_clinic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.slug})"


class RoutineItem(DoseFields, models.Model):
    """One exercise of a routine with its dose."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="items")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="routine_items")
    order = models.PositiveSmallIntegerField(_("order"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta(DoseFields.Meta):
        abstract = False
        verbose_name = _("routine item")
        verbose_name_plural = _("routine items")
        constraints = [
            *DoseFields.Meta.constraints,
            models.UniqueConstraint(fields=["routine", "order"], name="one_item_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.exercise.name}"
