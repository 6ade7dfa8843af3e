"""Display preferences chosen on an earlier device, read once at sign-in."""

from __future__ import annotations

from clinic.display import Display
from clinic.models import User
from patients.models import Preferences


def get_preferred_display(user: User) -> Display | None:
    """Return the user's display preferences, or None if they never chose: their device then stays as it is."""
    preferences = Preferences.objects.filter(user=user).first()
    return preferences.display if preferences else None
