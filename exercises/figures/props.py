"""What a person holds, sits on or stands beside: flat shapes in muted ink, with the surfaces that hands may rest on.

All places are in the world: y up, ground at 0. `d()` writes them for SVG.
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
    """A shape that follows the body: its path is drawn anew from where the joints are."""

    draw: Callable[[Places], str]
    fill: str = ""
    stroke: str = ""
    width: float = 0


@dataclass(frozen=True)
class Prop:
    """Shapes behind or before the body. `wide` ones are drawn from edge to edge of the picture."""

    name: str
    shapes: tuple[Shape | Morph | Node, ...] = ()
    surface: Surface | None = None
    plane: bool = False
    stand: float = 0
    front: bool = False
    wide: Callable[[float, float], tuple[Shape, ...]] | None = None
    extent: tuple[float, float, float, float] = field(default=(0, 0, 0, 0))


def d(*parts: str | float) -> str:
    """A path from words and world numbers, y turned over: d("M", 0, 0, "L", 10, 20). Absolute commands only, and
    not A, H or V."""
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
    """A rectangle from its lower left corner."""
    n = number
    return f"M{n(x)} {n(-y)}h{n(width)}v{n(-height)}h{n(-width)}Z"


def ground() -> Prop:
    """The thin line everyone stands on."""
    return Prop("ground", wide=lambda left, right: (Shape(d("M", left, 0, "L", right, 0), "", "muted", 1.2),))


def counter(x: float, top: float = 88, width: float = 46, edge: float = 4) -> Prop:
    """A kitchen counter seen from its end, from `x` on; its top juts out by `edge` (negative: at the right end)."""
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
    """A counter that runs behind the whole picture."""

    def draw(left: float, right: float) -> tuple[Shape, ...]:
        first = left - left % period
        doors = "".join(
            box(first + step * period, 8, 1.2, top - 15) + box(first + step * period + 6, top - 20, 8, 2)
            for step in range(int((right - first) / period) + 2)
        )
        return (
            Shape(box(left, 5, right - left, top - 9), "prop_pale"),
            Shape(box(left, 0, right - left, 5), "prop_light"),
            Shape(doors, "prop_light"),
            Shape(box(left, top - 4, right - left, 4), "prop"),
        )

    return Prop("counter", surface=((-1e4, top), (1e4, top)), wide=draw)


def wall(x: float, top: float = 168, width: float = 9) -> Prop:
    """A wall seen from its edge, its face at `x`."""
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
    """A door frame seen from its edge: a post with a moulding, open beyond."""
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
    """A wall behind the whole picture, with a skirting board and panels; `rail` adds a handrail at that height."""

    def draw(left: float, right: float) -> tuple[Shape, ...]:
        first = left - left % period
        count = int((right - first) / period) + 2
        panels = "".join(box(first + step * period, 7, 1.2, 148) for step in range(count))
        shapes = (
            Shape(box(left, 0, right - left, 155), "wall_panel"),
            Shape(panels, "prop_light"),
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
    """A firm chair from the side, facing right; `x` is the front edge of its seat."""
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
    """The same chair facing us."""
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
    """A heavy chair with its back to the person, who holds on to it; seen from the side, back at `x`."""
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
    """A low step from `x` on with a fixed rail on the far side; feet stand on it at `height`."""
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
    """Small trees along a path, so that the way goes by."""

    def draw(left: float, right: float) -> tuple[Shape, ...]:
        first = left - left % period
        spots = [first + step * period + 8 for step in range(int((right - first) / period) + 2)]
        trunks = "".join(box(x - 1.5, 0, 3, 40) for x in spots)
        crowns = "".join(circle(x, -52, 15, 19) for x in spots)
        return Shape(trunks, "prop_light"), Shape(crowns, "leaf")

    return Prop("park", wide=draw)


def water(level: float) -> Prop:
    """Water up to `level`, before the body, with a line of small waves."""

    def draw(left: float, right: float) -> tuple[Shape, ...]:
        first = left - left % 24 - 24
        waves = f"M{number(first)} {number(-level)}" + "q6 -4 12 0t12 0" * (int((right - first) / 24) + 2)
        return (
            Shape(box(left, 0, right - left, level), "water", opacity=0.42),
            Shape(waves, "", "water", 2),
        )

    return Prop("water", wide=draw, front=True)


#: Where the pedals of the bike turn, and how long their cranks are.
CRANK = (8.0, 30.0)
crank = 13.0


def bike() -> tuple[Prop, Prop]:
    """An exercise bike facing right: saddle, frame, handlebar and flywheel; and its pedals, which turn."""
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
    """A small clock face with ten minutes marked."""
    return (
        Shape(circle(x, -y, 9), "white", "muted", 1.5),
        Shape(f"M{number(x)} {number(-y)}v-7.5A7.5 7.5 0 0 1 {number(x + 6.5)} {number(-y - 3.75)}Z", "work"),
    )


def disc(x: float, y: float, r: float, fill: str) -> Shape:
    """A disc in the world."""
    return Shape(circle(x, -y, r), fill)
