"""What to tell a patient after a check-in: a table from answers to advice.

It is worked out from the answers alone, so it is there at once and whatever becomes of the alert to the clinic.
Sources: clinical rules, "Stop rules" (NIH; seed article) and "Alert ladder"; SOPeD for the rise in pain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import AlertKind, ExerciseSession, Reason

#: Pain after a session from which a clinician must look (alert ladder, critical: pain 7 or more).
STRONG_PAIN = 7
#: A rise from before to after that is more than an exercise should bring (alert ladder: up 2 or more; SOPeD).
PAIN_RISE = 2


@dataclass(frozen=True, kw_only=True)
class CheckIn:
    """The answers of a check-in. Pain is 0–10; `pain_before` is None when it was not asked."""

    pain_before: int | None
    pain_after: int
    fell: bool
    faint_or_chest_pain: bool
    new_sore: bool
    too_hard: bool = False

    @property
    def pain_rise(self) -> int:
        return 0 if self.pain_before is None else self.pain_after - self.pain_before


class Level(IntEnum):
    """How pressing it is; the worst is told first."""

    EMERGENCY = 4
    CALL = 3
    CARE = 2
    GOOD = 1

    @property
    def notice(self) -> str:
        """The kind of notice it is shown as."""
        return {Level.EMERGENCY: "danger", Level.CALL: "danger", Level.CARE: "warning", Level.GOOD: "good"}[
            self
        ]


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One row of the table: when it applies, and what to do, one short sentence at a time."""

    applies: Callable[[CheckIn], bool]
    level: Level
    title: Promise
    to_do: tuple[Promise, ...]

    @property
    def shows_phone_numbers(self) -> bool:
        """Whether the phone numbers stand beside it."""
        return self.level >= Level.CALL


ADVICE = (
    # Stop rules: chest pain, severe breathlessness, dizziness or faintness: stop, sit down, call if it does not pass.
    Advice(
        applies=lambda answers: answers.faint_or_chest_pain,
        level=Level.EMERGENCY,
        title=_("Sit down now and rest"),
        to_do=(
            _("If it does not pass in a few minutes, get emergency help."),
            _("If it is chest pain and you feel ill, do not wait."),
            _("Do no more exercises today."),
            _("Call your clinic before your next session."),
        ),
    ),
    # Stop rules: a fall: stop and call the clinic. Ladder: it holds the standing exercises back.
    Advice(
        applies=lambda answers: answers.fell,
        level=Level.CALL,
        title=_("You had a fall. Stop for today"),
        to_do=(
            _("If you hit your head, or cannot stand up, get emergency help."),
            _("Call your clinic today, even if you feel well."),
            _("Until they have spoken with you, your plan leaves out standing exercises."),
        ),
    ),
    # Stop rules: a new sore: stop and call the clinic. PMC4254543: no weight on it, no water.
    Advice(
        applies=lambda answers: answers.new_sore,
        level=Level.CALL,
        title=_("Rest the foot with the new sore"),
        to_do=(
            _("Call your clinic today. Tell them where the sore is."),
            _("Keep your weight off that foot as much as you can. Stay out of the pool."),
            _("Until they have looked at it, your plan leaves out standing exercises."),
        ),
    ),
    # Alert ladder, critical: pain 7 or more.
    Advice(
        applies=lambda answers: answers.pain_after >= STRONG_PAIN,
        level=Level.CALL,
        title=_("Your pain is strong. Rest now"),
        to_do=(
            _("Do no more exercises today."),
            _("Call your clinic today. They may change your plan."),
        ),
    ),
    # Alert ladder, high: pain up 2 or more; once is for the patient to watch.
    Advice(
        applies=lambda answers: answers.pain_rise >= PAIN_RISE and answers.pain_after < STRONG_PAIN,
        level=Level.CARE,
        title=_("Your pain went up. Rest for now"),
        to_do=(
            _("Next time, do less: fewer times, or a smaller move."),
            _("If the pain is still up tomorrow, call your clinic."),
        ),
    ),
    # Progression (SOPeD): "too hard" twice proposes the step back; until then less, with more support.
    Advice(
        applies=lambda answers: answers.too_hard,
        level=Level.CARE,
        title=_("Some of it was too hard"),
        to_do=(
            _("Next time, do fewer, or hold on with both hands."),
            _("You may leave one out. Press “Not today”."),
        ),
    ),
)

WELL_DONE = Advice(applies=lambda answers: True, level=Level.GOOD, title=_("Well done"), to_do=())

#: Which answers a clinician must look at (alert ladder, critical).
EVENTS: tuple[tuple[AlertKind, Callable[[CheckIn], bool]], ...] = (
    (AlertKind.FAINT, lambda answers: answers.faint_or_chest_pain),
    (AlertKind.FALL, lambda answers: answers.fell),
    (AlertKind.SORE, lambda answers: answers.new_sore),
    (AlertKind.PAIN, lambda answers: answers.pain_after >= STRONG_PAIN),
)


def get_advice(answers: CheckIn) -> list[Advice]:
    """All that applies, the most pressing first; never empty."""
    found = [advice for advice in ADVICE if advice.applies(answers)]
    return sorted(found, key=lambda advice: -advice.level) or [WELL_DONE]


def get_check_in_answers(session: ExerciseSession, *, too_hard: bool = False) -> CheckIn:
    """The answers of a finished session. `too_hard`: whether an exercise of it was rated so."""
    return CheckIn(
        pain_before=session.pain_before,
        pain_after=session.pain_after or 0,
        fell=bool(session.fell),
        faint_or_chest_pain=bool(session.faint_or_chest_pain),
        new_sore=bool(session.new_sore),
        too_hard=too_hard,
    )


def list_alert_kinds(answers: CheckIn) -> list[AlertKind]:
    """What the clinic must be told of."""
    return [kind for kind, applies in EVENTS if applies(answers)]


#: What to do after "not today", by the reason given; no word for who has no time. Sources: as above, "Stop rules".
ADVICE_AFTER_SKIP: dict[str, tuple[Promise, ...]] = {
    Reason.PAIN: (_("Rest is fine. If the pain is new or strong, call your clinic."),),
    Reason.UNSTEADY: (
        _("Good that you stopped. Sit down until you feel steady."),
        _("If you feel faint, or it does not pass, get help."),
    ),
    Reason.FOOT: (_("Look at your foot now: the top, the sole and between the toes."),),
    Reason.UNWELL: (
        _("Then rest. Try again when you feel better."),
        _("Chest pain, or short of breath? Sit down and get help."),
    ),
}

#: What a new sore asks for, told before anything else; the same as after a check-in that tells of one.
SORE_ADVICE = next(
    advice
    for advice in ADVICE
    if advice.applies(
        CheckIn(pain_before=None, pain_after=0, fell=False, faint_or_chest_pain=False, new_sore=True)
    )
)
