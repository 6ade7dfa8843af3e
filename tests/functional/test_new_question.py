"""A question added to the table is asked, answered and acted on by a phone without a connection."""

import itertools
import json

import pytest
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession
from patients.sessions.advice import every_advice, get_advice
from patients.sessions.check_in import Effort
from tests.functional.offline_steps import (
    button,
    check_in,
    do_exercises,
    go_offline,
    go_online,
    open_own_phone,
    patient_with_plan,
)
from tests.patients.sessions.new_question import HOT_FOOT, add_to_table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient():
    return patient_with_plan()


@pytest.fixture
def own_phone(phone, patient, live_server, browser_monitor, monkeypatch):
    add_to_table(monkeypatch)
    return open_own_phone(patient, phone, live_server.url, browser_monitor)


def test_a_new_question_works_offline_and_arrives(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    expect(own_phone.get_by_text("5 short questions.")).to_be_visible()
    check_in(own_phone, hot_foot="yes")

    expect(own_phone.locator("[data-advice]:visible h2")).to_have_text(["Stay off the hot foot"])
    button(own_phone, "Back to today").tap()
    expect(own_phone.get_by_role("heading", name="Rest for today")).to_be_visible()
    assert not ExerciseSession.objects.exists()

    go_online(own_phone)

    expect(own_phone.get_by_text(": Sent")).to_be_visible()
    assert ExerciseSession.objects.get().answers["hot_foot"] is True
    assert Alert.objects.get().kind == HOT_FOOT.alert.kind


def test_a_phone_gives_the_servers_advice_for_every_possible_check_in(own_phone):
    own_phone.goto("/my/offline/")
    yes_or_no = (False, True)
    every = [
        {
            "pain_before": before,
            "pain_after": after,
            "effort": effort,
            "fell": fell,
            "faint_or_chest_pain": faint,
            "new_sore": sore,
        }
        for before, after, effort, fell, faint, sore in itertools.product(
            (None, *range(11)), range(11), (None, *map(str, Effort)), yes_or_no, yes_or_no, yes_or_no
        )
    ]
    sent = [
        {
            name: {True: "yes", False: "no"}[told] if isinstance(told, bool) else told
            for name, told in one.items()
        }
        for one in every
    ]
    rows = every_advice()
    found = own_phone.evaluate(
        "([rows, every]) => every.map(says => rows.map(when => self.surefootCheckIn.all(when, says)))",
        [[json.loads(row.when_json) for row in rows], sent],
    )
    for answers, applies in zip(every, found, strict=True):
        shown = [row for row, is_shown in zip(rows, applies, strict=True) if is_shown]
        assert shown == [row for row in get_advice(answers) if row.when], answers
