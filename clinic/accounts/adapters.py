"""How staff accounts come to be: an administrator makes them. Nobody signs up.

Each account has one e-mail address, `User.email`; allauth's own table of addresses stays empty.
"""

from __future__ import annotations

from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Clinic, User


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("This e-mail address and password do not belong together."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Please wait 5 minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On SITE_URL, not on whatever host the request named: the link goes into a mail."""
        return _get_password_url(key)


def invite(user: User, *, clinic: Clinic | None = None) -> None:
    """Mail someone the link that sets their first password, through the outbox. It signs nobody in by itself.

    With `clinic`, the mail says whose team it is about.
    """
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    send_mail(
        _("Your Surefoot account"),
        render_to_string(
            "account/email/invitation.txt",
            {"user": user, "clinic": clinic, "link": _get_password_url(key), "days": days},
        ),
        None,
        [str(user.email)],
    )


def welcome(user: User, *, clinic: Clinic) -> None:
    """Mail someone who has an account already that they are on a clinic's team now, through the outbox."""
    send_mail(
        _("You are on the team of %(clinic)s") % {"clinic": clinic.name},
        render_to_string(
            "account/email/welcome.txt",
            {"user": user, "clinic": clinic, "link": f"{settings.SITE_URL}{reverse('account_login')}"},
        ),
        None,
        [str(user.email)],
    )


def _get_password_url(key: str) -> str:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return f"{settings.SITE_URL}{path.replace('UID-KEY', quote(key))}"
