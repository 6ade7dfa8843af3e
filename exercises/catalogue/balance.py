"""All balance and strength exercises: legs in standing, legs and body, feet, stances, and walking."""

from exercises.catalogue.balance_body import BALANCE_BODY
from exercises.catalogue.balance_feet import BALANCE_FEET
from exercises.catalogue.balance_stances import BALANCE_STANCES
from exercises.catalogue.balance_standing import BALANCE_STANDING
from exercises.catalogue.balance_strength import BALANCE_STRENGTH

BALANCE = BALANCE_STRENGTH + BALANCE_BODY + BALANCE_FEET + BALANCE_STANCES + BALANCE_STANDING
