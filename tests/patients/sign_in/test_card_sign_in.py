"""Signing in with a card: once, with the right date of birth, and without revealing anything to others."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import AuditEvent
from patients.models import ExerciseSession, SignInCard
from patients.sign_in.card_codes import hash_secret
from patients.sign_in.services.cards import create_card, redeem_card
from tests.factories import NOON, ExerciseSessionFactory, PatientFactory, clinician, published_plan
from tests.patients.session_steps import STORED_UNANSWERED, open_session

pytestmark = pytest.mark.django_db

BORN = datetime.date(1950, 4, 12)
URL = "/card/"


@pytest.fixture
def dana(patient):
    return clinician(patient.clinic)


@pytest.fixture
def code(patient, dana):
    return create_card(patient=patient, by=dana)[1]


def answers(code, day="12", month="4", year="1950", device="own"):
    """Return a filled form whose date was confirmed, if it is one whose day and month could be swapped."""
    understood = f"{year}-{month:0>2}-{day:0>2}"
    return {
        "code": code,
        "day": day,
        "month": month,
        "year": year,
        "understood": understood,
        "device": device,
    }


def is_signed_in(client):
    return "_auth_user_id" in client.session


def body(response):
    """Return the page without its CSRF token, which differs each time, and without the day typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    text = re.sub(r"(data-date-word[^>]*>)[^<]*", r"\1", text)
    return re.sub(r'(id="id_day"[^>]*?value=")[^"]*', r"\1", text)


class TestTheCard:
    def test_the_table_keeps_a_hash_and_not_the_code(self, patient, code):
        card = patient.cards.get()
        assert card.code_hash == hash_secret(code)
        assert code not in str(vars(card))

    def test_it_lasts_14_days(self, patient, code):
        assert patient.cards.get().expires_at == NOON + datetime.timedelta(days=14)

    def test_a_new_card_replaces_the_old_one(self, patient, dana, code):
        _card, newer = create_card(patient=patient, by=dana)
        assert SignInCard.objects.live().filter(patient=patient).count() == 1
        assert redeem_card(code=code, date_of_birth=BORN) is None
        assert redeem_card(code=newer, date_of_birth=BORN) == patient.user

    def test_making_and_using_one_is_on_record(self, patient, dana, code):
        redeem_card(code=code, date_of_birth=BORN)
        rows = AuditEvent.objects.order_by("id").values_list("action", "actor", "clinic")
        assert list(rows) == [
            ("card.made", dana.pk, patient.clinic_id),
            ("card.used", patient.user_id, patient.clinic_id),
        ]

    def test_it_works_once(self, patient, code):
        assert redeem_card(code=code, date_of_birth=BORN) == patient.user
        assert redeem_card(code=code, date_of_birth=BORN) is None

    def test_it_works_on_its_last_minute_and_not_after(self, patient, code, clock):
        clock.move_to(NOON + datetime.timedelta(days=14))
        assert redeem_card(code=code, date_of_birth=BORN) is None
        clock.move_to(NOON + datetime.timedelta(days=14, minutes=-1))
        assert redeem_card(code=code, date_of_birth=BORN) == patient.user

    def test_four_wrong_dates_are_forgiven(self, patient, code):
        for _time in range(4):
            redeem_card(code=code, date_of_birth=datetime.date(1950, 4, 13))
        assert redeem_card(code=code, date_of_birth=BORN) == patient.user

    def test_five_wrong_dates_revoke_it(self, patient, code):
        for _time in range(5):
            redeem_card(code=code, date_of_birth=datetime.date(1950, 4, 13))
        card = patient.cards.get()
        assert card.revoked_at is not None
        assert card.wrong_dates == 5
        assert redeem_card(code=code, date_of_birth=BORN) is None

    def test_it_does_not_sign_in_a_closed_account(self, patient, code):
        patient.user.is_active = False
        patient.user.save()
        assert redeem_card(code=code, date_of_birth=BORN) is None

    def test_a_date_of_birth_works_with_no_other_card(self, code, dana):
        other = PatientFactory(date_of_birth=datetime.date(1961, 1, 1))
        create_card(patient=other, by=dana)
        assert redeem_card(code=code, date_of_birth=other.date_of_birth) is None


class TestTheForm:
    def test_code_and_date_of_birth_sign_the_patient_in(self, client, patient, code):
        response = client.post(URL, answers(code))
        assert response.url == reverse("my:today")
        assert client.session["_auth_user_id"] == str(patient.user_id)

    def test_the_qr_link_fills_the_code_in_and_uses_nothing_up(self, client, patient, code):
        for _time in range(3):
            page = client.get(f"/card/{code}/").content.decode()
        assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in page
        assert SignInCard.objects.live().count() == 1
        assert client.post(URL, answers(code)).url == reverse("my:today")

    def test_the_qr_link_asks_the_database_nothing(self, client, code, django_assert_num_queries):
        with django_assert_num_queries(0):
            client.get(f"/card/{code}/")

    def test_day_and_month_the_other_way_round_are_understood_where_only_one_makes_sense(self, client, dana):
        other = PatientFactory(date_of_birth=datetime.date(1950, 4, 25))
        _card, code = create_card(patient=other, by=dana)
        client.post(URL, answers(code, day="04", month="25"))
        assert is_signed_in(client)

    @pytest.mark.parametrize(
        ("day", "month", "year"),
        [
            *(("", "", ""), ("12", "4", "50"), ("31", "2", "1950"), ("x", "4", "1950")),
            *(("12", "9" * 30, "1950"), ("9" * 30, "4", "1950")),  # more than a date can hold
        ],
    )
    def test_an_impossible_date_is_asked_for_again_and_does_not_count(
        self, client, patient, code, day, month, year
    ):
        page = client.post(URL, answers(code, day=day, month=month, year=year)).content.decode()
        assert "Write your date of birth in numbers" in page
        assert patient.cards.get().wrong_dates == 0

    @pytest.mark.parametrize("box", ["day", "month", "year"])
    @pytest.mark.parametrize("whole", ["4/12/1950", "04.12.1950", "4 12 1950", "04121950", "1950-04-12"])
    def test_a_whole_date_in_any_one_box_is_understood(self, client, code, box, whole):
        understood = {"understood": "1950-04-12"}
        client.post(URL, answers(code, day="", month="", year="") | {box: whole} | understood)
        assert is_signed_in(client)

    def test_a_scanned_code_is_collapsed_and_can_be_changed(self, client, code):
        page = client.get(f"/card/{code}/").content.decode()
        folded = re.search(r"<details.*?</details>", page, re.DOTALL)[0]
        assert "<details open" not in folded
        assert 'name="code"' in folded
        assert "<details" not in client.get(URL).content.decode()

    def test_a_scanned_code_stays_collapsed_while_the_date_is_corrected(self, client, code):
        page = client.post(URL, answers(code, day="40") | {"scanned": "True"}).content.decode()
        assert "<details" in page
        assert client.post(URL, answers(code) | {"scanned": "True"}).url == reverse("my:today")

    def test_a_scanned_code_that_fails_is_shown_to_be_checked(self, client, code):
        page = client.post(URL, answers(code, day="13") | {"scanned": "True"}).content.decode()
        assert "<details" not in page
        assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in page

    def test_a_link_without_a_valid_code_asks_for_one(self, client):
        assert "<details" not in client.get("/card/nonsense/").content.decode()

    def test_whose_phone_it_is_has_to_be_said(self, client, code):
        response = client.post(URL, answers(code, device=""))
        assert "Say whether this is your own phone." in response.content.decode()
        assert not is_signed_in(client)

    def test_an_own_phone_stays_signed_in_for_30_days(self, client, code):
        client.post(URL, answers(code))
        cookie = client.cookies["sessionid"]
        assert cookie["max-age"] == 30 * 24 * 60 * 60

    def test_a_shared_device_is_signed_out_when_the_browser_closes(self, client, code):
        client.post(URL, answers(code, device="shared"))
        assert client.cookies["sessionid"]["max-age"] == ""
        assert client.session.get_expire_at_browser_close()

    def test_signing_in_makes_a_new_session(self, client, code, patient):
        client.get(URL)
        session = client.session
        session["planted"] = True
        session.save()
        before = session.session_key
        client.cookies["sessionid"] = before
        client.post(URL, answers(code))
        assert client.session.session_key != before

    def test_pages_with_a_code_are_not_kept_indexed_or_passed_on(self, client, code):
        for url in (URL, f"/card/{code}/"):
            response = client.get(url)
            assert "noindex" in response["X-Robots-Tag"]
            assert "no-store" in response["Cache-Control"]
            assert response["Referrer-Policy"] == "strict-origin"

    def test_no_code_is_ever_logged(self, code, caplog):
        caplog.set_level("DEBUG")
        stranger = Client(enforce_csrf_checks=True)
        stranger.get(f"/card/{code}/")
        stranger.post(f"/card/{code}/", answers(code))
        stranger.post(URL, answers(code))  # without a token: refused, and logged
        assert "/card/" in caplog.text
        assert code not in caplog.text


def wrong_date(code):
    return answers(code, day="13")


def used(code):
    redeem_card(code=code, date_of_birth=BORN)
    return answers(code)


def expired(code):
    SignInCard.objects.update(
        made_at=NOON - datetime.timedelta(days=20), expires_at=NOON - datetime.timedelta(seconds=1)
    )
    return answers(code)


def revoked(code):
    SignInCard.objects.update(revoked_at=NOON)
    return answers(code)


def unknown(code):
    SignInCard.objects.all().delete()
    return answers(code)


@pytest.mark.parametrize("spoil", [wrong_date, used, expired, revoked])
class TestWhatFails:
    def test_it_looks_like_an_unknown_code_and_takes_as_many_queries(
        self, client, code, patient, dana, spoil
    ):
        client.post(URL, wrong_date(code))  # also creates the rate limit buckets of the address and the code
        seen = []
        for make in (spoil, unknown):
            typed = make(code)
            with CaptureQueriesContext(connection) as queries:
                response = client.post(URL, typed)
            seen.append((response.status_code, body(response), [q["sql"].split()[0] for q in queries]))
        assert "That did not work" in seen[0][1]
        assert seen[0] == seen[1]
        assert not is_signed_in(client)


class TestSignInOptionsAndSignOut:
    def test_the_sign_in_page_links_to_patient_and_staff_sign_in(self, client):
        page = client.get("/sign-in/").content.decode()
        assert f'href="{URL}"' in page
        assert f'href="{reverse("account_login")}"' in page

    def test_an_anonymous_visitor_gets_the_sign_in_options(self, client):
        response = client.get("/my/")
        assert response.url == "/sign-in/?next=/my/"

    def test_the_team_gets_403(self, client, dana):
        client.force_login(dana)
        assert client.get("/my/").status_code == 403

    def test_signing_out_asks_first(self, phone):
        assert "Sign out of this phone?" in phone.get("/my/sign-out/").content.decode()
        assert is_signed_in(phone)
        phone.post("/my/sign-out/")
        assert not is_signed_in(phone)

    def test_signing_out_warns_of_an_open_session(self, phone, patient):
        told = "Your session is still open. What you did so far is saved."
        session = ExerciseSessionFactory(version=published_plan(patient))
        assert told not in phone.get("/my/sign-out/").content.decode()
        ExerciseSession.objects.filter(pk=session.pk).update(**STORED_UNANSWERED)
        page = phone.get("/my/sign-out/").content.decode()
        assert told in page
        assert f'href="{reverse("my:session")}"' in page

    def test_signing_out_does_not_warn_of_another_patients_session(self, phone):
        open_session(published_plan(PatientFactory()))
        assert "session is still open" not in phone.get("/my/sign-out/").content.decode()

    def test_a_deactivated_patient_is_signed_out_at_once(self, phone, patient):
        patient.user.is_active = False
        patient.user.save()
        assert phone.get("/my/").url == "/sign-in/?next=/my/"
