"""Admin of clinics, users, memberships and second factors."""

from __future__ import annotations

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Model, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.accounts.adapters import invite, tell_of_new_address
from clinic.accounts.decorators import check_fresh_authentication
from clinic.admin.base import HistoryAdmin, NoDeleteMixin, ReadOnlyAdmin
from clinic.admin.recorded_changes import RecordedChangesMixin
from clinic.admin.sealed_search import SealedSearchMixin, is_search
from clinic.audit.services import ADMINISTRATOR, record
from clinic.models import Clinic, EmergencyAccess, Membership, OpeningHours, SecondFactorRecovery, User
from clinic.regions import DEFAULT_REGION

# Each person has one address, `User.email`; a second table of addresses would be a second sign-in method. The
# authenticators get a read-only admin below.
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)
admin.site.unregister(Group)


class OnlyAdministratorsMixin:
    """Mixin for what gives rights: only superusers add, change or delete it; others with permission may look at it.

    Whoever could change it could give more rights to themselves than they have.
    """

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


class FreshAuthenticationMixin:
    """Mixin for what gives access to an account: a form that is sent asks for fresh authentication."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            check_fresh_authentication(request)
        return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc, no-any-return]  # of the admin

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not is_search(request):
            check_fresh_authentication(request)
        return super().changelist_view(request, *args, **kwargs)  # type: ignore[misc, no-any-return]  # of the admin


@admin.register(Group)
class GroupAdmin(OnlyAdministratorsMixin, FreshAuthenticationMixin, SealedSearchMixin, DjangoGroupAdmin):
    """Groups of permissions."""

    def log_addition(self, request: HttpRequest, obj: Group, message: Any) -> LogEntry:
        _record(request, "group.added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Group, message: Any) -> LogEntry:
        if message:
            _record(request, "group.changed", obj)
        return super().log_change(request, obj, message)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        _record(request, "group.deleted", obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        with transaction.atomic():
            for group in queryset:
                _record(request, "group.deleted", group)
            super().delete_queryset(request, queryset)


def _record(request: HttpRequest, action: str, obj: Model, clinic: Clinic | None = None) -> None:
    record(action, actor=request.user, obj=obj, clinic=clinic, role=ADMINISTRATOR)  # type: ignore[arg-type]  # signed in


class OpeningHoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0
    ordering = ("weekday", "opens_at")


@admin.register(Clinic)
class ClinicAdmin(RecordedChangesMixin, NoDeleteMixin, HistoryAdmin):
    list_display = ("name", "phone", "email", "region", "time_zone", "takes_requests")
    list_filter = ("takes_requests", "region")
    search_fields = ("name", "phone", "email", "address")
    ordering = ("name",)
    inlines = (OpeningHoursInline,)

    def save_model(self, request: HttpRequest, obj: Clinic, form: Any, change: bool) -> None:
        """Save the clinic with what its region decides, where that was not changed by hand."""
        obj.set_region_defaults(form.initial.get("region") or DEFAULT_REGION)
        super().save_model(request, obj, form, change)


class MembershipInline(NoDeleteMixin, OnlyAdministratorsMixin, admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("clinic",)
    readonly_fields = ("started_at",)
    ordering = ("ended_at", "started_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False on one's own account: nobody puts themselves on a team, where health data are."""
        return super().has_add_permission(request, obj) and (obj is None or obj.pk != request.user.pk)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.pk != request.user.pk)


class LowerCaseEmailMixin:
    """Form mixin that stores e-mail addresses in lower case, so that one address cannot have two accounts."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str | None:
        return (self.cleaned_data["email"] or "").lower() or None


class UserForm(LowerCaseEmailMixin, UserChangeForm):
    def clean_email(self) -> str | None:
        """Return the address. An account without one is a patient's or a helper's, and gets none: it could sign in."""
        email = super().clean_email()
        if email and not self.initial.get("email"):
            raise forms.ValidationError(
                _("Accounts of patients have no e-mail address. Add a new account for a member of a team.")
            )
        return email

    class Meta:
        model = User
        fields = "__all__"


class NewUserForm(LowerCaseEmailMixin, forms.ModelForm):
    """Form for a new account: the person chooses the password through a link in an e-mail."""

    email = forms.EmailField(label=_("e-mail"), help_text=_("A link to choose a password is sent there."))

    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class UserAdmin(RecordedChangesMixin, NoDeleteMixin, FreshAuthenticationMixin, HistoryAdmin, DjangoUserAdmin):
    """Accounts of staff. Those of patients and helpers, which hold their names, are not shown.

    Nobody sets another person's password; editors who are no superusers gain nothing by what they edit.

    They cannot change accounts of administrators, and of other accounts neither the address, through which a new
    password is mailed, nor rights, nor memberships.
    """

    form = UserForm
    add_form = NewUserForm
    add_form_template = None
    add_fieldsets = ((None, {"fields": ("email", "name")}),)
    fieldsets = (
        (None, {"fields": ("name", "email", "is_active")}),
        (_("Administration"), {"fields": ("is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("created_at", "last_login")}),
    )
    list_display = ("name", "email", "role_display", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("name", "email")
    ordering = ("name", "id")
    date_hierarchy = "created_at"
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("created_at", "last_login")
    inlines = (MembershipInline,)
    actions = ("send_invitation",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        live = Prefetch(
            "memberships", Membership.objects.live().select_related("clinic"), to_attr="live_memberships"
        )
        return super().get_queryset(request).exclude(email=None).prefetch_related(live)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for accounts of administrators, unless the person is a superuser or it is their own."""
        if not super().has_change_permission(request, obj):
            return False
        user = request.user
        if obj is None or user.is_superuser or obj.pk == user.pk:
            return True
        return not (obj.is_staff or obj.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the read-only fields. Only superusers grant rights and change addresses."""
        if request.user.is_superuser:
            return self.readonly_fields
        rights = ("is_staff", "is_superuser", "groups", "user_permissions")
        return (*self.readonly_fields, *rights, *(("email",) if obj is not None else ()))

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse: a person's password is known to that person alone. The action below mails a link to choose one."""
        raise PermissionDenied(_("Send the link to choose a password instead."))

    @admin.display(description=_("role"))
    def role_display(self, user: Any) -> str:
        return ", ".join(f"{row.get_role_display()}, {row.clinic}" for row in user.live_memberships)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            with transaction.atomic():
                self._save_change(request, obj, form)
            return
        with transaction.atomic():
            obj.set_unusable_password()
            super().save_model(request, obj, form, change)
            invite(obj)

    def _save_change(self, request: HttpRequest, obj: User, form: Any) -> None:
        """Save, and end the sessions and tell both addresses if the address is another one."""
        old = User.objects.select_for_update().get(pk=obj.pk).email
        super().save_model(request, obj, form, change=True)
        if obj.email != old:
            User.objects.filter(pk=obj.pk).update(session_number=F("session_number") + 1)
            tell_of_new_address(obj, old=old)

    @admin.action(description=_("Send the link to choose a password"), permissions=["change"])
    def send_invitation(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        invited = [
            user
            for user in queryset
            if user.email and user.is_active and self.has_change_permission(request, user)
        ]
        with transaction.atomic():
            for user in invited:
                clinic = user.membership.clinic if user.membership else None
                _record(request, "account.invited_again", user, clinic)
                invite(user)
        text = ngettext("%d person gets an e-mail.", "%d people get an e-mail.", len(invited)) % len(invited)
        self.message_user(request, text, messages.SUCCESS if invited else messages.WARNING)


@admin.register(Membership)
class MembershipAdmin(
    RecordedChangesMixin, NoDeleteMixin, OnlyAdministratorsMixin, FreshAuthenticationMixin, HistoryAdmin
):
    list_display = ("user", "clinic", "role", "started_at", "ended_at")
    list_filter = ("role", ("ended_at", admin.EmptyFieldListFilter), "clinic")
    list_select_related = ("user", "clinic")
    search_fields = ("user__name", "user__email", "clinic__name")
    autocomplete_fields = ("user", "clinic")
    readonly_fields = ("started_at",)
    date_hierarchy = "started_at"
    ordering = ("user__name", "-started_at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.user_id != request.user.pk)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave oneself out of the people to choose from: nobody puts themselves on a team."""
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.exclude(pk=str(request.user.pk))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(EmergencyAccess)
class EmergencyAccessAdmin(ReadOnlyAdmin):
    """Opened on a page of its own, `clinic.emergency_access`."""

    list_display = ("user", "clinic", "opened_at", "ends_at", "reason")
    list_filter = ("clinic",)
    list_select_related = ("user", "clinic")
    search_fields = ("user__name", "user__email", "=clinic__id")
    date_hierarchy = "opened_at"
    ordering = ("-opened_at", "id")


@admin.register(SecondFactorRecovery)
class SecondFactorRecoveryAdmin(ReadOnlyAdmin):
    list_display = ("user", "opened_by", "opened_at", "confirmed_by", "confirmed_at", "used_at", "ended_at")
    list_select_related = ("user", "opened_by", "confirmed_by")
    search_fields = ("user__name", "user__email")
    date_hierarchy = "opened_at"
    ordering = ("-opened_at",)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors. Their secrets are not shown, and nobody removes another person's: two accounts have to take part.

    See `clinic.accounts.recovery`.
    """

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    fields = ("user", "type", "created_at", "last_used_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return those of staff: the rows of patients' passkeys show their names."""
        return super().get_queryset(request).exclude(user__email=None)
