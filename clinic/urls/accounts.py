"""URLs of staff sign-in: only those of allauth that are used. Nobody signs up, adds an e-mail address or confirms one.

Patients have accounts without an e-mail address and sign in with a card. The pages for passwords and second factors
refuse them; otherwise someone who picks up a patient's phone could set a password on the account.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path, re_path

from clinic.accounts import sign_in_limits as limits
from clinic.accounts import views, views_public, views_staff
from clinic.permissions import staff_account_required
from clinic.rate_limits import get_client_ip

_limit_reset = limits.limit_posts(
    (limits.RESET_MAIL, limits.get_posted_email), (limits.RESET_ADDRESS, get_client_ip)
)
_limit_reset_link = limits.limit_posts((limits.RESET_LINK, get_client_ip))
_limit_change = limits.limit_posts((limits.PASSWORD_CHANGE, limits.get_user_key))


def _own(route: str, view: Any, name: str) -> URLPattern:
    """Return the URL pattern of a page for users with an e-mail address."""
    return path(route, staff_account_required(view), name=name)


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", login_not_required(account.logout), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("password/reset/", _limit_reset(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _limit_reset_link(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    _own("password/change/", _limit_change(account.password_change), "account_change_password"),
    _own("password/set/", account.password_set, "account_set_password"),
    _own("reauthenticate/", views.reauthenticate, "account_reauthenticate"),
    _own("unlock/", views.unlock, "account_unlock"),
    _own("alive/", views.alive, "account_alive"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/trust/", mfa.trust, name="mfa_trust"),
    _own("2fa/", views.index, "mfa_index"),
    _own("2fa/reauthenticate/", views.reauthenticate_by_code, "mfa_reauthenticate"),
    _own("2fa/totp/activate/", views.activate_totp, "mfa_activate_totp"),
    _own("2fa/totp/deactivate/", views.deactivate_totp, "mfa_deactivate_totp"),
    path(
        "2fa/webauthn/login/",
        login_not_required(limits.limit_passkeys(webauthn.login_webauthn)),
        name="mfa_login_webauthn",
    ),
    path("recover/<str:token>/", views_public.recover, name="account_recover"),
    path("recoveries/", views_staff.recoveries, name="account_recoveries"),
    path(
        "recoveries/<uuid:recovery_id>/confirm/",
        views_staff.recovery_confirm,
        name="account_recovery_confirm",
    ),
    path(
        "recoveries/<uuid:recovery_id>/cancel/", views_staff.recovery_cancel, name="account_recovery_cancel"
    ),
    _own("2fa/webauthn/add/", views.add_passkey, "mfa_add_webauthn"),
    _own("2fa/webauthn/<uuid:passkey_id>/remove/", views.remove_passkey, "mfa_remove_webauthn"),
    _own("2fa/webauthn/reauthenticate/", views.reauthenticate_by_passkey, "mfa_reauthenticate_webauthn"),
    _own("2fa/recovery-codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _own(
        "2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"
    ),
    _own(
        "2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, "mfa_download_recovery_codes"
    ),
]
