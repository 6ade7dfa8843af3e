"""Admin of patients, plans, sessions and sign-in cards: read-only, except for the details of a patient record.

Only the services write plans, versions, sessions and cards; an admin form would bypass their rules. No row that
belongs to a patient can be deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.admin.base import HistoryAdmin, NoDeleteMixin, ReadOnlyAdmin, ReadOnlyInline
from clinic.admin.clinic_data import ClinicDataMixin
from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.models import (
    AnswerCorrection,
    ExerciseSession,
    Patient,
    PatientSearchTerm,
    Plan,
    PlanEvent,
    PlanItem,
    PlanVersion,
    SessionEntry,
    SignInCard,
    SkippedDay,
    VersionSeen,
)
from patients.plans.lines import OWN_FIELDS
from patients.records.policies import check_date_of_birth
from patients.records.services.patients import Details, StaleRecordError, update_patient
from patients.sessions import check_in
from patients.sessions.questions import Kind, Question


class BigTableAdmin(ReadOnlyAdmin):
    """Base for tables that only grow: the list counts the filtered rows only."""

    show_full_result_count = False
    list_per_page = 50


class PatientForm(forms.ModelForm):
    """The details of a record, validated by the same rules as on the clinic's own pages."""

    class Meta:
        model = Patient
        fields = list(Details.__dataclass_fields__)

    def clean_date_of_birth(self) -> Any:
        born = self.cleaned_data["date_of_birth"]
        try:
            check_date_of_birth(born, self.instance.today(timezone.now()))
        except NotPossibleError as reason:
            raise ValidationError(str(reason)) from None
        return born

    def clean_clinician(self) -> User | None:
        clinician: User | None = self.cleaned_data["clinician"]
        if clinician and not clinician.memberships.filter(clinic=self.instance.clinic).exists():
            raise ValidationError(_("Choose someone of the patient’s own clinic."))
        return clinician


@admin.register(Patient)
class PatientAdmin(ClinicDataMixin, NoDeleteMixin, HistoryAdmin):
    """Patients are registered on the clinic's pages, which also create the user, the request link and the audit row."""

    clinic_lookups = ("clinic",)
    form = PatientForm
    list_display = ("full_name", "date_of_birth", "clinic", "clinician", "phone", "registered_at")
    list_filter = ("clinic", "registered_at")
    list_select_related = ("clinic", "clinician")
    search_fields = ("full_name", "called", "phone", "email", "=id")
    ordering = ("full_name", "id")
    date_hierarchy = "registered_at"
    autocomplete_fields = ("clinician",)
    readonly_fields = (
        "clinic",
        "user",
        "consultation_request",
        "registered_at",
        "registered_by",
        "edit_number",
        "angina_plan",
        "sugar_numbers",
    )
    fieldsets = (
        (
            None,
            {"fields": tuple(Details.__dataclass_fields__)},
        ),
        (gettext_lazy("Written by the app"), {"fields": readonly_fields}),
    )
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Patient, form: Any, change: bool) -> None:
        """Save with `update_patient`, so that the change is locked, audited and detected by a concurrent edit."""
        details = Details(**{name: form.cleaned_data[name] for name in Details.__dataclass_fields__})
        try:
            update_patient(patient=obj, details=details, edit_number=obj.edit_number, by=request.user)  # type: ignore[arg-type]  # the administration is behind the sign-in
        except StaleRecordError:
            self.message_user(
                request, _("Someone changed this record meanwhile. Nothing was saved."), messages.ERROR
            )


@admin.register(SignInCard)
class SignInCardAdmin(ClinicDataMixin, BigTableAdmin):
    """Sign-in cards, without the hash of their code."""

    clinic_lookups = ("patient__clinic",)
    list_display = (
        "patient",
        "helper",
        "made_at",
        "made_by",
        "expires_at",
        "used_at",
        "revoked_at",
        "wrong_dates",
    )
    list_filter = (
        ("used_at", admin.EmptyFieldListFilter),
        ("revoked_at", admin.EmptyFieldListFilter),
        "patient__clinic",
    )
    list_select_related = ("patient", "helper", "made_by")
    search_fields = ("patient__full_name", "=patient__id")
    date_hierarchy = "made_at"
    ordering = ("-made_at", "-id")
    exclude = ("code_hash",)


class VersionInline(ReadOnlyInline):
    model = PlanVersion
    fields = ("number", "start_date", "weeks", "change_note", "published_at", "published_by")
    readonly_fields = fields
    ordering = ("-number",)
    show_change_link = True


class PlanEventInline(ReadOnlyInline):
    model = PlanEvent
    fields = ("at", "from_state", "to_state", "note", "by")
    ordering = ("-at",)


@admin.register(Plan)
class PlanAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "state", "created_at", "created_by")
    list_filter = ("state", "patient__clinic")
    list_select_related = ("patient", "created_by")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "id")
    readonly_fields = ("created_at",)
    inlines = (VersionInline, PlanEventInline)


class PlanItemInline(ReadOnlyInline):
    model = PlanItem
    fields = ("order", "exercise", "describe", *OWN_FIELDS)
    readonly_fields = ("describe",)
    ordering = ("order",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlanItem]:
        return super().get_queryset(request).select_related("exercise")

    @admin.display(description=gettext_lazy("dose"))
    def describe(self, item: PlanItem) -> str:
        return item.dose.sentence()


@admin.register(PlanVersion)
class PlanVersionAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("plan__patient__clinic",)
    list_display = ("plan_of", "number", "start_date", "weeks", "published_at", "published_by")
    list_filter = (("published_at", admin.EmptyFieldListFilter), "plan__state", "plan__patient__clinic")
    list_select_related = ("plan__patient", "published_by")
    search_fields = ("plan__patient__full_name", "=plan__patient__id", "=plan__id", "=id")
    date_hierarchy = "published_at"
    ordering = ("-edited_at", "id")
    readonly_fields = ("published_at", "published_by", "edited_at", "edited_by", "edit_number")
    inlines = (PlanItemInline,)

    @admin.display(description=gettext_lazy("patient"), ordering="plan__patient__full_name")
    def plan_of(self, version: PlanVersion) -> str:
        return version.plan.patient.full_name


@admin.register(PlanItem)
class PlanItemAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("version__plan__patient__clinic",)
    list_display = ("exercise", "version", "order", "support")
    list_filter = ("support", "exercise__category")
    list_select_related = ("exercise", "version__plan__patient")
    search_fields = ("=version__id", "exercise__name", "exercise__slug")
    ordering = ("-version__edited_at", "order")
    readonly_fields = ("content",)


@admin.register(PlanEvent)
class PlanEventAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("plan__patient__clinic",)
    list_display = ("plan", "from_state", "to_state", "at", "by", "note")
    list_filter = ("to_state", "plan__patient__clinic")
    list_select_related = ("plan__patient", "by")
    search_fields = ("=plan__id", "plan__patient__full_name")
    date_hierarchy = "at"
    ordering = ("-at", "-id")


@admin.register(VersionSeen)
class VersionSeenAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("version__plan__patient__clinic",)
    list_display = ("version", "seen_at")
    list_select_related = ("version",)
    search_fields = ("=version__id", "version__plan__patient__full_name")
    ordering = ("-seen_at", "-id")


class SessionEntryInline(ReadOnlyInline):
    model = SessionEntry
    fields = ("item_name", "outcome", "effort", "reason", "way", "instead", "support", "at")
    readonly_fields = ("item_name",)
    ordering = ("item__order",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SessionEntry]:
        return super().get_queryset(request).select_related("item", "instead")

    @admin.display(description=gettext_lazy("exercise"))
    def item_name(self, entry: SessionEntry) -> str:
        return str(entry.item.content.get("name", ""))


class YesAnswerFilter(admin.SimpleListFilter):
    """Filter sessions by a yes-or-no question of the check-in that was answered with yes."""

    title = gettext_lazy("answered yes to")
    parameter_name = "told"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [(question.id, question.in_short) for question in _yes_or_no_questions()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = {str(name) for name, _label in self.lookup_choices}
        return queryset.filter(**{f"answers__{self.value()}": True}) if self.value() in asked else queryset


@admin.register(ExerciseSession)
class ExerciseSessionAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = (
        "patient",
        "on_date",
        "source",
        "helped_by",
        "finished_at",
        "arrived_at",
        "pain_before",
        "pain_after",
    )
    list_filter = (
        *("source", ("helped_by", admin.EmptyFieldListFilter), ("finished_at", admin.EmptyFieldListFilter)),
        *(YesAnswerFilter, "patient__clinic"),
    )
    list_select_related = ("patient", "helped_by")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "on_date"
    ordering = ("-on_date", "-started_at")
    inlines = (SessionEntryInline,)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Add one column for each yes-or-no question of the check-in."""
        return [*super().get_list_display(request), *map(_answer_column, _yes_or_no_questions())]


def _yes_or_no_questions() -> list[Question]:
    return [question for question in check_in.QUESTIONS if question.kind is Kind.YES_NO]


def _answer_column(question: Question) -> Callable[[ExerciseSession], bool | None]:
    @admin.display(boolean=True, description=question.in_short)
    def answer_to_question(session: ExerciseSession) -> bool | None:
        answer: bool | None = session.answers.get(question.id)
        return answer

    return answer_to_question


@admin.register(SessionEntry)
class SessionEntryAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("session__patient__clinic",)
    list_display = ("session", "item", "outcome", "effort", "reason", "way", "support", "at")
    list_filter = ("outcome", "effort", "reason", "way")
    list_select_related = ("session__patient", "item")
    search_fields = ("=session__id", "session__patient__full_name")
    ordering = ("-at", "-id")


@admin.register(AnswerCorrection)
class AnswerCorrectionAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("session__patient__clinic",)
    list_display = ("session", "question", "item", "old", "new", "by", "at")
    list_filter = ("question",)
    list_select_related = ("session__patient", "item", "by")
    search_fields = ("=session__id", "session__patient__full_name")
    ordering = ("-at", "-id")


@admin.register(SkippedDay)
class SkippedDayAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "on_date", "reason", "by", "at")
    list_filter = ("reason", "patient__clinic")
    list_select_related = ("patient", "by")
    search_fields = ("=patient__id", "patient__full_name")
    date_hierarchy = "on_date"
    ordering = ("-on_date", "-id")


@admin.register(PatientSearchTerm)
class PatientSearchTermAdmin(ClinicDataMixin, BigTableAdmin):
    clinic_lookups = ("clinic",)
    list_display = ("word", "patient", "clinic")
    list_filter = ("clinic",)
    list_select_related = ("patient", "clinic")
    search_fields = ("word",)
    ordering = ("word", "id")
