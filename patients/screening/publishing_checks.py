"""The check that publishing a plan asks for: the patient was screened, or a clinician says why not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from patients.exceptions import NotPossibleError

from .states import ScreeningState

MAX_REASON_LENGTH = 300


class ScreeningNeededError(NotPossibleError):
    """The patient was not screened, and nobody has written a reason."""


def check_screened(state: ScreeningState, *, reason: str) -> str:
    """Return the reason to keep with the version: "" for a patient who was screened.

    Raises ScreeningNeededError if the screening is not asked or begun and the reason is empty.
    """
    if not state.blocks_publishing:
        return ""
    if not reason.strip():
        raise ScreeningNeededError(
            _("The screening is not finished. Finish it first, or write why the plan starts without it.")
        )
    return reason.strip()[:MAX_REASON_LENGTH]
