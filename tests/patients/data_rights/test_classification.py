"""Every field of every model has a class, and every model about patients has a way from the patient to its rows."""

import pytest
from django.apps import apps
from django.db import models

from clinic.models import User
from patients.data_rights.classification import (
    HISTORY_FIELDS,
    TABLE,
    UnclassifiedError,
    classify,
    get_concrete_fields,
)
from patients.data_rights.kinds import PERSONAL, DataClass, Lookup, ModelClass, SameId, Subject
from patients.models import Helper, Message, Patient

MODELS = apps.get_models(include_auto_created=True)


def find_faults(model, table) -> list[str]:
    """Return what is missing or too much in the table about this model."""
    row = table.get(model._meta.label)
    if row is None:
        return [f"{model._meta.label} is not classified"]
    fields = {field.name for field in get_concrete_fields(model)}
    faults = [
        f"{model._meta.label} has no field {name}"
        for name in (*row.names, *row.secret.split())
        if name not in fields
    ]
    if row.history_of:
        known = {field.name for field in get_concrete_fields(apps.get_model(row.history_of))}
        faults += [f"{row.history_of} has no field {name}" for name in fields - HISTORY_FIELDS - known]
    for field in get_concrete_fields(model):
        try:
            classify(field)
        except UnclassifiedError as error:
            faults.append(str(error))
    return faults


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_has_a_class_and_every_class_a_field(model):
    assert find_faults(model, TABLE) == []


def test_every_row_of_the_table_is_a_model():
    assert set(TABLE) == {model._meta.label for model in MODELS}


def test_hidden_fields_are_looked_at_too():
    """The fields that are classified are those with a column in `_meta.get_fields(include_hidden=True)`."""
    for model in MODELS:
        columns = {
            field.column
            for field in model._meta.get_fields(include_hidden=True)
            if getattr(field, "column", None)
        }
        assert columns == {field.column for field in get_concrete_fields(model) if field.column}


def test_a_model_without_a_row_is_found():
    assert find_faults(Message, {}) == ["patients.Message is not classified"]


def test_a_text_field_that_the_table_does_not_name_is_found(monkeypatch):
    monkeypatch.setitem(
        TABLE, "patients.Message", ModelClass(Subject.PATIENT, DataClass.OPERATIONAL, path=Lookup("patient"))
    )

    (fault,) = find_faults(Message, TABLE)
    assert "patients.Message.text can hold typed text" in fault


def test_a_class_without_a_field_is_found(monkeypatch):
    row = ModelClass(
        Subject.PATIENT,
        DataClass.OPERATIONAL,
        {DataClass.CLINICAL: "text mood"},
        path=Lookup("patient"),
        secret="pin",
    )
    monkeypatch.setitem(TABLE, "patients.Message", row)

    assert find_faults(Message, TABLE) == [
        "patients.Message has no field mood",
        "patients.Message has no field pin",
    ]


def test_a_name_is_identity_an_address_contact_and_a_note_clinical():
    found = {
        f"{model._meta.label}.{field.name}": classify(field)
        for model in MODELS
        for field in get_concrete_fields(model)
    }

    assert found["patients.HistoricalPatient.full_name"] == DataClass.IDENTITY
    assert found["clinic.HistoricalUser.email"] == DataClass.CONTACT
    assert found["patients.PatientNote.text"] == DataClass.CLINICAL
    assert found["patients.Patient.clinic"] == DataClass.OPERATIONAL
    assert found["exercises.Exercise.name"] == DataClass.NONE


def test_every_row_says_why_where_it_is_about_nobody_but_holds_personal_data():
    """A model about nobody has no personal class, and one with a personal class is about someone."""
    for model in MODELS:
        kinds = {classify(field) for field in get_concrete_fields(model)}
        assert not (TABLE[model._meta.label].subject == Subject.NOBODY and kinds & PERSONAL), model


# --- Paths --------------------------------------------------------------------------------------------------------
def leads_to_patient(model, seen=frozenset()) -> bool:
    """Return True if foreign keys lead from the model to a patient or a helper, hidden ones included.

    A foreign key to a user is not followed: it says who did something, and staff are users too.
    """
    if model in (Patient, Helper):
        return True
    targets = {
        field.related_model
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ForeignKey) and field.related_model is not User
    }
    return any(leads_to_patient(target, seen | {model}) for target in targets - seen - {model})


def find_path_faults(model, row) -> list[str]:
    kinds = {classify(field) for field in get_concrete_fields(model)}
    faults = []
    if row.path is None and (
        leads_to_patient(model) or (row.subject == Subject.PATIENT and kinds & PERSONAL)
    ):
        faults.append(f"{model._meta.label} has data of patients and no path to them")
    if row.path is not None and row.subject != Subject.PATIENT:
        faults.append(f"{model._meta.label} has a path but is not about patients")
    if row.history_of and isinstance(row.path, SameId) and row.path.model != row.history_of:
        faults.append(f"{model._meta.label} is the history of another model")
    return faults


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_with_data_of_patients_has_a_path(model):
    assert find_path_faults(model, TABLE[model._meta.label]) == []


@pytest.mark.parametrize(
    "label", ["patients.Message", "patients.PlanItem", "clinic.RequestEvent", "clinic.User"]
)
def test_a_missing_path_is_found(label):
    row = TABLE[label]
    without = ModelClass(row.subject, row.default, row.named)

    assert find_path_faults(apps.get_model(label), without) == [
        f"{label} has data of patients and no path to them"
    ]


def test_every_table_of_history_is_reached_with_the_table_whose_history_it_is():
    for label, row in TABLE.items():
        if "Historical" in label:
            assert row.history_of == label.replace("Historical", "")
            assert (row.path is None) == (TABLE[row.history_of].path is None)


def test_the_only_files_of_patients_are_the_photos_that_the_export_writes():
    """The export writes text, and the photos of messages as files. Another model with a file needs a part in it."""
    kept = [
        field
        for model in MODELS
        for field in get_concrete_fields(model)
        if TABLE[model._meta.label].path and isinstance(field, models.BinaryField | models.FileField)
    ]
    assert [str(field) for field in kept] == ["patients.MessagePhoto.jpeg"]
