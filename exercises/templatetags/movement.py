"""{% movement %}: an exercise in pictures that stand still until they are asked to move."""

from __future__ import annotations

from typing import Any

from django import template

from clinic.display import get_display
from exercises.library.images import HasPicture, get_figure_name

register = template.Library()


@register.inclusion_tag("exercises/library/partials/movement.html", takes_context=True)
def movement(context: template.Context, exercise: HasPicture, alt: str = "") -> dict[str, Any]:
    """`{% movement exercise %}`: its still pictures and, where a figure is drawn, a button that sets it in motion.

    What moves without being asked distracts, and makes some people dizzy (WCAG 2.2.2): it starts at a tap, stops at a
    tap, and is not even offered to those who asked their device, or us, for less motion. Who asked us for moving
    pictures finds them moving. Without scripts the button is a link to `?motion=1`, or `?motion=0`, of the same page.
    A page that uses it loads js/exercise.js.
    """
    request = context["request"]
    display = get_display(request)
    asked = request.GET.get("motion")
    return {
        "exercise": exercise,
        "alt": alt,
        "is_drawn": bool(get_figure_name(exercise)),
        "is_moving": not display.prefers_reduced_motion
        and (asked == "1" or (display.autoplays_motion and asked != "0")),
        "prefers_reduced_motion": display.prefers_reduced_motion,
        "autoplays_motion": display.autoplays_motion,
        "still_page": "?motion=0" if display.autoplays_motion else request.path,
    }
