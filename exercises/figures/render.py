"""Render the three pictures of a figure: the animation, the strip for print and the thumbnail.

Every picture has its own rounded background, which is dark on dark pages, and light everywhere else: in forced
colours, on paper, and where styles are refused.
"""

from __future__ import annotations

from .cues import arrow
from .figure import Figure
from .scene import Scene, arrows, get_pan, get_view_box, inset_in, is_same_in_all_stills, with_lens
from .svg import Box, Pen, animate, dimmed, framed, opened, shared, zoom

#: Size limit of a file in bytes. The animation uses the first tolerance (in degrees) that fits, finest first.
LIMIT = 7960
TOLERANCES = (0.3, 0.5, 0.8, 1.2, 1.8)
#: Natural width and height of the pictures in pixels.
MOVING, STRIP, THUMB = (320, 240), (400, 200), (96, 96)
#: Space between the panels of a strip, and around framed panels, in pixels.
GAP, MARGIN = 26, 6
#: Share of the height of the animation at its left and right that a phone may crop, where nothing with a meaning is.
SAFE = 0.118


def thumb(figure: Figure, prefix: str = "t") -> str:
    """Return the thumbnail: the still `Figure.telling` on a square background."""
    pen, camera = Pen(figure), figure.thumb or figure.camera
    moment = figure.moving.still(figure.telling)
    box = get_view_box(camera, camera.height, camera.x - get_pan(figure, moment))
    scene = with_lens(figure.lens, Scene.at(pen, figure, moment).whole(box[0], box[0] + box[2]), f"{prefix}l")
    still = figure.stills.index(figure.telling)
    whole = opened(figure, THUMB, box) + scene + arrows(pen, figure, still, moment)
    return dimmed(shared(f"{whole}</svg>", prefix))


def strip(figure: Figure, prefix: str = "s") -> str:
    """Return the strip: the stills side by side with arrows between them."""
    pen = Pen(figure)
    width, height = STRIP
    picture: Box = (0, 0, width, height)
    panels = _framed_panels(pen, figure) if figure.closeup else _open_panels(pen, figure, prefix)
    count = len(figure.stills)
    gaps = [(width + GAP) / count * (index + 1) - GAP / 2 for index in range(count - 1)]
    level = -height * figure.arrow
    between = "".join(
        pen.shapes(arrow((gap - 10, level), (gap + 7, level), size=7, role="muted")) for gap in gaps
    )
    whole = panels + between + inset_in(pen, figure, picture, 2 * MARGIN)
    return dimmed(shared(opened(figure, STRIP, picture) + whole + "</svg>", prefix))


def _panel(figure: Figure) -> float:
    """Return the width of one panel of the strip in pixels."""
    return (STRIP[0] - GAP * (len(figure.stills) - 1)) / len(figure.stills)


def _framed_panels(pen: Pen, figure: Figure) -> str:
    """Return the panels of a close-up, with frames, since the body extends beyond them."""
    camera, panel, height = figure.strip or figure.camera, _panel(figure), STRIP[1]
    last = len(figure.stills) - 1
    out = []
    for index, still in enumerate(figure.stills):
        moment = figure.moving.still(still)
        inner = panel - MARGIN * ((index == 0) + (index == last))
        window = (index * (panel + GAP) + MARGIN * (index == 0), MARGIN, inner, height - 2 * MARGIN)
        seen = get_view_box(camera, panel * camera.height / height)
        scene = Scene.at(pen, figure, moment).whole(seen[0], seen[0] + seen[2])
        out.append(framed(window, seen, scene + arrows(pen, figure, index, moment), 1))
    return "".join(out)


def _open_panels(pen: Pen, figure: Figure, prefix: str) -> str:
    """Return panels of whole bodies on a common ground. Props behind them are defined once and reused."""
    camera, panel, (width, height) = figure.strip or figure.camera, _panel(figure), STRIP
    scale = height / camera.height
    ground = height + camera.y * scale
    shared_props = is_same_in_all_stills(figure.props)
    out = []
    for index, still in enumerate(figure.stills):
        moment = figure.moving.still(still)
        scene = Scene.at(pen, figure, moment)
        behind = ""
        if shared_props:
            props = scene.props(front=False)
            behind = f'<use href="#{prefix}p"/>' if index else f'<g id="{prefix}p">{props}</g>'
        lens = figure.lens if index == len(figure.stills) - 1 else None
        drawn = with_lens(lens, scene.drawn(behind), f"{prefix}l") + arrows(pen, figure, index, moment)
        middle = index * (panel + GAP) + panel / 2
        place = zoom(middle - (camera.x - get_pan(figure, moment)) * scale, ground, scale)
        out.append(f'<g transform="{place}">{drawn}</g>')
    scene = Scene.at(pen, figure, 0)
    for front in (False, True):
        wide = scene.wide(0, width / scale, front=front)
        group = f'<g transform="{zoom(0, ground, scale)}">{wide}</g>' if wide else ""
        out.insert(len(out) if front else 0, group)
    return "".join(out)


def moving(figure: Figure, prefix: str = "m") -> str:
    """Return the animation, as smooth as LIMIT allows."""
    return _moving(figure, get_tolerance(figure), prefix)


def get_tolerance(figure: Figure) -> float:
    """Return the smallest tolerance in degrees with which the animation is smaller than LIMIT, else the largest."""
    for tolerance in TOLERANCES[:-1]:
        if len(_moving(figure, tolerance, "f00m").encode()) < LIMIT:
            return tolerance
    return TOLERANCES[-1]


def _moving(figure: Figure, tolerance: float, prefix: str) -> str:
    pen, camera = Pen(figure), figure.camera
    scene = Scene.in_motion(pen, figure, tolerance)
    box = get_view_box(camera, camera.height * MOVING[0] / MOVING[1])
    pan = scene.lines.get("pan.shift")
    reach = [row[0] for row in pan.rows] if pan else [0.0]
    world = scene.whole(box[0] - max(reach) - 4, box[0] + box[2] - min(reach) + 4)
    if pan:
        world = f"<g>{animate('translate', pan, scene.seconds)}{world}</g>"
    world = with_lens(figure.lens, world, f"{prefix}l")
    cues = "".join(pen.shapes(cue.shapes) for cue in figure.cues if cue.moving)
    inset = inset_in(pen, figure, box, camera.height * 0.03, camera.height * SAFE)
    return dimmed(shared(opened(figure, MOVING, box) + world + cues + inset + "</svg>", prefix))
