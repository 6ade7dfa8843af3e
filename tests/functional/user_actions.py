"""Counting of user actions: clicks and key presses."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page

from clinic.models import User


def sign_in(page: Page, user: User, host: str) -> None:
    """Give the device the session cookie of a signed-in user."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": host}])


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
