"""The state of a patient's screening. Pure code, with the time as an argument."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .kinds import Words

#: A screening is due again after this long (clinical rules, screening: "the habit of such forms", C).
DUE_AGAIN_AFTER_MONTHS = 12
#: Kinds of alert after which a screening is due again: a fall, a sore, and what else speaks for a new illness or a
#: hospital stay, or against a "no" of the screening (clinical rules, screening, J).
ASK_AGAIN_AFTER = frozenset(
    {
        *("fall", "head", "sore", "bad_foot", "hot_foot", "both_legs", "calf"),
        *("chest", "faint", "stroke", "cauda", "weakness", "racing_heart", "dizzy_again"),
        *("eye", "severe_low", "low_drowsy", "unwell"),
    }
)
#: The same of a kind of alert while the patient does not have a flag: a low speaks against "no medicine that makes my
#: sugar low", and is nothing new of who takes one.
ASK_AGAIN_WITHOUT = {"low_sugar": "glucose_lowering"}


class ScreeningState(StrEnum):
    """State of a patient's screening. No flag set and never asked are different."""

    NOT_ASKED = "not_asked"
    BEGUN = "begun"
    DONE = "done"
    DUE_AGAIN = "due_again"

    @property
    def label(self) -> Words:
        return _LABELS[self]

    @property
    def blocks_publishing(self) -> bool:
        """True if a plan is published in this state only with a written reason."""
        return self in (ScreeningState.NOT_ASKED, ScreeningState.BEGUN)


_LABELS: dict[ScreeningState, Words] = {
    ScreeningState.NOT_ASKED: _("Not asked"),
    ScreeningState.BEGUN: _("Begun"),
    ScreeningState.DONE: _("Done"),
    ScreeningState.DUE_AGAIN: _("Due again"),
}


def get_due_date(finished_on: datetime.date) -> datetime.date:
    """Return the day on which a screening that was finished on a day is due again: 12 months later."""
    year, month = divmod(finished_on.month - 1 + DUE_AGAIN_AFTER_MONTHS, 12)
    first = finished_on.replace(day=1, year=finished_on.year + year, month=month + 1)
    # February 29 has no day in the next year.
    last = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return first.replace(day=min(finished_on.day, last.day))


def compute_state(
    *,
    is_begun: bool,
    finished_on: datetime.date | None,
    today: datetime.date,
    is_asked_again: bool = False,
) -> ScreeningState:
    """Return the state on the day `today`.

    `is_begun` says that a screening has answers and is not finished; `finished_on` is the day of the last finished one;
    `is_asked_again` that something was reported since, or a clinician said so.
    """
    if is_begun:
        return ScreeningState.BEGUN
    if finished_on is None:
        return ScreeningState.NOT_ASKED
    if is_asked_again or today >= get_due_date(finished_on):
        return ScreeningState.DUE_AGAIN
    return ScreeningState.DONE
