"""Parsing of JSON that a browser sends."""

from __future__ import annotations

import json
import math
from typing import Any

#: Levels of lists and objects in what our pages send: five at most.
MAX_DEPTH = 20


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text. Raises ValueError for everything that is not fit to be stored.

    Beside malformed text, this is: lists and objects that are nested more than MAX_DEPTH deep, for which Python's own
    parser raises RecursionError; numbers that are not finite (NaN, 1e999); and halves of surrogate pairs, which no
    database stores.
    """
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_parse_float)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _check(value)
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _parse_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("The number is too large.")
    return number


def _check(value: Any) -> None:
    """Raise ValueError for nesting and text that `parse_json` refuses. It walks level by level, without recursion."""
    level, depth = [value], 0
    while level:
        below: list[Any] = []
        for each in level:
            if isinstance(each, str):
                each.encode()  # UnicodeEncodeError is a ValueError
            elif isinstance(each, list | dict) and depth == MAX_DEPTH:
                raise ValueError("nested too deeply")
            elif isinstance(each, list):
                below += each
            elif isinstance(each, dict):
                below += [*each.keys(), *each.values()]
        level, depth = below, depth + 1
