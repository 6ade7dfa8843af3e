"""Read-only admin of audit events, outgoing messages, rate limit buckets and the admin's own log.

Only the app writes these rows.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.admin.base import ReadOnlyAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from clinic.models import AuditEvent, Membership, OutboxMessage, TokenBucket
from clinic.outbox.backends import retry_messages


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "who", "role", "action", "object_type", "object_id", "clinic")
    exclude = ("actor",)
    readonly_fields = ("who",)
    list_filter = ("action", "object_type", "clinic")
    list_select_related = ("actor", "clinic")
    search_fields = ("object_id", "=patient_key", "actor__email", "action", "=request_id")
    date_hierarchy = "at"
    ordering = ("-at", "-id")
    show_full_result_count = False

    @admin.display(description=_("actor"), ordering="actor__email")
    def who(self, event: AuditEvent) -> str:
        """Return the name of a member of staff. A patient or helper is shown by the key: the name is health data."""
        if event.actor is not None and event.actor.email:
            return event.actor.name
        return str(event.actor_id or "")


class DeliveryFilter(admin.SimpleListFilter):
    """Filter outgoing messages by delivery state: waiting, sent or given up."""

    title = _("delivery")
    parameter_name = "delivery"
    states = {
        "waiting": (_("Waiting"), Q(sent_at=None, given_up_at=None)),
        "sent": (_("Sent"), Q(sent_at__isnull=False)),
        "refused": (_("Refused"), Q(refused_at__isnull=False)),
        "given_up": (_("Given up"), Q(given_up_at__isnull=False)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, label) for key, (label, _condition) in self.states.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        chosen = self.states.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


#: Messages to a clinic, to a member of its team, and of no clinic, such as those to administrators.
TO_NO_PATIENT = Q(patient_key=None) & (
    Q(clinic=None)
    | Q(to=F("clinic__email"))
    | Q(Exists(Membership.objects.filter(clinic=OuterRef("clinic"), user__email=OuterRef("to"))))
)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ClinicDataMixin, ReadOnlyAdmin):
    """Outgoing messages. The body is never shown, since it may contain a sign-in link.

    Messages to patients and visitors are shown by emergency access: clinic and subject tell who is a patient where.
    """

    clinic_lookups = ("clinic",)
    open_rows = TO_NO_PATIENT
    list_display = (
        *("created_at", "masked_to", "subject", "attempts"),
        *("next_attempt_at", "sent_at", "given_up_at"),
    )
    readonly_fields = ("masked_to",)
    list_filter = (DeliveryFilter, "priority", "clinic")
    search_fields = ("=to", "subject")
    search_help_text = _("Messages to a clinic's patients and visitors are shown after emergency access.")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    exclude = ("body", "headers", "to")
    actions = ("retry_messages",)

    @admin.display(description=_("to"))
    def masked_to(self, message: OutboxMessage) -> str:
        """Return the address without most of its name, since many are of patients. The whole address finds it."""
        name, _at, domain = message.to.rpartition("@")
        return f"{name[:1]}…@{domain}"

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("clinic.change_outboxmessage")

    @admin.action(description=_("Retry failed messages"), permissions=["retry"])
    def retry_messages(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        count = retry_messages(queryset)
        self.message_user(
            request, ngettext("%d message waits again.", "%d messages wait again.", count) % count
        )


@admin.register(TokenBucket)
class TokenBucketAdmin(ReadOnlyAdmin):
    list_display = ("key", "tokens", "updated_at")
    search_fields = ("key",)
    date_hierarchy = "updated_at"
    ordering = ("-updated_at",)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "object_id", "user__name", "user__email")
    date_hierarchy = "action_time"
    ordering = ("-action_time",)
