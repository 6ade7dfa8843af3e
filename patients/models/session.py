"""Exercise sessions with their check-in and entries, and skipped days."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel
from exercises.models import Exercise, Support
from patients.sessions import check_in
from patients.sessions.check_in import Effort
from patients.sessions.questions import Answer

from .helpers import Helper
from .patient import Patient
from .plan import PlanItem, PlanVersion


class SessionQuerySet(models.QuerySet["ExerciseSession"]):
    def for_patient(self, patient: Patient) -> SessionQuerySet:
        return self.filter(patient=patient)

    def open(self) -> SessionQuerySet:
        return self.filter(finished_at=None)

    def finished(self) -> SessionQuerySet:
        return self.filter(finished_at__isnull=False)

    def with_has_done(self) -> SessionQuerySet:
        """Annotate `has_done`: whether an exercise was done in the session."""
        return self.annotate(has_done=_has_done())

    def with_answered(self) -> SessionQuerySet:
        """Annotate `answered`: the number of exercises that have an outcome in the session."""
        entries = SessionEntry.objects.filter(session=OuterRef("pk")).order_by().values("session")
        return self.annotate(answered=Coalesce(Subquery(entries.annotate(n=Count("pk")).values("n")), 0))

    def with_an_exercise_done(self) -> SessionQuerySet:
        """Return the sessions in which an exercise was done."""
        return self.filter(_has_done())


def _has_done() -> Exists:
    return Exists(SessionEntry.objects.filter(session=OuterRef("pk"), outcome=Outcome.DONE))


class Source(models.TextChoices):
    """The source of a session's data."""

    APP = "app", _("Entered in the app")
    PAPER = "paper", _("From a paper log")


class ExerciseSession(PublicModel):
    """One session of the plan's exercises, with its check-in. Open until the check-in is sent, then finished for good.

    Pain is the 0–10 numeric rating "pain now" (LOINC 72514-3), asked before and after. All other answers are in
    `answers`, by the id of the question in `patients.sessions.check_in`; a question that was not asked has no key.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="sessions")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="sessions")
    on_date = models.DateField(_("day"), help_text=_("The day where the patient lives."))
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    feet_checked_at = models.DateTimeField(
        _("feet checked"), null=True, blank=True, help_text=_("Before the first standing exercise.")
    )
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.APP)
    pain_before = models.PositiveSmallIntegerField(_("pain before"), null=True, blank=True)
    pain_after = models.PositiveSmallIntegerField(_("pain after"), null=True, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    client_key = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="Made on the phone that stored the session offline, so that one sent twice is saved once.",
    )
    arrived_at = models.DateTimeField(
        _("received"),
        null=True,
        blank=True,
        help_text=_("Of a session done offline: the time it was received. The day is when it was done."),
    )
    helped_by = models.ForeignKey(
        Helper,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered with help from"),
        help_text=_("The last helper who entered part of this session."),
    )

    #: Of sessions read with `with_has_done`, and with `with_answered`.
    has_done: bool
    answered: int

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [models.Index(fields=["patient", "on_date"], name="sessions_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(finished_at=None), name="one_open_session_a_patient"
            ),
            models.UniqueConstraint(fields=["patient", "client_key"], name="sent_twice_is_one_session"),
            models.CheckConstraint(
                condition=Q(pain_before=None) | Q(pain_before__lte=10), name="pain_before_0_to_10"
            ),
            models.CheckConstraint(
                condition=Q(pain_after=None) | Q(pain_after__lte=10), name="pain_after_0_to_10"
            ),
            models.CheckConstraint(
                # A paper log has the exercises done, and not always the answers of the check-in.
                condition=Q(finished_at=None)
                | Q(source="paper")
                | (Q(pain_after__isnull=False) & ~Q(answers={})),
                name="finished_session_has_its_check_in",
            ),
        ]

    def __str__(self) -> str:
        return f"Session of {self.on_date:%Y-%m-%d} ({self.id})"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def told(self) -> dict[str, Answer]:
        """Every answer of the session by question id, including pain before and after."""
        columns = {each.id: getattr(self, each.id) for each in check_in.QUESTIONS if each.is_column}
        return {**self.answers, **{name: answer for name, answer in columns.items() if answer is not None}}

    def tell(self, answers: Mapping[str, Answer]) -> None:
        """Set these answers, each in its column or in `answers`, without saving. Other answers stay."""
        for name, answer in answers.items():
            if check_in.question(name).is_column:
                setattr(self, name, answer)
            else:
                self.answers = {**self.answers, name: answer}

    @property
    def is_told_of_danger(self) -> bool:
        """True if an answer reports a danger."""
        return bool(check_in.dangers_in(self.told))

    @property
    def has_consequences(self) -> bool:
        """True if an answer reports a danger or begins a hold; such a session is never discarded."""
        return self.is_told_of_danger or bool(check_in.holds_begun_by(self.told))


class Outcome(models.TextChoices):
    DONE = "done", _("Done")
    NOT_TODAY = "not_today", _("Not today")


class Reason(models.TextChoices):
    """The reason for not doing an exercise or a day. The patient may leave it blank."""

    PAIN = "pain", _("Pain")
    UNSTEADY = "unsteady", _("I feel unsteady")
    FOOT = "foot", _("My foot")
    UNWELL = "unwell", _("I feel unwell")
    SUGAR = "sugar", _("My blood sugar")
    AFRAID = "afraid", _("I am afraid to fall")
    TIRED = "tired", _("Too tired")
    NO_TIME = "no_time", _("No time")


class Variant(models.TextChoices):
    """The way an exercise was done differently from the prescription."""

    SHORTER = "shorter", _("Did fewer")
    GENTLER = "gentler", _("Did a gentler one")


class SessionEntry(models.Model):
    """The outcome of one exercise in one session.

    `way` is blank when it was done as prescribed; `instead` is the gentler exercise that was done. `support` is blank
    unless the patient used more support than prescribed.
    """

    session = models.ForeignKey(ExerciseSession, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    effort = models.CharField(_("effort"), max_length=12, choices=Effort, blank=True)
    reason = models.CharField(_("why not"), max_length=8, choices=Reason, blank=True)
    way = models.CharField(_("variant"), max_length=8, choices=Variant, blank=True)
    instead = models.ForeignKey(
        Exercise,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("done instead"),
    )
    support = models.CharField(_("more support"), max_length=12, choices=Support, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("session entry")
        verbose_name_plural = _("session entries")
        constraints = [
            models.UniqueConstraint(fields=["session", "item"], name="one_entry_an_exercise"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.DONE) | Q(effort="", way="", support=""),
                name="effort_only_of_what_was_done",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.NOT_TODAY) | Q(reason=""), name="reason_only_of_what_was_not_done"
            ),
            models.CheckConstraint(
                condition=Q(way=Variant.GENTLER, instead__isnull=False)
                | (~Q(way=Variant.GENTLER) & Q(instead__isnull=True)),
                name="gentler_names_what_was_done_instead",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *Reason.values])
                & Q(way__in=["", *Variant.values])
                & Q(support__in=["", *Support.values]),
                name="entry_says_what_can_be_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.item_id})"


class SkippedDay(models.Model):
    """A planned day that the patient skipped. It counts as contact with the patient, never as a day done."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="skipped_days")
    on_date = models.DateField(_("day"), help_text=_("The day where the patient lives."))
    reason = models.CharField(_("why"), max_length=8, choices=Reason, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "patients_nottoday"  # the name of the model has changed; the table stays
        verbose_name = _("skipped day")
        verbose_name_plural = _("skipped days")
        constraints = [
            models.UniqueConstraint(fields=["patient", "on_date"], name="one_not_today_a_day"),
            models.CheckConstraint(
                condition=Q(reason__in=["", *Reason.values]), name="not_today_reason_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"Skipped {self.on_date:%Y-%m-%d} ({self.patient_id})"
