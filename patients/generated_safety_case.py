"""The page docs/safety.md, from docs/safety.toml; `manage.py generate_docs` writes it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[1] / "docs" / "safety.toml"
UNSET = "to be set by the clinical safety officer"


def read_safety_case() -> dict[str, Any]:
    """Return the sections, hazards and signatures of docs/safety.toml."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def safety_case_page(notice: str) -> str:
    """Return docs/safety.md."""
    case = read_safety_case()
    hazards = case["hazard"]
    lines = ["# The safety case", "", notice, ""]
    for section in case["section"]:
        lines += [f"## {section['title']}", "", section["text"].strip(), ""]
    lines += [
        "## Hazard log",
        "",
        "In the manner of DCB0129. The severity is before controls and is a proposal; likelihood and residual risk are "
        "the clinical safety officer's. `manage.py simulate` shows the controls together over a year of patients.",
        "",
        "| Hazard | | Severity | Likelihood | Shown by |",
        "|---|---|---|---|---|",
        *[
            f"| [{each['id']}](#{_anchor(each)}) | {each['hazard']} | {each['severity']} "
            f"| {each.get('likelihood') or 'to be set'} | {_count(each['tests'])} |"
            for each in hazards
        ],
        "",
    ]
    for each in hazards:
        lines += _hazard(each)
    lines += [
        "## Signatures",
        "",
        "| Reads and signs | Name and day |",
        "|---|---|",
        *[
            f"| {role.replace('_', ' ').capitalize()} | {name or '**unsigned**'} |"
            for role, name in case["sign_off"].items()
        ],
        "",
    ]
    return "\n".join(lines)


def _hazard(each: dict[str, Any]) -> list[str]:
    shown = [f"  - `{name}`" for name in each["tests"]] or ["  - **not shown yet**"]
    return [
        f"### {each['id']}: {each['hazard']}",
        "",
        f"- Cause: {each['cause']}",
        f"- Effect: {each['effect']}",
        f"- Severity before controls: {each['severity']}",
        f"- Likelihood: {each.get('likelihood') or UNSET}",
        f"- Control: {each['control']}",
        "- Shown by:",
        *shown,
        f"- Residual risk: {each.get('residual') or UNSET}; accepted by: {each.get('accepted_by') or 'nobody yet'}",
        "",
    ]


def _anchor(each: dict[str, Any]) -> str:
    """Return the anchor that Markdown makes of the hazard's heading."""
    heading = f"{each['id']} {each['hazard']}".lower()
    return "".join(char for char in heading if char.isalnum() or char in " -").replace(" ", "-")


def _count(tests: list[str]) -> str:
    return f"{len(tests)} test{'s' if len(tests) != 1 else ''}" if tests else "**not shown yet**"
