"""The hold of a day after a low of blood sugar, which a treated low ends."""

from __future__ import annotations

import datetime

from clinic.models import User
from exercises.catalogue.glucose import GLUCOSE_BANDS
from patients.models import Patient
from patients.safety.holds import HoldKind
from patients.safety.services.holds import end_holds_of_a_day
from patients.sessions import check_in
from patients.sessions.questions import Answers

READINGS = frozenset({"sugar", "ketones"})


def end_treated_low(*, patient: Patient, told: Answers, by: User, now: datetime.datetime) -> None:
    """End the hold of the day if the reading allows to start: from 90 (5.0) up, with ketones where they decide.

    A hold of 24 hours after a severe low stays (clinical rules, "Holds"). Call it in the transaction that has stored
    the answers.
    """
    if allows_to_start_after_a_low(told):
        end_holds_of_a_day(patient=patient, kinds=[HoldKind.SUGAR], by=by, now=now)


def allows_to_start_after_a_low(told: Answers) -> bool:
    """Return True if this reading ends the hold of a low that was treated."""
    band = next((band for band in GLUCOSE_BANDS if band.slug == told.get("sugar")), None)
    if band is None or not band.allows_after_a_low:
        return False
    reading = {name: told.get(name) for name in READINGS}
    needs_ketones = band.may_start is None
    return not (needs_ketones and (reading["ketones"] is None or check_in.holds_begun_by(reading)))
