"""An own phone stays signed in at the upgrade that gave the names of cookies a prefix. Nobody else does."""

from __future__ import annotations

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from exercises.library.images import picture
from patients.sign_in.login import BACKEND
from patients.sign_in.previous_cookies import PREVIOUS_BACKEND, PreviousCookiesMiddleware
from patients.sign_in.services.cards import create_card
from tests.factories import PatientFactory, clinician
from tests.patients.sign_in.test_devices import sign_in

pytestmark = pytest.mark.django_db

NAMES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "DISPLAY_COOKIE_NAME")


@pytest.fixture
def upgrade(settings):
    """Return a function that renames cookies as the upgrade does and returns the same browser afterwards."""

    def upgrade(browser: Client, *, backend: str = PREVIOUS_BACKEND) -> Client:
        session = browser.session
        session[BACKEND_SESSION_KEY] = backend
        session.save()
        settings.HOST_ONLY = "__Host-"
        for name in NAMES:
            setattr(settings, name, f"__Host-{getattr(settings, name)}")
        afterwards = Client(enforce_csrf_checks=True)
        afterwards.cookies = browser.cookies
        return afterwards

    return upgrade


def get_cookies(browser: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in browser.cookies.items() if morsel.value}


def test_an_own_phone_stays_signed_in_and_its_cookies_get_the_new_names(patient, upgrade):
    phone = sign_in(patient)
    key = phone.session.session_key
    phone = upgrade(phone)

    assert phone.get("/my/").status_code == 200
    assert get_cookies(phone)["__Host-sessionid"] == key
    assert "sessionid" not in get_cookies(phone)
    assert phone.get("/my/").status_code == 200  # with the new name alone


def test_two_requests_with_the_cookie_of_before_are_both_answered(patient, upgrade):
    phone = upgrade(sign_in(patient))
    at_once = Client()
    at_once.cookies = phone.cookies.copy()

    assert [browser.get("/my/").status_code for browser in (phone, at_once)] == [200, 200]


def test_the_choices_of_the_phone_and_the_token_of_an_open_page_stay(patient, upgrade):
    phone = sign_in(patient)
    phone.post("/language/", {"language": "es", "next": "/"})
    phone.post("/display/", {"text": "t2", "colours": "dark", "motion": "calm", "voice": "off"})
    token = phone.get("/my/settings/").context["csrf_token"]
    before = get_cookies(phone)
    phone = upgrade(phone)

    answer = phone.post("/language/", {"language": "en", "next": "/", "csrfmiddlewaretoken": token})

    assert answer.status_code == 302
    after = get_cookies(phone)
    assert after["__Host-csrftoken"] == before["csrftoken"]
    assert after["__Host-display"] == before["display"]
    assert after["__Host-django_language"] == "en"


def test_the_first_form_that_a_phone_opens_on_a_page_for_everyone_is_accepted(patient, upgrade):
    phone = sign_in(patient)
    phone.get("/my/settings/")
    phone = upgrade(phone)
    token = phone.get("/card/").context["csrf_token"]

    answer = phone.post("/card/", {"code": "ABCD", "csrfmiddlewaretoken": token})

    assert answer.status_code == 200
    assert phone.get("/my/").status_code == 200
    assert not {"sessionid", "csrftoken"} & get_cookies(phone).keys()


@pytest.mark.parametrize("page", ["/my/sign-out/", "/display/"])
def test_a_page_that_shows_who_is_signed_in_knows_the_phone_at_its_first_request(patient, upgrade, page):
    phone = sign_in(patient)
    phone.get("/my/settings/")
    phone = upgrade(phone)

    opened = phone.get(page)

    assert opened.wsgi_request.user == patient.user
    assert get_cookies(phone)["__Host-sessionid"]
    sent = phone.post(page, {"text": "t2", "csrfmiddlewaretoken": opened.context["csrf_token"]})
    assert sent.status_code in (200, 302)


def test_the_page_to_sign_out_warns_the_phone_of_answers_that_wait(patient, upgrade):
    phone = upgrade(sign_in(patient))

    assert phone.get("/my/sign-out/").context["leaving"] is not None


def test_the_secret_that_a_sign_in_made_is_not_replaced_by_the_one_of_before(patient, upgrade):
    phone = sign_in(patient)
    token = phone.get("/my/settings/").context["csrf_token"]
    before = get_cookies(phone)["csrftoken"]
    phone = upgrade(phone)
    code = create_card(patient=patient, by=clinician(patient.clinic))[1]
    born = patient.date_of_birth
    form = {
        "code": code,
        "day": born.day,
        "month": born.month,
        "year": born.year,
        "understood": born.isoformat(),
        "device": "own",
    }

    assert phone.post("/card/", form | {"csrfmiddlewaretoken": token}).status_code == 302
    assert get_cookies(phone)["__Host-csrftoken"] != before
    opened = phone.get("/display/")
    sent = phone.post("/display/", {"csrfmiddlewaretoken": opened.context["csrf_token"]})
    assert sent.status_code != 403


def test_an_answer_that_failed_leaves_the_cookies_of_before(patient, upgrade):
    phone = upgrade(sign_in(patient))
    before = get_cookies(phone)
    phone.raise_request_exception = False

    def fail(execute, sql, params, many, context):
        if "patients_device" in sql:
            raise OperationalError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        assert phone.get("/my/").status_code == 503

    assert before.items() <= get_cookies(phone).items()
    assert phone.get("/my/").status_code == 200


def test_a_picture_that_caches_may_share_sets_no_cookie(patient, upgrade):
    response = upgrade(sign_in(patient)).get(picture("calf-raise", "thumb").url)

    assert "public" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_a_visitor_keeps_the_choices_of_language_and_display(client, upgrade, db):
    client.post("/language/", {"language": "es", "next": "/"})
    client.post("/display/", {"text": "t3", "colours": "strong", "motion": "calm", "voice": "off"})
    before = get_cookies(client)
    visitor = upgrade(client)

    page = visitor.get("/")

    assert '<html lang="es"' in page.content.decode()
    assert 'data-text="t3"' in page.content.decode()
    assert get_cookies(visitor)["__Host-display"] == before["display"]
    assert get_cookies(visitor)["__Host-django_language"] == "es"


def sign_in_member(patient) -> Client:
    dana = clinician(patient.clinic, email="dana@clinic.example")
    browser = Client()
    browser.force_login(dana, backend=PREVIOUS_BACKEND)
    return browser


@pytest.mark.parametrize(
    ("sign_in_before", "page"),
    [
        (sign_in_member, "/staff/"),
        (lambda patient: sign_in(patient, device="shared"), "/my/"),
    ],
    ids=["staff", "a shared device"],
)
def test_others_sign_in_again_and_their_cookie_is_deleted(patient, upgrade, sign_in_before, page):
    browser = upgrade(sign_in_before(patient))

    assert browser.get(page).status_code == 302
    assert "sessionid" not in get_cookies(browser)
    assert "__Host-sessionid" not in get_cookies(browser)


def test_a_session_that_began_after_the_upgrade_is_not_taken_from_a_cookie_that_a_neighbour_can_set(
    patient, upgrade
):
    phone = upgrade(sign_in(patient), backend=BACKEND)

    assert phone.get("/my/").status_code == 302


def test_a_cookie_of_before_does_not_replace_the_session_of_a_browser(patient, upgrade):
    of_a_neighbour = sign_in(patient).session.session_key
    someone_else = PatientFactory(clinic=patient.clinic)
    phone = upgrade(sign_in(patient), backend=BACKEND)
    phone.force_login(someone_else.user)
    phone.cookies["sessionid"] = of_a_neighbour

    assert phone.get("/my/").wsgi_request.user == someone_else.user


def test_without_a_prefix_there_is_nothing_to_do():
    with pytest.raises(MiddlewareNotUsed):
        PreviousCookiesMiddleware(lambda _request: HttpResponse())
