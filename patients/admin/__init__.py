"""Django admin of the patients app. Each module registers the models that it is named after."""

from patients.admin import alerts, data_rights, drafts, flags, helpers, own_words, patients, reminders
from patients.admin import devices as ways_in
from patients.admin import messages as contact

__all__ = [
    "alerts",
    "contact",
    "data_rights",
    "drafts",
    "flags",
    "helpers",
    "own_words",
    "patients",
    "reminders",
    "ways_in",
]
