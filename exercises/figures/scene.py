"""Scene: a body with the props behind and in front of it, at one moment or in motion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import body
from .figure import Camera, Figure, Inset, Lens
from .motion import Track
from .props import Morph, Prop
from .rig import person
from .shapes import Node, Shape, circle
from .svg import Box, Pen, framed, move

#: Number of moments of a loop for which a shape that follows the body is drawn.
MOMENTS = 60


@dataclass(frozen=True)
class Scene:
    """Content of a picture. `moments` are the channels at one moment, or at many if there are tracks (`lines`)."""

    pen: Pen
    tree: Node
    things: Sequence[Prop]
    moments: Sequence[body.Channels]
    lines: dict[str, Track] = field(default_factory=dict)
    seconds: float = 0

    @classmethod
    def at(cls, pen: Pen, figure: Figure, moment: float) -> Scene:
        """Return the scene of a figure at a moment in seconds."""
        return cls(pen, figure.tree, figure.props, [figure.channels(moment)])

    @classmethod
    def in_motion(cls, pen: Pen, figure: Figure, tolerance: float) -> Scene:
        """Return the animated scene of a figure, with a tolerance in degrees."""
        moments = [figure.drawn(index / MOMENTS, tolerance) for index in range(MOMENTS + 1)]
        lines = figure.tracks(tolerance)
        return cls(pen, figure.tree, figure.props, moments, lines, figure.moving.seconds)

    @classmethod
    def of_inset(cls, pen: Pen, figure: Figure, inset: Inset) -> Scene:
        """Return the scene of the whole body beside a close-up."""
        tree = person(
            inset.view,
            figure.who,
            inset.working,
            seated=inset.pose.seated,
            hide=inset.hide,
            outfit=figure.outfit,
        )
        return cls(pen, tree, inset.props, [body.channels(inset.pose, inset.view)])

    def props(self, *, front: bool) -> str:
        """Return the SVG of the props behind the body, or in front of it."""
        items = [item for prop in self.things if prop.front == front for item in prop.shapes]
        return "".join(self._item(item) for item in items)

    def _item(self, item: Shape | Morph | Node) -> str:
        if isinstance(item, Shape):
            return self.pen.shape(item)
        if isinstance(item, Morph):
            return self.pen.morph(item, self.tree, self.moments, self.seconds)
        return self.pen.moving(item, self.lines, self.seconds) if self.lines else self._rest(item)

    def _rest(self, node: Node) -> str:
        return self.pen.still(node, self.moments[0])

    def wide(self, left: float, right: float, *, front: bool = False) -> str:
        """Return the SVG of the props that extend from edge to edge: ground, wall, water."""
        wide = [prop.wide for prop in self.things if prop.wide and prop.front == front]
        return "".join(self.pen.shapes(draw(left, right)) for draw in wide)

    def drawn(self, behind: str = "") -> str:
        """Return the SVG of the body with the props behind it (or `behind` instead) and in front of it."""
        body_ = self.pen.moving(self.tree, self.lines, self.seconds) if self.lines else self._rest(self.tree)
        return (behind or self.props(front=False)) + body_ + self.props(front=True)

    def whole(self, left: float, right: float) -> str:
        """Return the SVG of the complete scene, wide props included."""
        return self.wide(left, right) + self.drawn() + self.wide(left, right, front=True)


def get_pan(figure: Figure, moment: float) -> float:
    """Return the horizontal shift of the world at a moment in seconds, by which the camera follows the person."""
    return figure.moving.at(moment).extra.get("pan.x", 0)


def arrows(pen: Pen, figure: Figure, still: int, moment: float) -> str:
    """Return the SVG of the arrows of a still, shifted with the camera."""
    drawn = "".join(pen.shapes(cue.shapes) for cue in figure.cues if still in cue.stills)
    pan = get_pan(figure, moment)
    return f'<g transform="{move(-pan, 0)}">{drawn}</g>' if drawn and pan else drawn


def get_view_box(camera: Camera, width: float, x: float | None = None) -> Box:
    """Return the view box of a camera in a picture `width` wide, in SVG units; `x` overrides its middle."""
    middle = camera.x if x is None else x
    return (middle - width / 2, -camera.y - camera.height, width, camera.height)


def inset_in(pen: Pen, figure: Figure, picture: Box, margin: float, side_margin: float | None = None) -> str:
    """Return the inset in a corner of a close-up that fills `picture`; "" for figures without an inset.

    `side_margin` is its distance from the left edge, if that differs from `margin`.
    """
    inset = figure.inset
    if inset is None:
        return ""
    side = picture[3] * inset.share
    top = margin if inset.corner == "top" else picture[3] - side - margin
    seen = get_view_box(inset.camera, inset.camera.height)
    scene = Scene.of_inset(pen, figure, inset).whole(seen[0], seen[0] + seen[2])
    if inset.focus:
        x, y, radius = inset.focus
        scene += pen.shape(Shape(circle(x, -y, radius), "", "work", inset.camera.height / 45))
    if inset.mirrored:
        scene = f'<g transform="scale(-1 1)">{scene}</g>'
        seen = get_view_box(inset.camera, inset.camera.height, -inset.camera.x)
    return framed(
        (picture[0] + (side_margin or margin), picture[1] + top, side, side), seen, scene, side / 70
    )


def with_lens(lens: Lens | None, scene: str, name: str) -> str:
    """Return a scene with a magnified part of itself in a frame, which reuses the same shapes."""
    if lens is None:
        return scene
    box = (lens.at[0], -lens.at[1] - lens.size, lens.size, lens.size)
    seen = get_view_box(lens.camera, lens.camera.height)
    return f'<g id="{name}">{scene}</g>' + framed(box, seen, f'<use href="#{name}"/>', 1.5)


def is_same_in_all_stills(props: Iterable[Prop]) -> bool:
    """Return True if there are props behind the body and all of them are static, so that stills can share them."""
    behind = [item for prop in props if not prop.front for item in prop.shapes]
    return bool(behind) and all(isinstance(item, Shape) for item in behind)
