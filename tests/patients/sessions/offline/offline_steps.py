"""Functions for tests of offline use: sessions as a phone stores and sends them."""

import datetime
import json
import uuid

from django.utils import timezone

from patients.sessions import check_in
from patients.sessions.offline.payload import account_tag
from patients.sessions.questions import Place
from patients.sign_in.login import OWN_PHONE
from tests.factories import NOON

#: Answers of a check-in on a phone that reports no danger, to every question that everyone is asked.
ANSWERS = {"pain_after": "2"} | {
    each.id: "no" for each in check_in.asked_at(Place.CHECK_IN, flags=()) if each.id != "pain_after"
}
#: The same on a page: none of the signs.
PAGE_ANSWERS = {"pain_after": "2", "none": "yes"}


def make_own(client):
    """Mark the client as the patient's own phone."""
    session = client.session
    session[OWN_PHONE] = True
    session.save()


def kept_session(version, **changes):
    """Return a session as a phone sends it: every exercise done, and no danger reported."""
    patient = version.plan.patient
    told = {
        "key": str(uuid.uuid4()),
        "tag": account_tag(patient.user, patient),
        "version": str(version.pk),
        "session": None,
        "started_at": NOON.isoformat(),
        "finished_at": NOON.isoformat(),
        "sent_at": NOON.isoformat(),
        "pain_before": 3,
    }
    entries = [
        {"item": str(item.pk), "outcome": "done", "effort": "easy", "at": NOON.isoformat()}
        for item in version.items.in_order()
    ]
    return {
        "session": told | changes.pop("session", {}),
        "entries": changes.pop("entries", entries),
        "check_in": ANSWERS | changes.pop("check_in", {}),
        "asked": list(ANSWERS),
    } | changes


def kept_report(patient, **changes):
    """Return a report as a phone sends it: one sign told on the stop sheet."""
    told = {
        "key": str(uuid.uuid4()),
        "tag": account_tag(patient.user, patient),
        "place": "stop",
        "reason": "",
        "reported_at": NOON.isoformat(),
        "sent_at": NOON.isoformat(),
    }
    return {"report": told | changes.pop("report", {}), "answers": {"hot_foot": "yes"}} | changes


def send(client, kept):
    return client.post("/my/sync/", json.dumps(kept), content_type="application/json")


def is_refused(response):
    """Return whether the phone keeps it and says to call the clinic: a refusal that is marked as the server's own."""
    return response.status_code == 422 and response.get("X-Refused") == "yes"


def moments_ago(*, minutes):
    """Return the times of a session started so many minutes ago by the real clock, and sent now."""
    now = timezone.now()
    began = (now - datetime.timedelta(minutes=minutes)).isoformat()
    return {"started_at": began, "finished_at": began, "sent_at": now.isoformat()}
