"""The pages that preview, publish and move a plan, and that show a published version."""

import pytest
from django.urls import reverse

from patients.models import Plan, PlanState, PlanVersion
from patients.plans.services.drafts import create_next_version, save_draft
from tests.factories import NOON, ExerciseFactory, published_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(dana, signed_in):
    return signed_in(dana)


@pytest.fixture
def second(patient, dana, content_of):
    """The draft of version 2, without the first exercise of version 1."""
    exercises = [ExerciseFactory(name="Calf raise"), ExerciseFactory(name="Ankle circles")]
    version = create_next_version(plan=published_plan(patient, exercises).plan, by=dana, now=NOON)
    content = content_of(version)
    return save_draft(
        plan=version.plan,
        content=content.without(content.lines[0].key),
        edit_number=1,
        by=dana,
        now=NOON,
    )


def publish_url(version):
    return reverse("staff:plan_publish", args=[version.plan_id])


def publish(client, version, note="", edit_number=None):
    data = {"number": version.number, "edit_number": edit_number or version.edit_number, "change_note": note}
    return client.post(publish_url(version), data)


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_plan_as_the_patient_reads_it(client, draft):
    page = client.get(reverse("staff:plan_preview", args=[draft.plan_id])).text

    assert "As Margaret will see it" in page
    assert "Lift both heels." in page
    assert draft.plan.patient.clinic.phone in page
    assert not PlanVersion.objects.published().exists()


def test_publishing_leads_back_to_the_patient(client, draft):
    response = publish(client, draft)

    assert response.url == reverse("staff:patient", args=[draft.plan.patient_id])
    assert "Published. The patient sees it now." in client.get(response.url).text
    assert PlanVersion.objects.published().get() == draft


def test_publishing_twice_publishes_once(client, draft):
    assert [publish(client, draft).status_code for _click in range(2)] == [302, 302]
    assert PlanVersion.objects.published().count() == 1


def test_publishing_problems_are_listed_and_no_button_is_shown(client, draft, dana, content_of):
    empty = content_of(draft).without(*content_of(draft).keys)
    save_draft(plan=draft.plan, content=empty, edit_number=1, by=dana)

    page = client.get(publish_url(draft)).text

    assert "Add at least one exercise." in page
    assert "Publish now" not in page


def test_the_change_note_is_drafted_from_the_differences(client, second):
    page = client.get(publish_url(second))

    assert page.context["change_note"] == "Removed: Calf raise."
    assert "Removed: Calf raise" in page.text


def test_the_first_version_asks_for_no_change_note(client, draft):
    assert "What changed and why" not in client.get(publish_url(draft)).text


def test_a_second_version_without_a_change_note_is_refused(client, second):
    response = publish(client, second, note="  ")

    assert response.status_code == 409
    assert "Say what changed and why" in response.text
    assert PlanVersion.objects.published().count() == 1


def test_a_second_version_is_published_with_its_note(client, second):
    publish(client, second, note="One exercise less, to rest your calves.")

    second.refresh_from_db()
    assert second.is_published
    assert second.change_note == "One exercise less, to rest your calves."


def test_publishing_after_someone_elses_edit_is_refused(client, second, other, content_of):
    save_draft(
        plan=second.plan, content=content_of(second).without(content_of(second).lines[0].key),
        edit_number=2, by=other, now=NOON,
    )  # fmt: skip

    response = publish(client, second, note="My own words.", edit_number=2)

    assert response.status_code == 409
    assert "Omar Haddad changed the draft at 12:00" in response.text
    assert response.context["change_note"] == "My own words."
    assert PlanVersion.objects.published().count() == 1


def test_without_a_draft_there_is_nothing_to_preview_or_publish(client, patient):
    plan = published_plan(patient).plan

    for name in ("staff:plan_preview", "staff:plan_publish"):
        response = client.get(reverse(name, args=[plan.pk]), follow=True)
        assert "There is no draft of this plan now" in response.text


# --- Moving -----------------------------------------------------------------------------------------------------------


def move(client, plan, name, **data):
    return client.post(reverse("staff:plan_move", args=[plan.pk, name]), data)


def test_pausing_explains_the_consequence_and_stores_the_reason(client, patient):
    plan = published_plan(patient).plan
    page = client.get(reverse("staff:plan_move", args=[plan.pk, "pause"])).text
    assert "Paused days do not count as missed." in page

    move(client, plan, "pause", reason="New sore on the left foot.")

    plan.refresh_from_db()
    assert plan.state == PlanState.PAUSED
    assert "New sore on the left foot." in client.get(reverse("staff:patient", args=[patient.pk])).text


def test_a_pause_without_a_reason_is_refused_with_an_explanation(client, patient):
    plan = published_plan(patient).plan

    response = move(client, plan, "pause", reason="")

    assert response.status_code == 409
    assert "Write a reason" in response.text
    plan.refresh_from_db()
    assert plan.state == PlanState.ACTIVE


def test_a_paused_plan_is_resumed_with_one_more_click(client, patient):
    plan = published_plan(patient).plan
    move(client, plan, "pause", reason="Holiday.")

    move(client, plan, "resume")

    plan.refresh_from_db()
    assert plan.state == PlanState.ACTIVE


@pytest.mark.parametrize("name", ["publish", "nonsense", "draft"])
def test_only_the_moves_of_the_table_have_a_page(client, patient, name):
    plan = published_plan(patient).plan

    assert client.get(reverse("staff:plan_move", args=[plan.pk, name])).status_code == 404
    assert move(client, plan, name, reason="Because.").status_code == 404


def test_a_move_that_the_state_forbids_is_explained(client, patient):
    plan = published_plan(patient).plan
    Plan.objects.update(state=PlanState.FINISHED)

    response = client.get(reverse("staff:plan_move", args=[plan.pk, "pause"]), follow=True)

    assert "This plan is finished" in response.text


# --- Looking back -----------------------------------------------------------------------------------------------------


def test_an_old_version_names_the_version_that_replaced_it(client, patient, second):
    publish(client, second, note="Less.")

    page = client.get(reverse("staff:plan_version", args=[second.plan_id, 1])).text
    assert "Replaced by version 2" in page
    assert "Calf raise" in page
    assert "Calf raise" in client.get(reverse("staff:plan_version", args=[second.plan_id, 2])).text


def test_a_draft_is_not_shown_as_a_version(client, draft):
    assert client.get(reverse("staff:plan_version", args=[draft.plan_id, 1])).status_code == 404
