"""Figures of exercises of the toes and the arch, as close-ups of feet in socks."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from exercises.figures.cues import arrow
from exercises.figures.figure import Camera, Cue, Figure, Inset
from exercises.figures.motion import Frame
from exercises.figures.pose import Foot, Pose
from exercises.figures.props import chair_front, ground

from .closeups import SEATED, get_inset
from .socks import (
    TOES_AT_REST,
    TOES_SPREAD,
    arching_foot,
    feet_in_socks,
    foot_from_the_front,
    pressing_foot,
    side_foot,
)
from .stretching import FACING_US


def _pressed(share: float) -> Pose:
    """Return a pose of toes: 0 at rest, a little off the floor, 1 pressed flat to it."""
    grown = max(0.01, share)
    return Pose((0, 0), extra={"toes": -11 * (1 - share), "push.sx": grown, "push.sy": grown})


def _spread(share: float) -> Pose:
    """Return a pose of the toes of both feet: 0 side by side, 1 spread."""
    toes = {
        f"toe{index}": rest + (wide - rest) * share
        for index, (rest, wide) in enumerate(zip(TOES_AT_REST, TOES_SPREAD, strict=True))
    }
    return Pose((0, 0), extra={**toes, "mirror.sx": -1, "mirror.sy": 1})


def _lifted(big: float, small: float) -> Pose:
    """Return a pose of toes that lift off the floor by shares 0–1."""
    return Pose(
        (0, 0), extra={"big_toe.x": 0, "big_toe.y": -15 * big, "small_toes.x": 0, "small_toes.y": -13 * small}
    )


def _arched(share: float) -> Pose:
    """Return a pose of an arch: 0 at rest, 1 raised, with the ball of the foot drawn to the heel."""
    moved = {"arch.x": share, "arch.y": 0, "ball.x": -6 * share, "ball.y": 0}
    return Pose((0, 0), extra={**moved, "mirror.sx": -1, "mirror.sy": 1})


#: Sitting with the far foot ahead, which is the right one in a mirrored picture.
ONE_FOOT_AHEAD = SEATED.replace(right_leg=Foot(12), left_leg=Foot(36))
IN_SOCKS_FROM_THE_FRONT = Inset(
    FACING_US,
    view="front",
    props=(chair_front(), ground()),
    focus=(0, 8, 24),
    camera=Camera(0, -9, 150),
)

TOES = {
    "toe-press": Figure(
        title=_("Toe press"),
        desc=_(
            "Sit with both feet flat on a clean floor, in smooth socks. Press the toes flat into the floor. They do "
            "not curl, and the ankles do not move. Hold, then let go."
        ),
        category="balance",
        who="lin",
        outfit="socks",
        rig=pressing_foot(),
        props=(ground(), side_foot()),
        closeup=True,
        frames=(
            Frame(_pressed(0), hold=0.9, move=0.8),
            Frame(_pressed(1), hold=2.0, move=0.9),
        ),
        camera=Camera(8, -14, 130),
        strip=Camera(13, -14, 124),
        thumb=Camera(22, -18, 104),
        inset=replace(get_inset(SEATED, (), (28, 8, 22)), share=0.3),
    ),
    "toe-spread": Figure(
        title=_("Toe spread"),
        desc=_(
            "Both feet from above, flat on a clean floor, in smooth socks. Spread the toes as far as they go, then "
            "bring them back together."
        ),
        category="balance",
        who="amara",
        outfit="socks",
        rig=feet_in_socks(),
        props=(),
        closeup=True,
        frames=(
            Frame(_spread(0), hold=0.8, move=1.2),
            Frame(_spread(1), hold=1.0, move=1.2),
        ),
        camera=Camera(-14, -16, 134),
        strip=Camera(0, -28, 142),
        thumb=Camera(0, -8, 124),
        inset=replace(get_inset(SEATED, (), (28, 8, 22), "bottom"), hide=("left_arm", "left_leg"), share=0.3),
        cues=(
            Cue(
                (
                    *arrow((10, 98), (42, 112), (59, 74), size=5, both=True),
                    *arrow((-10, 98), (-42, 112), (-59, 74), size=5, both=True),
                )
            ),
        ),
    ),
    "toe-lift": Figure(
        title=_("Toe lift"),
        desc=_(
            "The right foot from the front, flat on a clean floor, in a smooth sock. Lift the big toe alone and lower "
            "it. Then lift the other toes. The heel and the ball of the foot stay down."
        ),
        category="balance",
        who="sam",
        outfit="socks",
        rig=foot_from_the_front(),
        props=(ground(),),
        closeup=True,
        frames=(
            Frame(_lifted(0, 0), hold=0.6, move=0.9),
            Frame(_lifted(1, 0), hold=1.0, move=0.9),
            Frame(_lifted(0, 0), hold=0.6, move=0.9),
            Frame(_lifted(0, 1), hold=1.0, move=0.9),
        ),
        stills=(1, 3),
        telling=1,
        camera=Camera(-8, -14, 112),
        strip=Camera(0, -14, 124),
        thumb=Camera(0, -14, 96),
        inset=IN_SOCKS_FROM_THE_FRONT,
        cues=(
            Cue(arrow((25, 42), (25, 57)), stills=(0,)),
            Cue(arrow((-14, 34), (-14, 49)), stills=(1,)),
        ),
    ),
    "short-foot": Figure(
        title=_("Arch lift"),
        desc=_(
            "The right foot from its inner side, flat on a clean floor, in a smooth sock. Draw the ball of the foot "
            "towards the heel, so that the arch rises. The toes stay long and flat. Hold, then let go."
        ),
        category="balance",
        who="rosa",
        outfit="socks",
        rig=arching_foot(),
        props=(ground(), side_foot(-1, sole=True)),
        closeup=True,
        frames=(
            Frame(_arched(0), hold=0.9, move=1.3),
            Frame(_arched(1), hold=2.2, move=1.3),
        ),
        camera=Camera(-16, -16, 116),
        strip=Camera(-16, -16, 128),
        thumb=Camera(-16, -18, 104),
        inset=replace(get_inset(ONE_FOOT_AHEAD, (), (42, 8, 20)), mirrored=True),
        cues=(Cue((*arrow((-46, -8), (-24, -8)), *arrow((-4, 16), (-4, 32)))),),
    ),
}
