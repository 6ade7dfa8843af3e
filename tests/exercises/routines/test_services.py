"""Creating, updating, copying, retiring and restoring routines; permissions and concurrent requests."""

import uuid

import pytest

from clinic.models import AuditEvent, Role
from exercises.clinic_exercises.selectors import revisions
from exercises.doses import Dose
from exercises.models import Routine, RoutineItem
from exercises.routines.services import (
    MAX_ITEMS,
    RoutineContent,
    RoutineLine,
    StaleRoutineError,
    create_routine,
    restore_routine,
    retire_routine,
    update_routine,
)
from tests.concurrency import AT_ONCE, call_at_once
from tests.factories import ClinicFactory, ExerciseFactory, RoutineFactory, RoutineItemFactory, clinician


@pytest.fixture
def march(db):
    return ExerciseFactory(name="March in place")


@pytest.fixture
def curl(db):
    return ExerciseFactory(name="Towel curl")


@pytest.fixture
def routine_content(march, curl):
    return RoutineContent(
        name="Our start",
        summary="Five quiet minutes.",
        for_whom="Who has just begun",
        lines=(
            RoutineLine(exercise_id=march.pk, dose=Dose(minutes_min=3)),
            RoutineLine(exercise_id=curl.pk, dose=Dose(sets=2, reps_min=10), note="Slowly."),
        ),
    )


@pytest.fixture
def ours(clinic, dana, routine_content):
    return create_routine(clinic=clinic, content=routine_content, form_key=uuid.uuid4(), by=dana)


def changed(content, **fields):
    return RoutineContent(**vars(content) | fields)


class TestWriting:
    def test_a_routine_stores_its_content(self, clinic, dana, ours, routine_content):
        assert RoutineContent.of(Routine.objects.get()) == routine_content
        assert (ours.clinic, ours.owner, ours.slug[:10]) == (clinic, None, "our-start-")
        assert list(AuditEvent.objects.values_list("action", "actor")) == [("routine.added", dana.pk)]

    def test_the_same_form_sent_twice_is_one_routine(self, clinic, dana, routine_content):
        key = uuid.uuid4()
        made = [
            create_routine(clinic=clinic, content=routine_content, form_key=key, by=dana)
            for _time in range(2)
        ]
        assert made[0] == made[1]
        assert Routine.objects.count() == AuditEvent.objects.count() == 1

    def test_the_key_of_another_clinics_routine_is_used_as_a_new_one(self, ours, dana, routine_content):
        elsewhere = ClinicFactory()
        once, twice = (
            create_routine(clinic=elsewhere, content=routine_content, form_key=ours.pk, by=dana)
            for _time in range(2)
        )
        assert once == twice
        assert (once.clinic, once.pk == ours.pk) == (elsewhere, False)

    def test_so_is_that_of_a_routine_that_only_a_colleague_sees(self, clinic, dana, routine_content):
        colleague = clinician(clinic)
        key = uuid.uuid4()
        theirs = create_routine(
            clinic=clinic, content=routine_content, form_key=key, by=colleague, only_for=colleague
        )
        mine = create_routine(clinic=clinic, content=routine_content, form_key=key, by=dana)
        assert mine != theirs

    @pytest.mark.parametrize("lines", [(0,), (1, 1), tuple(range(MAX_ITEMS + 1))])
    def test_invalid_content_is_rejected(self, clinic, dana, routine_content, lines):
        exercises = ExerciseFactory.create_batch(max(lines) + 1)
        rows = tuple(RoutineLine(exercise_id=exercises[n].pk, dose=Dose(reps_min=5)) for n in lines)
        wrong = changed(routine_content, lines=() if lines == (0,) else rows)
        with pytest.raises(ValueError, match="each of them once"):
            create_routine(clinic=clinic, content=wrong, form_key=uuid.uuid4(), by=dana)
        assert not Routine.objects.exists()

    def test_a_change_keeps_the_row_of_an_exercise_that_stays(self, dana, ours, routine_content, curl):
        row = ours.items.get(exercise=curl)
        first, second = routine_content.lines
        update_routine(
            routine=ours, content=changed(routine_content, lines=(second, first)), edit_number=0, by=dana
        )
        assert [item.exercise_id for item in ours.items.order_by("order")] == [
            second.exercise_id,
            first.exercise_id,
        ]
        assert ours.items.get(exercise=curl).pk == row.pk
        assert [item.order for item in ours.items.order_by("order")] == [1, 2]

    def test_an_exercise_taken_out_leaves_its_history(self, dana, ours, routine_content, curl):
        only = changed(routine_content, lines=routine_content.lines[:1])
        update_routine(routine=ours, content=only, edit_number=0, by=dana)
        assert RoutineContent.of(Routine.objects.get()) == only
        assert RoutineItem.history.filter(exercise=curl, history_type="-").exists()

    def test_the_history_names_the_parts_that_changed_and_who_did_it(
        self, clinic, dana, ours, routine_content
    ):
        colleague = clinician(clinic)
        new = changed(routine_content, name="Our new start", lines=routine_content.lines[::-1])
        update_routine(routine=ours, content=new, edit_number=0, by=colleague)
        told = [(revision.by, revision.what) for revision in revisions(ours)]
        assert told == [(colleague, "Changed: name, exercises"), (dana, "Added")]

    def test_saving_over_an_unseen_change_raises_an_error(self, clinic, dana, ours, routine_content):
        colleague = clinician(clinic)
        update_routine(
            routine=ours, content=changed(routine_content, name="Theirs"), edit_number=0, by=colleague
        )
        with pytest.raises(StaleRoutineError) as stale:
            update_routine(
                routine=ours, content=changed(routine_content, name="Mine"), edit_number=0, by=dana
            )
        assert (stale.value.by, stale.value.routine.name) == (colleague, "Theirs")
        assert Routine.objects.get().name == "Theirs"

    def test_the_same_edit_twice_is_made_once(self, dana, ours, routine_content):
        new = changed(routine_content, name="New")
        for _time in range(2):
            update_routine(routine=ours, content=new, edit_number=0, by=dana)
        assert Routine.objects.get().edit_number == 1
        assert AuditEvent.objects.filter(action="routine.edited").count() == 1

    def test_a_retired_routine_cannot_be_chosen_until_it_is_restored(self, dana, ours):
        assert ours in Routine.objects.available_to(dana)
        assert retire_routine(routine=ours, by=dana)
        assert not retire_routine(routine=ours, by=dana)
        assert ours not in Routine.objects.available_to(dana)
        assert restore_routine(routine=ours, by=dana)
        assert ours in Routine.objects.available_to(dana)


class TestWhose:
    def test_a_clinicians_routine_is_hidden_even_from_the_clinic_admin(self, clinic, dana, routine_content):
        mine = create_routine(
            clinic=clinic, content=routine_content, form_key=uuid.uuid4(), by=dana, only_for=dana
        )
        admin = clinician(clinic, Role.CLINIC_ADMIN)
        assert mine in Routine.objects.available_to(dana)
        for other in (admin, clinician(clinic), clinician()):
            assert mine not in Routine.objects.available_to(other)

    def test_a_clinics_routine_is_hidden_from_other_clinics(self, clinic, ours):
        assert ours in Routine.objects.available_to(clinician(clinic))
        assert ours not in Routine.objects.available_to(clinician())
        assert ours not in Routine.objects.public()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_form_is_one_routine(self, clinic, dana, routine_content):
        key = uuid.uuid4()
        made = call_at_once(
            lambda _number: create_routine(clinic=clinic, content=routine_content, form_key=key, by=dana)
        )
        assert len({routine.pk for routine in made}) == Routine.objects.count() == 1
        assert RoutineItem.objects.count() == 2

    def test_of_several_concurrent_edits_one_is_saved_and_the_others_raise_an_error(
        self, clinic, dana, routine_content
    ):
        ours = create_routine(clinic=clinic, content=routine_content, form_key=uuid.uuid4(), by=dana)
        results = call_at_once(
            lambda number: update_routine(
                routine=ours, content=changed(routine_content, name=f"Name {number}"), edit_number=0, by=dana
            ),
            refusals=(StaleRoutineError,),
        )
        refused = [result for result in results if isinstance(result, StaleRoutineError)]
        assert len(refused) == AT_ONCE - 1
        saved = Routine.objects.get()
        assert saved.edit_number == 1
        assert {stale.routine.name for stale in refused} == {saved.name}


def test_a_shared_routine_is_copied_and_stays_as_it_is(clinic, dana, march):
    shared = RoutineFactory(name="Shared")
    RoutineItemFactory(routine=shared, exercise=march, order=1)
    copy = create_routine(clinic=clinic, content=RoutineContent.of(shared), form_key=uuid.uuid4(), by=dana)
    update_routine(
        routine=copy, content=changed(RoutineContent.of(copy), name="Ours now"), edit_number=0, by=dana
    )
    shared.refresh_from_db()
    assert (shared.name, shared.clinic, shared.items.count()) == ("Shared", None, 1)
    assert copy.items.get().exercise == march
