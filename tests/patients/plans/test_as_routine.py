"""Saving a plan as a routine: without patient data, with a unique name, for the right users."""

import uuid

import pytest
from django.urls import reverse

from clinic.models import AuditEvent, Role
from exercises.models import Routine
from patients.exceptions import NotPossibleError
from patients.plans.services.drafts import save_draft
from patients.plans.services.routines import save_as_routine
from tests.factories import ClinicFactory, RoutineFactory
from tests.factories import clinician as member

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(draft, dana):
    """`save(name=…)`: save the draft as a routine of Dana's own."""

    def saved(**words):
        start = {"name": "Knees", "summary": "For stiff knees.", "for_whom": "", "for_me": True, "by": dana}
        return save_as_routine(plan=draft.plan, form_key=uuid.uuid4(), **start | words)

    return saved


@pytest.fixture
def send(draft, signed_in):
    """`send(user, name=…)`: post the form of the page."""

    def sent(user, **typed):
        url = reverse("staff:plan_as_routine", args=[draft.plan_id])
        start = {"key": str(uuid.uuid4()), "name": "Knees", "summary": "For stiff knees."}
        return signed_in(user).post(url, start | typed)

    return sent


def test_a_routine_keeps_exercises_and_doses_in_their_order(draft, save):
    routine = save()

    items = list(routine.items.order_by("order"))
    assert [item.exercise.name for item in items] == ["Calf raise", "Ankle circles"]
    assert [item.dose for item in items] == [item.dose for item in draft.items.in_order()]


def test_a_routine_holds_no_patient_data(draft, dana, save, content_of):
    content = content_of(draft)
    line = content.lines[0]
    personal = type(line)(line.exercise_id, line.dose, line.support, note="Mind the left hip.", side="left")
    save_draft(plan=draft.plan, content=content.with_line(line.key, personal), edit_number=1, by=dana)

    routine = save()

    assert {item.note for item in routine.items.all()} == {""}
    words = AuditEvent.objects.get(action="routine.added")
    assert str(draft.plan_id) not in f"{words.object_id} {words.action}"


def test_of_several_phases_the_first_is_saved(draft, dana, save, content_of):
    content = content_of(draft)
    phased = content.with_new_phase(content.lines[0].key, 3)
    save_draft(plan=draft.plan, content=phased, edit_number=1, by=dana)

    assert save().items.count() == 2


def test_weekdays_of_a_line_become_days_a_week(draft, dana, save, content_of):
    content = content_of(draft)
    line = content.lines[0]
    twice = type(line)(line.exercise_id, line.dose, line.support, weekdays=(0, 4))
    save_draft(plan=draft.plan, content=content.with_line(line.key, twice), edit_number=1, by=dana)

    assert save().items.get(order=1).days_min == 2


def test_an_empty_plan_makes_no_routine(draft, dana, save, content_of):
    content = content_of(draft)
    save_draft(plan=draft.plan, content=content.without(*content.keys), edit_number=1, by=dana)

    with pytest.raises(NotPossibleError, match="no exercise"):
        save()


def test_a_clinicians_own_routine_is_visible_only_to_them(save, dana, other, desk):
    routine = save()

    assert routine in Routine.objects.available_to(dana)
    assert routine not in Routine.objects.available_to(other)


def test_a_clinician_saves_for_themselves_even_if_the_form_says_otherwise(send, dana):
    assert send(dana, whose="clinic").status_code == 302
    assert Routine.objects.get(name="Knees").owner == dana


def test_a_clinic_admin_saves_for_the_clinic(send, clinic, dana):
    admin = member(clinic, role=Role.CLINIC_ADMIN)

    assert send(admin, whose="clinic").status_code == 302
    assert Routine.objects.get(name="Knees") in Routine.objects.available_to(dana)


def test_the_same_form_sent_twice_is_one_routine(send, dana):
    key = str(uuid.uuid4())

    assert [send(dana, key=key).status_code for _click in range(2)] == [302, 302]
    assert Routine.objects.filter(name="Knees").count() == 1


def test_a_name_in_use_is_refused(send, dana):
    page = send(dana, name="first  STEPS").text

    assert "A routine has this name already." in page
    assert "For stiff knees." in page


def test_a_name_that_only_a_colleague_uses_is_free(send, save, other):
    save(name="Knees")

    assert send(other, name="Knees").status_code == 302


def test_a_name_that_only_another_clinic_uses_is_free(send, dana):
    RoutineFactory(name="Knees", clinic=ClinicFactory())

    assert send(dana, name="Knees").status_code == 302
    assert Routine.objects.filter(name="Knees").count() == 2
