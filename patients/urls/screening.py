"""URLs of the team's page of a screening, below one patient."""

from django.urls import path

from patients.screening.views import staff

urlpatterns = [
    path("", staff.screening, name="screening"),
    path("again/", staff.screening_again, name="screening_again"),
    path("due/", staff.screening_due, name="screening_due"),
    path("invite/", staff.screening_invite, name="screening_invite"),
    path("decide/", staff.screening_decide, name="screening_decide"),
    path("questions.pdf", staff.screening_paper, name="screening_paper"),
]
