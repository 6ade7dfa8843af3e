"""Template filter for permissions: {% if user|may:"MANAGE_LIBRARY" %} decides if a link is shown.

The linked page checks the permission again.
"""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AnonymousUser

from clinic.models import User
from clinic.permissions import has_staff_permission
from clinic.roles import Action

register = template.Library()


@register.filter
def may(user: User | AnonymousUser, action: str) -> bool:
    """Return True if the user may do `action`, a name of `clinic.roles.Action`. Raises KeyError for any other word."""
    return isinstance(user, User) and has_staff_permission(user, Action[action])
