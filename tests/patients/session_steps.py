"""Steps shared by tests of the patient's own pages."""

from django.urls import reverse

from patients.models import ExerciseHold
from patients.sessions.services.sessions import finish_session
from tests.factories import NOON, ExerciseSessionFactory

#: Answers of a check-in that raise no alert.
FINE = {"pain_after": 2, "fell": False, "chest": False, "new_sore": False}

#: Form data of a check-in that raises no alert: a pain, and "None of these".
WELL = {"pain_after": "2", "none": "yes"}

#: Fields without a value in a session that is not finished.
UNANSWERED = dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain", "new_sore"))
#: The same, by the names of the model's fields.
STORED_UNANSWERED = {"finished_at": None, "pain_after": None, "answers": {}}


def open_session(version, **fields):
    """Create a session in progress."""
    return ExerciseSessionFactory(version=version, **UNANSWERED | fields)


def url(name, session, item=None):
    """Return the URL of a page of a session."""
    return reverse(f"my:session_{name}", args=[session.pk, item.pk] if item else [session.pk])


def text(response):
    """Return the response's content as text."""
    return response.content.decode()


def get_ready(phone, session, *signs):
    """Answer the questions before the first exercise: these signs, or none of them."""
    return phone.post(url("ready", session), {"signs": signs} if signs else {"none": "yes"})


def check_in(phone, session, *signs, pain="2", **more):
    """Send the check-in: a pain, and these signs or none of them."""
    told = {"signs": signs} if signs else {"none": "yes"}
    return phone.post(url("check_in", session), {"pain_after": pain} | told | more)


def finish(session, at=NOON, **answers):
    """Finish a session with the check-in of somebody who is well, but for these answers."""
    return finish_session(session=session, answers=FINE | answers, by=session.patient.user, now=at)


def where(phone):
    return phone.get("/my/session/").url


def hold_kinds():
    """Return the holds as (kind, ends by itself), in order."""
    return sorted(
        (hold.kind, hold.ends_at is not None) for hold in ExerciseHold.objects.filter(ended_at=None)
    )
