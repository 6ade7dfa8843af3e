"""Creating, updating, retiring and sharing exercises of a clinic."""

import dataclasses
import uuid

import pytest

from clinic.models import AppendOnlyError, AuditEvent
from exercises.clinic_exercises.content import ClinicExerciseContent
from exercises.clinic_exercises.selectors import revisions
from exercises.clinic_exercises.services import (
    StaleExerciseError,
    create_exercise,
    restore_clinic_exercise,
    retire_clinic_exercise,
    share_with_all_clinics,
    update_exercise,
)
from exercises.models import Exercise, ExercisePhoto
from patients.exceptions import NotPossibleError
from patients.plans.content import PlanContent
from patients.plans.lines import PlanLine
from patients.plans.prescription import prescribed
from patients.plans.services.drafts import publish_plan, save_draft
from patients.plans.services.plans import start_plan
from tests.factories import NOON, ExerciseFactory, PatientFactory, clinician


def audited(exercise):
    return list(
        AuditEvent.objects.filter(object_id=str(exercise.pk)).order_by("pk").values_list("action", flat=True)
    )


def test_it_stores_all_of_its_content(own, content):
    stored = ClinicExerciseContent.of(own)
    assert dataclasses.replace(stored, photos=()) == content
    assert [photo.alt for photo in stored.photos] == ["A foot on a towel"]
    assert own.source == "Harbour Clinic"
    assert audited(own) == ["exercise.added"]


def test_its_slug_is_unique_even_if_the_name_is_taken(clinic, dana, content):
    both = [
        create_exercise(clinic=clinic, content=content, form_key=uuid.uuid4(), by=dana) for _time in range(2)
    ]
    assert both[0].slug != both[1].slug
    assert all(one.slug.startswith("towel-curl-") for one in both)


def test_the_same_form_sent_twice_makes_one(clinic, dana, content):
    key = uuid.uuid4()
    once, twice = (
        create_exercise(clinic=clinic, content=content, form_key=key, by=dana) for _time in range(2)
    )
    assert once == twice
    assert Exercise.objects.count() == 1


def test_the_key_of_another_clinics_exercise_or_of_the_catalogues_is_used_as_a_new_one(own, dana, content):
    elsewhere = clinician().membership.clinic
    for key in (own.pk, ExerciseFactory().pk):
        once, twice = (
            create_exercise(clinic=elsewhere, content=content, form_key=key, by=dana) for _time in range(2)
        )
        assert once == twice
        assert once.clinic == elsewhere
        assert once.pk != key


def test_only_its_clinic_may_assign_it_until_it_is_shared(own, dana):
    stranger = clinician()
    assert own in Exercise.objects.available_to(dana)
    assert own not in Exercise.objects.available_to(stranger)
    assert own not in Exercise.objects.public()
    assert share_with_all_clinics(rows=[own], by=dana) == 1
    assert own in Exercise.objects.available_to(clinician())
    assert own in Exercise.objects.public()
    assert audited(own)[-1] == "exercise.shared"
    assert share_with_all_clinics(rows=[Exercise.objects.get(pk=own.pk)], by=dana) == 0


def test_a_change_is_one_revision_that_says_who_and_what(own, content, dana):
    photos = ClinicExerciseContent.of(own).photos
    changed = dataclasses.replace(
        content, photos=photos, name="Towel pull", steps=(*content.steps, ("do", "Rest."))
    )
    update_exercise(exercise=own, content=changed, edit_number=0, by=dana)
    assert ClinicExerciseContent.of(Exercise.objects.get(pk=own.pk)) == changed
    assert [(revision.by, revision.what) for revision in revisions(own)] == [
        (dana, "Changed: name, steps"),
        (dana, "Added"),
    ]
    assert own.history.first().equipment.count() == own.equipment.count()


def test_saving_over_an_unseen_change_raises_an_error_and_writes_nothing(own, content, dana, clinic):
    other = clinician(clinic)
    update_exercise(
        exercise=own, content=dataclasses.replace(content, name="Theirs"), edit_number=0, by=other
    )
    with pytest.raises(StaleExerciseError) as stale:
        update_exercise(
            exercise=own, content=dataclasses.replace(content, name="Mine"), edit_number=0, by=dana
        )
    assert stale.value.by == other
    assert Exercise.objects.get(pk=own.pk).name == "Theirs"


def test_the_same_change_sent_twice_is_made_once(own, content, dana):
    changed = dataclasses.replace(content, name="Towel pull")
    for _time in range(2):
        update_exercise(exercise=own, content=changed, edit_number=0, by=dana)
    assert Exercise.objects.get(pk=own.pk).edit_number == 1


def test_five_photographs_are_refused(own, content, dana, new_photo):
    kept = dataclasses.replace(content, photos=ClinicExerciseContent.of(own).photos)
    with pytest.raises(ValueError, match="at most 4"):
        update_exercise(exercise=own, content=kept, new_photos=[new_photo()] * 4, edit_number=0, by=dana)


def test_a_photograph_of_another_exercise_is_refused(own, clinic, content, dana, new_photo):
    other = create_exercise(
        clinic=clinic, content=content, new_photos=[new_photo()], form_key=uuid.uuid4(), by=dana
    )
    foreign = dataclasses.replace(content, photos=ClinicExerciseContent.of(other).photos)
    with pytest.raises(ValueError, match="Only photographs"):
        update_exercise(exercise=own, content=foreign, edit_number=0, by=dana)


def plan_with(own, dana):
    patient = PatientFactory(clinic=own.clinic)
    plan = start_plan(patient=patient, by=dana, now=NOON)
    draft = plan.versions.get()
    wanted = PlanContent.of(draft, []).adding(PlanLine.suggested(own))
    save_draft(plan=plan, content=wanted, edit_number=draft.edit_number, by=dana, now=NOON)
    draft.refresh_from_db()
    return publish_plan(plan=plan, number=1, edit_number=draft.edit_number, change_note="", by=dana, now=NOON)


def test_what_was_prescribed_stays_when_the_exercise_is_changed_and_retired(own, content, dana, new_photo):
    version = plan_with(own, dana)
    before = prescribed(version.items.get())
    assert len(before.photos) == 1
    changed = dataclasses.replace(
        content, name="Other", steps=(("do", "Something else."),), figure="calf-raise"
    )
    update_exercise(exercise=own, content=changed, new_photos=[new_photo("Other")], edit_number=0, by=dana)
    retire_clinic_exercise(exercise=own, by=dana, now=NOON)
    after = prescribed(version.items.get())
    assert (after.name, after.steps, after.photos, after.figure) == (
        before.name,
        before.steps,
        before.photos,
        before.figure,
    )
    assert ExercisePhoto.objects.filter(pk=before.photos[0]["id"]).exists()


def test_a_photograph_can_be_neither_changed_nor_deleted(own):
    photo = own.photo_files.get()
    for forbidden in (photo.save, photo.delete, ExercisePhoto.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            forbidden()


def test_a_retired_exercise_cannot_be_added_anew_until_it_is_back(own, dana):
    plan = start_plan(patient=PatientFactory(clinic=own.clinic), by=dana, now=NOON)
    draft = plan.versions.get()
    wanted = PlanContent.of(draft, []).adding(PlanLine.suggested(own))
    assert retire_clinic_exercise(exercise=own, by=dana, now=NOON)
    assert not retire_clinic_exercise(exercise=own, by=dana, now=NOON)
    with pytest.raises(NotPossibleError):
        save_draft(plan=plan, content=wanted, edit_number=draft.edit_number, by=dana, now=NOON)
    assert restore_clinic_exercise(exercise=own, by=dana)
    save_draft(plan=plan, content=wanted, edit_number=draft.edit_number, by=dana, now=NOON)
    assert plan.versions.get().items.get().exercise == own
    assert audited(own) == ["exercise.added", "exercise.retired", "exercise.brought back"]
