"""A patient writes, the clinician answers, the patient reads: without JavaScript."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from clinic.models import OutboxMessage, User
from patients.models import Message
from tests.factories import ClinicFactory, MessageFactory, PatientFactory, clinician
from tests.functional.browser_monitor import loaded
from tests.functional.page_checks import SCROLLS_SIDEWAYS

pytestmark = pytest.mark.django_db(transaction=True)

NARROWEST = {"width": 320, "height": 640}


@pytest.fixture(autouse=True)
def _real_outbox(settings):
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def clinic(db):
    return ClinicFactory(name="Harbour Clinic", emergency_text="In an emergency, call 911.")


@pytest.fixture
def dana(clinic):
    return clinician(clinic, name="Dana Reyes")


@pytest.fixture
def rosa(clinic, dana):
    return PatientFactory(clinic=clinic, full_name="Rosa Delgado", email="rosa@mail.example", clinician=dana)


@pytest.fixture
def sign_in(live_server):
    """Return `sign_in(page, user)`, which gives the device that user's session cookie."""

    def sign_in(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"]
        page.context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])

    return sign_in


def test_a_question_is_asked_answered_and_read(
    phone_without_javascript, laptop_without_javascript, sign_in, rosa, dana, check_accessibility, live_server
):
    phone, laptop = phone_without_javascript, laptop_without_javascript
    sign_in(phone, rosa.user)
    sign_in(laptop, dana)

    # Rosa has a question. Above the text box the page says what to do in an emergency.
    phone.goto("/my/")
    phone.get_by_role("link", name="Messages").click()
    expect(phone.get_by_text("In an emergency, call 911.")).to_be_visible()
    check_accessibility(phone)
    phone.get_by_label("Your message").fill("May I do them in the evening?\nMy feet are warmer then.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("status")).to_contain_text("Your message is sent.")
    expect(phone.get_by_text("Not read yet")).to_be_visible()
    check_accessibility(phone)
    mail = OutboxMessage.objects.get()
    assert mail.to == dana.email
    assert "evening" not in mail.body

    # Dana finds it under Today and answers on the same page.
    laptop.goto("/staff/")
    check_accessibility(laptop)
    laptop.get_by_role("link", name=re.compile("Rosa Delgado")).click()
    expect(laptop.get_by_text("My feet are warmer then.")).to_be_visible()
    check_accessibility(laptop)
    laptop.get_by_label("Write to Rosa Delgado").fill("Yes, gladly.")
    laptop.get_by_role("button", name="Send and mark as read").click()
    expect(laptop.get_by_role("status")).to_contain_text("Sent to Rosa Delgado.")
    check_accessibility(laptop)
    laptop.goto("/staff/")
    expect(laptop.get_by_role("heading", name="Messages")).to_have_count(0)

    # Rosa gets an e-mail with a link to the message and no health information.
    mail = OutboxMessage.objects.order_by("id").last()
    assert mail.to == "rosa@mail.example"
    assert "gladly" not in mail.body
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.body)[1]
    phone.goto("/my/")
    expect(phone.get_by_role("heading", name="1 new message from your clinic")).to_be_visible()
    check_accessibility(phone)
    phone.goto(link)
    expect(phone.get_by_text("Yes, gladly.")).to_be_visible()
    expect(phone.get_by_text(re.compile("Dana Reyes read this at"))).to_be_visible()
    check_accessibility(phone)
    phone.get_by_role("button", name="OK, I have read this").click()
    expect(phone.get_by_text(re.compile("You read this at"))).to_be_visible()
    phone.goto("/my/")
    expect(phone.get_by_text("new message")).to_have_count(0)

    # Dana sees that Rosa has read it.
    laptop.goto(f"/staff/patients/{rosa.pk}/")
    expect(laptop.get_by_text(re.compile("Read by Rosa Delgado"))).to_be_visible()
    laptop.get_by_label("Note for the team").fill("Exercises in the evening.")
    laptop.get_by_role("button", name="Save the note").click()
    expect(laptop.get_by_text("Exercises in the evening.")).to_be_visible()
    check_accessibility(laptop)


def test_long_words_fit_the_narrowest_screen(open_device, sign_in, rosa, dana):
    long = "x" * 300
    MessageFactory(patient=rosa, text=f"{long} {long}")
    MessageFactory(patient=rosa, is_from_patient=False, sender=dana, text=f"See https://shop.example/{long}")
    for user, address in (
        (rosa.user, "/my/messages/"),
        (dana, "/staff/"),
        (dana, f"/staff/patients/{rosa.pk}/"),
        (dana, f"/staff/patients/{rosa.pk}/messages/"),
    ):
        page = open_device(viewport=NARROWEST)
        sign_in(page, user)
        page.goto(address)
        expect(page.get_by_text("xxxxxxxx").first).to_be_visible()
        assert not loaded(page).evaluate(SCROLLS_SIDEWAYS), address


def test_message_text_is_displayed_as_typed_and_escaped(phone, sign_in, rosa):
    sign_in(phone, rosa.user)
    phone.goto("/my/messages/")
    typed = "<script>document.title = 'taken over'</script> & <b>bold</b>"
    phone.get_by_label("Your message").fill(typed)
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator(".message-text")).to_have_text(typed)
    expect(phone).to_have_title(re.compile("Messages"))
    assert Message.objects.get().text == typed
