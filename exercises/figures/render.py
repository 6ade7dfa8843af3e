"""From a figure to SVG: moving, strip or thumb. Presentation attributes only, no ids, nothing that runs.

Every picture sits on its own light rounded plate, so it reads the same on a light and on a dark page, in forced
colours and on paper.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape

from . import body
from .cues import arrow
from .figure import Figure, Inset, places
from .geometry import number, simplify
from .motion import Track
from .props import Morph, Prop
from .rig import person
from .shapes import CATEGORIES, PALETTE, PEOPLE, Node, Shape, circle

#: No file is larger than this; the moving picture trades smoothness (in degrees) for it, finest first.
LIMIT = 8000
TOLERANCES = (0.3, 0.5, 0.8, 1.2, 1.8)
MOVING, STRIP, THUMB = (320, 240), (400, 200), (96, 96)
GAP, MARGIN = 26, 6
_NUMBER = re.compile(r"-?\d*\.?\d+")
_PATH = re.compile(r'<path[^>]* d="([^"]+)"/>')
_PATH_ELEMENT = re.compile(r'<path([^>]*) d="([^"]+)"/>')


def shared(svg: str, prefix: str) -> str:
    """The same picture with every outline that is drawn more than once written once, as `<use>` of a definition.

    `prefix` keeps the ids apart when several pictures stand in one page.
    """
    counts = Counter(_PATH.findall(svg))
    names = {
        outline: f"{prefix}{index}"
        for index, outline in enumerate(
            outline for outline, times in counts.items() if (times - 1) * (len(outline) - 8) > 32
        )
    }
    if not names:
        return svg
    short = _PATH_ELEMENT.sub(
        lambda found: f'<use{found[1]} href="#{names[found[2]]}"/>' if found[2] in names else found[0], svg
    )
    definitions = "".join(f'<path id="{name}" d="{outline}"/>' for outline, name in names.items())
    return short.replace("</desc>", f"</desc><defs>{definitions}</defs>", 1)


class Canvas:
    """Writes shapes and joints of one figure, standing still or moving."""

    def __init__(self, figure: Figure, *, inset: bool = False) -> None:
        category, adult = CATEGORIES[figure.category], PEOPLE[figure.who]
        self.figure = figure
        self.colours = PALETTE | {
            "work": category.colour,
            "work_far": category.far,
            "plate": category.plate,
            "skin": adult.skin,
            "skin_far": adult.skin_far,
            "hair": adult.hair,
        }

    def shape(self, shape: Shape, fill: str = "") -> str:
        """One path; its fill is left out where the group around it has it already."""
        return f'<path{self._paint(shape, fill)} d="{shape.d}"/>'

    def _paint(self, shape: Shape | Morph, fill: str) -> str:
        out = ""
        if shape.fill != fill:
            out += f' fill="{self.colours.get(shape.fill, "none")}"'
        if shape.stroke:
            out += f' stroke="{self.colours[shape.stroke]}" stroke-width="{number(shape.width)}"'
            out += ' stroke-linecap="round"'
        if getattr(shape, "opacity", 1) != 1:
            out += f' opacity="{number(shape.opacity, 2)}"'  # type: ignore[union-attr]
        return out

    def still(self, node: Node, channels: body.Channels, fill: str = "") -> str:
        """A joint and all below it, at rest."""
        name, get = node.name, channels.get
        x, y = node.at[0] + get(f"{name}.x", 0), node.at[1] + get(f"{name}.y", 0)
        transform = _move(x, y) + _turn(get(name, 0)) + _scale(get(f"{name}.sx", 1), get(f"{name}.sy", 1))
        return self._group(node, transform, "", fill, lambda item, paint: self.still(item, channels, paint))

    def moving(self, node: Node, lines: dict[str, Track], seconds: float, fill: str = "") -> str:
        """A joint and all below it, in motion."""
        name = node.name
        rest = Track((0, 1), ((0.0,), (0.0,)))
        shift = lines.get(f"{name}.shift", Track((0, 1), ((0, 0), (0, 0))))
        scale = lines.get(f"{name}.scale", Track((0, 1), ((1, 1), (1, 1))))
        turn = lines.get(name, rest)
        outer, opening = "", ""
        x, y = (node.at[axis] + shift.rows[0][axis] for axis in (0, 1))
        if shift.moves:
            rows = tuple((row[0] + node.at[0], row[1] + node.at[1]) for row in shift.rows)
            outer = f'<g transform="{_move(x, y)}">' + _animate("translate", Track(shift.keys, rows), seconds)
            x = y = 0
        transform = _move(x, y) + _turn(turn.rows[0][0])
        if turn.moves:
            rows = tuple((row[0] - turn.rows[0][0],) for row in turn.rows)
            opening = _animate("rotate", Track(turn.keys, rows), seconds, additive=bool(transform))
        if scale.moves:
            opening += "<g>" + _animate("scale", scale, seconds)
        else:
            transform += _scale(*scale.rows[0])
        inner = self._group(
            node, transform, opening, fill, lambda item, paint: self.moving(item, lines, seconds, paint)
        )
        if scale.moves:
            inner = inner[:-4] + "</g></g>"
        return f"{outer}{inner}</g>" if outer else inner

    def _group(
        self, node: Node, transform: str, opening: str, fill: str, below: Callable[[Node, str], str]
    ) -> str:
        fills = [item.fill for item in node.items if isinstance(item, Shape) and item.fill]
        paint = max(set(fills), key=fills.count) if fills else fill
        parts = [f' fill="{self.colours[paint]}"' if paint != fill and paint else ""]
        if transform:
            parts.append(f' transform="{transform}"')
        body_ = "".join(
            self.shape(item, paint) if isinstance(item, Shape) else below(item, paint) for item in node.items
        )
        return f"<g{''.join(parts)}>{opening}{body_}</g>"

    def morph(self, morph: Morph, tree: Node, channels: list[body.Channels], seconds: float) -> str:
        """A shape that follows the body: drawn for each of the moments, or once for a still."""
        drawn = [morph.draw(places(tree, moment)) for moment in channels]
        if len(drawn) == 1 or len(set(drawn)) == 1:
            return f'<path{self._paint(morph, "")} d="{drawn[0]}"/>'
        rows = [tuple(float(text) for text in _NUMBER.findall(path)) for path in drawn]
        kept = simplify(rows, 0.4)
        times = ";".join(number(index / (len(rows) - 1), 3) for index in kept)
        values = ";".join(drawn[index] for index in kept)
        return (
            f'<path{self._paint(morph, "")} d="{drawn[0]}"><animate attributeName="d" dur="{number(seconds)}s" '
            f'repeatCount="indefinite" keyTimes="{times}" values="{values}"/></path>'
        )


def _move(x: float, y: float) -> str:
    x, y = round(x, 1), round(y, 1)
    return f"translate({number(x)} {number(y)})" if x or y else ""


def _turn(degrees: float) -> str:
    degrees = round(degrees, 1)
    return f"rotate({number(degrees)})" if degrees else ""


def _scale(x: float, y: float) -> str:
    return "" if x == y == 1 else f"scale({number(x, 2)} {number(y, 2)})"


def _animate(kind: str, line: Track, seconds: float, *, additive: bool = False) -> str:
    places_ = 2 if kind == "scale" else 1
    values = ";".join(" ".join(number(value, places_) for value in row) for row in line.rows)
    times = ";".join(number(key, 3) for key in line.keys)
    added = ' additive="sum"' if additive else ""
    return (
        f'<animateTransform attributeName="transform" type="{kind}"{added} dur="{number(seconds)}s" '
        f'repeatCount="indefinite" keyTimes="{times}" values="{values}"/>'
    )


def _open(figure: Figure, size: tuple[int, int], box: tuple[float, float, float, float]) -> str:
    """The root element, the words and the plate."""
    view = " ".join(number(value) for value in box)
    x, y, width, height = (number(value) for value in box)
    plate = CATEGORIES[figure.category].plate
    radius = number(box[3] * 0.06)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" viewBox="{view}" fill="none" role="img">'
        f"<title>{escape(str(figure.title))}</title><desc>{escape(str(figure.desc))}</desc>"
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{plate}"/>'
    )


def _props(
    canvas: Canvas,
    props: Iterable[Prop],
    tree: Node,
    channels: list[body.Channels],
    lines: dict[str, Track],
    seconds: float,
    *,
    front: bool,
) -> str:
    out = []
    for prop in props:
        if prop.front != front:
            continue
        for item in prop.shapes:
            if isinstance(item, Morph):
                out.append(canvas.morph(item, tree, channels, seconds))
            elif isinstance(item, Shape):
                out.append(canvas.shape(item))
            elif len(channels) == 1:
                out.append(canvas.still(item, channels[0]))
            else:
                out.append(canvas.moving(item, lines, seconds))
    return "".join(out)


def _wide(canvas: Canvas, left: float, right: float, *, front: bool = False) -> str:
    props = [prop for prop in canvas.figure.props if prop.wide and prop.front == front]
    shapes = [shape for prop in props if prop.wide for shape in prop.wide(left, right)]
    return "".join(canvas.shape(shape) for shape in shapes)


def _inset(canvas: Canvas, inset: Inset, box: tuple[float, float, float, float]) -> str:
    """The whole body beside a close-up, in a frame of its own; `box` in the units around it, y down."""
    figure, camera = canvas.figure, inset.camera
    tree = person(inset.view, figure.who, inset.working, seated=inset.pose.seated, hide=inset.hide)
    channels = [body.channels(inset.pose, inset.view)]
    width = camera.height * box[2] / box[3]
    left = camera.x - width / 2
    view = (left, -camera.y - camera.height, width, camera.height)
    ring = ""
    if inset.focus:
        x, y, r = inset.focus
        ring = canvas.shape(Shape(circle(x, -y, r), "", "work", camera.height / 45))
    floor = "".join(
        canvas.shape(shape) for prop in inset.props if prop.wide for shape in prop.wide(left, left + width)
    )
    return (
        _nested(box, view)
        + floor
        + _props(canvas, inset.props, tree, channels, {}, 0, front=False)
        + canvas.still(tree, channels[0])
        + _props(canvas, inset.props, tree, channels, {}, 0, front=True)
        + f"{ring}</svg>"
    )


def _nested(box: tuple[float, float, float, float], view: tuple[float, float, float, float]) -> str:
    """A picture in the picture, cut at its edges."""
    x, y, width, height = (number(value) for value in box)
    seen = " ".join(number(value) for value in view)
    return f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{seen}">'


def _framed(canvas: Canvas, box: tuple[float, float, float, float], stroke: float) -> tuple[str, str]:
    """The ground and the frame of a picture in the picture, to go below and above it."""
    x, y, width, height = (number(value) for value in box)
    rect = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{number(min(box[2:]) * 0.08)}"'
    return (
        f'{rect} fill="{PALETTE["white"]}"/>',
        f'{rect} stroke="{PALETTE["muted"]}" stroke-width="{number(stroke)}"/>',
    )


def _framed_inset(
    canvas: Canvas, inset: Inset, box: tuple[float, float, float, float]
) -> tuple[str, str, str]:
    below, above = _framed(canvas, box, box[3] / 70)
    return below, _inset(canvas, inset, box), above


def _lens(canvas: Canvas, lens: Lens, scene: str, name: str) -> str:
    """A scene with a magnified part of itself in a frame."""
    x, y = lens.at
    box = (x, -y - lens.size, lens.size, lens.size)
    seen = lens.camera
    view = (seen.x - seen.height / 2, -seen.y - seen.height, seen.height, seen.height)
    below, above = _framed(canvas, box, 1.5)
    return f'<g id="{name}">{scene}</g>{below}{_nested(box, view)}<use href="#{name}"/></svg>{above}'


def _placed(canvas: Canvas, cues: Iterable[Shape], moment: float) -> str:
    """Arrows where the camera is at that moment."""
    drawn, pan = "".join(canvas.shape(shape) for shape in cues), _pan(canvas.figure, moment)
    return f'<g transform="{_move(-pan, 0)}">{drawn}</g>' if drawn and pan else drawn


def _scene(canvas: Canvas, moment: float, behind: str = "") -> str:
    """Everything but the wide props and the arrows at one moment, at rest; `behind` stands in for the props behind the body."""
    figure = canvas.figure
    channels = [figure.channels(moment)]
    return (
        (behind or _props(canvas, figure.props, figure.tree, channels, {}, 0, front=False))
        + canvas.still(figure.tree, channels[0])
        + _props(canvas, figure.props, figure.tree, channels, {}, 0, front=True)
    )


def _is_still(figure: Figure) -> bool:
    """Whether what stands behind the body is the same in every still, and worth writing once."""
    behind = [item for prop in figure.props if not prop.front for item in prop.shapes]
    return bool(behind) and all(isinstance(item, Shape) for item in behind)


def _pan(figure: Figure, moment: float) -> float:
    return figure.moving.at(moment).extra.get("pan.x", 0)


def thumb(figure: Figure, prefix: str = "t") -> str:
    """One telling pose on a square plate."""
    canvas, camera = Canvas(figure), figure.thumb or figure.camera
    moment = figure.moving.still(figure.telling)
    left = camera.x - camera.height / 2 - _pan(figure, moment)
    box = (left, -camera.y - camera.height, camera.height, camera.height)
    telling = figure.stills.index(figure.telling) if figure.telling in figure.stills else -1
    cues = [shape for cue in figure.cues if telling in cue.stills for shape in cue.shapes]
    edges = (left, left + camera.height)
    scene = _wide(canvas, *edges) + _scene(canvas, moment) + _wide(canvas, *edges, front=True)
    if figure.lens:
        scene = _lens(canvas, figure.lens, scene, f"{prefix}l")
    scene += _placed(canvas, cues, moment)
    return shared(_open(figure, THUMB, box) + scene + "</svg>", prefix)


def strip(figure: Figure, prefix: str = "s") -> str:
    """Two or three poses side by side with an arrow between them."""
    canvas, camera = Canvas(figure), figure.strip or figure.camera
    width, height = STRIP
    count = len(figure.stills)
    panel = (width - GAP * (count - 1)) / count
    scale = height / camera.height
    level = -height * figure.arrow
    out = [_open(figure, STRIP, (0, 0, width, height))]
    ground = (
        f'<g transform="translate(0 {number(height + camera.y * scale)})scale({number(scale, 3)})">{{}}</g>'
    )
    if not figure.closeup:
        out.append(ground.format(_wide(canvas, 0, width / scale)))
    for index, still in enumerate(figure.stills):
        moment = figure.moving.still(still)
        middle = index * (panel + GAP) + panel / 2
        x = camera.x - _pan(figure, moment) + figure.shift.get(index, 0)
        cues = [shape for cue in figure.cues if index in cue.stills for shape in cue.shapes]
        if figure.closeup:
            seen = (x - panel / scale / 2, -camera.y - camera.height, panel / scale, camera.height)
            first, last = index == 0, index == count - 1
            start = middle - panel / 2 + (MARGIN if first else 0)
            window = (start, MARGIN, panel - MARGIN * (first + last), height - 2 * MARGIN)
            below, above = _framed(canvas, window, 1)
            out.append(
                below
                + _nested(window, seen)
                + _wide(canvas, seen[0], seen[0] + seen[2])
                + _scene(canvas, moment)
                + _wide(canvas, seen[0], seen[0] + seen[2], front=True)
                + _placed(canvas, cues, moment)
                + f"</svg>{above}"
            )
        else:
            place = f"translate({number(middle - x * scale)} {number(height + camera.y * scale)})scale({number(scale, 3)})"
            behind = ""
            if _is_still(figure):
                behind = f'<use href="#{prefix}p"/>'
                if not index:
                    props = _props(
                        canvas, figure.props, figure.tree, [figure.channels(moment)], {}, 0, front=False
                    )
                    behind = f'<g id="{prefix}p">{props}</g>' if props else "<g/>"
            scene = _scene(canvas, moment, behind)
            if figure.lens and index == count - 1:
                scene = _lens(canvas, figure.lens, scene, f"{prefix}l")
            out.append(f'<g transform="{place}">{scene}{_placed(canvas, cues, moment)}</g>')
        if index:
            gap = middle - panel / 2 - GAP / 2
            out += [
                canvas.shape(shape)
                for shape in arrow((gap - 10, level), (gap + 7, level), size=7, role="muted")
            ]
    above = "" if figure.closeup else _wide(canvas, 0, width / scale, front=True)
    if above:
        out.append(ground.format(above))
    if figure.inset:
        high = height * figure.inset.share
        top = MARGIN * 2 if figure.inset.corner == "top" else height - high - MARGIN * 2
        out += _framed_inset(canvas, figure.inset, (MARGIN * 2, top, high, high))
    return shared("".join(out) + "</svg>", prefix)


def moving(figure: Figure, prefix: str = "m") -> str:
    """The animated picture, as smooth as its size allows."""
    for tolerance in TOLERANCES:
        picture = shared(_moving(figure, tolerance, prefix), prefix)
        if len(picture.encode()) < LIMIT - 100:
            break
    return picture


def tolerance_of(figure: Figure) -> float:
    """The tolerance at which `moving` draws this figure."""
    for tolerance in TOLERANCES[:-1]:
        if len(shared(_moving(figure, tolerance, "f99m"), "f99m").encode()) < LIMIT - 100:
            return tolerance
    return TOLERANCES[-1]


def _moving(figure: Figure, tolerance: float, prefix: str = "m") -> str:
    canvas, camera = Canvas(figure), figure.camera
    seconds = figure.moving.seconds
    lines = figure.tracks(tolerance)
    width = camera.height * MOVING[0] / MOVING[1]
    left = camera.x - width / 2
    box = (left, -camera.y - camera.height, width, camera.height)
    travel = [row[0] for row in lines["pan.shift"].rows] if "pan.shift" in lines else [0]
    channels = [figure.drawn(index / 60, tolerance) for index in range(61)]
    edges = (left - max(travel) - 4, left + width - min(travel) + 4)
    world = (
        _wide(canvas, *edges)
        + _props(canvas, figure.props, figure.tree, channels, lines, seconds, front=False)
        + canvas.moving(figure.tree, lines, seconds)
        + _props(canvas, figure.props, figure.tree, channels, lines, seconds, front=True)
        + _wide(canvas, *edges, front=True)
    )
    if "pan.shift" in lines:
        world = f"<g>{_animate('translate', lines['pan.shift'], seconds)}{world}</g>"
    cues = "".join(canvas.shape(shape) for cue in figure.cues if cue.moving for shape in cue.shapes)
    if figure.lens:
        world = _lens(canvas, figure.lens, world, f"{prefix}l")
    inset = ""
    if figure.inset:
        high = camera.height * figure.inset.share
        edge = camera.height * 0.03
        top = box[1] + (edge if figure.inset.corner == "top" else camera.height - high - edge)
        corner = (left + edge, top, high, high)
        inset = "".join(_framed_inset(canvas, figure.inset, corner))
    return _open(figure, MOVING, box) + world + cues + inset + "</svg>"
