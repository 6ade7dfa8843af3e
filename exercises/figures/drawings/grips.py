"""Grips: functions that return a pose with its hands as a support level asks for.

Each is for one place of the support: before the person, beside or behind the picture of the person. One hand is always
the left one, on the far side in side views, so that the hand that hangs down is seen.
"""

from __future__ import annotations

from exercises.figures.pose import Arm, Hand, Pose
from exercises.figures.supports import WITHOUT_HANDS

#: Height above the support of hands that do not touch it.
HOVER = 8.0
#: Height of counters and of the rail of the step, and of hands on a wall.
COUNTER, RAIL, ON_WALL = 88.0, 100.0, 138.0
HANGING, HANGING_BESIDE = Arm(2, 10), Arm(12, -10)


def _hand(
    support: str,
    x: float,
    on: str = "counter",
    top: float = COUNTER,
    *,
    flat: float = 84,
    tips: float = 12,
    fold: float = 1,
) -> Hand:
    """Return a hand flat on a support, on it with its fingertips, or above it. `flat` and `tips` are directions."""
    if support in WITHOUT_HANDS:
        return Hand(x, top + HOVER, flat, fold=fold)
    if support == "fingertips":
        return Hand(x, top, tips, on=on, tips=True, fold=fold)
    return Hand(x, top, flat, on=on, fold=fold)


def before(pose: Pose, support: str) -> Pose:
    """Face a counter, in the side view."""
    right = HANGING if support == "one_hand" else _hand(support, 36)
    return pose.replace(right_arm=right, left_arm=_hand(support, 40))


def beside(pose: Pose, support: str) -> Pose:
    """Stand or walk along a counter, in the side view. Two hands both reach for it."""
    x = pose.hip[0] + 29
    right = _hand(support, x - 5) if support == "two_hands" else pose.right_arm
    return pose.replace(right_arm=right, left_arm=_hand(support, x))


def on_rail(pose: Pose, support: str) -> Pose:
    """Climb a step along its rail, in the side view."""
    x = min(pose.hip[0] + 30, 51)
    right = _hand(support, x - 5, "rail", RAIL) if support == "two_hands" else pose.right_arm
    return pose.replace(right_arm=right, left_arm=_hand(support, x, "rail", RAIL))


def in_pool(pose: Pose, support: str) -> Pose:
    """Walk along the rail of a pool, in the side view."""
    return pose.replace(left_arm=_hand(support, pose.hip[0] + 30, "rail", 104))


def from_front(pose: Pose, support: str) -> Pose:
    """Stand with a counter at the left side, in the front view."""
    return pose.replace(left_arm=_hand(support, 46, flat=90, tips=12))


def _from_behind(pose: Pose, support: str, x: float) -> Pose:
    left, right = (_hand(support, x + way * 30, flat=70, tips=12, fold=-1) for way in (-1, 1))
    return pose.replace(left_arm=left, right_arm=HANGING_BESIDE if support == "one_hand" else right)


def from_behind(pose: Pose, support: str) -> Pose:
    """Stand in place facing a counter, seen from behind."""
    return _from_behind(pose, support, 0)


def along_counter(pose: Pose, support: str) -> Pose:
    """Walk sideways facing a counter, seen from behind."""
    return _from_behind(pose, support, pose.hip[0])


def along_wall(pose: Pose, support: str) -> Pose:
    """Walk sideways facing a wall, seen from behind. Without support the arms hang, since a gap would not be seen."""
    if support in WITHOUT_HANDS:
        return pose.replace(left_arm=HANGING_BESIDE, right_arm=HANGING_BESIDE)
    left, right = (
        _hand(support, pose.hip[0] + way * 33, "wall", ON_WALL, flat=172, tips=172, fold=-1)
        for way in (-1, 1)
    )
    return pose.replace(left_arm=left, right_arm=HANGING_BESIDE if support == "one_hand" else right)
