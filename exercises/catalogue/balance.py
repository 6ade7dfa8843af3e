"""All balance exercises: those that build strength, then those in standing and walking."""

from exercises.catalogue.balance_standing import BALANCE_STANDING
from exercises.catalogue.balance_strength import BALANCE_STRENGTH

BALANCE = BALANCE_STRENGTH + BALANCE_STANDING
