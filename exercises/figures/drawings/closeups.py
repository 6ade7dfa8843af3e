"""Figures of exercises of foot, ankle and hand, as close-ups with an inset of the whole body."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from django.utils.translation import gettext_lazy as _

from exercises.figures.body import SITTING
from exercises.figures.cues import arrow, line, round_arrow, way
from exercises.figures.figure import Camera, Cue, Figure, Inset
from exercises.figures.motion import Frame, Motion
from exercises.figures.pose import Arm, Foot, Hand, Leg, Pose
from exercises.figures.props import Prop, chair, ground
from exercises.figures.shapes import Node, Shape, circle

from .parts import BALL_HAND, TOWEL_FOOT, band, feet_from_above, towel

SEATED = Pose(
    (-16, SITTING),
    right_leg=Foot(21),
    left_leg=Foot(25),
    right_arm=Hand(-12, 42, 20),
    left_arm=Hand(-9, 42, 20),
)
#: Pose with one leg stretched forward, whose foot moves.
LEG_OUT = SEATED.replace(right_leg=Leg(76, 14, -6))
BODY_ABOVE = ("left_leg", "right_arm", "left_arm", "trunk", "head", "pelvis")
SEAT = (ground(), chair(2))
LEG_CAMERA = Camera(42, -6, 78)


def _leg_out(ankle: float, **extra: float) -> Pose:
    return LEG_OUT.replace(right_leg=Leg(76, 14, ankle), extra=extra)


def get_inset(
    pose: Pose,
    working: tuple[str, ...],
    focus: tuple[float, float, float],
    corner: Literal["top", "bottom"] = "top",
) -> Inset:
    """Return the picture of the whole person on a chair, with a ring around the part that the close-up shows."""
    return Inset(pose, props=SEAT, working=working, focus=focus, camera=Camera(12, -9, 150), corner=corner)


def _circling(turn: float) -> Pose:
    """Return a pose of a circling foot: up and down by the ankle, sideways by the apparent length of the foot."""
    angle = math.tau * turn
    return _leg_out(
        -8 - 27 * math.cos(angle), **{"right_foot.sx": 0.82 + 0.18 * math.sin(angle), "right_foot.sy": 1}
    )


#: Points of the letter A in the order of writing, as shares of its width and height.
LETTER_A = ((0.0, 0.0), (0.5, 1.0), (1.0, 0.0), (0.82, 0.36), (0.18, 0.36))
LETTER_AT, LETTER_SIZE = (76.0, 28.0), (22.0, 30.0)


def _along(points: tuple[tuple[float, float], ...], share: float) -> tuple[float, float]:
    """Return the point at a share 0–1 of the length of a line through points."""
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    way = share * sum(lengths)
    for (start, end), length in zip(pairwise(points), lengths, strict=True):
        if way <= length:
            u = way / length
            return (start[0] + (end[0] - start[0]) * u, start[1] + (end[1] - start[1]) * u)
        way -= length
    return points[-1]


def _writing(turn: float) -> Pose:
    """Return a pose of a foot that writes an A and returns to the start, with the position of its tip."""
    x, y = _along(LETTER_A, min(turn / 0.8, 1))
    back = max(0, turn - 0.8) / 0.2
    rest = 1 - back * back * (3 - 2 * back)
    x, y = x * rest, y * rest
    pen = (LETTER_AT[0] + LETTER_SIZE[0] * x, LETTER_AT[1] + LETTER_SIZE[1] * y)
    return _leg_out(
        -30 + 36 * y,
        **{"right_foot.sx": 0.82 + 0.18 * x, "right_foot.sy": 1, "pen.x": pen[0], "pen.y": -pen[1]},
    )


def _letter(points: tuple[tuple[float, float], ...], left: float) -> Shape:
    return line(
        [(left + LETTER_SIZE[0] * x, LETTER_AT[1] + LETTER_SIZE[1] * y) for x, y in points], "work_far", 2
    )


#: Letters in the order of writing, small, above the one that the foot writes.
_LETTERS = (
    line([(74 + 7 * x, 63 + 10 * y) for x, y in LETTER_A], "work", 2),
    Shape("M85-63V-73H88Q93-70.5 88-68H85H89Q95-65.5 89-63Z", "", "muted", 1.6),
    Shape("M105-71.5C99-75 97-70 98-67C99-62 103-62 105-64.5", "", "muted", 1.6),
)
_ALPHABET = Prop(
    "letters",
    (*_LETTERS, _letter(LETTER_A, LETTER_AT[0]), Node("pen", (0, 0), (Shape(circle(0, 0, 2.6), "work"),))),
)


def _squeezed(share: float) -> Pose:
    """Return a pose of a hand around a ball: 0 at rest, 1 squeezed."""
    return Pose(
        (0, 0),
        extra={
            "finger": -26 - 23 * share,
            "middle": -50 - 24 * share,
            "tip": -38 - 22 * share,
            "thumb": -78 + 18 * share,
            "thumb_tip": 36 + 12 * share,
            "ball.sx": 1 + 0.04 * share,
            "ball.sy": 1 - 0.26 * share,
            "ball.y": 7 * share,
            "ball.x": 0,
            "way.sx": max(0.01, share),
            "way.sy": max(0.01, share),
        },
    )


def _gripped(share: float) -> Pose:
    """Return a pose of toes on a towel: 0 flat, 1 gripping."""
    return Pose(
        (0, 0),
        extra={
            "toes": -10 - 14 * share,
            "toe_tips": 8 + 70 * share,
            "forefoot": 0,
            "pull.x": share,
            "pull.y": 0,
        },
    )


def _turned_foot(degrees: float) -> Pose:
    return Pose((0, 0), extra={"foot": degrees})


BALL_SEAT = SEATED.replace(right_arm=Arm(6, 86, 0))

CLOSEUPS = {
    "seated-ankle-pump": Figure(
        title=_("Seated ankle pump"),
        desc=_(
            "Sit on a firm chair, the right leg raised in front of you. Point the toes away from you, then pull them "
            "back towards you."
        ),
        category="stretching",
        who="sam",
        working=("right_shin",),
        props=SEAT,
        hide=BODY_ABOVE,
        closeup=True,
        frames=(
            Frame(_leg_out(-42), hold=0.7, move=1.3),
            Frame(_leg_out(16), hold=0.7, move=1.3),
        ),
        camera=LEG_CAMERA,
        strip=Camera(46, 2, 80),
        thumb=Camera(46, -4, 72),
        inset=get_inset(LEG_OUT, ("right_shin",), (60, 28, 21)),
        cues=(
            Cue(round_arrow((56, 26), (30, 30), 62, 20, size=4), stills=(0,)),
            Cue(round_arrow((56, 26), (30, 30), 40, 84, size=4), stills=(1,)),
        ),
    ),
    "seated-dorsiflexion": Figure(
        title=_("Seated foot lift"),
        desc=_(
            "Sit on a firm chair, heels on the floor. Pull both feet up towards you, hold, and lower them slowly."
        ),
        category="stretching",
        who="lin",
        working=("right_shin", "left_shin"),
        props=SEAT,
        hide=BODY_ABOVE[1:],
        closeup=True,
        frames=(
            Frame(SEATED.replace(left_leg=Foot(30)), hold=0.8, move=1.5),
            Frame(SEATED.replace(right_leg=Foot(21, 0, 30), left_leg=Foot(30, 0, 30)), hold=1.8, move=1.7),
        ),
        camera=Camera(22, -6, 72),
        strip=Camera(24, -6, 76),
        thumb=Camera(27, -6, 66),
        inset=get_inset(SEATED, ("right_shin", "left_shin"), (28, 10, 23)),
        cues=(Cue(round_arrow((22, 3), (34, 34), 16, 54, size=4)),),
    ),
    "ankle-circles": Figure(
        title=_("Ankle circles"),
        desc=_(
            "Sit on a firm chair, the right leg out in front of you. Draw circles with the foot, first one way, then "
            "the other."
        ),
        category="stretching",
        who="amara",
        working=("right_shin",),
        props=SEAT,
        hide=BODY_ABOVE,
        closeup=True,
        motion=Motion(cycle=_circling, seconds=3.2),
        stills=(0.0, 0.5),
        telling=0.0,
        camera=LEG_CAMERA,
        strip=Camera(48, 2, 80),
        thumb=Camera(52, -4, 74),
        inset=get_inset(LEG_OUT, ("right_shin",), (60, 28, 21)),
        cues=(Cue(round_arrow((70, 31), (15, 18), 60, -250, size=4), stills=(0, 1), moving=True),),
    ),
    "ankle-alphabet": Figure(
        title=_("Ankle alphabet"),
        desc=_(
            "Sit on a firm chair, the right leg out in front of you. Write the letters of the alphabet in the air "
            "with the foot, one after the other."
        ),
        category="stretching",
        who="rosa",
        working=("right_shin",),
        props=(*SEAT, _ALPHABET),
        hide=BODY_ABOVE,
        closeup=True,
        motion=Motion(cycle=_writing, seconds=6),
        stills=(0.0, 0.28),
        telling=0.28,
        camera=Camera(60, -6, 86),
        strip=Camera(66, -4, 80),
        thumb=Camera(66, 0, 76),
        inset=get_inset(LEG_OUT, ("right_shin",), (60, 28, 21)),
    ),
    "towel-toe-curls": Figure(
        title=_("Towel toe curls"),
        desc=_(
            "Sit with the right foot on a small towel. Grip the towel with the toes and pull it in. Let go and spread "
            "the toes."
        ),
        category="stretching",
        who="rosa",
        outfit="socks",
        rig=TOWEL_FOOT,
        props=(ground(), towel()),
        closeup=True,
        frames=(
            Frame(_gripped(0), hold=0.8, move=1.2),
            Frame(_gripped(1), hold=1.2, move=1.2),
        ),
        camera=Camera(0, -16, 130),
        strip=Camera(14, -16, 124),
        thumb=Camera(26, -22, 100),
        inset=replace(get_inset(SEATED, ("right_shin",), (28, 8, 22)), share=0.3),
        cues=(Cue(arrow((80, 36), (58, 36), size=6), stills=(1,), moving=True),),
    ),
    "band-ankle-inversion": Figure(
        title=_("Ankle turn-in with band"),
        desc=_(
            "Seen from above. A band goes round a chair leg on the outer side and round the front of the right foot. "
            "The heel stays, the toes turn in against the band."
        ),
        category="stretching",
        who="sam",
        rig=feet_from_above(-22),
        props=(band((66, 70)),),
        closeup=True,
        frames=(
            Frame(_turned_foot(16), hold=0.6, move=1.4),
            Frame(_turned_foot(-20), hold=1.0, move=1.8),
        ),
        camera=Camera(10, -8, 130),
        strip=Camera(20, -8, 130),
        thumb=Camera(20, -8, 130),
        inset=get_inset(SEATED, ("right_shin",), (28, 8, 22), "bottom"),
        cues=(Cue(round_arrow((22, 20), (94, 94), 84, 112), moving=True),),
    ),
    "band-ankle-eversion": Figure(
        title=_("Ankle turn-out with band"),
        desc=_(
            "Seen from above. A band goes round a chair leg on the inner side and round the front of the right foot. "
            "The heel stays, the toes turn out against the band."
        ),
        category="stretching",
        who="amara",
        rig=feet_from_above(-46, 30),
        props=(band((-32, 70)),),
        closeup=True,
        frames=(
            Frame(_turned_foot(-16), hold=0.6, move=1.4),
            Frame(_turned_foot(20), hold=1.0, move=1.8),
        ),
        camera=Camera(-2, -32, 150),
        strip=Camera(2, -8, 130),
        thumb=Camera(2, -8, 130),
        inset=get_inset(SEATED, ("right_shin",), (28, 8, 22), "bottom"),
        cues=(Cue(round_arrow((22, 20), (94, 94), 96, 68), moving=True),),
    ),
    "ball-squeeze": Figure(
        title=_("Ball squeeze"),
        desc=_("Hold a soft ball in the right hand. Squeeze it, hold for a few seconds, and let go slowly."),
        category="stretching",
        who="lin",
        rig=BALL_HAND,
        props=(way(6, 66, (*arrow((-16, 22), (-10, 6)), *arrow((22, 22), (12, 6)))),),
        closeup=True,
        frames=(
            Frame(_squeezed(0), hold=0.8, move=1.0),
            Frame(_squeezed(1), hold=1.6, move=1.4),
        ),
        camera=Camera(-12, -46, 138),
        strip=Camera(-6, -54, 130),
        thumb=Camera(-2, -34, 108),
        inset=get_inset(BALL_SEAT, ("right_fore",), (14, 72, 20), "bottom"),
    ),
}
