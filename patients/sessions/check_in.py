"""The table of the questions of a session.

The form, the advice, the alert rules, the holds, the paper log, the team's lists and the copy on a phone are made from
it. A new question is a row of `QUESTIONS` and the translation of its texts, without a migration: see "Add a check-in
question" in CONTRIBUTING.md. The consequences of an answer are defined here only; `patients.sessions.flow` has the
order of the screens.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from patients.alerts.kinds import (
    ANYTHING,
    LIMIT_ONLY,
    AlertKind,
    AlertLevel,
    AlertRuleDefinition,
    Part,
    Rule,
)

from .questions import (
    Advice,
    Answer,
    Answers,
    Condition,
    Hold,
    Holds,
    Kind,
    Level,
    Place,
    Question,
    Until,
)


class Effort(TextChoices):
    """Effort of an exercise, in plain words; the Borg scale needs a licence."""

    EASY = "easy", _("Easy")
    ABOUT_RIGHT = "about_right", _("About right")
    TOO_HARD = "too_hard", _("Too hard")


#: Pain after a session that needs a clinician (clinical rules, alert ladder, critical: pain 7 or more), and pain before
#: a session with which the patient is advised to go gently.
STRONG_PAIN = 7
#: Increase of pain during a session that is too much (alert ladder: up 2 or more; SOPeD).
PAIN_RISE = 2
#: A danger ends the exercises of its day (clinical rules, "Stop rules").
REST_TODAY = Holds(Hold.ALL, Until.END_OF_DAY)
#: A fall or a new sore suspends standing exercises until a clinician has resolved the alert (clinical rules, alert
#: ladder).
SIT_UNTIL_SETTLED = Holds(Hold.STANDING, Until.SETTLED)
_LAST_ONE = _("In this session, or since your last one.")

QUESTIONS: tuple[Question, ...] = (
    # "Pain now", 0–10 (LOINC 72514-3), before and after.
    Question(
        id="pain_before",
        kind=Kind.SCALE,
        asked_at=(Place.BEFORE,),
        label=_("Pain now"),
        is_column=True,
        source="LOINC 72514-3",
    ),
    Question(
        id="pain_after",
        kind=Kind.SCALE,
        asked_at=(Place.CHECK_IN,),
        label=_("How is your pain now?"),
        hint=_("0 is no pain. 10 is the worst pain you can think of."),
        missing=_("Choose a number for your pain."),
        is_column=True,
        source="LOINC 72514-3; alert ladder, critical: pain 7 or more",
        danger_from=STRONG_PAIN,
        holds=(REST_TODAY,),
        alert=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN, level=AlertLevel.CRITICAL, amount=STRONG_PAIN, limit_minutes=30),
            label=_("Strong pain after the session"),
            sentence=_("pain %(amount)s or more after a session"),
            may_change=(*ANYTHING, Part.AMOUNT),
            amounts=(1, 10),
            in_report=True,
        ),
        advice=(
            Advice(
                when=(Condition(question="pain_after", at_least=STRONG_PAIN),),
                level=Level.CALL,
                title=_("Your pain is strong. Rest now"),
                to_do=(
                    _("Do no more exercises today."),
                    _("Call your clinic today. They may change your plan."),
                ),
                source="alert ladder, critical: pain 7 or more",
            ),
            Advice(
                when=(
                    Condition(question="pain_after", above="pain_before", by=PAIN_RISE),
                    Condition(question="pain_after", below=STRONG_PAIN),
                ),
                level=Level.CARE,
                title=_("Your pain went up. Rest for now"),
                to_do=(
                    _("Next time, do less: fewer times, or a smaller move."),
                    _("If the pain is still up tomorrow, call your clinic."),
                ),
                source="alert ladder, high: pain up 2 or more; once is for the patient to watch",
            ),
        ),
    ),
    Question(
        id="fell",
        label=_("Did you fall?"),
        hint=_LAST_ONE,
        missing=_("Say if you fell: yes or no."),
        on_paper=_("I fell"),
        in_short=_("Fell"),
        said="“Yes, I fell.”",
        source="stop rules: a fall: stop and call the clinic; alert ladder, critical",
        holds=(SIT_UNTIL_SETTLED, REST_TODAY),
        alert=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.FALL, level=AlertLevel.CRITICAL, limit_minutes=30),
            label=_("Fell"),
            sentence=_("a fall"),
            may_change=LIMIT_ONLY,
            why_fixed=_(
                "A fall holds back standing exercises until a clinician has looked. So one is always told."
            ),
            in_report=True,
        ),
        advice=(
            Advice(
                when=(Condition(question="fell"),),
                level=Level.CALL,
                title=_("You had a fall. Stop for today"),
                to_do=(
                    _("If you hit your head, or cannot stand up, get emergency help."),
                    _("Call your clinic today, even if you feel well."),
                    _("Until they have spoken with you, your plan leaves out standing exercises."),
                ),
                source="stop rules; alert ladder: it holds the standing exercises back",
            ),
        ),
    ),
    Question(
        id="faint_or_chest_pain",
        label=_("Did you feel dizzy or faint, or have chest pain?"),
        hint=_LAST_ONE,
        missing=_("Say if you felt dizzy, faint or had chest pain: yes or no."),
        on_paper=_("Dizzy, faint or chest pain"),
        in_short=_("Dizzy, faint or chest pain"),
        said="“Yes, I felt dizzy or faint, or had chest pain.”",
        source="stop rules (NIH; seed article); alert ladder, critical",
        holds=(REST_TODAY,),
        alert=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.FAINT, level=AlertLevel.CRITICAL, limit_minutes=30),
            label=_("Dizzy, faint or chest pain"),
            sentence=_("dizziness, faintness or chest pain"),
            may_change=LIMIT_ONLY,
            why_fixed=_(
                "It can be an emergency, and the patient is told to call you. So you are always told."
            ),
            in_report=True,
        ),
        advice=(
            Advice(
                when=(Condition(question="faint_or_chest_pain"),),
                level=Level.EMERGENCY,
                title=_("Sit down now and rest"),
                to_do=(
                    _("If it does not pass in a few minutes, get emergency help."),
                    _("If it is chest pain and you feel ill, do not wait."),
                    _("Do no more exercises today."),
                    _("Call your clinic before your next session."),
                ),
                source="stop rules: chest pain, severe breathlessness, dizziness or faintness: stop, sit down, call",
            ),
        ),
    ),
    Question(
        id="new_sore",
        asked_at=(Place.FEET, Place.CHECK_IN, Place.PAPER),
        label=_("Is there a new sore on your foot?"),
        hint=_("Look at both feet, the soles too."),
        missing=_("Say if you have a new sore: yes or no."),
        on_paper=_("New sore on a foot"),
        in_short=_("New sore on a foot"),
        said="“Yes, there is a new sore on my foot.”",
        source="stop rules: a new sore: stop and call the clinic; alert ladder, critical",
        holds=(SIT_UNTIL_SETTLED, REST_TODAY),
        alert=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.SORE, level=AlertLevel.CRITICAL, limit_minutes=30),
            label=_("New sore on a foot"),
            sentence=_("a new sore on a foot"),
            may_change=LIMIT_ONLY,
            why_fixed=_(
                "A sore holds back standing exercises until a clinician has looked. So one is always told."
            ),
            in_report=True,
        ),
        advice=(
            Advice(
                when=(Condition(question="new_sore"),),
                level=Level.CALL,
                title=_("Rest the foot with the new sore"),
                to_do=(
                    _("Call your clinic today. Tell them where the sore is."),
                    _("Keep your weight off that foot as much as you can. Stay out of the pool."),
                    _("Until they have looked at it, your plan leaves out standing exercises."),
                ),
                source="stop rules; PMC4254543: no weight on it, no water",
            ),
        ),
    ),
    # For the advice, the hardest effort of the session; each effort is stored with its entry.
    Question(
        id="effort",
        kind=Kind.CHOICE,
        asked_at=(Place.EXERCISE,),
        label=_("How hard was it?"),
        choices=tuple(Effort.choices),
        source="SOPeD; plain words, since the Borg scale needs a licence",
        advice=(
            Advice(
                when=(Condition(question="effort", one_of=(Effort.TOO_HARD.value,)),),
                level=Level.CARE,
                title=_("Some of it was too hard"),
                to_do=(
                    _("Next time, do fewer, or hold on with both hands."),
                    _("You may leave one out. Press “Not today”."),
                ),
                source="progression (SOPeD): “too hard” twice proposes the step back; until then less, more support",
            ),
        ),
    ),
)

#: The advice if no other applies.
WELL_DONE = Advice(when=(), level=Level.GOOD, title=_("Well done"), to_do=())
#: Answers that follow from each result of the foot check; feet that are fine answer no question of the check-in.
FOOT_CHECK: dict[str, dict[str, Answer]] = {"fine": {}, "sore": {"new_sore": True}}
#: Questions asked by phones whose stored sessions do not name the questions that they asked.
OLDER_PHONES_ASKED = ("pain_after", "fell", "faint_or_chest_pain", "new_sore")


# --- Reading the table ----------------------------------------------------------------------------------------------


def question(name: str) -> Question:
    """Return the question with this id. Raises KeyError."""
    return {each.id: each for each in QUESTIONS}[name]


def asked_at(place: Place, flags: Iterable[str] | None = None) -> tuple[Question, ...]:
    """Return the questions asked at `place`, in order; with `flags`, only those for a patient with these flags."""
    has = None if flags is None else frozenset(flags)
    return tuple(each for each in QUESTIONS if place in each.asked_at and (has is None or each.is_for(has)))


def sent_with_check_in() -> tuple[Question, ...]:
    """Return the questions that a check-in may answer, including those not asked any more."""
    elsewhere = {Place.BEFORE, Place.EXERCISE}
    return tuple(each for each in QUESTIONS if not elsewhere & set(each.asked_at))


def depends_on_flags() -> bool:
    """Return whether a question is not for everyone, so that the patient's flags have to be read."""
    return any(each.asked_of for each in QUESTIONS)


def dangers_in(answers: Answers) -> list[Question]:
    """Return the questions whose answers report a danger."""
    return [each for each in QUESTIONS if each.is_danger_in(answers)]


def begins(answers: Answers, hold: Hold, until: Until) -> bool:
    """Return whether these answers begin that hold."""
    return any(each.has_hold(hold, until) for each in dangers_in(answers))


def kinds_that_hold(hold: Hold) -> list[str]:
    """Return the kinds of the alerts that keep this hold until they are resolved."""
    return [each.alert.kind for each in QUESTIONS if each.alert and each.has_hold(hold, Until.SETTLED)]


def keep_worst(known: Answers, new: Answers) -> dict[str, Answer]:
    """Merge two sets of answers; of two answers to one question, the graver one is kept."""
    both = dict(known)
    for name in new:
        both[name] = question(name).worst(known.get(name), new[name])
    return {name: answer for name, answer in both.items() if answer is not None}
