"""Motion: interpolation of timed poses to a continuous loop, and its reduction to few key values.

Between two poses every number follows a monotone cubic: it starts and ends at rest at a held pose, passes through
other poses without stopping, and never overshoots, so that a foot planted in two poses stays planted in between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import body
from .geometry import simplify
from .pose import Pose, get_numbers, with_numbers

#: Factors on the tolerance of the ends of limbs, where an error in the angle moves little else.
SLACK = {"foot": 2.0, "toes": 3.0, "hand": 2.0, "head": 3.0, "shin": 1.3, "fore": 1.3}
#: Moments per second at which the joints are computed.
RATE = 20


@dataclass(frozen=True)
class Frame:
    """Pose, the seconds for which it is held, and the seconds of the move to the next pose."""

    pose: Pose
    hold: float = 0.8
    move: float = 1.4


class Motion:
    """Loop through frames, or through `cycle`, a function from a share 0–1 of `seconds` to a pose.

    `travel` is the distance in body units that the person moves along the ground in one loop; the camera follows.
    Raises ValueError if the poses of the frames do not define the same joints.
    """

    def __init__(
        self,
        frames: Sequence[Frame] = (),
        *,
        cycle: Callable[[float], Pose] | None = None,
        seconds: float = 0,
        travel: float = 0,
    ) -> None:
        self.frames = tuple(frames)
        self.travel = travel
        self.cycle = cycle
        self.seconds = seconds or sum(frame.hold + frame.move for frame in frames)
        if cycle is None:
            self._knots()

    def _knots(self) -> None:
        """Set the times and values between which to interpolate. A held pose has two knots."""
        models = [frame.pose for frame in self.frames]
        names = [get_numbers(pose).keys() for pose in models]
        if any(keys != names[0] for keys in names):
            odd = sorted(
                set.symmetric_difference(*map(set, (names[0], *[n for n in names if n != names[0]][:1])))
            )
            raise ValueError(f"all poses of a motion must define the same joints; they differ in {odd}")
        self.times: list[float] = []
        self.starts: list[int] = []
        values: list[dict[str, float]] = []
        clock = 0.0
        for index, frame in enumerate(self.frames):
            for _ in range(2 if frame.hold else 1):
                self.times.append(clock)
                self.starts.append(index)
                values.append(get_numbers(frame.pose))
                clock += frame.hold
            clock = self.times[-1] + frame.move
        self.times.append(clock)
        self.starts.append(len(self.frames) - 1)
        values.append(
            {
                name: value + (self.travel if name == "hip.0" or name.endswith(("_leg.x", "_arm.x")) else 0)
                for name, value in get_numbers(self.frames[0].pose).items()
            }
        )
        self.values = values
        self.slopes = {name: self._slopes([row[name] for row in values]) for name in values[0]}

    def _slopes(self, row: list[float]) -> list[float]:
        """Return the speeds at the knots (Fritsch–Carlson): zero at holds and turning points, else a harmonic mean."""
        spans = [b - a for a, b in pairwise(self.times)]
        rates = [(b - a) / span for (a, b), span in zip(pairwise(row), spans, strict=True)]
        around = [rates[-1], *rates, rates[0]]
        return [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(around)]

    def at(self, moment: float) -> Pose:
        """Return the pose at `moment` seconds. Any number is valid, since the motion is a loop."""
        moment %= self.seconds
        if self.cycle:
            return self.cycle(moment / self.seconds)
        pose = self._between(moment)
        if self.travel:
            return pose.replace(extra={**pose.extra, "pan.x": -self.travel * moment / self.seconds})
        return pose

    def _between(self, moment: float) -> Pose:
        index = min(bisect_right(self.times, moment), len(self.times) - 1) - 1
        span = self.times[index + 1] - self.times[index]
        u = (moment - self.times[index]) / span
        before, after = self.values[index], self.values[index + 1]
        mixed = {
            name: before[name] * (1 + 2 * u) * (1 - u) ** 2
            + after[name] * u * u * (3 - 2 * u)
            + span
            * (self.slopes[name][index] * u * (1 - u) ** 2 + self.slopes[name][index + 1] * u * u * (u - 1))
            for name in before
        }
        return with_numbers(self.frames[self.starts[index]].pose, mixed)

    def end(self) -> Pose:
        """Return the last pose of the loop: the first one after a full turn, or moved by `travel`."""
        if self.cycle:
            return self.cycle(1.0)
        pose = with_numbers(self.frames[0].pose, self.values[-1])
        return pose.replace(extra={**pose.extra, "pan.x": -self.travel}) if self.travel else pose

    def still(self, which: float) -> float:
        """Return the seconds of a still, given the index of a frame, or a share of the loop if it is a cycle."""
        if self.cycle:
            return which * self.seconds
        return self.times[self.starts.index(int(which))]

    def moments(self) -> list[float]:
        """Return evenly spaced moments in seconds over one loop, first and last included."""
        count = max(8, round(self.seconds * RATE))
        return [self.seconds * index / count for index in range(count + 1)]


@dataclass(frozen=True)
class Track:
    """Key values of a channel: `keys` are shares 0–1 of the loop, each with a row of numbers."""

    keys: tuple[float, ...]
    rows: tuple[tuple[float, ...], ...]

    @property
    def moves(self) -> bool:
        """Return True if the values change."""
        return len(self.rows) > 2 or self.rows[0] != self.rows[-1]

    def at(self, share: float) -> tuple[float, ...]:
        """Return the values at a share of the loop, interpolated linearly as in SVG."""
        index = min(max(bisect_right(self.keys, share), 1), len(self.keys) - 1)
        first, last = self.keys[index - 1], self.keys[index]
        u = (share - first) / (last - first) if last > first else 0
        return tuple(a + (b - a) * u for a, b in zip(self.rows[index - 1], self.rows[index], strict=True))


def track(rows: Sequence[tuple[float, ...]], tolerance: float, places: int = 1) -> Track:
    """Reduce evenly spaced rows to key values that stay within `tolerance`. Keys are rounded to a thousandth."""
    spread = max(max(column) - min(column) for column in zip(*rows, strict=True))
    kept = [0, len(rows) - 1] if spread < tolerance else simplify(rows, tolerance)
    if spread < tolerance:
        rows = [rows[0]] * len(rows)
    last = len(rows) - 1
    return Track(
        tuple(round(index / last, 3) for index in kept),
        tuple(tuple(round(value, places) for value in rows[index]) for index in kept),
    )


def tracks(motion: Motion, view: body.View, tolerance: float) -> dict[str, Track]:
    """Return the tracks of all channels: rotations by joint name, translations as `name.shift`, scales as `name.scale`.

    `tolerance` is in degrees for rotations; translations allow half as many units, scales a fortieth.
    """
    solved = [body.channels(motion.at(moment), view) for moment in motion.moments()]
    solved[-1] = body.channels(motion.end(), view)
    rows = _unwound(solved)
    out: dict[str, Track] = {}
    for name in rows[0]:
        base, _, kind = name.partition(".")
        if kind in {"x", "y"}:
            pair = [(row.get(f"{base}.x", 0.0), row.get(f"{base}.y", 0.0)) for row in rows]
            out[f"{base}.shift"] = track(pair, tolerance / 2)
        elif kind in {"sx", "sy"}:
            pair = [(row.get(f"{base}.sx", 1.0), row.get(f"{base}.sy", 1.0)) for row in rows]
            out[f"{base}.scale"] = track(pair, tolerance / 40, places=2)
        else:
            out[name] = track(
                [(row[name],) for row in rows], tolerance * SLACK.get(name.rpartition("_")[2], 1)
            )
    return out


def _unwound(rows: list[body.Channels]) -> list[body.Channels]:
    """Return the rows with rotations continued beyond 360° instead of jumping, for joints that turn full circles."""
    out = [dict(rows[0])]
    for row in rows[1:]:
        before = out[-1]
        out.append(
            {
                name: value if "." in name else value - 360 * round((value - before[name]) / 360)
                for name, value in row.items()
            }
        )
    return out
