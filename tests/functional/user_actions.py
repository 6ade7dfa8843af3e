"""Counts what a person's hands do: clicks, and keys pressed."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page

from clinic.models import User


def sign_in(page: Page, user: User, host: str) -> None:
    """Give the device the cookie of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": host}])


class UserActions:
    """Uses a page as a person does, and counts. Waiting costs nothing; every click and every key costs one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.keys = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def press(self, *keys: str) -> None:
        """Keys one after the other; a combination such as "Control+Enter" is one press."""
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)
