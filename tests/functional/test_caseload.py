"""The caseload by keyboard: filter, sort, paginate, open a patient and read the plots as tables."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.sealed_text import seal
from patients.models import SessionEntry
from patients.summaries.services.stale import refresh_stale_summaries
from tests.factories import (
    AlertFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PatientSummaryFactory,
    published_plan,
)
from tests.functional.browser_monitor import loaded
from tests.functional.fixtures import make_page_data
from tests.functional.test_by_keyboard import tab_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page_data():
    """Create the usual clinic, and thirty more patients with falling adherence."""
    page_data = make_page_data()
    today = timezone.now().date()
    for number in range(30):
        PatientSummaryFactory(
            patient__clinic=page_data.clinic,
            patient__full_name=f"Pat Number {number:02}",
            adherence=60 - number,
            last_done_on=today - datetime.timedelta(days=number),
            refreshed_on=today,
            refreshed_at=timezone.now(),
        )
    return page_data


@pytest.fixture
def page(page_data, laptop, live_server) -> Page:
    page_data.sign_in(laptop, "clinician", live_server.url)
    laptop.goto("/staff/patients/")
    return laptop


def names(page: Page) -> list[str]:
    return loaded(page).locator(".caseload .row-link strong").all_inner_texts()


def test_a_clinician_filters_sorts_and_turns_pages_by_keyboard(page, check_accessibility):
    tab_to(page, page.get_by_label("Name"))
    page.keyboard.type("number")
    tab_to(page, page.get_by_label("Adherence, 4 weeks"))
    page.keyboard.type("Below")
    tab_to(page, page.get_by_label("Sort by"))
    page.keyboard.type("Adherence")
    tab_to(page, page.get_by_role("button", name="Find"))
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("adherence=below.*sort=adherence"))
    first = names(page)
    assert first[:2] == ["Pat Number 29", "Pat Number 28"]
    expect(page.locator(".caseload li").first).to_contain_text("31 % · below 70")
    check_accessibility(page)

    tab_to(page, page.get_by_role("link", name="Next page"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Previous page")).to_be_visible()
    second = names(page)
    assert not set(first) & set(second)
    assert "Pat Number 00" in second

    tab_to(page, page.get_by_role("link", name="Previous page"))
    page.keyboard.press("Enter")
    expect(page.locator(".caseload .row-link strong").first).to_have_text("Pat Number 29")
    assert names(page) == first


def test_the_patient_detail_page_works_by_keyboard_and_its_plots_have_tables(
    page_data, page, check_accessibility
):
    patient = PatientFactory(clinic=page_data.clinic, full_name="Maria Long-Story")
    today = patient.today(timezone.now())
    version = published_plan(patient, start_date=today - datetime.timedelta(weeks=20), weeks=30)
    for ago in range(1, 100, 3):
        at = timezone.now() - datetime.timedelta(days=ago)
        session = ExerciseSessionFactory(
            version=version, on_date=patient.today(at), started_at=at, finished_at=at
        )
        for item in version.items.all():
            SessionEntry.objects.create(session=session, item=item, outcome="done", effort="about_right")
    AlertFactory(session=session, kind="faint", raised_at=session.finished_at)
    refresh_stale_summaries(now=timezone.now())

    page.goto(f"/staff/patients/?found={seal('maria')}")
    tab_to(page, page.get_by_role("link", name="Maria Long-Story"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()
    for summary, caption in (
        ("What happened, as a table", "Plan versions, pauses and alerts"),
        ("Weeks as a table", "Adherence by week"),
        ("Days as a table", "What each day was"),
        ("Pain as a table", "Pain before and after, 0–10"),
        ("How hard it was, as a table", "Rated exercises by week"),
    ):
        tab_to(page, page.get_by_text(summary))
        page.keyboard.press("Enter")
        expect(page.get_by_role("table", name=caption)).to_be_visible()
    check_accessibility(page)
