"""The page of a clinician's instructions for one patient."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields

from patients.models import Patient
from patients.records.instructions import Instructions

_TEXTS = tuple(part.name for part in fields(Instructions))
#: Records of the history that are read, newest first.
HISTORY_READ = 100


@dataclass(frozen=True)
class PastInstructions:
    """The instructions from `at` on, and who wrote them; `by` is "" if it is not known."""

    instructions: Instructions
    at: datetime.datetime
    by: str

    @property
    def is_empty(self) -> bool:
        return self.instructions == Instructions()


def list_past_instructions(patient: Patient) -> list[PastInstructions]:
    """Return the instructions so far, newest first, from the history of the record. One query.

    An empty record in which nothing was ever written is left out.
    """
    history = patient.history.order_by("-history_date", "-history_id").values_list(
        *_TEXTS, "history_date", "history_user__name"
    )
    rows = list(history[:HISTORY_READ])
    found: list[PastInstructions] = []
    for *texts, at, by in rows:
        written = Instructions(**dict(zip(_TEXTS, texts, strict=True)))
        if found and found[-1].instructions == written:
            found.pop()  # only something else was changed, so that these are older
        found.append(PastInstructions(written, at, by or ""))
    # Of the oldest, it is not known who wrote them if the history goes on.
    if found and (found[-1].instructions == Instructions() or len(rows) == HISTORY_READ):
        found.pop()
    return found
