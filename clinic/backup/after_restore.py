"""Steps after a restore, so that a restored database does not repeat the past: sessions, mail, and what to do by hand.

`settings.RESTORE_STEPS` names them, since some belong to apps that this one must not import. They run in one
transaction, in the order of the setting; `hold_mail` is the last, so that mail of the steps before is held too.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from clinic.accounts.selectors import list_unreadable
from clinic.audit.heads import RESTORE_ACTION
from clinic.models import AuditEvent, Membership, OutboxMessage, User
from clinic.outbox.backends import retry_messages

#: The reason stored with mail that a restore has put on hold.
HELD = "On hold since a restore of the database."


@dataclass(frozen=True, kw_only=True)
class Restored:
    """A restore: its time, the time of the backup, and the ids of patients who were erased since, as far as known."""

    now: datetime.datetime
    made_at: datetime.datetime
    erased: frozenset[uuid.UUID] = frozenset()


@dataclass
class Report:
    """Sentences for the operator: what the steps have done, and what has to be done again by hand."""

    done: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        self.done += other.done
        self.by_hand += other.by_hand


Step = Callable[[Restored], Report]


@transaction.atomic
def run_steps(restored: Restored) -> Report:
    """Run all steps of the setting and return their joint report."""
    report = Report()
    for name in settings.RESTORE_STEPS:
        step: Step = import_string(name)
        report.add(step(restored))
    return report


@transaction.atomic
def end_all_sessions() -> tuple[int, int]:
    """Sign everybody out everywhere, and empty the caches. Returns the numbers of sessions and of accounts.

    The number in each account makes copies of sessions invalid too, such as those in a stolen backup.
    """
    deleted, _ = Session.objects.all().delete()
    users = User.objects.update(session_number=F("session_number") + 1)
    for name in settings.CACHES:
        caches[name].clear()
    AuditEvent.objects.create(action="sessions.all_ended")
    return deleted, users


def end_sessions(restored: Restored) -> Report:
    """Delete all sessions and cached values, and make session cookies invalid that were issued since the backup."""
    deleted, users = end_all_sessions()
    return Report(
        done=[
            f"{deleted} sessions deleted, and all {users} accounts signed out everywhere. The cache is empty."
        ],
        by_hand=[
            f"Passwords, second factors and addresses are those of {restored.made_at:%Y-%m-%d %H:%M} UTC. Whoever "
            "changed one since, because it was known to somebody else, has to change it again."
        ],
    )


def record_restore(restored: Restored) -> Report:
    """Record the restore in the audit trail. It has no actor and no object: it is done at the server, to all rows."""
    AuditEvent.objects.create(action=RESTORE_ACTION, at=restored.now)
    return Report(done=["The restore is in the audit trail."])


def list_team(restored: Restored) -> Report:
    """Ask for the memberships and accounts that ended since the backup."""
    live = Membership.objects.live().count()
    return Report(
        by_hand=[
            f"{live} memberships of teams are live. End those again that ended since the backup (/staff/clinic/), and "
            "deactivate the accounts that were deactivated since (/admin/)."
        ]
    )


def check_second_factors(restored: Restored) -> Report:
    """Say how many authenticator apps and recovery codes no key of MFA_ENCRYPTION_KEYS decrypts: a removed key did."""
    unreadable = list_unreadable()
    if not unreadable:
        return Report(done=["Every secret of a second factor can be decrypted."])
    people = len({factor.user_id for factor in unreadable})
    return Report(
        by_hand=[
            f"{len(unreadable)} second factors of {people} accounts cannot be decrypted: those people do not get in by "
            f"a code. Put the key of {restored.made_at:%Y-%m-%d} back into MFA_ENCRYPTION_KEYS, behind the newest, and "
            "run `manage.py rotate_mfa_keys`."
        ]
    )


def hold_mail(restored: Restored) -> Report:
    """Put all waiting e-mail on hold: most of it was sent after the backup was made."""
    waiting = OutboxMessage.objects.filter(sent_at=None, given_up_at=None)
    held = waiting.update(given_up_at=restored.now, last_error=HELD)
    if not held:
        return Report(done=["No e-mail was waiting."])
    return Report(
        done=[f"{held} waiting e-mails put on hold."],
        by_hand=[
            "Look at the held e-mails (/admin/, outgoing messages). `manage.py restore --release-mail` sends them; "
            "without it they are deleted after 90 days."
        ],
    )


def release_mail(*, now: datetime.datetime) -> int:
    """Queue the e-mail that a restore has put on hold, and return how many. Expired messages are still not sent."""
    return retry_messages(OutboxMessage.objects.filter(last_error=HELD), now)
