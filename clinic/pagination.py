"""Cursor pagination, newest first. The last page costs as much as the first.

A page starts after a given row, found along an index of the moment: no rows are counted, and none are skipped.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class CursorPage(Generic[Row]):
    """A page of rows, newest first.

    `older` is the key (a UUID or a number) to pass as `before` for the next page, or None on the last page. `is_first`
    is True on the first page.
    """

    rows: tuple[Row, ...]
    older: Any
    is_first: bool


def paginate_newest_first(
    rows: QuerySet[Row], *, moment: str, most: int, before: uuid.UUID | int | None = None
) -> CursorPage[Row]:
    """Return at most `most` of `rows`, ordered by their field `moment`, that come after the row `before`.

    If `before` is not among the rows, return the first page. One query, two with `before`.
    """
    anchor = rows.filter(pk=before).values_list(moment, flat=True).first() if before else None
    found = rows
    if anchor is not None:
        same_moment = Q(**{moment: anchor}, pk__lt=before)
        # The second filter is implied by the first; it is there because an index can use it.
        found = rows.filter(Q(**{f"{moment}__lt": anchor}) | same_moment).filter(**{f"{moment}__lte": anchor})
    page = list(found.order_by(f"-{moment}", "-pk")[: most + 1])
    shown = tuple(page[:most])
    return CursorPage(shown, shown[-1].pk if len(page) > most else None, anchor is None)


def parse_uuid(text: str) -> uuid.UUID | None:
    """Return the UUID that `text` contains, or None if it is not a UUID."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
