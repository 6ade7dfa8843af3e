"""Errors of people and phones: too much text, empty forms, lost cookies, the Back button."""

import pytest
from playwright.sync_api import expect

from clinic.models import ConsultationRequest
from tests.functional.fixtures import make_page_data

pytestmark = pytest.mark.django_db(transaction=True)

NOVEL = "word " * 2_000


@pytest.fixture
def page_data():
    return make_page_data(states=())


def test_too_long_a_text_is_refused_and_the_input_is_kept(page_data, any_phone):
    page = any_phone
    page.goto("/consultation/")
    page.locator("main form").first.evaluate(
        "form => { form.noValidate = true; form.elements.message.removeAttribute('maxlength'); }"
    )
    page.get_by_label("Your name").fill("Rosa Delgado")
    page.locator("[name=message]").fill(NOVEL)

    page.locator("main form").get_by_role("button").last.click()

    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Rosa Delgado")
    assert page.locator("[name=message]").input_value().startswith("word word")
    assert not ConsultationRequest.objects.filter(name="Rosa Delgado").exists()


def test_going_back_after_signing_out_shows_nothing_private(page_data, phone, live_server):
    page_data.sign_in(phone, "patient", live_server.url)
    phone.goto("/my/")
    expect(phone.get_by_text("Your exercises for today")).to_be_visible()
    phone.goto("/my/sign-out/")
    phone.locator("main form").get_by_role("button").first.click()
    phone.wait_for_url(lambda url: "sign-out" not in url)

    phone.goto("/my/")
    assert "/my/" not in phone.url.split("?")[0]
    phone.go_back()
    phone.go_back()

    expect(phone.get_by_text("Your exercises for today")).to_have_count(0)


def test_a_form_without_its_csrf_cookie_gets_an_explanation(page_data, phone, browser_monitor):
    browser_monitor.expect("status of 403")
    phone.goto("/card/")
    phone.context.clear_cookies()

    phone.locator("main form").get_by_role("button").last.click()

    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    expect(phone.get_by_text("CSRF")).to_have_count(0)
    expect(
        phone.locator("main").get_by_role("link").or_(phone.locator("main").get_by_role("button")).first
    ).to_be_visible()
