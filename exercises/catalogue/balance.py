"""All balance exercises, from the most held on to the least."""

from exercises.catalogue.balance_standing import BALANCE_STANDING
from exercises.catalogue.balance_strength import BALANCE_STRENGTH

BALANCE = BALANCE_STRENGTH + BALANCE_STANDING
