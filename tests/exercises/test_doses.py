"""Display, duration and validation of doses."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.doses import DOSE_FIELDS, MOST, RANGES, SAYS_SOMETHING, Dose


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        (Dose(reps_min=10, reps_max=15), "10–15 times."),
        (Dose(sets=1, reps_min=10), "10 times."),
        (Dose(sets=1, reps_min=1, hold_seconds_min=20, each_side=True), "Hold 20 seconds. Once each side."),
        (Dose(hold_seconds_min=1), "Hold 1 second."),
        (Dose(hold_seconds_min=10, each_side=True), "Hold 10 seconds each side."),
        (Dose(sets=3, reps_min=1, hold_seconds_min=20, hold_seconds_max=30), "Hold 20–30 seconds. 3 times."),
        (Dose(sets=3, hold_seconds_min=20), "Hold 20 seconds. 3 times."),
        (Dose(sets=2, reps_min=10, reps_max=15, each_side=True), "2 sets of 10–15 each side."),
        (Dose(minutes_min=30, days_min=3, days_max=5), "30 minutes. 3–5 days a week."),
        (Dose(minutes_min=1, days_min=1), "1 minute. 1 day a week."),
        (Dose(sets=3, minutes_min=10), "10 minutes, 3 times."),
        (Dose(reps_min=5, days_min=2, days_max=7), "5 times. At least 2 days a week."),
        (Dose(reps_min=5, days_min=7), "5 times. Every day."),
        (Dose(reps_min=5, minutes_min=2), "5 times, 2 minutes."),
        (Dose(), ""),
    ],
)
def test_a_dose_is_displayed_as_sentences(dose, words):
    assert dose.sentence() == words


def test_the_page_may_name_the_side():
    dose = Dose(reps_min=3, hold_seconds_min=15, hold_seconds_max=20, each_side=True, days_min=3)

    assert dose.sentence("each leg") == "Hold 15–20 seconds. 3 times each leg. 3 days a week."


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        (Dose(reps_min=10, reps_max=15, days_min=3), "10–15 times"),
        (Dose(minutes_min=30, days_min=3), "30 minutes"),
        (Dose(reps_min=1, hold_seconds_min=20, each_side=True), "Hold 20 seconds each side"),
        (Dose(reps_min=3, hold_seconds_min=20, each_side=True), "3 times each side"),
        (Dose(hold_seconds_min=20), "Hold 20 seconds"),
    ],
)
def test_a_list_shows_the_dose_of_one_session(dose, words):
    assert dose.short() == words


@pytest.mark.parametrize(
    ("dose", "seconds", "minutes"),
    [
        (Dose(minutes_min=30), 1800, 30),
        (Dose(minutes_min=2, minutes_max=5), 210, 4),
        (Dose(reps_min=10), 40, 1),
        (Dose(sets=2, reps_min=10), 40 + 30 + 40, 2),
        (Dose(reps_min=3, hold_seconds_min=16, hold_seconds_max=20, each_side=True), 66 + 30 + 66, 3),
    ],
)
def test_a_session_is_estimated_from_the_middle_of_each_range_with_rests(dose, seconds, minutes):
    assert dose.session_seconds() == seconds
    assert dose.session_minutes() == minutes


@pytest.mark.parametrize(
    ("dose", "says_sets"),
    [
        (Dose(sets=3, reps_min=10), True),
        (Dose(sets=3, reps_min=1, reps_max=3, hold_seconds_min=10), True),
        (Dose(sets=3, reps_min=1, hold_seconds_min=20), False),
        (Dose(sets=3, hold_seconds_min=20), False),
        (Dose(sets=3, minutes_min=2), False),
    ],
)
def test_it_is_known_if_the_sentence_says_sets_or_times(dose, says_sets):
    assert dose.says_sets == says_sets
    assert ("sets of" in dose.sentence()) == says_sets


def test_a_dose_is_read_from_anything_with_its_fields():
    source = SimpleNamespace(
        **dict.fromkeys(DOSE_FIELDS) | {"reps_min": 4, "each_side": True, "name": "Calf raise"}
    )

    assert Dose.of(source) == Dose(reps_min=4, each_side=True)
    assert Dose(**Dose.of(source).as_dict()) == Dose.of(source)


@pytest.mark.parametrize(
    ("dose", "fields"),
    [
        (Dose(), {"reps_min"}),
        (Dose(reps_min=0), {"reps_min"}),
        (Dose(reps_min=101), {"reps_min"}),
        (Dose(reps_min=10, reps_max=9), {"reps_max"}),
        (Dose(reps_min=10, reps_max=10), {"reps_max"}),
        (Dose(reps_min=3, days_max=3), {"days_min"}),
        (Dose(reps_min=3, sets=11, days_min=8), {"sets", "days_min"}),
    ],
)
def test_an_impossible_dose_says_which_number_is_wrong(dose, fields):
    assert set(dose.problems()) == fields


# --- Properties of any valid dose -----------------------------------------------------------------


@st.composite
def ranges(draw: st.DrawFn, part: str) -> dict[str, int]:
    low = draw(st.none() | st.integers(1, MOST[part]))
    if low is None:
        return {}
    high = draw(st.none() | st.integers(low + 1, MOST[part])) if low < MOST[part] else None
    return {f"{part}_min": low} | ({f"{part}_max": high} if high else {})


@st.composite
def doses(draw: st.DrawFn) -> Dose:
    values: dict = {"each_side": draw(st.booleans()), "sets": draw(st.none() | st.integers(1, MOST["sets"]))}
    for part in RANGES:
        values |= draw(ranges(part))
    if not any(name in values for name in SAYS_SOMETHING):
        values["reps_min"] = draw(st.integers(1, MOST["reps"]))
    return Dose(**values)


@given(doses())
def test_every_valid_dose_is_displayed_as_whole_sentences(dose):
    assert dose.problems() == {}
    words = dose.sentence()
    assert words.endswith(".")
    assert not re.search(r"None|  |\.\.|%", words)
    assert all(part[0].isupper() or part[0].isdigit() for part in words[:-1].split(". "))
    assert dose.short()


@given(doses())
def test_numbers_agree_with_their_nouns(dose):
    words = dose.sentence()
    assert not re.search(r"(?<![\d–])1 (times|sets|seconds|minutes|days)\b", words)
    assert not re.search(r"(?<![\d–])\d*[02-9]\d* (time|set|second|minute|day)\b", words)
    assert not re.search(r"–\d+ (time|set|second|minute|day)\b", words)


@given(doses())
def test_the_second_number_of_a_range_is_larger(dose):
    for low, high in re.findall(r"(\d+)–(\d+)", dose.sentence()):
        assert int(low) < int(high)


@given(doses())
def test_each_side_is_displayed_if_and_only_if_it_is_set(dose):
    assert ("each side" in dose.sentence()) == dose.each_side


@given(doses())
def test_every_number_of_the_dose_is_in_the_sentence(dose):
    said = {int(number) for number in re.findall(r"\d+", dose.sentence())}
    for part in ("reps", "hold_seconds", "minutes"):
        for end in ("min", "max"):
            number = getattr(dose, f"{part}_{end}")
            assert number is None or number == 1 or number in said


@given(doses())
def test_a_session_takes_time_and_both_sides_take_longer(dose):
    assert dose.session_seconds() > 0
    assert dose.session_minutes() >= 1
    one = Dose(**dose.as_dict() | {"each_side": False})
    both = Dose(**dose.as_dict() | {"each_side": True})
    assert both.session_seconds() > one.session_seconds()
