"""Template tags for pictures of exercises. Every <img> has its width and height, so that the page does not shift."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from exercises.library.images import (
    HasPicture,
    Picture,
    get_unlike_picture,
    list_photographs,
    photograph,
    picture,
)

register = template.Library()


@register.simple_tag
def figure(
    of: str | HasPicture,
    kind: str = "thumb",
    alt: str = "",
    category: str = "",
    css: str = "",
    lazy: bool = False,
    support: str = "",
) -> SafeString:
    """Return an <img> of an exercise, or a placeholder if there is no picture.

    Usage: `{% figure exercise "strip" alt=exercise.name %}`. `of` is an exercise, current or prescribed, or the name of
    a figure. Without `alt` the picture is decorative, so the page has to show the name beside it. `css` adds classes;
    `lazy=True` loads the picture when it is about to become visible. `support` is the prescribed support level, which
    the figure shows if it can.
    """
    return _img(picture(of, kind, category, support), kind, gettext(alt) if alt else "", css, lazy=lazy)


@register.simple_tag
def pictures(of: HasPicture, kind: str = "moving", alt: str = "", support: str = "") -> SafeString:
    """Return the figure of an exercise, or all its photographs in order: `{% pictures exercise "moving" %}`."""
    if not of.photos:
        return figure(of, kind, alt, support=support)
    return format_html_join("\n", "{}", ((_img(shown, kind, shown.alt),) for shown in list_photographs(of)))


@register.inclusion_tag("exercises/library/partials/unlike_picture.html")
def unlike_picture(exercise: HasPicture, support: str) -> dict[str, str]:
    """Render the sentence that stands under a picture which cannot show this support level; nothing if it can.

    Usage: `{% unlike_picture exercise support=exercise.named_support %}`, on pages without the tag `movement`.
    """
    return {"unlike_picture": get_unlike_picture(exercise, support)}


@register.simple_tag
def photo_thumb(kept: dict[str, Any]) -> SafeString:
    """Return a small <img> of one photograph, given an item of `Exercise.photos`."""
    shown = photograph(kept, "thumb")
    return _img(shown, "thumb", shown.alt)


def _img(shown: Picture, kind: str, alt: str, css: str = "", *, lazy: bool = False) -> SafeString:
    photo = "figure-photo" if shown.is_photo else ""
    classes = " ".join(part for part in ("figure", f"figure-{kind}", photo, css) if part)
    return format_html(
        '<img class="{}" src="{}" alt="{}" width="{}" height="{}"{}>',
        classes,
        shown.url,
        alt,
        shown.width,
        shown.height,
        SafeString(' loading="lazy"') if lazy else "",
    )


@register.simple_tag
def figure_url(of: str | HasPicture, kind: str, category: str = "", support: str = "") -> str:
    """Return the address of a picture, for scripts and links."""
    return picture(of, kind, category, support).url
