"""Personas and the component gallery: available in development, missing in production."""

import datetime
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import TestCase
from django.urls import reverse

from clinic.models import AuditEvent
from patients.demo.personas import OTHER_PATIENT, PATIENT, PERSONAS, accounts, get_persona_patient
from patients.demo.seeding import DemoSize, seed

ROOT = Path(__file__).parents[3]
NOW = datetime.datetime(2026, 3, 4, 20, 0, tzinfo=datetime.UTC)
#: Partials that are parts of other components, or are on every page already.
PARTS = {"brand.html", "category_icon.html", "footer.html", "language.html", "messages.html"}


class TestPersonas(TestCase):
    """Personas in a demo of two clinics, which is created once for all tests of the class."""

    @classmethod
    def setUpTestData(cls):
        seed(DemoSize(clinics=2, patients=2, weeks=1), seed=7, now=NOW)

    def signed_in(self):
        return self.client.session.get("_auth_user_id")

    def test_one_click_signs_in_as_any_persona(self):
        there = accounts()
        assert len(there) == len(PERSONAS) == 8
        for persona in PERSONAS:
            response = self.client.post(reverse("development:persona_sign_in", args=[persona.key]))
            self.assertRedirects(response, reverse("staff:home_redirect"), fetch_redirect_response=False)
            assert self.signed_in() == str(there[persona.key].pk), persona.key
            assert self.client.get(reverse("staff:home_redirect"), follow=True).status_code == 200, (
                persona.key
            )

    def test_being_a_visitor_signs_out(self):
        self.client.force_login(accounts()["clinician"])
        response = self.client.post(reverse("development:persona_sign_in", args=["visitor"]))
        self.assertRedirects(response, reverse("library:home"), fetch_redirect_response=False)
        assert self.signed_in() is None

    def test_a_get_request_does_not_sign_in(self):
        assert self.client.get(reverse("development:persona_sign_in", args=["clinician"])).status_code == 405
        assert self.signed_in() is None

    def test_an_unknown_persona_is_answered_with_404(self):
        assert self.client.post(reverse("development:persona_sign_in", args=["nobody"])).status_code == 404
        assert self.client.post(reverse("development:persona_card", args=["nobody"])).status_code == 404

    def test_only_patients_get_cards(self):
        assert self.client.post(reverse("development:persona_card", args=["clinician"])).status_code == 404

    def test_a_card_of_a_persona_signs_in_on_the_sign_in_page(self):
        self.client.force_login(accounts()["clinician"])
        page = self.client.post(reverse("development:persona_card", args=[OTHER_PATIENT.key]))
        assert self.signed_in() is None
        code = re.search(r">(\w{4}-\w{4}-\w{4})<", page.content.decode()).group(1)
        born = OTHER_PATIENT.date_of_birth
        answers = {
            "code": code,
            "day": born.day,
            "month": born.month,
            "year": born.year,
            "understood": born.isoformat(),
            "device": "own",
        }
        self.client.post(reverse("sign_in:card"), answers)
        assert self.signed_in() == str(accounts()[OTHER_PATIENT.key].pk)

    def test_making_a_card_is_audited(self):
        before = AuditEvent.objects.filter(action="card.made").count()
        self.client.post(reverse("development:persona_card", args=[PATIENT.key]))
        assert AuditEvent.objects.filter(action="card.made").count() == before + 1
        assert get_persona_patient(PATIENT).cards.live().count() == 1

    def test_the_page_says_who_you_are(self):
        self.client.force_login(accounts()["front-desk"])
        page = self.client.get(reverse("development:personas")).content.decode()
        assert "You are <strong>Luis Ortiz</strong>" in page

    def test_every_view_answers_404_with_production_settings(self):
        self.client.force_login(accounts()["superuser"])
        for settings in ({"PRODUCTION": True}, {"DEVELOPMENT_PAGES": False}):
            with self.settings(**settings):
                for name in ("development:personas", "development:gallery"):
                    assert self.client.get(reverse(name)).status_code == 404
                for name in ("development:persona_sign_in", "development:persona_card"):
                    assert self.client.post(reverse(name, args=["patient"])).status_code == 404


@pytest.mark.django_db
def test_without_a_demo_the_page_says_how_to_make_one(client):
    page = client.get(reverse("development:personas")).content.decode()
    assert "seed_demo" in page
    assert "Be Rosa Delgado" not in page


def test_the_pages_have_no_urls_in_production():
    program = (
        "import django; django.setup()\n"
        "from django.urls import NoReverseMatch, resolve, reverse, Resolver404\n"
        "for path in ('/dev/personas/', '/dev/personas/patient/', '/ui/', '/ui/figures/'):\n"
        "    try: resolve(path)\n"
        "    except Resolver404: print('missing', path)\n"
        "print('there', reverse('library:home'))\n"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "SUREFOOT_MODE": "production",
        "SECRET_KEY": "x" * 60,
        "MFA_ENCRYPTION_KEYS": "b25seS1mb3ItdGhpcy10ZXN0LW9mLTMyLWJ5dGVzISE=",
        "ALLOWED_HOSTS": "plans.example.org",
        "SITE_URL": "https://plans.example.org",
        "DATABASE_URL": "sqlite://:memory:",
    }
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert said == [
        "missing /dev/personas/",
        "missing /dev/personas/patient/",
        "missing /ui/",
        "missing /ui/figures/",
        "there /",
    ]


@pytest.mark.django_db
def test_the_gallery_shows_every_component_in_both_themes(client):
    components = {file.name for file in (ROOT / "templates/partials").glob("*.html")} - PARTS
    assert len(components) >= 8
    sheet = (ROOT / "templates/patients/demo/sheet.html").read_text()
    assert {name for name in components if f"partials/{name}" not in sheet} == set()
    page = client.get(reverse("development:gallery")).content.decode()
    assert page.count("Choices and the pain scale") == 2
    assert 'data-bs-theme="dark"' in page


@pytest.mark.django_db
def test_ids_in_the_gallery_are_unique(client):
    ids = re.findall(r'\sid="([^"]+)"', client.get(reverse("development:gallery")).content.decode())
    assert len(ids) > 40
    # The error summary has a fixed id, and the page has one for each form with errors.
    assert {name for name in ids if ids.count(name) > 1} <= {"error-summary"}
