"""Admin of reminders, push subscriptions and calendar links: read-only.

Neither the push endpoint of a phone nor the hash of a link is shown.
"""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.clinic_data import ClinicDataMixin
from patients.admin.messages import ContactAdmin
from patients.models import CalendarLink, PushNotice, PushSubscription, Reminder, ReminderSent


@admin.register(Reminder)
class ReminderAdmin(ClinicDataMixin, ContactAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "at_time", "channel", "next_at", "last_sent_for", "stopped_at")
    list_filter = ("channel", ("stopped_at", admin.EmptyFieldListFilter))
    list_select_related = ("patient",)
    search_fields = ("patient__full_name", "=patient__id")
    exclude = ("own_habit",)
    ordering = ("next_at", "pk")


@admin.register(ReminderSent)
class ReminderSentAdmin(ClinicDataMixin, ContactAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "on_date", "channel", "sent_at")
    list_select_related = ("patient",)
    search_fields = ("patient__full_name", "=patient__id")
    date_hierarchy = "on_date"
    ordering = ("-sent_at", "-id")


@admin.register(PushSubscription)
class PushSubscriptionAdmin(ClinicDataMixin, ContactAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "made_at", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    list_select_related = ("patient",)
    search_fields = ("patient__full_name", "=patient__id")
    exclude = ("endpoint",)
    ordering = ("-made_at", "-id")


@admin.register(PushNotice)
class PushNoticeAdmin(ClinicDataMixin, ContactAdmin):
    clinic_lookups = ("subscription__patient__clinic",)
    list_display = ("id", "on_date", "attempts", "next_attempt_at", "settled_at", "was_sent")
    list_filter = ("was_sent", ("settled_at", admin.EmptyFieldListFilter))
    ordering = ("-id",)


@admin.register(CalendarLink)
class CalendarLinkAdmin(ClinicDataMixin, ContactAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "made_at")
    list_select_related = ("patient",)
    search_fields = ("patient__full_name", "=patient__id")
    ordering = ("-made_at", "id")
