"""The catalogue of the code, loaded into the database of a test."""

from exercises import catalogue
from exercises.catalogue.services.load import load_catalogue


def load_whole_catalogue() -> None:
    """Load all exercises and routines of the catalogue, with their equipment and focus."""
    load_catalogue(
        exercises=catalogue.EXERCISES,
        routines=catalogue.ROUTINES,
        equipment=catalogue.EQUIPMENT,
        focus=catalogue.FOCUS,
    )
