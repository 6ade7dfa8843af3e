"""Questions of the screening about heart, bones, illness and the day. See `patients.screening.questions`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patients.models import Flag

from .kinds import Advice, Kind, ScreeningQuestion, Section, Tier

_CALL_CLINIC = _("Call your clinic today.")
_CHEST_NOW = Advice(
    tier=Tier.EMERGENCY,
    title=_("Call for help now"),
    to_do=(
        _("Chest pain can be a heart attack."),
        _("Sit down."),
        _("Call even if the pain eases."),
        _("Do not wait."),
        _("Do not drive yourself."),
    ),
    grounds="AHA R; ADA16-T5 R",
)

QUESTIONS: tuple[ScreeningQuestion, ...] = (
    # --- Heart and blood ---
    ScreeningQuestion(
        id="s_heart_new",
        section=Section.HEART,
        text=_(
            "In the last 3 months: did you have a heart attack or a stroke? Heart surgery? Or chest pain at rest?"
        ),
        sets=(Flag.HEART_UNSTABLE,),
        grounds="AHA95 C; ADA16-T5 R",
    ),
    ScreeningQuestion(
        id="s_chest",
        section=Section.HEART,
        text=_("Do you get chest pain or pressure when you are active?"),
        sets=(Flag.HEART_DISEASE,),
        grounds="ADA16-T5 R",
    ),
    ScreeningQuestion(
        id="s_chest_now",
        section=Section.HEART,
        text=_("Do you have chest pain or pressure right now?"),
        after=("s_heart_new", "s_chest"),
        when=_("If yes or not sure to one of the last two questions:"),
        sets=(Flag.HEART_UNSTABLE,),
        advice=_CHEST_NOW,
        reports="chest",
        grounds="AHA R; ADA16-T5 R",
    ),
    ScreeningQuestion(
        id="s_chest_worse",
        section=Section.HEART,
        text=_("Is the chest pain new, or is it getting worse?"),
        after=("s_chest",),
        sets=(Flag.HEART_UNSTABLE,),
        advice=Advice(
            tier=Tier.SAME_DAY,
            title=_("See a doctor today about your chest pain"),
            to_do=(
                _CALL_CLINIC,
                _("Do no exercises until a doctor says so."),
                _("Does the pain come back? Call the emergency number now."),
            ),
            grounds="AHA95 C; ADA16-T5 R",
        ),
        reports="chest_worse",
        grounds="AHA95 C; ADA16-T5 R",
    ),
    ScreeningQuestion(
        id="s_faint",
        section=Section.HEART,
        text=_("Did you faint in the last 12 months?"),
        sets=(Flag.HEART_UNSTABLE,),
        suspected=True,
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_heart",
        section=Section.HEART,
        text=_("Has a doctor told you that you have a heart problem?"),
        sets=(Flag.HEART_DISEASE,),
        grounds="ADA16-T5 R",
    ),
    ScreeningQuestion(
        id="s_bp",
        section=Section.HEART,
        text=_("Is your blood pressure very high, or not under control?"),
        hint=_("Very high is 180 or more over 110 or more."),
        sets=(Flag.BP_UNCONTROLLED,),
        grounds="IBPC R (over 180/110); J",
    ),
    ScreeningQuestion(
        id="s_pulse",
        section=Section.HEART,
        text=_("Do you take a pill that slows your pulse, such as a beta blocker?"),
        sets=(Flag.BETA_BLOCKER,),
        grounds="JOSPT R",
    ),
    ScreeningQuestion(
        id="s_thin",
        section=Section.HEART,
        text=_("Do you take a blood thinner?"),
        sets=(Flag.BLOOD_THINNER,),
        grounds="HeadNHS C",
    ),
    # --- Bones, back and illness ---
    ScreeningQuestion(
        id="s_surgery",
        section=Section.HEALTH,
        text=_("Did you have surgery or a broken bone in the last 3 months?"),
        sets=(Flag.RECENT_SURGERY,),
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_bones",
        section=Section.HEALTH,
        text=_("Do you have weak bones (osteoporosis)? Or did a small fall break a bone?"),
        sets=(Flag.OSTEOPOROSIS,),
        grounds="ROS C",
    ),
    ScreeningQuestion(
        id="s_cancer",
        section=Section.HEALTH,
        text=_("Did you ever have cancer?"),
        grounds="CIPN C",
    ),
    ScreeningQuestion(
        id="s_cancer_treated",
        section=Section.HEALTH,
        text=_("Were you treated for cancer in the last 12 months?"),
        after=("s_cancer",),
        sets=(Flag.CHEMO,),
        grounds="CIPN C; J",
    ),
    ScreeningQuestion(
        id="s_bone_cancer",
        section=Section.HEALTH,
        text=_("Has cancer spread to a bone?"),
        after=("s_cancer",),
        sets=(Flag.BONE_METS,),
        grounds="Campbell C; J",
    ),
    ScreeningQuestion(
        id="s_spine",
        section=Section.HEALTH,
        text=_("Do you have a back or neck problem that harms the nerves? Or did you have spine surgery?"),
        sets=(Flag.SPINE,),
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_auto",
        section=Section.HEALTH,
        text=_("Has a doctor told you that nerves to your heart, gut or blood pressure are damaged?"),
        sets=(Flag.AUTONOMIC,),
        grounds="ADA16-T5 R; JOSPT R",
    ),
    ScreeningQuestion(
        id="s_kidney",
        section=Section.HEALTH,
        text=_("Do you have kidney disease? Or are you on dialysis?"),
        sets=(Flag.KIDNEY,),
        grounds="PMC42-T4 R",
    ),
    ScreeningQuestion(
        id="s_dialysis",
        section=Section.HEALTH,
        text=_("Are you on dialysis? Or have your kidneys stopped working?"),
        after=("s_kidney",),
        sets=(Flag.DIALYSIS,),
        grounds="PMC42-T4 R; IWGDF C",
    ),
    # --- Your day ---
    ScreeningQuestion(
        id="s_sight",
        section=Section.DAY,
        text=_("Is your sight poor, even with glasses?"),
        sets=(Flag.LOW_VISION,),
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_memory",
        section=Section.DAY,
        text=_("Do you worry about your memory? Or do people close to you?"),
        sets=(Flag.MEMORY,),
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_alone",
        section=Section.DAY,
        text=_("Will you be alone when you exercise?"),
        sets=(Flag.ALONE,),
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_pain",
        section=Section.DAY,
        text=_("How strong was your usual pain in the last week?"),
        hint=_("0 is no pain. 10 is the worst pain you can think of."),
        kind=Kind.SCALE,
        grounds="Farrar C",
    ),
    ScreeningQuestion(
        id="s_told_not",
        section=Section.DAY,
        text=_("Has a doctor told you not to do some kind of exercise?"),
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_told_what",
        section=Section.DAY,
        text=_("Which kind of exercise?"),
        hint=_("If you are not sure, write that."),
        kind=Kind.TEXT,
        after=("s_told_not",),
        grounds="J",
    ),
)
