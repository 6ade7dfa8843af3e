"""Jobs of the worker: links for new audit events every few seconds, and deletion of expired rows once an hour."""

from __future__ import annotations

import datetime
from importlib import import_module

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

from clinic.audit.chain import seal_events
from clinic.audit.heads import write_head
from clinic.models import OutboxMessage
from clinic.outbox.backends import bring_back_messages
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
    _delete_expired_cache(now)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return deleted


def seal_audit_trail(now: datetime.datetime) -> int:
    """Add links to the chain for new audit events, and write its head outside of the database. Return their number."""
    sealed = 0
    while done := seal_events():
        sealed += done
    write_head(now)
    return sealed


def bring_back_mail(now: datetime.datetime) -> int:
    """Make e-mail due that was written while the clock was ahead, and return its number. Runs every few minutes."""
    return bring_back_messages(now)


def _delete_expired_cache(now: datetime.datetime) -> None:
    """Delete the expired rows of a cache in the database, which deletes none itself before it has many."""
    cache = caches["default"]
    if not isinstance(cache, DatabaseCache):
        return
    table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]  # the name has no public attribute
    with connection.cursor() as cursor:
        expires = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [expires])  # noqa: S608  # a name of the settings
