"""The reasons for "not today", and what each leads to.

Source: clinical rules, "“Not today”, and what follows". The questions of a reason are asked before anything else is
shown. The alerts of reasons that come again are rows of `patients.alerts.rules`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Reason
from patients.safety.sources import cite
from patients.sessions import check_in
from patients.sessions.questions import Answers, Question


@dataclass(frozen=True, kw_only=True)
class ReasonRow:
    """The questions that a reason leads to, and the words for the patient if the answers report nothing.

    `grounds` are the sources as in the clinical rules, each with its mark: those of the questions that it asks, since
    the table of reasons there names none.
    """

    reason: Reason
    asks: tuple[str, ...] = ()
    #: Asked only of patients with one of these flags; empty: offered to everyone.
    offered_to: frozenset[str] = frozenset()
    words: tuple[Promise, ...] = ()
    #: True if sitting exercises are offered, unless a hold keeps everything away.
    offers_sitting: bool = False
    grounds: str

    @property
    def leads_further(self) -> bool:
        """True if the reason has questions or words for the patient, on a page of its own."""
        return bool(self.asks or self.words)

    @property
    def why(self) -> str:
        """The sources of the row, each with how sure it is."""
        return cite(self.grounds)

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(check_in.question(name) for name in self.asks)


REASONS: tuple[ReasonRow, ...] = (
    ReasonRow(
        reason=Reason.PAIN,
        asks=("pain_after", "new_pain"),
        words=(_("Rest is fine."), _("If the pain is new or strong, call your clinic.")),
        grounds="Farrar C (2 points matter); J",
    ),
    ReasonRow(
        reason=Reason.UNSTEADY,
        asks=("fell", "dizzy"),
        words=(
            _("Good that you stopped. Sit down until you feel steady."),
            _("Hold on with both hands next time."),
        ),
        offers_sitting=True,
        grounds="STEADI K; J",
    ),
    ReasonRow(
        reason=Reason.FOOT,
        asks=("new_sore", "hot_foot"),
        words=(_("Good that you looked. Rest the foot today."), _("Look at it again tomorrow.")),
        grounds="IWGDF C; NG19 C; Charcot C",
    ),
    ReasonRow(
        reason=Reason.UNWELL,
        asks=("chest", "breath", "faint", "ill"),
        words=(_("Then rest. Try again when you feel better."),),
        grounds="AHA R; ADA16-T5 R; DVT C; J",
    ),
    ReasonRow(
        reason=Reason.SUGAR,
        asks=("low_before", "sugar"),
        offered_to=frozenset({"glucose_lowering", "severe_low"}),
        words=(_("Then rest. Check your sugar again later."),),
        grounds="ADA16-T1 R; ADA-low C; Turner R",
    ),
    ReasonRow(
        reason=Reason.AFRAID,
        asks=("more_support", "someone_there"),
        words=(
            _("It is good to say so. You may always hold on with both hands."),
            _("Someone may stand beside you."),
            _("Your clinic would like to talk with you about it."),
        ),
        offers_sitting=True,
        grounds="NIH K; J",
    ),
    ReasonRow(reason=Reason.TIRED, grounds="J"),
    ReasonRow(reason=Reason.NO_TIME, grounds="J"),
)


def get_reason_row(reason: str) -> ReasonRow | None:
    """Return the row of a reason; None for "rather not say"."""
    return next((row for row in REASONS if row.reason == reason), None)


def list_offered_reasons(flags: frozenset[str]) -> list[tuple[str, Promise | str]]:
    """Return the reasons that a patient with these flags may choose, as (value, label) pairs."""
    return [
        (row.reason.value, row.reason.label)
        for row in REASONS
        if not row.offered_to or row.offered_to & flags
    ]


def list_open_questions(reason: str, answers: Answers) -> tuple[Question, ...]:
    """Return the questions of a reason that have no answer yet."""
    row = get_reason_row(reason)
    return tuple(each for each in row.questions if answers.get(each.id) is None) if row else ()
