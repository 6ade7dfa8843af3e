"""Questions of the screening about today, diabetes, feet, standing and falling. See `patients.screening.questions`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from patients.models import Flag

from .kinds import NO, UNSURE, Advice, Kind, ScreeningQuestion, Section, Tier

_CALL_CLINIC = _("Call your clinic today.")

QUESTIONS: tuple[ScreeningQuestion, ...] = (
    # --- Right now ---
    ScreeningQuestion(
        id="s_saddle",
        section=Section.NOW,
        text=_(
            "Right now: is it newly numb between your legs? Or is it newly hard to pee or poop, or to hold it?"
        ),
        advice=Advice(
            tier=Tier.EMERGENCY,
            title=_("Call for help now"),
            to_do=(
                _("The nerves in your lower back may be pressed."),
                _("You need a doctor within hours."),
                _("Do not wait."),
                _("Do not drive yourself."),
            ),
            grounds="CES C",
        ),
        reports="saddle",
        grounds="CES C",
    ),
    ScreeningQuestion(
        id="s_sore",
        section=Section.NOW,
        text=_("Right now: do you have a sore, a blister or a wound on a foot?"),
        sets=(Flag.FOOT_SORE,),
        advice=Advice(
            tier=Tier.SAME_DAY,
            title=_("Call your clinic about your foot"),
            to_do=(
                _CALL_CLINIC,
                _("Stay off that foot."),
                _("Keep it dry."),
                _("Fever, spreading red, black skin or a bad smell? Call the emergency number now."),
            ),
            grounds="IWGDF C; NG19 C",
        ),
        reports="new_sore",
        grounds="PMC42-T4 R; ADA16-T5 R",
    ),
    ScreeningQuestion(
        id="s_hot",
        section=Section.NOW,
        text=_("Right now: is one foot hotter, redder or more swollen than the other?"),
        hint=_("It may not hurt."),
        sets=(Flag.CHARCOT_ACTIVE,),
        suspected=True,
        advice=Advice(
            tier=Tier.SAME_DAY,
            title=_("Stay off that foot"),
            to_do=(
                _CALL_CLINIC,
                _("Do not walk on that foot, even if it does not hurt."),
                _("Do not test it."),
                _("Is the foot cold, pale or blue, and does it hurt? Call the emergency number now."),
            ),
            grounds="Charcot C; NG19 C",
        ),
        reports="hot_foot",
        grounds="Charcot C; NG19 C",
    ),
    ScreeningQuestion(
        id="s_clot",
        section=Section.NOW,
        text=_("Is one leg newly swollen, warm or sore? Or did you have a blood clot in the last 3 months?"),
        sets=(Flag.CLOT,),
        suspected=True,
        grounds="AHA95 C",
    ),
    ScreeningQuestion(
        id="s_clot_now",
        section=Section.NOW,
        text=_("Is one leg swollen, warm or sore right now?"),
        after=("s_clot",),
        sets=(Flag.CLOT,),
        suspected=True,
        advice=Advice(
            tier=Tier.SAME_DAY,
            title=_("See a doctor today about your leg"),
            to_do=(
                _("It can be a blood clot."),
                _CALL_CLINIC,
                _("Do no exercises."),
                _("Short of breath, or chest pain? Call the emergency number now."),
            ),
            grounds="DVT C",
        ),
        reports="calf",
        grounds="AHA95 C; DVT C",
    ),
    # --- Diabetes, before the feet: it opens two questions there ---
    ScreeningQuestion(
        id="s_diabetes",
        section=Section.DIABETES,
        text=_("Do you have diabetes?"),
        grounds="ADA16-T1 R",
    ),
    ScreeningQuestion(
        id="s_sugar_meds",
        section=Section.DIABETES,
        text=_("Do you use insulin, or pills that can make your sugar low?"),
        after=("s_diabetes",),
        sets=(Flag.GLUCOSE_LOWERING,),
        grounds="ADA16-T1 R",
    ),
    ScreeningQuestion(
        id="s_severe_low",
        section=Section.DIABETES,
        text=_(
            "In the last year: was your sugar so low that you needed help? Or do you not feel it when it is low?"
        ),
        after=("s_diabetes",),
        sets=(Flag.SEVERE_LOW,),
        grounds="Turner R; J",
    ),
    ScreeningQuestion(
        id="s_eyes",
        section=Section.DIABETES,
        text=_("Did an eye doctor find bleeding or new blood vessels in your eye? Or treat you for it?"),
        after=("s_diabetes",),
        sets=(Flag.RETINOPATHY,),
        grounds="PMC42-T4 R; JOSPT R",
    ),
    # --- Feet and legs ---
    ScreeningQuestion(
        id="s_numb",
        section=Section.FEET,
        text=_("Are parts of your feet numb?"),
        sets=(Flag.NUMB_FEET,),
        grounds="IWGDF C; ADA16-T5 R",
    ),
    ScreeningQuestion(
        id="s_ulcer",
        section=Section.FEET,
        text=_("Did you ever have a foot sore that was slow to heal? Or lose a toe or part of a foot?"),
        after=("s_numb", "s_diabetes"),
        when=_("If your feet are numb, or you have diabetes:"),
        or_flags=frozenset({Flag.NUMB_FEET}),
        sets=(Flag.PAST_ULCER,),
        grounds="ADA16-T5 R; JOSPT R; SALSA R",
    ),
    ScreeningQuestion(
        id="s_amputation",
        section=Section.FEET,
        text=_("Did you lose a toe or part of a foot?"),
        after=("s_ulcer",),
        sets=(Flag.AMPUTATION,),
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_charcot",
        section=Section.FEET,
        text=_("Has a doctor ever said that you have a “Charcot foot”?"),
        after=("s_numb", "s_diabetes"),
        when=_("If your feet are numb, or you have diabetes:"),
        or_flags=frozenset({Flag.NUMB_FEET}),
        sets=(Flag.CHARCOT_PAST,),
        grounds="Charcot C; J",
    ),
    ScreeningQuestion(
        id="s_shape",
        section=Section.FEET,
        text=_("Has a foot changed its shape? Or do your toes bend so that shoes rub?"),
        sets=(Flag.FOOT_DEFORMITY,),
        grounds="ADA16-T5 R",
    ),
    ScreeningQuestion(
        id="s_calf",
        section=Section.FEET,
        text=_(
            "Do your calves hurt when you walk, and stop when you rest? Or is the blood flow in your legs poor?"
        ),
        sets=(Flag.PAD,),
        grounds="ADA16-T5 R (walking preferred); J",
    ),
    ScreeningQuestion(
        id="s_rest_pain",
        section=Section.FEET,
        text=_("Does a foot hurt at rest and feel cold? Or does it look blue or black?"),
        after=("s_calf",),
        sets=(Flag.PAD_SEVERE,),
        advice=Advice(
            tier=Tier.SAME_DAY,
            title=_("Call your clinic about your foot"),
            to_do=(
                _CALL_CLINIC,
                _("Stay off that foot."),
                _(
                    "Is the foot suddenly cold, pale or blue, and does it hurt? Call the emergency number now."
                ),
            ),
            grounds="NG19 C",
        ),
        reports="both_legs",
        grounds="NG19 C; J",
    ),
    # --- Standing and falling ---
    ScreeningQuestion(
        id="s_stand",
        section=Section.BALANCE,
        text=_("Can you stand for one minute and hold on to a counter?"),
        sets=(Flag.CANNOT_STAND,),
        counts=(NO, UNSURE),
        grounds="J",
    ),
    ScreeningQuestion(
        id="s_fell",
        section=Section.BALANCE,
        text=_("Did you fall in the last 12 months?"),
        sets=(Flag.FELL,),
        grounds="STEADI K",
    ),
    ScreeningQuestion(
        id="s_fell_count",
        section=Section.BALANCE,
        text=_("How often did you fall?"),
        kind=Kind.COUNT,
        after=("s_fell",),
        grounds="STEADI K",
    ),
    ScreeningQuestion(
        id="s_fell_hurt",
        section=Section.BALANCE,
        text=_("Were you hurt?"),
        after=("s_fell",),
        grounds="STEADI K",
    ),
    ScreeningQuestion(
        id="s_aid",
        section=Section.BALANCE,
        text=_("Do you use a cane or a walker? Or were you told to?"),
        sets=(Flag.WALKING_AID,),
        grounds="STEADI K",
    ),
    ScreeningQuestion(
        id="s_standup",
        section=Section.BALANCE,
        text=_("Do you get dizzy when you stand up?"),
        sets=(Flag.BP_DROP,),
        grounds="ADA16-T5 C (line cut off); J",
    ),
    ScreeningQuestion(
        id="s_spin",
        section=Section.BALANCE,
        text=_("Does the room spin when you turn your head or lie down?"),
        sets=(Flag.VERTIGO,),
        grounds="J",
    ),
)
