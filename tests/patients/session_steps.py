"""Steps that several tests of the patient's side take."""

from django.urls import reverse

from tests.factories import ExerciseSessionFactory

#: A check-in with nothing to worry about, as the form sends it.
WELL = {"pain_after": "2", "fell": "no", "faint_or_chest_pain": "no", "new_sore": "no"}

#: What a session that was not finished has not answered yet.
UNANSWERED = dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain", "new_sore"))
#: The same as it is stored.
STORED_UNANSWERED = {"finished_at": None, "pain_after": None, "answers": {}}


def open_session(version, **fields):
    """A session under way."""
    return ExerciseSessionFactory(version=version, **UNANSWERED | fields)


def url(name, session, item=None):
    """The address of one page of a session."""
    return reverse(f"my_session_{name}", args=[session.pk, item.pk] if item else [session.pk])


def text(response):
    """The page as text."""
    return response.content.decode()


def check_feet(phone, session, found="fine"):
    """The answer to the foot check, which comes before the first exercise on the feet."""
    return phone.post(url("feet", session), {"feet": found})
