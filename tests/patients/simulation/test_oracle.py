"""The oracle of the simulation: it finds what is unsafe, lets what is safe pass, and knows nothing of the app."""

import datetime
from fractions import Fraction

import pytest

from exercises.catalogue import EXERCISES
from patients.simulation.oracle import BODY, KEPT_AWAY, NEVER, Amount, Chart, find_too_much, find_unsafe

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def unsafe(slug, *, support="none", told=(), conditions=(), chart=None):
    chart = chart or Chart(conditions=set(conditions), told=dict.fromkeys(told))
    return find_unsafe(chart, slug, support, NOON)


def test_it_knows_each_exercise_of_the_catalogue_and_no_other():
    assert set(BODY) == {entry.slug for entry in EXERCISES}


def test_nothing_is_unsafe_for_a_patient_without_conditions_who_told_nothing():
    assert [slug for slug in BODY if unsafe(slug)] == []


def test_an_exercise_that_it_does_not_know_counts_as_doing_everything():
    assert unsafe("a-clinics-own", told=["fall"])
    assert unsafe("a-clinics-own", conditions=["cancer in the bone"])


@pytest.mark.parametrize("sign", ["chest pain", "faint", "swollen calf", "stroke sign", "saddle sign"])
def test_a_sign_of_an_emergency_leaves_nothing(sign):
    assert [slug for slug in BODY if not unsafe(slug, told=[sign])] == []


def test_after_a_sore_nothing_loads_the_foot():
    assert unsafe("towel-toe-curls", told=["sore"]) == ["told: sore"]
    assert unsafe("stationary-cycling", told=["sore"])
    assert unsafe("seated-row-band", told=["sore"])
    assert not unsafe("ankle-circles", told=["sore"])


def test_after_a_hot_foot_the_foot_does_not_move():
    assert unsafe("ankle-circles", told=["hot foot"])
    assert not unsafe("arm-raise", told=["hot foot"])


def test_what_a_person_of_the_clinic_has_ended_is_safe_again():
    chart = Chart()
    chart.tell("fall")
    assert unsafe("calf-raise", chart=chart)

    chart.end("fall")
    assert not unsafe("calf-raise", chart=chart)


def test_what_ends_on_a_later_day_is_unsafe_until_then():
    chart = Chart()
    chart.tell("chest pain")
    chart.end("chest pain", NOON.date() + datetime.timedelta(days=2))

    assert find_unsafe(chart, "arm-raise", "none", NOON + datetime.timedelta(days=1))
    assert find_unsafe(chart, "arm-raise", "none", NOON + datetime.timedelta(days=2)) == []


def test_a_rest_ends_at_its_hour_and_not_before():
    chart = Chart()
    chart.rest(NOON + datetime.timedelta(hours=1))
    chart.rest(NOON - datetime.timedelta(hours=1))

    assert find_unsafe(chart, "arm-raise", "none", NOON) == ["rests"]
    assert find_unsafe(chart, "arm-raise", "none", NOON + datetime.timedelta(hours=1)) == []


def test_after_ketones_nothing_is_safe_until_a_test_of_a_later_day_shows_none():
    chart = Chart()
    chart.tell_ketones(NOON.date())
    late = NOON + datetime.timedelta(days=9)

    chart.test_ketones(NOON.date(), shows_none=True)
    chart.test_ketones(late.date(), shows_none=False)
    assert find_unsafe(chart, "arm-raise", "none", late) == ["ketones"]

    chart.test_ketones(late.date(), shows_none=True)
    assert find_unsafe(chart, "arm-raise", "none", late) == []


def test_a_written_reason_is_for_one_condition_and_one_exercise():
    chart = Chart(conditions={"operation not cleared"}, reasons={("operation not cleared", "arm-raise")})

    assert not unsafe("arm-raise", chart=chart)
    assert unsafe("neck-rotation", chart=chart)


def test_too_little_support_is_unsafe_until_a_clinician_has_confirmed_it():
    assert unsafe("one-leg-stand", support="fingertips", conditions=["fell"])
    assert not unsafe("one-leg-stand", support="one_hand", conditions=["fell"])
    assert unsafe("sit-to-stand", support="one_hand", conditions=["pressure drops on standing"])

    confirmed = Chart(conditions={"fell"}, confirmed={("fell", "one-leg-stand")})
    assert not unsafe("one-leg-stand", support="fingertips", chart=confirmed)


@pytest.mark.parametrize("table", [NEVER, KEPT_AWAY], ids=["conditions", "signs"])
def test_every_row_forbids_an_exercise_of_the_catalogue_or_says_everything(table):
    for name, forbidden in table.items():
        chart = {"conditions": [name]} if table is NEVER else {"told": [name]}
        assert [slug for slug in BODY if unsafe(slug, **chart)], (name, forbidden)


def test_after_dizziness_nothing_is_done_standing_that_day():
    chart = Chart()
    chart.sit(NOON + datetime.timedelta(hours=1))

    assert unsafe("calf-raise", chart=chart) == ["sits today"]
    assert not unsafe("chair-march", chart=chart)
    assert find_unsafe(chart, "calf-raise", "two_hands", NOON + datetime.timedelta(hours=1)) == []


class TestComingBack:
    """The time after a report: half, two thirds, fifths, and one rung more support."""

    def found(self, chart, slug="calf-raise", part="1", day=0, **amount):
        when = NOON + datetime.timedelta(days=day)
        return find_too_much(chart, slug, Amount(part=Fraction(part), **amount), when, when)

    def back_from(self, what, day=0):
        chart = Chart()
        chart.come_back(what, NOON.date() + datetime.timedelta(days=day))
        return chart

    def test_without_a_report_the_whole_dose_is_fine(self):
        assert self.found(Chart()) == []

    def test_after_a_fall_half_is_fine_for_a_week_if_held_more(self):
        chart = self.back_from("fall")
        assert self.found(chart) == ["too much: more than 1/2", "not held on to more"]
        assert self.found(chart, part="1/2", rungs=1) == []
        assert self.found(chart, part="1/2", is_held=True) == []
        assert self.found(chart, is_least=True, rungs=1) == []
        assert self.found(chart, "arm-raise", "1/2") == []
        assert self.found(chart, part="2/3", rungs=1, day=6)
        assert self.found(chart, day=7) == []
        assert self.found(chart, day=-1) == []

    def test_after_a_near_fall_the_whole_dose_is_fine_if_held_more(self):
        chart = self.back_from("near fall")
        assert self.found(chart, day=13) == ["not held on to more"]
        assert self.found(chart, rungs=1) == []
        assert self.found(chart, "swimming") == []
        assert self.found(chart, day=14) == []

    def test_after_an_illness_two_sessions_are_half(self):
        chart = self.back_from("illness", day=1)
        assert self.found(chart) == []
        for day in (1, 2):
            assert self.found(chart, day=day)
            assert self.found(chart, part="1/2", day=day) == []
            chart.exercise(NOON.date() + datetime.timedelta(days=day))
        assert self.found(chart, day=3) == []

    def test_after_two_weeks_without_a_session_two_thirds_are_fine_for_a_week(self):
        chart = Chart()
        chart.exercise(NOON.date())
        assert self.found(chart, day=13) == []
        assert self.found(chart, day=14)
        chart.exercise(NOON.date() + datetime.timedelta(days=14))
        assert self.found(chart, day=20)
        assert self.found(chart, part="2/3", rungs=1, day=20) == []
        assert self.found(chart, day=21) == []

    @pytest.mark.parametrize(("week", "part"), list(enumerate(("1/5", "2/5", "3/5", "4/5"))))
    def test_after_a_sore_each_week_has_a_fifth_more_of_what_loads_the_foot(self, week, part):
        chart = self.back_from("foot")
        day = 7 * week + 6
        assert self.found(chart, part=part, day=day) == []
        assert self.found(chart, part="5/6", day=day) == [f"too much: more than {part}"]
        assert self.found(chart, "towel-toe-curls", day=day)
        assert self.found(chart, "arm-raise", day=day) == []

    def test_after_a_sore_there_is_no_pool_for_twelve_weeks(self):
        chart = self.back_from("foot")
        assert self.found(chart, day=35) == []
        assert self.found(chart, "pool-walking", day=83) == ["in water after a sore"]
        assert self.found(chart, "pool-walking", day=84) == []
