"""Buttons of the plan builder that answer the finding of a safety rule: acknowledge, override, take back.

They are part of the draft's form, which is saved first; the answer then refers to the exercise as it is stored.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from patients.exceptions import NotPossibleError
from patients.models import PlanItem, PlanVersion
from patients.plans.lines import Key, format_key, parse_line_key
from patients.plans.selectors.draft_safety import get_draft_item
from patients.safety.services.overrides import acknowledge_warning, override_block, revoke_override

from .typed_draft import TypedDraft, draft_action

#: A reason's field is named "reason-<key>/<rule>".
FIELD = "reason-"
#: The most characters of a reason that are read from a form: as many as are stored.
MAX_REASON_LENGTH = 300


@draft_action
def plan_draft_item_acknowledge(draft: TypedDraft, key: Key, rule: str) -> HttpResponse:
    """Record that the clinician has seen a warning."""

    def acknowledge(item: PlanItem) -> str:
        acknowledge_warning(item=item, rule=rule, by=draft.request.user)
        return _("Noted that you have seen this.")

    version = draft.store(draft.read())
    return draft.answer(_apply_answer(version, key, acknowledge), at=key)


@draft_action
def plan_draft_item_override(draft: TypedDraft, key: Key, rule: str) -> HttpResponse:
    """Keep an exercise that a rule blocks, with the reason written beside the button."""
    content = draft.read()
    reason = _reason(draft.data, f"{format_key(key)}/{rule}")
    if not reason:
        raise NotPossibleError(_("Write a reason. It is kept with the plan."))
    return draft.answer(_override(draft, draft.store(content), key, rule, reason), at=key)


@draft_action
def plan_draft_item_take_back(draft: TypedDraft, key: Key, rule: str) -> HttpResponse:
    """Delete the answer to a rule, which is then unanswered again."""

    def take_back(item: PlanItem) -> str:
        revoke_override(item=item, rule=rule, by=draft.request.user)
        return _("Asked again.")

    version = draft.store(draft.read())
    return draft.answer(_apply_answer(version, key, take_back), at=key)


def override_where_reasons_are_written(draft: TypedDraft, version: PlanVersion) -> str:
    """Override every rule beside which a reason was written, and return a message about it.

    Enter in the field of a reason presses "Save", not the button beside the field.
    """
    found = []
    for target in (name.removeprefix(FIELD) for name in draft.data if name.startswith(FIELD)):
        reason = _reason(draft.data, target)
        text, _slash, rule = target.partition("/")
        try:
            key = parse_line_key(text)
        except ValueError:
            continue
        if reason:
            found.append(_override(draft, version, key, rule, reason))
    return " ".join(found)


def _override(draft: TypedDraft, version: PlanVersion, key: Key, rule: str, reason: str) -> str:
    def override(item: PlanItem) -> str:
        override_block(item=item, rule=rule, reason=reason, by=draft.request.user)
        return _("It stays in, with your reason.")

    return _apply_answer(version, key, override)


def _reason(data: QueryDict, target: str) -> str:
    """Return the reason written for a target, at most `MAX_REASON_LENGTH` characters of it."""
    return data.get(f"{FIELD}{target}", "")[:MAX_REASON_LENGTH].strip()


def _apply_answer(version: PlanVersion, key: Key, give: Callable[[PlanItem], str]) -> str:
    """Apply an answer to an item of the stored draft and return the message to show.

    An answer that does not apply any more is a message, not an error: the draft itself is saved by now.
    """
    try:
        return give(get_draft_item(version, key))
    except NotPossibleError as reason:
        return str(reason)
