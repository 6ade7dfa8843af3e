"""Helpers shared by the tests of screenings."""

import datetime

from patients.models import PatientFlag
from tests.factories import NOON

LATER = NOON + datetime.timedelta(hours=1)


def live_flags(patient):
    rows = PatientFlag.objects.live().filter(patient=patient)
    return {row.flag: (row.origin, row.is_unsettled) for row in rows}
