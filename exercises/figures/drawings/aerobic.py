"""Figures of aerobic exercises: walking, marching, cycling, the class and the pool."""

from __future__ import annotations

import math

from django.utils.translation import gettext_lazy as _

from exercises.figures.body import BALL, SITTING, STANDING
from exercises.figures.cues import arrow, round_arrow
from exercises.figures.figure import Camera, Cue, Figure
from exercises.figures.motion import Frame, Motion
from exercises.figures.pose import Arm, Foot, Hand, Leg, Pose
from exercises.figures.props import (
    CRANK,
    bike,
    chair,
    clock,
    crank,
    ground,
    long_counter,
    long_wall,
    park,
    water,
)
from exercises.figures.supports import LEVELS

from .grips import beside, in_pool

LIMBS = ("right_leg", "left_leg", "right_arm", "left_arm")
LEGS = ("right_leg", "left_leg")


def _step(x: float, reach: float, hip: float, right: Foot, left: Foot, swing: float, bend: float) -> Pose:
    """Return a pose of walking. Arms swing opposite to the legs by `swing` degrees."""
    return Pose(
        (x, hip),
        lean=3,
        right_leg=right,
        left_leg=left,
        right_arm=Arm(-swing * reach + 4, bend + 0.3 * bend * -reach),
        left_arm=Arm(swing * reach + 4, bend + 0.3 * bend * reach),
    )


def _gait(step: float, seconds: float, swing: float, bend: float) -> Motion:
    """Return the motion of two steps of walking: heel first, roll over the foot, push off with the toes."""
    frames = []
    pause = seconds / 8
    for index in range(2):
        x = index * step
        # In this half the leading foot touches down at x + step; the other leaves x and swings forward.
        phases = (
            (x + step * 0.5, 1.0, 80.6, Foot(x + step, 0, 14), Foot(x, 0, -22)),
            (x + step * 0.72, 0.6, 81.6, Foot(x + step), Foot(x + step * 0.25, 7, -42)),
            (x + step, 0.0, 83.4, Foot(x + step), Foot(x + step * 1.05, 8, -18)),
            (x + step * 1.28, -0.6, 82.4, Foot(x + step, 0, -6), Foot(x + step * 1.8, 5, 10)),
        )
        for hip, reach, height, front, back in phases:
            feet = (front, back) if index == 0 else (back, front)
            way = reach if index == 0 else -reach
            frames.append(Frame(_step(hip, way, height, *feet, swing, bend), hold=0, move=pause))
    return Motion(frames, travel=2 * step)


def _marching(right: float, left: float) -> Pose:
    """Return a pose of marching in place beside a counter, with each foot lifted by a share 0–1."""
    return Pose(
        (0, STANDING),
        right_leg=Foot(-1 + 32 * right, 27 * right, -8 * right),
        left_leg=Foot(2 + 32 * left, 27 * left, -8 * left),
        right_arm=Arm(-12 + 44 * left, 40),
        left_arm=Hand(28, 88, 80, on="counter"),
    )


def _seated_march(right: float, left: float) -> Pose:
    """Return a pose of marching on a chair, with both hands on the seat."""
    return Pose(
        (-16, SITTING),
        lean=-2,
        right_leg=Foot(21 - 4 * right, 20 * right, -10 * right),
        left_leg=Foot(25 - 4 * left, 20 * left, -10 * left),
        right_arm=Hand(-13, 41, 20),
        left_arm=Hand(-10, 41, 20),
    )


def _cycling(turn: float) -> Pose:
    """Return a pose of cycling. `turn` is the share 0–1 of one turn of the pedals."""

    def pedal(share: float) -> Foot:
        angle = math.tau * share
        x, y = CRANK[0] + crank * math.sin(angle), CRANK[1] + crank * math.cos(angle)
        pitch = -9 - 9 * math.sin(angle - 0.6)
        return Foot(x - BALL, y + 2, pitch, held="pedal")

    return Pose(
        (-22, 98),
        lean=24,
        head=4,
        right_leg=pedal(turn),
        left_leg=pedal(turn + 0.5),
        right_arm=Hand(36, 117, 96, on="handlebar"),
        left_arm=Hand(38, 117, 96, on="handlebar"),
        extra={"crank": 360 * turn},
    )


def _crawl(turn: float) -> Pose:
    """Return a pose of front crawl. In one loop each arm turns once and the legs kick three times."""

    def stroke(share: float) -> Arm:
        share %= 1
        out_of_water = max(0.0, math.sin(math.tau * (share - 0.5))) if share > 0.5 else 0.0
        return Arm(96 - 360 * share, 8 + 78 * out_of_water)

    flutter = 8 * math.sin(3 * math.tau * turn)
    return Pose(
        (-18, 94 + math.sin(math.tau * turn * 2) * 0.8),
        lean=83,
        head=48,
        right_leg=Leg(-86 + flutter, 8 - 0.6 * flutter, -62),
        left_leg=Leg(-86 - flutter, 8 + 0.6 * flutter, -62),
        right_arm=stroke(turn),
        left_arm=stroke(turn + 0.5),
    )


def _class(hip: float, left: Foot, right: Foot, arms: Arm) -> Pose:
    return Pose((hip, 83.9), left_leg=left, right_leg=right, left_arm=arms, right_arm=arms)


def _wading(hip: tuple[float, float], right: Foot, left: Foot, swing: float) -> Pose:
    hand = Hand(hip[0] + 30, 104, 84, on="rail")
    return Pose(hip, lean=4, right_leg=right, left_leg=left, right_arm=Arm(swing, 24), left_arm=hand)


_LOW, _SIDE, _HIGH = Arm(16, -14), Arm(84, 4), Arm(150, 10)

AEROBIC = {
    "brisk-walk": Figure(
        title=_("Brisk walk"),
        desc=_(
            "Walk at a lively pace, outdoors or on a treadmill. The heel touches the ground first. The arms swing "
            "with bent elbows."
        ),
        category="aerobic",
        who="amara",
        working=LEGS,
        props=(park(96), ground()),
        motion=_gait(48, 1.6, 32, 62),
        stills=(0, 2, 4),
        telling=0,
        camera=Camera(28, -10, 178),
        thumb=Camera(26, -10, 178),
        cues=(Cue(arrow((54, 96), (74, 96)), stills=(0,)),),
    ),
    "walking-plan": Figure(
        title=_("Walk in three short bouts"),
        desc=_(
            "Walk at an easy pace for ten minutes. Do this three times in the day, with a rest in between. Three "
            "short walks count as much as one long one."
        ),
        category="aerobic",
        who="sam",
        working=LEGS,
        props=(park(80), ground()),
        motion=_gait(40, 2.2, 20, 16),
        stills=(0, 2, 4),
        telling=0,
        camera=Camera(22, -10, 206),
        cues=(
            Cue(clock(22, 178), stills=(0, 1, 2), moving=True),
            Cue((*clock(-2, 178), *clock(46, 178)), stills=(), moving=True),
        ),
    ),
    "low-impact-aerobics": Figure(
        title=_("Low-impact aerobics class"),
        desc=_(
            "Step from side to side with the music. One foot is always on the floor. The arms open to the sides and "
            "come down again."
        ),
        category="aerobic",
        view="front",
        who="lin",
        working=LIMBS,
        props=(ground(),),
        frames=(
            Frame(_class(0, Foot(11), Foot(-11), _LOW), hold=0.2, move=0.5),
            Frame(_class(-3, Foot(19.6, 1.6, 9), Foot(-11), Arm(52, -10)), hold=0, move=0.5),
            Frame(_class(-5, Foot(32, 5.8, 18), Foot(-11), _SIDE), hold=0.3, move=0.5),
            Frame(_class(-3, Foot(19.6, 1.6, 9), Foot(-11), Arm(52, -10)), hold=0, move=0.5),
            Frame(_class(0, Foot(11), Foot(-11), _LOW), hold=0.2, move=0.5),
            Frame(_class(3, Foot(11), Foot(-19.6, 1.6, 9), Arm(80, 20)), hold=0, move=0.5),
            Frame(_class(5, Foot(11), Foot(-32, 5.8, 18), _HIGH), hold=0.3, move=0.5),
            Frame(_class(3, Foot(11), Foot(-19.6, 1.6, 9), Arm(80, 20)), hold=0, move=0.5),
        ),
        stills=(0, 2, 6),
        telling=2,
        camera=Camera(0, -10, 212),
        arrow=0.8,
    ),
    "swimming": Figure(
        title=_("Swimming"),
        desc=_(
            "Swim on your front. One arm after the other reaches forward and pulls back through the water. The "
            "straight legs kick up and down a little."
        ),
        category="aerobic",
        who="swimmer",
        outfit="swim",
        working=LIMBS,
        props=(
            water(96),
            ground(),
        ),
        motion=Motion(cycle=_crawl, seconds=3.6),
        stills=(0.06, 0.31),
        telling=0.31,
        camera=Camera(-8, -10, 176),
        strip=Camera(-9, -10, 228),
        thumb=Camera(-2, -10, 200),
    ),
    "stationary-cycling": Figure(
        title=_("Stationary cycling"),
        desc=_(
            "Sit on an exercise bike, hands on the handlebar. The feet push the pedals round at a steady pace. The "
            "knee stays a little bent at the lowest point."
        ),
        category="aerobic",
        who="sam",
        working=LEGS,
        props=(ground(), *bike()),
        motion=Motion(cycle=_cycling, seconds=2.4),
        stills=(0.1, 0.6),
        telling=0.1,
        camera=Camera(6, -10, 190),
        cues=(Cue(round_arrow(CRANK, (26, 26), 20, -60), stills=(0, 1)),),
    ),
    "march-on-the-spot": Figure(
        title=_("March in place"),
        desc=_("Stand beside a counter. Lift one knee, then the other, as if marching."),
        category="aerobic",
        support="one_hand",
        grip=beside,
        supports=LEVELS[:-1],
        who="lin",
        working=LEGS,
        props=(long_counter(), ground()),
        frames=(
            Frame(_marching(1, 0), hold=0.15, move=0.5),
            Frame(_marching(0, 0), hold=0.1, move=0.5),
            Frame(_marching(0, 1), hold=0.15, move=0.5),
            Frame(_marching(0, 0), hold=0.1, move=0.5),
        ),
        stills=(1, 0, 2),
        telling=0,
        camera=Camera(13, -10, 178),
        cues=(Cue(arrow((54, 40), (54, 64)), stills=(1, 2)),),
    ),
    "chair-march": Figure(
        title=_("Seated marching"),
        desc=_(
            "Sit tall on a firm chair and hold the seat. Lift one knee, then the other, at a steady rhythm."
        ),
        category="aerobic",
        who="rosa",
        working=LEGS,
        props=(ground(), chair(2)),
        frames=(
            Frame(_seated_march(1, 0), hold=0.15, move=0.5),
            Frame(_seated_march(0, 0), hold=0.1, move=0.5),
            Frame(_seated_march(0, 1), hold=0.15, move=0.5),
            Frame(_seated_march(0, 0), hold=0.1, move=0.5),
        ),
        stills=(0, 2),
        telling=0,
        camera=Camera(-4, -9, 140),
        cues=(Cue(arrow((44, 42), (44, 64)), stills=(0, 1)),),
    ),
    "pool-walking": Figure(
        title=_("Walking in the pool"),
        desc=_("Stand in water up to the waist, beside the rail. Walk along the rail with slow, even steps."),
        category="aerobic",
        support="one_hand",
        grip=in_pool,
        supports=("fingertips", "none"),
        who="amara",
        outfit="swim",
        working=LEGS,
        props=(long_wall(32, 104), ground(), water(86)),
        motion=Motion(
            (
                Frame(_wading((16, 81), Foot(32), Foot(0, 0, -14), -14), hold=0.1, move=0.9),
                Frame(_wading((30, 83.4), Foot(32), Foot(38, 14, -10), 4), hold=0, move=0.9),
                Frame(_wading((48, 81), Foot(32, 0, -14), Foot(64), 24), hold=0.1, move=0.9),
                Frame(_wading((62, 83.4), Foot(70, 14, -10), Foot(64), 4), hold=0, move=0.9),
            ),
            travel=64,
        ),
        stills=(0, 1, 2),
        telling=0,
        camera=Camera(24, -10, 178),
    ),
}
