"""E-mails to the team and to visitors write days and times as in the clinic's region."""

import datetime

import pytest

from clinic.consultations.emails import announce
from clinic.emergency_access.services import open_emergency_access
from clinic.models import OutboxMessage
from tests.factories import NOON, ClinicFactory, ConsultationRequestFactory, UserFactory, open_on_weekdays

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def use_outbox_email_backend(settings):
    """Use the e-mail backend of production. Django's test runner would store e-mail in memory instead."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


def clinic_in(region, **fields):
    return ClinicFactory(region=region, email="desk@harbour.example", **fields)


@pytest.mark.parametrize(
    ("region", "words"),
    [("US", "This was at 12:00 PM on March 2, 2026."), ("GB", "This was at 12:00 on 2 March 2026.")],
)
def test_the_mail_about_emergency_access(region, words):
    user = UserFactory(is_staff=True, is_superuser=True)
    open_emergency_access(user=user, clinic=clinic_in(region), reason="A restore is checked.", now=NOON)
    assert words in OutboxMessage.objects.get().body


@pytest.mark.parametrize(
    ("region", "language", "words"),
    [
        ("US", "en", "Tuesday, March 3"),
        ("GB", "en", "Tuesday 3 March"),
        ("ES", "es", "martes 3 de marzo"),
    ],
)
def test_the_receipt_of_a_consultation_request(region, language, words):
    clinic = clinic_in(region)
    open_on_weekdays(clinic)
    request = ConsultationRequestFactory(clinic=clinic, email="maria@example.org", language=language)
    announce(request, now=NOON + datetime.timedelta(hours=1))
    assert words in OutboxMessage.objects.get(to="maria@example.org").body
