"""Checks of figures. Each is a function that returns a list of error messages.

Everything is measured on the animation as drawn (with linear interpolation between its key values), at sixty moments
of the loop, in body units: a standing adult is 160 tall, so one per cent is 1.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from xml.etree import ElementTree

from exercises.figures import body
from exercises.figures.figure import Figure, places
from exercises.figures.geometry import Affine, Point, bearing
from exercises.figures.pose import Foot, Hand, Pose
from exercises.figures.props import Prop
from exercises.figures.render import MOVING, get_tolerance

MOMENTS = 60
ONE_PER_CENT = body.HEIGHT / 100
Places = dict[str, Affine]


@lru_cache(maxsize=256)
def moments(figure: Figure) -> list[tuple[Pose, Places, float]]:
    """Return the intended pose, the positions of the joints as drawn, and the shift of the camera at every moment."""
    tolerance = get_tolerance(figure)
    out = []
    for index in range(MOMENTS + 1):
        share = index / MOMENTS
        meant = figure.moving.at(share * figure.moving.seconds) if index < MOMENTS else figure.moving.end()
        drawn = figure.drawn(share, tolerance)
        out.append((meant, places(figure.tree, drawn), drawn.get("pan.x", 0.0)))
    return out


def soles(figure: Figure, at: Places, side: str) -> dict[str, Point]:
    """Return heel, ball and tip of a foot (side view), or the two edges of its sole (front view)."""
    foot = at[f"{side}_foot"]
    under = body.ANKLE_HEIGHT
    if figure.view != "side":
        return {"middle": foot(0, under), "inner": foot(-5, under), "outer": foot(5, under)}
    tip = at[f"{side}_toes"](body.TOE - body.BALL, 0)
    return {"heel": foot(body.HEEL, under), "ball": foot(body.BALL, under), "tip": tip}


def touching(figure: Figure, at: Places, side: str, hand: Hand) -> Point:
    """Return the contact point of a hand: its fingertips or its palm."""
    place = at[f"{side}_hand"]
    if hand.tips:
        return place(0, body.HAND)
    return place(-body.PALM_DEPTH * body.outward(figure.view, side) * hand.palm, body.PALM_ALONG)


def limbs(figure: Figure, kind: str) -> list[str]:
    """Return the sides on which the figure shows this limb. Close-ups omit some."""
    names = {node.name for node in figure.tree.walk()}
    return [side for side in body.SIDES if f"{side}_{kind}" in names]


def find_sliding_feet(figure: Figure) -> Iterator[str]:
    """Return errors of planted feet that leave the ground or slide, and of feet below the ground."""
    for side in limbs(figure, "foot"):
        stood: float | None = None
        for meant, at, _ in moments(figure):
            sole = soles(figure, at, side)
            if min(point.y for point in sole.values()) < -ONE_PER_CENT:
                yield f"the {side} foot goes through the ground"
            foot = getattr(meant, f"{side}_leg")
            if not (isinstance(foot, Foot) and foot.planted):
                stood = None
                continue
            stood = foot.x if stood is None else stood
            if abs(foot.x - stood) > 0.01:
                yield f"the {side} foot slides from {stood:.1f} to {foot.x:.1f} while it stands"
            part, offset = ("middle", 0.0)
            if figure.view == "side":
                part, offset = ("ball", body.BALL) if foot.pitch < 0 else ("heel", body.HEEL)
            miss = sole[part].to(Point(foot.x + offset, 0))
            if miss > ONE_PER_CENT:
                yield f"the {side} {part} is {miss:.1f} from where it stands"


def find_feet_off_the_ground(figure: Figure) -> Iterator[str]:
    """Return errors of standing figures without a foot on the ground or on the step."""
    steps = [prop.stand for prop in figure.props if prop.stand]
    for _, at, _ in moments(figure):
        lowest = [min(point.y for point in soles(figure, at, side).values()) for side in body.SIDES]
        if not any(abs(low - level) <= ONE_PER_CENT for low in lowest for level in (0.0, *steps)):
            yield f"both feet are in the air ({lowest[0]:.1f} and {lowest[1]:.1f} above the ground)"


def find_hands_off_support(figure: Figure, support: str) -> Iterator[str]:
    """Return errors of hands that the support level requires, but that are not on the support at every moment.

    Someone who gets up from a chair lets go of its armrests once the hips are well off the seat.
    """
    needed = {"two_hands": 2, "one_hand": 1, "fingertips": 1}.get(support, 0)
    for meant, at, _ in moments(figure):
        held = {side: hand for side in body.SIDES if (hand := _holding(meant, side))}
        if len(held) < needed and not _has_got_up(figure, meant):
            yield f"{len(held)} hands hold on, {needed} are needed"
        if support == "fingertips" and not all(hand.tips for hand in held.values()):
            yield "a whole hand holds on where fingertips should"
        for side, hand in held.items():
            prop = next((prop for prop in figure.props if prop.name == hand.on), None)
            if prop is None:
                yield f"there is no {hand.on} to hold on to"
            elif (miss := _off(touching(figure, at, side, hand), prop)) > ONE_PER_CENT:
                yield f"the {side} hand is {miss:.1f} off the {hand.on}"


#: Height above which a hand touches a wall that is seen from the front, where the gap to it cannot be seen.
ON_WALL = 115.0


def get_contact_points(at: Places, side: str) -> list[tuple[str, Point]]:
    """Return the parts of a hand that can touch: its fingertips, and the palm on either side of the drawing."""
    place = at[f"{side}_hand"]
    palms = [("palm", place(way * body.PALM_DEPTH, body.PALM_ALONG)) for way in (-1, 1)]
    return [("tips", place(0, body.HAND)), *palms]


def find_touching_hands(figure: Figure) -> dict[str, str]:
    """Return the hands that touch a support at every moment, with the part that does: its palm or only its tips.

    Someone who gets up from a chair is looked at while the hips are near the seat.
    """
    surfaces = [prop for prop in figure.props if prop.plane or prop.surface]
    found: dict[str, list[set[str]]] = {side: [] for side in body.SIDES}
    for meant, at, _ in moments(figure):
        if _has_got_up(figure, meant):
            continue
        for side in limbs(figure, "hand"):
            points = get_contact_points(at, side)
            found[side].append(
                {part for part, point in points if any(_touches(point, prop) for prop in surfaces)}
            )
    always = {side: set.intersection(*parts) for side, parts in found.items() if parts}
    return {side: "palm" if "palm" in parts else "tips" for side, parts in always.items() if parts}


def _touches(point: Point, prop: Prop) -> bool:
    if prop.plane:
        return point.y > ON_WALL
    return _off(point, prop) <= ONE_PER_CENT


def get_hand_gaps(figure: Figure) -> dict[str, float]:
    """Return for each hand how near its nearest part comes to a support; for a wall, how far below it stays."""
    gaps = dict.fromkeys(limbs(figure, "hand"), 1e9)
    for _, at, _ in moments(figure):
        for side in gaps:
            for _part, point in get_contact_points(at, side):
                for prop in figure.props:
                    if prop.plane or prop.surface:
                        gap = ON_WALL - point.y if prop.plane else _off(point, prop)
                        gaps[side] = min(gaps[side], gap)
    return gaps


def _has_got_up(figure: Figure, meant: Pose) -> bool:
    """Return True if someone who gets up from a chair is well off its seat: hands reach armrests longer than a seat."""
    names = {prop.name for prop in figure.props}
    return "chair" in names and meant.hip[1] > body.SITTING + (13 if "armrest" in names else 0.9)


def _holding(meant: Pose, side: str) -> Hand | None:
    hand = getattr(meant, f"{side}_arm")
    return hand if isinstance(hand, Hand) and hand.on else None


def _off(point: Point, prop: Prop) -> float:
    """Return the distance of a point from the surface of a prop."""
    if prop.plane or prop.surface is None:
        return 0.0 if prop.plane else 1e9
    (left, low), (right, high) = prop.surface
    across = max(min(left, right) - point.x, 0, point.x - max(left, right))
    up = max(min(low, high) - point.y, 0, point.y - max(low, high))
    return max(across, up)


def find_wrong_limb_lengths(figure: Figure) -> Iterator[str]:
    """Return errors of limbs that do not have the length of the body's proportions."""
    thigh = body.SEATED_THIGH if figure.seated and figure.view != "side" else body.THIGH
    bones = {
        ("thigh", "shin"): thigh,
        ("shin", "foot"): body.SHIN,
        ("arm", "fore"): body.UPPER_ARM,
        ("fore", "hand"): body.FOREARM,
    }
    for _, at, _ in moments(figure):
        for (upper, lower), length in bones.items():
            for side in limbs(figure, lower):
                start, end = at[f"{side}_{upper}"](0, 0), at[f"{side}_{lower}"](0, 0)
                if abs(start.to(end) - length) > 0.01:
                    yield f"the {side} {upper} is {start.to(end):.1f} long, not {length}"


def find_wrong_joint_bends(figure: Figure) -> Iterator[str]:
    """Return errors of joints beyond `body.limits`.

    Knees bend backwards only and elbows forwards only; in the front view knees stay nearly straight.
    """
    reach = body.limits(figure.view)
    for _, at, _ in moments(figure):
        for joint, chain in {"knee": ("thigh", "shin", "foot"), "elbow": ("arm", "fore", "hand")}.items():
            for side in limbs(figure, chain[-1]):
                start, middle, end = (at[f"{side}_{part}"](0, 0) for part in chain)
                bend = bearing(middle, end) - bearing(start, middle)
                bend = (bend + 180) % 360 - 180
                bend = -bend if joint == "knee" else bend
                low, high = reach[joint]
                if not low <= bend <= high and not (figure.seated and joint == "knee"):
                    yield f"the {side} {joint} is bent by {bend:.0f}°"


def find_parts_outside_picture(figure: Figure) -> Iterator[str]:
    """Return errors of bodies outside the picture; in a close-up, of the moving part."""
    camera = figure.camera
    half = camera.height * MOVING[0] / MOVING[1] / 2
    for _, at, pan in moments(figure):
        for name, point in _landmarks(figure, at).items():
            x, y = point.x + pan, point.y
            if abs(x - camera.x) > half or not camera.y <= y <= camera.y + camera.height:
                yield f"the {name} is outside the picture, at {x:.0f}, {y:.0f}"


def _landmarks(figure: Figure, at: Places) -> dict[str, Point]:
    if figure.rig:
        return {name: place(0, 0) for name, place in at.items()}
    out = {}
    if "head" in at:
        out["crown"] = at["head"](0, -27)
    if figure.closeup and "head" in at:
        return out
    for side in limbs(figure, "foot"):
        out |= {f"{side} {part}": point for part, point in soles(figure, at, side).items()}
    for side in limbs(figure, "hand"):
        out[f"{side} fingertips"] = at[f"{side}_hand"](0, body.HAND)
    return out


#: Allowed elements and attributes of SVG files: nothing that executes, fetches or clips. The style may only give
#: colours for a dark page (`DARK`), and the response allows no other one.
ELEMENTS = {
    "svg", "title", "desc", "style", "defs", "g", "use", "path", "rect", "animateTransform", "animate",
}  # fmt: skip
ATTRIBUTES = {
    "width", "height", "viewBox", "role", "x", "y", "rx", "id", "href", "d", "fill", "stroke", "stroke-width",
    "stroke-linecap", "opacity", "transform", "attributeName", "type", "additive", "dur", "repeatCount", "keyTimes",
    "values",
}  # fmt: skip


#: Style of a figure: for colours that it has, those on a dark page.
DARK = re.compile(
    r"@media \(prefers-color-scheme:dark\)\{"
    r'(\[(fill|stroke)="#[0-9A-F]{3,6}"\]\{\2:#[0-9A-F]{3,6}\})+\}'
)


def find_file_faults(svg: str) -> Iterator[str]:
    """Return errors of the file: not well-formed, too large, without description, or with forbidden content."""
    if len(svg.encode()) >= 8000:
        yield f"{len(svg.encode())} bytes is too large"
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own file
    except ElementTree.ParseError as error:
        yield f"not well-formed: {error}"
        return
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        yield from _faults_of_an_element(element, ids)
    texts = [(element.tag.rpartition("}")[2], (element.text or "").strip()) for element in list(root)[:2]]
    if [tag for tag, _ in texts] != ["title", "desc"] or not all(text for _, text in texts):
        yield "no title and description at the beginning"


def _faults_of_an_element(element: ElementTree.Element, ids: set[str | None]) -> Iterator[str]:
    tag = element.tag.rpartition("}")[2]
    if tag not in ELEMENTS:
        yield f"<{tag}> does not belong here"
    if tag == "style" and not DARK.fullmatch(element.text or ""):
        yield "the style does more than to give colours for a dark page"
    for name, value in element.attrib.items():
        if name not in ATTRIBUTES:
            yield f"{name}= does not belong here"
        if name == "href" and value[1:] not in ids:
            yield f"{value} leads nowhere"
        if re.search(r"nan|inf|e-\d", value) and name in {"d", "transform", "values", "viewBox"}:
            yield f"{name} holds no number: {value[:40]}"
    if tag in {"animate", "animateTransform"}:
        yield from _faults_of_an_animation(element)


def _faults_of_an_animation(element: ElementTree.Element) -> Iterator[str]:
    keys = [float(key) for key in element.get("keyTimes", "0").split(";")]
    if len(keys) != len(element.get("values", "").split(";")):
        yield "as many times as values are needed"
    if keys[0] != 0 or keys[-1] != 1 or any(a >= b for a, b in pairwise(keys)):
        yield "times do not run from 0 to 1"
    if element.get("repeatCount") != "indefinite":
        yield "it stops"
