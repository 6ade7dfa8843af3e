"""Template tag that tells pages whether they may store data on the device."""

from __future__ import annotations

from django import template

from patients.sign_in.login import is_own_phone

register = template.Library()


@register.simple_tag(takes_context=True)
def own_phone(context: template.Context) -> bool:
    """Return True if a user is signed in and said at sign-in that this device is theirs alone.

    `{% own_phone as keeps %}`. False if they were not asked.
    """
    request = context.get("request")
    return request is not None and request.user.is_authenticated and is_own_phone(request)
