"""Helpers shared by the tests of screenings."""

from patients.models import PatientFlag


def live_flags(patient):
    rows = PatientFlag.objects.live().filter(patient=patient)
    return {row.flag: (row.origin, row.is_unsettled) for row in rows}
