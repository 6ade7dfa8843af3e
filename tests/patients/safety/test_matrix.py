"""The matrix of every exercise of the catalogue × every flag, which people look at."""

from dataclasses import replace

import pytest
from django.core.management import call_command

from exercises.catalogue import EXERCISES
from exercises.models import Position
from patients.models import Flag
from patients.safety.matrix import describe_cell, matrix_lines, summary_lines

BY_SLUG = {exercise.slug: exercise for exercise in EXERCISES}


def cells(flag):
    return {exercise.slug: describe_cell((flag,), exercise) for exercise in EXERCISES}


def test_each_exercise_is_a_line_with_a_cell_for_each_flag():
    lines = matrix_lines()[-len(EXERCISES) :]

    for line, exercise in zip(lines, EXERCISES, strict=True):
        slug, everyone, *found = line.split()
        assert slug == exercise.slug
        assert everyone == describe_cell((), exercise)
        assert found == [describe_cell((flag,), exercise) for flag in Flag]


def test_a_column_is_headed_by_the_name_of_its_flag_from_top_to_bottom():
    head = matrix_lines()[: -len(EXERCISES)]
    names = ["".join(column).strip() for column in zip(*(line.ljust(200) for line in head), strict=True)]

    assert [name for name in names if name] == ["everyone", *(flag.value for flag in Flag)]


def test_a_cell_says_the_gravest_effect_and_the_least_support():
    stand = replace(BY_SLUG["one-leg-stand"], demands=("weight_bearing", "standing", "single_leg"))

    assert describe_cell((Flag.FOOT_SORE,), stand) == "B"
    assert describe_cell((Flag.FELL,), stand) == "W1"
    assert describe_cell((Flag.AMPUTATION,), stand) == "W2"
    assert describe_cell((Flag.NUMB_FEET,), stand) == "N"
    assert describe_cell((Flag.AUTONOMIC,), stand) == "·"


def test_who_cannot_stand_is_left_nothing_upright_and_no_water():
    left = {slug for slug, cell in cells(Flag.CANNOT_STAND).items() if cell != "B"}

    assert left
    assert {BY_SLUG[slug].position for slug in left} == {Position.SEATED}
    assert not any("standing" in BY_SLUG[slug].demands for slug in left)


def test_retinopathy_is_not_without_effect():
    assert {"N", "W"} <= set(cells(Flag.RETINOPATHY).values())


@pytest.mark.parametrize("flag", Flag)
def test_no_flag_is_without_effect_on_the_catalogue(flag):
    assert set(cells(flag).values()) > {"·"} or set(cells(flag).values()) == {"B"}


@pytest.mark.parametrize(
    ("flag", "slug", "cell"),
    [
        (Flag.BP_DROP, "sit-to-stand", "W2"),
        (Flag.FELL, "sideways-walk", "W1"),
        (Flag.FELL, "pool-walking", "W1"),
        (Flag.FOOT_SORE, "towel-toe-curls", "B"),
        (Flag.SEVERE_LOW, "swimming", "B"),
        (Flag.BONE_METS, "seated-row-band", "B"),
    ],
)
def test_cells_of_the_hazard_log_are_as_it_asks(flag, slug, cell):
    assert cells(flag)[slug] == cell


@pytest.mark.parametrize("flag", [Flag.HEART_UNSTABLE, Flag.CLOT, Flag.RECENT_SURGERY])
def test_some_flags_block_every_exercise(flag):
    assert set(cells(flag).values()) == {"B"}


def test_the_summary_counts_each_exercise_once():
    assert len(summary_lines()) == len(Flag)
    for line in summary_lines():
        assert sum(int(part) for part in line.strip("| ").split(" | ")[1:]) == len(EXERCISES)


def test_the_command_prints_the_matrix_and_its_legend(capsys):
    call_command("safety_matrix")

    printed = capsys.readouterr().out
    assert "\n".join(matrix_lines()) in printed
    assert "B block, W warning, N note" in printed
