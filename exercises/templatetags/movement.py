"""Template tag for an exercise's picture, which is still until the user starts the animation."""

from __future__ import annotations

from typing import Any

from django import template

from clinic.display import get_display
from exercises.library.images import HasPicture, get_figure_name, get_unlike_picture

register = template.Library()


@register.inclusion_tag("exercises/library/partials/movement.html", takes_context=True)
def movement(
    context: template.Context, exercise: HasPicture, alt: str = "", support: str = "", *, starts: bool = False
) -> dict[str, Any]:
    """Render still pictures and, if the exercise has a figure, a button that starts its animation.

    Usage: `{% movement exercise support=line.support %}`. The figure shows the prescribed support level; if it cannot,
    a sentence under it says how to hold on. Unrequested movement distracts, and makes some people dizzy (WCAG 2.2.2).
    Therefore the animation starts and stops at a tap. There is no button if the user prefers reduced motion, in the
    settings of Surefoot or of the device. If the user has chosen automatic animation, it starts with the page; with
    `starts=True`, for an exercise that is being done, it does so for everybody else. Without JavaScript the button is a
    link to `?motion=1`, or `?motion=0`, of the same page. The page has to load js/exercise.js.
    """
    request = context["request"]
    display = get_display(request)
    asked = request.GET.get("motion")
    plays = starts or display.autoplays_motion
    return {
        "exercise": exercise,
        "alt": alt,
        "support": support,
        "unlike_picture": get_unlike_picture(exercise, support),
        "is_drawn": bool(get_figure_name(exercise)),
        "is_moving": not display.prefers_reduced_motion and (asked == "1" or (plays and asked != "0")),
        "prefers_reduced_motion": display.prefers_reduced_motion,
        "autoplays_motion": display.autoplays_motion,
        "still_page": "?motion=0" if plays else request.path,
    }
