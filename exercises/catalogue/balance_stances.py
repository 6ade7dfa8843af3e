"""The first rungs of the stance ladder (STEADI order), with a seated reach as their easier alternative.

The rungs are weight shift, feet together and half heel-to-toe. The next ones, heel-to-toe and one leg, are in
`exercises.catalogue.balance_standing`.
"""

from django.utils.translation import gettext_noop as _

from exercises.catalogue.entries import ExerciseEntry, breathe, do, get_ready, hold_on, safety
from exercises.catalogue.notes import FELL_BEFORE, FIRM_CHAIR, HOLD_ON_MORE, NO_WEIGHT_ON_A_SORE
from exercises.doses import Dose

BALANCE_STANCES = (
    ExerciseEntry(
        slug="weight-shift-side",
        name=_("Side-to-side weight shift"),
        category="balance",
        position="standing",
        support="two_hands",
        equipment=("counter",),
        focus=("balance", "hips"),
        demands=("weight_bearing", "standing"),
        dose=Dose(sets=1, minutes_min=1, days_min=2, days_max=7),
        easier="seated-side-reach",
        summary=_("Teaches you to feel your weight move from one foot to the other."),
        start_position=_("Stand tall and face a counter, feet hip width apart."),
        steps=(
            hold_on(),
            get_ready(_("Put your feet hip width apart.")),
            do(_("Lean slowly onto your left foot.")),
            do(_("Lean slowly onto your right foot.")),
            safety(_("Keep both feet on the floor.")),
            breathe(_("Breathe easily as you shift.")),
            do(_("Continue from side to side for the time shown.")),
        ),
        feel=_("You should feel one leg take your weight, then the other."),
        common_mistake=_("Bending at the waist. Move your hips and stay tall."),
        safety_notes=(HOLD_ON_MORE, NO_WEIGHT_ON_A_SORE),
        source=_("Mersey Care NHS, balance programme (how, time); support: judgment"),
    ),
    ExerciseEntry(
        slug="feet-together-stand",
        name=_("Feet-together stand"),
        category="balance",
        position="standing",
        support="one_hand",
        equipment=("counter",),
        focus=("balance",),
        demands=("weight_bearing", "standing", "narrow_base"),
        dose=Dose(sets=1, reps_min=1, reps_max=3, hold_seconds_min=10, days_min=2, days_max=7),
        progression_of="weight-shift-side",
        easier="seated-side-reach",
        summary=_("Trains you to stand steady with your feet close together."),
        start_position=_("Stand tall beside a counter."),
        steps=(
            hold_on(),
            do(_("Put your feet side by side, so that they touch.")),
            do(_("Look straight ahead.")),
            do(_("Hold still for the time shown.")),
            breathe(_("Breathe slowly while you hold.")),
            do(_("Step your feet apart and rest.")),
            do(_("Repeat as many times as shown.")),
        ),
        feel=_("You should feel your ankles make small moves to keep you steady."),
        common_mistake=_("Looking down the whole time. Place your feet, then look ahead."),
        safety_notes=(HOLD_ON_MORE, FELL_BEFORE, NO_WEIGHT_ON_A_SORE),
        source=_(
            "CDC STEADI, 4-stage balance, stage 1 (time); Mersey Care NHS; FPnotebook; support: judgment"
        ),
    ),
    ExerciseEntry(
        slug="semi-tandem-stand",
        name=_("Half heel-to-toe stand"),
        category="balance",
        position="standing",
        support="one_hand",
        equipment=("counter",),
        focus=("balance",),
        demands=("weight_bearing", "standing", "narrow_base"),
        dose=Dose(
            sets=1, reps_min=1, reps_max=3, hold_seconds_min=10, each_side=True, days_min=2, days_max=7
        ),
        progression_of="feet-together-stand",
        easier="seated-side-reach",
        summary=_("Gets you ready to stand and walk heel to toe."),
        start_position=_("Stand tall beside a counter, feet together."),
        steps=(
            hold_on(),
            do(_("Slide your right foot half a foot length ahead.")),
            do(_("Its inner side is now beside your left big toe.")),
            do(_("Look straight ahead.")),
            do(_("Hold still for the time shown.")),
            breathe(_("Breathe slowly while you hold.")),
            do(_("Step your feet apart and rest.")),
            do(_("Do the same with your left foot in front. Repeat as shown.")),
        ),
        feel=_("You should feel your ankles make small moves to keep you steady."),
        common_mistake=_("Turning your hips. Both feet and your nose point ahead."),
        safety_notes=(HOLD_ON_MORE, FELL_BEFORE, NO_WEIGHT_ON_A_SORE),
        source=_(
            "CDC STEADI, 4-stage balance, stage 2 (time); FPnotebook; place of the feet, support: judgment"
        ),
    ),
    ExerciseEntry(
        slug="seated-side-reach",
        name=_("Seated side reach"),
        category="balance",
        position="seated",
        support="one_hand",
        equipment=("armchair",),
        focus=("balance", "back"),
        demands=(),
        dose=Dose(sets=1, reps_min=5, hold_seconds_min=2, each_side=True, days_min=2, days_max=7),
        summary=_("Trains your balance while you sit safely."),
        start_position=_("Sit tall on a firm chair with arms, feet flat on the floor."),
        steps=(
            get_ready(_("Sit tall, right back in the chair.")),
            hold_on(),
            do(_("Reach your right arm out to the side.")),
            safety(_("Go only as far as both hips stay on the seat.")),
            do(_("Hold for the time shown.")),
            breathe(_("Breathe out as you reach.")),
            do(_("Come back to the middle and sit tall.")),
            do(_("Repeat as many times as shown, then reach with your left arm.")),
        ),
        feel=_("You should feel the side of your waist work."),
        common_mistake=_("Lifting a hip off the seat. Reach less far."),
        safety_notes=(FIRM_CHAIR, HOLD_ON_MORE),
        source=_("Clinician's judgment (no source read)"),
    ),
)
