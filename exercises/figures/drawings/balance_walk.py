"""Figure of the balance walk: with both arms raised beside a wall, or with one hand on a counter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exercises.figures.body import STANDING
from exercises.figures.figure import Camera, Figure, Inset
from exercises.figures.motion import Frame, Motion
from exercises.figures.pose import Arm, Foot, Hand, Pose
from exercises.figures.props import Prop, box, ground, long_counter, long_wall
from exercises.figures.shapes import Shape

from .grips import beside


def _arms_out(hip: tuple[float, float], right: Foot, left: Foot) -> Pose:
    return Pose(hip, right_leg=right, left_leg=left, right_arm=Arm(-60, 4), left_arm=Arm(62, 4))


#: Motion of the walk with both arms raised, whose back leg lifts on each step.
_MOTION = Motion(
    (
        Frame(_arms_out((32, 83.6), Foot(32), Foot(3, 25, -62)), hold=1.0, move=0.6),
        Frame(_arms_out((36, 83), Foot(32), Foot(42, 8, -4)), hold=0, move=0.5),
        Frame(_arms_out((53, 80.8), Foot(32, 0, -12), Foot(70)), hold=0.1, move=0.7),
        Frame(_arms_out((70, 83.6), Foot(41, 25, -62), Foot(70)), hold=1.0, move=0.6),
        Frame(_arms_out((74, 83), Foot(80, 8, -4), Foot(70)), hold=0, move=0.5),
        Frame(_arms_out((91, 80.8), Foot(108), Foot(70, 0, -12)), hold=0.1, move=0.7),
    ),
    travel=76,
)


_RIGHT_ARM_RAISED = _(
    "Walk slowly along a counter with the right arm raised out to the side. On every step the back leg lifts and you "
    "pause for one second before it steps forward."
)
_BOTH_ON_COUNTER = _(
    "Walk slowly along a counter. On every step the back leg lifts and you pause for one second before it steps "
    "forward."
)


def _at_counter(support: str) -> Figure:
    """Return the walk along a counter, with the left hand on it and the right arm raised, or with both hands on it."""
    frames = tuple(Frame(beside(frame.pose, support), frame.hold, frame.move) for frame in _MOTION.frames)
    hand = (
        Hand(-50, 88, 90, on="counter")
        if support == "one_hand"
        else Hand(-50, 88, 12, on="counter", tips=True)
    )
    return Figure(
        title=_("Balance walk"),
        desc=_BOTH_ON_COUNTER if support == "two_hands" else _RIGHT_ARM_RAISED,
        category="balance",
        support=support,
        grip=beside,
        who="rosa",
        working=("right_leg", "left_leg"),
        props=(long_counter(period=76), ground()),
        motion=Motion(frames, travel=_MOTION.travel),
        stills=(0, 2),
        telling=0,
        camera=Camera(32, -10, 190),
        strip=Camera(20, -10, 190),
        inset=None if support == "two_hands" else _from_behind(hand),
    )


def _from_behind(hand: Hand) -> Inset:
    """Return the same person from behind, which shows the raised arm."""
    return Inset(
        Pose((0, STANDING), right_arm=Arm(86, 0), left_arm=hand),
        view="back",
        props=(Prop("counter", (Shape(box(-104, 0, 60, 88), "prop"),)),),
        camera=Camera(0, 40, 172),
        share=0.27,
        hide=("right_leg", "left_leg", "pelvis"),
    )


BALANCE_WALK = Figure(
    title=_("Balance walk"),
    desc=_(
        "Walk slowly with both arms raised out to the sides. On every step the back leg lifts and you pause for "
        "one second before it steps forward."
    ),
    category="balance",
    instead={level: _at_counter(level) for level in ("two_hands", "one_hand", "fingertips")},
    who="rosa",
    working=("right_leg", "left_leg"),
    props=(long_wall(38), ground()),
    motion=_MOTION,
    stills=(0, 2),
    telling=0,
    camera=Camera(32, -10, 190),
    strip=Camera(20, -10, 190),
    inset=Inset(
        Pose((0, STANDING), right_arm=Arm(86, 0), left_arm=Arm(86, 0)),
        view="front",
        camera=Camera(0, 40, 172),
        share=0.27,
        hide=("right_leg", "left_leg", "pelvis"),
    ),
)
