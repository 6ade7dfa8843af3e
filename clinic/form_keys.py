"""Keys made with a form, under which what it creates is stored, so that a form sent twice creates one object."""

from __future__ import annotations

import uuid

from clinic.models import Clinic


def get_key_of_another_form(form_key: uuid.UUID, clinic: Clinic) -> uuid.UUID:
    """Return the key to use in place of one that belongs to somebody else's object.

    It is the same for the same form of the same clinic. Whoever sends such a key cannot tell it from a new one.
    """
    return uuid.uuid5(clinic.pk, str(form_key))
