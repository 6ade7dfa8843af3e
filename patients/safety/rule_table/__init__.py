"""The table of patient flags and exercise demands.

Source: clinical rules, "Patient flags × exercise demands". Each row of that table is one rule here, and `grounds` is
its column "source" to the letter. A row of a milder flag is also for its more severe form: past ulcer and
amputation, kidney disease and dialysis, osteoporosis and fracture of the spine.
"""

from __future__ import annotations

from patients.safety.rule_types import Effect, Rule

from .balance import BALANCE_RULES
from .bones import BONE_RULES
from .feet import FOOT_RULES
from .heart import HEART_RULES
from .sugar import SUGAR_RULES

RULES: tuple[Rule, ...] = (*FOOT_RULES, *BALANCE_RULES, *HEART_RULES, *SUGAR_RULES, *BONE_RULES)

#: Depends on the support level and not on a flag: the last support level is locked until a clinician unlocks it for
#: the patient.
EYES_CLOSED = Rule(
    slug="eyes-closed",
    flags=(),
    effect=Effect.LOCK,
    to_clinician="Eyes closed is locked. Unlock it for this patient first, or choose more support.",
    grounds="NIH K",
)
