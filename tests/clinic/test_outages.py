"""A database that is away, frozen, full or read-only, on the pages of the team, of visitors and in the admin."""

import html
import re

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client

from clinic.models import Clinic, ConsultationRequest
from tests.factories import ConsultationRequestFactory, UserFactory

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def fail_with(text):
    def fail(execute, sql, params, many, context):
        raise OperationalError(text)

    return fail


def fields_in(page):
    """Return the fields that the page keeps, without the token of the form."""
    fields = [(name, html.unescape(value)) for name, value in HIDDEN.findall(page)]
    return [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]


def as_form(fields):
    form = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    return form


def unseen(client):
    client.raise_request_exception = False
    return client


@pytest.fixture(
    params=["could not connect to server", "database or disk is full", "canceling statement due to timeout"]
)
def outage(request):
    return connection.execute_wrapper(fail_with(request.param))


@pytest.fixture
def read_only(db):
    """Make the database refuse to write, by itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION READ ONLY")
        else:
            cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            transaction.set_rollback(True)
            if connection.vendor == "sqlite":
                connection.connection.execute("PRAGMA query_only = OFF")


class TestPages:
    @pytest.mark.parametrize(
        "path", ["/staff/patients/", "/staff/clinic/", "/consultation/", "/exercises/", "/admin/"]
    )
    def test_each_says_when_to_try_again(self, browser, outage, path):
        with outage:
            response = unseen(browser).get(path)
        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert "no-store" in response["Cache-Control"]
        assert f'href="{path}"' in response.content.decode()

    def test_a_visitor_who_has_no_sheet_is_not_sent_to_it(self, client, clinic, outage, settings):
        with outage:
            page = unseen(client).get("/consultation/").content.decode()
            settings.CLINIC_PHONE = "555 0100"
            with_number = unseen(client).get("/consultation/").content.decode()
        assert "exercise sheet" not in page
        assert "tel:555 0100" not in page
        assert 'href="tel:911"' in page
        assert 'Call the clinic: <span class="nowrap">555 0100</span>' in with_number

    def test_a_visitors_form_has_the_number_with_a_read_only_database_too(
        self, client, clinic, answers, request, settings
    ):
        settings.CLINIC_PHONE = "555 0100"
        request.getfixturevalue("read_only")
        response = unseen(client).post("/consultation/", answers)
        assert response.status_code == 503
        assert 'href="tel:555 0100"' in response.content.decode()


class TestForms:
    def test_a_visitors_request_is_kept_and_can_be_sent_again(self, client, clinic, answers, outage):
        with outage:
            response = unseen(client).post("/consultation/", answers)
        assert response.status_code == 503
        kept = as_form(fields_in(response.content.decode()))
        assert kept["name"] == ["Maria Alvarez"]
        assert kept["symptoms"] == ["pain", "balance"]
        assert "Send again" in response.content.decode()
        assert not ConsultationRequest.objects.exists()
        client.post("/consultation/", kept)
        assert ConsultationRequest.objects.get().name == "Maria Alvarez"

    def test_what_the_team_typed_is_kept_and_can_be_sent_again(self, front_desk_client, clinic, outage):
        asked = ConsultationRequestFactory(clinic=clinic)
        path = f"/staff/requests/{asked.pk}/act/"
        form = {"seen": "new", "to_state": "contacted", "note": 'Called at "two" & <waits>'}
        with outage:
            response = unseen(front_desk_client).post(path, form)
        page = response.content.decode()
        assert response.status_code == 503
        assert f'action="{path}"' in page
        assert dict(fields_in(page)) == form
        assert "<waits>" not in page

    def test_a_read_only_database_keeps_what_was_typed(self, front_desk_client, clinic, request):
        asked = ConsultationRequestFactory(clinic=clinic)
        request.getfixturevalue("read_only")
        form = {"seen": "new", "to_state": "contacted", "note": "Called."}
        response = unseen(front_desk_client).post(f"/staff/requests/{asked.pk}/act/", form)
        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert dict(fields_in(response.content.decode())) == form

    def test_the_admin_keeps_what_was_typed_too(self, admin_browser, clinic, outage):
        with outage:
            response = unseen(admin_browser).post(
                f"/admin/clinic/clinic/{clinic.pk}/change/", {"name": "Harbor"}
            )
        assert response.status_code == 503
        assert fields_in(response.content.decode()) == [("name", "Harbor")]

    def test_files_are_not_kept_and_the_page_says_so(self, browser, clinic, outage):
        photo = SimpleUploadedFile("foot.png", b"PNG", "image/png")
        with outage:
            response = unseen(browser).post("/staff/exercises/new/", {"name": "Toe taps", "photo": photo})
        page = response.content.decode()
        assert response.status_code == 503
        assert fields_in(page) == [("name", "Toe taps")]
        assert "Files are not kept" in page

    @pytest.mark.parametrize(
        "path",
        ["/accounts/login/", "/accounts/password/change/", "/sign-in/mail/", "/sign-in/mail/code/", "/card/"],
    )
    def test_pages_to_sign_in_keep_nothing(self, client, clinic, outage, path):
        client.cookies[django_settings.SESSION_COOKIE_NAME] = "somebody"
        form = {
            "login": "dana@example.org",
            "password": "a long secret",
            "born": "1951-03-14",
            "code": "123456",
        }
        with outage:
            page = unseen(client).post(path, form).content.decode()
        assert fields_in(page) == []
        for value in form.values():
            assert value not in page

    def test_passwords_and_codes_are_kept_by_no_page(self, admin_browser, outage):
        form = {
            "name": "Dana",
            "password1": "a long secret",
            "usable_password": "a long secret",
            "code": "123456",
        }
        with outage:
            page = unseen(admin_browser).post("/admin/clinic/user/add/", form).content.decode()
        assert fields_in(page) == [("name", "Dana")]
        assert "secret" not in page

    def test_a_form_of_another_site_is_not_offered_with_a_valid_token(self, clinic, outage):
        client = unseen(Client(enforce_csrf_checks=True))
        client.force_login(UserFactory())
        with outage:
            response = client.post(
                "/staff/requests/", {"note": "of a stranger"}, headers={"Origin": "https://evil.example"}
            )
        assert response.status_code >= 400
        assert "of a stranger" not in response.content.decode()


def test_the_clinic_is_unchanged_after_an_outage(browser, clinic, outage):
    with outage:
        unseen(browser).post("/staff/clinic/details/", {"name": "Harbor Clinic"})
    assert Clinic.objects.get().name == "Harbour Clinic"
