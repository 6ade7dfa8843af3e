"""The number of cards that were made for a patient, and by a member of the team."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from clinic.models import User
from patients.models import Patient, SignInCard

DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)
#: Cards for one patient within a week that need no reason: the first, and one that was lost.
CARDS_WITHOUT_REASON = 2
#: Cards for one patient within 24 hours.
MAX_CARDS_OF_PATIENT = 5
#: Cards for all helpers of one patient within 24 hours.
MAX_CARDS_OF_HELPERS = 10
#: Codes that a patient makes for other devices of theirs within 24 hours.
MAX_OWN_CODES = 5
#: Cards for patients that one member of the team makes within 24 hours.
MAX_CARDS_OF_MEMBER = 40


@dataclass(frozen=True)
class CardsMade:
    """Cards made for one patient within a week and within 24 hours, and by one member of the team within 24 hours."""

    for_patient_this_week: int
    for_patient_today: int
    by_member_today: int

    @property
    def needs_reason(self) -> bool:
        return self.for_patient_this_week >= CARDS_WITHOUT_REASON

    @property
    def is_over_for_patient(self) -> bool:
        return self.for_patient_today >= MAX_CARDS_OF_PATIENT

    @property
    def is_over(self) -> bool:
        """Return True if no card can be made now."""
        return self.is_over_for_patient or self.by_member_today >= MAX_CARDS_OF_MEMBER


def count_cards(*, patient: Patient, by: User, now: datetime.datetime | None = None) -> CardsMade:
    """Count the cards before one more is made; those for helpers and by patients do not count. One query."""
    now = now or timezone.now()
    of_patient, today = Q(patient=patient), Q(made_at__gt=now - DAY)
    cards = SignInCard.objects.of_clinics().filter(of_patient | Q(made_by=by), made_at__gt=now - WEEK)
    counted = cards.aggregate(
        week=Count("pk", filter=of_patient),
        today=Count("pk", filter=of_patient & today),
        member=Count("pk", filter=Q(made_by=by) & today),
    )
    return CardsMade(counted["week"], counted["today"], counted["member"])


def has_most_helper_cards(*, patient: Patient, now: datetime.datetime) -> bool:
    """Return True if no more card can be made for the patient's helpers now. One query."""
    cards = SignInCard.objects.filter(patient=patient, helper__isnull=False, made_at__gt=now - DAY)
    return cards.count() >= MAX_CARDS_OF_HELPERS


def has_most_own_codes(*, patient: Patient, now: datetime.datetime) -> bool:
    """Return True if the patient can make no more code for another device of theirs now. One query."""
    codes = SignInCard.objects.own().filter(patient=patient, made_by=patient.user_id, made_at__gt=now - DAY)
    return codes.count() >= MAX_OWN_CODES
