"""The calendar feed: exercise days for anyone who has the link, and no other data."""

import datetime
import re

import pytest
from icalendar import Calendar

from clinic.models import TokenBucket
from clinic.rate_limits import CALENDAR
from patients.models import CalendarLink, PlanState
from tests.factories import MONDAY, NOON, published_plan
from tests.factories_of_patients import ReminderFactory
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def make_link(phone):
    """Create a link and return its path from the page."""
    page = text(phone.post("/my/calendar/"))
    return re.search(r'value="https?://[^/]+(/calendar/[\w-]+\.ics)"', page).group(1)


def events(response):
    return Calendar.from_ical(response.content).walk("VEVENT")


@pytest.fixture
def plan_on_mondays_and_thursdays(patient):
    return published_plan(patient, weekdays=[0, 3], start_date=MONDAY, weeks=2)


@pytest.fixture
def plan(plan_on_mondays_and_thursdays):
    return plan_on_mondays_and_thursdays


class TestTheFeed:
    def test_it_has_the_planned_days_and_nothing_else(self, phone, client, plan, patient):
        feed = client.get(make_link(phone))
        assert feed["Content-Type"] == "text/calendar; charset=utf-8"
        days = [event.start for event in events(feed)]
        assert days == [MONDAY, MONDAY + 3 * DAY, MONDAY + 7 * DAY, MONDAY + 10 * DAY]
        assert {str(event["SUMMARY"]) for event in events(feed)} == {"Exercise session"}
        assert set().union(*(event.keys() for event in events(feed))) == {
            *("UID", "SUMMARY", "DTSTAMP", "DTSTART", "DTEND", "TRANSP", "CLASS")
        }
        for word in (patient.clinic.name, "Rosa", "Delgado", str(patient.pk), "balance", "pain"):
            assert word not in text(feed)

    @pytest.mark.parametrize("has_reminder", [False, True])
    def test_it_is_a_valid_calendar(self, phone, client, plan, patient, has_reminder):
        """By RFC 5545: lines end with CRLF and have 75 bytes at most, and nothing that is required is missing."""
        if has_reminder:
            ReminderFactory(patient=patient)
        feed = client.get(make_link(phone)).content
        assert feed.endswith(b"END:VCALENDAR\r\n")
        assert feed.count(b"\n") == feed.count(b"\r\n")
        assert max(len(line) for line in feed.split(b"\r\n")) <= 75
        calendar = Calendar.from_ical(feed)
        assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
        assert calendar["PRODID"]
        for component in calendar.walk():
            assert component.errors == []
            assert [name for name in component.required if name not in component] == []
        for event in calendar.walk("VEVENT"):
            assert event.end > event.start
            assert event["DTSTAMP"].dt.utcoffset() == datetime.timedelta()
        assert calendar.to_ical() == feed

    def test_with_a_reminder_it_is_at_its_time_across_the_change_of_clocks(
        self, phone, client, plan, patient
    ):
        ReminderFactory(patient=patient)
        starts = [event.start for event in events(client.get(make_link(phone)))]
        assert [start.astimezone(patient.zone).hour for start in starts] == [10] * 4
        assert [start.astimezone(datetime.UTC).hour for start in starts] == [15, 15, 14, 14]

    def test_a_day_keeps_its_name_when_the_time_changes(self, phone, client, plan, patient):
        link = make_link(phone)
        before = [str(event["UID"]) for event in events(client.get(link))]
        ReminderFactory(patient=patient)
        assert [str(event["UID"]) for event in events(client.get(link))] == before
        assert len(set(before)) == 4

    def test_it_reaches_four_weeks_back(self, phone, client, patient, clock):
        published_plan(patient, start_date=MONDAY, weeks=8)
        clock.move_to(NOON + 42 * DAY)
        phone.force_login(patient.user)
        assert events(client.get(make_link(phone)))[0].start == MONDAY + 14 * DAY

    @pytest.mark.parametrize("state", [PlanState.PAUSED, PlanState.FINISHED])
    def test_a_plan_that_is_not_active_has_no_days(self, phone, client, plan, state):
        plan.plan.state = state
        plan.plan.save()
        assert events(client.get(make_link(phone))) == []

    def test_an_unchanged_feed_is_answered_with_not_modified(self, phone, client, plan):
        link = make_link(phone)
        first = client.get(link)
        again = client.get(link, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert first["Cache-Control"] == "private, max-age=3600"
        assert first["X-Robots-Tag"] == "noindex, nofollow"

    def test_too_many_requests_are_limited(self, phone, client, plan, caplog):
        link = make_link(phone)
        assert CALENDAR.tries == 600
        assert client.get(link).status_code == 200
        assert TokenBucket.objects.filter(tokens=599).update(tokens=1) == 1
        assert [client.get(link).status_code for _time in range(2)] == [200, 429]
        assert link not in caplog.text


class TestTheLink:
    def test_only_a_hash_of_it_is_kept_and_it_is_shown_once(self, phone, plan):
        secret = make_link(phone).split("/")[2].removesuffix(".ics")
        assert len(secret) == 43
        assert secret not in str(CalendarLink.objects.values().get())
        assert secret not in text(phone.get("/my/calendar/"))

    def test_a_phone_opens_its_own_calendar_with_it_or_saves_the_file(self, phone, plan):
        page = text(phone.post("/my/calendar/"))
        address = re.search(r'value="(https?://([^/]+/calendar/[\w-]+\.ics))"', page)
        assert f'<a class="btn btn-primary btn-next" href="webcal://{address[2]}">' in page
        assert f'href="{address[1]}" download>' in page

    def test_a_new_one_ends_the_old_one(self, phone, client, plan):
        old = make_link(phone)
        new = make_link(phone)
        assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)

    def test_a_revoked_link_is_answered_like_an_unknown_one(self, phone, client, plan):
        link = make_link(phone)
        for _time in range(2):
            phone.post("/my/calendar/end/")
        ended, never = client.get(link), client.get("/calendar/never-was.ics")
        assert (ended.status_code, ended.content) == (404, never.content)

    def test_opening_the_page_makes_no_link(self, phone):
        phone.get("/my/calendar/")
        assert not CalendarLink.objects.exists()
