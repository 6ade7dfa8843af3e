"""One well-proportioned adult: lengths, joints, and how a hand or a foot is brought to where it should be.

A body is 160 units tall. Angles are degrees from hanging straight down, positive to the front (side view) or away
from the middle of the body (front and back view). What leaves this module are *channels*: the turn of each joint
against its parent, clockwise on the screen, ready for `rotate()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from .geometry import Point, along, two_bones
from .pose import Arm, Foot, Hand, Leg, Pose

View = Literal["side", "front", "back"]
Channels = dict[str, float]

HEIGHT = 160.0
THIGH, SHIN, ANKLE_HEIGHT = 39.0, 38.0, 7.0
TRUNK, UPPER_ARM, FOREARM, HAND = 47.0, 28.0, 25.0, 12.0
#: From the ankle: the back of the heel, the ball of the foot and the tip of the toes (side view).
HEEL, BALL, TOE = -6.0, 12.0, 19.0
#: Half the distance between the hips and between the shoulders (front and back view).
HIP_HALF, SHOULDER_HALF = 7.6, 15.5
#: Seen from the front, shoulders are this much lower than the root of the neck.
SHOULDER_DROP = 4.0
#: How far along the hand the palm rests on something, and how thick the palm is to that side.
PALM_ALONG, PALM_DEPTH = 6.0, 2.6
#: A thigh that points at the viewer, as seen from the front of someone who sits.
SEATED_THIGH = 13.0
#: The height of the hips when standing with soft knees, and when sitting on the firm chair.
STANDING, SITTING = 83.9, 46.5

SIDES: tuple[Literal["right", "left"], ...] = ("right", "left")


def outward(view: View, side: str) -> float:
    """Which way on the screen is away from the middle of the body: +1 to the right, -1 to the left."""
    if view == "side":
        return 1
    return 1 if (side == "left") == (view == "front") else -1


def get_shoulder(pose: Pose, view: View, side: str) -> Point:
    """Where a shoulder is: both in one place from the side, half a breadth apart from the front."""
    if view == "side":
        return along(Point(*pose.hip), 180 - pose.lean, TRUNK)
    neck = along(Point(*pose.hip), 180 - pose.lean, TRUNK - SHOULDER_DROP)
    return along(neck, 90 - pose.lean, outward(view, side) * SHOULDER_HALF)


def get_hip(pose: Pose, view: View, side: str) -> Point:
    """Where a hip is."""
    if view == "side":
        return Point(*pose.hip)
    return Point(pose.hip[0] + outward(view, side) * HIP_HALF, pose.hip[1])


def get_ankle(foot: Foot, view: View) -> Point:
    """Where the ankle must be for the foot to stand as asked: raised heels turn about the ball, raised toes about
    the heel, so that the part on the ground stays where it is."""
    if view != "side":
        return Point(foot.x, foot.lift + ANKLE_HEIGHT)
    pivot = BALL if foot.pitch < 0 else HEEL
    sole = Point(foot.x + pivot, foot.lift)
    back = along(sole, foot.pitch - 90, pivot)
    return along(back, foot.pitch + 180, ANKLE_HEIGHT)


def _leg(pose: Pose, view: View, side: str) -> tuple[float, float, float, float]:
    """Thigh, shin, foot and toes as absolute angles (the foot's is its pitch)."""
    leg = getattr(pose, f"{side}_leg")
    if isinstance(leg, Leg):
        shin = leg.thigh - leg.knee
        return leg.thigh, shin, shin + leg.ankle, shin + leg.ankle
    sign = outward(view, side)
    start, end = get_hip(pose, view, side), get_ankle(leg, view)
    if view == "side":
        line, off, bend = two_bones(start, end, THIGH, SHIN)
        thigh = line + off
        # A raised heel bends the foot at the ball while the toes stay on the ground.
        toes = leg.pitch if leg.pitch > 0 or leg.held else leg.pitch * min(1, max(0, leg.lift) / 4)
        return thigh, thigh - bend, leg.pitch, toes
    thigh_length = SEATED_THIGH if pose.seated else THIGH
    line, off, bend = two_bones(start, end, thigh_length, SHIN)
    thigh = line * sign + off
    return thigh, thigh - bend, leg.pitch, leg.pitch


def _arm(pose: Pose, view: View, side: str) -> tuple[float, float, float]:
    """Upper arm, forearm and hand as absolute angles."""
    arm = getattr(pose, f"{side}_arm")
    if isinstance(arm, Arm):
        fore = arm.upper + arm.elbow
        return arm.upper, fore, fore + arm.wrist
    sign = outward(view, side)
    fold = -1 if view == "side" else arm.fold
    wrist = along(Point(arm.x, arm.y), arm.turn * sign, -(HAND if arm.tips else PALM_ALONG))
    if not arm.tips:
        wrist = along(wrist, arm.turn * sign + 90, PALM_DEPTH * sign * arm.palm)
    line, off, bend = two_bones(get_shoulder(pose, view, side), wrist, UPPER_ARM, FOREARM)
    upper = line * sign + fold * off
    return upper, upper - fold * bend, arm.turn


def channels(pose: Pose, view: View) -> Channels:
    """Every joint's turn against its parent (SVG degrees) and the shift of the root, for one pose."""
    out: Channels = {
        "root.x": pose.hip[0],
        "root.y": -pose.hip[1],
        "trunk": pose.lean,
        "head": pose.head - pose.lean,
    }
    for side in SIDES:
        sign = -outward(view, side)
        upper, fore, hand = (sign * angle for angle in _arm(pose, view, side))
        out |= {
            f"{side}_arm": upper - pose.lean,
            f"{side}_fore": fore - upper,
            f"{side}_hand": hand - fore,
        }
        thigh, shin, foot, toes = (sign * angle for angle in _leg(pose, view, side))
        out |= {f"{side}_thigh": thigh, f"{side}_shin": shin - thigh, f"{side}_foot": foot - shin}
        out[f"{side}_toes"] = toes - foot
    out |= {name: float(value) for name, value in pose.extra.items()}
    return out


def is_holding(pose: Pose, side: str) -> bool:
    """Whether this hand is on a support."""
    arm = getattr(pose, f"{side}_arm")
    return isinstance(arm, Hand) and bool(arm.on)


def limits(view: View) -> Mapping[str, tuple[float, float]]:
    """How far knees and elbows bend, in degrees: never backwards from the side; from the front, knees hardly at all."""
    if view == "side":
        return {"knee": (-1.0, 150.0), "elbow": (-1.0, 155.0)}
    return {"knee": (-22.0, 22.0), "elbow": (-160.0, 160.0)}
