"""Shapes of a body, as paths in the local coordinates of each limb: joint at 0,0, limb along +y, front at +x."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import body
from .geometry import number

#: Colours by role. Far limbs differ in shade from near ones; working limbs have the category's colour.
PALETTE = {
    "top": "#599",
    "top_far": "#477",
    "trousers": "#BCC",
    "trousers_far": "#899",
    "shoe": "#122",
    "shoe_far": "#345",
    "sole": "#FFF",
    "sock": "#9DB2BC",
    "sock_far": "#778E99",
    "ink": "#123",
    "muted": "#456",
    "prop": "#887",
    "prop_light": "#CCB",
    "prop_pale": "#DDC",
    "ball": "#C9793F",
    "band": "#C98A2B",
    "towel": "#D0A878",
    "leaf": "#CDB",
    "wall_panel": "#EED",
    "shine": "#FED",
    "white": "#FFF",
    "water": "#6FA9B8",
}
#: The same colours on a dark page, for those that would vanish there or glare. Faces stay as they are.
AT_NIGHT = {
    PALETTE[role]: colour
    for role, colour in {
        "trousers": "#89A",
        "shoe": "#DEE",
        "shoe_far": "#ABB",
        "muted": "#9AA",
        "prop_light": "#455",
        "prop_pale": "#344",
        "leaf": "#343",
        "wall_panel": "#233",
        "white": "#122",
    }.items()
}


@dataclass(frozen=True)
class Category:
    """Colours of a category: of the working limb, of a working limb on the far side, and of the background."""

    colour: str
    far: str
    plate: str


CATEGORIES = {
    "balance": Category("#3B3F8F", "#6B6FB5", "#ECECF4"),
    "aerobic": Category("#8C3B1B", "#B8714F", "#F6ECE4"),
    "stretching": Category("#3F5B22", "#768F58", "#EDF1E4"),
}


AT_NIGHT |= {
    "#3B3F8F": "#AAF",
    "#6B6FB5": "#77C",
    "#ECECF4": "#1E2338",
    "#8C3B1B": "#E97",
    "#B8714F": "#A64",
    "#F6ECE4": "#31241D",
    "#3F5B22": "#AC7",
    "#768F58": "#795",
    "#EDF1E4": "#232B1D",
}


@dataclass(frozen=True)
class Person:
    """Appearance of a person: skin, shade of the far skin, hair and haircut."""

    skin: str
    skin_far: str
    hair: str
    cut: str
    top: str = ""


PEOPLE = {
    "rosa": Person("#DDA98A", "#C08D6F", "#8D9296", "bun"),
    "sam": Person("#EBC1A4", "#CDA286", "#A3A6A3", "short"),
    "amara": Person("#8A5A3F", "#70462F", "#2B2A2C", "curls"),
    "swimmer": Person("#DDA98A", "#C08D6F", "#0B5559", "cap"),
    "lin": Person("#E3B78F", "#C59A74", "#3B3A40", "bob"),
}


#: Dark hair, on a dark page.
AT_NIGHT |= {"#2B2A2C": "#766", "#3B3A40": "#777", "#0B5559": "#4B9A9C"}


@dataclass(frozen=True)
class Shape:
    """Path with a fill or a stroke, which are roles of the palette."""

    d: str
    fill: str = ""
    stroke: str = ""
    width: float = 0
    opacity: float = 1


@dataclass(frozen=True)
class Node:
    """Joint with its shapes and child joints, drawn in order. Nodes with the same name move together."""

    name: str
    at: tuple[float, float] = (0, 0)
    items: tuple[Shape | Node, ...] = field(default_factory=tuple)

    def walk(self) -> Iterator[Node]:
        """Yield this node and all its descendants."""
        yield self
        for item in self.items:
            if isinstance(item, Node):
                yield from item.walk()


def limb(length: float, top: float, end: float, front: float = 0, back: float = 0) -> str:
    """Return the path of a tapered limb with round ends; `front` and `back` are bulges (a calf, a thigh)."""
    middle = (top + end) / 2
    n = number
    return (
        f"M{n(-top)} 0A{n(top)} {n(top)} 0 0 1 {n(top)} 0"
        f"Q{n(middle + front)} {n(length / 2)} {n(end)} {n(length)}"
        f"A{n(end)} {n(end)} 0 0 1 {n(-end)} {n(length)}"
        f"Q{n(-middle - back)} {n(length * 0.4)} {n(-top)} 0Z"
    )


def circle(x: float, y: float, r: float, ry: float | None = None) -> str:
    """Return the path of a circle, or of an ellipse if `ry` is given."""
    n, ry = number, ry or r
    return f"M{n(x - r)} {n(y)}a{n(r)} {n(ry)} 0 1 1 {n(2 * r)} 0a{n(r)} {n(ry)} 0 1 1 {n(-2 * r)} 0Z"


THIGH = limb(body.THIGH, 8.6, 6.3, 1, 0.6)
SHIN = "M-6.3 0A6.3 6.3 0 0 1 6.3 0Q5.4 18 5.2 34.6Q0 36-5.2 34.6C-5.4 26-8.4 14-6.3 0Z"
UPPER_ARM = limb(body.UPPER_ARM, 5.4, 4.3, 0.4, 0.4)
FOREARM = limb(body.FOREARM, 4.3, 3, 0.4, 0.8)
SLEEVE = limb(15, 5.8, 5.3)
HAND = "M-2.9 0C-3.4 4-3.3 9-2 11.5Q0 13.2 1.6 11.4C2.4 9.6 2.4 8.6 2.6 7.8Q4.6 8.6 4.9 7C5 4.6 3.9 2 3 0Z"
HAND_FRONT = "M-3 0C-3.6 4-3.4 9-2.2 11.4Q0 13.4 2.2 11.4C3.4 9 3.6 4 3 0Z"

SHOE = "M-4.6-7C-7.4-2.5-8 4-6.8 7H12.4L13.4.9C9 .2 6.4-3 4.8-7Z"
SHOE_TOES = "M-3-6C3.4-6.6 7.2-4.4 7.2 0H-2.4Z"
SOLE = "M-7.1 5H12.6L13 7H-6.8Q-7.4 6-7.1 5Z"
SOLE_TOES = "M-2.3-2H7L7.2 0H-2.4Z"
LACES = "M5.4-2.4L7.6-4.4M8-1L9.8-3.2M10.6 0L12-2"
SHOE_FRONT = "M-4.6-6C-6 0-7 4-6.6 7H6.6C7 4 6 0 4.6-6Z"

TORSO = (
    "M-9.6 5C-10.6-6-9.2-18-10.2-30C-10.8-42-7-50-1-50.5C4-51 7.4-48 8.6-43"
    "C10.4-36 9.2-28 9.4-20C9.6-12 10.6-4 10 5Q0 8.4-9.6 5Z"
)
PELVIS = "M-9.4-4C-11.6 2-9.6 9 0 9C9 9 10.4 2 9.4-4Z"
TORSO_FRONT = (
    "M-14.2 5C-13.6-4-12-14-12.2-24C-13-30-20-35-20.6-43C-19.6-49-12-50-5-51.6H5"
    "C12-50 19.6-49 20.6-43C20-35 13-30 12.2-24C12-14 13.6-4 14.2 5Q0 8.4-14.2 5Z"
)
PELVIS_FRONT = "M-13.4-3C-15-.6-16 4-16 8.6C-9 12.6 9 12.6 16 8.6C16 4 15-.6 13.4-3Z"
NECK = "M-4.6 4-4.2-9H4.6L5.2 4Q0 7-4.6 4Z"
NECK_FRONT = "M-4.8 4-4.6-9H4.6L4.8 4Q0 7.6-4.8 4Z"

FACE = (
    "M-6-4C-9.6-9-9.4-20-2-23C5-25.6 12-22 12.4-15.4L15-10.6Q15.3-9.2 13.2-9L12.8-4.6"
    "C12.6-1 9.6.6 6 .2L1-1.4Z"
)
FACE_FRONT = "M0-24.4C8-24.4 10.4-18.6 10-12C9.6-5 5 .6 0 .6S-9.6-5-10-12C-10.4-18.6-8-24.4 0-24.4Z"
HAIR = {
    "cap": "M13-15.6C9-18 4-14 2-10C0-6-3-4.6-6.4-4.6C-11.4-10-11-21-3.6-24.8C4.6-28.4 13.4-24 13-15.6Z",
    "bun": (
        "M12.6-17.6C9-17.6 5-18.4 3.4-20C2.6-15 1-12-1.2-9C-2.4-6-4-4-6.4-3.6C-11.4-9-11.4-21-3.6-25"
        "C4.6-28.6 12.6-24.6 12.6-17.6ZM-14.6-22.6a5.6 5.6 0 1 1 9 5a5.6 5.6 0 0 1-9-5Z"
    ),
    "short": (
        "M12.8-17.2C9.4-20 6-20.6 3-20C3-17 2-14.4.4-13.6L-.6-9.4C-2.6-8-4-6-5.4-5"
        "C-10.8-9-11-21-3.6-24.8C4.4-28.2 12.4-24 12.8-17.2Z"
    ),
    "curls": (
        "M13.4-17.6C10-16.4 6-17.6 3.8-18.6C3-15 1-11.4-.8-9C-1.4-5-5-2.6-8.4-3.6C-13-5-13-10-12-12"
        "C-14.6-16-12.6-20.4-10-22C-9.6-26-4-29-.4-27.6C4-30.4 8-28.4 9.6-26"
        "C13.4-25 14.8-21 13.4-17.6Z"
    ),
    "bob": (
        "M12.6-17C9-17.4 6-18.6 4.4-20C4.4-14 4-7 2.4-1.6C-1 .6-6 .4-9.4-1.4C-12-8-12.4-21-3.8-25"
        "C4.6-28.6 12.6-24.4 12.6-17Z"
    ),
}
HAIR_FRONT = {
    "bun": (
        "M-10.4-9C-12.8-20-8-26.8 0-26.8S12.8-20 10.4-9C10-14 8.6-17 5-19.4C0-17.6-5-18-7-18.6"
        "C-9-16.6-10-13-10.4-9ZM-5.4-25.8a5.4 5.4 0 1 1 10.8 0Z"
    ),
    "short": (
        "M-10.2-11C-12.4-20-8-26.4 0-26.4S12.4-20 10.2-11C9.8-14.6 9-17.6 7.6-19.2"
        "C3-20.6-3-20.6-7.6-19.2C-9-17.6-9.8-14.6-10.2-11Z"
    ),
    "curls": (
        "M-10-7C-14.6-9-14.4-15-12.4-17C-13.4-22-9-26-6-26C-3-29.4 3-29.4 6-26C9-26 13.4-22 12.4-17"
        "C14.4-15 14.6-9 10-7C10-12 9-16 6-18.4C2-17-2-17-6-18.4C-9-16-10-12-10-7Z"
    ),
    "bob": (
        "M-9-1.4C-14-4-13-14-12-18C-10-25 -4-26.8 0-26.8S10-25 12-18C13-14 14-4 9-1.4"
        "C10-8 9.6-14 8-18C3-18-2-18.6-5-20.4C-6-17-8.6-15-9-12C-9.6-8-9.4-5-9-1.4Z"
    ),
}
HAIR_BACK = {
    "bun": "M-10-6C-13-20-8-26.6 0-26.6S13-20 10-6C5-1.6-5-1.6-10-6ZM-6-18a6 6 0 1 1 12 0a6 6 0 1 1-12 0Z",
    "short": "M-9.6-8C-12.6-20-8-26.4 0-26.4S12.6-20 9.6-8C5-4-5-4-9.6-8Z",
    "curls": (
        "M-9-3C-14-5-14.6-13-12.6-17C-13.4-22-9-26-6-26C-3-29.4 3-29.4 6-26C9-26 13.4-22 12.6-17"
        "C14.6-13 14-5 9-3C5-.6-5-.6-9-3Z"
    ),
    "bob": "M-10-.6C-14-6-13-26.8 0-26.8S14-6 10-.6C5 1-5 1-10-.6Z",
}
EYE = circle(8.6, -13, 1.1, 1.5)
CLOSED_EYE = "M6.8-13Q8.6-11.2 10.4-13"
SMILE = "M13-5.6Q10.6-4.2 9.4-5.8"
EYES_FRONT = circle(-3.7, -12.4, 1, 1.4) + circle(3.7, -12.4, 1, 1.4)
CLOSED_EYES_FRONT = "M-5.4-12.4Q-3.7-10.8-2-12.4M2-12.4Q3.7-10.8 5.4-12.4"
SMILE_FRONT = "M-3.2-5.6Q0-3.2 3.2-5.6"
NOSE_FRONT = "M-.8-11Q-2.4-8.4 0-8.2"
