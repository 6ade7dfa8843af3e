"""All figures by the slug of their exercise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from exercises.figures.figure import Figure

from .aerobic import AEROBIC
from .balance_moving import BALANCE_MOVING
from .balance_stance import BALANCE_STANCE
from .balance_support import BALANCE_SUPPORT
from .chair_exercises import CHAIR_EXERCISES
from .closeups import CLOSEUPS
from .stretching import STRETCHING
from .toes import TOES

FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        **BALANCE_SUPPORT,
        **BALANCE_STANCE,
        **BALANCE_MOVING,
        **AEROBIC,
        **STRETCHING,
        **CLOSEUPS,
        **CHAIR_EXERCISES,
        **TOES,
    }
)
