"""Counting of user actions: clicks and key presses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from clinic.models import User


def sign_in(page: Page, user: User, host: str) -> None:
    """Give the device the session cookie of a signed-in user."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": host}])


def get_ready(page: Page) -> None:
    """Answer the page before the first exercise: none of the signs."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your feet first")
    page.get_by_label("None of these").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda url: not url.endswith("/ready/"))


def answer_follow_up(page: Page, **answers: str) -> None:
    """Answer the questions that an answer has opened: `fell_head="No"`. Each is asked, and no other."""
    asked = page.get_by_role("radio", name="Yes", exact=True)
    expect(asked).to_have_count(len(answers))
    for name, label in answers.items():
        page.locator(f"#id_{name}").get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    expect(asked).to_have_count(0)


class UserActions:
    """Uses a page as a person does, and counts each click and each key. Waiting is not counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.keys = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def press(self, *keys: str) -> None:
        """Press keys one after the other; a combination such as "Control+Enter" counts as one."""
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)


def with_screen_lock(page: Page, *, agrees: bool = True) -> Any:
    """Give the phone a virtual authenticator, whose owner confirms with their face or refuses."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": agrees,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session
