"""Variants of a figure by support level: how its hands hold on, and whether its eyes are closed."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from .cues import closed_eye
from .figure import Cue, Figure
from .motion import Frame, Motion

#: Support levels from most to least support, as in `exercises.models.Support`.
LEVELS = ("two_hands", "one_hand", "fingertips", "none", "eyes_closed")
#: Levels at which no hand touches the support.
WITHOUT_HANDS = ("none", "eyes_closed")
SENTENCES = {
    "two_hands": _("Both hands hold on."),
    "one_hand": _("One hand holds on."),
    "fingertips": _("Only the fingertips touch the support."),
    "none": _("The hands stay close to the support and do not touch it."),
    "eyes_closed": _("The hands stay close to the support and do not touch it. The eyes are closed."),
}


def list_supports(figure: Figure) -> list[str]:
    """Return the support levels that a figure can show, its own included, from most to least support."""
    offered = {figure.support, *figure.supports, *figure.instead}
    return [level for level in LEVELS if level in offered]


def get_variant(figure: Figure, support: str) -> Figure:
    """Return the figure with this support. Raises KeyError if it cannot show it; see `list_supports`."""
    if support == figure.support:
        return figure
    if support in figure.instead:
        return figure.instead[support]
    if figure.grip is None or support not in figure.supports:
        raise KeyError(support)
    grip, motion = figure.grip, figure.moving
    frames = tuple(Frame(grip(frame.pose, support), frame.hold, frame.move) for frame in motion.frames)
    variant = replace(figure, frames=(), motion=Motion(frames, travel=motion.travel), support=support)
    return _with_closed_eyes(variant) if support == "eyes_closed" else variant


def _with_closed_eyes(figure: Figure) -> Figure:
    """Return the figure with its eyes closed, and a large sign for it, since eyes are small in a thumbnail."""
    camera = figure.camera
    sign = closed_eye((camera.x + 0.33 * camera.height, camera.y + 0.84 * camera.height), camera.height / 11)
    cue = Cue(sign, tuple(range(len(figure.stills))), moving=True)
    return replace(figure, eyes_closed=True, cues=(*figure.cues, cue))


def describe(figure: Figure) -> str:
    """Return the description of a figure, with a sentence about its hands if they vary with the support."""
    return f"{figure.desc} {SENTENCES[figure.support]}" if figure.grip else str(figure.desc)
