"""Rules about bones, spine, operations and cancer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exercises.models import Support
from patients.models import Flag
from patients.safety.rule_types import Effect, Rule

BONE_RULES = (
    Rule(
        slug="recent-surgery",
        flags=(Flag.RECENT_SURGERY,),
        any_exercise=True,
        effect=Effect.BLOCK,
        to_clinician="Not before the surgeon’s date and limits are written down. Write them as the reason.",
        to_patient=_("Ask your surgeon first."),
        grounds="J",
    ),
    Rule(
        slug="osteoporosis-jarring",
        flags=(Flag.OSTEOPOROSIS,),
        demands=("jarring",),
        effect=Effect.WARN,
        to_clinician="Jumping may break a bone with osteoporosis.",
        to_patient=_("No jumping unless told."),
        grounds="ROS C",
    ),
    Rule(
        slug="spine-fracture-jarring",
        flags=(Flag.SPINE_FRACTURE,),
        demands=("jarring",),
        effect=Effect.BLOCK,
        to_clinician="No jumping after a fracture of the spine.",
        to_patient=_("No jumping unless told."),
        grounds="ROS C",
    ),
    Rule(
        slug="osteoporosis-bending",
        flags=(Flag.OSTEOPOROSIS, Flag.SPINE_FRACTURE),
        demands=("forward_bend", "spine_twist"),
        effect=Effect.WARN,
        to_clinician="Bending or twisting the spine may break a vertebra. Straight back, bend at the hips.",
        to_patient=_("Keep your back straight. Bend at the hips."),
        grounds="J (the passage of ROS was not seen)",
    ),
    Rule(
        slug="osteoporosis-balance",
        flags=(Flag.OSTEOPOROSIS, Flag.SPINE_FRACTURE),
        demands=("step", "single_leg", "narrow_base"),
        effect=Effect.NOTE,
        least_support=Support.ONE_HAND,
        to_clinician="The plan tells the patient to hold on: a fall may break a bone.",
        to_patient=_("Hold on: a fall may break a bone."),
        grounds="J",
    ),
    Rule(
        slug="bone-metastases",
        flags=(Flag.BONE_METS,),
        demands=("resistance", "straining", "spine_twist", "forward_bend", "jarring"),
        effect=Effect.BLOCK,
        to_clinician="Not before the oncology team has named the sites. Write them as the reason.",
        to_patient=_("Ask your cancer team first."),
        grounds="Campbell C; J",
    ),
    Rule(
        slug="bone-metastases-upright",
        flags=(Flag.BONE_METS,),
        demands=("weight_bearing", "walking", "single_leg", "aerobic"),
        effect=Effect.WARN,
        least_support=Support.ONE_HAND,
        to_clinician="Cancer in a bone: slow and controlled, one hand on the support. Stop with new bone pain.",
        to_patient=_("Slow and controlled. New bone pain: stop, call."),
        grounds="Campbell C; J",
    ),
    Rule(
        slug="cancer-treatment",
        flags=(Flag.CHEMO,),
        demands=("single_leg", "narrow_base", "walking", "step"),
        effect=Effect.WARN,
        least_support=Support.ONE_HAND,
        to_clinician="Cancer treatment may leave feet numb and legs unsteady. One hand on the support, not with fever.",
        to_patient=_("Hold on. Not on days with fever."),
        grounds="CIPN C; J",
    ),
    Rule(
        slug="cancer-treatment-in-water",
        flags=(Flag.CHEMO,),
        demands=("immersion",),
        effect=Effect.WARN,
        to_clinician="Risk of infection in a pool during cancer treatment. The cancer team decides.",
        to_patient=_("Ask your cancer team before you use a pool."),
        grounds="J",
    ),
    Rule(
        slug="spine",
        flags=(Flag.SPINE,),
        demands=("forward_bend", "spine_twist", "resistance", "straining"),
        effect=Effect.WARN,
        to_clinician="Spine with nerve signs, or operated. Pain that shoots down a leg is a reason to stop.",
        to_patient=_("Stop if pain shoots down a leg."),
        grounds="J",
    ),
)
