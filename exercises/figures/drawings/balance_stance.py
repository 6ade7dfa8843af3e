"""Figures of the first steps of the stance ladder, and of standing strength work: hands on a counter or a wall."""

from __future__ import annotations

import math

from django.utils.translation import gettext_lazy as _

from exercises.figures.body import ANKLE_HEIGHT, SHIN, STANDING, THIGH
from exercises.figures.cues import arrow, round_arrow
from exercises.figures.figure import Camera, Cue, Figure, Lens
from exercises.figures.motion import Frame
from exercises.figures.pose import Arm, Foot, Hand, Leg, Pose
from exercises.figures.props import counter, ground, long_counter, wall
from exercises.figures.supports import LEVELS

from .balance_support import AT_COUNTER, EDGE, FACING
from .grips import before, beside, from_behind, from_front
from .parts import HALF_SHOE, plan_of_feet

#: Distance of the ankles from the middle with feet hip width apart, and with feet that touch.
HIP_WIDTH, TOUCHING = 10.0, 7.2
#: Face of the wall of the push-up, and the height of the hands on it, which is that of the shoulders.
WALL, HANDS = 66.0, 130.0
#: Half the length of a foot from heel to toe, in the side view.
HALF_FOOT = 12.7


def _shifted(way: float) -> Pose:
    """Return a pose from behind at a counter, with the weight moved by a share -1–1 to the right foot."""
    return Pose(
        (6 * way, STANDING - 0.4 * abs(way) - 0.1),
        lean=4 * way,
        left_leg=Foot(-HIP_WIDTH),
        right_leg=Foot(HIP_WIDTH),
        left_arm=Hand(-30, 88, 70, on="counter", fold=-1),
        right_arm=Hand(30, 88, 70, on="counter", fold=-1),
    )


def _stance(right: Foot, hip: float = 0, drop: float = 0) -> Pose:
    """Return a pose from the front, with the left foot in its place and the left hand on a counter."""
    pose = Pose((hip, STANDING - drop), right_leg=right, left_leg=Foot(TOUCHING), right_arm=Arm(8, -10))
    return from_front(pose, "one_hand")


def _leaning(degrees: float) -> Pose:
    """Return a pose of a straight body that leans to a wall from its ankles, with both hands on the wall."""
    turn, leg = math.radians(degrees), THIGH + SHIN - 0.05
    hip = (leg * math.sin(turn), ANKLE_HEIGHT + leg * math.cos(turn))
    return Pose(
        hip,
        lean=degrees,
        head=degrees,
        right_leg=Foot(0),
        left_leg=Foot(0.6),
        right_arm=Hand(WALL, HANDS, 174, on="wall"),
        left_arm=Hand(WALL, HANDS + 2, 174, on="wall"),
    )


def _half_step(hip: tuple[float, float], right: Foot) -> Pose:
    """Return a pose beside a counter, with the near foot on its way to half a foot length ahead."""
    return Pose(
        hip,
        right_leg=right,
        left_leg=Foot(0),
        right_arm=Arm(2, 10),
        left_arm=Hand(hip[0] + 28, 88, 84, on="counter"),
        extra={"step.x": HALF_SHOE * right.x / HALF_FOOT, "step.y": 0},
    )


def _together(left: Foot, hip: float = 0, drop: float = 0) -> Pose:
    """Return a pose from behind at a counter, with the right foot in its place."""
    return from_behind(Pose((hip, STANDING - drop), right_leg=Foot(TOUCHING), left_leg=left), "two_hands")


#: The same exercise facing the counter, since two hands do not reach one that is beside the body.
_FEET_TOGETHER_FROM_BEHIND = Figure(
    title=_("Feet-together stand"),
    desc=_("Stand at a counter. Move the feet together until they touch. You look ahead and hold."),
    category="balance",
    support="two_hands",
    grip=from_behind,
    view="back",
    who="amara",
    working=("right_leg", "left_leg"),
    props=(long_counter(), ground()),
    frames=(
        Frame(_together(Foot(-14), -2, 0.4), hold=0.8, move=0.6),
        Frame(_together(Foot(-11, 0.8), -1, 0.2), hold=0, move=0.6),
        Frame(_together(Foot(-TOUCHING)), hold=3.0, move=0.6),
        Frame(_together(Foot(-11, 0.8), -1, 0.2), hold=0, move=0.6),
    ),
    stills=(0, 2),
    telling=2,
    lens=Lens(Camera(0, -3, 36), (33, 3), 46),
    camera=Camera(-2, -10, 178),
    cues=(Cue(arrow((-34, 10), (-22, 10)), stills=(0,)),),
)

BALANCE_STANCE = {
    "weight-shift-side": Figure(
        title=_("Side-to-side weight shift"),
        desc=_(
            "Face a counter, feet hip width apart. Lean slowly onto the left foot, then onto the right foot. Both "
            "feet stay on the floor."
        ),
        category="balance",
        support="two_hands",
        grip=from_behind,
        supports=LEVELS[:-1],
        view="back",
        who="sam",
        working=("right_leg", "left_leg"),
        props=(long_counter(), ground()),
        frames=(
            Frame(_shifted(0), hold=0.3, move=1.3),
            Frame(_shifted(-1), hold=0.9, move=1.3),
            Frame(_shifted(0), hold=0.3, move=1.3),
            Frame(_shifted(1), hold=0.9, move=1.3),
        ),
        stills=(1, 0, 3),
        telling=1,
        camera=Camera(0, -10, 178),
        cues=(
            Cue(arrow((-25, 60), (-42, 60), size=8), stills=(0,)),
            Cue(arrow((25, 60), (42, 60), size=8), stills=(2,)),
        ),
    ),
    "feet-together-stand": Figure(
        title=_("Feet-together stand"),
        desc=_("Stand at a counter. Move the feet together until they touch. You look ahead and hold."),
        category="balance",
        support="one_hand",
        grip=from_front,
        supports=LEVELS[1:],
        instead={"two_hands": _FEET_TOGETHER_FROM_BEHIND},
        view="front",
        who="amara",
        working=("right_leg", "left_leg"),
        props=(ground(), counter(40, edge=4)),
        frames=(
            Frame(_stance(Foot(-14), -2, 0.4), hold=0.8, move=0.6),
            Frame(_stance(Foot(-11, 0.8), -1, 0.2), hold=0, move=0.6),
            Frame(_stance(Foot(-TOUCHING)), hold=3.0, move=0.6),
            Frame(_stance(Foot(-11, 0.8), -1, 0.2), hold=0, move=0.6),
        ),
        stills=(0, 2),
        telling=2,
        lens=Lens(Camera(0, -3, 36), (-79, 3), 46),
        camera=Camera(2, -10, 178),
        cues=(Cue(arrow((-34, 10), (-22, 10)), stills=(0,)),),
    ),
    "semi-tandem-stand": Figure(
        title=_("Half heel-to-toe stand"),
        desc=_(
            "Stand beside a counter. The right foot goes half a foot length ahead, its inner side beside the big toe "
            "of the left foot. You look ahead and hold."
        ),
        category="balance",
        support="one_hand",
        grip=beside,
        supports=LEVELS,
        who="lin",
        working=("right_leg",),
        props=(ground(), long_counter(), *plan_of_feet(-92, 4)),
        frames=(
            Frame(_half_step((0, STANDING), Foot(0)), hold=0.8, move=0.6),
            Frame(_half_step((3, STANDING - 0.2), Foot(7, 4, -3)), hold=0, move=0.6),
            Frame(_half_step((6, STANDING - 0.6), Foot(HALF_FOOT)), hold=3.0, move=0.7),
            Frame(_half_step((3, STANDING - 0.2), Foot(7, 4, -3)), hold=0, move=0.7),
        ),
        stills=(0, 2),
        telling=2,
        camera=Camera(-12, -10, 178),
    ),
    "standing-knee-curl": Figure(
        title=_("Standing knee curl"),
        desc=_(
            "Stand facing a counter. The right knee bends, so that the heel comes up behind you. The knee does not "
            "move forward. The foot comes down slowly."
        ),
        category="balance",
        support="two_hands",
        grip=before,
        supports=LEVELS,
        who="rosa",
        working=("right_leg",),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_COUNTER.replace(right_leg=Leg(0, 0, 0)), hold=0.8, move=0.5),
            Frame(AT_COUNTER.replace(right_leg=Leg(1, 28, 18)), hold=0, move=0.9),
            Frame(AT_COUNTER.replace(right_leg=Leg(-1, 88, 0)), hold=1.2, move=1.2),
            Frame(AT_COUNTER.replace(right_leg=Leg(1, 28, 18)), hold=0, move=0.7),
        ),
        stills=(0, 2),
        telling=2,
        camera=FACING,
        cues=(Cue(round_arrow((0, 45), (54, 54), -128, -158)),),
    ),
    "wall-push-up": Figure(
        title=_("Wall push-up"),
        desc=_(
            "Stand at arm’s length from a wall, both hands flat on it at the height of the shoulders. The body stays "
            "straight and the heels stay down. Bend the elbows and lean in, then push back."
        ),
        category="balance",
        support="two_hands",
        who="amara",
        working=("right_arm", "left_arm"),
        props=(ground(), wall(WALL)),
        frames=(
            Frame(_leaning(5), hold=0.8, move=1.8),
            Frame(_leaning(15), hold=0.8, move=1.8),
        ),
        camera=Camera(28, -10, 178),
        cues=(Cue(arrow((-22, 116), (0, 116), both=True)),),
    ),
}
