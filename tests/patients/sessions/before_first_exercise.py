"""Fixtures `version` and `session` for tests of the questions before the first exercise, imported by a module."""

import pytest

from exercises.models import Position
from tests.factories import ExerciseFactory, published_plan
from tests.patients.session_steps import url


@pytest.fixture
def version(patient):
    """Return a plan with standing exercises, one of which has a seated alternative, and a seated exercise."""
    gentle = ExerciseFactory(name="Knee straightening", position=Position.SEATED)
    raised = ExerciseFactory(name="Calf raise", position=Position.STANDING, easier=gentle)
    stand = ExerciseFactory(name="One-leg stand", position=Position.STANDING)
    march = ExerciseFactory(name="Seated march", position=Position.SEATED)
    return published_plan(patient, [raised, stand, march])


@pytest.fixture
def session(session, phone):
    """A session in which the pain before it has been answered."""
    phone.post(url("pain", session), {"pain": "2"})
    return session
