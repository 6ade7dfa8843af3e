"""Answers of the product to readings of blood sugar and ketones, by its own services."""

import datetime

from patients.models import ExerciseHold, ReportPlace
from patients.sessions.advice import get_advice
from patients.sessions.services.reports import save_report
from tests.factories import NOON, PatientFactory

#: Noon of the hand-written cases is noon where the patient lives; the minutes count from the day's midnight.
_MIDNIGHT = NOON - datetime.timedelta(hours=12)
BANDS = {
    "below 54": "very_low",
    "54-69": "low",
    "70-89": "near_low",
    "90-149": "good_low",
    "150-249": "good",
    "250-349": "high",
    "350 up": "very_high",
}
STRIPS = {"none": "none", "small": "small", "moderate": "moderate", "no strips": "no_strips"}


def may_start_after(*readings: str, later: str = "") -> bool:
    """Return True if exercises are offered after these readings, such as "day 1 23:30 350 up, none".

    With `later`, at that time, such as "day 2 00:05", and otherwise right after the last reading.
    """
    patient = PatientFactory()
    now = _MIDNIGHT
    for reading in readings:
        when, _comma, strip = reading.partition(", ")
        day, clock, band = _parse(when)
        now = _at(day, clock)
        answers = {"sugar": BANDS[band]} | ({"ketones": STRIPS[strip]} if strip else {})
        save_report(patient=patient, place=ReportPlace.BEFORE, answers=answers, by=patient.user, now=now)
    if later:
        day, clock, _band = _parse(later)
        now = _at(day, clock)
    return not ExerciseHold.objects.live(now).filter(patient=patient).exists()


def words_after(band: str, strip: str) -> str:
    """Return the words of the advice for one reading."""
    advice = get_advice({"sugar": BANDS[band], "ketones": STRIPS[strip]})
    return " ".join(str(words) for each in advice for words in (each.title, *each.to_do))


def _parse(words: str) -> tuple[int, str, str]:
    _day, number, clock, *band = words.split()
    return int(number), clock, " ".join(band)


def _at(day: int, clock: str) -> datetime.datetime:
    hours, minutes = map(int, clock.split(":"))
    return _MIDNIGHT + datetime.timedelta(days=day - 1, hours=hours, minutes=minutes)
