"""The class of every field of every model, and the way from a patient to each row.

`TABLE` is declarative. `tests/patients/data_rights/test_classification.py` fails for a field without a class and for a
class without a field. docs/data-classification.md is generated from it.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from patients.data_rights.kinds import DataClass, ModelClass

from .clinic import CLINIC
from .exercises import EXERCISES
from .packages import PACKAGES
from .patients import PATIENTS

TABLE: dict[str, ModelClass] = {**CLINIC, **EXERCISES, **PATIENTS, **PACKAGES}
#: Fields that simple_history adds to each earlier row.
HISTORY_FIELDS = frozenset(
    {
        "history",
        "history_id",
        "history_date",
        "history_change_reason",
        "history_type",
        "history_user",
        "m2m_history_id",
    }
)


class UnclassifiedError(LookupError):
    """A model or a field that `TABLE` does not classify."""


def get_model_class(model: type[models.Model]) -> ModelClass:
    """Return the row of the model. Raises UnclassifiedError without one."""
    try:
        return TABLE[model._meta.label]
    except KeyError:
        raise UnclassifiedError(f"{model._meta.label} is not in TABLE of patients.data_rights") from None


def get_concrete_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the model's own fields, hidden ones included: those with a column, and many-to-many relations."""
    return [
        field
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, models.Field) and not (field.auto_created and not field.concrete)
    ]


def classify(field: models.Field[Any, Any]) -> DataClass:
    """Return the class of a field. Raises UnclassifiedError if the table does not say it."""
    row = get_model_class(field.model)
    if row.history_of:
        if field.name in HISTORY_FIELDS:
            return DataClass.OPERATIONAL
        row = TABLE[row.history_of]
    named = row.names.get(field.name)
    if named is not None:
        return named
    if row.default is not DataClass.NONE and is_free_text(field):
        raise UnclassifiedError(f"{field} can hold typed text: name it in TABLE of patients.data_rights")
    if row.default is not DataClass.NONE and (field.is_relation or field.primary_key):
        return DataClass.OPERATIONAL
    return row.default


def is_free_text(field: models.Field[Any, Any]) -> bool:
    """Return True for a field that can hold text of any kind: text without choices, JSON, files and binary data."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
    return isinstance(field, kinds) and not field.choices and not field.primary_key
