"""Figures of stretches that show the whole body: legs, back, chest and neck."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exercises.figures.body import SITTING
from exercises.figures.cues import arrow, round_arrow, to_side, way
from exercises.figures.figure import Camera, Cue, Figure, Inset, Lens
from exercises.figures.motion import Frame
from exercises.figures.pose import Arm, Foot, Hand, Leg, Pose
from exercises.figures.props import Prop, chair, chair_front, door_frame, ground, wall

#: Pose of upright sitting near the front of the chair, in the side view, with the hands on the thighs.
SEATED = Pose(
    (-16, SITTING),
    right_leg=Foot(21),
    left_leg=Foot(25),
    right_arm=Arm(12, 48, 6),
    left_arm=Arm(14, 50, 6),
)
#: Pose of upright sitting, in the front view.
FACING_US = Pose(
    (0, SITTING + 2),
    right_leg=Foot(-10),
    left_leg=Foot(10),
    right_arm=Arm(14, -20, -10),
    left_arm=Arm(14, -20, -10),
    seated=True,
)


def _at_wall(hip: tuple[float, float], lean: float) -> Pose:
    """Return a pose with the hands on the wall and one leg far behind, with its heel on the floor."""
    return Pose(
        hip,
        lean=lean,
        head=lean / 2,
        right_leg=Foot(-33.5),
        left_leg=Foot(16),
        right_arm=Hand(52, 120, 172, on="wall"),
        left_arm=Hand(52, 124, 172, on="wall"),
    )


def _at_frame(hip: tuple[float, float], lean: float, toes: float) -> Pose:
    """Return a pose with the hands on a door frame and the toes of the right foot up against it, heel close by."""
    return Pose(
        hip,
        lean=lean,
        head=lean / 2,
        right_leg=Foot(21.5, 0, toes),
        left_leg=Foot(-26),
        right_arm=Hand(34, 112, 174, on="frame"),
        left_arm=Hand(34, 118, 174, on="frame"),
    )


#: Arm folded over the chest, in the front view.
_FOLD = Arm(6, -136, 4)


def _looking(share: float) -> dict[str, float]:
    """Return the channels of a turned head: +1 to the person's left, -1 to the right, 0 to the viewer."""
    return {
        "face.x": 6 * share,
        "face.sx": 1 - 0.42 * abs(share),
        "nose.x": 10.6 * share,
        "nose.sx": 1 - 2 * max(0, share),
        **to_side(share),
    }


def _turned(share: float) -> dict[str, float]:
    """Return the channels of a turned upper body: shoulders appear closer, and parts in front shift sideways."""
    arms = {"right_arm.x": 4.6 * abs(share) + 4 * share, "left_arm.x": -4.6 * abs(share) + 4 * share}
    return _looking(share) | arms | {"torso.sx": 1 - 0.3 * abs(share), "torso.x": 3 * share}


#: The chest stretch from the side: the arms are back and the chest is forward, which the front view does not show.
_CHEST_FORWARD = Inset(
    SEATED.replace(lean=-5, right_arm=Arm(-52, 4), left_arm=Arm(-48, 4)),
    props=(chair(2), Prop("chest", arrow((2, 82), (22, 82), size=8), front=True)),
    working=("right_arm", "left_arm", "trunk"),
    camera=Camera(0, -9, 146),
    share=0.36,
    hide=("left_arm", "left_leg"),
)

STRETCHING = {
    "plantar-fascia-stretch": Figure(
        title=_("Plantar fascia stretch"),
        desc=_(
            "Face a door frame and hold it with both hands. The right heel is close to the frame, the toes point up "
            "against it. Lean forward slowly and bend the right knee towards the frame."
        ),
        category="stretching",
        support="two_hands",
        who="rosa",
        working=("right_leg",),
        props=(ground(), door_frame(34)),
        frames=(
            Frame(_at_frame((-10, 80), 2, 42), hold=0.8, move=1.8),
            Frame(_at_frame((3, 78), 8, 48), hold=2.0, move=1.8),
        ),
        lens=Lens(Camera(25, -3, 36), (50, 3), 56),
        camera=Camera(24, -10, 178),
        cues=(Cue(arrow((-34, 96), (-16, 96))),),
    ),
    "calf-wall-stretch": Figure(
        title=_("Calf stretch at the wall"),
        desc=_(
            "Both hands on the wall, the right leg far behind you, its knee straight and its heel on the floor. "
            "Bend the left knee and lean towards the wall until the right calf stretches."
        ),
        category="stretching",
        support="two_hands",
        who="sam",
        working=("right_leg",),
        props=(ground(), wall(52)),
        frames=(
            Frame(_at_wall((-8, 79.5), 8), hold=0.8, move=1.8),
            Frame(_at_wall((2, 75.2), 16), hold=2.0, move=1.8),
        ),
        camera=Camera(8, -10, 178),
        cues=(Cue(arrow((-34, 92), (-16, 92))),),
    ),
    "seated-hamstring-stretch": Figure(
        title=_("Seated hamstring stretch"),
        desc=_(
            "Sit on the front half of a firm chair. The right leg is straight, heel on the floor, toes up. The left "
            "foot is flat. Bring the chest over the straight leg, then slowly straighten the back."
        ),
        category="stretching",
        who="amara",
        working=("right_leg",),
        props=(ground(), chair(-2)),
        frames=(
            Frame(
                SEATED.replace(
                    hip=(-12, SITTING),
                    right_leg=Foot(61, 0, 40),
                    right_arm=Hand(15, 53, 72),
                    left_arm=Hand(19, 53, 72),
                ),
                hold=0.8,
                move=1.8,
            ),
            Frame(
                SEATED.replace(
                    hip=(-12, SITTING),
                    lean=40,
                    head=24,
                    right_leg=Foot(61, 0, 40),
                    right_arm=Hand(38, 30, 62),
                    left_arm=Hand(41, 30, 62),
                ),
                hold=2.0,
                move=1.8,
            ),
        ),
        camera=Camera(15, -9, 140),
        cues=(Cue(round_arrow((-12, 46), (70, 70), 92, 66)),),
    ),
    "seated-knee-extension": Figure(
        title=_("Seated knee straightening"),
        desc=_(
            "Sit tall on a firm chair. Straighten the right knee until the leg points forward. Lower it slowly."
        ),
        category="balance",
        who="lin",
        working=("right_leg",),
        props=(ground(), chair(2)),
        frames=(
            Frame(SEATED.replace(right_leg=Leg(88, 92)), hold=0.8, move=1.8),
            Frame(SEATED.replace(right_leg=Leg(88, 6, 8)), hold=1.2, move=2.0),
        ),
        camera=Camera(13, -9, 140),
        cues=(Cue(round_arrow((23, 45), (42, 42), -70, -30)),),
    ),
    "upper-body-twist": Figure(
        title=_("Upper-body twist"),
        desc=_(
            "Sit tall on a firm chair, arms crossed over the chest. Turn the head and the upper body to the right. "
            "The hips stay still. Come back, then turn to the left."
        ),
        category="stretching",
        view="front",
        who="lin",
        working=("trunk",),
        props=(chair_front(), ground(), way(0, 133, round_arrow((0, 0), (36, 9), 150, 20))),
        frames=(
            Frame(FACING_US.replace(right_arm=_FOLD, left_arm=_FOLD, extra=_turned(0)), hold=0.7, move=1.4),
            Frame(FACING_US.replace(right_arm=_FOLD, left_arm=_FOLD, extra=_turned(-1)), hold=1.5, move=1.4),
            Frame(FACING_US.replace(right_arm=_FOLD, left_arm=_FOLD, extra=_turned(0)), hold=0.7, move=1.4),
            Frame(FACING_US.replace(right_arm=_FOLD, left_arm=_FOLD, extra=_turned(1)), hold=1.5, move=1.4),
        ),
        stills=(0, 1, 3),
        telling=1,
        camera=Camera(0, -9, 158),
        strip=Camera(0, -9, 158),
    ),
    "chest-stretch": Figure(
        title=_("Chest stretch"),
        desc=_(
            "Sit forward on a firm chair. Pull the shoulders back and down, open both arms out to the sides "
            "and push the chest gently forward."
        ),
        category="stretching",
        view="front",
        who="sam",
        working=("right_arm", "left_arm", "trunk"),
        props=(chair_front(), ground()),
        frames=(
            Frame(FACING_US.replace(extra={"torso.sx": 1, "torso.sy": 1}), hold=0.8, move=1.8),
            Frame(
                FACING_US.replace(
                    right_arm=Arm(74, 4, 12),
                    left_arm=Arm(74, 4, 12),
                    extra={"torso.sx": 1.1, "torso.sy": 1.03},
                ),
                hold=1.8,
                move=1.8,
            ),
        ),
        camera=Camera(-8, -9, 166),
        strip=Camera(0, -9, 178),
        thumb=Camera(0, -9, 166),
        inset=_CHEST_FORWARD,
        arrow=0.16,
        cues=(Cue((*arrow((38, 50), (54, 68)), *arrow((-38, 50), (-54, 68)))),),
    ),
    "neck-rotation": Figure(
        title=_("Neck turn"),
        desc=_(
            "Sit tall, shoulders down. Turn the head slowly to the right and hold. Come back to the middle, then turn "
            "to the left. The shoulders stay still."
        ),
        category="stretching",
        view="front",
        who="rosa",
        working=("neck",),
        props=(chair_front(), way(0, 126, round_arrow((0, 0), (24, 10), 150, 20, size=4))),
        hide=("right_leg", "left_leg"),
        frames=(
            Frame(FACING_US.replace(extra=_looking(0)), hold=0.7, move=1.3),
            Frame(FACING_US.replace(extra=_looking(-1)), hold=1.5, move=1.3),
            Frame(FACING_US.replace(extra=_looking(0)), hold=0.7, move=1.3),
            Frame(FACING_US.replace(extra=_looking(1)), hold=1.5, move=1.3),
        ),
        stills=(0, 1, 3),
        telling=1,
        closeup=True,
        camera=Camera(0, 58, 84),
    ),
}
