"""The builder's form: days, weeks and sides of each row, and errors beside the field to correct."""

import pytest
from django.http import QueryDict

from clinic.models import Weekday
from patients.plans.content import PlanContent
from patients.plans.forms.draft import DraftForm

pytestmark = pytest.mark.django_db

MON, WED, FRI = Weekday.MONDAY.value, Weekday.WEDNESDAY.value, Weekday.FRIDAY.value


@pytest.fixture
def exercises(draft):
    return {item.exercise_id: item.exercise for item in draft.items.select_related("exercise")}


@pytest.fixture
def stored(draft, content_of):
    """The draft's content: calf raise and ankle circles, on Monday, Wednesday and Friday for six weeks."""
    content = content_of(draft)
    return PlanContent(content.start_date, 6, (MON, WED, FRI), "", content.lines)


@pytest.fixture
def sent(exercises):
    """`sent(content, {name: values})`: the form of `content` as a browser sends it, with other values."""

    def form(content, changed=None):
        shown = DraftForm.from_content(content, seen=content, edit_number=1, exercises=exercises)
        data = QueryDict(mutable=True)
        for field in [*shown.schedule, *(field for row in shown.rows for field in row.form)]:
            value = field.value()
            if isinstance(value, list):
                data.setlist(field.html_name, [str(one) for one in value])
            elif value is True:
                data[field.html_name] = "on"
            elif value not in (None, "", False):
                data[field.html_name] = str(value)
        data.setlist("exercise", [row.key for row in shown.rows])
        for name, values in (changed or {}).items():
            data.setlist(name, values)
        return DraftForm.from_post(data, exercises)

    return form


def prefix(line):
    return f"x-{line.format_key}"


def errors(form):
    return {
        f"{row.exercise.name}: {name}": [str(word) for word in words]
        for row in form.rows
        for name, words in row.form.errors.items()
    }


def test_a_plan_with_days_weeks_and_sides_comes_back_as_it_was_shown(stored, sent):
    content = stored.with_new_phase(stored.keys[0], 3)
    line = content.lines[1]
    personal = type(line)(
        line.exercise_id,
        line.dose,
        line.support,
        note="Slowly.",
        name=line.name,
        weekdays=(MON,),
        first_week=3,
        last_week=4,
        side="left",
    )
    content = content.with_line(line.key, personal)

    form = sent(content)

    assert form.is_valid()
    assert form.content == content


def test_two_phases_of_an_exercise_are_two_rows_with_their_own_names(stored, sent):
    form = sent(stored.with_new_phase(stored.keys[0], 3))

    keys = [row.key for row in form.rows]
    assert len(set(keys)) == 3
    assert keys[1] == f"{keys[0]}_3"


def test_a_day_that_the_plan_does_not_have_is_refused_at_the_row(stored, sent):
    line = stored.lines[0]
    form = sent(stored, {f"{prefix(line)}-weekdays": [str(MON), "1"]})

    assert not form.is_valid()
    assert errors(form) == {
        "Calf raise: weekdays": ["Choose from the days of the plan, or add the day there."]
    }


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"first_week": "7"}, "first_week", "The plan ends before that week."),
        ({"last_week": "7"}, "last_week", "The plan ends before that week."),
        (
            {"first_week": "3", "last_week": "2"},
            "last_week",
            "Choose the first week or a later one, or clear it.",
        ),
        ({"first_week": "0"}, "first_week", "Use 1 to 52."),
        ({"last_week": "x"}, "last_week", "Use 1 to 52."),
    ],
)
def test_invalid_weeks_are_explained_at_the_field(stored, sent, typed, field, words):
    line = stored.lines[0]
    form = sent(stored, {f"{prefix(line)}-{name}": [value] for name, value in typed.items()})

    assert not form.is_valid()
    assert errors(form) == {f"Calf raise: {field}": [words]}


def test_two_phases_in_the_same_week_are_refused(stored, sent):
    content = stored.with_new_phase(stored.keys[0], 3)
    form = sent(content, {f"{prefix(content.lines[0])}-last_week": ["3"]})

    assert not form.is_valid()
    assert errors(form) == {
        "Calf raise: first_week": [
            "This exercise is in the plan for some of these weeks already. Choose other weeks."
        ]
    }


def test_fewer_weeks_than_a_phase_needs_are_explained(stored, sent):
    form = sent(stored.with_new_phase(stored.keys[0], 4), {"weeks": ["3"]})

    assert not form.is_valid()
    assert set(errors(form)) == {"Calf raise: first_week"}


def test_an_empty_first_week_is_the_first(stored, sent):
    line = stored.lines[0]
    form = sent(stored, {f"{prefix(line)}-first_week": [""]})

    assert form.is_valid()
    assert form.content == stored


def test_a_phase_may_begin_in_another_week(stored, sent):
    content = stored.with_new_phase(stored.keys[0], 3)
    form = sent(content, {f"{prefix(content.lines[1])}-first_week": ["4"]})

    assert form.is_valid()
    assert [line.first_week for line in form.content.lines] == [1, 4, 1]


def test_an_unknown_row_is_dropped(stored, sent):
    form = sent(stored, {"exercise": ["nonsense", stored.lines[1].format_key, "x_3"]})

    assert [row.exercise.name for row in form.rows] == ["Ankle circles"]
