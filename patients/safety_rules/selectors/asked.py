"""The sections of the page of safety rules about answers of a patient: screening, check-in and "not today"."""

from __future__ import annotations

from collections.abc import Iterable

from patients.safety_rules.selectors.rows import (
    RuleRow,
    RuleSection,
    cite_all,
    join_sentences,
    make_tables,
    name_flags,
)
from patients.screening.kinds import NO, ScreeningQuestion, Section
from patients.screening.questions import QUESTIONS as SCREENING
from patients.sessions import check_in
from patients.sessions.not_today import REASONS, ReasonRow
from patients.sessions.questions import Advice, Condition, Group, Holds, Place, Question, Until

_BEFORE = frozenset({Place.BEFORE, Place.READY, Place.SUGAR})
_BEFORE_CAPTION = "Before the first exercise"
_OTHER_CAPTION = "Pain, effort and other questions"
_NOTHING = "No flag, alert or hold by itself."
_PLACES = {
    Place.BEFORE: "before the first exercise",
    Place.READY: "before the first exercise",
    Place.SUGAR: "before the first exercise, when the blood sugar is due",
    Place.EXERCISE: "after each exercise",
    Place.CHECK_IN: "at the check-in",
    Place.STOP: "on the stop sheet, told by everyone",
    Place.PAPER: "on the paper log",
}
_UNTIL = {
    Until.A_PERSON: "until a person of the team ends it",
    Until.END_OF_DAY: "until the end of the day",
    Until.ONE_DAY: "for 24 hours",
    Until.A_LATER_DAY: "until a test of a later day",
}


# --- Screening --------------------------------------------------------------------------------------------------------


def get_screening_section() -> RuleSection:
    """Return the questions of the screening, under the headings of its form."""
    groups = {
        str(section.label): [_screening_row(each) for each in SCREENING if each.section is section]
        for section in Section
    }
    return RuleSection(
        id="screening",
        title="Screening questions",
        text=(
            "What a patient is asked before the first plan. “Not sure” counts as yes, until a clinician has settled "
            "it. The sources are those of the question and of its advice."
        ),
        first="Question",
        tables=make_tables(groups),
    )


def _screening_row(question: ScreeningQuestion) -> RuleRow:
    advice = question.advice
    follows = []
    if question.sets:
        answer = "No" if NO in question.counts else "Yes"
        ending = ", to confirm" if question.suspected else ""
        follows.append(join_sentences(f"{answer}: sets “{name_flags(question.sets)}”{ending}"))
    if advice:
        follows.append(f"Tier {advice.tier.value}, “{advice.title}”.")
        if advice.stops:
            follows.append("The screening stops.")
    if any(question.id in each.after for each in SCREENING):
        follows.append("Yes or not sure: opens the next question.")
    if question.reports:
        follows.append(join_sentences(f"Told as the sign “{check_in.question(question.reports).in_short}”"))
    return RuleRow(
        words=join_sentences(question.text, question.hint),
        about=str(question.condition).removesuffix(":"),
        follows=follows or [_NOTHING],
        why=cite_all(question.grounds, *([advice.grounds] if advice else [])),
    )


# --- Check-in ---------------------------------------------------------------------------------------------------------


def get_check_in_section() -> RuleSection:
    """Return the questions and signs of a session, by the heading under which they are listed."""
    captions = [_BEFORE_CAPTION, *(str(group.label) for group in Group), _OTHER_CAPTION]
    groups: dict[str, list[RuleRow]] = {caption: [] for caption in captions}
    for question in check_in.QUESTIONS:
        groups[_get_caption(question)].append(_check_in_row(question))
    return RuleSection(
        id="check-in",
        title="Check-in questions and signs",
        text=(
            "What a session asks before, during and after the exercises, and every sign that a patient can tell at "
            "any time. The consequences are those of an answer that reports a danger."
        ),
        first="Question",
        tables=make_tables(groups),
    )


def _get_caption(question: Question) -> str:
    """Return the caption of the table of a question: a follow-up stands with the question that opens it."""
    while question.only_if:
        question = check_in.question(question.only_if[0].question)
    if _BEFORE & set(question.asked_at) and Place.CHECK_IN not in question.asked_at:
        return _BEFORE_CAPTION
    return str(question.group.label) if question.is_sign else _OTHER_CAPTION


def _check_in_row(question: Question) -> RuleRow:
    follows = [
        *(_describe_advice(each) for each in question.advice),
        *(_describe_hold(each, question) for each in question.holds),
        *_describe_consequences(question),
    ]
    return RuleRow(
        words=str(question.label),
        about=_describe_asking(question),
        follows=list(dict.fromkeys(follows)) or [_NOTHING],
        why=cite_all(question.grounds, *(each.grounds for each in question.advice)),
    )


def _describe_asking(question: Question) -> str:
    """Return where and of whom a question is asked."""
    if question.only_if:
        return "Follow-up: " + "; ".join(describe_condition(each) for each in question.only_if)
    places = ", ".join(dict.fromkeys(_PLACES[each] for each in question.asked_at))
    if not places:
        return "Elsewhere: in the screening, after a reason for “not today”, or no longer asked"
    asked_of = f". Asked of: {name_flags(question.asked_of)}" if question.asked_of else ""
    return places[0].upper() + places[1:] + asked_of


def _describe_advice(advice: Advice) -> str:
    tier = f"Tier {advice.level.tier}" if advice.level.tier else "Advice"
    return _after(advice.when, f"{tier}, “{advice.title}”", advice.question)


def _describe_hold(hold: Holds, question: Question) -> str:
    words = f"Hold “{hold.kind.label}”, {_UNTIL[hold.until]}"
    return _after(hold.when or _get_danger(question), words, question.id)


def _get_danger(question: Question) -> tuple[Condition, ...]:
    return (question.danger,) if question.danger else ()


def _after(conditions: Iterable[Condition], words: str, question: str) -> str:
    """Return the words after their conditions; a plain yes to the question itself is left out."""
    when = "; ".join(
        _describe_answer(each) if each.question == question else describe_condition(each)
        for each in conditions
        if each != Condition(question=question)
    )
    return join_sentences(f"{when} – {words}" if when else words)


def _describe_consequences(question: Question) -> Iterable[str]:
    if question.alert:
        level = str(question.alert.rule.level.label).lower()
        yield _after(_get_danger(question), f"Alert “{question.alert.label}”, {level}", question.id)
    if question.sets_flag:
        ending = ", to confirm" if question.is_suspected else ""
        yield join_sentences(f"Sets “{name_flags([question.sets_flag])}”{ending}")
    if question.proposes_flag:
        yield join_sentences(f"Proposes “{name_flags([question.proposes_flag])}” to the clinician")


def describe_condition(condition: Condition) -> str:
    """Return a condition on an answer in words, such as "Did you fall? Yes"."""
    answer = _describe_answer(condition)
    return answer if condition.above else f"{check_in.question(condition.question).label} {answer}"


def _describe_answer(condition: Condition) -> str:
    """Return the answer that meets a condition."""
    if condition.above:
        above = {"usual_pain": "the usual", "pain_limit": "the limit"}.get(condition.above, "the one before")
        return f"Pain {condition.by} or more above {above}" if condition.by else f"Pain at or above {above}"
    if condition.one_of:
        choices = check_in.question(condition.question).choices
        return " / ".join(str(words) for value, words in choices if value in condition.one_of)
    return "No" if condition.is_no else "Yes"


# --- "Not today" ------------------------------------------------------------------------------------------------------


def get_not_today_section() -> RuleSection:
    """Return the reasons for "not today", with the questions and words that follow."""
    return RuleSection(
        id="not-today",
        title="“Not today”, and what follows",
        text=(
            "The reasons that a patient can choose for leaving out an exercise or a day. The answers have the "
            "consequences of the check-in; a reason that comes again is in the alert ladder."
        ),
        first="Reason",
        tables=make_tables({"Reasons": [_reason_row(each) for each in REASONS]}),
    )


def _reason_row(row: ReasonRow) -> RuleRow:
    asks = [f"Asks: {each.label}" for each in row.questions]
    words = [join_sentences("Else the patient reads: " + " ".join(map(str, row.words)))] if row.words else []
    return RuleRow(
        words=str(row.reason.label),
        about=f"Offered with: {name_flags(row.offered_to)}" if row.offered_to else "",
        follows=[
            *asks,
            *words,
            *(
                ["Sitting exercises are offered, unless a hold keeps everything away."]
                if row.offers_sitting
                else []
            ),
        ]
        or ["Nothing."],
        why=cite_all(row.grounds),
    )
