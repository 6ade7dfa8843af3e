"""Figures of exercises on a chair: rising with the hands, the band, the arms, the heels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exercises.figures.body import SITTING, STANDING
from exercises.figures.chairs import ARMREST, armchair, armchair_front
from exercises.figures.cues import arrow, round_arrow
from exercises.figures.figure import Camera, Cue, Figure
from exercises.figures.motion import Frame
from exercises.figures.pose import Arm, Foot, Hand, Pose
from exercises.figures.props import chair, chair_front, ground, long_wall, wall

from .closeups import BODY_ABOVE, SEAT, SEATED, get_inset
from .parts import row_band
from .stretching import FACING_US

#: Place of the hands on the armrests, for a person who pushes up from an armchair.
PUSHING = -4.0
#: Feet a little in front of the chair, with the band under them.
ON_BAND = Pose((-18, SITTING), right_leg=Foot(30), left_leg=Foot(33))


def _rising(
    hip: tuple[float, float], lean: float, hands: tuple[float, float], turn: float, on: str = ""
) -> Pose:
    """Return a pose between sitting and standing, with the hands on the armrests or on their way."""
    x, y = hands
    return Pose(
        hip,
        lean=lean,
        head=lean / 3,
        right_leg=Foot(14),
        left_leg=Foot(17),
        right_arm=Hand(x, y, turn, on=on),
        left_arm=Hand(x + 3, y, turn, on=on),
    )


def _pushing(hip: tuple[float, float], lean: float, on: str = "armrest") -> Pose:
    return _rising(hip, lean, (PUSHING, ARMREST), 50, on)


def _rowing(right: Hand, left: Hand, lean: float) -> Pose:
    return ON_BAND.replace(lean=lean, right_arm=right, left_arm=left)


def _heels(right: float, left: float) -> Pose:
    """Return a pose of sitting with each heel raised by some degrees about the ball of the foot."""
    return SEATED.replace(right_leg=Foot(21, 0, -right), left_leg=Foot(33, 0, -left))


def _reaching(lean: float, right: Arm) -> Pose:
    """Return a pose from the front with the left hand on the armrest, and the right arm at an angle to the ground."""
    return FACING_US.replace(
        lean=lean,
        head=lean / 2,
        right_arm=right,
        left_arm=Hand(28, ARMREST, 90, on="armrest"),
    )


def _swinging(way: float) -> Pose:
    """Return a pose of sitting with bent elbows and the arms swung by a share -1–1, the right one forward at 1."""
    return SEATED.replace(right_arm=Arm(4 + 36 * way, 84 + 8 * way), left_arm=Arm(4 - 36 * way, 84 - 8 * way))


#: Rising with both hands on the armrests, which the sit to stand shows too if it is prescribed with two hands.
SIT_TO_STAND_WITH_HANDS = Figure(
    title=_("Sit to stand with hands"),
    desc=_(
        "Sit at the front of a firm chair with arms, against a wall. Push on both armrests and stand up tall. Put the "
        "hands back on the armrests and sit down slowly."
    ),
    category="balance",
    support="two_hands",
    who="sam",
    working=("right_thigh", "left_thigh"),
    props=(ground(), wall(-54, 158, 5), *armchair(-2)),
    frames=(
        Frame(_pushing((-13, SITTING), 8), hold=0.9, move=1.5),
        Frame(_pushing((0, 62), 28, on=""), hold=0, move=1.0),
        Frame(_rising((16, STANDING), 0, (25, 78), 16), hold=1.4, move=1.0),
        Frame(_pushing((0, 62), 28), hold=0, move=1.7),
    ),
    stills=(0, 1, 2),
    telling=1,
    camera=Camera(-8, -10, 178),
    cues=(Cue((*arrow((-30, 82), (-30, 66)), *arrow((40, 66), (40, 90))), stills=(1,)),),
)

CHAIR_EXERCISES = {
    "sit-to-stand-with-hands": SIT_TO_STAND_WITH_HANDS,
    "seated-row-band": Figure(
        title=_("Seated row with band"),
        desc=_(
            "Sit tall on a firm chair without arms, shoes on, feet flat. The band goes under both feet, one end in "
            "each hand. Pull the elbows back until the hands are at the hips. Let them come back slowly."
        ),
        category="balance",
        who="rosa",
        working=("right_arm", "left_arm"),
        props=(ground(), chair(2), *row_band()),
        frames=(
            Frame(_rowing(Hand(26, 55, 40), Hand(28, 55, 40), 3), hold=0.7, move=1.5),
            Frame(_rowing(Hand(-12, 59, 62), Hand(-9, 59, 62), 0), hold=1.0, move=1.9),
        ),
        camera=Camera(0, -9, 140),
        arrow=0.16,
        cues=(Cue(arrow((-46, 88), (-62, 88))),),
    ),
    "arm-raise": Figure(
        title=_("Seated arm raise"),
        desc=_(
            "Sit tall on a firm chair, feet flat, the arms down at your sides. Lift both arms out to the sides, up to "
            "the height of the shoulders. Lower them slowly."
        ),
        category="balance",
        view="front",
        who="amara",
        working=("right_arm", "left_arm"),
        props=(chair_front(), ground()),
        frames=(
            Frame(FACING_US.replace(right_arm=Arm(15, -4), left_arm=Arm(15, -4)), hold=0.8, move=1.7),
            Frame(FACING_US.replace(right_arm=Arm(89, 0), left_arm=Arm(89, 0)), hold=1.0, move=1.9),
        ),
        camera=Camera(0, -9, 150),
        strip=Camera(0, -9, 188),
        thumb=Camera(0, -9, 178),
        arrow=0.16,
        cues=(
            Cue((*round_arrow((15, 92), (46, 46), -64, -22), *round_arrow((-15, 92), (46, 46), 244, 202))),
        ),
    ),
    "seated-heel-raise": Figure(
        title=_("Seated heel raise"),
        desc=_(
            "Sit on a firm chair, shoes on, feet flat. Lift the right heel, the ball of the foot and the big toe stay "
            "on the floor. Lower it. Then lift the left heel."
        ),
        category="balance",
        who="lin",
        working=("right_shin", "left_shin"),
        props=SEAT,
        hide=BODY_ABOVE[1:],
        closeup=True,
        frames=(
            Frame(_heels(0, 0), hold=0.5, move=1.2),
            Frame(_heels(32, 0), hold=0.9, move=1.2),
            Frame(_heels(0, 0), hold=0.5, move=1.2),
            Frame(_heels(0, 32), hold=0.9, move=1.2),
        ),
        stills=(1, 3),
        telling=1,
        camera=Camera(22, -6, 74),
        strip=Camera(26, -6, 80),
        thumb=Camera(26, -6, 66),
        inset=get_inset(SEATED, ("right_shin", "left_shin"), (28, 10, 23)),
        cues=(Cue(arrow((8, 4), (8, 20), size=4), stills=(0,)),),
    ),
    "seated-arm-swing": Figure(
        title=_("Seated arm swing"),
        desc=_(
            "Sit tall on a firm chair, both feet at rest on the floor. Bend the elbows and swing the arms as in a "
            "brisk walk, one forward and the other back, at a steady rhythm."
        ),
        category="aerobic",
        who="sam",
        working=("right_arm", "left_arm"),
        props=(ground(), chair(2)),
        frames=(
            Frame(_swinging(1), hold=0.05, move=0.6),
            Frame(_swinging(-1), hold=0.05, move=0.6),
        ),
        stills=(0, 1),
        telling=0,
        camera=Camera(-2, -9, 140),
        cues=(
            Cue(round_arrow((-16, 92), (62, 62), -56, -24), stills=(0,)),
            Cue(round_arrow((-16, 92), (62, 62), -56, -24, role="work_far"), stills=(1,)),
        ),
    ),
    "seated-side-reach": Figure(
        title=_("Seated side reach"),
        desc=_(
            "Sit tall on a firm chair with arms that stands against a wall, the left hand on the armrest. Reach the "
            "right hand out to the side. Both hips stay on the seat. Come back."
        ),
        category="balance",
        support="one_hand",
        view="front",
        who="rosa",
        working=("right_arm",),
        props=(long_wall(), armchair_front(), ground()),
        frames=(
            Frame(_reaching(0, Arm(18, -30, -6)), hold=0.8, move=1.6),
            Frame(_reaching(-16, Arm(87, 0)), hold=2.0, move=1.8),
        ),
        camera=Camera(-12, -9, 152),
        strip=Camera(-18, -9, 178),
        thumb=Camera(-22, -9, 156),
        cues=(Cue(arrow((-48, 112), (-72, 112))),),
    ),
}
