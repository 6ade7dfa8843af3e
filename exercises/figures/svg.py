"""Output of SVG: shapes, joints at rest or in motion, frames.

Everything is drawn with presentation attributes: forced colours do not change pictures, and markers and gradients are
lost in print. One style changes colours on a dark page; where a policy refuses it, the picture stays light.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from . import body
from .figure import Figure, places
from .geometry import number, simplify
from .motion import Track
from .props import Morph
from .shapes import AT_NIGHT, CATEGORIES, PALETTE, PEOPLE, Node, Shape
from .supports import describe

#: x, y, width and height in SVG units, y down.
Box = tuple[float, float, float, float]

_NUMBER = re.compile(r"-?\d*\.?\d+")
_COLOUR = re.compile(r' (fill|stroke)="(#\w+)"')
_PATH = re.compile(r'<path([^>]*) d="([^"]+)"/>')
_STILL = Track((0, 1), ((0.0,), (0.0,)))
_UNMOVED = Track((0, 1), ((0.0, 0.0), (0.0, 0.0)))
_UNSTRETCHED = Track((0, 1), ((1.0, 1.0), (1.0, 1.0)))


class Pen:
    """Writer of the shapes and joints of a figure in its colours."""

    def __init__(self, figure: Figure) -> None:
        category, adult = CATEGORIES[figure.category], PEOPLE[figure.who]
        self.colours = PALETTE | {
            "work": category.colour,
            "work_far": category.far,
            "plate": category.plate,
            "skin": adult.skin,
            "skin_far": adult.skin_far,
            "hair": adult.hair,
        }

    def shape(self, shape: Shape, fill: str = "") -> str:
        """Return a path element, without a fill attribute if the group's `fill` is the same."""
        return f'<path{self._paint(shape, fill)} d="{shape.d}"/>'

    def shapes(self, shapes: Sequence[Shape]) -> str:
        """Return several path elements."""
        return "".join(self.shape(shape) for shape in shapes)

    def _paint(self, shape: Shape | Morph, fill: str = "") -> str:
        out = f' fill="{self.colours.get(shape.fill, "none")}"' if shape.fill != fill else ""
        if shape.stroke:
            out += f' stroke="{self.colours[shape.stroke]}" stroke-width="{number(shape.width)}"'
        if isinstance(shape, Shape) and shape.opacity != 1:
            out += f' opacity="{number(shape.opacity, 2)}"'
        return out

    def still(self, node: Node, channels: body.Channels, fill: str = "") -> str:
        """Return the group of a joint and its descendants at rest."""
        name, get = node.name, channels.get
        x, y = node.at[0] + get(f"{name}.x", 0), node.at[1] + get(f"{name}.y", 0)
        transform = move(x, y) + _turn(get(name, 0)) + _stretch(get(f"{name}.sx", 1), get(f"{name}.sy", 1))
        return self._group(node, transform, fill, lambda item, paint: self.still(item, channels, paint))

    def moving(self, node: Node, lines: dict[str, Track], seconds: float, fill: str = "") -> str:
        """Return the group of a joint and its descendants in motion.

        Translation, rotation and scale are nested in this order, each of them animated only if it changes.
        """
        shift = lines.get(f"{node.name}.shift", _UNMOVED)
        turn = lines.get(node.name, _STILL)
        scale = lines.get(f"{node.name}.scale", _UNSTRETCHED)
        opened, closed = "", ""
        x, y = (node.at[axis] + shift.rows[0][axis] for axis in (0, 1))
        if shift.moves:
            way = Track(shift.keys, tuple((row[0] + node.at[0], row[1] + node.at[1]) for row in shift.rows))
            opened, closed = f'<g transform="{move(x, y)}">{animate("translate", way, seconds)}', "</g>"
            x = y = 0
        start = turn.rows[0][0]
        transform, inside = move(x, y) + _turn(start), ""
        if turn.moves:
            swing = Track(turn.keys, tuple((row[0] - start,) for row in turn.rows))
            inside = animate("rotate", swing, seconds, additive=bool(transform))
        if scale.moves:
            opened += f'<g transform="{transform}">{inside}'
            closed += "</g>"
            transform, inside = "", animate("scale", scale, seconds)
        else:
            transform += _stretch(*scale.rows[0])
        group = self._group(
            node, transform, fill, lambda item, paint: self.moving(item, lines, seconds, paint), inside
        )
        return f"{opened}{group}{closed}"

    def _group(
        self, node: Node, transform: str, fill: str, below: Callable[[Node, str], str], inside: str = ""
    ) -> str:
        """Return a group with the most common fill of its shapes, which then omit it."""
        fills = Counter(item.fill for item in node.items if isinstance(item, Shape) and item.fill)
        paint = fills.most_common(1)[0][0] if fills else fill
        attributes = f' fill="{self.colours[paint]}"' if paint != fill else ""
        attributes += f' transform="{transform}"' if transform else ""
        items = "".join(
            self.shape(item, paint) if isinstance(item, Shape) else below(item, paint) for item in node.items
        )
        return f"<g{attributes}>{inside}{items}</g>"

    def morph(self, morph: Morph, tree: Node, moments: Sequence[body.Channels], seconds: float) -> str:
        """Return a path that follows the body, animated unless it is the same at all moments."""
        drawn = [morph.draw(places(tree, channels)) for channels in moments]
        paint = self._paint(morph)
        if len(set(drawn)) == 1:
            return f'<path{paint} d="{drawn[0]}"/>'
        kept = simplify([tuple(float(text) for text in _NUMBER.findall(path)) for path in drawn], 0.4)
        times = ";".join(number(index / (len(drawn) - 1), 3) for index in kept)
        values = ";".join(drawn[index] for index in kept)
        return (
            f'<path{paint} d="{drawn[0]}"><animate attributeName="d"{_timing(seconds, times)} '
            f'values="{values}"/></path>'
        )


def move(x: float, y: float) -> str:
    """Return `translate(x y)`, or "" if both are 0."""
    x, y = round(x, 1), round(y, 1)
    return f"translate({number(x)} {number(y)})" if x or y else ""


def zoom(x: float, y: float, scale: float) -> str:
    """Return `translate(x y)scale(scale)`."""
    return f"translate({number(x)} {number(y)})scale({number(scale, 3)})"


def _turn(degrees: float) -> str:
    degrees = round(degrees, 1)
    return f"rotate({number(degrees)})" if degrees else ""


def _stretch(x: float, y: float) -> str:
    return "" if x == y == 1 else f"scale({number(x, 2)} {number(y, 2)})"


def _timing(seconds: float, times: str) -> str:
    return f' dur="{number(seconds)}s" repeatCount="indefinite" keyTimes="{times}"'


def animate(kind: str, line: Track, seconds: float, *, additive: bool = False) -> str:
    """Return an endless `animateTransform` element with the key values of a track."""
    fine = 2 if kind == "scale" else 1
    values = ";".join(" ".join(number(value, fine) for value in row) for row in line.rows)
    times = ";".join(number(key, 3) for key in line.keys)
    added = ' additive="sum"' if additive else ""
    return (
        f'<animateTransform attributeName="transform" type="{kind}"{added}{_timing(seconds, times)} '
        f'values="{values}"/>'
    )


def _rectangle(box: Box) -> str:
    x, y, width, height = (number(value) for value in box)
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def opened(figure: Figure, size: tuple[int, int], box: Box) -> str:
    """Return the opening <svg> tag, title, description and the background."""
    view = " ".join(number(value) for value in box)
    plate = CATEGORIES[figure.category].plate
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" viewBox="{view}" '
        f'fill="none" stroke-linecap="round" role="img"><title>{escape(str(figure.title))}</title>'
        f"<desc>{escape(describe(figure))}</desc>"
        f'<rect {_rectangle(box)} rx="{number(box[3] * 0.06)}" fill="{plate}"/>'
    )


def framed(box: Box, seen: Box, inside: str, line: float) -> str:
    """Return a framed picture on white: the part `seen` of `inside`, clipped at `box`, with a frame `line` wide."""
    view = " ".join(number(value) for value in seen)
    rect = f'<rect {_rectangle(box)} rx="{number(min(box[2:]) * 0.04)}"'
    return (
        f'{rect} fill="{PALETTE["white"]}"/><svg {_rectangle(box)} viewBox="{view}">{inside}</svg>'
        f'{rect} stroke="{PALETTE["muted"]}" stroke-width="{number(line)}"/>'
    )


def shared(svg: str, prefix: str) -> str:
    """Return the picture with repeated outlines replaced by `<use>` of a definition.

    `prefix` makes the ids unique if a page contains several pictures.
    """
    counts = Counter(outline for _, outline in _PATH.findall(svg))
    worth = [outline for outline, times in counts.items() if (times - 1) * (len(outline) - 8) > 32]
    if not worth:
        return svg
    names = {outline: f"{prefix}{index}" for index, outline in enumerate(worth)}

    def short(found: re.Match[str]) -> str:
        return f'<use{found[1]} href="#{names[found[2]]}"/>' if found[2] in names else found[0]

    definitions = "".join(f'<path id="{name}" d="{outline}"/>' for outline, name in names.items())
    return _PATH.sub(short, svg).replace("</desc>", f"</desc><defs>{definitions}</defs>", 1)


def dimmed(svg: str) -> str:
    """Return the picture with a style that gives it calm colours on a dark page."""
    used = sorted({(name, colour) for name, colour in _COLOUR.findall(svg) if colour in AT_NIGHT})
    rules = "".join(f'[{name}="{colour}"]{{{name}:{AT_NIGHT[colour]}}}' for name, colour in used)
    style = f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>"
    return svg.replace("</desc>", f"</desc>{style}", 1)
