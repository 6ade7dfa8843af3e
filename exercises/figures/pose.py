"""Pose of a body at one moment: positions of feet and hands, or angles of joints.

A foot or a hand with a *position* (`Foot`, `Hand`) stays there while the body moves, because the joints are computed
for every moment. A limb with *angles* (`Leg`, `Arm`) swings freely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Foot:
    """Foot at a position: ankle above `x` when flat, `lift` above the ground, `pitch` in degrees (positive: toes up).

    `held` names another support (a pedal, a step); such a foot need not be on the ground.
    """

    x: float
    lift: float = 0
    pitch: float = 0
    held: str = ""

    @property
    def planted(self) -> bool:
        """Return True if the foot is on the ground."""
        return not self.held and abs(self.lift) < 1e-6


@dataclass(frozen=True)
class Leg:
    """Leg with angles in degrees.

    `thigh` is from straight down (positive forwards or outwards), `knee` is the bend, `ankle` is positive for toes up.
    """

    thigh: float = 0
    knee: float = 0
    ankle: float = 0


@dataclass(frozen=True)
class Hand:
    """Hand at a position: the palm (or the finger `tips`) at x, y; `turn` is the direction of the fingers in degrees.

    `on` names the support under the hand, `fold` is the direction of the elbow in a front view (+1 outwards), `palm` is
    the side of the hand that touches (+1 or -1).
    """

    x: float
    y: float
    turn: float = 90
    on: str = ""
    tips: bool = False
    fold: float = 1
    palm: float = 1


@dataclass(frozen=True)
class Arm:
    """Arm with angles in degrees: upper arm from straight down, bend of the elbow, rotation of the wrist."""

    upper: float = 4
    elbow: float = 8
    wrist: float = 0


@dataclass(frozen=True)
class Pose:
    """Pose at one moment. Angles are in degrees.

    `hip` is the position of the hips, `lean` the forward tilt of the trunk (in a front view to the viewer's right) and
    `head` the tilt of the head from upright. `extra` has the channels of other moving parts: a crank, a face, a ball.
    """

    hip: tuple[float, float]
    lean: float = 0
    head: float = 0
    right_leg: Foot | Leg = Leg()
    left_leg: Foot | Leg = Leg()
    right_arm: Hand | Arm = Arm()
    left_arm: Hand | Arm = Arm()
    seated: bool = False
    extra: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def replace(self, **changes: Any) -> Pose:
        """Return a copy with changed attributes."""
        return replace(self, **changes)


LIMBS = ("right_leg", "left_leg", "right_arm", "left_arm")


def get_numbers(pose: Pose) -> dict[str, float]:
    """Return all numbers of a pose by name: `hip.0`, `lean`, `left_leg.x`, `extra.crank` …"""
    out = {"hip.0": pose.hip[0], "hip.1": pose.hip[1], "lean": pose.lean, "head": pose.head}
    for limb in LIMBS:
        part = getattr(pose, limb)
        for item in fields(part):
            value = getattr(part, item.name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                out[f"{limb}.{item.name}"] = float(value)
    return out | {f"extra.{name}": float(value) for name, value in pose.extra.items()}


def with_numbers(pose: Pose, numbers: Mapping[str, float]) -> Pose:
    """Return a pose of the same kind with other numbers. The inverse of `get_numbers`."""
    parts: dict[str, dict[str, float]] = {}
    for name, value in numbers.items():
        group, _, item = name.partition(".")
        parts.setdefault(group, {})[item] = value
    limbs = {limb: replace(getattr(pose, limb), **parts[limb]) for limb in LIMBS if limb in parts}
    hip = (numbers["hip.0"], numbers["hip.1"])
    extra = parts.get("extra", {})
    return replace(pose, hip=hip, lean=numbers["lean"], head=numbers["head"], extra=extra, **limbs)
