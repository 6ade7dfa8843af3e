"""Sign in by e-mail: request a code, then type it or follow the link."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clinic.clinics.selectors import get_shared_region
from clinic.languages import activate_region
from clinic.rate_limits import TakenTokens, get_client_ip
from patients.models import MailedCode, SignInMethod
from patients.sign_in.forms.sign_in import EmailCodeForm, MailedCodeForm
from patients.sign_in.limits import (
    dump_code_request,
    load_code_request,
    may_try_code,
    take_code_request,
)
from patients.sign_in.login import log_in
from patients.sign_in.services.email_codes import (
    send_sign_in_code,
    verify_sign_in_code,
    verify_sign_in_link,
)
from patients.sign_in.views.birthday import confirm_birthday_page

#: Session key: primary key of the code that this browser requested. No other browser can use that code.
ASKED = "mailed_code"
#: Session key: what that request has taken from the limits, see `dump_code_request`. It is given back at the sign-in.
TAKEN = "mailed_code_taken"


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Request a code with e-mail address and date of birth. The answer is the same for known and unknown ones."""
    activate_region(request, request.POST.get("region") or get_shared_region())
    if request.method != "POST":
        return _ask_page(request, EmailCodeForm())
    form = EmailCodeForm(request.POST)
    if not form.is_valid() or "change" in request.POST:
        return _ask_page(request, form)
    if form.needs_confirmation:  # before a try is counted, and before the address is looked up
        return confirm_birthday_page(request, form, action="sign_in:email")
    email, date_of_birth = form.cleaned_data["email"], form.cleaned_data["date_of_birth"]
    taken = take_code_request(email=email, date_of_birth=date_of_birth, address=get_client_ip(request))
    if taken is None:
        return _ask_page(request, form, problem="too_many", status=429)
    asked = send_sign_in_code(
        email=email,
        date_of_birth=date_of_birth,
        own_phone=form.is_own_phone,
        previous_device=_asked(request),
    )
    request.session[ASKED], request.session[TAKEN] = str(asked.pk), dump_code_request(taken)
    return redirect("sign_in:email_code")


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Sign in with the mailed code, in the browser that requested it; any other gets the form to request one."""
    asked = _asked(request)
    if asked is None:
        return _ask_page(request, EmailCodeForm())
    if request.method != "POST":
        return _code_page(request, MailedCodeForm())
    form = MailedCodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form)
    if not may_try_code(asked):
        return _code_page(request, form, problem="too_many", status=429)
    with transaction.atomic():  # a code is used up only if the sign-in is stored as well
        used = verify_sign_in_code(asked=asked, typed=form.cleaned_data["code"])
        if isinstance(used, MailedCode):
            taken = _log_in(request, used)
    if isinstance(used, MailedCode):
        return _signed_in(taken)
    return _code_page(request, form, problem=used.value)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, link_secret: str) -> HttpResponse:
    """Show a page with a button for the link in the mail, and sign in on POST.

    A GET does not sign in, because programs that scan mail open every link. In a browser that did not request the code,
    the page says where to type it.
    """
    asked = _asked(request)
    page = {"section": "sign_in", "is_here": asked is not None}
    if request.method != "POST" or asked is None:
        return render(request, "patients/sign_in/email_link.html", page)
    if not may_try_code(asked):
        return render(request, "patients/sign_in/email_link.html", page | {"problem": "too_many"}, status=429)
    with transaction.atomic():  # as for a code
        used = verify_sign_in_link(asked=asked, secret=link_secret)
        if isinstance(used, MailedCode):
            taken = _log_in(request, used)
    if isinstance(used, MailedCode):
        return _signed_in(taken)
    return render(request, "patients/sign_in/email_link.html", page | {"problem": used.value})


def _log_in(request: HttpRequest, used: MailedCode) -> TakenTokens:
    """Sign in, and return what the request for the code has taken from the limits."""
    assert used.patient is not None  # noqa: S101  # a used code always has a patient
    del request.session[ASKED]
    taken = load_code_request(request.session.pop(TAKEN, {}))
    log_in(request, used.patient.user, own_phone=used.own_phone, way=SignInMethod.MAIL)
    return taken


def _signed_in(taken: TakenTokens) -> HttpResponse:
    """Redirect after a sign-in that is stored, which costs nothing."""
    taken.give_back()
    return redirect("my:today")


def _asked(request: HttpRequest) -> uuid.UUID | None:
    value = request.session.get(ASKED)
    return uuid.UUID(value) if value else None


def _ask_page(
    request: HttpRequest, form: EmailCodeForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    page = {"form": form, "problem": problem, "section": "sign_in"}
    return render(request, "patients/sign_in/email_sign_in.html", page, status=status)


def _code_page(
    request: HttpRequest, form: MailedCodeForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    page = {"form": form, "problem": problem, "section": "sign_in"}
    return render(request, "patients/sign_in/email_code.html", page, status=status)
