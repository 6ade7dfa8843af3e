"""The clinic admin's pages about the team. Changing a role and taking someone off it touch caseloads, so those two
pages belong to the patients app; see docs/decisions/0015.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.models import Clinic, Role
from clinic.permissions import SignedInRequest, check_may, staff_may
from clinic.rate_limits import INVITATION, INVITATION_AGAIN
from clinic.roles import Action
from clinic.team.forms import BringBackForm, InviteForm
from clinic.team.selectors import Member, changes_of, member_for, role_choices, team_of
from clinic.team.services import NotOnTeamError, StaleMemberError, bring_back, invite_again, invite_member


def clinic_run_by(request: SignedInRequest) -> Clinic:
    """The clinic that the signed-in admin runs."""
    return check_may(request.user, Action.RUN_CLINIC).clinic


@require_safe
@staff_may(Action.RUN_CLINIC)
def team(request: SignedInRequest) -> HttpResponse:
    """Who is on the team and who left, with what each role may do."""
    context = {"section": "clinic", "team": team_of(clinic_run_by(request)), "roles": role_choices()}
    return render(request, "clinic/team/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.RUN_CLINIC)
def team_invite(request: SignedInRequest) -> HttpResponse:
    """Invite someone. The e-mail address is the key, so a form sent twice is one invitation."""
    clinic = clinic_run_by(request)
    form = InviteForm(request.POST if request.method == "POST" else None)
    context = {"section": "clinic", "form": form, "roles": role_choices()}
    if not form.is_bound or not form.is_valid():
        return render(request, "clinic/team/invite.html", context)
    if not INVITATION.allows(str(clinic.pk)):
        form.add_error(None, _("That is a lot of invitations. Please wait an hour, then go on."))
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
    except NotOnTeamError as reason:
        form.add_error("email", str(reason))
        return render(request, "clinic/team/invite.html", context)
    member = invited.membership.user
    if invited.is_new or (member.last_login is None and invited.membership.role == role):
        words = _("%(name)s is on the team. An e-mail with the next step is on its way to %(email)s.")
    else:
        words = _("%(name)s (%(email)s) is on the team already. Nothing was changed.")
    messages.success(request, words % {"name": member.name, "email": member.email})
    return redirect("team")


@require_safe
@staff_may(Action.RUN_CLINIC)
def team_member(request: SignedInRequest, member_id: uuid.UUID) -> HttpResponse:
    """One person: what they may do, and what can be done."""
    return member_page(request, member_for(clinic_run_by(request), member_id))


@require_POST
@staff_may(Action.RUN_CLINIC)
def team_invite_again(request: SignedInRequest, member_id: uuid.UUID) -> HttpResponse:
    """The invitation once more, for who has never signed in."""
    clinic = clinic_run_by(request)
    member = member_for(clinic, member_id)
    if not INVITATION_AGAIN.allows(str(member.user.pk)):
        messages.warning(
            request, _("Three invitations went out already. Please wait before you send another.")
        )
        return redirect("team_member", member_id)
    try:
        invite_again(member=member.user, clinic=clinic, by=request.user)
    except NotOnTeamError as reason:
        messages.warning(request, str(reason))
    else:
        words = _("Sent again. An e-mail is on its way to %(email)s.")
        messages.success(request, words % {"email": member.user.email})
    return redirect("team_member", member_id)


@require_POST
@staff_may(Action.RUN_CLINIC)
def team_bring_back(request: SignedInRequest, member_id: uuid.UUID) -> HttpResponse:
    """Someone who left is on the team again, with a role chosen anew."""
    clinic = clinic_run_by(request)
    member = member_for(clinic, member_id)
    form = BringBackForm(request.POST)
    if not form.is_valid():
        return member_page(request, member, form)
    try:
        bring_back(
            member=member.user,
            clinic=clinic,
            role=Role(form.cleaned_data["role"]),
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleMemberError:
        return member_page(request, member_for(clinic, member_id), is_stale=True)
    except NotOnTeamError as reason:
        form.add_error(None, str(reason))
        return member_page(request, member, form)
    messages.success(request, _("%(name)s is on the team again.") % {"name": member.user.name})
    return redirect("team_member", member_id)


def member_page(
    request: SignedInRequest, member: Member, form: BringBackForm | None = None, *, is_stale: bool = False
) -> HttpResponse:
    """The page of one person; as a 409 when somebody else was faster."""
    context = {
        "section": "clinic",
        "member": member,
        "form": form or BringBackForm(initial={"role": member.membership.role}),
        "roles": role_choices(),
        "changes": changes_of(member),
        "is_stale": is_stale,
    }
    return render(request, "clinic/team/member.html", context, status=409 if is_stale else 200)
