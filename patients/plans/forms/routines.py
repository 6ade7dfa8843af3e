"""The form that saves a plan as a routine."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from clinic.models import User
from clinic.permissions import has_staff_permission
from clinic.roles import Action
from exercises.models import Routine
from exercises.routines.forms import MINE, RoutineTextForm


class PlanAsRoutineForm(RoutineTextForm):
    """The texts of a new routine, and its owner if the user may manage the clinic's routines."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, asks_whose=has_staff_permission(user, Action.MANAGE_ROUTINES), **kwargs)
        self._user = user
        self.fields["key"].required = True

    def clean(self) -> dict[str, Any]:
        """Refuse a name that another routine has among those that the user can start from.

        The routine that the same form created before does not count.
        """
        cleaned = super().clean() or self.cleaned_data
        routines = Routine.objects.available_to(self._user).exclude(pk=cleaned.get("key"))
        name = " ".join(cleaned.get("name", "").split())
        if name and routines.filter(name__iexact=name).exists():
            self.add_error(
                "name", forms.ValidationError(_("A routine has this name already. Choose another."))
            )
        return cleaned

    @property
    def is_only_mine(self) -> bool:
        return bool(self.cleaned_data.get("whose", MINE) == MINE)
