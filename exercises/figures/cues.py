"""Arrows that show the direction of a movement. Arrowheads are filled paths, since SVG markers are lost in print."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .geometry import Point, number
from .props import Prop
from .shapes import Node, Shape


def _head(tip: Point, degrees: float, size: float) -> str:
    """Return the SVG path of an arrowhead that points to `degrees` on the screen (0 is right, 90 is up)."""
    turn = math.radians(degrees)
    cos, sin = math.cos(turn), math.sin(turn)
    corners = [(size * 0.55, 0), (-size * 0.75, size * 0.72), (-size * 0.75, -size * 0.72)]
    places = [(tip.x + x * cos - y * sin, -(tip.y + x * sin + y * cos)) for x, y in corners]
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in places) + "Z"


def arrow(
    *points: tuple[float, float], size: float = 6, both: bool = False, role: str = "work"
) -> tuple[Shape, Shape]:
    """Return an arrow from the first to the last point. A third, middle point bends it; `both` adds a second head."""
    start, end = Point(*points[0]), Point(*points[-1])
    bend = Point(*points[1]) if len(points) == 3 else Point((start.x + end.x) / 2, (start.y + end.y) / 2)
    n = number
    shaft = f"M{n(start.x)} {n(-start.y)}Q{n(bend.x)} {n(-bend.y)} {n(end.x)} {n(-end.y)}"
    heads = _head(end, math.degrees(math.atan2(end.y - bend.y, end.x - bend.x)), size)
    if both:
        heads += _head(start, math.degrees(math.atan2(start.y - bend.y, start.x - bend.x)), size)
    return Shape(shaft, "", role, size * 0.42), Shape(heads, role)


def round_arrow(
    centre: tuple[float, float],
    radii: tuple[float, float],
    start: float,
    end: float,
    size: float = 6,
    role: str = "work",
) -> tuple[Shape, Shape]:
    """Return an arrow along an ellipse from `start` to `end` degrees (0 is right, 90 is up)."""
    (x, y), (rx, ry), n = centre, radii, number

    def at(degrees: float) -> Point:
        turn = math.radians(degrees)
        return Point(x + rx * math.cos(turn), y + ry * math.sin(turn))

    first, last = at(start), at(end)
    way = 1 if end > start else -1
    before = at(end - way * 12)
    large = 1 if abs(end - start) > 180 else 0
    sweep = 0 if end > start else 1
    shaft = f"M{n(first.x)} {n(-first.y)}A{n(rx)} {n(ry)} 0 {large} {sweep} {n(last.x)} {n(-last.y)}"
    heading = math.degrees(math.atan2(last.y - before.y, last.x - before.x))
    return Shape(shaft, "", role, size * 0.42), Shape(_head(last, heading, size), role)


def line(points: Sequence[tuple[float, float]], role: str = "work", width: float = 2) -> Shape:
    """Return a line through points in world coordinates."""
    return Shape("M" + "L".join(f"{number(x)} {number(-y)}" for x, y in points), "", role, width)


def closed_eye(at: tuple[float, float], size: float) -> tuple[Shape, ...]:
    """Return the sign for closed eyes: a lid with lashes, `size` wide and high, with its middle `at` a place."""
    (x, y), n = at, number
    lid = f"M{n(x - size / 2)} {n(-y)}q{n(size / 2)} {n(size * 0.5)} {n(size)} 0"
    lashes = "".join(
        f"M{n(x + size * start)} {n(size * down - y)}l{n(size * lean)} {n(size * 0.24)}"
        for start, down, lean in ((-0.3, 0.22, -0.12), (0, 0.3, 0), (0.3, 0.22, 0.12))
    )
    return (Shape(lid + lashes, "", "muted", size / 9),)


def way(x: float, y: float, shapes: Sequence[Shape]) -> Prop:
    """Return an arrow, drawn around x, y, that the channels "way.sx" and "way.sy" stretch and turn around."""
    return Prop("way", (Node("way", (x, -y), tuple(shapes)),), front=True)


def to_side(share: float) -> dict[str, float]:
    """Return the channels of `way`: 1 as drawn, -1 to the other side; at 0 it is too small to be seen."""
    return {"way.sx": share or 0.01, "way.sy": abs(share) or 0.01}
