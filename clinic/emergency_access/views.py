"""The page of the administration that opens emergency access."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.decorators import fresh_authentication_required, with_now
from clinic.emergency_access.forms import EmergencyAccessForm
from clinic.emergency_access.selectors import list_open_accesses
from clinic.emergency_access.services import open_emergency_access


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_authentication_required
@with_now
def emergency_access(request: HttpRequest, now: datetime.datetime, site: dict[str, Any]) -> HttpResponse:
    """List the person's open accesses and open another. `?next=` is the page of the administration to go on to.

    `site` is the context of the administration's pages. The site has checked that the person may see them.
    """
    form = EmergencyAccessForm(request.POST if request.method == "POST" else None)
    going_to = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(going_to, {request.get_host()}, require_https=request.is_secure()):
        going_to = ""
    if form.is_bound and form.is_valid():
        access = open_emergency_access(user=request.user, now=now, **form.cleaned_data)  # type: ignore[arg-type]  # the site lets a User through
        messages.success(
            request,
            _("The records of %(clinic)s are open to you for 60 minutes. The clinic was told.")
            % {"clinic": access.clinic.name},
        )
        return redirect(going_to or "admin:index")
    context = site | {
        "title": _("Emergency access"),
        "form": form,
        "next": going_to,
        "open": list_open_accesses(request.user, now=now),  # type: ignore[arg-type]
    }
    status = 400 if form.is_bound else 200
    return render(request, "admin/emergency_access/open.html", context, status=status)
