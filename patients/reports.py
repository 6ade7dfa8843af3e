"""What a check-in reported, in the patient's own words and numbers, for whoever must look at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from .models import (
    HOLDS_STANDING,
    Alert,
    AlertKind,
    Effort,
    ExerciseSession,
    Outcome,
    Patient,
    SessionEntry,
)
from .models.alerts import AlertQuerySet

#: What the patient said yes to; the words are those of the check-in.
SAID: dict[str, str] = {
    AlertKind.FALL: "“Yes, I fell.”",
    AlertKind.FAINT: "“Yes, I felt dizzy or faint, or had chest pain.”",
    AlertKind.SORE: "“Yes, there is a new sore on my foot.”",
}


@dataclass(frozen=True)
class Report:
    """One check-in with the alerts it raised, most recent first. Settled together."""

    patient: Patient
    session: ExerciseSession
    events: tuple[Alert, ...]

    @property
    def first(self) -> Alert:
        return self.events[0]

    @property
    def is_waiting(self) -> bool:
        return any(event.settled_at is None for event in self.events)

    @property
    def holds_standing(self) -> bool:
        """Whether the patient's standing exercises rest until someone has looked."""
        return self.is_waiting and any(event.kind in HOLDS_STANDING for event in self.events)

    @property
    def sayings(self) -> list[str]:
        """What the patient said, a sentence for each event."""
        pain = _("Pain %(after)s of 10 after the session.") % {"after": self.session.pain_after}
        return [SAID.get(event.kind, pain) for event in self.events]

    @property
    def pain(self) -> str:
        """ "Pain 3 before, 6 after", as far as it was told."""
        before, after = self.session.pain_before, self.session.pain_after
        if after is None:
            return ""
        if before is None:
            return _("Pain %(after)s after") % {"after": after}
        return _("Pain %(before)s before, %(after)s after") % {"before": before, "after": after}

    @property
    def did(self) -> list[str]:
        """What was done in that session, with what was too hard."""
        return [
            f"{entry.item.content.get('name', '')}{_(' (too hard)') if entry.effort == Effort.TOO_HARD else ''}"
            for entry in self.session.entries.all()
            if entry.outcome == Outcome.DONE
        ]


def reports_from(events: AlertQuerySet, *, most: int) -> list[Report]:
    """The newest check-ins behind these events, at most `most` events of them. Two queries."""
    entries = SessionEntry.objects.select_related("item").order_by("item__order", "pk")
    newest = (
        events.select_related("patient__clinic", "session", "settled_by")
        .prefetch_related(Prefetch("session__entries", entries))
        .order_by("-raised_at", "session_id", "kind")[:most]
    )
    return _grouped(newest)


def _grouped(events: Iterable[Alert]) -> list[Report]:
    return [
        Report(patient=together[0].patient, session=together[0].session, events=tuple(together))
        for _session, group in groupby(events, key=lambda event: event.session_id)
        if (together := list(group))
    ]
