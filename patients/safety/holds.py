"""The holds: kinds of exercises that are kept from a patient after a report, and the demands that each keeps away.

Source: clinical rules, "Holds". A hold is by demand, not by position. A person of the team ends it, with an answer that
`patients.safety.hold_endings` lists; only the holds of a day end with that day, or when the patient answers again. No
model is imported here: the models take their choices from this module, and a phone gets the same table as data.
High ketones never end with their day alone: the patient tests again on a later day.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from exercises.demands import UPRIGHT


class HoldKind(TextChoices):
    """The kinds of hold."""

    ALL = "all", _("All exercises")
    STANDING = "standing", _("Standing exercises")
    FEET = "feet", _("Exercises that load the foot")
    FOOT_REST = "foot_rest", _("All exercises of the foot")
    SUGAR = "sugar", _("Until the blood sugar is safe")
    KETONES = "ketones", _("Until the ketones are gone")
    ILL = "ill", _("While ill")


#: Demands that put a concentrated load on a foot, also sitting, or bare it. Deep water and jarring are among them, as
#: no exercise with these spares a foot.
LOAD_ON_A_FOOT = frozenset({"foot_pressure", "foot_band", "shoes_off", "deep_water", "jarring"})

#: The demands that each hold keeps away; None stands for any exercise.
DEMANDS_KEPT_AWAY: dict[HoldKind, frozenset[str] | None] = {
    HoldKind.ALL: None,
    HoldKind.STANDING: UPRIGHT | {"deep_water", "jarring"},
    HoldKind.FEET: UPRIGHT | LOAD_ON_A_FOOT,
    HoldKind.FOOT_REST: UPRIGHT | LOAD_ON_A_FOOT | {"foot_motion"},
    HoldKind.SUGAR: None,
    HoldKind.KETONES: None,
    HoldKind.ILL: None,
}
#: Holds that the patient's next answers may end. Every other one needs a person of the team.
HOLDS_OF_A_DAY = frozenset({HoldKind.SUGAR, HoldKind.KETONES, HoldKind.ILL})


def keeps_away(kinds: Iterable[str], demands: Iterable[str]) -> bool:
    """Return True if one of the holds keeps an exercise away that has these demands, with those of its position."""
    asked = frozenset(demands)
    kept = [DEMANDS_KEPT_AWAY[HoldKind(kind)] for kind in kinds]
    return any(each is None or each & asked for each in kept)
