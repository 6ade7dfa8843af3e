"""Starting a plan, as a clinician does it: plain forms, no JavaScript."""

import pytest
from django.urls import reverse

from patients.models import Plan, PlanState, PlanVersion
from tests.factories import PatientFactory, RoutineFactory, published_plan
from tests.patients.plans.test_draft_views import DraftPage

pytestmark = pytest.mark.django_db


def test_from_routine_to_published_takes_four_clicks(patient, dana, routine, signed_in):
    client = signed_in(dana)
    start = reverse("staff:plan_start", args=[patient.pk])
    assert start in client.get(reverse("staff:patient", args=[patient.pk])).text

    response = client.post(f"{start}routines/{routine.pk}/")
    plan = Plan.objects.get()
    assert response.url == reverse("staff:plan_draft", args=[plan.pk])
    response = DraftPage(client, plan).press("continue_to_publish")
    assert response.url == reverse("staff:plan_publish", args=[plan.pk])
    client.post(response.url, {"number": 1, "edit_number": 1})

    plan.refresh_from_db()
    assert plan.state == PlanState.ACTIVE


def test_the_start_page_offers_routines_with_doses_and_minutes(patient, dana, routine, signed_in):
    builder = signed_in(dana).get(reverse("staff:plan_start", args=[patient.pk])).text

    assert "First steps" in builder
    assert "Calf raise: 10–15 times." in builder
    assert "about <strong" in builder


def test_a_routine_of_another_clinic_is_not_offered_and_cannot_be_used(patient, dana, stranger, signed_in):
    foreign = RoutineFactory(name="Their own", clinic=stranger.membership.clinic)
    client, url = signed_in(dana), reverse("staff:plan_start", args=[patient.pk])

    assert "Their own" not in client.get(url).text
    assert client.post(f"{url}routines/{foreign.pk}/").status_code == 404
    assert not Plan.objects.exists()


def test_a_second_plan_is_refused_with_the_reason(patient, dana, signed_in):
    published_plan(patient)
    client = signed_in(dana)

    response = client.post(reverse("staff:plan_start_blank", args=[patient.pk]), follow=True)

    assert "already has a plan (active)" in response.text
    assert patient.plans.count() == 1


def test_an_earlier_plan_can_be_started_from(patient, dana, signed_in):
    earlier = published_plan(patient, plan=None)
    Plan.objects.update(state=PlanState.FINISHED)

    signed_in(dana).post(reverse("staff:plan_start_from_version", args=[patient.pk, earlier.pk]))

    assert PlanVersion.objects.drafts().get().items.count() == 2


def test_a_plan_of_another_patient_is_not_among_the_earlier_ones(patient, dana, signed_in):
    own = published_plan(patient)
    published_plan(PatientFactory(clinic=patient.clinic))
    Plan.objects.update(state=PlanState.FINISHED)

    page = signed_in(dana).get(reverse("staff:plan_start", args=[patient.pk])).context["page"]

    assert [plan.latest for plan in page.earlier] == [own]


@pytest.mark.parametrize(
    "start",
    ["routines/", "routines/nonsense/", "versions/nonsense/", "anything/"]
    + [f"{kind}/00000000-0000-4000-8000-00000000dead/" for kind in ("routines", "versions", "others")],
)
def test_a_start_that_does_not_exist_is_not_found(patient, dana, signed_in, start):
    response = signed_in(dana).post(f"{reverse('staff:plan_start', args=[patient.pk])}{start}")

    assert response.status_code == 404
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    "start", ["blank/", "routines/{}/", "versions/{}/", "others/{}/", "draft/routines/{}/"]
)
def test_a_get_of_a_start_url_redirects_to_the_page_and_starts_nothing(
    patient, dana, routine, signed_in, start
):
    page = reverse("staff:plan_start", args=[patient.pk])

    response = signed_in(dana).get(f"{page}{start.format(routine.pk)}")

    assert (response.status_code, response.url) == (302, page)
    assert not Plan.objects.exists()
