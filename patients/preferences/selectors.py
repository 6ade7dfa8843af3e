"""What a person chose on an earlier device: read once, when they sign in."""

from __future__ import annotations

from clinic.display import Display
from clinic.models import User
from patients.models import Preferences


def get_preferred_display(user: User) -> Display | None:
    """Their choice; None for someone who never chose, whose device then stays as it is."""
    kept = Preferences.objects.filter(user=user).first()
    return kept.display if kept else None
