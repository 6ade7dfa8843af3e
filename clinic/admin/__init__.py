"""The administration of the ground floor: people and places, the front desk, the house's own records."""

from . import desk, people, records

__all__ = ["desk", "people", "records"]
