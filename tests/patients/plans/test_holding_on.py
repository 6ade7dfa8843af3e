"""The support of a line in the plan builder and in its preview: named where a level means something."""

import pytest
from django.urls import reverse

from exercises.models import Position
from patients.plans.content import PlanContent
from patients.plans.forms.draft import DraftForm
from tests.factories import ExerciseFactory, PlanItemFactory, PlanVersionFactory

pytestmark = pytest.mark.django_db

RISING = ["weight_bearing", "standing", "rise"]
#: Position, demands and support of an exercise, and the words for it; "" for none.
LINES = [
    (Position.STANDING, ["standing"], "none", "No hands"),
    (Position.SEATED, RISING, "none", "No hands"),
    (Position.SEATED, RISING, "two_hands", "Hold on with two hands"),
    (Position.SEATED, ["single_leg"], "none", ""),
    (Position.SEATED, ["single_leg"], "one_hand", "Hold on with one hand"),
    (Position.SEATED, [], "none", ""),
    (Position.SEATED, [], "one_hand", "Hold on with one hand"),
    (Position.WATER, ["deep_water"], "none", ""),
    (Position.WATER, [], "none", "No hands"),
]

each_line = pytest.mark.parametrize(("position", "demands", "support", "words"), LINES)


def draft_with(patient, slug="ours", **fields):
    """Return a draft with one item, and its exercise."""
    support = fields.pop("support")
    exercise = ExerciseFactory(slug=slug, support=support, **fields)
    version = PlanVersionFactory(plan__patient=patient)
    PlanItemFactory(version=version, exercise=exercise, support=support)
    return version, exercise


@each_line
def test_the_summary_of_a_line_names_it(patient, position, demands, support, words):
    version, exercise = draft_with(patient, position=position, demands=demands, support=support)
    content = PlanContent.of(version, list(version.items.select_related("exercise")))
    form = DraftForm.from_content(content, seen=content, edit_number=1, exercises={exercise.pk: exercise})

    summary = form.rows[0].summary

    said = [each for each in ("No hands.", "Hold on with") if each in summary]
    assert bool(said) is bool(words)
    assert words in summary


@each_line
def test_the_preview_names_it(patient, dana, signed_in, position, demands, support, words):
    version, _exercise = draft_with(patient, position=position, demands=demands, support=support)

    page = signed_in(dana).get(reverse("staff:plan_preview", args=[version.plan_id])).text

    assert ('class="support"' in page) is bool(words)
    assert words in page


def test_the_picture_of_the_preview_shows_it(patient, dana, signed_in):
    version, _exercise = draft_with(
        patient, slug="sit-to-stand", position=Position.SEATED, demands=RISING, support="one_hand"
    )

    page = signed_in(dana).get(reverse("staff:plan_preview", args=[version.plan_id])).text

    assert "/figures/sit-to-stand.one_hand-strip" in page
    assert "another way to hold on" not in page


def test_a_sentence_of_the_preview_tells_what_the_picture_cannot_show(patient, dana, signed_in):
    version, _exercise = draft_with(patient, slug="brisk-walk", support="one_hand")

    page = signed_in(dana).get(reverse("staff:plan_preview", args=[version.plan_id])).text

    assert "The picture shows another way to hold on. Do this: Hold on with one hand." in page
