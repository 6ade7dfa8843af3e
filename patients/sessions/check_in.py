"""The table of the questions of a session.

The form, the advice, the alert rules, the holds, the paper log, the team's lists and the copy on a phone are made from
it. A new question is a row of `QUESTIONS` and the translation of its texts, without a migration: see "Add a check-in
question" in CONTRIBUTING.md. The rows of the signs of danger are in `patients.sessions.signs`. The consequences of an
answer are defined here only; `patients.sessions.flow` has the order of the screens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.safety.holds import HoldKind

from .questions import (
    Advice,
    Answer,
    Answers,
    Condition,
    Holds,
    Kind,
    Level,
    Place,
    Question,
    Recheck,
    Until,
)
from .signs.balance import BALANCE
from .signs.before import BEFORE
from .signs.common import CALL_TODAY, FAINT_ALERT, NEW_PAIN_ALERT, NO_EXERCISE, NO_MORE_TODAY
from .signs.feet import FEET
from .signs.heart import HEART


class Effort(TextChoices):
    """Effort of an exercise, in plain words; the Borg scale needs a licence."""

    EASY = "easy", _("Easy")
    ABOUT_RIGHT = "about_right", _("About right")
    TOO_HARD = "too_hard", _("Too hard")


#: Change of pain that matters to patients (clinical rules, alert ladder; Farrar 2001): above the usual pain, or from
#: before to after a session.
PAIN_CHANGE = 2

_PAIN_IS_UP = Condition(question="pain_after", above="usual_pain", by=PAIN_CHANGE)

QUESTIONS: tuple[Question, ...] = (
    # "Pain now", 0–10 (LOINC 72514-3), before and after.
    Question(
        id="pain_before",
        kind=Kind.SCALE,
        asked_at=(Place.BEFORE,),
        label=_("Pain now"),
        is_column=True,
        grounds="Farrar C (2 points matter)",
    ),
    *BEFORE,
    Question(
        id="pain_after",
        kind=Kind.SCALE,
        asked_at=(Place.CHECK_IN,),
        label=_("How is your pain now?"),
        hint=_("0 is no pain. 10 is the worst pain you can think of."),
        missing=_("Choose a number for your pain."),
        is_column=True,
        grounds="Farrar C (2 points matter); J",
        advice=(
            Advice(
                # A score at or below the usual never raises an alert, whatever the limit.
                when=(
                    Condition(question="pain_after", above="pain_limit", by=0),
                    Condition(question="pain_after", above="usual_pain"),
                ),
                level=Level.CALL,
                title=_("Your pain is strong. Rest now"),
                to_do=(NO_MORE_TODAY, _("Call your clinic today. They may change your plan.")),
                grounds="J",
            ),
            Advice(
                when=(_PAIN_IS_UP,),
                level=Level.CARE,
                title=_("Your pain is up. Rest for now"),
                to_do=(
                    _("Next time, do less: fewer times, or a smaller move."),
                    _("If the pain is still up tomorrow, call your clinic."),
                ),
                grounds="Farrar C",
            ),
            Advice(
                when=(Condition(question="pain_after", above="pain_before", by=PAIN_CHANGE),),
                level=Level.CARE,
                title=_("Your pain went up. Rest for now"),
                to_do=(
                    _("Next time, do less: fewer times, or a smaller move."),
                    _("If the pain is still up tomorrow, call your clinic."),
                ),
                grounds="Farrar C",
            ),
        ),
    ),
    Question(
        id="new_pain",
        asked_at=(),
        only_if=(_PAIN_IS_UP,),
        label=_("Is it a new kind of pain, or in a new place?"),
        missing=_("Say if it is a new kind of pain, or in a new place: yes or no."),
        in_short=_("New kind or place of pain"),
        said="“It is a new kind of pain, or in a new place.”",
        grounds="J",
        holds=(Holds(HoldKind.ALL, Until.END_OF_DAY),),
        alert=NEW_PAIN_ALERT,
        advice=(
            Advice(
                when=(Condition(question="new_pain"),),
                level=Level.CALL,
                title=_("New pain: stop for today"),
                to_do=(CALL_TODAY, NO_MORE_TODAY),
                grounds="J",
            ),
        ),
    ),
    *HEART,
    *BALANCE,
    *FEET,
    # For the advice, the hardest effort of the session; each effort is stored with its entry.
    Question(
        id="effort",
        kind=Kind.CHOICE,
        asked_at=(Place.EXERCISE,),
        label=_("How hard was it?"),
        choices=tuple(Effort.choices),
        grounds="SOPeD K",
        advice=(
            Advice(
                when=(Condition(question="effort", one_of=(Effort.TOO_HARD.value,)),),
                level=Level.CARE,
                title=_("Some of it was too hard"),
                to_do=(
                    _("Next time, do fewer, or hold on with both hands."),
                    _("You may leave one out. Press “Not today”."),
                ),
                grounds="SOPeD K; J",
            ),
        ),
    ),
    # No longer asked: dizziness, fainting and chest pain need different advice. Answers that wait on a phone count.
    Question(
        id="faint_or_chest_pain",
        asked_at=(),
        label=_("Did you feel dizzy or faint, or have chest pain?"),
        missing=_("Say if you felt dizzy, faint or had chest pain: yes or no."),
        in_short=_("Dizzy, faint or chest pain"),
        said="“Yes, I felt dizzy or faint, or had chest pain.”",
        grounds="K; AHA R",
        holds=(NO_EXERCISE,),
        alert=FAINT_ALERT,
        advice=(
            Advice(
                when=(Condition(question="faint_or_chest_pain"),),
                level=Level.EMERGENCY,
                title=_("Chest pain or a faint: call for help now"),
                to_do=(_("Call the emergency number now. Do not wait."), _("Do not drive yourself.")),
                grounds="AHA R; J",
            ),
        ),
    ),
)

#: The advice if no other applies.
WELL_DONE = Advice(when=(), level=Level.GOOD, title=_("Well done"), to_do=(), grounds="J")
#: Questions asked by phones whose stored sessions do not name the questions that they asked.
OLDER_PHONES_ASKED = ("pain_after", "fell", "faint_or_chest_pain", "new_sore")

# --- Reading the table ----------------------------------------------------------------------------------------------


def question(name: str) -> Question:
    """Return the question with this id. Raises KeyError."""
    return {each.id: each for each in QUESTIONS}[name]


def get_position(name: str) -> int:
    """Return the place of a question in the table; after all others for one that no longer exists."""
    names = [each.id for each in QUESTIONS]
    return names.index(name) if name in names else len(names)


def asked_at(place: Place, flags: Iterable[str] | None = None) -> tuple[Question, ...]:
    """Return the questions asked at `place`, in order; with `flags`, only those for a patient with these flags.

    On the stop sheet, every sign can be told by everyone.
    """
    has = None if flags is None or place is Place.STOP else frozenset(flags)
    return tuple(each for each in QUESTIONS if place in each.asked_at and (has is None or each.is_for(has)))


def list_follow_ups() -> tuple[Question, ...]:
    """Return every follow-up question in the order in which they are asked: first those that decide an emergency."""
    found = (each for each in QUESTIONS if each.only_if)
    return tuple(sorted(found, key=lambda each: not each.decides_emergency))


def follow_ups(answers: Answers) -> tuple[Question, ...]:
    """Return the follow-up questions that these answers open and that have no answer yet, in order.

    A question may compare the pain with the usual one: the answers have to come with it (`get_told`).
    """
    return tuple(each for each in list_follow_ups() if answers.get(each.id) is None and each.is_due(answers))


def can_be_sent() -> tuple[Question, ...]:
    """Return the questions that a check-in or a report may answer, including those not asked any more."""
    elsewhere = {Place.BEFORE, Place.EXERCISE}
    return tuple(each for each in QUESTIONS if not elsewhere & set(each.asked_at))


def list_signs() -> tuple[Question, ...]:
    """Return every sign that can be checked in a list."""
    return tuple(each for each in QUESTIONS if each.is_sign)


def depends_on_flags(place: Place) -> bool:
    """Return whether a question at `place` is not for everyone, so that the patient's flags have to be read."""
    return any(each.asked_of for each in QUESTIONS if place in each.asked_at)


def dangers_in(answers: Answers) -> list[Question]:
    """Return the questions whose answers report a danger."""
    return [each for each in QUESTIONS if each.is_danger_in(answers)]


def pick_dangers(answers: Answers) -> dict[str, Answer]:
    """Return those of the answers that report a danger."""
    return {each.id: answers[each.id] for each in dangers_in(answers)}


def pick_without_danger(answers: Answers) -> dict[str, Answer]:
    """Return the answers to questions of which no answer is a danger, and which the team reads whatever they are."""
    found = (each.id for each in QUESTIONS if each.is_no_danger)
    return {name: answers[name] for name in found if answers.get(name) is not None}


def describe_without_danger(answers: Answers) -> list[str]:
    """Return what was asked, with yes or no, for each of these answers, such as "Wants more support: yes"."""
    words = {True: gettext("%(asked)s: yes"), False: gettext("%(asked)s: no")}
    return [
        words[bool(answer)] % {"asked": question(name).in_short}
        for name, answer in pick_without_danger(answers).items()
    ]


@dataclass(frozen=True)
class HoldBegun:
    """A hold that an answer begins, with the id of the question."""

    question: str
    kind: HoldKind
    until: Until


def holds_begun_by(answers: Answers) -> list[HoldBegun]:
    """Return the holds that these answers begin."""
    return [
        HoldBegun(each.id, hold.kind, hold.until)
        for each in QUESTIONS
        for hold in each.holds_begun_by(answers)
    ]


def get_recheck(name: str, kind: str, until: Until) -> Recheck | None:
    """Return the new answers that end a hold of this kind, begun by the question with this id; None if none do.

    For a question that is not in the table any more, it is that of the first hold of the same kind and end.
    """
    rows = [
        (each.id, hold)
        for each in QUESTIONS
        for hold in each.holds
        if hold.kind == kind and hold.until is until
    ]
    rows.sort(key=lambda row: row[0] != name)
    return rows[0][1].recheck if rows else None


def flags_set_by(answers: Answers) -> dict[str, bool]:
    """Return the flags that these answers set; the value is True for a flag that is only suspected."""
    return {each.sets_flag: each.is_suspected for each in dangers_in(answers) if each.sets_flag}


def keep_worst(known: Answers, new: Answers) -> dict[str, Answer]:
    """Merge two sets of answers; of two answers to one question, the graver one is kept.

    Of a question that is asked again, such as the blood sugar, the newer answer is kept: the alert and the hold that an
    earlier answer began do not depend on it any more.
    """
    both = dict(known)
    for name in new:
        row = question(name)
        both[name] = new[name] if row.is_asked_again else row.worst(known.get(name), new[name])
    both = {name: None if _is_outdated(name, known, new) else answer for name, answer in both.items()}
    return {name: answer for name, answer in both.items() if answer is not None}


def _is_outdated(name: str, known: Answers, new: Answers) -> bool:
    """Return True for a follow-up, such as the ketones, of a question that was asked again; a danger stays."""
    row = question(name)
    opened_by = {condition.question for condition in row.only_if}
    return (
        row.is_asked_again and name not in new and bool(opened_by & set(new)) and not row.is_danger_in(known)
    )
