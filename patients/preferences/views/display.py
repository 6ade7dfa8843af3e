"""The page of display preferences, for everyone, signed in or not."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic.display import get_display, remember
from patients.decorators import device_checked
from patients.preferences.forms import DisplayForm
from patients.preferences.services.display import save_preferences
from patients.sign_in.login import is_shared_device


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@device_checked
def display(request: HttpRequest) -> HttpResponse:
    """Show and save display preferences.

    They take effect on this device at once, and for a signed-in user also on the next device where they sign in.
    """
    form = (
        DisplayForm(request.POST) if request.method == "POST" else DisplayForm.showing(get_display(request))
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "patients/preferences/display.html", {"form": form, "section": "display"})
    chosen = form.display()
    if request.user.is_authenticated:
        save_preferences(display=chosen, by=request.user)
    remember(request, chosen, lasting=not is_shared_device(request))
    messages.success(request, _("Saved. Your pages now look like this."))
    return redirect("preferences:display")
