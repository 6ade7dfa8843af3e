"""The audit trail: who saw or changed which record, the chain of hashes over it, and its archives."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.base import AppendOnlyModel
from clinic.models.clinics import Clinic

#: Actions of rows about a look at a record; all others are about changes, sign-ins and settings.
RECORD_VIEWED, LIST_VIEWED = "record.viewed", "list.viewed"
READ_ACTIONS = (RECORD_VIEWED, LIST_VIEWED)


class AuditEvent(AppendOnlyModel):
    """An action: its user, role, clinic, patient, object, time and origin. Contains ids only, never names or values.

    The database refuses to change or delete rows, see `clinic.audit.append_only`. The keys of people and clinics have
    no constraint, so that a person can be erased although their actions stay.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    role = models.CharField(
        max_length=16, blank=True, help_text="Role of the actor at that time; system if there was no actor."
    )
    clinic = models.ForeignKey(
        Clinic, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    patient_key = models.UUIDField(
        null=True, help_text="Key of the patient whose record it is. None if it is nobody's record."
    )
    action = models.CharField(max_length=48)
    object_type = models.CharField(max_length=48, blank=True)
    object_id = models.CharField(max_length=36, blank=True)
    listed = models.JSONField(
        default=list, blank=True, help_text="Keys of the rows on a list that was looked at."
    )
    route = models.CharField(
        max_length=80, blank=True, help_text="Name of the page. Empty outside of requests."
    )
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True, help_text="Network address of the request.")

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["object_type", "object_id", "at"], name="audit_of_object"),
            models.Index(fields=["clinic", "at"], name="audit_of_clinic"),
            models.Index(
                fields=["patient_key", "at"],
                condition=models.Q(patient_key__isnull=False),
                name="audit_of_patient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_type} {self.object_id}"


class AuditLink(AppendOnlyModel):
    """A link of the chain: the hash of an event and of the link before it, see `clinic.audit.chain`."""

    number = models.BigIntegerField(primary_key=True, help_text="1 for the first link, without gaps.")
    event = models.OneToOneField(
        AuditEvent, on_delete=models.DO_NOTHING, db_constraint=False, related_name="link"
    )
    transaction_number = models.BigIntegerField(
        default=0, help_text="PostgreSQL's number of the transaction that wrote the event; 0 on SQLite."
    )
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit link")
        verbose_name_plural = _("audit links")

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"


class AuditArchive(AppendOnlyModel):
    """A file with the oldest events, which were deleted from the database once they were in the file."""

    archived_at = models.DateTimeField(default=timezone.now)
    first_number = models.BigIntegerField(unique=True)
    last_number = models.BigIntegerField(unique=True)
    hash_before = models.CharField(max_length=64, blank=True, help_text="Hash of the link before the first.")
    last_hash = models.CharField(max_length=64)
    file_name = models.CharField(max_length=120)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the file.")

    class Meta:
        verbose_name = _("archive of the audit trail")
        verbose_name_plural = _("archives of the audit trail")

    def __str__(self) -> str:
        return self.file_name
