"""The clinic admin's pages that change a member's role or remove a member, and transfer their patients."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clinic.accounts.decorators import fresh_authentication_required
from clinic.models import Role, User
from clinic.permissions import AuthenticatedRequest, get_clinic_for_user, staff_permission_required
from clinic.roles import Action, may
from clinic.team.selectors import get_member_or_404, role_choices
from clinic.team.services import StaleMemberError, TeamChangeError
from clinic.team.views import member_page
from patients.caseload.forms.team import PatientTransferForm, RoleForm
from patients.caseload.selectors.clinicians import get_patient_transfer
from patients.caseload.services import NoSuccessorError, change_member_role, remove_from_team


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_CLINIC)
@fresh_authentication_required
def team_role(request: AuthenticatedRequest, member_id: uuid.UUID) -> HttpResponse:
    """Change a member's role. The page explains the change and asks for the successor if the member has patients."""
    clinic = get_clinic_for_user(request.user)
    member = get_member_or_404(clinic, member_id)
    if member.has_left:
        return redirect("clinic:team_member", member_id)
    found = get_patient_transfer(clinic, member.user)
    context = {"section": "clinic", "member": member, "roles": role_choices(), "found": found}
    if request.method != "POST":
        form = RoleForm(initial={"role": member.membership.role, "seen": member.state_token}, found=found)
        return render(request, "patients/caseload/team_role.html", context | {"form": form})
    form = RoleForm(request.POST, found=found)
    context["form"] = form
    if not form.is_valid():
        return render(request, "patients/caseload/team_role.html", context)
    role = Role(form.cleaned_data["role"])
    try:
        handed = change_member_role(
            member=member.user,
            clinic=clinic,
            role=role,
            transfer_to=form.successor,
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleMemberError:
        return member_page(request, get_member_or_404(clinic, member_id), is_stale=True)
    except NoSuccessorError:
        form.ask_again()
        return render(request, "patients/caseload/team_role.html", context, status=409)
    except TeamChangeError as reason:
        form.add_error("role", str(reason))
        return render(request, "patients/caseload/team_role.html", context)
    words = _("%(name)s: %(role)s, from the next click on.") % {"name": member.user.name, "role": role.label}
    messages.success(request, " ".join(filter(None, [words, _describe_transfer(handed, form.successor)])))
    gave_it_up = member.user.pk == request.user.pk and not may(role, Action.MANAGE_CLINIC)
    return redirect("staff:today" if gave_it_up else "clinic:team")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_CLINIC)
@fresh_authentication_required
def team_remove(request: AuthenticatedRequest, member_id: uuid.UUID) -> HttpResponse:
    """Remove a member from the team. The page asks for the successor if the member has patients."""
    clinic = get_clinic_for_user(request.user)
    member = get_member_or_404(clinic, member_id)
    if member.has_left:
        return redirect("clinic:team_member", member_id)
    found = get_patient_transfer(clinic, member.user)
    context = {"section": "clinic", "member": member, "found": found}
    if request.method != "POST":
        form = PatientTransferForm(initial={"seen": member.state_token}, found=found)
        return render(request, "patients/caseload/team_leave.html", context | {"form": form})
    form = PatientTransferForm(request.POST, found=found)
    context["form"] = form
    if not form.is_valid():
        return render(request, "patients/caseload/team_leave.html", context)
    try:
        handed = remove_from_team(
            member=member.user,
            clinic=clinic,
            transfer_to=form.successor,
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleMemberError:
        return member_page(request, get_member_or_404(clinic, member_id), is_stale=True)
    except NoSuccessorError:
        form.ask_again()
        return render(request, "patients/caseload/team_leave.html", context, status=409)
    except TeamChangeError as reason:
        form.add_error(None, str(reason))
        return render(request, "patients/caseload/team_leave.html", context)
    words = _("%(name)s is off the team and signed out.") % {"name": member.user.name}
    messages.success(request, " ".join(filter(None, [words, _describe_transfer(handed, form.successor)])))
    return redirect("clinic:team")


def _describe_transfer(patients: int, successor: User | None) -> str:
    """Return a sentence about the transferred patients; "" if there were none."""
    if not patients:
        return ""
    if successor is None:
        words = ngettext(
            "%(count)s patient waits for a clinician.", "%(count)s patients wait for a clinician.", patients
        )
        return words % {"count": patients}
    words = ngettext(
        "%(name)s takes over %(count)s patient.", "%(name)s takes over %(count)s patients.", patients
    )
    return words % {"count": patients, "name": successor.name}
