"""Abstract models that all apps share."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models


class PublicModel(models.Model):
    """A model whose key appears in URLs. The key is a UUID, so that rows can be neither counted nor guessed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class AppendOnlyError(RuntimeError):
    """An attempt to change or delete a row of an append-only model."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that refuses to update or delete rows, which would bypass `save()` and `delete()` of the model."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError(f"{self.model.__name__} rows are append-only and cannot be changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{self.model.__name__} rows are append-only and cannot be deleted.")


class AppendOnlyModel(models.Model):
    """A model whose rows are written once. Raises AppendOnlyError on every later save or delete."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are append-only and cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{type(self).__name__} rows are append-only and cannot be deleted.")
