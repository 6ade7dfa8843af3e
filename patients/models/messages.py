"""Messages between a patient and the clinic, and the team's notes about a patient."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import AppendOnlyModel, Clinic, PublicModel, User
from patients.models.patient import Patient

#: The longest message and the longest note, in characters.
MAX_MESSAGE_LENGTH = 2000


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> MessageQuerySet:
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()

    def for_patient(self, patient: Patient) -> MessageQuerySet:
        return self.filter(patient=patient)

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at=None)

    def to_clinic(self) -> MessageQuerySet:
        return self.filter(is_from_patient=True)

    def to_patient(self) -> MessageQuerySet:
        return self.filter(is_from_patient=False)

    def counted(self) -> models.Subquery:
        """Return the number of one patient's messages as a subquery for another query; None if there are none."""
        groups = self.order_by().values("patient").annotate(number=models.Count("*"))
        return models.Subquery(groups.values("number"))


class Message(PublicModel):
    """One plain-text message between a patient and the clinic. Only `read_at` and `read_by` change after sending."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="messages")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="messages")
    is_from_patient = models.BooleanField(_("from the patient"))
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sender")
    )
    text = models.TextField(_("message"), max_length=MAX_MESSAGE_LENGTH)
    session = models.ForeignKey(
        "patients.ExerciseSession",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="notes",
        verbose_name=_("session"),
        help_text=_("Of a note that was written with the check-in of a session."),
    )
    form_key = models.UUIDField(
        unique=True,
        editable=False,
        help_text="Made with the form, so that a form sent twice creates one message.",
    )
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["patient", "-sent_at"], name="messages_of_patient"),
            models.Index(
                fields=["clinic", "sent_at"],
                condition=Q(read_at=None, is_from_patient=True),
                name="messages_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
                name="message_read_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Message of {self.sent_at:%Y-%m-%d %H:%M} ({self.id})"

    @property
    def is_new(self) -> bool:
        """True if nobody on the receiving side has read it."""
        return self.read_at is None


class MessagePhoto(PublicModel):
    """The photo of a patient's message: a JPEG that the server encoded, without metadata.

    `width` and `height` are in pixels. A photo that the patient deleted keeps its row, without the picture, so that the
    thread can say that there was one.
    """

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="photo")
    jpeg = models.BinaryField(_("JPEG"))
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("photo of a message")
        verbose_name_plural = _("photos of messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(deleted_at=None, deleted_by=None, width__gt=0, height__gt=0) & ~Q(jpeg=b"")
                | Q(deleted_at__isnull=False, deleted_by__isnull=False, jpeg=b""),
                name="message_photo_is_there_or_deleted",
            ),
        ]

    def __str__(self) -> str:
        return f"Photo of message {self.message_id}"

    @property
    def is_deleted(self) -> bool:
        """True if the patient has deleted the picture."""
        return self.deleted_at is not None

    @property
    def file_name(self) -> str:
        """Return the name of the picture's file in an export; "" if it is deleted."""
        return "" if self.is_deleted else f"photos/{self.pk}.jpg"


class PatientNote(PublicModel, AppendOnlyModel):
    """A note about a patient that only the team sees in the app; it is part of the record that a patient may download.

    It never changes; a correction is another note.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=MAX_MESSAGE_LENGTH)
    form_key = models.UUIDField(
        unique=True,
        editable=False,
        help_text="Made with the form, so that a form sent twice creates one note.",
    )
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("patient note")
        verbose_name_plural = _("patient notes")
        indexes = [models.Index(fields=["patient", "-written_at"], name="notes_of_patient")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_says_something")]

    def __str__(self) -> str:
        return f"Note of {self.written_at:%Y-%m-%d %H:%M} ({self.id})"
