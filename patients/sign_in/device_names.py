"""What to call a device, from what its browser says of itself. Enough to know one's own again, and no more."""

from __future__ import annotations

from patients.models import Device, DeviceKind

#: Word in a user agent → what people call the browser. The first that fits counts: most pretend to be others too.
BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)

#: Words of a user agent → kind. The first line of which all words are there counts.
KINDS = (
    (("iPad",), DeviceKind.TABLET),
    (("iPhone",), DeviceKind.PHONE),
    (("Android", "Mobile"), DeviceKind.PHONE),
    (("Android",), DeviceKind.TABLET),
    (("Mobile",), DeviceKind.PHONE),
    (("Windows",), DeviceKind.COMPUTER),
    (("Macintosh",), DeviceKind.COMPUTER),
    (("CrOS",), DeviceKind.COMPUTER),
    (("Linux",), DeviceKind.COMPUTER),
)


def detect_browser(user_agent: str) -> str:
    """The browser's name; "" for one that we do not know."""
    return next((name for word, name in BROWSERS if word in user_agent), "")


def detect_device_kind(user_agent: str) -> DeviceKind:
    """Phone, tablet or computer. A new iPad says that it is a Mac."""
    for words, kind in KINDS:
        if all(word in user_agent for word in words):
            return kind
    return DeviceKind.UNKNOWN


def describe_device(user_agent: str) -> str:
    """ "Phone, Chrome", as `Device.label` has it."""
    return Device(kind=detect_device_kind(user_agent), browser=detect_browser(user_agent)).label
