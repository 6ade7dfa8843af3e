"""Paper: what the team prints, and what it enters from paper."""

from django.urls import path

from .views.staff import paper

urlpatterns = [
    path("staff/plans/<uuid:plan_id>/handout.pdf", paper.plan_handout, name="plan_handout"),
]
