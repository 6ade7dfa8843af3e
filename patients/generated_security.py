"""The page docs/security.md, from docs/security.toml, docs/asvs.toml and the limits and times in the code."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

from clinic import rate_limits
from clinic.accounts import idle, sign_in_limits
from patients import models
from patients.sign_in import limits as patient_limits

DOCS = Path(__file__).parents[1] / "docs"
#: Modules with limits, and whom these concern.
LIMITS: dict[str, ModuleType] = {
    "Staff who sign in": sign_in_limits,
    "Patients who sign in": patient_limits,
    "Everybody": rate_limits,
}
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def read_toml(name: str) -> dict[str, Any]:
    """Return the tables of a TOML file of docs/."""
    return tomllib.loads((DOCS / name).read_text(encoding="utf-8"))


def security_page(notice: str) -> str:
    """Return docs/security.md."""
    source, standard = read_toml("security.toml"), read_toml("asvs.toml")
    lines = ["# Security", "", notice, "", source["intro"].strip(), ""]
    lines += [*_questionnaire(source["question"]), *_duties(source["duty"])]
    lines += [*_limits(source["limits"]), *_sessions(source["sessions"])]
    for section in source["section"]:
        lines += [f"## {section['title']}", "", section["text"].strip(), ""]
    lines += [*_attacks(source["attack"]), *_requirements(standard)]
    return "\n".join(lines)


def list_limits() -> dict[str, list[rate_limits.Limit]]:
    """Return the limits of each module of LIMITS, in the order in which they are written there."""
    return {
        who: [each for each in vars(module).values() if isinstance(each, rate_limits.Limit)]
        for who, module in LIMITS.items()
    }


def write_period(period: datetime.timedelta) -> str:
    """Return a period in words: "10 minutes", "1 hour"."""
    seconds = int(period.total_seconds())
    for size, name in UNITS:
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {name}{'s' * (count != 1)}"
    return f"{seconds} seconds"


def state_of(row: dict[str, Any]) -> str:
    """Return the state of a requirement: met, in part, untested, not met, does not apply."""
    if "not_applicable" in row:
        return "does not apply"
    if "not_met" in row:
        return "in part" if row.get("tests") else "not met"
    return "met, without a test" if "untested" in row else "met"


def _questionnaire(questions: list[dict[str, Any]]) -> list[str]:
    lines = ["## What a hospital asks", ""]
    for each in questions:
        shown = _links(each["tests"]) or "no test"
        lines += [f"### {each['asks']}", "", each["answer"].strip(), "", f"Shown by: {shown}.", ""]
    return lines


def _duties(duties: list[dict[str, str]]) -> list[str]:
    return [
        "## What an operator has to do",
        "",
        "The software cannot do these, and nothing here shows that they are done:",
        "",
        *[f"{number}. {each['text']}" for number, each in enumerate(duties, start=1)],
        "",
    ]


def _limits(text: str) -> list[str]:
    lines = ["## Limits", "", text.strip(), "", "| Who | Limit | Tries | Period |", "|---|---|---|---|"]
    for who, limits in list_limits().items():
        lines += [f"| {who} | {each.name} | {each.tries} | {write_period(each.period)} |" for each in limits]
    return [*lines, ""]


def list_session_times() -> list[tuple[str, datetime.timedelta, datetime.timedelta]]:
    """Return whose session it is, the time without use after which it asks again, and its longest time."""
    return [
        ("staff and administrators", idle.IDLE_LIMIT, idle.SESSION_LIMIT),
        ("a patient or helper, own phone", models.OWN_PHONE_SESSION_AGE, models.OWN_PHONE_MAX_SESSION_AGE),
        ("a patient or helper, shared device", models.SHARED_SESSION_AGE, models.SHARED_MAX_SESSION_AGE),
    ]


def _sessions(text: str) -> list[str]:
    rows = [
        f"| {who} | {write_period(unused)} | {write_period(longest)} |"
        for who, unused, longest in list_session_times()
    ]
    return [
        *("## Sessions", "", "| Session of | Without use | At most |", "|---|---|---|", *rows, ""),
        *(text.strip(), ""),
    ]


def _attacks(attacks: list[dict[str, Any]]) -> list[str]:
    lines = [
        "## Attacks that were tried on an earlier version, and the test that each fails in",
        "",
        "They worked on the version of 29 November 2026, could not be ruled out there, or would get around what was "
        "built since.",
    ]
    for part, rows in groupby(attacks, key=lambda row: row["part"]):
        lines += ["", f"### {part}", "", "| Attack | Fails in |", "|---|---|"]
        lines += [f"| {row['tries']} | {_links(row['tests'])} |" for row in rows]
    return [*lines, ""]


def _requirements(standard: dict[str, Any]) -> Iterator[str]:
    rows = standard["requirement"]
    states = ("met", "in part", "met, without a test", "not met", "does not apply")
    levels = {number: level for level, numbers in standard["levels"].items() for number in numbers}
    yield from (
        "## OWASP ASVS 5.0.0, level 1 and 2",
        "",
        standard["intro"].strip(),
        "",
        "| | " + " | ".join(states) + " |",
        "|---|" + "---|" * len(states),
    )
    for level in sorted(standard["levels"]):
        found = [state_of(row) for row in rows if levels[row["number"]] == level]
        yield f"| Level {level} | " + " | ".join(str(found.count(state)) for state in states) + " |"
    for chapter, of_chapter in groupby(rows, key=lambda row: row["number"].partition(".")[0]):
        yield from (
            "",
            f"### V{chapter}: {standard['chapters'][chapter]}",
            "",
            "| Number | Level | It asks | State | What we do | Shown by |",
            "|---|---|---|---|---|---|",
        )
        for row in of_chapter:
            yield (
                f"| {row['number']} | {levels[row['number']]} | {row['asks']} | {state_of(row)} "
                f"| {_say(row)} | {_links(row.get('tests', ())) or '–'} |"
            )
    yield ""


def _say(row: dict[str, Any]) -> str:
    texts = [row.get(name, "") for name in ("does", "untested", "not_applicable")]
    texts += [f"**{row['not_met']}**"] if "not_met" in row else []
    return " ".join(text for text in texts if text)


def _links(tests: Iterable[str]) -> str:
    """Return the names of tests as links to their files."""
    return ", ".join(f"[{name.rpartition('::')[2]}](../{name.partition('::')[0]})" for name in tests)
