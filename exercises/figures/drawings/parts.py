"""Detailed parts of the body for close-ups: a hand around a ball, curling toes, feet from above."""

from __future__ import annotations

from collections.abc import Callable

from exercises.figures.geometry import number
from exercises.figures.props import Morph, Places, Prop, box
from exercises.figures.shapes import Node, Shape, circle


def _bone(length: float, start: float, end: float) -> str:
    """Return the shape of a finger's bone along +x with round ends."""
    n = number
    return (
        f"M0 {n(-start)}L{n(length)} {n(-end)}A{n(end)} {n(end)} 0 0 1 {n(length)} {n(end)}"
        f"L0 {n(start)}A{n(start)} {n(start)} 0 0 1 0 {n(-start)}Z"
    )


def _finger(role: str, at: tuple[float, float], size: float = 1) -> Node:
    """Return a finger of three bones that curls around a ball."""
    tip = Node("tip", (21 * size, 0), (Shape(_bone(14 * size, 6.2, 5), role),))
    middle = Node("middle", (27 * size, 0), (tip, Shape(_bone(21 * size, 7, 6.2), role)))
    return Node("finger", at, (middle, Shape(_bone(27 * size, 8, 7), role)))


_THUMB_TIP = Node("thumb_tip", (24, 0), (Shape(_bone(17, 7.2, 5.6), "skin"),))
_THUMB = Node(
    "thumb_base", (-26, -4), (Node("thumb", (0, 0), (_THUMB_TIP, Shape(_bone(24, 9, 7.2), "skin"))),)
)

#: Right hand with a ball, from the thumb's side, palm up. The forearm works and has the category's colour.
BALL_HAND = Node(
    "hand",
    (0, 0),
    (
        _finger("skin_far", (15, -3), 1.06),
        Node(
            "ball",
            (4, -33),
            (Shape(circle(0, 0, 25), "ball"), Shape("M-15-10Q-10-17-2-18", "", "shine", 2.4)),
        ),
        Shape(
            "M-130-14L-44-11C-36-14-31-23-23-23C-9-22 4-10 20-11C29-8 29 8 20 10Q-20 14-44 11L-130 15Z",
            "skin",
        ),
        Shape("M-130-16L-58-13.5Q-56 0-58 13.5L-130 17Z", "work"),
        _finger("skin", (20, 0)),
        Node("thumb_root", (0, 0), (_THUMB,)),
    ),
)

_TOE_TIPS = Node("toe_tips", (15, 0), (Shape("M0-6.4C8-7 13-4 13 1Q12 5.4 4 5.6L-1 5.4Z", "sock"),))
_TOES = Node("toes", (40, -6.4), (_TOE_TIPS, Shape("M-3-8L15-6.4Q17-1 15 5.6L-3 6.4Z", "sock")))
_TOES_FAR = Node(
    "toes",
    (44, -7.4),
    (
        Node("toe_tips", (14, 0), (Shape("M0-5C8-5.4 11-3 11 1Q10 5 4 5L-1 5Z", "sock_far"),)),
        Shape("M-3-6L14-5Q15-1 14 5L-3 6Z", "sock_far"),
    ),
)

#: Foot in a sock on the floor, from the side, with a trouser leg.
TOWEL_FOOT = Node(
    "leg",
    (0, -5),
    (
        Node("pull"),
        _TOES_FAR,
        _TOES,
        Shape(
            "M-26-52C-26-36-36-22-37-11C-38-2-31 0-26 0C-14 0-6-5 4-5C16-5 26 0 38 0C46 0 47-9 43-14"
            "C34-18 20-26 8-40Q2-46 1-52Z",
            "sock",
        ),
        Shape("M-25-76H0V-58H-25Z", "skin"),
        Shape("M-27-64H2V-48H-27Z", "sock"),
        Shape("M-21-61V-53M-14.5-61V-53M-8-61V-53M-2-61V-53", "", "sock_far", 1.6),
        Shape("M-36-150L-33-74Q-12-69 7-74L13-150Z", "work"),
    ),
)


def towel() -> Prop:
    """Return a towel on the floor that gathers under the pulling toes."""

    def draw(places: Places) -> str:
        pull = places["pull"].e
        n = number
        end, rise = 112 - 28 * pull, 15 * pull
        return (
            f"M-48 0V-5H40Q46 {n(-5 - rise)} 53-5Q59 {n(-5 - rise * 0.9)} 65-5Q71 {n(-5 - rise * 0.6)} 76-5"
            f"L{n(end)}-5V0Z"
        )

    return Prop("towel", (Morph(draw, "towel"),))


def feet_from_above(left: float, back: float = -20) -> Node:
    """Return both feet from above, toes upwards: the right one at x = 22 turns about its heel, the left one rests.

    `left` is the place of the left one, and `back` how far down its heel is.
    """
    shoe = "M-13 8C-15 20-14-30-17-50C-19-70-10-84 1-84C13-84 19-72 17-52C15-32 14 0 13 8C11 18-11 18-13 8Z"
    collar = circle(0, -4, 10.5, 13)
    leg = "M-15 60L-13-4C-13-18 13-18 13-4L15 60Z"
    laces = Shape("M-7-36H7M-7.6-44H7.6M-8-52H8", "", "sole", 2)
    return Node(
        "floor",
        (0, 0),
        (
            Node("resting", (left, back), (Shape(shoe, "shoe_far"), laces, Shape(leg, "trousers_far"))),
            Node("foot", (22, -20), (Shape(shoe, "shoe"), laces, Shape(collar, "work"))),
            Node("shin", (22, -20), (Shape(leg, "work"),)),
        ),
    )


def band(post: tuple[float, float]) -> Prop:
    """Return an exercise band around a chair leg and the front of the foot, from above."""

    def draw(places: Places) -> str:
        foot = places["foot"]
        side = -1 if post[0] < 22 else 1
        near, far = foot(17 * side, -50), foot(-18.5 * side, -62)
        n = number
        return (
            f"M{n(post[0])} {n(-post[1] - 3)}L{n(far.x)} {n(-far.y)}"
            f"L{n(near.x)} {n(-near.y)}L{n(post[0])} {n(3 - post[1])}Z"
        )

    x, y = post
    way = -1 if x < 22 else 1
    seat = box(x - 8 if way > 0 else x - 82, y - 8, 90, 90)
    return Prop(
        "band",
        (
            Shape(seat, "prop_light"),
            Morph(draw, "", "band", 4.5),
            Shape(box(x - 6, y - 6, 12, 12), "prop"),
            Shape(box(x - 3, y - 3, 6, 6), "muted"),
        ),
        front=True,
    )


#: Outlines of a left and a right shoe from above, toes to the right, with the middle of the heel near 0,0.
_LEFT_SHOE = (
    "M0-5.6C8-5.8 15-5.8 22-6.4C29.4-7 32.6-4.4 32.6.6C32.6 4.4 29.4 8 22 6.7"
    "C15 5.1 8 6.4 0 5.6C-4.6 5-4.6-5 0-5.6Z"
)
_RIGHT_SHOE = (
    "M0 5.6C8 5.8 15 5.8 22 6.4C29.4 7 32.6 4.4 32.6-.6C32.6-4.4 29.4-8 22-6.7"
    "C15-5.1 8-6.4 0-5.6C-4.6-5-4.6 5 0 5.6Z"
)
#: Half the length of these shoes.
HALF_SHOE = 18.0


def plan_of_feet(left: float, bottom: float) -> tuple[Prop, Prop]:
    """Return a framed plan of both feet from above, toes to the right, for a person who faces right.

    The right foot, which is the lower one, moves with the channel "step" and works.
    """
    x, y, laces = left + 9, -bottom - 15, Shape("M14-4V4M17.4-4.4V4.4M20.8-4.6V4.6", "", "sole", 1.2)
    feet = (
        Node(
            "stay", (x, y - 14), (Shape(_LEFT_SHOE, "shoe_far"), laces, Shape(circle(4, 0, 5.4), "trousers"))
        ),
        Node("step", (x, y), (Shape(_RIGHT_SHOE, "shoe"), laces, Shape(circle(4, 0, 5.4), "work"))),
    )
    return Prop("plan", (Shape(box(left, bottom, 66, 44), "white", "muted", 1.2),)), Prop("feet", feet)


def row_band() -> tuple[Prop, Prop]:
    """Return an exercise band from each hand to the sole of the foot on the same side: the far and the near half."""

    def half(side: str) -> Callable[[Places], str]:
        def draw(places: Places) -> str:
            hand, foot = places[f"{side}_hand"], places[f"{side}_foot"]
            end, grip, heel, ball = hand(4, 9), hand(0, 6), foot(4, 6.4), foot(11, 6.4)
            points = (end, grip, ball, heel)
            return "M" + "L".join(f"{number(point.x)} {number(-point.y)}" for point in points)

        return draw

    return (
        Prop("far_band", (Morph(half("left"), "", "band", 2.6),)),
        Prop("band", (Morph(half("right"), "", "band", 3),), front=True),
    )
