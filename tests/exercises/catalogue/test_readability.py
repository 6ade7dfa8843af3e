"""The catalogue's texts are readable at school grade 6, in short sentences, and can all be translated."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from exercises import catalogue
from exercises.catalogue import EXERCISES, ROUTINES
from exercises.catalogue.entries import ExerciseEntry
from tests.readability import grade, longest_sentence, syllables

HARDEST_GRADE = 6
LONGEST_SENTENCE = 19
#: Words whose syllables were counted by hand, to test the counter itself.
BY_HAND = {
    1: "foot stand raise breathe heels knee tired hold through stretch hips times raised makes clothes aisle",
    2: "slowly muscles balance counter ankle shoulders repeat people lifted table safely doing someone",
    3: "clinician direction together exercise supportive aerobic fingertips unsteady emphasis",
    4: "emergency neuropathic stationary exercises carbohydrate",
    6: "sulfonylurea",
}
SOURCES = sorted(Path(catalogue.__file__).parent.glob("*.py"))
#: Arguments that are identifiers, not texts for people.
MACHINE_FIELDS = {
    "slug", "category", "position", "support", "equipment", "focus", "demands", "progression_of", "easier",
    "source_url", "exercise", "icon", "action", "kind", "grounds",
}  # fmt: skip


def words_of(exercise: ExerciseEntry) -> str:
    """Return everything that a patient reads about an exercise, as one text."""
    parts = [exercise.summary, exercise.start_position, *exercise.list_steps()]
    parts += [exercise.feel, exercise.common_mistake]
    return " ".join([*parts, *exercise.safety_notes])


OTHER_TEXTS = {
    **{
        routine.slug: " ".join([routine.summary, routine.for_whom, *(item.note for item in routine.items)])
        for routine in ROUTINES
    },
    **{entry.slug: f"{entry.summary} {entry.why} {entry.how_often}" for entry in catalogue.CATEGORIES},
    **{entry.slug: " ".join([entry.question, *entry.answer]) for entry in catalogue.QUESTIONS},
    **{entry.slug: entry.text for entry in (*catalogue.GENERAL_ADVICE, *catalogue.SUPPORT_LEVELS)},
    "stop actions": " ".join(action.text for action in catalogue.STOP_ACTIONS),
    "stop signs": " ".join(f"{sign.name}." for sign in catalogue.STOP_SIGNS),
    "glucose": " ".join([catalogue.GLUCOSE_NOTE, *(band.text for band in catalogue.GLUCOSE_BANDS)]),
    "facts": " ".join(fact.text for fact in catalogue.FACTS),
}


def unmarked_texts(source: str) -> list[str]:
    """Return the texts for people in a module that are not wrapped in `_()` as one literal."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        arguments = [keyword.value for keyword in call.keywords if keyword.arg not in MACHINE_FIELDS]
        if call.func.id in {"get_ready", "do", "breathe", "safety"} or call.func.id.endswith("Entry"):
            found += [text for value in (*call.args, *arguments) for text in _bare(value)]
        if call.func.id == "_" and not isinstance(call.args[0], ast.Constant):
            found.append(ast.unparse(call))
    return found


def _bare(value: ast.expr) -> list[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value]
    if isinstance(value, ast.Tuple):
        return [text for element in value.elts for text in _bare(element)]
    return [ast.unparse(value)] if isinstance(value, ast.JoinedStr | ast.BinOp) else []


@pytest.mark.parametrize(("count", "words"), BY_HAND.items())
def test_the_syllable_counter_agrees_with_counting_by_hand(count: int, words: str) -> None:
    assert {word: syllables(word) for word in words.split()} == dict.fromkeys(words.split(), count)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_an_exercise_reads_at_grade_6_in_short_sentences(exercise: ExerciseEntry) -> None:
    assert grade(words_of(exercise)) <= HARDEST_GRADE
    assert longest_sentence(words_of(exercise)) <= LONGEST_SENTENCE


@pytest.mark.parametrize("name", OTHER_TEXTS)
def test_the_words_around_the_exercises_read_at_grade_6_in_short_sentences(name: str) -> None:
    assert grade(OTHER_TEXTS[name]) <= HARDEST_GRADE
    assert longest_sentence(OTHER_TEXTS[name]) <= LONGEST_SENTENCE


def test_a_text_in_clinical_language_is_above_grade_6() -> None:
    jargon = (
        "Patients demonstrating diminished proprioception should initially perform plantarflexion exercises "
        "bilaterally, utilizing appropriate upper-extremity stabilization, before progressing to unilateral "
        "variations under supervision."
    )
    assert grade(jargon) > HARDEST_GRADE
    assert longest_sentence(jargon) > LONGEST_SENTENCE


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_text_for_people_can_be_translated(path: Path) -> None:
    assert unmarked_texts(path.read_text()) == []


def test_a_text_that_cannot_be_translated_is_found() -> None:
    assert unmarked_texts('do("Lift your heels.")') == ["Lift your heels."]
    assert unmarked_texts('RoutineEntry(slug="fine", name="Not fine", items=())') == ["Not fine"]
    assert unmarked_texts('ExerciseEntry(safety_notes=(_("Fine."), "Not fine."))') == ["Not fine."]
    assert unmarked_texts('do(_("Lift " + heels))') == ["_('Lift ' + heels)"]
