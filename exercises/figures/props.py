"""Props: furniture and equipment in muted colours, with the surfaces that hands can rest on.

All coordinates are in the world: y up, ground at 0. `d()` converts them to SVG.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .geometry import Affine, number
from .shapes import Node, Shape, circle

Surface = tuple[tuple[float, float], tuple[float, float]]
Places = Mapping[str, Affine]


@dataclass(frozen=True)
class Morph:
    """Shape that follows the body. `draw` returns its path, given the transforms of the joints."""

    draw: Callable[[Places], str]
    fill: str = ""
    stroke: str = ""
    width: float = 0


@dataclass(frozen=True)
class Prop:
    """Shapes behind the body, or in front of it if `front`.

    `wide` draws shapes from the left to the right edge of the picture. `surface` is the line that hands can rest on,
    `stand` the height of a surface for feet, `extent` the bounding box (left, bottom, right, top).
    """

    name: str
    shapes: tuple[Shape | Morph | Node, ...] = ()
    surface: Surface | None = None
    plane: bool = False
    stand: float = 0
    front: bool = False
    wide: Callable[[float, float], tuple[Shape, ...]] | None = None
    extent: tuple[float, float, float, float] = field(default=(0, 0, 0, 0))


def d(*parts: str | float) -> str:
    """Return an SVG path from commands and world coordinates: d("M", 0, 0, "L", 10, 20).

    Supports absolute commands except A, H and V.
    """
    out, axis = [], 0
    for part in parts:
        if isinstance(part, str):
            out.append(part)
            axis = 0
        else:
            text = number(-part if axis else part)
            out.append(text if not out or out[-1][-1].isalpha() or text.startswith("-") else f" {text}")
            axis = 1 - axis
    return "".join(out)


def box(x: float, y: float, width: float, height: float) -> str:
    """Return the path of a rectangle, given its lower left corner."""
    n = number
    return f"M{n(x)} {n(-y)}h{n(width)}v{n(-height)}h{n(-width)}Z"


def ground() -> Prop:
    """Return the thin line of the ground."""
    return Prop("ground", wide=lambda left, right: (Shape(d("M", left, 0, "L", right, 0), "", "muted", 1.2),))


def counter(x: float, top: float = 88, width: float = 46, edge: float = 4) -> Prop:
    """Return a kitchen counter seen from its end, starting at `x`.

    Its top projects by `edge` at the left end, or if negative at the right end.
    """
    left, inner = x + max(edge, 0), width - abs(edge)
    return Prop(
        "counter",
        (
            Shape(box(left, 5, inner, top - 9), "prop_light"),
            Shape(box(left + max(edge, 0), 0, inner - abs(edge), 5) + box(x, top - 4, width, 4), "prop"),
            Shape(box(left + 5, top - 38, inner - 10, 1.4) + box(x + width / 2 - 4, top - 12, 8, 2), "prop"),
        ),
        surface=((x, top), (x + width, top)),
        extent=(x, 0, x + width, top),
    )


def long_counter(top: float = 88, period: float = 48) -> Prop:
    """Return a counter behind the whole picture."""

    def draw(left: float, right: float) -> tuple[Shape, ...]:
        first = left - left % period
        doors = "".join(
            f"M{number(x)} -8v{number(15 - top)}M{number(x + 7)} {number(19 - top)}h6"
            for x in (first + step * period for step in range(int((right - first) / period) + 2))
        )
        return (
            Shape(box(left, 5, right - left, top - 9), "prop_pale"),
            Shape(box(left, 0, right - left, 5), "prop_light"),
            Shape(doors, "", "prop_light", 1.6),
            Shape(box(left, top - 4, right - left, 4), "prop"),
        )

    return Prop("counter", surface=((-1e4, top), (1e4, top)), wide=draw)


def wall(x: float, top: float = 168, width: float = 9) -> Prop:
    """Return a wall seen from its edge, with its face at `x`."""
    return Prop(
        "wall",
        (
            Shape(box(x, 0, width, top), "prop_light"),
            Shape(box(x, 0, 1.8, top), "prop"),
            Shape(box(x - 2, 0, 2, 6), "prop"),
        ),
        surface=((x, 0), (x, top)),
        extent=(x, 0, x + width, top),
    )


def door_frame(x: float, top: float = 168) -> Prop:
    """Return a door frame seen from its edge: a post with a moulding."""
    return Prop(
        "frame",
        (
            Shape(box(x, 0, 12, top), "prop_light"),
            Shape(box(x, 0, 3, top) + box(x + 9, 0, 3, top), "prop"),
        ),
        surface=((x, 0), (x, top)),
        extent=(x, 0, x + 12, top),
    )


def long_wall(period: float = 60, rail: float = 0) -> Prop:
    """Return a wall behind the whole picture, with skirting board and panels; `rail` is the height of a handrail."""

    def draw(left: float, right: float) -> tuple[Shape, ...]:
        first = left - left % period
        count = int((right - first) / period) + 2
        panels = "".join(f"M{number(first + step * period)} -8v-146" for step in range(count))
        shapes = (
            Shape(box(left, 0, right - left, 155), "wall_panel"),
            Shape(panels, "", "prop_light", 1.4),
            Shape(box(left, 0, right - left, 7), "prop_light"),
        )
        return (*shapes, Shape(box(left, rail - 3, right - left, 3), "prop")) if rail else shapes

    return Prop(
        "rail" if rail else "wall",
        surface=((-1e4, rail), (1e4, rail)) if rail else None,
        plane=not rail,
        wide=draw,
    )


def chair(x: float, seat: float = 37, *, back: bool = True) -> Prop:
    """Return a firm chair from the side, facing right; `x` is the front edge of its seat."""
    left = x - 44
    rest = box(left - 2, seat - 4, 5, 50) + box(left + 3, seat + 18, 3, 26) if back else ""
    return Prop(
        "chair",
        (
            Shape(box(left, 0, 4, seat - 4) + box(x - 7, 0, 4, seat - 4), "prop"),
            Shape(box(left - 2, seat - 4, 46, 5) + rest, "prop"),
            Shape(box(left + 4, seat - 14, 33, 2.4), "prop_light"),
        ),
        surface=((left, seat + 1), (x, seat + 1)),
        extent=(left - 2, 0, x, seat + 46),
    )


def chair_front(x: float = 0, seat: float = 37) -> Prop:
    """Return the same chair from the front."""
    return Prop(
        "chair",
        (
            Shape(box(x - 23, 0, 4, seat + 46) + box(x + 19, 0, 4, seat + 46), "prop"),
            Shape(box(x - 21, seat + 18, 42, 28), "prop_light"),
            Shape(box(x - 24, seat - 5, 48, 6), "prop"),
        ),
        surface=((x - 24, seat + 1), (x + 24, seat + 1)),
        extent=(x - 24, 0, x + 24, seat + 46),
    )


def chair_back(x: float, top: float = 88) -> Prop:
    """Return a heavy chair, seen from the side, with its back at `x` towards the person who holds it."""
    return Prop(
        "chair",
        (
            Shape(box(x, 0, 5, top) + box(x + 38, 0, 4, 40) + box(x, 39, 42, 6), "prop"),
            Shape(box(x + 4, 22, 35, 2.4), "prop_light"),
            Shape(box(x - 1, top - 4, 7, 4), "muted"),
        ),
        surface=((x - 1, top), (x + 6, top)),
        extent=(x - 1, 0, x + 42, top),
    )


def step_with_rail(x: float, height: float = 15, rail: float = 100) -> Prop:
    """Return a low step starting at `x`, with a fixed rail on the far side; feet stand on it at `height`."""
    width = 46
    return Prop(
        "rail",
        (
            Shape(
                box(x - 6, 0, 4, rail)
                + box(x + width - 8, 0, 4, rail)
                + box(x - 14, rail - 4, width + 14, 4),
                "prop",
            ),
            Shape(box(x, 0, width, height), "prop_light"),
            Shape(box(x - 2, height - 3, width + 2, 3), "prop"),
        ),
        surface=((x - 14, rail), (x + width, rail)),
        stand=height,
        extent=(x - 14, 0, x + width, rail),
    )


def park(period: float) -> Prop:
    """Return small trees along a path, which show that the person moves forward."""

    def draw(left: float, right: float) -> tuple[Shape, ...]:
        first = left - left % period
        spots = [first + step * period + 8 for step in range(int((right - first) / period) + 2)]
        trunks = "".join(box(x - 1.5, 0, 3, 40) for x in spots)
        crowns = "".join(circle(x, -52, 15, 19) for x in spots)
        return Shape(trunks, "prop_light"), Shape(crowns, "leaf")

    return Prop("park", wide=draw)


def water(level: float) -> Prop:
    """Return water up to `level` in front of the body, with a line of small waves."""

    def draw(left: float, right: float) -> tuple[Shape, ...]:
        first = left - left % 24 - 24
        waves = f"M{number(first)} {number(-level)}" + "q6 -4 12 0t12 0" * (int((right - first) / 24) + 2)
        return (
            Shape(box(left, 0, right - left, level), "water", opacity=0.42),
            Shape(waves, "", "water", 2),
        )

    return Prop("water", wide=draw, front=True)


#: Centre of the pedals of the bike, and the length of their cranks.
CRANK = (8.0, 30.0)
crank = 13.0


def bike() -> tuple[Prop, Prop]:
    """Return an exercise bike facing right (saddle, frame, handlebar, flywheel) and its rotating pedals."""
    x, y = CRANK
    frame = (
        Shape(circle(40, -26, 20), "prop_light"),
        Shape(circle(40, -26, 5), "prop"),
        Shape(d("M", -34, 2, "L", 58, 2), "", "prop", 5),
        Shape(
            d("M", -27, 84, "L", -14, 3, "M", -20, 40, "L", x, y, 40, 26, "M", 44, 3, "L", 32, 110),
            "",
            "prop",
            5,
        ),
        Shape(d("M", 29, 109, "Q", 33, 117, 44, 114), "", "muted", 4.5),
        Shape(
            d("M", -42, 89, "Q", -38, 91, -10, 89, "Q", -10, 85, -22, 84, "Q", -38, 82, -42, 89, "Z"), "muted"
        ),
    )
    arms = Shape(f"M0 {number(-crank)}V{number(crank)}", "", "muted", 4)
    pedals = Shape(f"M-5 {number(-crank)}h10M-5 {number(crank)}h10", "", "muted", 3)
    return (
        Prop("handlebar", frame, surface=((28, 117), (46, 117)), extent=(-42, 0, 60, 119)),
        Prop("pedal", (Node("crank", (x, -y), (arms, pedals)),)),
    )


def clock(x: float, y: float) -> tuple[Shape, ...]:
    """Return a small clock face with ten minutes marked."""
    return (
        Shape(circle(x, -y, 9), "white", "muted", 1.5),
        Shape(f"M{number(x)} {number(-y)}v-7.5A7.5 7.5 0 0 1 {number(x + 6.5)} {number(-y - 3.75)}Z", "work"),
    )


def disc(x: float, y: float, r: float, fill: str) -> Shape:
    """Return a disc at world coordinates."""
    return Shape(circle(x, -y, r), fill)
