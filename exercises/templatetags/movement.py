"""{% movement %}: an exercise in pictures that stand still until they are asked to move."""

from __future__ import annotations

from typing import Any

from django import template

from clinic.display import display_of
from exercises.library.images import Pictured, figure_of

register = template.Library()


@register.inclusion_tag("exercises/library/partials/movement.html", takes_context=True)
def movement(context: template.Context, exercise: Pictured, alt: str = "") -> dict[str, Any]:
    """`{% movement exercise %}`: its still pictures and, where a figure is drawn, a button that sets it in motion.

    What moves without being asked distracts, and makes some people dizzy (WCAG 2.2.2): it starts at a tap, stops at a
    tap, and is not even offered to those who asked their device, or us, for less motion. Who asked us for moving
    pictures finds them moving. Without scripts the button is a link to `?motion=1`, or `?motion=0`, of the same page.
    A page that uses it loads js/exercise.js.
    """
    request = context["request"]
    display = display_of(request)
    asked = request.GET.get("motion")
    return {
        "exercise": exercise,
        "alt": alt,
        "is_drawn": bool(figure_of(exercise)),
        "is_moving": not display.is_calm and (asked == "1" or (display.starts_moving and asked != "0")),
        "is_calm": display.is_calm,
        "starts_moving": display.starts_moving,
        "still_page": "?motion=0" if display.starts_moving else request.path,
    }
