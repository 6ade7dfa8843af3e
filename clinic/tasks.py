"""What the house forgets: rows that have served. The worker calls this once an hour."""

from __future__ import annotations

import datetime
from importlib import import_module

from django.conf import settings
from django.utils import timezone

from clinic.models import OutboxMessage
from clinic.rate_limits import delete_full_buckets

#: A mail's subject and address are kept this long after it left, or after we gave up, to answer "did you write to me?".
MAIL_RETENTION = datetime.timedelta(days=90)


def delete_expired_rows(now: datetime.datetime | None = None) -> None:
    """Delete old mail, full buckets and sessions that ran out. Safe to run at any time, by several at once."""
    now = now or timezone.now()
    OutboxMessage.objects.finished_before(now - MAIL_RETENTION).delete()
    delete_full_buckets(now)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
