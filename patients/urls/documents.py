"""URLs of the documents that the team prints, and of the paper log that it enters."""

from django.urls import path

from patients.documents import views_paper_log as tick_sheets
from patients.documents import views_staff as paper

urlpatterns = [
    path("staff/plans/<uuid:plan_id>/handout.pdf", paper.plan_handout, name="plan_handout"),
    path("staff/patients/<uuid:patient_id>/tick-sheet/", tick_sheets.enter_paper_log, name="paper_log"),
    path("staff/patients/<uuid:patient_id>/report/", paper.patient_report, name="patient_report"),
]
