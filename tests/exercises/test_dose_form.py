"""Dose form of exercises, routines and plans, with errors that say what to do."""

from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from exercises.doses import DOSE_FIELDS
from exercises.forms import DoseFormMixin
from exercises.models import RoutineItem

#: Django checks constraints with queries.
pytestmark = pytest.mark.django_db


class ItemForm(DoseFormMixin, forms.ModelForm):
    class Meta:
        model = RoutineItem
        fields = [*DOSE_FIELDS, "note"]


def filled(prefix: str | None = None, **values: Any) -> ItemForm:
    lead = f"{prefix}-" if prefix else ""
    return ItemForm({f"{lead}{name}": value for name, value in values.items()}, prefix=prefix)


def test_a_valid_dose_is_accepted_and_stored():
    form = filled(sets=2, reps_min=10, reps_max=15, each_side="on", days_min=3)

    assert form.is_valid(), form.errors
    assert form.instance.dose.sentence() == "2 sets of 10–15 each side. 3 days a week."


def test_the_same_number_twice_is_understood_as_one_number():
    form = filled(reps_min=10, reps_max=10)

    assert form.is_valid(), form.errors
    assert form.instance.reps_max is None


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({}, "reps_min", "Say how many times, how long to hold, or how many minutes."),
        ({"sets": "3"}, "reps_min", "Say how many times, how long to hold, or how many minutes."),
        (
            {"reps_min": "15", "reps_max": "10"},
            "reps_max",
            "Make the second number larger than the first, or clear it.",
        ),
        ({"reps_max": "10"}, "reps_min", "Fill in the first number, or clear the second."),
        ({"reps_min": "0"}, "reps_min", "Use a whole number from 1 to 100."),
        ({"reps_min": "-3"}, "reps_min", "Use a whole number from 1 to 100."),
        ({"reps_min": "ten"}, "reps_min", "Use a whole number from 1 to 100."),
        ({"reps_min": "999999999999"}, "reps_min", "Use a whole number from 1 to 100."),
        ({"minutes_min": "2", "days_min": "8"}, "days_min", "Use a whole number from 1 to 7."),
    ],
)
def test_a_wrong_dose_is_explained_once_on_the_field_to_correct(values, field, words):
    form = filled(**values)

    assert not form.is_valid()
    assert {name: list(errors) for name, errors in form.errors.items()} == {field: [words]}


def test_a_number_that_cannot_be_read_is_the_only_thing_reported():
    form = filled(minutes_min="half an hour")

    assert dict(form.errors) == {"minutes_min": ["Use a whole number from 1 to 120."]}


def test_two_forms_on_a_page_do_not_mix_their_fields():
    form = filled(prefix="item-7", reps_min="12")

    assert form.is_valid(), form.errors
    html = render_to_string("partials/dose_fields.html", {"form": form})
    assert 'name="item-7-reps_min"' in html
    assert 'name="reps_min"' not in html


def test_every_number_has_a_label_and_its_error_is_tied_to_it():
    html = render_to_string("partials/dose_fields.html", {"form": filled(reps_min="15", reps_max="10")})

    for name in DOSE_FIELDS:
        assert f'for="id_{name}"' in html
        assert f'id="id_{name}"' in html
    assert 'aria-describedby="id_reps_max_error"' in html
    assert 'id="id_reps_max_error"' in html
