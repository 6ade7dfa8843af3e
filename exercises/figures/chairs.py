"""Chairs with arms, whose armrests hands can push or rest on."""

from __future__ import annotations

from .props import Prop, box
from .shapes import Shape

#: Height of the top of the armrests.
ARMREST = 60.0


def armchair(x: float, seat: float = 37) -> tuple[Prop, Prop]:
    """Return a firm chair with arms from the side, facing right: the chair, and its near arm in front of the body.

    `x` is the front edge of its seat.
    """
    left = x - 44
    legs = box(left, 0, 4, seat - 4) + box(x - 7, 0, 4, seat - 4)
    rest = box(left - 2, seat - 4, 5, 50) + box(left + 3, seat + 18, 3, 26)
    far = box(left + 2, ARMREST - 1, x - left - 2, 3) + box(x - 5, seat, 3, ARMREST - seat - 1)
    near = box(left, ARMREST - 3, x - left + 1, 3) + box(x - 7, seat, 4, ARMREST - seat - 3)
    return (
        Prop(
            "chair",
            (
                Shape(far, "prop_light"),
                Shape(legs + rest + box(left - 2, seat - 4, 46, 5), "prop"),
            ),
            extent=(left - 2, 0, x, seat + 46),
        ),
        Prop(
            "armrest",
            (Shape(near, "prop"),),
            surface=((left, ARMREST), (x + 1, ARMREST)),
            front=True,
            extent=(left, seat, x + 1, ARMREST),
        ),
    )


def armchair_front(seat: float = 37) -> Prop:
    """Return the same chair from the front, in the middle of the picture. Its surface is the left armrest."""
    posts = "".join(box(x, 0, 4, ARMREST - 4) for x in (-30, 26))
    rests = "".join(box(x, ARMREST - 4, 10, 4) for x in (-33, 23))
    return Prop(
        "armrest",
        (
            Shape(box(-23, 0, 4, seat + 46) + box(19, 0, 4, seat + 46), "prop"),
            Shape(box(-21, seat + 18, 42, 28), "prop_light"),
            Shape(box(-28, seat - 5, 56, 6) + posts + rests, "prop"),
        ),
        surface=((23, ARMREST), (33, ARMREST)),
        extent=(-33, 0, 33, seat + 46),
    )
