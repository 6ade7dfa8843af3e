"""The allauth adapter, and the e-mails about staff accounts.

Staff accounts are created by an administrator or by an invitation; there is no sign-up. Each account has one e-mail
address, `User.email`; allauth's own table of addresses stays empty.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts.kept_forms import give_form_back
from clinic.accounts.known_browsers import remember_browser
from clinic.accounts.selectors import get_clinic, has_totp
from clinic.accounts.sign_in_limits import give_back_try, take_password_try
from clinic.models import Clinic, Priority, User
from clinic.outbox.messages import OutboxEmail


class AccountAdapter(DefaultAccountAdapter):
    """The adapter of allauth: our error messages, no sign-up, and password links on SITE_URL."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("This e-mail address and password do not belong together."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Please wait 5 minutes, then try again."),
        "too_many_passwords": gettext_lazy(
            "Too many tries. Please wait 5 minutes, then try again. "
            "Or set a new password with the link below: then you can sign in here at once."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse to check a password after too many wrong ones; see `clinic.accounts.sign_in_limits`."""
        if not take_password_try(request, credentials.get("email") or ""):
            key = "too_many_login_attempts" if request.user.is_authenticated else "too_many_passwords"
            raise self.validation_error(key)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            give_back_try(request)
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response = give_form_back(request) or response  # sent when the session before had ended
        remember_browser(request, response, user)
        return response

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link on SITE_URL and not on the request's host, since the link goes into an e-mail."""
        return _get_password_url(key)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner of the account about a change, at `User.email` and at no other address."""
        super().send_notification_mail(
            template_prefix, user, (context or {}) | {"user": user}, email=user.email
        )

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Return an e-mail about an account, such as a password link: the outbox delivers it before others.

        The clinic of the account in the context is told if the mail server refuses the address.
        """
        message = super().render_mail(template_prefix, email, context, headers)
        message.priority = Priority.URGENT
        user = context.get("user")
        message.clinic = get_clinic(user) if isinstance(user, User) else None
        return message

    def get_login_stages(self) -> list[str]:
        """Return the steps of sign-in after the password. Nobody confirms an address or a phone here."""
        return ["clinic.accounts.stages.AuthenticateStage", "clinic.accounts.stages.TrustStage"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to authenticate anew, the default first.

        With a second factor the password is none of them: whoever looked over a shoulder has it, too.
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        by_factor = [method for method in methods if method["id"] != "reauthenticate"]
        if by_factor and not has_totp(user):
            by_factor.sort(key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")
        for method in by_factor:
            method["description"] = _DESCRIPTIONS[method["id"]]
        return by_factor or methods


_DESCRIPTIONS = {
    "mfa_reauthenticate": gettext_lazy("Use a code instead"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Use a passkey instead"),
}


def invite(user: User, *, clinic: Clinic | None = None) -> None:
    """Queue the e-mail with the link that sets a first password. The link by itself signs nobody in.

    With `clinic`, the e-mail names the clinic whose team the person is on.
    """
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    OutboxEmail(
        _("Your Surefoot account"),
        render_to_string(
            "account/email/invitation.txt",
            {"user": user, "clinic": clinic, "link": _get_password_url(key), "days": days},
        ),
        [str(user.email)],
        clinic=clinic or get_clinic(user),
    ).send()


def welcome(user: User, *, clinic: Clinic) -> None:
    """Queue an e-mail to a person who already has an account: they are on the clinic's team now."""
    OutboxEmail(
        _("You are on the team of %(clinic)s") % {"clinic": clinic.name},
        render_to_string(
            "account/email/welcome.txt",
            {"user": user, "clinic": clinic, "link": f"{settings.SITE_URL}{reverse('account_login')}"},
        ),
        [str(user.email)],
        clinic=clinic,
    ).send()


def tell_of_new_address(user: User, *, old: str | None) -> None:
    """Queue an e-mail to the old and to the new address of an account: whoever reads either learns of the change."""
    for address in filter(None, (old, user.email)):
        OutboxEmail(
            _("The e-mail address of your Surefoot account"),
            render_to_string("account/email/address_changed.txt", {"user": user, "is_old": address == old}),
            [address],
            clinic=get_clinic(user),
            is_urgent=True,
        ).send()


def _get_password_url(key: str) -> str:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return f"{settings.SITE_URL}{path.replace('UID-KEY', quote(key))}"
