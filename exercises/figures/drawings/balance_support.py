"""Balance exercises on the spot, with the hands on a counter or the back of a chair."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..body import STANDING
from ..cues import arrow
from ..figure import Cue, Figure
from ..motion import Frame
from ..pose import Arm, Foot, Hand, Leg, Pose
from ..props import counter, ground

#: The edge of the counter that people face, and where two hands rest on it.
EDGE = 30
BOTH_HANDS = {"right_arm": Hand(36, 88, on="counter"), "left_arm": Hand(40, 88, on="counter")}
AT_COUNTER = Pose((0, STANDING), right_leg=Foot(-1), left_leg=Foot(2), **BOTH_HANDS)

BALANCE_SUPPORT = {
    "calf-raise": Figure(
        title=_("Calf raise"),
        desc=_(
            "Stand facing a counter, both hands on it. Both heels rise until you stand on your toes. "
            "The heels come down slowly."
        ),
        category="balance",
        who="rosa",
        working=("right_shin", "left_shin"),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_COUNTER, hold=0.9, move=1.6),
            Frame(
                AT_COUNTER.but(hip=(7, 93), right_leg=Foot(-1, 0, -38), left_leg=Foot(2, 0, -38)),
                hold=1.2,
                move=2.2,
            ),
        ),
        cues=(Cue(arrow((-18, 6), (-18, 26))),),
    ),
    "mini-squat": Figure(
        title=_("Mini squat"),
        desc=_(
            "Stand facing a counter, both hands on it. The knees bend a little and the hips go back, "
            "as if to sit. The back stays straight. Then you stand up again."
        ),
        category="balance",
        who="sam",
        working=("right_thigh", "left_thigh"),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_COUNTER, hold=0.9, move=1.8),
            Frame(AT_COUNTER.but(hip=(-17, 67), lean=24, head=8), hold=1.0, move=1.8),
        ),
        cues=(Cue(arrow((-34, 96), (-34, 72))),),
    ),
    "back-leg-raise": Figure(
        title=_("Back leg raise"),
        desc=_(
            "Stand facing a counter, both hands on it. The right leg goes straight back, without leaning "
            "forward. It comes down slowly."
        ),
        category="balance",
        who="amara",
        working=("right_leg",),
        props=(ground(), counter(EDGE)),
        frames=(
            Frame(AT_COUNTER.but(right_leg=Leg(0, 0, 0)), hold=0.8, move=1.6),
            Frame(AT_COUNTER.but(lean=4, right_leg=Leg(-28, 2, -8)), hold=1.2, move=1.8),
        ),
        cues=(Cue(arrow((-22, 4), (-40, 8), (-52, 26))),),
    ),
}
