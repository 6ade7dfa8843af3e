"""Fixtures: clinicians of two clinics, a clinic's exercise, and form data."""

import uuid

import pytest

from exercises.clinic_exercises.content import ClinicExerciseContent
from exercises.clinic_exercises.services import NewPhoto, create_exercise
from exercises.doses import Dose
from exercises.library.photos import encode
from tests.exercises.clinic_exercises.uploads import photo


@pytest.fixture
def content():
    return ClinicExerciseContent(
        name="Towel curl",
        category="balance",
        position="seated",
        support="none",
        summary="Wakes up the toes.",
        start_position="Sit tall.",
        dose=Dose(sets=2, reps_min=10),
        steps=(("do", "Pull the towel with your toes."), ("breathe", "Breathe out.")),
    )


@pytest.fixture
def new_photo():
    """Return a function that creates a photograph to add: `new_photo("alternative text")`."""
    import io

    return lambda alt="A foot on a towel": NewPhoto(encode(io.BytesIO(photo())), alt)


@pytest.fixture
def own(clinic, dana, content, new_photo):
    """Return an exercise of the clinic with one photograph."""
    return create_exercise(
        clinic=clinic, content=content, new_photos=[new_photo()], form_key=uuid.uuid4(), by=dana
    )


@pytest.fixture
def answers():
    """Return the form data of a valid exercise."""
    return {
        "key": str(uuid.uuid4()),
        "name": "Heel slide",
        "category": "stretching",
        "position": "seated",
        "support": "none",
        "summary": "Loosens the knee.",
        "start_position": "Sit on a firm chair.",
        "demands": ["foot_pressure"],
        "figure": "calf-raise",
        "sets": "2",
        "reps_min": "8",
        "rows": "3",
        "step-0-order": "2",
        "step-0-kind": "do",
        "step-0-text": "Slide the heel back.",
        "step-1-order": "1",
        "step-1-kind": "get_ready",
        "step-1-text": "Take off your shoe.",
        "step-2-kind": "do",
        "step-2-text": "",
    }
