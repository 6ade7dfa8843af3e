"""Player of SVG animations, which computes the positions of all outlines from the file alone.

It does not use poses or joints, so tests can compare the file with the description of the figure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from xml.etree import ElementTree

from exercises.figures.geometry import Affine

SVG = "{http://www.w3.org/2000/svg}"
CALL = re.compile(r"(\w+)\(([^)]*)\)")


@dataclass(frozen=True)
class Outline:
    """Outline: its path, its fill and the transform from its local units to those of the picture."""

    d: str
    fill: str
    place: Affine


def played(svg: str, share: float) -> list[Outline]:
    """Return all outlines of the picture at a share 0–1 of its loop, in drawing order."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own file
    library = {element.get("id"): element for element in root.iter() if element.get("id")}
    out: list[Outline] = []

    def visit(element: ElementTree.Element, around: Affine, fill: str) -> None:
        if element.tag in {f"{SVG}defs", f"{SVG}svg"} and element is not root:
            return
        fill = element.get("fill", fill)
        here = around @ _transform(element, share)
        if element.tag == f"{SVG}path":
            out.append(Outline(element.get("d", ""), fill, here))
        if element.tag == f"{SVG}use":
            visit(library[element.get("href", "#")[1:]], here, fill)
        for child in element:
            visit(child, here, fill)

    visit(root, Affine(), "none")
    return out


def _transform(element: ElementTree.Element, share: float) -> Affine:
    base = Affine()
    for kind, numbers in CALL.findall(element.get("transform", "")):
        base @= _one(kind, [float(number) for number in numbers.split()])
    for animation in element.findall(f"{SVG}animateTransform"):
        turned = _one(animation.get("type", ""), _value(animation, share))
        base = base @ turned if animation.get("additive") == "sum" else turned
    return base


def _value(animation: ElementTree.Element, share: float) -> list[float]:
    keys = [float(key) for key in animation.get("keyTimes", "").split(";")]
    rows = [[float(part) for part in value.split()] for value in animation.get("values", "").split(";")]
    index = min(max(bisect_right(keys, share), 1), len(keys) - 1)
    span = keys[index] - keys[index - 1]
    u = (share - keys[index - 1]) / span if span else 0.0
    return [a + (b - a) * u for a, b in zip(rows[index - 1], rows[index], strict=True)]


def _one(kind: str, numbers: list[float]) -> Affine:
    if kind == "translate":
        return Affine.placed(numbers[0], numbers[1] if len(numbers) > 1 else 0, 0)
    if kind == "rotate":
        return Affine.placed(0, 0, numbers[0])
    return Affine.placed(0, 0, 0, (numbers[0], numbers[-1]))
