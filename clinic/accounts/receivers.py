"""Receivers of signals: a change of a second factor ends sessions, and a sign-in counts as fresh authentication."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals
from django.db.models import F
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from clinic.accounts.idle import begin_session
from clinic.accounts.kept_forms import forget_form
from clinic.accounts.selectors import SECOND_FACTORS, has_second_factor
from clinic.models import User


@receiver(post_save, sender=Authenticator)
def end_sessions_after_addition(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """End the sessions of a staff account that gets a second factor: they were opened without it."""
    if created:
        _end_sessions(instance)


@receiver(post_delete, sender=Authenticator)
def end_sessions_after_removal(instance: Authenticator, **kwargs: Any) -> None:
    """End the sessions of a staff account that loses a second factor, however it was removed."""
    _end_sessions(instance)


def _end_sessions(authenticator: Authenticator) -> None:
    # Patients have no e-mail address. Their passkeys are in this table too, and end no session.
    if authenticator.type not in SECOND_FACTORS:
        return
    User.objects.filter(pk=authenticator.user_id).exclude(email=None).update(
        session_number=F("session_number") + 1
    )
    user = authenticator._state.fields_cache.get("user")
    if user is not None and user.pk:  # not one that is being deleted
        user.session_number = User.objects.values_list("session_number", flat=True).get(pk=user.pk)


@receiver(signals.user_logged_in)
def begin_staff_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Start the times after which the session of a staff account is locked and ended.

    The session of a patient begins without a form that somebody of the team had sent in the same browser.
    """
    if user.email:
        begin_session(request, timezone.now())
    else:
        forget_form(request)


@receiver(user_logged_in)
def count_sign_in_as_fresh(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Let a sign-in count as fresh authentication, so that nobody is asked twice in a row.

    A password alone does not count for someone who has a second factor, such as on a browser that they trust.
    """
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    if records and (records[-1]["method"] == "mfa" or not has_second_factor(user)):
        records[-1]["reauthenticated"] = True
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records
