"""The way back in for colleagues who lost their second factor: list, open, confirm, cancel."""

from __future__ import annotations

import datetime
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.decorators import fresh_authentication_required, recovery_helper_required
from clinic.accounts.forms import RecoveryForm
from clinic.accounts.recovery import RecoveryError, cancel_recovery, confirm_recovery, open_recovery
from clinic.accounts.selectors import find_recoverable, get_recovery_or_404, list_recoveries
from clinic.permissions import AuthenticatedRequest


@require_http_methods(["GET", "HEAD", "POST"])
@recovery_helper_required
@fresh_authentication_required
def recoveries(request: AuthenticatedRequest, now: datetime.datetime) -> HttpResponse:
    """List the recoveries under way and open one for a person by their e-mail address."""
    form = RecoveryForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        user = find_recoverable(request.user, form.cleaned_data["email"])
        if user is None:
            form.add_error("email", _("Nobody whom you can help back in has this address."))
        else:
            try:
                open_recovery(user=user, reason=form.cleaned_data["reason"], by=request.user, now=now)
            except RecoveryError as reason:
                form.add_error("email", str(reason))
            else:
                messages.success(request, _("It is open. Now a second person has to confirm it."))
                return redirect("account_recoveries")
    context = {"section": "clinic", "form": form, "recoveries": list_recoveries(request.user, now=now)}
    return render(request, "account/recoveries.html", context)


@require_POST
@recovery_helper_required
@fresh_authentication_required
def recovery_confirm(
    request: AuthenticatedRequest, now: datetime.datetime, recovery_id: uuid.UUID
) -> HttpResponse:
    """Confirm a recovery that somebody else has opened."""
    recovery = get_recovery_or_404(request.user, recovery_id)
    try:
        confirm_recovery(recovery=recovery, by=request.user, now=now)
    except RecoveryError as reason:
        messages.error(request, str(reason))
    else:
        messages.success(
            request, _("Confirmed. %(name)s gets a link by e-mail.") % {"name": recovery.user.name}
        )
    return redirect("account_recoveries")


@require_POST
@recovery_helper_required
def recovery_cancel(
    request: AuthenticatedRequest, now: datetime.datetime, recovery_id: uuid.UUID
) -> HttpResponse:
    """End a recovery under way."""
    recovery = get_recovery_or_404(request.user, recovery_id)
    cancel_recovery(recovery=recovery, by=request.user, now=now)
    messages.success(
        request, _("It is cancelled. The second step of %(name)s stays.") % {"name": recovery.user.name}
    )
    return redirect("account_recoveries")
