"""Equipment and body focus: the lists that exercises refer to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The slug of the focus of strengthening exercises. It names no part of the body.
STRENGTH = "strength"


class Equipment(models.Model):
    """Equipment that an exercise uses."""

    slug = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")

    def __str__(self) -> str:
        return self.name


class BodyFocus(models.Model):
    """Part of the body, or ability, that an exercise trains."""

    slug = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("body focus")
        verbose_name_plural = _("body focuses")

    def __str__(self) -> str:
        return self.name
