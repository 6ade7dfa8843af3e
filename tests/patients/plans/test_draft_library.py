"""The library beside a draft, and the totals of a draft compared with the weekly targets."""

import datetime

import pytest

from exercises.doses import Dose
from exercises.library.services.favourites import set_favourite, toggle_favourite
from exercises.models import BodyFocus, Category, Equipment, FavouriteExercise
from patients.plans.content import PlanContent
from patients.plans.lines import PlanLine
from patients.plans.selectors.draft_library import MAX_RECENT, library
from patients.plans.selectors.draft_page import get_plan_draft_page
from patients.plans.totals import compute_totals
from tests.factories import NOON, ExerciseFactory, PlanItemFactory, PlanVersionFactory
from tests.factories_of_drafts import FavouriteExerciseFactory

pytestmark = pytest.mark.django_db


def names(exercises):
    return [exercise.name for exercise in exercises]


@pytest.fixture
def library_exercises(clinic):
    """A heel raise with a chair or a counter, a walk without equipment, a band stretch."""
    raised = ExerciseFactory(name="Heel raise", position="standing")
    walk = ExerciseFactory(name="Walk", category=Category.AEROBIC)
    band = ExerciseFactory(
        name="Band stretch", category=Category.STRETCHING, position="seated", clinic=clinic
    )
    things = {slug: Equipment.objects.create(slug=slug, name=slug) for slug in ("chair", "counter", "band")}
    raised.equipment.set([things["chair"], things["counter"]])
    band.equipment.set([things["band"]])
    raised.focus.add(BodyFocus.objects.create(slug="calf", name="Calf"))
    return {"raise": raised, "walk": walk, "band": band}


class TestFilters:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, ["Walk", "Heel raise", "Band stretch"]),
            ({"category": "stretching"}, ["Band stretch"]),
            ({"position": "seated"}, ["Band stretch"]),
            ({"focus": "calf"}, ["Heel raise"]),
            ({"q": "calf"}, ["Heel raise"]),
            ({"q": "band", "category": "aerobic"}, []),
            ({"strength": "1"}, []),
            ({"category": "nonsense", "focus": "nowhere"}, ["Walk", "Heel raise", "Band stretch"]),
        ],
    )
    def test_the_library_is_filtered_by_the_address(self, dana, library_exercises, asked, found):
        assert names(library(dana, asked).found) == found

    def test_the_home_filter_leaves_out_exercises_without_their_equipment(self, dana, library_exercises):
        found = library(dana, {"home": "1"}, at_home=["chair"]).found
        assert names(found) == ["Walk", "Heel raise"]

    def test_the_home_filter_does_nothing_while_the_equipment_is_not_known(self, dana, library_exercises):
        here = library(dana, {"home": "1"})
        assert len(here.found) == 3
        assert not here.knows_home
        assert all(row.wants == [] for row in here.found)

    def test_missing_equipment_is_named(self, dana, library_exercises):
        wants = {row.name: row.wants for row in library(dana, {}, at_home=["chair"]).found}
        assert wants == {"Walk": [], "Heel raise": [], "Band stretch": ["band"]}

    def test_all_filters_stay_in_the_address(self, dana, library_exercises):
        asked = {"q": "x", "category": "balance", "favourite": "1", "recent": "1", "home": "1"}
        query = library(dana, asked).filters.query_string()
        assert set(query.removeprefix("?").split("&")) == {f"{name}={value}" for name, value in asked.items()}
        assert library(dana, {}).filters.query_string() == ""
        assert not library(dana, {}).filters.any


class TestFavourites:
    def test_favourites_come_first_and_alone_with_the_filter(self, dana, other, library_exercises):
        FavouriteExerciseFactory(user=dana, exercise=library_exercises["band"])
        assert names(library(dana, {}).found)[0] == "Band stretch"
        assert names(library(dana, {"favourite": "1"}).found) == ["Band stretch"]
        assert library(other, {"favourite": "1"}).found == []

    def test_what_another_clinician_of_the_clinic_marked_is_no_favourite(
        self, dana, other, library_exercises
    ):
        FavouriteExerciseFactory(user=other, exercise=library_exercises["band"])
        assert not any(exercise.is_favourite for exercise in library(dana, {}).found)
        assert library(dana, {"favourite": "1"}).found == []

    def test_each_choice_toggles_a_favourite(self, dana, library_exercises):
        for _click in range(2):
            set_favourite(exercise=library_exercises["walk"], by=dana, wanted=True)
        assert FavouriteExercise.objects.count() == 1
        assert not toggle_favourite(exercise=library_exercises["walk"], by=dana)
        assert toggle_favourite(exercise=library_exercises["walk"], by=dana)


class TestRecent:
    def used(self, user, *exercises, ahead=0):
        version = PlanVersionFactory(edited_by=user, edited_at=NOON + datetime.timedelta(hours=ahead))
        for order, exercise in enumerate(exercises, start=1):
            PlanItemFactory(version=version, exercise=exercise, order=order)

    def test_recent_exercises_of_the_user_are_listed_newest_plan_first(self, dana, other, library_exercises):
        self.used(dana, library_exercises["walk"], library_exercises["raise"])
        self.used(dana, library_exercises["band"], library_exercises["walk"], ahead=1)
        self.used(other, library_exercises["raise"], ahead=2)
        assert names(library(dana, {}).recent) == ["Band stretch", "Walk", "Heel raise"]
        assert names(library(dana, {"recent": "1"}).found) == ["Band stretch", "Walk", "Heel raise"]
        assert names(library(other, {"recent": "1"}).found) == ["Heel raise"]

    def test_the_number_of_recent_exercises_is_limited(self, dana):
        self.used(dana, *ExerciseFactory.create_batch(MAX_RECENT + 3))
        assert len(library(dana, {}).recent) == MAX_RECENT

    def test_recent_exercises_that_are_not_available_are_left_out(self, dana, library_exercises):
        library_exercises["walk"].retired_at = NOON
        library_exercises["walk"].save()
        self.used(dana, library_exercises["walk"], library_exercises["band"])
        assert names(library(dana, {}).recent) == ["Band stretch"]


@pytest.fixture
def strong(library_exercises):
    """Strengthening exercises: two for the legs, one for the back that is a stretch, and one for the toes."""
    parts = {
        slug: BodyFocus.objects.create(slug=slug, name=slug.title())
        for slug in ("strength", "legs", "back", "toes")
    }
    made = {}
    for name, focus, category, days in (
        ("squat", "legs", Category.BALANCE, (2, 3)),
        ("step", "legs", Category.BALANCE, (3, None)),
        ("row", "back", Category.STRETCHING, (2, 3)),
        ("toes", "toes", Category.BALANCE, (3, 7)),
    ):
        made[name] = ExerciseFactory(
            name=name.title(), category=category, position="seated", days_min=days[0], days_max=days[1]
        )
        made[name].focus.set([parts["strength"], parts[focus]])
    library_exercises["raise"].focus.add(parts["legs"])
    return made


def test_the_library_is_filtered_by_strength_whatever_the_category(dana, strong):
    assert names(library(dana, {"strength": "1"}).found) == ["Squat", "Step", "Toes", "Row"]


def test_the_exercises_of_a_draft_say_what_they_work_on_also_when_they_are_retired(dana, strong):
    squat = strong["squat"]
    squat.retired_at = NOON
    squat.save()
    assert squat.pk not in library(dana, {}, in_draft=[squat]).exercises
    assert squat.works_on == {"strength", "legs"}


class TestTotals:
    @pytest.fixture
    def sums(self, library_exercises, strong):
        """`sums((name, line fields), …)`: the totals of a plan on Monday, Wednesday and Friday for six weeks."""

        def summed(*lines, wanted=None, weekdays=(0, 2, 4)):
            exercises = library_exercises | strong
            made = tuple(
                PlanLine(exercises[name].pk, fields.pop("dose", Dose(minutes_min=10)), "none", **fields)
                for name, fields in lines
            )
            content = PlanContent(datetime.date(2026, 3, 2), 6, weekdays, lines=made)
            return compute_totals(content, {row.pk: row for row in exercises.values()}, minutes_wanted=wanted)

        return summed

    def figures(self, totals, phase=0):
        return {row.slug: (row.words, row.state) for row in totals.phases[phase].figures}

    def test_minutes_and_days_are_counted_by_weekday(self, sums):
        totals = sums(("walk", {"dose": Dose(minutes_min=30)}), ("band", {"weekdays": (0,)}))
        assert (totals.minutes, totals.minutes_a_week, totals.days, totals.exercises) == (40, 100, 3, 2)
        assert self.figures(totals) == {
            "session": ("about 40 minutes", ""),
            "week": ("100 minutes · 3 days", ""),
            "aerobic": ("90 of 150 minutes, 3 days", "short"),
            "balance": ("0 days", "short"),
            "strength": ("0 days", "short"),
            "stretching": ("1 day", "short"),
        }

    def test_reached_targets_are_marked(self, sums):
        totals = sums(
            ("walk", {"dose": Dose(minutes_min=50)}),
            ("band", {}),
            ("raise", {"weekdays": (0, 2)}),
            ("squat", {"weekdays": (0, 2)}),
        )
        states = {slug: state for slug, (_words, state) in self.figures(totals).items()}
        assert states.pop("session") == states.pop("week") == ""
        assert states == dict.fromkeys(("aerobic", "balance", "strength", "stretching"), "met")

    def test_strength_is_counted_in_every_category_and_apart_from_balance(self, sums):
        totals = sums(("raise", {}), ("squat", {"weekdays": (0,)}), ("row", {"weekdays": (2,)}))
        figures = self.figures(totals)
        assert (figures["balance"], figures["strength"]) == (("3 days", "met"), ("2 days", "met"))
        one = self.figures(sums(("raise", {}), ("squat", {"weekdays": (0,)})))
        assert (one["balance"], one["strength"]) == (("3 days", "met"), ("1 day", "short"))

    @pytest.mark.parametrize(
        ("lines", "weekdays", "names"),
        [
            ([("squat", {"weekdays": (0,)}), ("step", {"weekdays": (1,)})], range(7), "Squat, Step"),
            ([("squat", {"weekdays": (6,)}), ("step", {"weekdays": (0,)})], range(7), "Squat, Step"),
            ([("squat", {})], (0, 1, 3), "Squat"),
            ([("squat", {"weekdays": (0,)}), ("step", {"weekdays": (2,)})], range(7), None),
            ([("squat", {}), ("step", {})], (0, 2, 4), None),
            ([("squat", {"weekdays": (0,)}), ("row", {"weekdays": (1,)})], range(7), None),
            ([("squat", {"weekdays": (0,)}), ("raise", {"weekdays": (1,)})], range(7), None),
            ([("toes", {})], range(7), None),
        ],
        ids=[
            "two exercises on days in a row",
            "Sunday and Monday",
            "one exercise on days in a row",
            "a day between",
            "the same days",
            "other muscles",
            "one of them does not strengthen",
            "foot work without load is free",
        ],
    )
    def test_strength_work_without_a_day_of_rest_is_a_warning(self, sums, lines, weekdays, names):
        warnings = sums(*lines, weekdays=tuple(weekdays)).warnings
        assert warnings == (
            [
                f"Strength work for the same muscles on two days in a row: {names}. "
                "Leave a day of rest between. Source: NIA; Otago programme (ROH)."
            ]
            if names
            else []
        )

    def test_enough_minutes_on_too_few_days_are_not_enough(self, sums):
        totals = sums(("walk", {"dose": Dose(minutes_min=75), "weekdays": (0, 2)}))
        assert self.figures(totals)["aerobic"] == ("150 of 150 minutes, 2 days", "short")
        assert totals.warnings == ["4 days in a row without aerobic exercise. 2 at most is best."]

    def test_each_run_of_equal_weeks_has_its_own_totals(self, sums):
        totals = sums(
            ("walk", {"last_week": 2}),
            ("walk", {"first_week": 3, "dose": Dose(minutes_min=20)}),
            ("band", {"first_week": 3, "last_week": 4}),
        )
        assert [(phase.weeks, phase.minutes) for phase in totals.phases] == [
            ("weeks 1–2", 10),
            ("weeks 3–4", 30),
            ("weeks 5–6", 20),
        ]
        assert totals.minutes == 30

    def test_one_side_takes_half_the_time_of_both(self, sums):
        dose = Dose(hold_seconds_min=26, sets=3, each_side=True)
        both, left = sums(("band", {"dose": dose})), sums(("band", {"dose": dose, "side": "left"}))
        assert (both.minutes, left.minutes) == (6, 3)

    def test_a_session_longer_than_the_patients_time_is_a_warning(self, sums):
        assert self.figures(sums(("walk", {}), wanted=15))["session"] == (
            "about 10 minutes of the patient’s 15",
            "met",
        )
        over = sums(("walk", {"dose": Dose(minutes_min=30)}), wanted=15)
        assert self.figures(over)["session"][1] == "over"
        assert over.warnings == ["A session takes about 30 minutes. The patient has 15."]

    def test_many_exercises_are_a_warning_only_on_the_day_that_has_them(self, sums, library_exercises):
        for number in range(7):
            library_exercises[number] = ExerciseFactory()
        spread = sums(*((number, {"weekdays": (number % 2 * 2,)}) for number in range(7)))
        assert (spread.exercises, spread.phases[0].most_exercises, spread.warnings) == (7, 4, [])
        crowded = sums(*((number, {}) for number in range(7)))
        assert "7 exercises in one session is a lot" in crowded.warnings[0]

    def test_an_empty_plan_has_totals_of_zero(self, sums):
        totals = sums()
        assert (totals.minutes, totals.days, totals.exercises, totals.warnings) == (0, 0, 0, [])

    def test_totals_use_the_patients_own_time(self, draft, dana):
        board = get_plan_draft_page(dana, draft.plan, {})
        assert board.totals.exercises == 2
        assert board.totals.phases[0].minutes_wanted is None
