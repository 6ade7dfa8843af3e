"""The table of questions against a second one, written by hand from the clinical rules: both directions of each row."""

import pytest
from django.utils import translation

from patients.models import Flag
from patients.safety.sources import parse_grounds
from patients.screening.answers import (
    is_asked,
    is_stopped,
    list_advice,
    list_asked,
    list_denied_flags,
    list_raised_flags,
    list_unanswered,
    list_urgent_flags,
    next_question,
    question_before,
)
from patients.screening.kinds import Kind, Tier
from patients.screening.questions import BY_ID, QUESTIONS
from patients.sessions import check_in
from tests.factories_of_screenings import screening_answers
from tests.readability import grade, longest_sentence

#: Question → the question that opens it ("" for everyone), the flags of a yes, and the tier of its advice (0: none).
#: Clinical rules, "Screening before the first plan"; the parts after "→" in the middle are its follow-ups.
EXPECTED = {
    "s_saddle": ("", set(), 1),
    "s_heart_new": ("", {"heart_unstable"}, 0),
    "s_chest": ("", {"heart_disease"}, 0),
    "s_chest_now": ("s_heart_new", {"heart_unstable"}, 1),
    "s_chest_worse": ("s_chest", {"heart_unstable"}, 2),
    "s_faint": ("", {"heart_unstable"}, 0),
    "s_heart": ("", {"heart_disease"}, 0),
    "s_bp": ("", {"bp_uncontrolled"}, 0),
    "s_standup": ("", {"bp_drop"}, 0),
    "s_pulse": ("", {"beta_blocker"}, 0),
    "s_thin": ("", {"blood_thinner"}, 0),
    "s_clot": ("", {"clot"}, 0),
    "s_clot_now": ("s_clot", {"clot"}, 2),
    "s_surgery": ("", {"recent_surgery"}, 0),
    "s_bones": ("", {"osteoporosis"}, 0),
    "s_cancer": ("", set(), 0),
    "s_cancer_treated": ("s_cancer", {"chemo"}, 0),
    "s_bone_cancer": ("s_cancer", {"bone_mets"}, 0),
    "s_spine": ("", {"spine"}, 0),
    "s_diabetes": ("", set(), 0),
    "s_sugar_meds": ("s_diabetes", {"glucose_lowering"}, 0),
    "s_severe_low": ("s_diabetes", {"severe_low"}, 0),
    "s_eyes": ("s_diabetes", {"retinopathy"}, 0),
    "s_auto": ("", {"autonomic"}, 0),
    "s_kidney": ("", {"kidney"}, 0),
    "s_dialysis": ("s_kidney", {"dialysis"}, 0),
    "s_sore": ("", {"foot_sore"}, 2),
    "s_hot": ("", {"charcot_active"}, 2),
    "s_ulcer": ("s_numb", {"past_ulcer"}, 0),
    "s_amputation": ("s_ulcer", {"amputation"}, 0),
    "s_charcot": ("s_diabetes", {"charcot_past"}, 0),
    "s_shape": ("", {"foot_deformity"}, 0),
    "s_calf": ("", {"pad"}, 0),
    "s_rest_pain": ("s_calf", {"pad_severe"}, 2),
    "s_numb": ("", {"numb_feet"}, 0),
    "s_fell": ("", {"fell"}, 0),
    "s_fell_hurt": ("s_fell", set(), 0),
    "s_aid": ("", {"walking_aid"}, 0),
    "s_spin": ("", {"vertigo"}, 0),
    "s_sight": ("", {"low_vision"}, 0),
    "s_memory": ("", {"memory"}, 0),
    "s_alone": ("", {"alone"}, 0),
    "s_told_not": ("", set(), 0),
}
#: Questions that are no yes-or-no question of the table above, or are turned round.
OTHERS = {"s_stand", "s_fell_count", "s_pain", "s_told_what"}
#: A yes to these is a suspicion that only a clinician can settle.
SUSPECTED = {"s_hot", "s_clot", "s_clot_now", "s_faint"}


def opened_for(name):
    """Return the answers that open a question: yes to its parent, and to the parents of that."""
    parent = EXPECTED[name][0]
    return {**opened_for(parent), parent: "yes"} if parent else {}


def flags_of(answers):
    return {row.flag: row.is_unsettled for row in list_raised_flags(answers)}


def test_every_question_is_in_the_table_written_by_hand():
    assert {question.id for question in QUESTIONS} == EXPECTED.keys() | OTHERS
    assert len(BY_ID) == len(QUESTIONS) == 47


@pytest.mark.parametrize("name", EXPECTED)
def test_a_question_is_asked_when_its_parent_is_yes_or_not_sure_and_only_then(name):
    opening, parent = opened_for(name), EXPECTED[name][0]

    assert is_asked(BY_ID[name], opening)
    if parent:
        assert is_asked(BY_ID[name], {**opening, parent: "unsure"})
        assert not is_asked(BY_ID[name], {**opening, parent: "no"})
        assert not is_asked(BY_ID[name], {})


@pytest.mark.parametrize("name", EXPECTED)
def test_a_yes_sets_its_flags_and_a_no_sets_none(name):
    _parent, flags, _tier = EXPECTED[name]
    before = flags_of(opened_for(name))

    yes = flags_of({**opened_for(name), name: "yes"})
    no = flags_of({**opened_for(name), name: "no"})

    assert no == before
    assert yes.keys() - before.keys() == flags - before.keys()
    assert yes.keys() >= flags
    if flags:
        assert all(yes[flag] is (name in SUSPECTED) for flag in flags - before.keys())


@pytest.mark.parametrize("name", EXPECTED)
def test_not_sure_counts_as_yes_and_is_to_be_confirmed(name):
    _parent, flags, _tier = EXPECTED[name]
    before = flags_of(opened_for(name))

    unsure = flags_of({**opened_for(name), name: "unsure"})

    assert unsure.keys() >= flags
    assert all(unsure[flag] for flag in flags - before.keys())


@pytest.mark.parametrize("name", EXPECTED)
def test_advice_follows_yes_and_not_sure_at_once_and_never_a_no(name):
    tier = EXPECTED[name][2]

    given = {answer: list_advice({**opened_for(name), name: answer}) for answer in ("yes", "no", "unsure")}

    assert given["no"] == []
    for answer in ("yes", "unsure"):
        assert [row.question.id for row in given[answer]] == ([name] if tier else [])
        assert [row.advice.tier for row in given[answer]] == ([Tier(tier)] if tier else [])


@pytest.mark.parametrize(
    ("answer", "flags"),
    [("yes", {}), ("no", {Flag.CANNOT_STAND: False}), ("unsure", {Flag.CANNOT_STAND: True})],
)
def test_standing_is_asked_the_other_way_round(answer, flags):
    assert flags_of({"s_stand": answer}) == flags


def test_diabetes_opens_its_questions_and_those_about_feet():
    opened = {question.id for question in list_asked({"s_diabetes": "yes"})} - {
        question.id for question in list_asked({})
    }
    assert opened == {"s_sugar_meds", "s_severe_low", "s_eyes", "s_ulcer", "s_charcot"}


def test_numb_feet_on_record_open_the_questions_about_feet_whatever_is_answered():
    opened = {question.id for question in list_asked({"s_numb": "no"}, {Flag.NUMB_FEET})}
    assert opened >= {"s_ulcer", "s_charcot"}


def test_an_answer_to_a_question_that_is_no_longer_asked_sets_nothing():
    answers = {"s_cancer": "no", "s_bone_cancer": "yes", "s_calf": "no", "s_rest_pain": "yes"}
    assert flags_of(answers) == {}
    assert list_advice(answers) == []


def test_a_plain_yes_settles_a_flag_that_another_answer_left_open():
    assert flags_of({"s_heart_new": "yes", "s_faint": "yes"}) == {Flag.HEART_UNSTABLE: False}
    assert flags_of({"s_heart_new": "unsure", "s_faint": "yes"}) == {Flag.HEART_UNSTABLE: True}


def test_chest_pain_right_now_is_asked_after_either_of_two_questions():
    for parent in ("s_heart_new", "s_chest"):
        assert is_asked(BY_ID["s_chest_now"], {parent: "yes"})


@pytest.mark.parametrize("answers", [{"s_saddle": "yes"}, {"s_chest": "yes", "s_chest_now": "unsure"}])
def test_a_sign_for_the_emergency_number_stops_the_screening_and_comes_first(answers):
    assert is_stopped(answers)
    assert list_advice({**answers, "s_sore": "yes"})[0].advice.stops


def test_a_sign_of_the_same_day_does_not_stop_the_screening():
    assert not is_stopped({"s_hot": "yes", "s_sore": "yes", "s_saddle": "no"})
    assert [row.question.id for row in list_advice({"s_hot": "yes", "s_sore": "yes"})] == ["s_hot", "s_sore"]


def test_only_answers_with_advice_set_flags_at_once_and_to_be_confirmed():
    urgent = list_urgent_flags({"s_sore": "yes", "s_hot": "unsure", "s_numb": "yes"})
    assert [(row.flag, row.is_unsettled) for row in urgent] == [
        (Flag.FOOT_SORE, True),
        (Flag.CHARCOT_ACTIVE, True),
    ]


def test_a_flag_is_denied_when_it_was_asked_about_and_nothing_set_it():
    denied = list_denied_flags({"s_fell": "no", "s_heart": "no", "s_chest": "yes"})
    assert denied == [Flag.FELL]


def test_the_questions_come_in_order_and_each_once():
    answers, seen = {}, []
    while question := next_question(answers, after=seen[-1] if seen else ""):
        seen.append(question.id)
        answers = {**answers, question.id: screening_answers(**answers)[question.id]}
    assert seen == [question.id for question in list_asked(answers)]
    assert list_unanswered(answers) == []
    assert question_before(seen[0], answers) is None
    assert [question_before(name, answers).id for name in seen[1:]] == seen[:-1]
    assert question_before("", answers).id == seen[-1]


def test_a_question_that_opens_late_is_asked_before_the_end():
    answers = {name: answer for name, answer in screening_answers().items() if name != "s_told_not"}
    answers["s_numb"] = "yes"  # changed after going back
    assert next_question(answers, after="s_spin").id == "s_told_not"
    answers["s_told_not"] = "no"
    assert next_question(answers, after="s_told_not").id == "s_ulcer"


@pytest.mark.parametrize(
    "given",
    [{}, {"s_diabetes": "yes", "s_numb": "yes", "s_fell": "yes"}, {"s_numb": "yes", "s_cancer": "unsure"}],
)
def test_forty_taps_are_enough_to_start_answer_and_send(given):
    taps = len(list_asked(screening_answers(**given))) + len(("start", "send"))
    assert taps <= 40


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_the_words_are_short_and_easy(question):
    text = f"{question.text} {question.hint}".strip()
    assert grade(text) <= 6
    assert longest_sentence(text) <= 18
    if question.advice:
        advice = " ".join([f"{question.advice.title}.", *map(str, question.advice.to_do)])
        assert grade(advice) <= 6


@pytest.mark.parametrize(
    ("name", "words"),
    [("s_kidney", ("kidney disease", "dialysis")), ("s_auto", ("nerves", "heart", "gut", "blood pressure"))],
)
def test_a_question_names_all_that_the_clinical_rules_name(name, words):
    assert all(word in str(BY_ID[name].text) for word in words)


@pytest.mark.parametrize(
    ("name", "words"), [("s_kidney", ("riñones", "diálisis")), ("s_auto", ("nervios", "corazón", "presión"))]
)
def test_a_question_names_it_in_spanish_too(name, words):
    with translation.override("es"):
        assert all(word in str(BY_ID[name].text) for word in words)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_row_names_its_source_and_how_sure_it_is(question):
    assert parse_grounds(question.grounds)
    assert question.advice is None or parse_grounds(question.advice.grounds)


def test_each_answer_with_an_advice_is_reported_as_its_sign_of_the_check_in():
    sent = {question.id for question in check_in.can_be_sent()}
    reported = {question.id: question.reports for question in QUESTIONS if question.reports}

    assert set(reported.values()) <= sent
    advised = {question.id for question in QUESTIONS if question.advice}
    assert advised == reported.keys()


def test_call_now_has_no_condition():
    for question in QUESTIONS:
        if question.advice and question.advice.stops:
            words = " ".join(map(str, question.advice.to_do)).lower()
            assert " if " not in words.replace("even if", "")
            assert "do not wait" in words


@pytest.mark.parametrize(
    ("name", "sent", "answer"),
    [
        ("s_numb", "unsure", "unsure"),
        ("s_pain", "0", 0),
        ("s_pain", "10", 10),
        ("s_fell_count", "3", 3),
        ("s_told_what", "  No   jumping. ", "No jumping."),
    ],
)
def test_answers_are_read(name, sent, answer):
    assert BY_ID[name].read(sent) == answer


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("s_numb", "maybe"),
        ("s_numb", ""),
        ("s_pain", "11"),
        ("s_pain", "-1"),
        ("s_pain", "³"),
        ("s_fell_count", "0"),
        ("s_fell_count", "100"),
        ("s_told_what", "  "),
    ],
)
def test_anything_else_is_refused(name, sent):
    with pytest.raises(ValueError, match=r"."):
        BY_ID[name].read(sent)


def test_the_kinds_of_the_other_questions():
    kinds = {name: BY_ID[name].kind for name in OTHERS}
    assert kinds == {
        "s_stand": Kind.YES_NO,
        "s_fell_count": Kind.COUNT,
        "s_pain": Kind.SCALE,
        "s_told_what": Kind.TEXT,
    }
