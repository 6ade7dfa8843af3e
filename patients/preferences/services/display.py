"""Save display preferences."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from clinic.audit.services import record
from clinic.display import Display
from clinic.models import User
from patients.models import Preferences


@transaction.atomic
def save_preferences(*, display: Display, by: User, now: datetime.datetime | None = None) -> Preferences:
    """Save the user's display preferences for the next device on which they sign in, replacing earlier ones."""
    preferences, _is_new = Preferences.objects.update_or_create(
        user=by,
        defaults={
            "text": display.text,
            "colours": display.colours,
            "motion": display.motion,
            "reads_aloud": display.reads_aloud,
            "chosen_at": now or timezone.now(),
        },
    )
    record("preferences.kept", actor=by, obj=preferences, clinic=None)
    return preferences
