"""Feet in smooth socks for close-ups: from the side, from above and from the front, with toes that move."""

from __future__ import annotations

from collections.abc import Callable

from exercises.figures.geometry import number
from exercises.figures.props import Morph, Places, Prop
from exercises.figures.shapes import Node, Shape, circle

#: Lower leg in the side view: trousers, a strip of skin, and the cuff of the sock with its ribs.
_LEG = (
    Shape("M-25-92L-24-62H-1L2-92Z", "skin"),
    Shape("M-32-150L-28-80Q-12-76 5-80L10-150Z", "trousers"),
    Shape("M-26-70Q-13-66 0-70L1-54H-26Z", "sock"),
    Shape("M-21-67V-57M-16-66.4V-56M-11-66V-56M-6-66.4V-56", "", "sock_far", 1.4),
)


def _toes(big: str, others: str) -> tuple[Node, Node]:
    """Return the toes in the side view, the big one in front; they turn about their joints."""
    return (
        Node("toes", (43, -6.6), (Shape("M-6-6C4-7 18-6 21-1Q22 4 17 5.6L-6 6Z", others),)),
        Node("toes", (39, -6.8), (Shape("M-5-8C6-8.6 20-8.4 24-1.4Q25.6 4.8 19 6.6L-6 6.6Z", big),)),
    )


def _side_foot(way: int) -> Callable[[Places], str]:
    """Return a function that draws a foot without toes, in the side view, to the right (1) or the left (-1).

    Its arch rises with the channel "arch" (0–1).
    """

    def draw(places: Places) -> str:
        share = places["arch"].e * way
        ball, arch, back = 38 - 6 * share, -4 - 6 * share, 20 + 2 * share
        curves = (
            ((-26, -38), (-36, -24), (-37, -12)),
            ((-38, -2), (-31, 0), (-26, 0)),
            ((-14, 0), (-8, arch), (4, arch)),
            ((16, arch), (ball - 12, 0), (ball, 0)),
            ((ball + 8, 0), (ball + 9, -9), (ball + 5, -14.4)),
            ((ball - 4, -18), (back, -27 - 4 * share), (8, -42 - 2 * share)),
            ((2, -50), (1, -54), (1, -60)),
        )
        return f"M{number(-26 * way)}-60C" + " ".join(
            f"{number(x * way)} {number(y)}" for curve in curves for x, y in curve
        )

    return draw


def _sole(way: int) -> Callable[[Places], str]:
    """Return a function that draws the muscles of the sole from the heel to the ball of the foot."""

    def draw(places: Places) -> str:
        share, n = places["arch"].e * way, number
        ball, arch = 33 - 6 * share, -7.4 - 6 * share
        return (
            f"M{n(-25 * way)}-4C{n(-13 * way)}-4 {n(-7 * way)} {n(arch)} {n(4 * way)} {n(arch)}"
            f"C{n(15 * way)} {n(arch)} {n((ball - 9) * way)}-4 {n(ball * way)}-4"
        )

    return draw


def side_foot(way: int = 1, *, sole: bool = False) -> Prop:
    """Return a foot in a sock, toes to the right (1) or the left (-1), without its toes; with a working `sole`."""
    muscles = (Morph(_sole(way), "", "work", 5),) if sole else ()
    return Prop("foot", (Morph(_side_foot(way), "sock"), *muscles))


def pressing_foot() -> Node:
    """Return the leg and the toes of a foot that presses its toes to the floor; three arrows grow with "push"."""
    down = "M-1.3-13H1.3V-5H4.4L0 1L-4.4-5H-1.3Z"
    arrows = tuple(Node("push", (x, y), (Shape(down, "work"),)) for x, y in ((44, -24), (53, -23), (62, -20)))
    return Node("leg", (0, 0), (Node("arch"), *_toes("work", "work_far"), *_LEG, *arrows))


def arching_foot() -> Node:
    """Return the leg and the toes of a right foot from its inner side, so that its toes point to the left.

    The channel "mirror" has to be -1 wide.
    """
    toes = Node("ball", (0, 0), _toes("sock", "sock_far"))
    return Node("mirror", (0, 0), (Node("arch"), toes, *_LEG))


#: Toes of the right foot from above: joint, length and half the width of each, from the big toe outwards.
_ABOVE = (
    ((-9.5, -60), 19, 6.6),
    ((-0.5, -62), 18, 4.4),
    ((6.5, -59), 16, 4.1),
    ((12, -54.5), 13.5, 3.9),
    ((16, -48.5), 11.5, 3.8),
)
#: Degrees of the toes at rest and spread, clockwise.
TOES_AT_REST = (1.0, 1.0, 3.0, 6.0, 10.0)
TOES_SPREAD = (-19.0, -5.0, 7.0, 19.0, 34.0)
#: Distance of a foot from the middle, in the view from above.
FOOT_ABOVE = 29.0


def _toe_above(index: int) -> Node:
    at, length, half = _ABOVE[index]
    n = number
    path = (
        f"M{n(-half * 0.8)} 0L{n(-half)}{n(half - length)}A{n(half)} {n(half)} 0 0 1 {n(half)} {n(half - length)}"
        f"L{n(half * 0.8)} 0Z"
    )
    return Node(f"toe{index}", at, (Shape(path, "work", "sock", 3),))


def _foot_above(name: str) -> Node:
    """Return a foot from above, toes upwards, with its heel at the origin."""
    sole = (
        "M0 12C-9 12-12.6 5-12-4C-11-18-11-28-14-40C-17-52-18-62-12-72"
        "C-4-80 5-77 10-72C17-66 21-57 20.4-47C20-36 14-22 12-4C12 5 9 12 0 12Z"
    )
    toes = tuple(_toe_above(index) for index in range(5))
    leg = (
        Shape(circle(0, -4, 11.6, 14), "sock_far"),
        Shape("M-15 60L-12.4-2C-12-15 12-15 12.4-2L15 60Z", "trousers"),
    )
    return Node(name, (0, 0), (Shape(sole, "sock"), *toes, *leg))


def feet_in_socks() -> Node:
    """Return both feet from above, as a person sees the own ones. The left foot mirrors the right one."""
    return Node(
        "floor",
        (0, 0),
        (
            Node("left_sock", (-FOOT_ABOVE, -8), (_foot_above("mirror"),)),
            Node("right_sock", (FOOT_ABOVE, -8), (_foot_above("plain"),)),
        ),
    )


#: Toes of the right foot from the front: middle, radii and name of the group that moves together.
_FRONT = (
    ((-31.5, 6.2), (6.2, 6.4), "small_toes"),
    ((-20.5, 7), (6.8, 7.2), "small_toes"),
    ((-8, 7.6), (7.4, 7.8), "small_toes"),
    ((5.4, 8.2), (7.8, 8.4), "small_toes"),
    ((23.4, 10), (11.4, 10.2), "big_toe"),
)


def foot_from_the_front() -> Node:
    """Return the right foot from the front, on the left of the picture beside the left one, which rests."""
    top = "M-39-3C-41-22-30-34-20-46Q-13-56-12-78H20Q21-58 27-46C35-34 38-20 37-3Q0 3-39-3Z"
    ball = "M-38-9C-38 0-30 0-24 0H26C34 0 37-2 37-10Z"
    toes: dict[str, list[Shape]] = {"small_toes": [], "big_toe": []}
    for (x, y), (rx, ry), group in _FRONT:
        toes[group].append(Shape(circle(x, -y, rx, ry), "work", "sock", 2.2))
    leg = (
        Shape("M-13-98L-12-84H20L21-98Z", "skin"),
        Shape("M-13-88Q4-84 21-88L20-74H-12Z", "sock"),
        Shape("M-6-84V-76M0-83.4V-75.4M6-83.2V-75.2M12-83.6V-75.6", "", "sock_far", 1.6),
        Shape("M-21-160L-18-94Q4-90 26-94L29-160Z", "trousers"),
    )
    return Node(
        "foot",
        (0, 0),
        (
            *leg,
            Shape(top, "sock"),
            Shape(ball, "sock_far"),
            Node("small_toes", (0, 0), tuple(toes["small_toes"])),
            Node("big_toe", (0, 0), tuple(toes["big_toe"])),
        ),
    )
