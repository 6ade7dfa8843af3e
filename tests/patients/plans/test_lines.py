"""Every field of a plan's line takes part everywhere, though only `PlanLine` and the row name it.

These tests name only the fields that identify a line, so they cover a new field too.
"""

import datetime
import json
import re
import uuid
from dataclasses import fields, replace

import pytest
from django.http import QueryDict
from django.urls import reverse

from exercises.doses import DOSE_FIELDS, Dose
from exercises.models import Exercise, Support
from patients.admin.patients import PlanItemInline
from patients.models import PlanItem
from patients.plans.content import PlanContent
from patients.plans.diff import changes
from patients.plans.forms.draft import DraftForm
from patients.plans.lines import LINE_FIELDS, OWN_FIELDS, PlanLine
from patients.plans.merge import merge
from patients.plans.services.drafts import create_next_version, publish_plan, save_draft, undo_last_step
from patients.plans.services.plans import start_plan
from patients.plans.sources import without_patient_data
from tests.factories import NOON, ExerciseFactory, PatientFactory, clinician

#: Fields of a row that are not prescribed.
ABOUT_THE_ROW = {"id", "version", "exercise", "order", "content"}
#: Fields of the key: a line with another value of these is another line.
KEY = {"exercise_id", "first_week"}
#: Fields that may be copied to another patient's plan.
IMPERSONAL = {"exercise_id", "dose", "support", "weekdays", "first_week", "last_week"}
PARTS = [part for part in LINE_FIELDS if part != "exercise_id"]


def another(part: str) -> object:
    """Return a value of the field that is not the one of `plain`, derived from the row's field."""
    if part == "dose":
        return Dose(reps_min=7)
    if part == "support":
        return Support.ONE_HAND
    usual = next(each.default for each in fields(PlanLine) if each.name == part)
    row = PlanItem._meta.get_field(part)
    if row.choices:
        return next(value for value, _label in reversed(row.flatchoices) if value not in ("", usual))
    if isinstance(usual, bool):
        return not usual
    if isinstance(usual, str):
        return "Slowly."
    if isinstance(usual, tuple):
        return (0,)
    return 4 if usual is None else usual + 1


@pytest.fixture
def plain(db):
    """A line with every field at its usual value."""
    exercise = ExerciseFactory(name="Calf raise")
    return PlanLine(exercise.pk, Dose(reps_min=10), Support.TWO_HANDS, name=exercise.name)


@pytest.fixture
def full(plain):
    """A line with no field at its usual value."""
    return replace(plain, **{part: another(part) for part in PARTS})


@pytest.fixture
def dana(db):
    return clinician()


def content(*lines: PlanLine) -> PlanContent:
    return PlanContent(start_date=datetime.date(2026, 3, 2), weeks=6, weekdays=(0, 2, 4), lines=lines)


def content_of(version) -> PlanContent:
    return PlanContent.of(version, list(version.items.select_related("exercise").in_order()))


def drafted(line: PlanLine, dana):
    """Save a draft with this line only, as an edit of a new plan."""
    plan = start_plan(patient=PatientFactory(clinic=dana.membership.clinic), by=dana, now=NOON)
    return save_draft(plan=plan, content=content(line), edit_number=1, by=dana, now=NOON)


class TestOneDefinition:
    def test_a_line_has_each_field_of_a_row_that_is_prescribed(self):
        of_a_row = {field.name for field in PlanItem._meta.concrete_fields} - ABOUT_THE_ROW

        assert of_a_row == {*DOSE_FIELDS, *OWN_FIELDS}
        assert {field.name for field in fields(PlanLine)} == {"exercise_id", "dose", *OWN_FIELDS, "name"}

    def test_all_but_the_name_is_compared_and_read(self):
        assert [field.name for field in fields(PlanLine) if field.compare] == list(LINE_FIELDS)

    def test_the_admin_shows_each(self):
        assert set(OWN_FIELDS) <= set(PlanItemInline.fields)

    def test_a_new_row_equals_a_new_line(self):
        row = PlanItem(exercise_id=uuid.uuid4(), support=Support.NONE, content={"name": ""})

        assert PlanLine.of(row) == PlanLine(row.exercise_id, Dose(), Support.NONE)


@pytest.mark.parametrize("part", PARTS)
class TestEachField:
    @pytest.fixture
    def changed(self, plain, part):
        return replace(plain, **{part: another(part)})

    def test_makes_two_lines_unequal(self, plain, changed, part):
        assert changed != plain

    def test_is_the_same_after_a_row(self, changed, part):
        item = PlanItem(exercise_id=changed.exercise_id, content={"name": ""}, **changed.row_values())

        assert PlanLine.of(item) == changed

    def test_is_the_same_after_text(self, changed, part):
        assert PlanContent.from_text(content(changed).as_text()) == content(changed)

    def test_is_described_when_it_changes(self, plain, changed, part):
        assert len(changes(content(plain), content(changed))) == 1
        assert len(changes(content(changed), content(plain))) == 1

    def test_is_merged_from_the_edit_that_changed_it(self, plain, changed, part):
        before, after = content(plain), content(changed)

        assert merge(base=before, mine=before, theirs=after) == after
        assert merge(base=before, mine=after, theirs=before) == after

    def test_is_merged_with_a_colleagues_change_of_another(self, plain, changed, part):
        for other in set(PARTS) - KEY - {part}:
            theirs = replace(plain, **{other: another(other)})
            both = merge(base=content(plain), mine=content(changed), theirs=content(theirs))

            wanted = changed if part in KEY else replace(changed, **{other: another(other)})
            assert both == content(wanted), other

    def test_is_copied_to_another_patient_only_if_it_is_not_personal(self, plain, changed, part):
        [copy] = without_patient_data(content(changed), {}).lines

        assert copy == (changed if part in IMPERSONAL else plain)


class TestAllFieldsTogether:
    def test_a_draft_a_published_version_and_the_next_draft_say_the_same(self, full, dana):
        draft = drafted(full, dana)
        assert content_of(draft).lines == (full,)

        published = publish_plan(plan=draft.plan, number=1, edit_number=2, change_note="", by=dana, now=NOON)
        assert content_of(published).lines == (full,)
        assert content_of(create_next_version(plan=draft.plan, by=dana, now=NOON)).lines == (full,)

    def test_an_edit_of_them_is_undone(self, plain, full, dana):
        draft = drafted(full, dana)
        later = replace(plain, first_week=full.first_week)
        save_draft(plan=draft.plan, content=content(later), edit_number=2, by=dana, now=NOON)
        assert content_of(draft).lines == (later,)

        undo_last_step(plan=draft.plan, edit_number=3, by=dana, now=NOON)
        assert content_of(draft).lines == (full,)

    def test_a_phase_that_is_split_off_has_them_too(self, full):
        first, second = content(full).with_new_phase(full.key, full.first_week + 1).lines

        assert replace(second, first_week=full.first_week) == full
        assert replace(first, last_week=full.last_week) == full

    def test_the_form_of_the_draft_returns_them_unchanged(self, full):
        exercises = {full.exercise_id: Exercise.objects.get(pk=full.exercise_id)}
        shown = DraftForm.from_content(content(full), seen=content(full), edit_number=1, exercises=exercises)
        sent = QueryDict(mutable=True)
        sent.setlist("exercise", [full.format_key])
        for field in [*shown.schedule, *shown.rows[0].form]:
            value = field.value()
            values = value if isinstance(value, list) else [value]
            sent.setlist(
                field.html_name, [str(one) for one in values if one not in (None, "") and one is not False]
            )

        form = DraftForm.from_post(sent, exercises)

        assert form.is_valid(), form.first_problem
        assert form.content == content(full)

    def test_the_builder_has_a_field_for_each(self, full, dana, client):
        draft = drafted(full, dana)
        client.force_login(dana)
        page = client.get(reverse("staff:plan_draft", args=[draft.plan_id])).text

        there = set(re.findall(rf'name="x-{full.format_key}-(\w+)"', page))
        assert there == {*DOSE_FIELDS, *OWN_FIELDS}

    def test_a_text_leaves_out_usual_values(self, plain):
        [kept] = json.loads(content(plain).as_text())["lines"]

        assert set(kept) == {"exercise_id", "dose", "support"}
