"""Two pages of the clinic admin's about the team that touch caseloads: another role, and taking someone off."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clinic.models import Role, User
from clinic.permissions import SignedInRequest, staff_may
from clinic.roles import Action, may
from clinic.team.selectors import member_for, role_choices
from clinic.team.services import NotOnTeamError, StaleMemberError
from clinic.team.views import clinic_run_by, member_page
from patients.caseload.forms.team import HandOverForm, RoleForm
from patients.caseload.selectors.clinicians import handing_over
from patients.caseload.services import NobodyToTakeOverError, give_role, take_off_team


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.RUN_CLINIC)
def team_role(request: SignedInRequest, member_id: uuid.UUID) -> HttpResponse:
    """Another role: says what changes, asks who takes over the patients, and does it."""
    clinic = clinic_run_by(request)
    member = member_for(clinic, member_id)
    if member.has_left:
        return redirect("team_member", member_id)
    found = handing_over(clinic, member.user)
    context = {"section": "clinic", "member": member, "roles": role_choices(), "found": found}
    if request.method != "POST":
        form = RoleForm(initial={"role": member.membership.role, "seen": member.standing}, found=found)
        return render(request, "patients/caseload/team_role.html", context | {"form": form})
    form = RoleForm(request.POST, found=found)
    context["form"] = form
    if not form.is_valid():
        return render(request, "patients/caseload/team_role.html", context)
    role = Role(form.cleaned_data["role"])
    try:
        handed = give_role(
            member=member.user,
            clinic=clinic,
            role=role,
            hand_over_to=form.successor,
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleMemberError:
        return member_page(request, member_for(clinic, member_id), is_stale=True)
    except NobodyToTakeOverError:
        form.ask_again()
        return render(request, "patients/caseload/team_role.html", context, status=409)
    except NotOnTeamError as reason:
        form.add_error("role", str(reason))
        return render(request, "patients/caseload/team_role.html", context)
    words = _("%(name)s: %(role)s, from the next click on.") % {"name": member.user.name, "role": role.label}
    messages.success(request, " ".join(filter(None, [words, _told(handed, form.successor)])))
    gave_it_up = member.user.pk == request.user.pk and not may(role, Action.RUN_CLINIC)
    return redirect("staff_today" if gave_it_up else "team")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.RUN_CLINIC)
def team_leave(request: SignedInRequest, member_id: uuid.UUID) -> HttpResponse:
    """Take someone off the team: says what happens, asks who takes over the patients, and does it."""
    clinic = clinic_run_by(request)
    member = member_for(clinic, member_id)
    if member.has_left:
        return redirect("team_member", member_id)
    found = handing_over(clinic, member.user)
    context = {"section": "clinic", "member": member, "found": found}
    if request.method != "POST":
        form = HandOverForm(initial={"seen": member.standing}, found=found)
        return render(request, "patients/caseload/team_leave.html", context | {"form": form})
    form = HandOverForm(request.POST, found=found)
    context["form"] = form
    if not form.is_valid():
        return render(request, "patients/caseload/team_leave.html", context)
    try:
        handed = take_off_team(
            member=member.user,
            clinic=clinic,
            hand_over_to=form.successor,
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleMemberError:
        return member_page(request, member_for(clinic, member_id), is_stale=True)
    except NobodyToTakeOverError:
        form.ask_again()
        return render(request, "patients/caseload/team_leave.html", context, status=409)
    except NotOnTeamError as reason:
        form.add_error(None, str(reason))
        return render(request, "patients/caseload/team_leave.html", context)
    words = _("%(name)s is off the team and signed out.") % {"name": member.user.name}
    messages.success(request, " ".join(filter(None, [words, _told(handed, form.successor)])))
    return redirect("team")


def _told(patients: int, successor: User | None) -> str:
    """What became of the patients, in words; "" when there were none."""
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
