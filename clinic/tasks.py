"""Deletion of expired rows. The worker runs it once an hour."""

from __future__ import annotations

import datetime
from importlib import import_module

from django.conf import settings

from clinic.models import OutboxMessage
from clinic.rate_limits import delete_full_buckets

#: The subject and address of an e-mail are stored for this long after it was sent or given up, so that the clinic can
#: answer "Did you write to me?".
MAIL_RETENTION = datetime.timedelta(days=90)


def delete_expired_rows(now: datetime.datetime) -> int:
    """Delete old e-mail, full rate limit buckets and expired sessions. Safe to run at any time, also concurrently.

    Return the number of e-mails.
    """
    deleted, _of_each_model = OutboxMessage.objects.finished_before(now - MAIL_RETENTION).delete()
    delete_full_buckets(now)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return deleted
