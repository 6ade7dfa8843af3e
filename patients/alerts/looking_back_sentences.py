"""Sentences for the team about the values that the rules of `patients.alerts.looking_back` have observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.sessions import check_in


def _number(value: Any) -> str:
    return f"{value:g}"


def says_above_usual(seen: Mapping[str, Any]) -> str:
    if "usual" not in seen:
        return ""
    words = _("Pain %(after)s of 10 after the session; usually %(usual)s.")
    if seen["usual"] is None:
        return _("Pain %(after)s of 10 after the session.") % {"after": seen["pain_after"]}
    return words % {"after": seen["pain_after"], "usual": _number(seen["usual"])}


def says_at_limit(seen: Mapping[str, Any]) -> str:
    if "limit" not in seen:
        return ""
    return _("Pain %(after)s of 10 after the session; usually %(usual)s, limit %(limit)s.") % {
        "after": seen["pain_after"],
        "usual": _number(seen["usual"]),
        "limit": _number(seen["limit"]),
    }


def says_above_usual_again(seen: Mapping[str, Any]) -> str:
    if "pains_after" in seen:
        pains = ", ".join(map(str, seen["pains_after"]))
        return _("Pain %(pains)s after the last sessions; usually %(usual)s.") % {
            "pains": pains,
            "usual": _number(seen["usual"]),
        }
    # An alert of version 1 of the rules, about the rise from before to after.
    pairs = [pair for pair in reversed(seen.get("pains", [])) if None not in pair]
    rises = ", ".join(_("%(before)s to %(after)s") % {"before": b, "after": a} for b, a in pairs)
    return _("Pain rose each time: %(rises)s.") % {"rises": rises} if rises else _("Pain rose each time.")


def says_usual_has_risen(seen: Mapping[str, Any]) -> str:
    if "first" not in seen:
        return ""
    return _("The usual pain has risen from %(first)s to %(usual)s.") % {
        "first": _number(seen["first"]),
        "usual": _number(seen["usual"]),
    }


def says_too_hard(seen: Mapping[str, Any]) -> str:
    names = ", ".join(filter(None, seen.get("exercises", [])))
    return _("“Too hard” again: %(names)s.") % {"names": names} if names else _("“Too hard” again.")


def says_afraid_to_fall(seen: Mapping[str, Any]) -> str:
    told = ". ".join(check_in.describe_without_danger(seen.get("told", {})))
    if not told:
        return _("“I am afraid to fall.” Talk with the patient about it.")
    words = _("“I am afraid to fall.” %(told)s. Talk with the patient about it.")
    return words % {"told": told}


def says_days(subject: Promise) -> Callable[[Mapping[str, Any]], str]:
    def says(seen: Mapping[str, Any]) -> str:
        count = len(seen.get("days", ()))
        if not count:
            return ""
        days = ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
        return _("%(subject)s on %(days)s within two weeks.") % {"subject": subject, "days": days}

    return says
