"""Selectors of a patient's holds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import ExerciseHold, Flag, HoldOutcome, Patient
from patients.safety.hold_endings import endings_of, flags_decided_by
from patients.safety.hold_texts import get_hold_text
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind
from patients.sessions import check_in
from patients.sessions.questions import Question

#: Heading of a hold for the team, and what it leaves.
TITLES: Mapping[HoldKind, Promise] = {
    HoldKind.ALL: gettext_lazy("All exercises on hold"),
    HoldKind.STANDING: gettext_lazy("Standing exercises on hold"),
    HoldKind.FEET: gettext_lazy("Feet on hold"),
    HoldKind.FOOT_REST: gettext_lazy("Foot at rest"),
    HoldKind.SUGAR: gettext_lazy("On hold for blood sugar"),
    HoldKind.KETONES: gettext_lazy("On hold for ketones"),
    HoldKind.ILL: gettext_lazy("On hold while ill"),
}
STAYS: Mapping[HoldKind, Promise] = {
    HoldKind.ALL: gettext_lazy("No exercise is offered until a doctor has cleared the patient."),
    HoldKind.STANDING: gettext_lazy(
        "No standing exercise is offered until someone has spoken with the patient."
    ),
    HoldKind.FEET: gettext_lazy("Nothing that loads the foot is offered until someone has seen it."),
    HoldKind.FOOT_REST: gettext_lazy(
        "Only arms, trunk and neck are left until Charcot foot, infection and clot were thought of."
    ),
}


@dataclass(frozen=True)
class HoldPanel:
    """One hold in force, as the team sees it."""

    hold: ExerciseHold

    @property
    def title(self) -> str:
        return str(TITLES[HoldKind(self.hold.kind)])

    @property
    def said(self) -> str:
        """The patient's answer that began it, as a quotation; "" for a question that no longer exists."""
        return str(self._question.said) if self._question else ""

    @property
    def why(self) -> list[str]:
        """The sources of the sign that began it, if the sign still exists, and those of the hold."""
        sign = [f"The sign: {self._question.why}"] if self._question else []
        return [*sign, f"The hold: {get_hold_text(self.hold.kind).why}"]

    @property
    def can_be_ended(self) -> bool:
        """True if a person of the team may end it. High ketones also end with the patient's own test."""
        return self.hold.ends_at is None

    @property
    def _question(self) -> Question | None:
        return next((each for each in check_in.QUESTIONS if each.id == self.hold.question), None)

    @property
    def stays(self) -> str:
        """A sentence on what is kept away, and until when."""
        if self.needs_person:
            return str(STAYS[HoldKind(self.hold.kind)])
        if self.hold.ends_at is None:
            return _("It ends when the patient tests again on a later day, with none or a trace.")
        return _("It ends by itself.")

    @property
    def needs_person(self) -> bool:
        """True if only a person of the team ends it."""
        return self.hold.needs_a_person


@dataclass(frozen=True)
class EndedHold:
    """A hold that a person of the team has ended. `hold.ended_by` should be loaded."""

    hold: ExerciseHold

    @property
    def on_record(self) -> str:
        """A sentence with the answer, the person who has seen the patient, and the user who has ended it."""
        hold = self.hold
        ending = endings_of(hold.kind, hold.question).get(HoldOutcome(hold.outcome))
        words = _("On record: %(hold)s. %(answer)s. Seen by %(seen_by)s. Ended by %(who)s.")
        return words % {
            "hold": HoldPanel(hold).title,
            "answer": ending.label if ending else hold.get_outcome_display(),
            "seen_by": hold.seen_by,
            "who": hold.ended_by.name if hold.ended_by else "",
        }


def list_ended_holds(source_id: uuid.UUID | None) -> list[EndedHold]:
    """Return the holds of a session or report that a person has ended, with what is on record. One query."""
    if source_id is None:
        return []
    of_this = Q(session=source_id) | Q(report=source_id)
    ended = ExerciseHold.objects.filter(of_this, ended_at__isnull=False).exclude(outcome="")
    return [EndedHold(hold) for hold in ended.select_related("ended_by").order_by("ended_at", "pk")]


def get_hold_of_flag(patient: Patient, flag: Flag) -> ExerciseHold | None:
    """Return the oldest open hold that waits for a person's answer about this flag, or None. One query."""
    waiting = ExerciseHold.objects.for_a_person().filter(patient=patient).order_by("begun_at", "pk")
    return next((hold for hold in waiting if flag in flags_decided_by(hold.kind, hold.question)), None)


def kinds_of(holds: Iterable[ExerciseHold]) -> frozenset[HoldKind]:
    """Return the kinds of these holds."""
    return frozenset(HoldKind(hold.kind) for hold in holds)


def keeps_everything(holds: Iterable[ExerciseHold]) -> bool:
    """Return True if one of the holds keeps every exercise away."""
    return bool(kinds_of(holds) & ({HoldKind.ALL} | HOLDS_OF_A_DAY))
