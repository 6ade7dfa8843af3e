"""The mailed link of the way back in, for a person who lost their second factor."""

from __future__ import annotations

import datetime

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.accounts.decorators import with_now
from clinic.accounts.forms import PasswordForm
from clinic.accounts.recovery import get_confirmed_recovery, use_recovery


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_now
def recover(request: HttpRequest, now: datetime.datetime, token: str) -> HttpResponse:
    """Ask for the password, then remove the lost second factors and sign in; the set-up of a new one follows.

    The link alone does nothing, so a mail program that opens it does no harm.
    """
    if request.user.is_authenticated:
        return redirect("mfa_index")
    recovery = get_confirmed_recovery(token, now=now)
    if recovery is None:
        return render(request, "account/recover_ended.html", status=404)
    form = PasswordForm(
        request.POST if request.method == "POST" else None, user=recovery.user, request=request
    )
    if not form.is_bound or not form.is_valid():
        return render(request, "account/recover.html", {"form": form})
    if not use_recovery(recovery=recovery, now=now):
        return render(request, "account/recover_ended.html", status=404)
    response: HttpResponse = perform_password_login(
        request, {"email": recovery.user.email}, Login(user=recovery.user, redirect_url=reverse("mfa_index"))
    )
    return response
