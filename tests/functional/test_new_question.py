"""A question added to the table is asked, answered and acted on by a phone without a connection."""

import json

import pytest
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession
from patients.sessions import check_in as check_in_table
from patients.sessions.advice import every_advice, get_advice
from patients.sessions.offline.snapshot import as_sent
from tests.functional.offline_steps import (
    advice,
    button,
    check_in,
    do_exercises,
    go_offline,
    go_online,
    open_own_phone,
)
from tests.patients.sessions.new_question import SWOLLEN_HAND, add_to_table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own_phone(phone, patient, live_server, browser_monitor, monkeypatch):
    add_to_table(monkeypatch)
    return open_own_phone(patient, phone, live_server.url, browser_monitor)


def test_a_new_question_works_offline_and_arrives(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    do_exercises(own_phone)
    check_in(own_phone, SWOLLEN_HAND.id)

    expect(advice(own_phone)).to_have_text([str(SWOLLEN_HAND.advice[0].title)])
    button(own_phone, "Back to today").tap()
    expect(own_phone.get_by_role("heading", name="Rest for today")).to_be_visible()
    assert not ExerciseSession.objects.exists()

    go_online(own_phone)

    expect(own_phone.get_by_text(": Sent")).to_be_visible()
    assert ExerciseSession.objects.get().answers[SWOLLEN_HAND.id] is True
    assert Alert.objects.get().kind == SWOLLEN_HAND.alert.kind


def test_a_phone_gives_the_servers_advice_for_every_answer(own_phone):
    own_phone.goto("/my/offline/")
    every = [
        {"usual_pain": usual, "pain_limit": 7, "pain_before": before, each.id: each.read(value)}
        for each in check_in_table.QUESTIONS
        for value, _label in each.options
        for usual in (None, 2.5)
        for before in (None, 0, 8)
    ]
    sent = [{name: told if told is None else as_sent(told) for name, told in one.items()} for one in every]
    rows = every_advice()
    found = own_phone.evaluate(
        "([rows, every]) => every.map(says => rows.map(when => self.surefootCheckIn.all(when, says)))",
        [[json.loads(row.when_json) for row in rows], sent],
    )
    for answers, applies in zip(every, found, strict=True):
        # Of the advice for one question the page shows the first (`isFirst` in offline-advice.js).
        first = {
            row.question: row for row, is_met in reversed(list(zip(rows, applies, strict=True))) if is_met
        }
        shown = [row for row in rows if row in first.values()]
        assert shown == [row for row in get_advice(answers) if row.when], answers
