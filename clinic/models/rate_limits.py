"""Buckets of the rate limits."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TokenBucket(models.Model):
    """The tries that a subject has left; see `clinic.rate_limits`. The key is a keyed hash, never an address."""

    key = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField()
    #: Time at which the bucket is full if nothing more is taken. It can then be deleted.
    full_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("rate limit bucket")
        verbose_name_plural = _("rate limit buckets")

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.tokens:.1f}"
