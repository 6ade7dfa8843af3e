"""Sign-in options, sign-in with a card, and sign-out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from clinic.clinics.selectors import get_shared_region
from clinic.languages import activate_region
from clinic.rate_limits import get_client_ip
from patients.decorators import device_checked
from patients.models import SignInMethod
from patients.sign_in.forms.sign_in import CardForm
from patients.sign_in.limits import take_card_try
from patients.sign_in.login import log_in, log_out
from patients.sign_in.selectors.sign_in_options import get_sign_out_warnings
from patients.sign_in.services.cards import redeem_card
from patients.sign_in.views.birthday import confirm_birthday_page


@login_not_required
@require_safe
def sign_in_options(request: HttpRequest) -> HttpResponse:
    """Offer the sign-in methods: card, e-mail and passkey for patients, password for staff."""
    if request.user.is_authenticated:
        return redirect("staff:home_redirect")
    page = {"section": "sign_in", "is_shared_over": request.GET.get("ended") == "shared"}
    return render(request, "patients/sign_in/sign_in.html", page)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def card_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in a patient or helper with the code of a card, which works once, and the patient's date of birth."""
    activate_region(request, request.POST.get("region") or get_shared_region())
    if request.method != "POST":
        return _card_page(request, CardForm())
    form = CardForm(request.POST)
    if not form.is_valid() or "change" in request.POST:
        return _card_page(request, form)
    if form.needs_confirmation:  # before a try is counted, and before the card is looked up
        return _without_code(confirm_birthday_page(request, form, action="sign_in:card"))
    tries = take_card_try(code=form.cleaned_data["code"], address=get_client_ip(request))
    if tries is None:
        return _card_page(request, form, problem="too_many", status=429)
    with transaction.atomic():  # a card is used up only if the sign-in is stored as well
        user = redeem_card(
            code=form.cleaned_data["code"],
            date_of_birth=form.cleaned_data["date_of_birth"],
            # The CSRF cookie is a secret of this browser: set with the form, replaced at sign-in.
            browser=request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""),
        )
        if user is not None:
            log_in(request, user, own_phone=form.is_own_phone, way=SignInMethod.CARD)
    if user is None:
        return _card_page(request, form, problem="no_match")
    tries.give_back()
    return redirect("my:today")


@login_not_required
@never_cache
@csrf_exempt
def card_link(request: HttpRequest, code: str) -> HttpResponse:
    """Show the card form with the code from the QR code filled in and collapsed. No query.

    Any method only shows the form, because a refused method would write the path, with the code, to the log.
    """
    activate_region(request, request.GET.get("region", ""))
    return _card_page(request, CardForm(initial={"code": code[:60], "scanned": True}))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@device_checked
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask on GET and list the methods to sign in again; sign out on POST."""
    if request.method == "POST":
        return log_out(request, redirect("sign_in:options"))
    warnings = get_sign_out_warnings(request.user) if request.user.is_authenticated else None
    context = {"leaving": warnings, "back": warnings and warnings.back}
    return render(request, "patients/sign_in/sign_out.html", context)


def _card_page(request: HttpRequest, form: CardForm, *, problem: str = "", status: int = 200) -> HttpResponse:
    response = render(
        request,
        "patients/sign_in/card.html",
        {"form": form, "problem": problem, "section": "sign_in"},
        status=status,
    )
    return _without_code(response)


def _without_code(response: HttpResponse) -> HttpResponse:
    """Return the response of a page about a card with headers that keep it out of search engines and referrers."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    # The path contains the code, so it is never sent to other pages. With "no-referrer", browsers would post the form
    # with "Origin: null", which the CSRF check must refuse.
    response["Referrer-Policy"] = "strict-origin"
    return response
