"""What a drawing says about a body at one moment: where it touches the world, or how its joints are turned.

A foot or a hand given as a *place* (`Foot`, `Hand`) stays in that place while the body moves, because the joints are
worked out anew for every moment. A limb given as *angles* (`Leg`, `Arm`) swings freely along its natural arc.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Foot:
    """A foot put somewhere: ankle over `x` when flat, `lift` above the ground, `pitch` in degrees (+ toes up).

    `held` names what else carries it (a pedal, a step): then it is not expected on the ground.
    """

    x: float
    lift: float = 0
    pitch: float = 0
    held: str = ""

    @property
    def planted(self) -> bool:
        """Whether the foot stands on the ground."""
        return not self.held and abs(self.lift) < 1e-6


@dataclass(frozen=True)
class Leg:
    """A leg that hangs or swings: thigh from straight down (+ forwards or outwards), knee bend, ankle (+ toes up)."""

    thigh: float = 0
    knee: float = 0
    ankle: float = 0


@dataclass(frozen=True)
class Hand:
    """A hand put somewhere: the palm (or the finger `tips`) at x, y; `turn` is where the fingers point.

    `on` names the support it rests on, `fold` the way the elbow goes in a front view (+1 outwards), `palm` the side
    of the hand that touches.
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
    """An arm that hangs or swings: upper arm from straight down, bend at the elbow, turn at the wrist."""

    upper: float = 4
    elbow: float = 8
    wrist: float = 0


@dataclass(frozen=True)
class Pose:
    """One moment. `lean` tilts the trunk forward (front view: to the viewer's right), `head` is the head's own tilt
    against upright. `extra` turns or shifts anything else that moves: a crank, a face, a ball."""

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
        """The same pose with something changed."""
        return replace(self, **changes)


LIMBS = ("right_leg", "left_leg", "right_arm", "left_arm")


def get_numbers(pose: Pose) -> dict[str, float]:
    """Everything in a pose that can move, by name: `hip.0`, `lean`, `left_leg.x`, `extra.crank` …"""
    out = {"hip.0": pose.hip[0], "hip.1": pose.hip[1], "lean": pose.lean, "head": pose.head}
    for limb in LIMBS:
        part = getattr(pose, limb)
        for item in fields(part):
            value = getattr(part, item.name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                out[f"{limb}.{item.name}"] = float(value)
    return out | {f"extra.{name}": float(value) for name, value in pose.extra.items()}


def with_numbers(pose: Pose, numbers: Mapping[str, float]) -> Pose:
    """The same kind of pose with other numbers: the inverse of `get_numbers`."""
    parts: dict[str, dict[str, float]] = {}
    for name, value in numbers.items():
        group, _, item = name.partition(".")
        parts.setdefault(group, {})[item] = value
    limbs = {limb: replace(getattr(pose, limb), **parts[limb]) for limb in LIMBS if limb in parts}
    hip = (numbers["hip.0"], numbers["hip.1"])
    extra = parts.get("extra", {})
    return replace(pose, hip=hip, lean=numbers["lean"], head=numbers["head"], extra=extra, **limbs)
