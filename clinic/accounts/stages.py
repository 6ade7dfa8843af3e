"""Steps of sign-in: allauth's, with browsers that are trusted only where a clinic has switched this on."""

from __future__ import annotations

from typing import Any

from allauth.mfa import stages
from django.http import HttpRequest

from clinic.accounts.selectors import has_second_factor, may_trust_browsers


class AuthenticateStage(stages.AuthenticateStage):
    """The second step. A browser trusted earlier counts only while the clinic allows it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if super()._should_handle(request):
            return True
        user = self.login.user
        if not has_second_factor(user) or stages.did_use_passwordless_login(request, user):
            return False
        return not may_trust_browsers(user)  # it was left out because the browser is trusted


class TrustStage(stages.TrustStage):
    """The question whether to trust the browser, asked only where the clinic allows it."""

    def handle(self) -> tuple[Any, bool]:
        if not may_trust_browsers(self.login.user):
            return None, True
        response: tuple[Any, bool] = super().handle()
        return response
