"""The page that asks whether a date of birth was understood as it was meant."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from patients.sign_in.forms.sign_in import DateOfBirthForm


def confirm_birthday_page(request: HttpRequest, form: DateOfBirthForm, *, action: str) -> HttpResponse:
    """Show how a date of birth was understood, and send the form again to the view `action` once it is confirmed."""
    page = {"form": form, "action": action, "section": "sign_in"}
    return render(request, "patients/sign_in/birthday.html", page)
