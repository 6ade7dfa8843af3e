"""Display preferences: stored in a cookie on the device, and with the user for their next device."""

import re

import pytest
from django.test import Client

from clinic.display import Colours, Display, Motion, TextSize
from clinic.models import AuditEvent
from patients.models import Preferences
from patients.preferences.services.display import save_preferences
from patients.sign_in.services.cards import create_card
from tests.factories import ExerciseFactory, PatientFactory, clinician
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db

URL = "/display/"
CHOICE = {"text": "t3", "colours": "dark", "motion": "calm", "voice": "on"}
COOKIE = "t3.dark.calm.read"
CHOSEN = Display(TextSize.LARGEST, Colours.DARK, Motion.CALM, reads_aloud=True)


def page_tag(response):
    """Return the html tag of the page, whose attributes are the display preferences."""
    return re.search(r"<html[^>]*>", text(response))[0]


def sign_in_by_card(client, patient, *, device):
    _card, code = create_card(patient=patient, by=clinician(patient.clinic))
    born = patient.date_of_birth
    date = {"day": born.day, "month": born.month, "year": born.year, "understood": born.isoformat()}
    return client.post("/card/", {"code": code, "device": device, **date})


class TestTheCookie:
    def test_every_choice_is_read_as_it_was_written(self):
        for size in TextSize:
            for colours in Colours:
                for motion in Motion:
                    for reads in (True, False):
                        display = Display(size, colours, motion, reads_aloud=reads)
                        assert Display.from_cookie(display.as_cookie()) == display

    @pytest.mark.parametrize(
        "written",
        [
            "",
            "t2",
            "t9.dark.calm.read",
            "t2.dark.calm.loud",
            "t2.dark.calm.read.x",
            "T2.dark.calm.read",
            '"><b>.',
        ],
    )
    def test_a_cookie_that_the_site_did_not_write_is_ignored(self, client, written):
        assert Display.from_cookie(written) == Display()
        client.cookies["display"] = written
        assert page_tag(client.get(URL)) == '<html lang="en" class="large-text">'

    def test_the_choice_is_on_the_page_itself_without_a_script_and_without_a_query(
        self, client, django_assert_num_queries
    ):
        client.cookies["display"] = COOKIE
        with django_assert_num_queries(0):
            page = page_tag(client.get(URL))
        assert page == (
            '<html lang="en" class="large-text" data-text="t3" data-bs-theme="dark"'
            ' data-movement="calm" data-read="on">'
        )

    def test_strong_contrast_is_a_light_page(self, client):
        client.cookies["display"] = "t1.strong.device.quiet"
        assert 'data-bs-theme="light" data-contrast="strong"' in page_tag(client.get(URL))


class TestChoosing:
    def test_the_cookie_is_long_lived_same_site_and_http_only(self, client):
        response = client.post(URL, CHOICE, follow=True)
        kept = client.cookies["display"]
        assert kept.value == COOKIE
        assert kept["max-age"] == 400 * 24 * 60 * 60
        assert (kept["samesite"], kept["httponly"]) == ("Lax", True)
        assert "Saved. Your pages now look like this." in text(response)
        assert not Preferences.objects.exists()

    def test_the_form_shows_the_preferences_in_effect(self, client):
        client.cookies["display"] = COOKIE
        page = text(client.get(URL))
        assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["t3", "dark", "calm", "on"]

    def test_an_answer_that_was_never_offered_is_refused_beside_its_question(self, client):
        response = client.post(URL, CHOICE | {"text": "t9"})
        assert 'id="id_text-error"' in text(response)
        assert "error-summary" in text(response)
        assert "display" not in client.cookies

    def test_a_patients_choice_stays_with_the_patient(self, phone, patient):
        phone.post(URL, CHOICE)
        assert patient.user.preferences.display == CHOSEN
        phone.post(URL, CHOICE | {"text": "t1"})
        assert Preferences.objects.get().text == TextSize.NORMAL
        assert AuditEvent.objects.filter(action="preferences.kept", actor=patient.user).count() == 2

    def test_a_shared_device_forgets_it_when_the_browser_closes(self, client, patient):
        sign_in_by_card(client, patient, device="shared")
        client.post(URL, CHOICE)
        assert client.cookies["display"].value == COOKIE
        assert client.cookies["display"]["max-age"] == ""


class TestTheNextDevice:
    @pytest.mark.parametrize(("device", "lasts"), [("own", 400 * 24 * 60 * 60), ("shared", "")])
    def test_it_gets_the_choice_at_sign_in(self, patient, device, lasts):
        save_preferences(display=CHOSEN, by=patient.user)
        other = Client()
        sign_in_by_card(other, patient, device=device)
        assert other.cookies["display"].value == COOKIE
        assert other.cookies["display"]["max-age"] == lasts
        assert 'data-text="t3"' in page_tag(other.get("/my/"))

    def test_of_someone_who_never_chose_stays_as_it_is_whatever_others_chose(self, patient):
        save_preferences(display=CHOSEN, by=PatientFactory(clinic=patient.clinic).user)
        other = Client()
        other.cookies["display"] = "t2.light.calm.quiet"
        sign_in_by_card(other, patient, device="own")
        assert other.cookies["display"].value == "t2.light.calm.quiet"


class TestCaches:
    @pytest.mark.parametrize("address", ["/", "/safety/", "/exercises/", URL, "/privacy/", "/nowhere/"])
    def test_are_told_that_pages_differ_by_cookie(self, client, address):
        assert "Cookie" in client.get(address)["Vary"]

    def test_a_browser_that_has_the_page_in_another_size_gets_it_anew(self, client):
        tag = client.get("/safety/")["ETag"]
        assert client.get("/safety/", headers={"if-none-match": tag}).status_code == 304
        client.cookies["display"] = COOKIE
        assert client.get("/safety/", headers={"if-none-match": tag}).status_code == 200

    def test_are_not_told_so_of_pictures(self, client):
        exercise = ExerciseFactory(slug="calf-raise")
        client.cookies["display"] = COOKIE
        address = re.search(r"/figures/[^\"]+strip[^\"]+", text(client.get(f"/exercises/{exercise.slug}/")))[
            0
        ]
        picture = client.get(address)
        assert "Cookie" not in picture["Vary"]
        assert "immutable" in picture["Cache-Control"]


def test_every_footer_links_to_the_page(phone, client):
    for address in ("/", "/my/", "/my/settings/"):
        assert f'href="{URL}"' in text(phone.get(address))
    assert f'href="{URL}"' in text(Client().get("/safety/"))


@pytest.mark.parametrize(
    ("motion", "query", "moves", "offers"),
    [
        ("device", "", False, True),
        ("device", "?motion=1", True, True),
        ("calm", "", False, False),
        ("calm", "?motion=1", False, False),
        ("moving", "", True, True),
        ("moving", "?motion=0", False, True),
    ],
)
def test_pictures_move_as_they_were_chosen_to(client, motion, query, moves, offers):
    ExerciseFactory(slug="calf-raise")
    client.cookies["display"] = f"t1.device.{motion}.quiet"
    page = text(client.get(f"/exercises/calf-raise/{query}"))
    assert bool(re.search(r'<img[^>]+src="[^"]+moving', page)) == moves
    assert ("data-motion-button" in page) == offers
