"""{% own_phone %}: whether this device is the patient's own, so that a page may ask it to keep things."""

from __future__ import annotations

from django import template

from patients.sign_in.login import is_own_phone

register = template.Library()


@register.simple_tag(takes_context=True)
def own_phone(context: template.Context) -> bool:
    """`{% own_phone as keeps %}`. No for nobody, no on a shared device, and no where it was not asked."""
    request = context.get("request")
    return request is not None and request.user.is_authenticated and is_own_phone(request)
