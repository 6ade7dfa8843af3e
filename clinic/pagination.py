"""Pages of something that only grows, newest first, as cheap at the end as at the beginning.

A page is found by the row it begins after, along an index of the moment: nothing is counted and nothing skipped.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class CursorPage(Generic[Row]):
    """Rows, newest first. `older` is the row after which the next page begins; `is_first` if nothing is newer."""

    rows: tuple[Row, ...]
    older: uuid.UUID | None
    is_first: bool


def paginate_newest_first(
    rows: QuerySet[Row], *, moment: str, most: int, before: uuid.UUID | None = None
) -> CursorPage[Row]:
    """At most `most` rows by their field `moment`, from the one after `before` on. One query, two with `before`.

    A `before` that is not among the rows leads to the first page.
    """
    anchor = rows.filter(pk=before).values_list(moment, flat=True).first() if before else None
    found = rows
    if anchor is not None:
        same_moment = Q(**{moment: anchor}, pk__lt=before)
        # The second filter says no more than the first, in a way that an index can use.
        found = rows.filter(Q(**{f"{moment}__lt": anchor}) | same_moment).filter(**{f"{moment}__lte": anchor})
    page = list(found.order_by(f"-{moment}", "-pk")[: most + 1])
    shown = tuple(page[:most])
    return CursorPage(shown, shown[-1].pk if len(page) > most else None, anchor is None)


def parse_uuid(text: str) -> uuid.UUID | None:
    """The key in an address; None for whatever is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
