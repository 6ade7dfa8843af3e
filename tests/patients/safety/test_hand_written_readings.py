"""Blood sugar and ketones by a second list, written from the clinical rules and apart from the table of questions.

A case is a list of readings, each with its day, its time, the band in mg/dL and what the strip shows, then True if the
patient may start. `readings_of_product` knows the product's own names and calls its services.
"""

import pytest

from .readings_of_product import may_start_after, words_after

pytestmark = pytest.mark.django_db

#: One reading, and whether the patient may start.
ONE = [
    ("day 1 09:00 below 54", False),
    ("day 1 09:00 54-69", False),
    ("day 1 09:00 70-89", True),
    ("day 1 09:00 90-149", True),
    ("day 1 09:00 150-249", True),
    ("day 1 09:00 250-349, none", True),
    ("day 1 09:00 250-349, small", False),
    ("day 1 09:00 250-349, no strips", True),
    ("day 1 09:00 250-349, moderate", False),
    ("day 1 09:00 350 up, none", True),
    ("day 1 09:00 350 up, small", False),
    ("day 1 09:00 350 up, no strips", False),
    ("day 1 09:00 350 up, moderate", False),
]
#: Readings, and whether the patient may start after the last one.
SEVERAL = [
    # A low is treated, up to 90 or more.
    (["day 1 09:00 54-69", "day 1 09:15 70-89"], False),
    (["day 1 09:00 54-69", "day 1 09:15 90-149"], True),
    (["day 1 09:00 54-69", "day 1 09:15 250-349, none"], True),
    (["day 1 09:00 54-69", "day 1 09:15 250-349, no strips"], True),
    (["day 1 09:00 54-69", "day 1 09:15 250-349, small"], False),
    (["day 1 09:00 54-69", "day 1 09:15 350 up, no strips"], False),
    (["day 1 09:00 below 54", "day 1 09:15 90-149"], False),
    # Small ketones: wait, drink water, test again.
    (["day 1 09:00 250-349, small", "day 1 10:00 250-349, none"], True),
    (["day 1 09:00 250-349, small", "day 1 10:00 150-249, none"], True),
    (["day 1 09:00 250-349, small", "day 1 10:00 150-249"], False),
    (["day 1 09:00 250-349, small", "day 1 10:00 150-249, small"], False),
    (["day 1 09:00 250-349, small", "day 1 10:00 250-349, small"], False),
    (["day 1 09:00 250-349, small", "day 1 10:00 250-349, no strips"], False),
    (["day 1 09:00 250-349, small", "day 1 10:00 350 up, small"], False),
    (["day 1 09:00 350 up, small", "day 1 10:00 250-349, small"], False),
    (["day 1 09:00 350 up, small", "day 1 10:00 350 up, none"], True),
    # No strips at 350 and over: none today, whatever the next number is.
    (["day 1 09:00 350 up, no strips", "day 1 10:00 150-249"], False),
    (["day 1 09:00 350 up, no strips", "day 1 10:00 250-349, no strips"], False),
    (["day 1 09:00 350 up, no strips", "day 1 10:00 250-349, none"], True),
    (["day 1 09:00 54-69", "day 1 09:15 350 up, no strips", "day 1 10:00 90-149"], False),
    (["day 1 09:00 54-69", "day 1 09:15 350 up, no strips", "day 1 10:00 90-149, none"], True),
    # Moderate or large: the next day, none or a trace.
    (["day 1 09:00 250-349, moderate", "day 1 23:59 150-249, none"], False),
    (["day 1 09:00 250-349, moderate", "day 2 00:05 150-249, none"], True),
    (["day 1 23:30 350 up, moderate", "day 2 09:00 150-249"], False),
    (["day 1 23:30 350 up, moderate", "day 2 09:00 150-249, small"], False),
    (["day 1 23:30 350 up, moderate", "day 2 09:00 250-349, no strips"], False),
    (["day 1 23:30 350 up, moderate", "day 2 09:00 54-69, none"], False),
    (["day 1 09:00 350 up, moderate", "day 2 09:00 250-349, moderate", "day 2 21:00 90-149, none"], False),
    (["day 1 09:00 350 up, moderate", "day 2 09:00 250-349, moderate", "day 3 09:00 90-149, none"], True),
]
#: One reading, a later time, and whether the patient may start then without another one.
LATER = [
    ("day 1 09:00 54-69", "day 1 23:59", False),
    ("day 1 09:00 54-69", "day 2 00:00", True),
    ("day 1 09:00 below 54", "day 2 08:59", False),
    ("day 1 09:00 below 54", "day 2 09:00", True),
    ("day 1 09:00 350 up, no strips", "day 1 23:59", False),
    ("day 1 09:00 350 up, no strips", "day 2 00:00", True),
    ("day 1 09:00 250-349, small", "day 2 00:00", True),
    ("day 1 23:30 250-349, moderate", "day 2 00:00", False),
    ("day 1 23:30 250-349, moderate", "day 9 12:00", False),
]
#: Readings with which the patient may start, but not weak, tired or ill.
ONLY_IF_WELL = [("250-349", "none"), ("250-349", "no strips"), ("350 up", "none")]


@pytest.mark.parametrize(("reading", "may_start"), ONE)
def test_one_reading(reading, may_start):
    assert may_start_after(reading) == may_start


@pytest.mark.parametrize(
    ("readings", "may_start"),
    SEVERAL,
    ids=lambda case: " then ".join(case) if isinstance(case, list) else None,
)
def test_several_readings(readings, may_start):
    assert may_start_after(*readings) == may_start


@pytest.mark.parametrize(("reading", "later", "may_start"), LATER)
def test_time_alone(reading, later, may_start):
    assert may_start_after(reading, later=later) == may_start


@pytest.mark.parametrize(("band", "strip"), ONLY_IF_WELL)
def test_who_may_start_with_a_high_sugar_has_to_be_well(band, strip):
    assert "Weak, tired or ill? Then do not exercise today." in words_after(band, strip)
