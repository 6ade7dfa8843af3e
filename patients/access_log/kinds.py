"""Kinds of events that the clinic admin can choose."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of events to show."""

    ALL = "", _("Everything")
    LOOKS = "looks", _("Looks at records")
    CHANGES = "changes", _("Changes")
    SIGN_INS = "sign-ins", _("Sign-ins of the team")
