"""The clinic admin's pages about the team.

Changing a role and taking a member off the team affect caseloads, so those two pages belong to the patients app; see
docs/decisions/0015.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.accounts.decorators import fresh_authentication_required
from clinic.models import Role
from clinic.permissions import AuthenticatedRequest, get_clinic_for_user, staff_permission_required
from clinic.rate_limits import INVITATION, INVITATION_AGAIN
from clinic.roles import Action
from clinic.team.forms import InvitationForm, ReinstateForm
from clinic.team.selectors import Member, get_member_or_404, get_team, list_member_changes, role_choices
from clinic.team.services import (
    StaleMemberError,
    TeamChangeError,
    invite_member,
    reinstate_member,
    resend_invitation,
)


@require_safe
@staff_permission_required(Action.MANAGE_CLINIC)
def team(request: AuthenticatedRequest) -> HttpResponse:
    """Show the current and former members, and the allowed actions of each role."""
    context = {
        "section": "clinic",
        "team": get_team(get_clinic_for_user(request.user)),
        "roles": role_choices(),
    }
    return render(request, "clinic/team/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_CLINIC)
@fresh_authentication_required
def team_invite(request: AuthenticatedRequest) -> HttpResponse:
    """Invite a person. The e-mail address is the key, so a form sent twice is one invitation."""
    clinic = get_clinic_for_user(request.user)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    context = {"section": "clinic", "form": form, "roles": role_choices()}
    if not form.is_bound or not form.is_valid():
        return render(request, "clinic/team/invite.html", context)
    if not INVITATION.allows(str(clinic.pk)):
        form.add_error(None, _("That is a lot of invitations. Please wait an hour, then continue."))
        return render(request, "clinic/team/invite.html", context, status=429)
    role = Role(form.cleaned_data["role"])
    try:
        invited = invite_member(
            clinic=clinic,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            role=role,
            by=request.user,
        )
    except TeamChangeError as reason:
        form.add_error("email", str(reason))
        return render(request, "clinic/team/invite.html", context)
    member = invited.membership.user
    if invited.is_new or (member.last_login is None and invited.membership.role == role):
        words = _("%(name)s is on the team. An e-mail with the next step is on its way to %(email)s.")
    else:
        words = _("%(name)s (%(email)s) is on the team already. Nothing was changed.")
    messages.success(request, words % {"name": member.name, "email": member.email})
    return redirect("clinic:team")


@require_safe
@staff_permission_required(Action.MANAGE_CLINIC)
def team_member(request: AuthenticatedRequest, member_id: uuid.UUID) -> HttpResponse:
    """Show one member, with their permissions and the changes that are possible."""
    return member_page(request, get_member_or_404(get_clinic_for_user(request.user), member_id))


@require_POST
@staff_permission_required(Action.MANAGE_CLINIC)
def team_resend_invitation(request: AuthenticatedRequest, member_id: uuid.UUID) -> HttpResponse:
    """Send the invitation again to a member who has never signed in."""
    clinic = get_clinic_for_user(request.user)
    member = get_member_or_404(clinic, member_id)
    if not INVITATION_AGAIN.allows(str(member.user.pk)):
        messages.warning(
            request, _("Three invitations went out already. Please wait before you send another.")
        )
        return redirect("clinic:team_member", member_id)
    try:
        resend_invitation(member=member.user, clinic=clinic, by=request.user)
    except TeamChangeError as reason:
        messages.warning(request, str(reason))
    else:
        words = _("Sent again. An e-mail is on its way to %(email)s.")
        messages.success(request, words % {"email": member.user.email})
    return redirect("clinic:team_member", member_id)


@require_POST
@staff_permission_required(Action.MANAGE_CLINIC)
@fresh_authentication_required
def team_reinstate(request: AuthenticatedRequest, member_id: uuid.UUID) -> HttpResponse:
    """Reinstate a former member with the chosen role."""
    clinic = get_clinic_for_user(request.user)
    member = get_member_or_404(clinic, member_id)
    form = ReinstateForm(request.POST)
    if not form.is_valid():
        return member_page(request, member, form)
    try:
        reinstate_member(
            member=member.user,
            clinic=clinic,
            role=Role(form.cleaned_data["role"]),
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleMemberError:
        return member_page(request, get_member_or_404(clinic, member_id), is_stale=True)
    except TeamChangeError as reason:
        form.add_error(None, str(reason))
        return member_page(request, member, form)
    messages.success(request, _("%(name)s is on the team again.") % {"name": member.user.name})
    return redirect("clinic:team_member", member_id)


def member_page(
    request: AuthenticatedRequest,
    member: Member,
    form: ReinstateForm | None = None,
    *,
    is_stale: bool = False,
) -> HttpResponse:
    """Return the page of one member, with status 409 if somebody else changed the membership first."""
    context = {
        "section": "clinic",
        "member": member,
        "form": form or ReinstateForm(initial={"role": member.membership.role}),
        "roles": role_choices(),
        "changes": list_member_changes(member),
        "is_stale": is_stale,
    }
    return render(request, "clinic/team/member.html", context, status=409 if is_stale else 200)
