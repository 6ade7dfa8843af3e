"""The catalogue as data: exercises, routines, the words around them, and the rules of safety.

The loader reads these tuples and puts them into the database by slug; pages read the categories, the safety
advice and the facts straight from here. Each entry names the article or the public source it comes from.
"""

from exercises.catalogue.aerobic import AEROBIC
from exercises.catalogue.balance import BALANCE
from exercises.catalogue.categories import CATEGORIES
from exercises.catalogue.facts import FACTS, QUESTIONS, SYMPTOMS
from exercises.catalogue.routines import MAX_EXERCISES, ROUTINES
from exercises.catalogue.safety import (
    GENERAL_ADVICE,
    GLUCOSE_BANDS,
    GLUCOSE_NOTE,
    GLUCOSE_SOURCE,
    GLUCOSE_TITLE,
    STOP_ACTIONS,
    STOP_SIGNS,
    SUPPORT_LEVELS,
)
from exercises.catalogue.stretching import STRETCHING
from exercises.catalogue.vocabulary import EQUIPMENT, FOCUS

EXERCISES = BALANCE + AEROBIC + STRETCHING

__all__ = [
    "CATEGORIES",
    "EQUIPMENT",
    "EXERCISES",
    "FACTS",
    "FOCUS",
    "GENERAL_ADVICE",
    "GLUCOSE_BANDS",
    "GLUCOSE_NOTE",
    "GLUCOSE_SOURCE",
    "GLUCOSE_TITLE",
    "MAX_EXERCISES",
    "QUESTIONS",
    "ROUTINES",
    "STOP_ACTIONS",
    "STOP_SIGNS",
    "SUPPORT_LEVELS",
    "SYMPTOMS",
]
