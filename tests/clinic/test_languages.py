"""The language of pages, their `lang` attribute, and their headers for caches."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from clinic.models import ConsultationRequest, OutboxMessage
from exercises.figures import content_hash
from tests.factories import ConsultationRequestFactory, UserFactory

pytestmark = pytest.mark.django_db

SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es-MX,es;q=0.9,en;q=0.5"}


def lang(response):
    """Return the `lang` attribute of the page."""
    return re.search(r'<html lang="(\w+)"', response.content.decode())[1]


def choose(client, language, back="/safety/", **headers):
    return client.post("/language/", {"language": language, "next": back}, **headers)


class TestThePage:
    @pytest.mark.parametrize(
        ("asked", "spoken"),
        [
            ("es", "es"),
            ("es-MX,es;q=0.9,en;q=0.8", "es"),
            ("en-US", "en"),
            ("fr,de;q=0.5", "en"),
            ("", "en"),
            ("%$&", "en"),
        ],
    )
    def test_it_speaks_what_the_browser_asks_for_as_far_as_we_can(self, client, asked, spoken):
        response = client.get("/safety/", HTTP_ACCEPT_LANGUAGE=asked)
        assert lang(response) == response["Content-Language"] == spoken
        assert ("Cuándo parar" in response.content.decode()) == (spoken == "es")

    def test_what_was_chosen_wins_over_the_browser(self, client):
        choose(client, "en")
        assert lang(client.get("/safety/", **SPANISH)) == "en"
        choose(client, "es")
        assert lang(client.get("/safety/", HTTP_ACCEPT_LANGUAGE="en")) == "es"

    def test_caches_are_told_what_it_depends_on(self, client):
        vary = client.get("/safety/")["Vary"]
        assert "Accept-Language" in vary
        assert "Cookie" in vary

    def test_a_cached_copy_in_one_language_is_not_valid_for_the_other(self, client):
        english = client.get("/safety/")
        assert client.get("/safety/", HTTP_IF_NONE_MATCH=english["ETag"]).status_code == 304
        assert client.get("/safety/", HTTP_IF_NONE_MATCH=english["ETag"], **SPANISH).status_code == 200

    @pytest.mark.parametrize("drawn_in", ["en", "es"])
    def test_a_picture_does_not_depend_on_the_browsers_language(self, client, drawn_in):
        with translation.override(drawn_in):
            digest = content_hash("calf-raise", "thumb")
        address = reverse("library:figure", kwargs={"slug": "calf-raise", "kind": "thumb", "digest": digest})
        response = client.get(address, **SPANISH)
        assert response.status_code == 200
        assert "Content-Language" not in response
        assert "Language" not in response["Vary"]
        assert "Cookie" not in response["Vary"]

    def test_dates_are_written_as_people_write_them(self, client, clinic, answers):
        clinic.opening_hours.create(weekday=0, opens_at="09:00", closes_at="17:00")
        page = client.get("/consultation/", **SPANISH).content.decode()
        assert re.search(r"<strong>lunes \d+ de [a-z]+</strong>", page)

    def test_a_missing_page_is_missing_in_their_language(self, client):
        page = client.get("/no-such-page/", **SPANISH)
        assert page.status_code == 404
        assert lang(page) == "es"
        assert "Esta página no está aquí" in page.content.decode()

    def test_a_host_that_is_not_ours_is_refused_in_their_language(self, client):
        page = client.get("/", HTTP_HOST="elsewhere.example", **SPANISH)
        assert page.status_code == 400
        assert lang(page) == "es"


class TestTheSwitch:
    def test_each_page_offers_the_other_language_by_its_own_name(self, client):
        page = client.get("/safety/").content.decode()
        assert '<button class="btn btn-link" name="language" value="es" lang="es">Español</button>' in page
        page = client.get("/safety/", **SPANISH).content.decode()
        assert '<button class="btn btn-link" name="language" value="en" lang="en">English</button>' in page

    def test_it_leads_back_to_the_page_with_its_filters(self, client):
        page = client.get("/exercises/?position=seated&q=ankle").content.decode()
        assert '<input type="hidden" name="next" value="/exercises/?position=seated&amp;q=ankle">' in page
        assert choose(client, "es", "/exercises/?position=seated&q=ankle")["Location"].endswith("&q=ankle")

    def test_it_is_remembered_for_a_year_out_of_the_reach_of_scripts(self, client):
        cookie = choose(client, "es").cookies["django_language"]
        assert cookie["max-age"] == 365 * 24 * 60 * 60
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    @pytest.mark.parametrize(
        "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
    )
    def test_it_redirects_to_no_other_site(self, client, back):
        assert choose(client, "es", back)["Location"] == "/"

    @pytest.mark.parametrize("language", ["fr", "", "es\r\nX: y", "../es"])
    def test_a_language_that_we_do_not_have_is_refused(self, client, language):
        assert choose(client, language).status_code == 400
        assert "django_language" not in client.cookies

    def test_it_accepts_no_get_request(self, client):
        assert client.get("/language/?language=es").status_code == 405

    def test_another_site_cannot_post_to_it(self, client):
        assert choose(client, "es", HTTP_ORIGIN="https://elsewhere.example").status_code == 400
        assert choose(client, "es", HTTP_ORIGIN="null").status_code == 400
        assert choose(client, "es", HTTP_ORIGIN="http://testserver").status_code == 302

    def test_an_invalid_cookie_is_ignored(self, client):
        client.cookies["django_language"] = "xx-nonsense"
        assert lang(client.get("/safety/")) == "en"


class TestTheTeam:
    @pytest.mark.parametrize(
        "path",
        ["/staff/requests/", "/staff/", "/accounts/2fa/", "/accounts/password/change/", "/staff/patients/"],
    )
    def test_its_pages_stay_english_and_say_so(self, front_desk_client, path):
        choose(front_desk_client, "es")
        response = front_desk_client.get(path, **SPANISH)
        assert response.status_code == 200
        assert lang(response) == response["Content-Language"] == "en"
        assert "language-switch" not in response.content.decode()

    @pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
    def test_the_staff_sign_in_page_is_english(self, client, path):
        response = client.get(path, **SPANISH)
        assert lang(response) == "en"
        assert "language-switch" not in response.content.decode()

    def test_the_administration_is_english(self, client):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        response = client.get("/admin/", **SPANISH)
        assert 'lang="en' in response.content.decode()
        assert "Site administration" in response.content.decode()

    def test_a_refusal_there_is_english_too(self, front_desk_client):
        response = front_desk_client.get("/staff/clinic/", **SPANISH)
        assert response.status_code == 403
        assert lang(response) == "en"

    def test_the_language_of_one_request_does_not_affect_the_next(self, client, front_desk_client):
        assert lang(client.get("/safety/", **SPANISH)) == "es"
        assert lang(front_desk_client.get("/staff/requests/", **SPANISH)) == "en"
        assert lang(client.get("/safety/", **SPANISH)) == "es"


class TestTheConsultation:
    def test_each_gets_a_mail_in_their_own_language(self, client, clinic, answers):
        client.post("/consultation/", answers, **SPANISH)
        assert dict(OutboxMessage.objects.values_list("to", "subject")) == {
            "desk@harbour.example": "A new consultation request is waiting",
            "maria@example.org": "Recibimos su solicitud",
        }
        receipt = OutboxMessage.objects.get(to="maria@example.org")
        assert "gracias por escribir a Harbour Clinic" in receipt.body

    def test_the_front_desk_sees_what_they_speak(self, client, front_desk_client, clinic, answers):
        client.post("/consultation/", answers, **SPANISH)
        asked = ConsultationRequest.objects.get()
        assert asked.language == "es"
        assert "Español" in front_desk_client.get(f"/staff/requests/{asked.pk}/").content.decode()

    def test_a_request_that_is_released_later_is_answered_in_their_language(self, front_desk_client, clinic):
        asked = ConsultationRequestFactory(
            clinic=clinic, language="es", email="maria@example.org", quarantined_for="too_fast"
        )
        page = front_desk_client.get(f"/staff/requests/{asked.pk}/").content.decode()
        seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
        front_desk_client.post(f"/staff/requests/{asked.pk}/release/", {"seen": seen, "note": ""})
        assert OutboxMessage.objects.get(to="maria@example.org").subject == "Recibimos su solicitud"

    def test_errors_stand_beside_the_fields_in_spanish_with_what_was_typed(self, client, clinic, answers):
        page = client.post(
            "/consultation/", answers | {"phone": "12", "consent": ""}, **SPANISH
        ).content.decode()
        assert "Revise el teléfono, por favor." in page
        assert "Marque esta casilla" in page
        assert "Maria Alvarez" in page
