"""A clinic's exercise without a demand says what plans treat it as, wherever a clinician uses it."""

import pytest
from django.urls import reverse

from exercises.models import Exercise, Position
from tests.factories import ExerciseFactory, PlanItemFactory, PlanVersionFactory, published_plan

pytestmark = pytest.mark.django_db

NOTHING = "Nothing is checked about what this exercise demands."
IN_THE_LIBRARY = "Demands not checked: those of its position count."
#: The pages of the team that show a draft.
PAGES = ("plan_draft", "plan_preview", "plan_publish")


def make(clinic, *demands, position=Position.STANDING):
    return ExerciseFactory(name="Own balance", clinic=clinic, position=position, demands=list(demands))


def read_draft_pages(browser, patient, exercise):
    """Return the text of every page of a new draft with this exercise, by the name of its route."""
    version = PlanVersionFactory(plan__patient=patient)
    PlanItemFactory(version=version, exercise=exercise)
    return {name: browser.get(reverse(f"staff:{name}", args=[version.plan.pk])).text for name in PAGES}


def read_published_pages(browser, patient, version):
    """Return the text of the pages of the team that show a published version."""
    pages = (("plan_version", [version.plan.pk, version.number]), ("patient", [patient.pk]))
    return [browser.get(reverse(f"staff:{name}", args=arguments)).text for name, arguments in pages]


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ("standing", "It is treated as: Standing · Weight on the feet."),
        ("water", "It is treated as: Standing · Being in water."),
        ("seated", "It is treated as demanding nothing more than its position."),
    ],
)
def test_the_builder_the_preview_and_the_publishing_say_it(patient, clinic, dana, signed_in, position, words):
    exercise = make(clinic, position=position)
    link = reverse("library:clinic_exercise_edit", args=[exercise.pk]) + "#id_demands"
    pages = read_draft_pages(signed_in(dana), patient, exercise)
    for text in pages.values():
        assert text.count(f"{NOTHING} {words}") == text.count(link) == 1
    assert pages["plan_draft"].count(IN_THE_LIBRARY) == 1, "in the library beside the plan"


def test_they_say_nothing_of_an_exercise_with_a_demand(patient, clinic, dana, signed_in):
    for text in read_draft_pages(signed_in(dana), patient, make(clinic, "standing")).values():
        assert "Own balance" in text
        assert NOTHING not in text
        assert IN_THE_LIBRARY not in text


@pytest.mark.parametrize("position", Position)
def test_they_say_nothing_of_an_exercise_that_all_clinics_share(patient, dana, signed_in, position):
    for text in read_draft_pages(signed_in(dana), patient, make(None, position=position)).values():
        assert "Own balance" in text
        assert NOTHING not in text
        assert IN_THE_LIBRARY not in text


def test_a_published_version_and_the_page_of_its_patient_say_it(patient, clinic, dana, signed_in):
    version = published_plan(patient, [make(clinic), make(clinic, "standing"), make(None)])
    for text in read_published_pages(signed_in(dana), patient, version):
        assert text.count(NOTHING) == 1


@pytest.mark.parametrize(("before", "after"), [([], ["standing"]), (["standing"], [])])
def test_a_published_version_goes_by_its_copy_and_by_the_exercise_today(
    patient, clinic, dana, signed_in, before, after
):
    exercise = make(clinic, *before)
    version = published_plan(patient, [exercise])
    Exercise.objects.filter(pk=exercise.pk).update(demands=after)
    for text in read_published_pages(signed_in(dana), patient, version):
        assert "Own balance" in text
        assert NOTHING not in text


def test_the_list_of_the_clinics_exercises_says_it(clinic, dana, signed_in):
    make(clinic)
    make(clinic, "standing")
    assert signed_in(dana).get(reverse("library:clinic_exercise_list")).text.count(NOTHING) == 1


def test_the_patient_does_not_read_it(patient, clinic, phone):
    version = published_plan(patient, [make(clinic)])
    item = version.items.get()
    for page in (reverse("my:today"), reverse("my:plan"), reverse("my:exercise", args=[item.pk])):
        text = phone.get(page).text
        assert "Own balance" in text
        assert "Nothing is ticked" not in text
