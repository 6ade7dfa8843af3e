"""Figure: description of an exercise as data, from which all its pictures are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from django.utils.functional import Promise

from . import body
from .geometry import Affine
from .motion import Frame, Motion, Track, tracks
from .pose import Pose
from .props import Prop
from .rig import person
from .shapes import Node, Shape

Text = str | Promise
Role = Literal["balance", "aerobic", "stretching"]
#: Function that returns a pose with its hands as a support level asks for.
Grip = Callable[[Pose, str], Pose]


@dataclass(frozen=True)
class Camera:
    """Visible part of the world: the middle x, the lowest y and the height, in body units."""

    x: float = 0
    y: float = -10
    height: float = 180


@dataclass(frozen=True)
class Cue:
    """Arrows of the stills with the given indices in `Figure.stills`, and of the animation if `moving`."""

    shapes: tuple[Shape, ...]
    stills: tuple[int, ...] = (1,)
    moving: bool = False


@dataclass(frozen=True, eq=False)
class Figure:
    """Exercise as a drawing.

    `frames` or `motion` describe the movement. `stills` are the indices of the frames that the strip shows, or shares
    0–1 of the loop if the motion is a cycle; `telling` is the still of the thumbnail. `support` is the support level
    that it shows. With a `grip` it can show `supports` too, and with `instead` other figures for some levels; see
    `supports.get_variant`. `desc` then says nothing of the hands.
    """

    title: Text
    desc: Text
    category: Role
    frames: Sequence[Frame] = ()
    motion: Motion | None = None
    view: body.View = "side"
    who: str = "rosa"
    working: tuple[str, ...] = ()
    props: tuple[Prop, ...] = ()
    stills: tuple[float, ...] = (0, 1)
    telling: float = 1
    cues: tuple[Cue, ...] = ()
    camera: Camera = Camera()
    strip: Camera | None = None
    thumb: Camera | None = None
    hide: tuple[str, ...] = ()
    outfit: str = "day"
    closeup: bool = False
    inset: Inset | None = None
    lens: Lens | None = None
    arrow: float = 0.31
    rig: Node | None = None
    support: str = "none"
    grip: Grip | None = None
    supports: tuple[str, ...] = ()
    instead: Mapping[str, Figure] = field(default_factory=dict)
    eyes_closed: bool = False

    @cached_property
    def moving(self) -> Motion:
        """Return `motion`, or the motion through `frames`."""
        return self.motion or Motion(self.frames)

    @cached_property
    def tree(self) -> Node:
        """Return the tree of joints and shapes: `rig` if given, else a person."""
        if self.rig:
            return self.rig
        return person(
            self.view,
            self.who,
            self.working,
            seated=self.seated,
            hide=self.hide,
            outfit=self.outfit,
            detail=self.closeup,
            eyes_closed=self.eyes_closed,
        )

    @property
    def seated(self) -> bool:
        """Return True if the person sits. In a front view the thighs then point at the viewer."""
        return self.moving.at(0).seated

    @lru_cache(maxsize=8)  # noqa: B019 - figures live as long as the process
    def tracks(self, tolerance: float) -> dict[str, Track]:
        """Return the key values of the motion by channel, with a tolerance in degrees."""
        return tracks(self.moving, self.view, tolerance)

    def channels(self, moment: float) -> body.Channels:
        """Return the exact channels at a moment in seconds, as used by stills."""
        return body.channels(self.moving.at(moment), self.view)

    def drawn(self, share: float, tolerance: float) -> body.Channels:
        """Return the channels at a share 0–1 of the loop as the animation shows them, interpolated between keys."""
        out: body.Channels = {}
        for name, line in self.tracks(tolerance).items():
            base, _, kind = name.partition(".")
            row = line.at(share)
            if kind == "shift":
                out |= {f"{base}.x": row[0], f"{base}.y": row[1]}
            elif kind == "scale":
                out |= {f"{base}.sx": row[0], f"{base}.sy": row[1]}
            else:
                out[name] = row[0]
        return out


@dataclass(frozen=True)
class Inset:
    """Small, still picture of the whole body in a corner of a close-up.

    `focus` is a ring (x, y, radius) around the part that the close-up shows; `share` is the size of the inset relative
    to the height of the picture. A `mirrored` person faces left.
    """

    pose: Pose
    view: body.View = "side"
    props: tuple[Prop, ...] = ()
    working: tuple[str, ...] = ()
    focus: tuple[float, float, float] | None = None
    camera: Camera = Camera(8, -9, 140)
    corner: Literal["top", "bottom"] = "top"
    share: float = 0.38
    hide: tuple[str, ...] = ()
    mirrored: bool = False


@dataclass(frozen=True)
class Lens:
    """Framed, magnified view of a part of the same picture.

    `camera` is the square part that it shows; `at` and `size` are the lower left corner and the size of the frame in
    the world.
    """

    camera: Camera
    at: tuple[float, float]
    size: float = 60


def places(tree: Node, channels: Mapping[str, float]) -> dict[str, Affine]:
    """Return the transforms of all joints by name."""
    out: dict[str, Affine] = {}

    def visit(node: Node, around: Affine) -> None:
        here = around @ Affine.placed(
            node.at[0] + channels.get(f"{node.name}.x", 0),
            node.at[1] + channels.get(f"{node.name}.y", 0),
            channels.get(node.name, 0),
            (channels.get(f"{node.name}.sx", 1), channels.get(f"{node.name}.sy", 1)),
        )
        out[node.name] = here
        for item in node.items:
            if isinstance(item, Node):
                visit(item, here)

    visit(tree, Affine())
    return out
