"""Sessions that a phone stored before the check-in was a table are still understood and sent."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession
from tests.functional.offline_steps import (
    SENT,
    advice,
    button,
    check_in,
    go_offline,
    go_online,
)

pytestmark = pytest.mark.django_db(transaction=True)

#: Stores a session as older pages did: a sore as `sore`, without the questions asked, without rest or hold.
STORE_OLD_SESSION = """
async changes => {
  const data = JSON.parse(document.getElementById("offline-data").textContent);
  const now = new Date().toISOString();
  await self.surefootStore.put({
    key: crypto.randomUUID(), tag: data.tag, version: data.version, session: null, started_at: now,
    pain_before: 3, items: Object.values(data.days)[0], entries: [], undone: [], feet: null, sore: false, ...changes,
  });
}
"""


@pytest.fixture
def own_phone(own_phone):
    """Return the patient's own phone without a connection, on today's page."""
    go_offline(own_phone)
    own_phone.goto("/my/")
    expect(button(own_phone, "Start")).to_be_visible()
    return own_phone


def test_an_unsent_fall_means_rest_and_is_sent(own_phone):
    told = {"pain_after": "2", "fell": "yes", "faint_or_chest_pain": "no", "new_sore": "no"}
    now = own_phone.evaluate("new Date().toISOString()")
    own_phone.evaluate(STORE_OLD_SESSION, {"state": "waiting", "check_in": told, "finished_at": now})
    own_phone.goto("/my/")
    expect(own_phone.get_by_role("heading", name="Rest for today")).to_be_visible()

    go_online(own_phone)

    expect(own_phone.get_by_text(re.compile(": Sent"))).to_be_visible()
    assert ExerciseSession.objects.get().answers["fell"] is True
    assert Alert.objects.get().kind == "fall"


def test_a_sore_reported_in_an_open_session_is_not_lost(own_phone):
    now = own_phone.evaluate("new Date().toISOString()")
    own_phone.evaluate(STORE_OLD_SESSION, {"state": "open", "sore": True, "feet": now})
    own_phone.goto("/my/")
    button(own_phone, "Stop here and say how it went").tap()
    check_in(own_phone)
    expect(advice(own_phone)).to_have_text(["Rest the foot with the new sore"])

    go_online(own_phone)

    expect(own_phone.get_by_text(SENT)).to_be_visible()
    assert ExerciseSession.objects.get().answers["new_sore"] is True
    assert Alert.objects.get().kind == "sore"
