"""Demands and holding on: exercises with something to hold, and their support in the library and on leaflets."""

import pytest
from django.db.models import Q
from django.urls import reverse

from exercises.catalogue import EXERCISES
from exercises.demands import get_named_support, is_something_to_hold
from exercises.leaflets.pdf import leaflet
from exercises.library.images import get_unlike_picture
from exercises.library.selectors import get_routine_page
from exercises.models import (
    Demand,
    Equipment,
    Exercise,
    ExerciseStep,
    Support,
    demands_of,
    list_complete_exercises,
    load_contents,
)
from tests.factories import ExerciseFactory, RoutineFactory, RoutineItemFactory

WITH_HANDS = (Support.TWO_HANDS, Support.ONE_HAND, Support.FINGERTIPS)
#: Exercises of the catalogue that start sitting and still have something to hold.
GETTING_UP = {"sit-to-stand", "sit-to-stand-with-hands", "stationary-cycling"}


def test_the_exercises_with_something_to_hold_are_those_done_upright_for_a_moment_at_least():
    found = {
        each.slug: is_something_to_hold(demands_of(position=each.position, demands=each.demands))
        for each in EXERCISES
    }
    assert {each.slug for each in EXERCISES if each.position == "seated" and found[each.slug]} == GETTING_UP
    assert all(found[each.slug] for each in EXERCISES if each.position == "standing")
    assert (found["pool-walking"], found["swimming"]) == (True, False)


def test_every_exercise_with_something_to_hold_says_at_each_support_how():
    for each in EXERCISES:
        if is_something_to_hold(demands_of(position=each.position, demands=each.demands)):
            assert len({tuple(each.list_steps(support)) for support in WITH_HANDS}) == len(WITH_HANDS), (
                each.slug
            )


def test_no_hands_is_named_only_where_the_weight_is_on_the_feet():
    named = {
        each.slug
        for each in EXERCISES
        if get_named_support("none", demands_of(position=each.position, demands=each.demands)) == "none"
    }
    sitting = {each.slug for each in EXERCISES if each.position == "seated"}
    assert named & sitting == GETTING_UP - {"stationary-cycling"}
    assert named - sitting == {each.slug for each in EXERCISES if each.position != "seated"} - {"swimming"}


@pytest.mark.parametrize("support", [*WITH_HANDS, Support.EYES_CLOSED])
@pytest.mark.parametrize("demands", [[], [Demand.FOOT_MOTION], [Demand.RISE], [Demand.STANDING]])
def test_every_other_level_is_named_whatever_the_exercise(support, demands):
    assert get_named_support(support, demands) == support


@pytest.mark.django_db
class TestTheContentsOfAnExercise:
    @pytest.fixture
    def bike(self):
        exercise = ExerciseFactory(slug="our-bike", steps=["Get on.", "Pedal."])
        exercise.equipment.add(Equipment.objects.create(slug="bike", name="stationary bike"))
        exercise.equipment.add(Equipment.objects.create(slug="chair", name="firm chair"))
        ExerciseStep.objects.create(exercise=exercise, order=3, kind="support")
        return exercise

    def test_are_the_same_read_in_one_query_as_in_three(self, bike, django_assert_num_queries):
        with django_assert_num_queries(1):
            (complete,) = list_complete_exercises(Q(pk=bike.pk))
            steps, things = complete.list_steps(), complete.list_equipment()
        plain = Exercise.objects.get(pk=bike.pk)
        assert steps == plain.list_steps()
        assert {thing.slug for thing in things} == {thing.slug for thing in plain.equipment.all()}

    def test_are_loaded_once(self, bike, django_assert_num_queries):
        bare = ExerciseFactory(slug="bare")
        bare.steps.all().delete()
        with django_assert_num_queries(1):
            load_contents([bike, bare])
            load_contents([bike, bare])
            assert len(bike.list_steps()) == 3
            assert (bare.list_steps(), bare.list_equipment()) == ([], [])


@pytest.mark.django_db
class TestInTheLibrary:
    @pytest.mark.parametrize(
        ("slug", "words"),
        [
            ("sit-to-stand", "No hands"),
            ("sit-to-stand-with-hands", "Hold on with two hands"),
            ("seated-side-reach", "Hold on with one hand"),
            ("calf-raise", "Hold on with two hands"),
            ("stationary-cycling", ""),
            ("swimming", ""),
            ("chair-march", ""),
        ],
    )
    def test_the_page_names_the_support_where_it_means_something(self, client, loaded, slug, words):
        page = client.get(reverse("library:exercise", args=[slug])).content.decode()
        assert ("<dt>Support</dt>" in page) is bool(words)
        assert words in page

    def test_the_bike_is_held_while_getting_on_and_off(self, client, loaded):
        page = client.get(reverse("library:exercise", args=["stationary-cycling"])).content.decode()
        assert "Hold the bars as you get on and off the bike." in page


@pytest.mark.django_db
class TestOnALeaflet:
    @pytest.fixture
    def leaflet_of(self):
        def of(slug, position, support):
            exercise = ExerciseFactory(
                slug=slug, name="Ours", position=position, support=support, demands=["rise"]
            )
            RoutineItemFactory(routine=RoutineFactory(slug="ours"), exercise=exercise, order=1)
            return leaflet(get_routine_page("ours"), paper="letter", site_url="https://x.example")

        return of

    def test_the_picture_shows_the_support_of_the_exercise(self, leaflet_of):
        html = leaflet_of("sit-to-stand", "seated", "two_hands").html
        assert 'src="figure:sit-to-stand.two_hands"' in html
        assert "Sitting\n            · Hold on with two hands" in html
        assert "another way to hold on" not in html

    def test_a_sentence_tells_what_the_picture_cannot_show(self, leaflet_of):
        html = leaflet_of("brisk-walk", "standing", "one_hand").html
        assert "The picture shows another way to hold on. Do this: Hold on with one hand." in html

    def test_another_support_is_another_leaflet(self, leaflet_of):
        one = leaflet_of("sit-to-stand", "seated", "two_hands").digest
        Exercise.objects.update(support="one_hand")
        again = leaflet(get_routine_page("ours"), paper="letter", site_url="https://x.example").digest
        assert one != again


def test_a_sentence_is_due_for_each_level_that_a_figure_of_the_catalogue_cannot_show():
    for each in EXERCISES:
        shown = ExerciseFactory.build(slug=each.slug)
        assert not get_unlike_picture(shown, each.support), each.slug
    walk = ExerciseFactory.build(slug="brisk-walk")
    assert get_unlike_picture(walk, Support.ONE_HAND) == "Hold on with one hand"
    assert get_unlike_picture(walk, "") == ""
