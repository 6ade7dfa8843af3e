"""Sessions on an own phone are extended with use, for a year at most, and never beyond the date shown."""

import datetime
import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from patients.models import PlanItem
from patients.sign_in.services.devices import sign_out_device
from tests.factories import NOON
from tests.patients.session_steps import get_ready, open_session, text, url
from tests.patients.sign_in.test_devices import CLEAR_SITE_DATA, device_in, is_out, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("version")]

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
MINUTE, SECOND = datetime.timedelta(minutes=1), datetime.timedelta(seconds=1)


def session_ends_at(client):
    """Return the session's expiry from the table, not from the cookie."""
    return Session.objects.get(pk=client.session.session_key).expire_date


def cookie_lasts(client):
    return datetime.timedelta(seconds=client.cookies["sessionid"]["max-age"])


class TestAnOwnPhone:
    def test_that_is_used_in_a_plan_of_six_weeks_stays_signed_in_all_the_time(self, patient, clock):
        client = sign_in(patient)
        for day in range(1, 43):
            clock.move_to(NOON + day * DAY)
            assert client.get("/my/").status_code == 200

    def test_moves_the_end_of_the_session_of_the_cookie_and_of_the_list_together(self, patient, clock):
        client = sign_in(patient)
        clock.move_to(NOON + 10 * DAY)
        client.get("/my/")
        assert session_ends_at(client) == device_in(client).expires_at == NOON + 40 * DAY
        assert cookie_lasts(client) == 30 * DAY

    def test_that_is_not_used_for_30_days_is_signed_out(self, patient, clock):
        client = sign_in(patient)
        clock.move_to(NOON + 10 * DAY)
        client.get("/my/")
        clock.move_to(NOON + 40 * DAY)
        assert is_out(client.get("/my/"))

    def test_keeps_its_unsent_data_when_the_session_only_expired(self, patient, clock):
        client = sign_in(patient)
        clock.move_to(NOON + 30 * DAY)
        answer = client.get("/my/")
        assert is_out(answer)
        assert not answer.has_header("Clear-Site-Data")

    def test_asks_to_sign_in_after_a_year_however_often_it_is_used(self, patient, clock):
        client = sign_in(patient)
        for day in range(20, 364, 20):
            clock.move_to(NOON + day * DAY)
            assert client.get("/my/settings/").status_code == 200
        clock.move_to(NOON + 364 * DAY)
        assert client.get("/my/settings/").status_code == 200
        assert session_ends_at(client) == device_in(client).expires_at == NOON + 365 * DAY
        clock.move_to(NOON + 365 * DAY)
        assert is_out(client.get("/my/"))

    def test_writes_the_expiry_once_a_day_and_adds_no_query_in_between(self, patient, clock):
        client = sign_in(patient)
        clock.move_to(NOON + DAY)
        client.get("/my/")
        clock.move_to(NOON + 2 * DAY - datetime.timedelta(seconds=1))
        client.get("/my/plan/")  # records the use, which happens once an hour
        without = Client()
        without.force_login(patient.user)
        costs = []
        for phone in (client, without):
            with CaptureQueriesContext(connection) as queries:
                phone.get("/my/")
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 10
        assert session_ends_at(client) == NOON + 31 * DAY
        clock.move_to(NOON + 2 * DAY)
        client.get("/my/")
        assert session_ends_at(client) == NOON + 32 * DAY

    @pytest.mark.parametrize("address", ["/my/offline/", "/my/sync/"])
    def test_is_in_use_when_it_asks_for_what_it_keeps(self, patient, clock, address):
        client = sign_in(patient)
        clock.move_to(NOON + 10 * DAY)
        assert client.get(address).status_code == 200
        assert session_ends_at(client) == NOON + 40 * DAY

    @pytest.mark.parametrize("address", ["/my/", "/my/offline/", "/my/sync/"])
    def test_that_was_ended_is_signed_out_at_once_and_extends_nothing(self, patient, clock, address):
        client = sign_in(patient)
        device = device_in(client)
        clock.move_to(NOON + 10 * DAY)
        sign_out_device(device=device, patient=patient, by=patient.user, now=NOON + 10 * DAY)
        answer = client.get(address)
        assert is_out(answer)
        assert answer["Clear-Site-Data"] == CLEAR_SITE_DATA
        device.refresh_from_db()
        assert device.expires_at == NOON + 30 * DAY
        assert not Session.objects.filter(expire_date__gt=NOON + 10 * DAY).exists()


class TestASharedDevice:
    @pytest.fixture
    def shared(self, patient):
        return sign_in(patient, device="shared")

    def test_that_is_used_stays_signed_in_for_an_hour_and_no_longer(self, shared, clock):
        for minute in range(0, 60, 9):
            clock.move_to(NOON + minute * MINUTE)
            assert shared.get("/my/").status_code == 200
        clock.move_to(NOON + 59 * MINUTE)
        assert shared.get("/my/").status_code == 200
        assert device_in(shared).expires_at == NOON + 60 * MINUTE
        clock.move_to(NOON + 60 * MINUTE)
        assert is_out(shared.get("/my/"))
        assert "_auth_user_id" not in shared.session

    def test_that_is_not_used_for_ten_minutes_is_signed_out_and_keeps_nothing(self, shared, clock):
        clock.move_to(NOON + 10 * MINUTE - SECOND)
        assert shared.get("/my/").status_code == 200
        clock.move_to(NOON + 20 * MINUTE)
        response = shared.get("/my/")
        assert is_out(response)
        assert response["Clear-Site-Data"] == CLEAR_SITE_DATA

    def test_says_why_it_is_signed_out(self, shared, clock):
        clock.move_to(NOON + 11 * MINUTE)
        page = text(shared.get("/my/", follow=True))
        assert "it signs you out after 10 minutes without use, and after one hour" in page
        assert "You are signed out" not in text(Client().get("/sign-in/"))

    def test_ends_with_the_browser(self, shared, clock):
        clock.move_to(NOON + 5 * MINUTE)
        shared.get("/my/")
        assert shared.session.get_expire_at_browser_close()

    def test_writes_its_use_once_a_minute(self, shared, clock):
        clock.move_to(NOON + MINUTE - SECOND)
        shared.get("/my/")
        assert device_in(shared).expires_at == NOON + 10 * MINUTE
        clock.move_to(NOON + MINUTE)
        shared.get("/my/")
        assert device_in(shared).expires_at == NOON + 11 * MINUTE

    def test_has_pages_that_hide_themselves_when_it_ends(self, shared, patient, clock):
        assert 'data-after="600"' in shared.get("/my/").content.decode()
        for minute in range(0, 60, 9):
            clock.move_to(NOON + minute * MINUTE)
            page = shared.get("/my/").content.decode()
        assert f'data-after="{6 * 60}"' in page  # an hour after the sign-in
        assert "data-after" not in sign_in(patient, device="own").get("/my/").content.decode()

    def test_is_signed_out_though_its_session_was_written_since(self, shared, clock):
        clock.move_to(NOON + 9 * MINUTE)
        shared.get("/my/passkeys/add/")  # writes the challenge to the session
        assert session_ends_at(shared) > NOON + HOUR
        clock.move_to(NOON + 19 * MINUTE)
        assert is_out(shared.get("/my/"))

    def test_waits_while_the_patient_does_a_long_exercise(self, shared, patient, clock, version):
        session = open_session(version)
        item = version.items.first()
        long = {"minutes_min": 30, "minutes_max": None, "reps_min": None, "reps_max": None}
        QuerySet(PlanItem).filter(pk=item.pk).update(**long)
        get_ready(shared, session)
        step = url("step", session, item)
        page = shared.get(step)
        assert f'data-after="{40 * 60}"' in page.content.decode()  # until then, the page does not hide itself
        clock.move_to(NOON + 39 * MINUTE)
        assert shared.post(step, {"outcome": "done"}).url.startswith("/my/session/")
        clock.move_to(NOON + 50 * MINUTE)
        assert is_out(shared.get("/my/"))

    def test_waits_for_no_exercise_beyond_the_hour(self, shared, patient, clock, version):
        session = open_session(version)
        item = version.items.first()
        long = {"minutes_min": 30, "minutes_max": None, "reps_min": None, "reps_max": None}
        QuerySet(PlanItem).filter(pk=item.pk).update(**long)
        get_ready(shared, session)
        for minute in range(0, 50, 9):
            clock.move_to(NOON + minute * MINUTE)
            assert shared.get(url("step", session, item)).status_code == 200
        clock.move_to(NOON + 59 * MINUTE)
        assert shared.get("/my/").status_code == 200
        clock.move_to(NOON + 60 * MINUTE)
        assert is_out(shared.get("/my/"))

    def test_keeps_an_answer_that_is_sent_too_late_in_the_page_with_its_advice(
        self, shared, patient, clock, version
    ):
        session = open_session(version)
        clock.move_to(NOON + 11 * MINUTE)
        response = shared.post(url("check_in", session), {"pain_after": "2", "signs": "chest"})
        page = text(response)
        assert response.status_code == 401
        assert "Chest pain: call for help now" in page
        kept = dict(re.findall(r'<input type="hidden" name="(pain_after|signs)" value="([^"]*)">', page))
        assert kept == {"pain_after": "2", "signs": "chest"}
        again = sign_in(patient, device="shared", client=shared)
        again.post(url("check_in", session), kept)
        assert [alert.kind for alert in patient.alerts.all()] == ["chest"]


class TestWordsAboutTheSession:
    def test_before_signing_in(self, client):
        assert "stays signed in while you use it, for up to a year" in text(client.get("/card/"))

    def test_on_the_list_until_when(self, patient, clock):
        client = sign_in(patient)
        clock.move_to(NOON + 10 * DAY)
        assert "It stays signed in until April 11. Each use adds to that." in told(client)

    def test_on_the_list_that_a_year_is_the_end(self, patient, clock):
        client = sign_in(patient)
        for day in range(20, 361, 20):
            clock.move_to(NOON + day * DAY)
            client.get("/my/")
        assert "It stays signed in until March 2. Then you sign in again." in told(client)

    def test_on_the_list_when_a_shared_one_is_over(self, patient):
        client = sign_in(patient, device="shared")
        words = "It signs out when the browser closes, after 10 minutes without use, and after one hour."
        assert words in told(client)


def told(client):
    return re.sub(r"\s+", " ", text(client.get("/my/devices/")))
