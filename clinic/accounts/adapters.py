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
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Clinic, Priority, User
from clinic.outbox.messages import OutboxEmail


class AccountAdapter(DefaultAccountAdapter):
    """The adapter of allauth: our error messages, no sign-up, and password links on SITE_URL."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("This e-mail address and password do not belong together."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Please wait 5 minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link on SITE_URL and not on the request's host, since the link goes into an e-mail."""
        return _get_password_url(key)

    def render_mail(self, *args: Any, **kwargs: Any) -> Any:
        """Return an e-mail about an account, such as a password link: the outbox delivers it before others."""
        message = super().render_mail(*args, **kwargs)
        message.priority = Priority.URGENT
        return message


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
        clinic=clinic,
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


def _get_password_url(key: str) -> str:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return f"{settings.SITE_URL}{path.replace('UID-KEY', quote(key))}"
