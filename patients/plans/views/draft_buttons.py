"""What each button of the plan builder does to the draft, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.exceptions import NotPossibleError
from patients.models import Plan
from patients.plans.content import PlanContent
from patients.plans.forms.bulk import BulkForm
from patients.plans.lines import Key, PlanLine, parse_line_key
from patients.plans.selectors.draft_page import PlanDraftPage
from patients.plans.views.draft_answers import ANSWERS, check_answer

#: What the script says when no button was pressed: what was typed is saved, and nothing is said about it.
AUTOSAVE = "autosave"
#: Longest number of a week that is read from a form.
_DIGITS = 2


@dataclass(frozen=True)
class Button:
    """The button that was pressed, "up:<key>", and what was sent with it."""

    do: str
    target: str
    data: QueryDict

    @property
    def key(self) -> Key | None:
        """The line, or for "add" the exercise, that the button stands beside."""
        try:
            return parse_line_key(self.target.partition("/")[0])
        except ValueError:
            return None

    @property
    def is_quiet(self) -> bool:
        return self.do == AUTOSAVE

    def applied_to(self, content: PlanContent, board: PlanDraftPage) -> PlanContent:
        """The draft with what the button does. Raises NotPossibleError with the reason to show."""
        check_answer(self.do, self.target, self.data)
        if self.do == "change":
            return self._changed(content, board)
        key = self.key
        exercise = board.exercises.get(key[0]) if key else None
        if key is None or exercise is None:
            return content
        if self.do == "add":
            support = board.safety.patient.support_for(exercise)
            return content.adding(PlanLine.suggested(exercise, support=support, plan_days=content.weekdays))
        if self.do == "remove":
            return content.without(key)
        if self.do == "instead":
            return self._with_easier(content, key, board)
        if self.do == "phase":
            return self._split(content, key)
        return content.moving(key, {"up": -1, "down": 1}.get(self.do, 0))

    def _changed(self, content: PlanContent, board: PlanDraftPage) -> PlanContent:
        form = self.bulk_form
        if not form.is_valid():
            raise NotPossibleError(next(iter(form.errors.values()))[0])
        keys = form.keys(content, self.data.getlist("pick"), board.exercises)
        if not keys:
            raise NotPossibleError(_("Tick the exercises to change, or choose a kind."))
        if not form.parts:
            raise NotPossibleError(_("Write at least one number to change."))
        try:
            return content.changing(keys, **form.parts)
        except ValueError as reason:
            raise NotPossibleError(str(reason)) from reason

    def _with_easier(self, content: PlanContent, key: Key, board: PlanDraftPage) -> PlanContent:
        """With the easier alternative in the place of the line; without the line when that is in the plan already."""
        line = content.line(key)
        easier = board.safety.easier(key)
        if line is None or easier is None:
            raise NotPossibleError(_("There is no easier exercise to offer any more. Take it out instead."))
        if easier.pk in content.exercise_ids:
            return content.without(key)
        support = board.safety.patient.support_for(easier)
        fresh = PlanLine.suggested(easier, support=support, plan_days=content.weekdays)
        return content.with_line(key, replace(fresh, first_week=line.first_week, last_week=line.last_week))

    def _split(self, content: PlanContent, key: Key) -> PlanContent:
        week = self.data.get(f"phase-{self.target}", "")
        try:
            return content.with_new_phase(key, int(week) if week.isdecimal() and len(week) <= _DIGITS else 0)
        except ValueError:
            raise NotPossibleError(
                _("Write the week from which it shall be different: a later week of this exercise.")
            ) from None

    @property
    def bulk_form(self) -> BulkForm:
        return BulkForm(self.data if self.do == "change" else None, prefix="bulk")

    def told(self, board: PlanDraftPage, before: PlanContent, after: PlanContent) -> str:
        """What was done, in a few words; "" for what speaks for itself."""
        exercise = board.exercises.get(self.key[0]) if self.key else None
        name = _(exercise.name) if exercise else ""
        if self.do == "change":
            count = sum(old != new for old, new in zip(before.lines, after.lines, strict=True))
            return ngettext("Changed %(n)s exercise.", "Changed %(n)s exercises.", count) % {"n": count}
        words = {
            "add": _("Added: %(name)s."),
            "remove": _("Removed: %(name)s."),
            "instead": _("%(name)s is out, an easier exercise is in."),
            "phase": _("A new phase of %(name)s. Change it where it stands."),
            "save": _("Saved."),
        }
        if self.do in ("up", "down") and self.key in after.keys:
            place = {"place": after.keys.index(self.key) + 1, "of": len(after.lines)}
            return _("%(name)s is now %(place)s of %(of)s.") % ({"name": name} | place)
        return words.get(self.do, "") % {"name": name}

    def leads_to(self, plan: Plan, board: PlanDraftPage) -> HttpResponseRedirect:
        """Where the page goes on; the filters of the library stay in the address."""
        if self.do in ("publish", "preview"):
            return HttpResponseRedirect(reverse(f"plan_{self.do}", args=[plan.pk]))
        if self.do == "flags":
            return HttpResponseRedirect(reverse("plan_flags", args=[plan.pk]))
        here = f"#x-{self.target.partition('/')[0]}"
        places = {"find": "#library", "favourite": "#library", "up": here, "down": here, "phase": here}
        places |= dict.fromkeys(ANSWERS, here)
        query = board.library.filters.query_string()
        return HttpResponseRedirect(
            f"{reverse('plan_draft', args=[plan.pk])}{query}{places.get(self.do, '')}"
        )
