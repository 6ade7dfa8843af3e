"""One sentence for each alert, for the team's pages: the patient's answer, or the values that the rule observed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.alerts.rules import get_look_back
from patients.models import INACTIVITY_KINDS, Alert
from patients.sessions import check_in


def describe_alert(alert: Alert) -> str:
    """Return a sentence with the patient's answer, or with the values that the rule observed.

    The alert's session and report should be loaded.
    """
    seen: dict[str, Any] = alert.facts.get("seen", {})
    if alert.kind in INACTIVITY_KINDS:
        return _describe_inactivity(seen)
    looking_back = get_look_back(alert.kind)
    if looking_back is not None and (words := looking_back.says(seen)):
        return words
    if words := _quote_answers(alert):
        return words
    after = seen.get("pain_after", alert.session.pain_after if alert.session else None)
    if after is None:
        return f"{alert.get_kind_display()}."
    return _("Pain %(after)s of 10 after the session.") % {"after": after}


def _quote_answers(alert: Alert) -> str:
    """Return the statement of each question of this alert that was answered with yes, or the first question's."""
    questions = [
        each for each in check_in.QUESTIONS if each.said and each.alert and each.alert.kind == alert.kind
    ]
    source = alert.session or alert.report
    answers = source.told if source else {}
    return " ".join(each.said for each in questions if each.is_danger_in(answers)) or next(
        (each.said for each in questions), ""
    )


def _describe_inactivity(seen: dict[str, Any]) -> str:
    missed, days = seen.get("missed_days", 0), seen.get("silent_days", 0)
    planned = ngettext("%(count)s planned day", "%(count)s planned days", missed) % {"count": missed}
    in_all = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return _("Nothing logged for %(planned)s, %(days)s in all.") % {"planned": planned, "days": in_all}
