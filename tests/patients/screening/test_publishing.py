"""A plan is published after a finished screening, or with a written reason that is kept."""

import datetime

import pytest
from django.urls import reverse

from patients.exceptions import NotPossibleError
from patients.models import AskAgainReason, PlanVersion
from patients.plans.services.drafts import publish_plan
from patients.plans.services.plans import start_plan
from patients.screening.publishing_checks import ScreeningNeededError, check_screened
from patients.screening.services.screenings import ask_again
from patients.screening.states import ScreeningState
from tests.factories import NOON, PatientFactory
from tests.factories_of_screenings import asked_screening, finished_screening
from tests.patients.plans.plan_steps import actions_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, screened=False)


@pytest.fixture
def draft(patient, dana, routine):
    return start_plan(patient=patient, by=dana, routine=routine, now=NOON).versions.get()


def publish(draft, by, reason=""):
    return publish_plan(
        plan=draft.plan,
        number=1,
        edit_number=draft.edit_number,
        change_note="",
        screening_reason=reason,
        by=by,
        now=NOON,
    )


def state_of(patient, state, by):
    if state is ScreeningState.BEGUN:
        asked_screening(patient, answers={"s_numb": "no"})
    elif state is not ScreeningState.NOT_ASKED:
        finished_screening(patient)
    if state is ScreeningState.DUE_AGAIN:
        ask_again(patient=patient, reason=AskAgainReason.ILLNESS, by=by, now=NOON)


@pytest.mark.parametrize("state", [ScreeningState.NOT_ASKED, ScreeningState.BEGUN])
def test_without_a_finished_screening_a_plan_is_refused(draft, patient, dana, state):
    state_of(patient, state, dana)

    with pytest.raises(ScreeningNeededError):
        publish(draft, dana, reason="   ")

    assert not PlanVersion.objects.published().exists()


@pytest.mark.parametrize("state", [ScreeningState.NOT_ASKED, ScreeningState.BEGUN])
def test_with_a_reason_it_is_published_and_the_reason_is_kept(draft, patient, dana, state):
    state_of(patient, state, dana)

    version = publish(draft, dana, reason=" Seen by her doctor this morning. ")

    assert version.is_published
    assert version.screening_reason == "Seen by her doctor this morning."
    assert actions_on(version)[-2:] == ["plan.published", "plan.published_unscreened"]


@pytest.mark.parametrize("state", [ScreeningState.DONE, ScreeningState.DUE_AGAIN])
def test_after_a_finished_screening_no_reason_is_needed_nor_kept(draft, patient, dana, state):
    state_of(patient, state, dana)

    version = publish(draft, dana, reason="Not needed.")

    assert version.screening_reason == ""
    assert "plan.published_unscreened" not in actions_on(version)


def test_the_other_problems_are_told_first(draft, dana):
    PlanVersion.objects.filter(pk=draft.pk).update(start_date=datetime.date(2026, 2, 1))
    with pytest.raises(NotPossibleError, match="The first day has passed"):
        publish(draft, dana)


@pytest.mark.parametrize("state", ScreeningState)
def test_the_check_refuses_exactly_the_states_that_block(state):
    if state.blocks_publishing:
        with pytest.raises(ScreeningNeededError):
            check_screened(state, reason="")
        assert check_screened(state, reason=" Why ") == "Why"
    else:
        assert check_screened(state, reason="Why") == ""


# --- The page ---------------------------------------------------------------------------------------------------------


def post(client, draft, **data):
    url = reverse("staff:plan_publish", args=[draft.plan_id])
    return client.post(url, {"number": 1, "edit_number": draft.edit_number, **data})


def test_the_page_shows_the_state_and_the_error_beside_the_field(draft, dana, signed_in):
    client = signed_in(dana)
    page = client.get(reverse("staff:plan_publish", args=[draft.plan_id])).content.decode()
    assert "Screening: not asked" in page
    assert "Or write why the plan starts without it" in page

    response = post(client, draft, screening_reason="")

    page = response.content.decode()
    assert response.status_code == 409
    assert 'aria-describedby="id_screening_reason_helptext id_screening_reason_error"' in page
    assert 'id="id_screening_reason_error" role="alert"' in page


def test_the_reason_is_shown_on_the_version(draft, dana, signed_in):
    client = signed_in(dana)

    assert post(client, draft, screening_reason="Seen in hospital today.").status_code == 302

    page = client.get(reverse("staff:plan_version", args=[draft.plan_id, 1])).content.decode()
    assert "Published without a finished screening" in page
    assert "Seen in hospital today." in page


def test_a_screening_that_is_due_again_only_warns(draft, patient, dana, signed_in):
    state_of(patient, ScreeningState.DUE_AGAIN, dana)
    client = signed_in(dana)

    page = client.get(reverse("staff:plan_publish", args=[draft.plan_id])).content.decode()

    assert "The screening is due again." in page
    assert "screening_reason" not in page
    assert post(client, draft).status_code == 302
