"""The builder's buttons that answer what a safety rule says of an exercise: seen, kept with a reason, asked again.

They stand in the draft's form, which is saved first; the answer is then given to the exercise as it is stored.
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
#: Longest reason that is read from a form, as long as it is kept.
MAX_REASON_LENGTH = 300


@draft_action
def plan_draft_item_acknowledge(draft: TypedDraft, key: Key, rule: str) -> HttpResponse:
    """Note that the clinician has seen a warning."""

    def acknowledge(item: PlanItem) -> str:
        acknowledge_warning(item=item, rule=rule, by=draft.request.user)
        return _("Noted that you have seen this.")

    version = draft.store(draft.read())
    return draft.answer(_told(version, key, acknowledge), at=key)


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
    """Take back the answer to a rule, which then asks again."""

    def take_back(item: PlanItem) -> str:
        revoke_override(item=item, rule=rule, by=draft.request.user)
        return _("Asked again.")

    version = draft.store(draft.read())
    return draft.answer(_told(version, key, take_back), at=key)


def override_where_reasons_are_written(draft: TypedDraft, version: PlanVersion) -> str:
    """Override every rule beside which a reason was written; return what was done, in words.

    Enter in the field of a reason presses "Save", not the button beside the field.
    """
    told = []
    for target in (name.removeprefix(FIELD) for name in draft.data if name.startswith(FIELD)):
        reason = _reason(draft.data, target)
        text, _slash, rule = target.partition("/")
        try:
            key = parse_line_key(text)
        except ValueError:
            continue
        if reason:
            told.append(_override(draft, version, key, rule, reason))
    return " ".join(told)


def _override(draft: TypedDraft, version: PlanVersion, key: Key, rule: str, reason: str) -> str:
    def override(item: PlanItem) -> str:
        override_block(item=item, rule=rule, reason=reason, by=draft.request.user)
        return _("It stays in, with your reason.")

    return _told(version, key, override)


def _reason(data: QueryDict, target: str) -> str:
    return data.get(f"{FIELD}{target}", "")[:MAX_REASON_LENGTH].strip()


def _told(version: PlanVersion, key: Key, give: Callable[[PlanItem], str]) -> str:
    """Give the answer to a line of the stored draft and return what to say.

    An answer that does not apply any more is told and not raised: the draft itself is saved by now.
    """
    try:
        return give(get_draft_item(version, key))
    except NotPossibleError as reason:
        return str(reason)
