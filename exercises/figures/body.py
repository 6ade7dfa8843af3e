"""Proportions of an adult body, and the conversion of poses into rotations of joints (inverse kinematics).

A body is 160 units tall. Angles are degrees from hanging straight down, positive to the front (side view) or away
from the middle of the body (front and back view). The results of this module are *channels*: the rotation of each
joint relative to its parent, clockwise on the screen, as used by SVG's `rotate()`.
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
#: Distance from the wrist to the contact point of the palm, and the thickness of the palm.
PALM_ALONG, PALM_DEPTH = 6.0, 2.6
#: Visible length of a thigh that points at the viewer, in the front view of a sitting person.
SEATED_THIGH = 13.0
#: Height of the hips when standing with slightly bent knees, and when sitting on the chair.
STANDING, SITTING = 83.9, 46.5

SIDES: tuple[Literal["right", "left"], ...] = ("right", "left")


def outward(view: View, side: str) -> float:
    """Return the direction on the screen away from the middle of the body: +1 to the right, -1 to the left."""
    if view == "side":
        return 1
    return 1 if (side == "left") == (view == "front") else -1


def get_shoulder(pose: Pose, view: View, side: str) -> Point:
    """Return the position of a shoulder. In the side view both shoulders have the same position."""
    if view == "side":
        return along(Point(*pose.hip), 180 - pose.lean, TRUNK)
    neck = along(Point(*pose.hip), 180 - pose.lean, TRUNK - SHOULDER_DROP)
    return along(neck, 90 - pose.lean, outward(view, side) * SHOULDER_HALF)


def get_hip(pose: Pose, view: View, side: str) -> Point:
    """Return the position of a hip."""
    if view == "side":
        return Point(*pose.hip)
    return Point(pose.hip[0] + outward(view, side) * HIP_HALF, pose.hip[1])


def get_ankle(foot: Foot, view: View) -> Point:
    """Return the position of the ankle for a placed foot.

    A foot with a raised heel turns about its ball, one with raised toes about its heel, so that the part on the ground
    does not move.
    """
    if view != "side":
        return Point(foot.x, foot.lift + ANKLE_HEIGHT)
    pivot = BALL if foot.pitch < 0 else HEEL
    sole = Point(foot.x + pivot, foot.lift)
    back = along(sole, foot.pitch - 90, pivot)
    return along(back, foot.pitch + 180, ANKLE_HEIGHT)


def _leg(pose: Pose, view: View, side: str) -> tuple[float, float, float, float]:
    """Return the absolute angles of thigh, shin, foot and toes (that of the foot is its pitch)."""
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
    """Return the absolute angles of upper arm, forearm and hand."""
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
    """Return the rotation of each joint relative to its parent (SVG degrees) and the position of the root."""
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
    """Return True if this hand is on a support."""
    arm = getattr(pose, f"{side}_arm")
    return isinstance(arm, Hand) and bool(arm.on)


def limits(view: View) -> Mapping[str, tuple[float, float]]:
    """Return the allowed bend of knees and elbows in degrees, as (least, largest).

    In the side view they do not bend backwards; in the front view knees bend only slightly.
    """
    if view == "side":
        return {"knee": (-1.0, 150.0), "elbow": (-1.0, 155.0)}
    return {"knee": (-22.0, 22.0), "elbow": (-160.0, 160.0)}
