"""All routines: a few exercises in order, with doses, that make one session.

Each starts gently, asks no more than the catalogue's own doses, and sets the same days for all its exercises.
Beginners sit or hold on with both hands; where a routine has less support, it says that a clinician decides.
"""

from exercises.catalogue.routines_more import MORE_ROUTINES
from exercises.catalogue.routines_start import STARTING_ROUTINES

#: Adherence falls as exercises rise: more than this many in one session earns a warning.
MAX_EXERCISES = 6

ROUTINES = STARTING_ROUTINES + MORE_ROUTINES
