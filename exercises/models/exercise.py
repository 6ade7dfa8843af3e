"""Exercises with their steps and photographs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clinic.models import AppendOnlyModel, Clinic, PublicModel
from exercises.demands import get_named_support
from exercises.models.choices import Category, Position, StepKind, Support, demands_of
from exercises.models.dose_fields import DoseFields
from exercises.models.shared import SharedQuerySet, loaded_hash_field
from exercises.models.support_steps import Place, get_place, support_step
from exercises.models.taxonomy import STRENGTH, BodyFocus, Equipment


class Exercise(DoseFields, PublicModel):
    """Exercise in its current form. Plans store a copy of the content that they prescribed."""

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
    safety_notes = models.CharField(_("safety notes"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("source address"), blank=True)
    figure = models.SlugField(
        _("figure"),
        max_length=60,
        blank=True,
        help_text=_("Empty: the figure that has the exercise's own name."),
    )
    #: Photographs shown instead of a figure, in order: the key, digest, width, height and alternative text of each
    #: ExercisePhoto (see `exercises.library.photos.PhotoReference`).
    photos = models.JSONField(_("photographs"), default=list, blank=True, editable=False)
    progression_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="progressions",
        verbose_name=_("progression of"),
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
    #: Incremented by every edit, to detect that someone else saved in the meantime.
    edit_number = models.PositiveIntegerField(default=0, editable=False)
    loaded_hash = loaded_hash_field()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(m2m_fields=[equipment, focus], excluded_fields=["loaded_hash"])
    objects = SharedQuerySet.as_manager()

    #: The steps and the equipment, if they were read in the same query (see `list_complete_exercises`).
    steps_read: Collection[ExerciseStep] | None = None
    equipment_read: Collection[Equipment] | None = None

    class Meta(DoseFields.Meta):
        abstract = False
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        indexes = [models.Index(fields=["clinic", "retired_at", "category", "name"], name="exercise_library")]

    def __str__(self) -> str:
        return f"{self.name} ({self.slug})"

    @cached_property
    def works_on(self) -> frozenset[str]:
        """Return the slugs of what it works on. No query if `focus` is prefetched, or this was set from other rows."""
        return frozenset(part.slug for part in self.focus.all())

    @property
    def is_strengthening(self) -> bool:
        """Return True if it builds strength, whatever its category."""
        return STRENGTH in self.works_on

    def list_equipment(self) -> list[Equipment]:
        """Return the equipment, any one of which will do. No query if `equipment` is prefetched."""
        return list(self.equipment.all() if self.equipment_read is None else self.equipment_read)

    @property
    def place(self) -> Place:
        """Return the thing to hold. No query if `equipment` is prefetched."""
        return get_place(self.position, [thing.slug for thing in self.list_equipment()])

    @property
    def all_demands(self) -> frozenset[str]:
        """The demands of the exercise together with those of its position."""
        return demands_of(position=self.position, demands=self.demands)

    @property
    def named_support(self) -> str:
        """Return the suggested support level to name beside the exercise; "" if it means nothing there."""
        return get_named_support(self.support, self.all_demands)

    def list_steps(self, support: str = "") -> list[tuple[str, str]]:
        """Return the kind and the words of each step in order, at this support or at the suggested one.

        No query if `steps` and `equipment` are prefetched.
        """
        steps = self.steps.all() if self.steps_read is None else self.steps_read
        return [
            (step.kind, step.text or support_step(support or self.support, self.place))
            for step in sorted(steps, key=lambda step: step.order)
        ]


class ExerciseStep(models.Model):
    """Step of an exercise: one action. How to hold on is a step without text: `Exercise.list_steps` has its words."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=StepKind, default=StepKind.DO)
    text = models.CharField(_("text"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["exercise", "order"], name="one_step_a_place"),
            models.CheckConstraint(
                condition=Q(kind=StepKind.SUPPORT, text="") | (~Q(kind=StepKind.SUPPORT) & ~Q(text="")),
                name="only_support_steps_have_no_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.text or self.get_kind_display()}"


def list_complete_exercises(wanted: Q) -> list[Exercise]:
    """Return these exercises with their steps and equipment, in one query instead of three.

    An exercise has a row for each pair of a step and a piece of equipment: this is for few exercises.
    """
    rows: Any = Exercise.objects.filter(wanted).annotate(
        step_order=F("steps__order"),
        step_kind=F("steps__kind"),
        step_text=F("steps__text"),
        thing_slug=F("equipment__slug"),
        thing_name=F("equipment__name"),
    )
    found: dict[Any, Exercise] = {}
    steps: dict[Any, dict[int, ExerciseStep]] = defaultdict(dict)
    things: dict[Any, dict[str, Equipment]] = defaultdict(dict)
    for row in rows:
        found.setdefault(row.pk, row)
        if row.step_order is not None:
            step = ExerciseStep(order=row.step_order, kind=row.step_kind, text=row.step_text)
            steps[row.pk].setdefault(row.step_order, step)
        if row.thing_slug is not None:
            things[row.pk].setdefault(row.thing_slug, Equipment(slug=row.thing_slug, name=row.thing_name))
    for pk, exercise in found.items():
        exercise.steps_read, exercise.equipment_read = steps[pk].values(), things[pk].values()
    return list(found.values())


def load_contents(exercises: Iterable[Exercise]) -> None:
    """Load the steps and the equipment of these exercises, in one query; in none if they were loaded so before."""
    lacking = [exercise for exercise in exercises if exercise.steps_read is None]
    if not lacking:
        return
    complete = {row.pk: row for row in list_complete_exercises(Q(pk__in={each.pk for each in lacking}))}
    for each in lacking:
        row = complete[each.pk]
        each.steps_read, each.equipment_read = row.steps_read, row.equipment_read


class ExercisePhoto(PublicModel, AppendOnlyModel):
    """Re-encoded photograph in two sizes.

    A photograph is never changed, and it is not deleted when an exercise stops showing it, since a published plan
    may still show it. `Exercise.photos` lists the photographs that are shown now, with their alternative texts.
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
