"""A browser journey: "My foot" from today's page asks about the foot before anything else is shown."""

import pytest
from playwright.sync_api import expect

from patients.models import Alert, ExerciseHold, SkippedDay
from tests.functional.fixtures import make_page_data

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page_data(transactional_db):
    return make_page_data(states=())


def say_my_foot(page, page_data, host):
    page_data.sign_in(page, "patient", host)
    page.goto("/my/")
    page.get_by_role("link", name="Not today", exact=True).click()
    page.get_by_role("button", name="My foot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at both feet now")


def test_a_hot_foot_is_found_on_the_way(page_data, any_phone, live_server, check_accessibility):
    say_my_foot(any_phone, page_data, live_server.url)
    check_accessibility(any_phone)
    expect(any_phone.get_by_text("Rest the foot today.")).to_have_count(0)

    any_phone.get_by_label("One foot hot, red or swollen").check()
    any_phone.get_by_role("button", name="Continue").click()

    expect(any_phone.get_by_role("heading", level=1)).to_have_text("Stay off that foot altogether")
    expect(any_phone.get_by_role("link", name="Call your clinic").first).to_be_visible()
    check_accessibility(any_phone)
    assert Alert.objects.filter(kind="hot_foot", level=3).count() == 1
    assert ExerciseHold.objects.filter(kind="foot_rest", ends_at=None).count() == 1

    any_phone.get_by_role("link", name="Back to today").click()
    expect(any_phone.get_by_role("heading", level=1)).to_have_text("Rest for today")
    expect(any_phone.get_by_text("From tomorrow: Rest the foot altogether")).to_be_visible()
    expect(any_phone.get_by_role("button", name="Start")).to_have_count(0)
    check_accessibility(any_phone)


def test_fine_feet_rest_for_the_day(page_data, any_phone, live_server, check_accessibility):
    of_other_patients = set(ExerciseHold.objects.all())
    say_my_foot(any_phone, page_data, live_server.url)
    any_phone.get_by_role("button", name="Continue").click()
    expect(any_phone.get_by_text("Check what happened, or “None of these”.").first).to_be_visible()

    any_phone.get_by_label("None of these").check()
    any_phone.get_by_role("button", name="Continue").click()

    expect(any_phone.get_by_text("Rest the foot today.")).to_be_visible()
    check_accessibility(any_phone)
    expect(any_phone.get_by_role("link", name="Back to today")).to_be_visible()
    patient_id = page_data.things["patient"]["patient_id"]
    assert not ExerciseHold.objects.filter(patient=patient_id).exists()
    assert set(ExerciseHold.objects.all()) == of_other_patients
    assert SkippedDay.objects.get().reason == "foot"
