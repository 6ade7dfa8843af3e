"""A daughter helps: she signs in on her own phone, logs a session with her mother, and her access is revoked."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from patients.models import ExerciseSession
from tests.factories import ClinicFactory, ExerciseFactory, PatientFactory, published_plan
from tests.functional.browser_monitor import loaded, settled
from tests.functional.page_checks import SCROLLS_SIDEWAYS
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def phones(request: pytest.FixtureRequest, open_device: Callable[..., Page]) -> tuple[Page, Page]:
    """Open a phone for the patient and one for the helper."""
    scripted = request.param == "with JavaScript"
    narrow = {"width": 320, "height": 640}
    return (
        open_device("phone", java_script_enabled=scripted, viewport=narrow),
        open_device("phone", java_script_enabled=scripted),
    )


def test_a_helper_signs_in_does_a_session_and_is_removed(phones, live_server, check_accessibility):
    clinic = ClinicFactory(name="Harbour Clinic", emergency_text="In an emergency, call 911.")
    rosa = PatientFactory(clinic=clinic, full_name="Rosa Delgado")
    pump = ExerciseFactory(name="Ankle pump", position="seated")
    published_plan(rosa, [pump], start_date=rosa.today(timezone.now()))
    hers, second = phones
    sign_in(hers, rosa.user, live_server.url)

    # Rosa gives Maria access, after a page that explains what helpers may do.
    hers.goto("/my/settings/")
    hers.get_by_role("link", name="Who helps you").click()
    expect(hers.get_by_text("You can take this back at any time.")).to_be_visible()
    check_accessibility(hers)
    hers.get_by_label("Who will help you?").fill("Maria (daughter)")
    hers.get_by_role("button", name="Let them help me").click()
    expect(hers.get_by_role("heading", name="Code for Maria (daughter)")).to_be_visible()
    check_accessibility(hers)
    code = hers.locator(".helper-code").inner_text()

    # Maria types the code on her own phone, with her mother's date of birth.
    second.goto("/card/")
    second.get_by_label("Code on your card").fill(code.lower().replace("-", " "))
    for field, value in (("Day", "12"), ("Month", "4"), ("Year", "1950")):
        second.get_by_label(field).fill(value)
    second.get_by_label("Yes, it is mine").check()
    second.get_by_role("button", name="Sign in").click()
    second.get_by_role("button", name="Yes, this is right").click()
    expect(second.get_by_text("You are helping Rosa.")).to_be_visible()
    expect(second.get_by_role("heading", name="Rosa’s exercises for today")).to_be_visible()
    expect(second.get_by_role("link", name="Messages")).to_have_count(0)
    check_accessibility(second)

    # They do a session together. Every page names the patient.
    second.get_by_role("button", name="Start").click()
    expect(second).to_have_url(re.compile("/ready/$"))
    session = ExerciseSession.objects.get()
    second.goto(f"/my/session/{session.pk}/check-in/")
    expect(second.get_by_text("You are helping Rosa.")).to_be_visible()
    expect(second.get_by_role("heading", name="How did it go for Rosa?")).to_be_visible()
    check_accessibility(second)
    settled(second).get_by_role("radio", name="2", exact=True).check(force=True)
    second.get_by_label("None of these").check()
    second.get_by_role("button", name="Send").click()
    expect(second.get_by_text("Saved.")).to_be_visible()
    check_accessibility(second)

    # Rosa sees who helped, and revokes the access after a confirmation.
    hers.goto("/my/progress/")
    expect(hers.get_by_text("Entered with help from Maria (daughter).")).to_be_visible()
    check_accessibility(hers)
    hers.goto("/my/helpers/")
    assert not loaded(hers).evaluate(SCROLLS_SIDEWAYS)
    check_accessibility(hers)
    hers.get_by_role("link", name="Remove Maria (daughter)").click()
    check_accessibility(hers)
    hers.get_by_role("button", name="Remove").click()
    expect(hers.get_by_role("status")).to_contain_text("Maria (daughter) can no longer see your plan.")

    # Maria loses access with her next tap.
    second.get_by_role("link", name="See the progress").click()
    expect(second).to_have_url(re.compile("/sign-in/"))
