"""Catalogue as data: exercises, routines, public texts and safety rules.

The loader writes exercises and routines into the database by slug; pages read the categories, the safety advice and
the facts directly from these tuples. Each entry names its source, the article or a public document.
"""

from exercises.catalogue.aerobic import AEROBIC
from exercises.catalogue.alternatives import FOOT_REST_ALTERNATIVES, get_foot_rest_alternative
from exercises.catalogue.balance import BALANCE
from exercises.catalogue.categories import CATEGORIES
from exercises.catalogue.facts import FACTS, QUESTIONS, SYMPTOMS
from exercises.catalogue.glucose import (
    GLUCOSE_BANDS,
    GLUCOSE_NOTE,
    GLUCOSE_SOURCE,
    GLUCOSE_TITLE,
)
from exercises.catalogue.routines import MAX_EXERCISES, ROUTINES
from exercises.catalogue.safety import (
    GENERAL_ADVICE,
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
    "FOOT_REST_ALTERNATIVES",
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
    "get_foot_rest_alternative",
]
