"""The builder's buttons that answer the safety rules: "seen:<key>/<rule>", "reason:<key>/<rule>", "again:<key>/<rule>".

They stand in the draft's own form, which is saved first; the answer is then given to the exercise as it is stored.
"""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.models import PlanVersion
from patients.plans.lines import parse_line_key
from patients.plans.selectors.draft_safety import get_draft_item
from patients.safety.services.overrides import acknowledge_warning, override_block, revoke_override

ANSWERS = ("seen", "reason", "again")
#: A reason's field is named by what its button says: "reason-<key>/<rule>".
FIELD = "reason-"
#: Longest reason that is read from a form, as long as it is kept.
MAX_REASON_LENGTH = 300


def reason_for(target: str, data: QueryDict) -> str:
    """What was written beside the button."""
    return data.get(f"{FIELD}{target}", "")[:MAX_REASON_LENGTH].strip()


def check_answer(do: str, target: str, data: QueryDict) -> None:
    """Asked before anything is saved. Raises NotPossibleError for a reason that says nothing."""
    if do == "reason" and not reason_for(target, data):
        raise NotPossibleError(_("Write a reason. It is kept with the plan."))


def answer(version: PlanVersion, do: str, target: str, data: QueryDict, *, by: User) -> str:
    """Do it, and what to tell. A reason that was written and saved without its own button counts too.

    What does not apply any more is told and not raised: the draft itself is saved by now.
    """
    if do == "save":
        targets = [name.removeprefix(FIELD) for name in data if name.startswith(FIELD)]
        written = [target for target in targets if reason_for(target, data)]
        told = [answer(version, "reason", target, data, by=by) for target in written]
        return " ".join(told)
    if do not in ANSWERS:
        return ""
    key, _slash, rule = target.partition("/")
    try:
        item = get_draft_item(version, parse_line_key(key))
        if do == "seen":
            acknowledge_warning(item=item, rule=rule, by=by)
            return _("Noted that you have seen this.")
        if do == "reason":
            override_block(item=item, rule=rule, reason=reason_for(target, data), by=by)
            return _("It stays in, with your reason.")
        revoke_override(item=item, rule=rule, by=by)
        return _("Asked again.")
    except ValueError:
        return ""
    except NotPossibleError as reason:
        return str(reason)
