"""Steps shared by tests of reports and the holds that they begin: a sign told from the stop sheet, and live flags."""

from django.urls import reverse

from patients.models import ExerciseHold, ReportPlace
from patients.sessions.services.reports import save_report
from tests.factories import NOON

#: Answers that tell a fall without a blow to the head, after which the patient can stand.
FALL = {"fell": True, "fell_head": False, "fell_stands": True}


def tell_from_stop_sheet(patient, *, now=NOON, **answers):
    """Tell these answers, by the id of the question, from the stop sheet, and return the report."""
    return save_report(patient=patient, place=ReportPlace.STOP, answers=answers, by=patient.user, now=now)


def live_flags(patient):
    return set(patient.flags.live().values_list("flag", flat=True))


def resolve_url(alert):
    """Return the URL of the page that resolves an alert."""
    return reverse("staff:alert_resolve", args=[alert.pk])


def list_live_holds(patient, at):
    """Return the holds on the patient's exercises at that time, the oldest first."""
    return list(ExerciseHold.objects.live(at).filter(patient=patient).order_by("begun_at", "pk"))
