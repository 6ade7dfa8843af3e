"""Display settings of a person: text size, colours, motion and reading aloud, stored in a cookie of the device.

Reading them needs no query. The cookie is part of every request, so the server writes the settings into the page
itself: nothing flickers, and no script is needed. The cookie says nothing about the person.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

#: Browsers keep no cookie for longer than 400 days.
DISPLAY_COOKIE_AGE = datetime.timedelta(days=400)


class TextSize(TextChoices):
    """20, 24 and 30 pixels where the device has its usual size; see `[data-text]` in surefoot.css."""

    NORMAL = "t1", _("Normal")
    LARGE = "t2", _("Large")
    LARGEST = "t3", _("Largest")


class Colours(TextChoices):
    """Colours of pages."""

    DEVICE = "device", _("As on my phone")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
    STRONG = "strong", _("Black on white")


class Motion(TextChoices):
    """Motion of pictures."""

    DEVICE = "device", _("As on my phone")
    CALM = "calm", _("Calm: pictures stand still")
    MOVING = "moving", _("Moving: pictures start by themselves")


#: The last word of the cookie.
READS, QUIET = "read", "quiet"


@dataclass(frozen=True)
class Display:
    """The display settings of one person. The defaults apply if nothing was chosen: the device decides."""

    text: TextSize = TextSize.NORMAL
    colours: Colours = Colours.DEVICE
    motion: Motion = Motion.DEVICE
    reads_aloud: bool = False

    @classmethod
    def from_cookie(cls, written: str) -> Display:
        """Return the settings in a cookie such as "t2.dark.calm.read"; the defaults if it is malformed."""
        try:
            text, colours, motion, voice = written.split(".")
            if voice not in (READS, QUIET):
                return cls()
            return cls(TextSize(text), Colours(colours), Motion(motion), reads_aloud=voice == READS)
        except ValueError:
            return cls()

    def as_cookie(self) -> str:
        return ".".join((self.text, self.colours, self.motion, READS if self.reads_aloud else QUIET))

    @property
    def has_enlarged_text(self) -> bool:
        return self.text is not TextSize.NORMAL

    @property
    def theme(self) -> str:
        """Return the value of data-bs-theme; empty if the device decides, which a script reads."""
        return {Colours.DEVICE: "", Colours.DARK: "dark"}.get(self.colours, "light")

    @property
    def html_attributes(self) -> str:
        """Return the settings as attributes of the <html> element, each after a space; "" for the defaults.

        The style sheet and the scripts read them.
        """
        attributes = {
            "data-text": self.text if self.has_enlarged_text else "",
            "data-bs-theme": self.theme,
            "data-contrast": "strong" if self.is_strong else "",
            "data-movement": self.motion if self.has_motion_choice else "",
            "data-read": "on" if self.reads_aloud else "",
        }
        return format_html_join(
            "", ' {}="{}"', [(name, value) for name, value in attributes.items() if value]
        )

    @property
    def is_strong(self) -> bool:
        return self.colours is Colours.STRONG

    @property
    def has_motion_choice(self) -> bool:
        return self.motion is not Motion.DEVICE

    @property
    def prefers_reduced_motion(self) -> bool:
        return self.motion is Motion.CALM

    @property
    def autoplays_motion(self) -> bool:
        return self.motion is Motion.MOVING


def get_display(request: HttpRequest) -> Display:
    """Return the display settings of this device."""
    return Display.from_cookie(request.COOKIES.get(settings.DISPLAY_COOKIE_NAME, ""))


def remember(request: HttpRequest, display: Display, *, lasting: bool) -> None:
    """Store the settings on this device, for DISPLAY_COOKIE_AGE or until its browser closes.

    `DisplayMiddleware` sends the cookie with the response.
    """
    request.display_to_keep = (display, lasting)  # type: ignore[attr-defined]


def write_display_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie on the response, if `remember` was called for this request."""
    pending: tuple[Display, bool] | None = getattr(request, "display_to_keep", None)
    if pending is None:
        return
    display, lasting = pending
    response.set_cookie(
        settings.DISPLAY_COOKIE_NAME,
        display.as_cookie(),
        max_age=DISPLAY_COOKIE_AGE if lasting else None,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
