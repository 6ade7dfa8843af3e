"""Steps shared by tests of the patient's own pages."""

from django.urls import reverse

from tests.factories import ExerciseSessionFactory

#: Form data of a check-in that raises no alert.
WELL = {"pain_after": "2", "fell": "no", "faint_or_chest_pain": "no", "new_sore": "no"}

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


def check_feet(phone, session, found="fine"):
    """Answer the foot check, which comes before the first standing exercise."""
    return phone.post(url("feet", session), {"feet": found})
