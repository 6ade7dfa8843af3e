"""{% figure %}: the picture of an exercise, with its place kept on the page."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from exercises.pictures import picture

register = template.Library()


@register.simple_tag
def figure(
    slug: str, kind: str = "thumb", alt: str = "", category: str = "", css: str = "", lazy: bool = False
) -> SafeString:
    """`{% figure exercise.slug "strip" alt=exercise.name %}`: an <img>, or a plate when nothing is drawn.

    Without `alt` the picture is decorative: say the name beside it. `category` chooses the plate, `css` adds
    classes, `lazy=True` waits until the picture is about to be seen.
    """
    shown = picture(slug, kind, category)
    classes = " ".join(part for part in ("figure", f"figure-{kind}", css) if part)
    return format_html(
        '<img class="{}" src="{}" alt="{}" width="{}" height="{}"{}>',
        classes,
        shown.url,
        gettext(alt) if alt else "",
        shown.width,
        shown.height,
        SafeString(' loading="lazy"') if lazy else "",
    )


@register.simple_tag
def figure_url(slug: str, kind: str, category: str = "") -> str:
    """The address of a picture alone, for scripts and links."""
    return picture(slug, kind, category).url
