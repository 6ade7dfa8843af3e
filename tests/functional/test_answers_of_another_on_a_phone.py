"""A danger told on a page that was open before another signed in on the phone is sent for nobody else, nor lost."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from patients.models import SafetyReport
from tests.functional.offline_steps import (
    button,
    go_offline,
    heading,
    patient_with_plan,
    sign_in,
    store_offline_page,
    wait_until,
)

pytestmark = pytest.mark.django_db(transaction=True)
ADVICE = "Chest pain: call for help now"
IS_STORED_FOR = (
    """async tag => (await (await caches.match("/my/offline/")).text()).includes(`"tag": "${tag}"`)"""
)
#: All that the phone has stored, also what is parked, as pairs of its account and if it waits for that account.
STORED = """async () => {
  const parked = await surefootStore.hasParked();
  return { parked, others: (await surefootStore.all()).map(one => one.tag) };
}"""
PARKED = {"parked": True, "others": []}


def told():
    return list(SafetyReport.objects.values_list("patient__full_name", flat=True))


@pytest.fixture
def bruno():
    other = patient_with_plan()
    other.full_name, other.called = "Bruno Costa", "Bruno"
    other.save()
    return other


@pytest.fixture
def of_rosa(own_phone, bruno, live_server):
    """Rosa's page to stop, still open in one tab after Bruno has signed in as on his own phone in another."""
    own_phone.goto("/my/stop/")
    second = own_phone.context.new_page()
    sign_in(second, bruno, live_server.url)
    store_offline_page(second)
    tag = second.locator("script[data-tag]").get_attribute("data-tag")
    wait_until(second, IS_STORED_FOR, tag)
    return own_phone


def other_tab(page):
    return next(one for one in page.context.pages if one is not page)


def sign_in_and_send(page, patient, live_server):
    sign_in(page, patient, live_server.url)
    page.goto("/my/")
    page.wait_for_url("**/my/offline/")
    expect(page.get_by_text("Sent. Your clinic can see your answers.")).to_be_visible()


@pytest.mark.parametrize("has_its_token", [True, False])
def test_it_waits_for_its_own_person_and_the_other_is_not_asked_to_send_it(
    of_rosa, patient, live_server, has_its_token, browser_monitor
):
    browser_monitor.expect("Failed to load resource")
    if not has_its_token:
        of_rosa.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    of_rosa.locator("button[name=sign][value=chest]").tap()
    expect(heading(of_rosa, ADVICE)).to_be_visible()
    expect(of_rosa.get_by_text("Someone else gave these answers", exact=False)).to_be_visible()
    of_bruno = other_tab(of_rosa)
    of_bruno.goto("/my/")
    expect(of_bruno).to_have_url(f"{live_server.url}/my/")
    assert of_bruno.evaluate(STORED) == PARKED
    assert told() == []

    sign_in_and_send(of_bruno, patient, live_server)

    assert told() == ["Rosa Delgado"]


def test_without_a_connection_its_advice_is_given_and_the_page_stays(of_rosa):
    go_offline(of_rosa)
    of_rosa.locator("button[name=sign][value=chest]").tap()
    expect(of_rosa.get_by_text(ADVICE).locator("visible=true")).to_be_visible()
    of_bruno = other_tab(of_rosa)
    assert of_bruno.evaluate(STORED)["others"] == []


def test_sent_again_without_a_connection_it_is_stored_for_its_own_person_and_the_page_stays(
    of_rosa, patient, live_server
):
    of_rosa.locator("button[name=sign][value=chest]").tap()
    expect(heading(of_rosa, ADVICE)).to_be_visible()
    go_offline(of_rosa)
    button(of_rosa, "Send again").tap()
    of_rosa.wait_for_timeout(500)
    expect(heading(of_rosa, ADVICE)).to_be_visible()
    expect(button(of_rosa, "Send again")).to_be_visible()
    of_rosa.context.set_offline(False)
    of_bruno = other_tab(of_rosa)
    assert of_bruno.evaluate(STORED) == PARKED
    sign_in_and_send(of_bruno, patient, live_server)
    assert set(told()) == {"Rosa Delgado"}
