"""Names of devices from user agents: only as precise as their owners need to recognise them."""

from __future__ import annotations

from patients.models import Device, DeviceKind

#: Text in a user agent → common name of the browser. The first match counts, since most browsers name others as well.
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

#: Texts in a user agent → kind. The first row whose texts are all present counts.
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
    """Return the browser's common name, "" if it is unknown."""
    return next((name for word, name in BROWSERS if word in user_agent), "")


def detect_device_kind(user_agent: str) -> DeviceKind:
    """Return the kind of device, UNKNOWN if nothing matches. A new iPad counts as a computer: it claims to be a Mac."""
    for words, kind in KINDS:
        if all(word in user_agent for word in words):
            return kind
    return DeviceKind.UNKNOWN


def describe_device(user_agent: str) -> str:
    """Return the name of a device, such as "Phone, Chrome", in the format of `Device.label`."""
    return Device(kind=detect_device_kind(user_agent), browser=detect_browser(user_agent)).label
