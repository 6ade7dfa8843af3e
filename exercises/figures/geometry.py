"""Plane geometry of the figures: points, affine transforms, angles.

The world is measured in body units: a standing adult is 160 units tall, x runs to the right, y runs *up* and the
ground is y = 0. In SVG y runs down; only `Affine` and the modules that write SVG convert it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """Point in the world, y up."""

    x: float
    y: float

    def to(self, other: Point) -> float:
        """Return the distance to another point."""
        return math.hypot(other.x - self.x, other.y - self.y)


def along(start: Point, degrees: float, length: float) -> Point:
    """Return the point at distance `length` in the direction `degrees` from straight down (positive towards +x)."""
    turn = math.radians(degrees)
    return Point(start.x + length * math.sin(turn), start.y - length * math.cos(turn))


def bearing(start: Point, end: Point) -> float:
    """Return the direction from one point to another, in degrees from straight down (positive towards +x)."""
    return math.degrees(math.atan2(end.x - start.x, start.y - end.y))


def two_bones(start: Point, end: Point, upper: float, lower: float) -> tuple[float, float, float]:
    """Solve a limb of two bones from `start` to `end`.

    Returns (bearing of the line, angle of the upper bone off the line, bend at the joint) in degrees. If the target is
    too far, the limb reaches as near as its length allows and is not stretched: tests then report that the hand or
    the foot is not in its place.
    """
    reach = min(max(start.to(end), abs(upper - lower) + 1e-6), upper + lower - 1e-6)
    off = math.acos((upper**2 + reach**2 - lower**2) / (2 * upper * reach))
    bend = math.pi - math.acos((upper**2 + lower**2 - reach**2) / (2 * upper * lower))
    return bearing(start, end), math.degrees(off), math.degrees(bend)


@dataclass(frozen=True)
class Affine:
    """SVG transform (a b c d e f), y down."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def __matmul__(self, other: Affine) -> Affine:
        """Return the transform that applies `other` first, then `self`, as nested SVG groups do."""
        return Affine(
            self.a * other.a + self.c * other.b,
            self.b * other.a + self.d * other.b,
            self.a * other.c + self.c * other.d,
            self.b * other.c + self.d * other.d,
            self.a * other.e + self.c * other.f + self.e,
            self.b * other.e + self.d * other.f + self.f,
        )

    def __call__(self, x: float, y: float) -> Point:
        """Return the point in the world (y up) of a local SVG point (y down)."""
        return Point(self.a * x + self.c * y + self.e, -(self.b * x + self.d * y + self.f))

    @classmethod
    def placed(cls, x: float, y: float, turn: float, stretch: tuple[float, float] = (1, 1)) -> Affine:
        """Return `translate(x y) rotate(turn) scale(stretch)`; `turn` is in degrees, clockwise on the screen."""
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        return cls(cos * stretch[0], sin * stretch[0], -sin * stretch[1], cos * stretch[1], x, y)


def simplify(rows: Sequence[tuple[float, ...]], tolerance: float) -> list[int]:
    """Return the indices of the evenly spaced `rows` between which linear interpolation stays within `tolerance`.

    This is the Douglas–Peucker algorithm over time.
    """
    keep = {0, len(rows) - 1}
    spans = [(0, len(rows) - 1)]
    while spans:
        first, last = spans.pop()
        worst, where = tolerance, -1
        for index in range(first + 1, last):
            share = (index - first) / (last - first)
            miss = max(
                abs(value - (start + (end - start) * share))
                for value, start, end in zip(rows[index], rows[first], rows[last], strict=True)
            )
            if miss > worst:
                worst, where = miss, index
        if where >= 0:
            keep.add(where)
            spans += [(first, where), (where, last)]
    return sorted(keep)


def number(value: float, places: int = 1) -> str:
    """Return a number in the shortest form that SVG allows: 0.50 → .5, -0.04 → 0."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
