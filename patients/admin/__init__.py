"""The administration of patients: each module registers what it is named after."""

from . import alerts, contact, drafts, flags, helpers, patients, reminders, ways_in

__all__ = ["alerts", "contact", "drafts", "flags", "helpers", "patients", "reminders", "ways_in"]
