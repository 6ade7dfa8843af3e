"""The page of a published version, and its differences from other versions."""

from dataclasses import replace

import pytest
from django.urls import reverse

from exercises.doses import Dose
from patients.plans.services.drafts import create_next_version, publish_plan, save_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(draft, dana, content_of):
    """Three published versions: more repetitions, then more weeks."""
    plan = draft.plan
    publish_plan(plan=plan, number=1, edit_number=1, change_note="", by=dana)

    def publish(change):
        version = create_next_version(plan=plan, by=dana)
        content = change(content_of(version))
        version = save_draft(plan=plan, content=content, edit_number=version.edit_number, by=dana)
        return publish_plan(
            plan=plan,
            number=version.number,
            edit_number=version.edit_number,
            change_note="Well done.",
            by=dana,
        )

    def more_repetitions(content):
        line = content.lines[0]
        return content.with_line(line.key, replace(line, dose=replace(line.dose, reps_min=15, reps_max=20)))

    publish(more_repetitions)
    publish(lambda content: replace(content, weeks=8))
    return plan


@pytest.fixture
def page(three, dana, signed_in):
    client = signed_in(dana)

    def shown(number, **asked):
        return client.get(reverse("staff:plan_version", args=[three.pk, number]), asked)

    return shown


def test_a_version_is_compared_with_the_one_before_by_default(page):
    text = page(2).text
    assert "From version 1 to version 2" in text
    assert "Calf raise: 10–15 → 15–20 times" in text
    assert "6 → 8 weeks" not in text


@pytest.mark.parametrize(("number", "beside"), [(3, "1"), (1, "3")])
def test_any_two_versions_are_compared_from_the_older_to_the_newer(page, number, beside):
    text = page(number, **{"with": beside}).text
    assert "From version 1 to version 3" in text
    assert "Calf raise: 10–15 → 15–20 times" in text
    assert "6 → 8 weeks" in text


def test_the_first_version_alone_shows_no_difference(page):
    text = page(1).text
    assert "From version" not in text


@pytest.mark.parametrize("beside", ["9", "x", "99999999999"])
def test_a_missing_version_is_not_found(page, beside):
    assert page(2, **{"with": beside}).status_code == 404


def test_a_draft_cannot_be_compared_with(three, page, dana):
    create_next_version(plan=three, by=dana)
    assert page(2, **{"with": "4"}).status_code == 404


def test_the_next_version_keeps_days_weeks_and_sides(draft, dana, content_of):
    content = content_of(draft)
    line = replace(content.lines[0], weekdays=(0,), last_week=2, side="right", dose=Dose(reps_min=5))
    save_draft(plan=draft.plan, content=content.with_line(line.key, line), edit_number=1, by=dana)
    published = publish_plan(plan=draft.plan, number=1, edit_number=2, change_note="", by=dana)

    version = create_next_version(plan=draft.plan, by=dana)

    assert content_of(version).lines == content_of(published).lines
    assert version.asked_days == published.asked_days
