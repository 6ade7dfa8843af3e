"""Figures of balance exercises in place, with the hands on a counter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exercises.figures.body import STANDING
from exercises.figures.cues import arrow, round_arrow
from exercises.figures.figure import Camera, Cue, Figure, Lens
from exercises.figures.motion import Frame
from exercises.figures.pose import Arm, Foot, Hand, Leg, Pose
from exercises.figures.props import counter, ground, long_counter
from exercises.figures.supports import LEVELS

from .grips import before, beside, from_behind, from_front

#: Front edge of the counter, and the pose of a person who faces it with both hands on it.
EDGE = 30
AT_COUNTER = Pose(
    (0, STANDING),
    right_leg=Foot(-1),
    left_leg=Foot(2),
    right_arm=Hand(36, 88, on="counter"),
    left_arm=Hand(40, 88, on="counter"),
)
#: The same pose with only the fingertips on the counter.
AT_FINGERTIPS = before(AT_COUNTER, "fingertips")
#: Pose beside a counter, with the fingertips of the far hand on it.
BESIDE = Pose(
    (0, STANDING),
    right_leg=Foot(-1),
    left_leg=Foot(2),
    right_arm=Arm(2, 10),
    left_arm=Hand(29, 88, 12, on="counter", tips=True),
)
FACING = Camera(26, -10, 178)
BESIDE_CAMERA = Camera(6, -10, 178)


def _raised(hip: float, leg: float) -> Pose:
    """Return a pose from behind at a counter, on the left leg, with the right one out to the side."""
    return from_behind(Pose((hip, STANDING), left_leg=Foot(-7), right_leg=Leg(leg)), "two_hands")


#: The same exercise facing the counter, since two hands do not reach one that is beside the body.
_SIDE_LEG_RAISE_FROM_BEHIND = Figure(
    title=_("Side leg raise"),
    desc=_(
        "Stand straight at a counter. The right leg lifts out to the side, toes facing forward. It comes down slowly."
    ),
    category="balance",
    support="two_hands",
    grip=from_behind,
    view="back",
    who="rosa",
    working=("right_leg",),
    props=(long_counter(), ground()),
    frames=(Frame(_raised(0, 0), hold=0.8, move=1.7), Frame(_raised(-3, 30), hold=1.4, move=1.9)),
    camera=Camera(6, -10, 178),
    cues=(Cue(round_arrow((5, 84), (78, 78), -53, -32)),),
)

BALANCE_SUPPORT = {
    "calf-raise": Figure(
        title=_("Calf raise"),
        desc=_(
            "Stand facing a counter. Both heels rise until you stand on your toes. The heels come down slowly."
        ),
        category="balance",
        support="two_hands",
        grip=before,
        supports=LEVELS,
        who="rosa",
        working=("right_shin", "left_shin"),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_COUNTER, hold=0.9, move=1.6),
            Frame(
                AT_COUNTER.replace(hip=(6, 89.4), right_leg=Foot(-1, 0, -36), left_leg=Foot(2, 0, -36)),
                hold=1.2,
                move=2.2,
            ),
        ),
        lens=Lens(Camera(6, -3, 36), (-68, 3), 50),
        camera=Camera(8, -10, 188),
        cues=(Cue(arrow((-44, 62), (-44, 80))),),
    ),
    "toe-raise": Figure(
        title=_("Toe raise"),
        desc=_(
            "Stand facing a counter. The toes and the front of both feet lift, the weight is on the heels. The toes "
            "come down slowly."
        ),
        category="balance",
        support="two_hands",
        grip=before,
        supports=LEVELS,
        who="lin",
        working=("right_shin", "left_shin"),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_COUNTER, hold=0.9, move=1.6),
            Frame(
                AT_COUNTER.replace(
                    hip=(-5, STANDING + 1.8), lean=5, right_leg=Foot(-1, 0, 26), left_leg=Foot(2, 0, 26)
                ),
                hold=1.2,
                move=2.4,
            ),
        ),
        lens=Lens(Camera(8, -3, 36), (-68, 3), 50),
        camera=Camera(8, -10, 178),
        cues=(Cue(round_arrow((-4, 2), (32, 32), 8, 46)),),
    ),
    "mini-squat": Figure(
        title=_("Mini squat"),
        desc=_(
            "Stand facing a counter. The knees bend a little and the hips go back, as if to sit. The back stays "
            "straight. Then you stand up again."
        ),
        category="balance",
        support="two_hands",
        grip=before,
        supports=LEVELS,
        who="sam",
        working=("right_thigh", "left_thigh"),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_COUNTER, hold=0.9, move=1.8),
            Frame(AT_COUNTER.replace(hip=(-9, 77.5), lean=14, head=4), hold=1.0, move=1.8),
        ),
        camera=FACING,
        cues=(Cue(arrow((-36, 92), (-36, 76))),),
    ),
    "back-leg-raise": Figure(
        title=_("Back leg raise"),
        desc=_(
            "Stand facing a counter. The right leg goes straight back, without leaning forward. It comes down slowly."
        ),
        category="balance",
        support="two_hands",
        grip=before,
        supports=LEVELS,
        who="amara",
        working=("right_leg",),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_COUNTER.replace(right_leg=Leg(0, 0, 0)), hold=0.8, move=0.5),
            Frame(AT_COUNTER.replace(lean=1, right_leg=Leg(-7, 4, 10)), hold=0, move=1.1),
            Frame(AT_COUNTER.replace(lean=4, right_leg=Leg(-28, 2, -8)), hold=1.2, move=1.3),
            Frame(AT_COUNTER.replace(lean=1, right_leg=Leg(-7, 4, 10)), hold=0, move=0.6),
        ),
        stills=(0, 2),
        telling=2,
        camera=Camera(12, -10, 178),
        cues=(Cue(round_arrow((0, 84), (76, 76), -127, -148)),),
    ),
    "side-leg-raise": Figure(
        title=_("Side leg raise"),
        desc=_(
            "Stand straight at a counter. The right leg lifts out to the side, toes facing forward. It comes down "
            "slowly."
        ),
        category="balance",
        support="one_hand",
        grip=from_front,
        supports=("fingertips", "none", "eyes_closed"),
        instead={"two_hands": _SIDE_LEG_RAISE_FROM_BEHIND},
        view="front",
        who="rosa",
        working=("right_leg",),
        props=(ground(), counter(40, edge=4)),
        frames=(
            Frame(
                from_front(
                    Pose((0, STANDING), left_leg=Foot(7), right_leg=Leg(0), right_arm=Arm(8, -10)), "one_hand"
                ),
                hold=0.8,
                move=1.7,
            ),
            Frame(
                from_front(
                    Pose((3, STANDING), left_leg=Foot(7), right_leg=Leg(30), right_arm=Arm(14, -10)),
                    "one_hand",
                ),
                hold=1.4,
                move=1.9,
            ),
        ),
        camera=Camera(12, -10, 186),
        cues=(Cue(round_arrow((-5, 84), (78, 78), 233, 212)),),
    ),
    "one-leg-stand": Figure(
        title=_("One-leg stand"),
        desc=_(
            "Stand facing a counter. The right foot lifts off the floor behind you. You stand tall on the left leg "
            "and hold."
        ),
        category="balance",
        support="fingertips",
        grip=before,
        supports=LEVELS,
        who="sam",
        working=("right_leg",),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_FINGERTIPS.replace(right_leg=Leg(0, 0, 0)), hold=0.8, move=0.5),
            Frame(AT_FINGERTIPS.replace(right_leg=Leg(12, 30, 14)), hold=0, move=0.9),
            Frame(AT_FINGERTIPS.replace(right_leg=Leg(14, 74, -14)), hold=1.8, move=1.0),
            Frame(AT_FINGERTIPS.replace(right_leg=Leg(12, 30, 14)), hold=0, move=0.5),
        ),
        stills=(0, 2),
        telling=2,
        camera=FACING,
        cues=(Cue(arrow((-44, 10), (-44, 34))),),
    ),
    "knee-raise": Figure(
        title=_("Standing knee raise"),
        desc=_(
            "Stand tall beside a counter. The right knee lifts to hip height, stays there, and comes down slowly."
        ),
        category="balance",
        support="fingertips",
        grip=beside,
        supports=LEVELS,
        who="lin",
        working=("right_leg",),
        props=(ground(), long_counter()),
        frames=(
            Frame(BESIDE.replace(right_leg=Leg(0, 0, 0)), hold=0.8, move=1.5),
            Frame(BESIDE.replace(right_leg=Leg(84, 88, 0)), hold=1.6, move=1.6),
        ),
        camera=BESIDE_CAMERA,
        cues=(Cue(arrow((58, 50), (58, 76))),),
    ),
    "heel-to-toe-stand": Figure(
        title=_("Heel-to-toe stand"),
        desc=_(
            "Stand beside a counter. The right foot goes straight in front of the left one, heel against toes. You "
            "look ahead and hold."
        ),
        category="balance",
        support="fingertips",
        grip=beside,
        supports=LEVELS,
        who="amara",
        working=("right_leg",),
        props=(ground(), long_counter()),
        frames=(
            Frame(BESIDE, hold=0.8, move=0.7),
            Frame(
                BESIDE.replace(
                    hip=(5, 83.4),
                    right_leg=Foot(15, 7, 4),
                    left_arm=Hand(34, 88, 12, on="counter", tips=True),
                ),
                hold=0,
                move=0.7,
            ),
            Frame(
                BESIDE.replace(
                    hip=(15, 82), right_leg=Foot(29), left_arm=Hand(44, 88, 12, on="counter", tips=True)
                ),
                hold=1.8,
                move=0.8,
            ),
            Frame(
                BESIDE.replace(
                    hip=(5, 83.4),
                    right_leg=Foot(15, 7, 4),
                    left_arm=Hand(34, 88, 12, on="counter", tips=True),
                ),
                hold=0,
                move=0.8,
            ),
        ),
        stills=(0, 2),
        telling=2,
        camera=Camera(12, -10, 178),
        cues=(Cue(arrow((44, 24), (54, 18), (54, 6)), stills=()),),
    ),
}
