"""Django admin of users, clinics, consultation requests, audit events, the outbox and rate limits."""

from clinic.admin import audit as records
from clinic.admin import consultations as desk
from clinic.admin import users as people
from clinic.admin import worker

__all__ = ["desk", "people", "records", "worker"]
