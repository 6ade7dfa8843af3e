"""The scripts and the middleware know each page with answers by its own address."""

import json
import re
import uuid

import pytest
from django.urls import reverse

from patients.sessions.offline.paths import ANSWER_PAGES, is_answer_path, list_danger_patterns
from patients.urls.my import urlpatterns

#: Pages that ask nothing of a session or of a danger, or only show something.
NO_ANSWERS = {
    *(
        "today",
        "version_seen",
        "unskip_day",
        "plan",
        "handout",
        "exercise",
        "progress",
        "offline",
        "offline_sync",
    ),
    *("messages", "messages_read", "settings", "helpers", "helper_code", "helper_remove", "sign_out"),
    *("reminders", "reminders_stop", "push_subscribe", "push_ended_seen", "reminder_stop_by_token"),
    *("calendar", "calendar_end", "calendar_feed", "email", "email_code", "email_remove"),
    *("devices", "devices_sign_out_others", "device_sign_out", "access_log"),
    *("sign_in_history", "sign_in_seen", "sign_in_not_me"),
    *("data", "data_delete", "data_delete_cancel"),
    *("passkeys", "passkey_add", "passkey", "passkey_remove"),
    *("session", "session_start", "session_found", "session_easier", "session_advice", "session_discard"),
    *("screening", "screening_advice"),
    *("session_done", "message_photo", "message_photo_delete"),
    "home_screen",
    *("goal", "goal_decline", "goal_words", "goal_score", "goal_end", "activities", "activity_remove"),
}
#: Pages on which no danger can be told.
HARMLESS = {
    "session_pain",
    "session_step",
    "session_shorter",
    "session_gentler",
    "session_effort",
    "session_undo",
}


def address_of(route):
    """Return the URL of a route, with ids as they are in a real one."""
    arguments = route.pattern.converters
    return reverse(f"my:{route.name}", kwargs={name: uuid.uuid4() for name in arguments})


def found_in(patterns, address):
    """Return the matches, as `new RegExp(pattern).exec(address)` finds them."""
    expressions = [pattern.replace("(?<", "(?P<") for pattern in patterns]
    return [match for each in expressions if (match := re.search(each, address))]


ANSWERS = [route for route in urlpatterns if route.name in ANSWER_PAGES]
OTHERS = [route for route in urlpatterns if route.name in NO_ANSWERS and "str" not in str(route.pattern)]


def test_every_page_of_a_patient_is_a_page_with_answers_or_known_as_one_without():
    assert {route.name for route in urlpatterns} == set(ANSWER_PAGES) | NO_ANSWERS
    assert not set(ANSWER_PAGES) & NO_ANSWERS


@pytest.fixture
def of_the_worker(client):
    """Return the pages with answers as the service worker gets them."""
    script = client.get("/sw.js").text
    return json.loads(re.search(r"self\.surefoot = (.*);\n", script)[1])["answers"]


@pytest.mark.parametrize("route", ANSWERS, ids=lambda route: route.name)
def test_the_worker_knows_the_address_of_each_page_with_answers(of_the_worker, route):
    address = address_of(route)
    matches = found_in([path["pattern"] for path in of_the_worker], address)
    assert len(matches) == 1
    ids = set(re.findall(r"[\w-]{36}", address))
    assert set(matches[0].groupdict().values()) == ids


@pytest.mark.parametrize("route", ANSWERS, ids=lambda route: route.name)
def test_a_page_without_the_worker_knows_where_a_danger_can_be_told(route):
    assert bool(found_in(list_danger_patterns(), address_of(route))) == (route.name not in HARMLESS)


@pytest.mark.parametrize("route", ANSWERS, ids=lambda route: route.name)
def test_the_middleware_knows_each_page_with_answers(route):
    assert is_answer_path(address_of(route))


@pytest.mark.parametrize("route", OTHERS, ids=lambda route: route.name)
def test_no_other_page_counts_as_one_with_answers(of_the_worker, route):
    assert not found_in([path["pattern"] for path in of_the_worker], address_of(route))
    assert not is_answer_path(address_of(route))


def test_the_follow_up_of_a_session_is_known_to_the_worker(of_the_worker):
    session = uuid.uuid4()
    asked = {
        path["ask"]: match[0]["session"]
        for path in of_the_worker
        if (match := found_in([path["pattern"]], f"/my/session/{session}/more/"))
    }
    assert asked == {"follow-up": str(session)}
