"""Creates patients with a plan in the database of DATABASE_URL and prints the session cookies of their own phones.

One patient is about to start a session, one is asked for pain, one is at an exercise. Run by the fixture
`patients_cookies`.
"""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from exercises.models import Exercise  # noqa: E402
from patients.models import Patient  # noqa: E402
from patients.sessions import check_in  # noqa: E402
from patients.sessions.questions import Place  # noqa: E402
from patients.sessions.services.sessions import save_answers, save_pain_before, start_session  # noqa: E402
from patients.sign_in.login import OWN_PHONE  # noqa: E402
from tests.factories import PatientFactory, published_plan  # noqa: E402


def main() -> None:
    catalogue = list(Exercise.objects.order_by("category", "slug"))
    exercises = catalogue[:: len(catalogue) // 6][:6]
    now = timezone.now()
    cookies = {}
    for state in ("today", "pain", "exercise"):
        patient = PatientFactory(full_name="Rosa Delgado", called="Rosa")
        published_plan(patient, exercises, start_date=patient.today(now))
        if state != "today":
            session = start_session(patient=patient, by=patient.user, now=now)
            well = {sign.id: False for sign in check_in.asked_at(Place.READY, ())}
            save_answers(session=session, answers=well, checks_feet=True, by=patient.user, now=now)
            if state == "exercise":
                save_pain_before(session=session, pain=3, by=patient.user)
        cookies[state] = cookie_of(patient)
    json.dump({"name": settings.SESSION_COOKIE_NAME, "values": cookies}, sys.stdout)


def cookie_of(patient: Patient) -> str:
    client = Client()
    client.force_login(patient.user)
    session = client.session
    session[OWN_PHONE] = True
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


if __name__ == "__main__":
    main()
