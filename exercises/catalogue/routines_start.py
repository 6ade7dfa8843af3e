"""Routines for beginners: seated, then standing with something firm to hold."""

from django.utils.translation import gettext_noop as _

from exercises.catalogue.entries import RoutineEntry, RoutineItemEntry
from exercises.doses import Dose

_WARM_UP = _("This warms you up.")

STARTING_ROUTINES = (
    RoutineEntry(
        slug="first-steps-seated",
        name=_("First steps: seated"),
        summary=_("A gentle start for the whole body, all of it on a chair."),
        for_whom=_("You are new to exercise, unsteady on your feet, or back after a break."),
        items=(
            RoutineItemEntry(
                exercise="chair-march", dose=Dose(minutes_min=2, minutes_max=3, days_min=3), note=_WARM_UP
            ),
            RoutineItemEntry(
                exercise="seated-knee-extension", dose=Dose(sets=1, reps_min=10, each_side=True, days_min=3)
            ),
            RoutineItemEntry(
                exercise="seated-ankle-pump", dose=Dose(sets=2, reps_min=5, each_side=True, days_min=3)
            ),
            RoutineItemEntry(
                exercise="seated-dorsiflexion", dose=Dose(sets=1, reps_min=3, hold_seconds_min=10, days_min=3)
            ),
            RoutineItemEntry(
                exercise="upper-body-twist",
                dose=Dose(sets=1, reps_min=3, reps_max=5, hold_seconds_min=5, each_side=True, days_min=3),
            ),
            RoutineItemEntry(
                exercise="chest-stretch", dose=Dose(sets=1, reps_min=5, hold_seconds_min=5, days_min=3)
            ),
        ),
    ),
    RoutineEntry(
        slug="first-steps-standing",
        name=_("First steps: standing"),
        summary=_("The first exercises on your feet, with something firm in both hands."),
        for_whom=_("You can stand for a few minutes while you hold a counter."),
        items=(
            RoutineItemEntry(
                exercise="chair-march", dose=Dose(minutes_min=2, minutes_max=4, days_min=3), note=_WARM_UP
            ),
            RoutineItemEntry(
                exercise="sit-to-stand-with-hands",
                dose=Dose(sets=1, reps_min=5, reps_max=8, days_min=3),
            ),
            RoutineItemEntry(exercise="calf-raise", dose=Dose(sets=1, reps_min=10, reps_max=15, days_min=3)),
            RoutineItemEntry(
                exercise="toe-raise",
                dose=Dose(sets=1, reps_min=8, reps_max=10, hold_seconds_min=3, days_min=3),
            ),
            RoutineItemEntry(exercise="mini-squat", dose=Dose(sets=1, reps_min=5, reps_max=8, days_min=3)),
            RoutineItemEntry(
                exercise="calf-wall-stretch",
                dose=Dose(sets=3, reps_min=1, hold_seconds_min=20, each_side=True, days_min=3),
                note=_("This lets your calves relax at the end."),
            ),
        ),
    ),
    RoutineEntry(
        slug="feet-and-ankles",
        name=_("Feet and ankles"),
        summary=_("Loosens and strengthens your feet and ankles, all of it on a chair."),
        for_whom=_("Your feet or ankles feel stiff, weak or numb, and the skin is whole."),
        items=(
            RoutineItemEntry(
                exercise="seated-ankle-pump",
                dose=Dose(sets=2, reps_min=5, each_side=True, days_min=3),
                note=_WARM_UP,
            ),
            RoutineItemEntry(
                exercise="ankle-circles", dose=Dose(sets=1, reps_min=10, each_side=True, days_min=3)
            ),
            RoutineItemEntry(
                exercise="seated-dorsiflexion",
                dose=Dose(sets=1, reps_min=3, reps_max=10, hold_seconds_min=10, days_min=3),
            ),
            RoutineItemEntry(
                exercise="band-ankle-inversion",
                dose=Dose(sets=2, reps_min=10, each_side=True, days_min=3),
                note=_("Rest between sets."),
            ),
            RoutineItemEntry(
                exercise="band-ankle-eversion",
                dose=Dose(sets=2, reps_min=10, each_side=True, days_min=3),
                note=_("Rest between sets."),
            ),
            RoutineItemEntry(
                exercise="towel-toe-curls",
                dose=Dose(sets=1, reps_min=10, each_side=True, days_min=3),
                note=_("Put your shoes back on before you stand up."),
            ),
        ),
    ),
    RoutineEntry(
        slug="steady-on-your-feet",
        name=_("Steady on your feet"),
        summary=_("Trains your balance at the counter, so that you stand and turn with control."),
        for_whom=_(
            "You stand well with one hand on a counter. Your clinician says that fingertips are enough."
        ),
        items=(
            RoutineItemEntry(
                exercise="march-on-the-spot", dose=Dose(minutes_min=2, days_min=3), note=_WARM_UP
            ),
            RoutineItemEntry(exercise="calf-raise", dose=Dose(sets=1, reps_min=10, reps_max=15, days_min=3)),
            RoutineItemEntry(
                exercise="toe-raise",
                dose=Dose(sets=1, reps_min=8, reps_max=10, hold_seconds_min=3, days_min=3),
            ),
            RoutineItemEntry(
                exercise="side-leg-raise",
                dose=Dose(sets=1, reps_min=10, hold_seconds_min=5, each_side=True, days_min=3),
            ),
            RoutineItemEntry(
                exercise="sideways-walk", dose=Dose(sets=1, reps_min=10, each_side=True, days_min=3)
            ),
            RoutineItemEntry(
                exercise="heel-to-toe-stand",
                dose=Dose(sets=1, reps_min=1, reps_max=3, hold_seconds_min=10, each_side=True, days_min=3),
            ),
        ),
    ),
    RoutineEntry(
        slug="strong-legs",
        name=_("Strong legs"),
        summary=_("Makes your legs strong for chairs, stairs and longer walks."),
        for_whom=_("You rise from a chair without help, and stand well while you hold a counter."),
        items=(
            RoutineItemEntry(
                exercise="march-on-the-spot", dose=Dose(minutes_min=2, days_min=3), note=_WARM_UP
            ),
            RoutineItemEntry(
                exercise="seated-knee-extension", dose=Dose(sets=2, reps_min=10, each_side=True, days_min=3)
            ),
            RoutineItemEntry(
                exercise="sit-to-stand",
                dose=Dose(sets=2, reps_min=5, reps_max=10, days_min=3),
                note=_("Rest for 1 minute between sets."),
            ),
            RoutineItemEntry(exercise="mini-squat", dose=Dose(sets=1, reps_min=5, reps_max=10, days_min=3)),
            RoutineItemEntry(
                exercise="back-leg-raise",
                dose=Dose(sets=1, reps_min=10, hold_seconds_min=1, each_side=True, days_min=3),
            ),
            RoutineItemEntry(exercise="calf-raise", dose=Dose(sets=1, reps_min=10, reps_max=15, days_min=3)),
        ),
    ),
    RoutineEntry(
        slug="loosen-up",
        name=_("Loosen up"),
        summary=_("Stretches your legs, back and chest after a short warm-up."),
        for_whom=_("You feel stiff and stand well with both hands on a wall."),
        items=(
            RoutineItemEntry(
                exercise="march-on-the-spot",
                dose=Dose(minutes_min=2, minutes_max=3, days_min=3),
                note=_WARM_UP,
            ),
            RoutineItemEntry(
                exercise="calf-wall-stretch",
                dose=Dose(
                    sets=3, reps_min=1, hold_seconds_min=20, hold_seconds_max=30, each_side=True, days_min=3
                ),
            ),
            RoutineItemEntry(
                exercise="plantar-fascia-stretch",
                dose=Dose(
                    sets=1,
                    reps_min=1,
                    reps_max=3,
                    hold_seconds_min=15,
                    hold_seconds_max=20,
                    each_side=True,
                    days_min=3,
                ),
            ),
            RoutineItemEntry(
                exercise="seated-hamstring-stretch",
                dose=Dose(sets=1, reps_min=1, reps_max=3, hold_seconds_min=20, each_side=True, days_min=3),
            ),
            RoutineItemEntry(
                exercise="upper-body-twist",
                dose=Dose(sets=1, reps_min=5, hold_seconds_min=5, each_side=True, days_min=3),
            ),
            RoutineItemEntry(
                exercise="chest-stretch",
                dose=Dose(sets=1, reps_min=5, hold_seconds_min=5, hold_seconds_max=10, days_min=3),
            ),
        ),
    ),
)
