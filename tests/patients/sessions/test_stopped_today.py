"""Today says where a session was stopped, until a whole one is done."""

import pytest

from patients.models import PlanState
from tests.factories import NOON, published_plan
from tests.patients.session_steps import finish, open_session
from tests.patients.sessions.test_today import move_to, page, standing

pytestmark = pytest.mark.django_db


def answered(session, items, outcome="done"):
    """Finish the session after these exercises, of which the first was done."""
    for number, item in enumerate(items):
        session.entries.create(item=item, outcome=outcome if number else "done", at=NOON)
    finish(session)


def test_one_that_was_stopped_says_where(phone, version, items):
    answered(open_session(version), items[:1])
    done = page(phone)
    assert "Stopped at 1 of 3" in done
    assert "What you did counts." in done
    assert "Well done" not in done
    assert "Next session: tomorrow." in done


def test_an_exercise_that_was_skipped_is_no_stop(phone, version, items):
    answered(open_session(version), items, outcome="not_today")
    assert "Stopped at" not in page(phone)


def test_a_whole_one_after_one_that_was_stopped_is_done(phone, version, items):
    for count in (1, 3):
        answered(open_session(version), items[:count])
    assert "Well done. You are done for today" in page(phone)


def test_a_session_of_an_earlier_plan_is_not_compared_with_this_one(phone, patient):
    old = published_plan(patient)
    answered(open_session(old), list(old.items.in_order()))
    move_to(PlanState.FINISHED, old)
    published_plan(patient, [standing(name="Calf raise"), standing(name="Heel raise")])
    assert "Stopped at" not in page(phone)
