"""Sets up an installation: tables, static files, a clinic, and patients who are signed in on their phones."""

from __future__ import annotations

import datetime
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from clinic.models import Clinic
from exercises.models import Position
from patients.models import Patient, PlanVersion
from patients.sign_in.login import OWN_PHONE
from tests.factories import ClinicFactory, ExerciseFactory, PatientFactory, clinician, published_plan
from tests.factories_of_patients import VerifiedEmailFactory
from tests.patients.sessions.offline.offline_steps import kept_session


@dataclass(frozen=True)
class Person:
    """A patient, their plan, and the cookie of the session on their phone."""

    patient: Patient
    version: PlanVersion
    cookie: str

    def check_in(self, key: uuid.UUID) -> str:
        """Return a session of today with a fall, as a phone sends it."""
        now = timezone.now()
        began = (now - datetime.timedelta(minutes=20)).isoformat()
        moments = {"started_at": began, "finished_at": now.isoformat(), "sent_at": now.isoformat()}
        kept = kept_session(self.version, session=moments | {"key": str(key)}, check_in={"fell": "yes"})
        for entry in kept["entries"]:
            entry["at"] = now.isoformat()
        return json.dumps(kept)


def set_up(patients: int) -> list[Person]:
    """Make the tables and static files, and return so many patients of one clinic, each with an e-mail address."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", "--no-input", verbosity=0)
    clinic = ClinicFactory(name="Harbour Clinic", email="desk@harbour.example", time_zone="UTC")
    for number in range(3):
        clinician(clinic, email=f"team{number}@harbour.example")
    exercises = [ExerciseFactory(position=Position.SEATED), ExerciseFactory(position=Position.SEATED)]
    return [make_person(clinic, exercises, number) for number in range(patients)]


def make_person(clinic: Clinic, exercises: list[Any], number: int) -> Person:
    patient = PatientFactory(clinic=clinic, full_name=f"Pat Example {number}")
    VerifiedEmailFactory(patient=patient, email=f"patient{number}@example.org")
    yesterday = timezone.now().date() - datetime.timedelta(days=1)
    version = published_plan(patient, exercises, start_date=yesterday, weekdays=[0, 1, 2, 3, 4, 5, 6])
    client = Client()
    client.force_login(patient.user)
    session = client.session
    session[OWN_PHONE] = True
    session.save()
    return Person(patient, version, client.cookies[settings.SESSION_COOKIE_NAME].value)
