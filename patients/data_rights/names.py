"""Names of the rows that a patient's rows point to: people, exercises and clinics, each read once."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from clinic.models import Clinic, User
from exercises.models import Equipment, Exercise
from patients.data_rights.selectors import get_rows, in_batches
from patients.models import Goal, Helper, PlanItem

#: Model → the field with the name.
_NAME_FIELDS: dict[type[Model], str] = {
    User: "name",
    Clinic: "name",
    Exercise: "name",
    Equipment: "name",
    Helper: "name",
    Goal: "words",
    PlanItem: "exercise__name",
}


class Names:
    """Names by model and key, read once for one export."""

    def __init__(self) -> None:
        self._known: dict[tuple[type[Model], Any], str] = {}
        self._wanted: dict[type[Model], set[Any]] = {}

    def want(self, model: type[Model], key: Any) -> None:
        """Note that the name of this row is needed. Nothing is noted for a model without names."""
        if key is not None and model in _NAME_FIELDS:
            self._wanted.setdefault(model, set()).add(key)

    def load(self) -> None:
        """Read the names that are wanted. One query for each model and `BATCH` keys."""
        for model, keys in self._wanted.items():
            for part in in_batches(sorted(keys, key=str)):
                rows = get_rows(model, part).values_list("pk", _NAME_FIELDS[model])
                self._known |= {(model, key): name for key, name in rows}
        self._wanted = {}

    def get(self, model: type[Model], key: Any) -> str:
        """Return the name; the key itself if the row has none, or was not loaded."""
        return self._known.get((model, key), str(key))

    def find(self, model: type[Model], key: Any) -> str | None:
        """Return the name, or None if it is not known."""
        return self._known.get((model, key))
