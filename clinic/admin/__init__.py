"""The administration of the ground floor: people and places, the front desk, the house's own records."""

from clinic.admin import audit as records
from clinic.admin import consultations as desk
from clinic.admin import users as people

__all__ = ["desk", "people", "records"]
