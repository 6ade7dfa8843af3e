"""JSON that a browser sends: values of our pages are read, and all that cannot be stored is a ValueError."""

import json

import pytest

from clinic.json_input import MAX_DEPTH, parse_json


def nested(depth):
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "value",
    [None, True, 1, -2.5, "Zażółć 😀", [], {}, {"a": [1, {"b": "c"}]}, [[[[["as deep as our pages"]]]]]],
)
def test_values_of_our_pages_are_read(value):
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value).encode()) == value


def test_the_deepest_that_is_read():
    assert parse_json(nested(MAX_DEPTH))
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "text",
    [
        nested(1_000),
        nested(100_000),
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "[" * 100_000,
        '{"a": ' * 30 + "1" + "}" * 30,
        "NaN",
        "[-Infinity]",
        "1e999",
        "9" * 5_000,
        r'"\ud800"',
        r'{"\udfff": 1}',
        b"\xff\xfe",
        b"\x80",
        "",
        "{",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_everything_else_is_a_value_error(text):
    with pytest.raises(ValueError):  # noqa: PT011  # json's own messages; only the type is documented
        parse_json(text)
