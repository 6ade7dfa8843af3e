"""Permissions-Policy in the browser: what is refused, what is allowed, and no message about it."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = (
    "camera",
    "display-capture",
    "geolocation",
    "hid",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
ALLOWED = ("publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock")


def test_features_that_no_page_uses_are_refused_without_a_message(any_phone):
    messages = []
    any_phone.on("console", lambda message: messages.append(message.text))
    for path in ("/", "/sign-in/", "/accounts/login/"):
        any_phone.goto(path)
    known = any_phone.evaluate("document.featurePolicy.features()")
    allowed = any_phone.evaluate("document.featurePolicy.allowedFeatures()")
    assert set(REFUSED) <= set(known)
    assert not set(REFUSED) & set(allowed)
    assert set(ALLOWED) <= set(allowed)
    assert messages == []


def test_a_feature_that_the_browser_does_not_know_would_be_a_message(any_phone):
    messages = []
    any_phone.on("console", lambda message: messages.append(message.text))
    any_phone.route(
        "**/privacy/",
        lambda route: route.fulfill(
            body="<h1>Privacy</h1>",
            content_type="text/html",
            headers={"Permissions-Policy": "no-such-feature=()"},
        ),
    )
    any_phone.goto("/privacy/")
    assert "no-such-feature" in " ".join(messages)
