"""Routines for walking, aerobic fitness, the upper body and the pool."""

from django.utils.translation import gettext_noop as _

from exercises.catalogue.entries import RoutineEntry, RoutineItemEntry
from exercises.doses import Dose

_WARM_UP = _("This warms you up.")

MORE_ROUTINES = (
    RoutineEntry(
        slug="walk-with-confidence",
        name=_("Walk with confidence"),
        summary=_("Trains steps in every direction, with a wall or a counter at your side."),
        for_whom=_('You do "Steady on your feet" with ease, and your clinician says you are ready.'),
        items=(
            RoutineItemEntry(
                exercise="march-on-the-spot", dose=Dose(minutes_min=2, days_min=3), note=_WARM_UP
            ),
            RoutineItemEntry(exercise="sit-to-stand", dose=Dose(sets=1, reps_min=5, reps_max=10, days_min=3)),
            RoutineItemEntry(
                exercise="sideways-walk", dose=Dose(sets=1, reps_min=10, each_side=True, days_min=3)
            ),
            RoutineItemEntry(
                exercise="backward-walk",
                dose=Dose(sets=3, reps_min=10, days_min=3),
                note=_("Walk forward to the start and rest between sets."),
            ),
            RoutineItemEntry(
                exercise="knee-raise",
                dose=Dose(sets=1, reps_min=8, hold_seconds_min=5, each_side=True, days_min=3),
            ),
            RoutineItemEntry(
                exercise="heel-to-toe-walk", dose=Dose(sets=1, reps_min=5, reps_max=20, days_min=3)
            ),
        ),
    ),
    RoutineEntry(
        slug="next-challenge",
        name=_("The next challenge"),
        summary=_("Harder balance work, with steps that cross, rise and pause."),
        for_whom=_('You do "Walk with confidence" with ease, and your clinician tells you to hold on less.'),
        items=(
            RoutineItemEntry(
                exercise="march-on-the-spot", dose=Dose(minutes_min=2, days_min=3), note=_WARM_UP
            ),
            RoutineItemEntry(
                exercise="step-up",
                dose=Dose(sets=1, reps_min=5, reps_max=10, each_side=True, days_min=3),
                note=_("Start with the lower number, and rest when your legs tire."),
            ),
            RoutineItemEntry(exercise="grapevine", dose=Dose(sets=1, reps_min=5, each_side=True, days_min=3)),
            RoutineItemEntry(
                exercise="one-leg-stand",
                dose=Dose(
                    sets=1,
                    reps_min=3,
                    reps_max=10,
                    hold_seconds_min=5,
                    hold_seconds_max=10,
                    each_side=True,
                    days_min=3,
                ),
            ),
            RoutineItemEntry(
                exercise="heel-to-toe-walk", dose=Dose(sets=1, reps_min=10, reps_max=20, days_min=3)
            ),
            RoutineItemEntry(
                exercise="balance-walk",
                dose=Dose(sets=1, reps_min=20, hold_seconds_min=1, days_min=3),
                note=_("Stay beside the wall, and touch it whenever you sway."),
            ),
        ),
    ),
    RoutineEntry(
        slug="hands-neck-shoulders",
        name=_("Hands, neck and shoulders"),
        summary=_("Loosens your neck and shoulders and makes your grip strong, on a chair."),
        for_whom=_("Your hands are weak or numb, or your neck and shoulders feel stiff."),
        items=(
            RoutineItemEntry(exercise="chair-march", dose=Dose(minutes_min=2, days_min=3), note=_WARM_UP),
            RoutineItemEntry(
                exercise="neck-rotation",
                dose=Dose(sets=1, reps_min=3, hold_seconds_min=5, each_side=True, days_min=3),
            ),
            RoutineItemEntry(
                exercise="chest-stretch",
                dose=Dose(sets=1, reps_min=5, hold_seconds_min=5, hold_seconds_max=10, days_min=3),
            ),
            RoutineItemEntry(
                exercise="upper-body-twist",
                dose=Dose(sets=1, reps_min=5, hold_seconds_min=5, each_side=True, days_min=3),
            ),
            RoutineItemEntry(
                exercise="ball-squeeze",
                dose=Dose(
                    sets=2,
                    reps_min=10,
                    reps_max=15,
                    hold_seconds_min=3,
                    hold_seconds_max=5,
                    each_side=True,
                    days_min=3,
                ),
            ),
        ),
    ),
    RoutineEntry(
        slug="easy-on-the-feet",
        name=_("Heart and lungs, easy on the feet"),
        summary=_("Gets your heart and your breath going with no weight on your feet."),
        for_whom=_("Walking hurts or tires your feet, and you have a stationary bike."),
        items=(
            RoutineItemEntry(
                exercise="chair-march",
                dose=Dose(minutes_min=2, minutes_max=3, days_min=3, days_max=5),
                note=_WARM_UP,
            ),
            RoutineItemEntry(
                exercise="stationary-cycling",
                dose=Dose(minutes_min=10, minutes_max=20, days_min=3, days_max=5),
                note=_("Start with the lower number and add a little each week."),
            ),
            RoutineItemEntry(
                exercise="seated-ankle-pump",
                dose=Dose(sets=1, reps_min=5, each_side=True, days_min=3, days_max=5),
                note=_("This cools you down."),
            ),
            RoutineItemEntry(
                exercise="seated-hamstring-stretch",
                dose=Dose(
                    sets=1,
                    reps_min=1,
                    reps_max=2,
                    hold_seconds_min=20,
                    each_side=True,
                    days_min=3,
                    days_max=5,
                ),
            ),
        ),
    ),
    RoutineEntry(
        slug="a-little-walk",
        name=_("A little walk, three times a day"),
        summary=_("A short walk with a warm-up before it and a stretch after it."),
        for_whom=_("You walk safely outdoors or along a hall, with your cane or walker if you use one."),
        items=(
            RoutineItemEntry(
                exercise="march-on-the-spot",
                dose=Dose(minutes_min=2, days_min=3, days_max=5),
                note=_("This warms you up before the first walk."),
            ),
            RoutineItemEntry(
                exercise="walking-plan",
                dose=Dose(minutes_min=10, days_min=3, days_max=5),
                note=_("Do this walk three times, spread over the day."),
            ),
            RoutineItemEntry(
                exercise="calf-wall-stretch",
                dose=Dose(sets=2, reps_min=1, hold_seconds_min=20, each_side=True, days_min=3, days_max=5),
                note=_("Do this after your last walk."),
            ),
        ),
    ),
    RoutineEntry(
        slug="in-the-pool",
        name=_("In the pool"),
        summary=_("Walk and swim while the water carries your weight."),
        for_whom=_("You feel at home in water, you have no open sore, and someone can see you."),
        items=(
            RoutineItemEntry(exercise="pool-walking", dose=Dose(minutes_min=10, days_min=3), note=_WARM_UP),
            RoutineItemEntry(
                exercise="swimming",
                dose=Dose(minutes_min=10, minutes_max=15, days_min=3),
                note=_("Rest at the side whenever you want to."),
            ),
            RoutineItemEntry(
                exercise="chest-stretch",
                dose=Dose(sets=1, reps_min=5, hold_seconds_min=5, days_min=3),
                note=_("Do this on a chair, dry and with your shoes on."),
            ),
            RoutineItemEntry(
                exercise="seated-hamstring-stretch",
                dose=Dose(sets=1, reps_min=1, reps_max=2, hold_seconds_min=20, each_side=True, days_min=3),
            ),
        ),
    ),
)
