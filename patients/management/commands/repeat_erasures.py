"""Erase the patients of the list of erased patients again, after a backup was restored."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from patients.data_rights.services.erasure import repeat_erasure
from patients.data_rights.services.finishing import read_list
from patients.models import Patient


class Command(BaseCommand):
    help = (
        "Erase the patients whose ids are in ERASED_LIST and who are in the database again after a restore."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for key in read_list():
            patient = Patient.objects.filter(pk=key).first()
            if patient is not None:
                repeat_erasure(patient=patient, now=timezone.now())
                found += 1
        self.stdout.write(f"Erased again: {found}")
