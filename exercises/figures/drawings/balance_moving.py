"""Figures of balance exercises with movement from place to place: walks, the step and the chair."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exercises.figures.body import SITTING, STANDING
from exercises.figures.cues import arrow, to_side, way
from exercises.figures.figure import Camera, Cue, Figure, Text
from exercises.figures.motion import Frame, Motion
from exercises.figures.pose import Arm, Foot, Hand, Pose
from exercises.figures.props import chair, ground, long_counter, long_wall, step_with_rail, wall
from exercises.figures.supports import LEVELS

from .balance_walk import BALANCE_WALK
from .grips import along_counter, along_wall, beside, on_rail

#: Length of a foot from heel to toe, which is the step of a heel-to-toe walk; and the distance of two such steps.
SHOE = 25.5
TANDEM = 2 * SHOE
#: Arms crossed over the chest, in the side view; they lean with the trunk.
CROSSED = Arm(2, 152, 34)


def _tips(x: float) -> Hand:
    """Return the far hand with its fingertips on the counter."""
    return Hand(x, 88, 12, on="counter", tips=True)


def _tandem(hip: tuple[float, float], right: Foot, left: Foot) -> Pose:
    return Pose(hip, right_leg=right, left_leg=left, right_arm=Arm(3, 12), left_arm=_tips(hip[0] + 29))


def _facing(hip: float, left: Foot, right: Foot, drop: float = 0) -> Pose:
    """Return a pose from behind, facing a counter, with the fingertips of both hands on it."""
    return Pose(
        (hip, STANDING - drop),
        left_leg=left,
        right_leg=right,
        left_arm=Hand(hip - 27, 88, 12, on="counter", tips=True, fold=-1),
        right_arm=Hand(hip + 27, 88, 12, on="counter", tips=True, fold=-1),
    )


def _sideways(share: float, hip: float, left: Foot, right: Foot, drop: float = 0) -> Pose:
    """Return a pose of the sideways walk, with the arrow to the right (1), to the left (-1) or unseen (0)."""
    return _facing(hip, left, right, drop).replace(extra=to_side(share))


def _at_wall(hip: float, left: Foot, right: Foot, drop: float = 0) -> Pose:
    """Return a pose from behind, facing a wall, with the fingertips of both hands on it at chest height."""
    return _facing(hip, left, right, drop).replace(
        left_arm=Hand(hip - 33, 138, 172, on="wall", tips=True, fold=-1),
        right_arm=Hand(hip + 33, 138, 172, on="wall", tips=True, fold=-1),
    )


def _backward(hip: tuple[float, float], right: Foot, left: Foot) -> Pose:
    hand = Hand(hip[0] + 27, 88, 80, on="counter")
    return Pose(hip, lean=3, right_leg=right, left_leg=left, right_arm=Arm(3, 12), left_arm=hand)


def _on_step(hip: tuple[float, float], right: Foot, left: Foot, lean: float = 2) -> Pose:
    hand = Hand(min(hip[0] + 30, 51), 100, 80, on="rail")
    return Pose(hip, lean=lean, right_leg=right, left_leg=left, right_arm=Arm(4, 16), left_arm=hand)


def _rising(hip: tuple[float, float], lean: float) -> Pose:
    arm = Arm(CROSSED.upper - lean, CROSSED.elbow, CROSSED.wrist)
    return Pose(
        hip, lean=lean, head=lean / 3, right_leg=Foot(14), left_leg=Foot(17), right_arm=arm, left_arm=arm
    )


def _pushing(hip: tuple[float, float], lean: float, hands: Hand, *, support: str) -> Pose:
    """Return a pose of getting up with the hands on the seat, on the way or at the sides.

    With one hand, the left arm stays crossed over the chest.
    """
    pose = _rising(hip, lean)
    return pose.replace(right_arm=hands, left_arm=hands if support == "two_hands" else pose.left_arm)


#: Hands at the front of the seat, which let go as the hips rise, and hands of someone who stands.
_ON_SEAT, _OFF_SEAT = Hand(-8, 38, 40, on="chair"), Hand(-8, 38, 40)
_ON_THE_WAY, _AT_SIDES = Hand(16, 54, 25), Hand(24, 76, 14)


def _sit_to_stand_with(support: str, desc: Text) -> Figure:
    """Return the sit to stand with a push of both hands, or of the right hand, on the seat."""

    def pushing(hip: tuple[float, float], lean: float, hands: Hand) -> Pose:
        return _pushing(hip, lean, hands, support=support)

    return Figure(
        title=_("Sit to stand"),
        desc=desc,
        category="balance",
        support=support,
        who="amara",
        working=("right_thigh", "left_thigh"),
        props=(ground(), wall(-60, 158, 5), chair(-2)),
        frames=(
            Frame(pushing((-13, SITTING), 2, _ON_SEAT), hold=0.9, move=1.0),
            Frame(pushing((-12, SITTING + 1), 18, _OFF_SEAT), hold=0, move=1.0),
            Frame(pushing((3, 60), 34, _ON_THE_WAY), hold=0, move=1.0),
            Frame(pushing((16, STANDING), 0, _AT_SIDES), hold=1.2, move=1.2),
            Frame(pushing((3, 60), 34, _ON_THE_WAY), hold=0, move=1.0),
            Frame(pushing((-12, SITTING + 1), 18, _ON_SEAT), hold=0, move=0.7),
        ),
        stills=(0, 1, 3),
        telling=1,
        camera=Camera(-8, -10, 178),
        cues=(Cue((*arrow((-32, 74), (-32, 58)), *arrow((34, 66), (34, 92))), stills=(1,)),),
    )


_SIT_TO_STAND_BY_HANDS = {
    "two_hands": _sit_to_stand_with(
        "two_hands",
        _(
            "Sit at the front of a firm chair, feet under the knees, both hands on the seat. Push on the seat and "
            "stand up tall. Sit down again slowly."
        ),
    ),
    "one_hand": _sit_to_stand_with(
        "one_hand",
        _(
            "Sit at the front of a firm chair, feet under the knees, one hand on the seat. Push on the seat and "
            "stand up tall. Sit down again slowly."
        ),
    ),
}

BALANCE_MOVING = {
    "sideways-walk": Figure(
        title=_("Sideways walking"),
        desc=_(
            "Face a counter, feet together, knees soft. One foot steps to the side, the other foot comes to join it. "
            "Then the same way back."
        ),
        category="balance",
        support="fingertips",
        grip=along_counter,
        supports=LEVELS[:-1],
        view="back",
        who="lin",
        working=("right_leg", "left_leg"),
        props=(long_counter(), ground(), way(0, 118, arrow((42, 0), (66, 0), size=8))),
        frames=(
            Frame(_sideways(0, -14, Foot(-21), Foot(-7)), hold=0.7, move=0.6),
            Frame(_sideways(1, -9, Foot(-21), Foot(11, 1.2), 0.1), hold=0, move=0.6),
            Frame(_sideways(1, 0, Foot(-21), Foot(21), 0.95), hold=0.3, move=0.6),
            Frame(_sideways(1, 9, Foot(-11, 1.2), Foot(21), 0.1), hold=0, move=0.6),
            Frame(_sideways(0, 14, Foot(7), Foot(21)), hold=0.9, move=0.6),
            Frame(_sideways(-1, 9, Foot(-11, 1.2), Foot(21), 0.1), hold=0, move=0.6),
            Frame(_sideways(-1, 0, Foot(-21), Foot(21), 0.95), hold=0.3, move=0.6),
            Frame(_sideways(-1, -9, Foot(-21), Foot(11, 1.2), 0.1), hold=0, move=0.6),
        ),
        stills=(0, 2, 4),
        telling=2,
        camera=Camera(0, -10, 178),
    ),
    "grapevine": Figure(
        title=_("Grapevine step"),
        desc=_(
            "Face a wall. The right foot crosses over in front of the left foot. The left foot steps out to join it. "
            "So you go along the wall, then back the other way."
        ),
        category="balance",
        support="fingertips",
        grip=along_wall,
        supports=LEVELS[:-1],
        view="back",
        who="amara",
        working=("right_leg",),
        props=(long_wall(40), ground()),
        motion=Motion(
            (
                Frame(_at_wall(0, Foot(-8), Foot(8)), hold=0.7, move=0.7),
                Frame(_at_wall(-5, Foot(-8), Foot(-4, 0.8), 0.1), hold=0, move=0.7),
                Frame(_at_wall(-15, Foot(-8), Foot(-24), 2), hold=0.6, move=0.7),
                Frame(_at_wall(-25, Foot(-29, 0.8), Foot(-24), 0.1), hold=0, move=0.7),
            ),
            travel=-32,
        ),
        stills=(0, 2, 3),
        telling=2,
        camera=Camera(-4, -10, 178),
        cues=(Cue(arrow((-36, 24), (-54, 24)), stills=(0, 1, 2)),),
    ),
    "heel-to-toe-walk": Figure(
        title=_("Heel-to-toe walk"),
        desc=_(
            "Walk along a counter. With each step the heel goes down straight in front of the toes of the other foot. "
            "You look ahead."
        ),
        category="balance",
        support="fingertips",
        grip=beside,
        supports=("two_hands", "one_hand", "none"),
        who="sam",
        working=("right_leg", "left_leg"),
        props=(long_counter(period=TANDEM), ground()),
        motion=Motion(
            (
                Frame(_tandem((14, 82.4), Foot(SHOE), Foot(0)), hold=0.5, move=0.7),
                Frame(_tandem((25, 83.6), Foot(SHOE), Foot(26, 9, -6)), hold=0, move=0.7),
                Frame(_tandem((14 + SHOE, 82.4), Foot(SHOE), Foot(TANDEM)), hold=0.5, move=0.7),
                Frame(_tandem((25 + SHOE, 83.6), Foot(26 + SHOE, 9, -6), Foot(TANDEM)), hold=0, move=0.7),
            ),
            travel=TANDEM,
        ),
        stills=(0, 1, 2),
        telling=0,
        camera=Camera(20, -10, 178),
        thumb=Camera(14, -10, 178),
        cues=(Cue(arrow((51, 30), (67, 30)), stills=(0, 1, 2)),),
    ),
    "backward-walk": Figure(
        title=_("Backward walking"),
        desc=_(
            "Stand beside a counter. Walk backwards along it with small steps, toes down first, then the heel."
        ),
        category="balance",
        support="one_hand",
        grip=beside,
        supports=("two_hands", "fingertips", "none"),
        who="lin",
        working=("right_leg", "left_leg"),
        props=(long_counter(period=56), ground()),
        motion=Motion(
            (
                Frame(_backward((0, 81.6), Foot(14), Foot(-14)), hold=0.3, move=0.6),
                Frame(_backward((-13, 83.4), Foot(-10, 9, -14), Foot(-14)), hold=0, move=0.6),
                Frame(_backward((-28, 81.6), Foot(-42), Foot(-14)), hold=0.3, move=0.6),
                Frame(_backward((-41, 83.4), Foot(-42), Foot(-38, 9, -14)), hold=0, move=0.6),
            ),
            travel=-56,
        ),
        stills=(0, 1, 2),
        telling=0,
        camera=Camera(0, -10, 178),
        cues=(Cue(arrow((-24, 76), (-42, 76)), stills=(0, 1, 2)),),
    ),
    "step-up": Figure(
        title=_("Step-up"),
        desc=_(
            "Stand before a low step with a rail. The right foot goes up onto the step, then the left foot. Step down "
            "slowly, one foot after the other."
        ),
        category="balance",
        support="one_hand",
        grip=on_rail,
        supports=LEVELS[:-1],
        who="sam",
        working=("right_leg",),
        props=(ground(), step_with_rail(10)),
        frames=(
            Frame(_on_step((-4, STANDING), Foot(-6), Foot(-3)), hold=0.8, move=0.5),
            Frame(_on_step((-3, 83.6), Foot(6, 24), Foot(-3)), hold=0, move=0.5),
            Frame(_on_step((4, 82.5), Foot(25, 15, held="step"), Foot(-3), lean=10), hold=0.4, move=0.6),
            Frame(_on_step((20, 95), Foot(25, 15, held="step"), Foot(4, 24, -20), lean=8), hold=0, move=0.6),
            Frame(
                _on_step((27, 98.9), Foot(25, 15, held="step"), Foot(29, 15, held="step")), hold=1.0, move=0.7
            ),
            Frame(_on_step((20, 95), Foot(25, 15, held="step"), Foot(4, 24, -20), lean=8), hold=0, move=0.7),
            Frame(_on_step((4, 82.5), Foot(25, 15, held="step"), Foot(-3), lean=10), hold=0.3, move=0.5),
            Frame(_on_step((-3, 83.6), Foot(6, 24), Foot(-3)), hold=0, move=0.5),
        ),
        stills=(0, 2, 4),
        telling=2,
        camera=Camera(14, -10, 196),
        cues=(Cue(arrow((-22, 76), (-22, 98)), stills=(1,)),),
    ),
    "sit-to-stand": Figure(
        title=_("Sit to stand"),
        desc=_(
            "Sit at the front of a firm chair, feet under the knees. Lean forward, then stand up tall. Sit down again "
            "slowly."
        ),
        category="balance",
        view="side",
        who="amara",
        working=("right_thigh", "left_thigh"),
        instead=_SIT_TO_STAND_BY_HANDS,
        props=(ground(), wall(-60, 158, 5), chair(-2)),
        frames=(
            Frame(_rising((-12, SITTING), 4), hold=0.9, move=1.2),
            Frame(_rising((-11, SITTING), 38), hold=0.2, move=0.7),
            Frame(_rising((3, 60), 36), hold=0, move=0.9),
            Frame(_rising((16, STANDING), 0), hold=1.0, move=1.2),
            Frame(_rising((3, 60), 36), hold=0, move=1.0),
        ),
        stills=(0, 1, 3),
        telling=1,
        camera=Camera(-8, -10, 178),
        cues=(Cue(arrow((-36, 64), (-36, 92)), stills=(1,)),),
    ),
    "balance-walk": BALANCE_WALK,
}
