"""Paper: what the team prints, and what it enters from paper."""

from django.urls import path

from ..views.staff import paper, tick_sheets

urlpatterns = [
    path("staff/plans/<uuid:plan_id>/handout.pdf", paper.plan_handout, name="plan_handout"),
    path("staff/patients/<uuid:patient_id>/tick-sheet/", tick_sheets.enter_tick_sheet, name="tick_sheet"),
    path("staff/patients/<uuid:patient_id>/report/", paper.patient_report, name="patient_report"),
]
