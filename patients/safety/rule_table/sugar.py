"""Rules about blood sugar, eyes and kidneys, and the rule about breathing, which is for everyone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patients.models import Flag
from patients.safety.rule_types import Effect, Rule

SUGAR_RULES = (
    Rule(
        slug="check-glucose",
        flags=(Flag.GLUCOSE_LOWERING,),
        demands=("aerobic", "resistance", "deep_water"),
        effect=Effect.NOTE,
        to_clinician="The plan asks the patient to check blood sugar first, and shows the table.",
        to_patient=_("Check your sugar first. Keep fast sugar in reach."),
        shows_glucose_table=True,
        grounds="ADA16-T1 R",
    ),
    Rule(
        slug="swimming-with-insulin",
        flags=(Flag.GLUCOSE_LOWERING,),
        demands=("deep_water",),
        effect=Effect.WARN,
        to_clinician="A low in deep water may be deadly. Never alone, and not after a low today.",
        to_patient=_("Never swim alone. Not after a low today."),
        shows_glucose_table=True,
        grounds="Turner R",
    ),
    Rule(
        slug="severe-low",
        flags=(Flag.SEVERE_LOW,),
        demands=("aerobic", "resistance"),
        effect=Effect.WARN,
        to_clinician="Severe lows: with someone near who knows what to do, and another check afterwards.",
        to_patient=_("Have someone near who knows what to do. Check again after."),
        grounds="Turner R; J",
    ),
    Rule(
        slug="severe-low-swimming",
        flags=(Flag.SEVERE_LOW,),
        demands=("deep_water",),
        effect=Effect.BLOCK,
        to_clinician="No swimming after a severe low, or with lows that are not felt.",
        to_patient=_("No swimming for now."),
        grounds="Turner R; J",
    ),
    Rule(
        slug="retinopathy",
        flags=(Flag.RETINOPATHY,),
        demands=("head_down", "straining", "vigorous", "jarring"),
        effect=Effect.BLOCK,
        to_clinician="Nothing hard, nothing that jars and no head-down position with this retinopathy.",
        to_patient=_("Nothing hard, nothing that jars, head never low."),
        grounds="PMC42-T4 R; JOSPT R",
    ),
    Rule(
        slug="retinopathy-resistance",
        flags=(Flag.RETINOPATHY,),
        demands=("resistance", "forward_bend"),
        effect=Effect.WARN,
        to_clinician="Retinopathy: light work without a held breath, and the head kept up.",
        to_patient=_("Breathe out as you push. Keep your head up."),
        grounds="PMC42-T4 R; J",
    ),
    Rule(
        slug="retinopathy-aerobic",
        flags=(Flag.RETINOPATHY,),
        demands=("aerobic",),
        effect=Effect.NOTE,
        to_clinician="The plan tells the patient to keep it easy to moderate, and when to get help for the eyes.",
        to_patient=_("Keep it easy to moderate. Sudden dark spots or curtain: stop, get help."),
        grounds="JOSPT R; J",
    ),
    Rule(
        slug="kidney-straining",
        flags=(Flag.KIDNEY, Flag.DIALYSIS),
        demands=("straining", "vigorous"),
        effect=Effect.BLOCK,
        to_clinician="No heavy or vigorous work with kidney disease.",
        to_patient=_("Nothing heavy. Do not hold your breath."),
        grounds="PMC42-T4 R",
    ),
    Rule(
        slug="kidney-resistance",
        flags=(Flag.KIDNEY, Flag.DIALYSIS),
        demands=("resistance",),
        effect=Effect.WARN,
        to_clinician="Kidney disease: a light band, and no held breath.",
        to_patient=_("Light band. Breathe out as you pull."),
        grounds="PMC42-T4 R; J",
    ),
    Rule(
        slug="breathing",
        flags=(),
        demands=("resistance",),
        effect=Effect.NOTE,
        to_clinician="The plan tells everyone to breathe out while pushing.",
        to_patient=_("Breathe out as you push. Never hold your breath."),
        grounds="NIA R; ADA16-T5 R",
    ),
)
