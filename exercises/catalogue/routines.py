"""All routines: a few exercises in order, with doses, for one session.

Each routine starts gently, has no larger doses than the exercises suggest, and the same days for all its exercises.
Beginners sit or hold on with both hands; a routine with less support says that a clinician decides.
"""

from exercises.catalogue.routines_more import MORE_ROUTINES
from exercises.catalogue.routines_start import STARTING_ROUTINES

#: Adherence falls with the number of exercises: pages warn about more than this number in one session.
MAX_EXERCISES = 6

ROUTINES = STARTING_ROUTINES + MORE_ROUTINES
