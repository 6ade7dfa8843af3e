"""Functions for tests of offline use: sessions as a phone stores and sends them."""

import datetime
import json
import uuid

from django.utils import timezone

from patients.sessions.offline.payload import account_tag
from patients.sign_in.login import OWN_PHONE
from tests.factories import NOON
from tests.patients.session_steps import WELL


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
        "check_in": WELL | changes.pop("check_in", {}),
    } | changes


def send(client, kept):
    return client.post("/my/sync/", json.dumps(kept), content_type="application/json")


def moments_ago(*, minutes):
    """Return the times of a session started so many minutes ago by the real clock, and sent now."""
    now = timezone.now()
    began = (now - datetime.timedelta(minutes=minutes)).isoformat()
    return {"started_at": began, "finished_at": began, "sent_at": now.isoformat()}
