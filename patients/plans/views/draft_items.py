"""Buttons of the plan builder about the exercises of a draft: add, move, remove, replace, split, change several."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.exceptions import NotPossibleError
from patients.lookups import get_exercise_or_404
from patients.plans.edits import add_exercise, change_doses, replace_item, split_item
from patients.plans.forms.bulk import BulkForm
from patients.plans.lines import Key, format_key

from .typed_draft import TypedDraft, draft_action

#: The most digits of a week's number that are read from a form.
_DIGITS = 2


@draft_action
def plan_draft_add(draft: TypedDraft, exercise_id: uuid.UUID) -> HttpResponse:
    """Add an exercise of the library with the catalogue's dose."""
    exercise = get_exercise_or_404(draft.request.user, exercise_id)
    draft.store(add_exercise(draft.read(), exercise, support=draft.support_for(exercise)))
    return draft.answer(_("Added: %(name)s.") % {"name": _(exercise.name)})


@draft_action
def plan_draft_item_up(draft: TypedDraft, key: Key) -> HttpResponse:
    """Move an exercise one place up."""
    return _moved(draft, key, -1)


@draft_action
def plan_draft_item_down(draft: TypedDraft, key: Key) -> HttpResponse:
    """Move an exercise one place down."""
    return _moved(draft, key, 1)


def _moved(draft: TypedDraft, key: Key, places: int) -> HttpResponse:
    content = draft.read().moving(key, places)
    draft.store(content)
    if key not in content.keys:
        return draft.answer(at=key)
    message = _("%(name)s is now %(place)s of %(of)s.") % {
        "name": draft.name_of(key),
        "place": content.keys.index(key) + 1,
        "of": len(content.lines),
    }
    return draft.answer(message, at=key)


@draft_action
def plan_draft_item_remove(draft: TypedDraft, key: Key) -> HttpResponse:
    """Remove an exercise, or one phase of it."""
    draft.store(draft.read().without(key))
    name = draft.name_of(key)
    return draft.answer(_("Removed: %(name)s.") % {"name": name} if name else "")


@draft_action
def plan_draft_item_replace(draft: TypedDraft, key: Key) -> HttpResponse:
    """Replace an exercise that is not safe by its easier alternative."""
    content, easier = draft.read(), draft.board.safety.easier(key)
    draft.store(replace_item(content, key, easier, support=draft.support_for(easier) if easier else ""))
    return draft.answer(_("%(name)s is out, an easier exercise is in.") % {"name": draft.name_of(key)})


@draft_action
def plan_draft_item_split(draft: TypedDraft, key: Key) -> HttpResponse:
    """Split an exercise into two phases at the week written beside the button."""
    week = draft.data.get(f"phase-{format_key(key)}", "")
    from_week = int(week) if week.isdecimal() and len(week) <= _DIGITS else 0
    draft.store(split_item(draft.read(), key, from_week=from_week))
    message = _("A new phase of %(name)s. Change it where it stands.") % {"name": draft.name_of(key)}
    return draft.answer(message, at=key)


@draft_action
def plan_draft_change(draft: TypedDraft) -> HttpResponse:
    """Change parts of the dose in several exercises at once."""
    before = draft.read()
    form = draft.refused_with["bulk"] = BulkForm(draft.data, prefix="bulk")
    if not form.is_valid():
        raise NotPossibleError(next(iter(form.errors.values()))[0])
    keys = form.keys(before, draft.data.getlist("pick"), draft.board.exercises)
    after = change_doses(before, keys, form.parts)
    draft.store(after)
    count = sum(old != new for old, new in zip(before.lines, after.lines, strict=True))
    message = ngettext("Changed %(n)s exercise.", "Changed %(n)s exercises.", count) % {"n": count}
    return draft.answer(message)
