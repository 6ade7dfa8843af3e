"""docs/access-mutations.md: each check, and the first test that noticed its removal."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path
from typing import Any

from tests.infra.access_mutations.sites import Site

HEAD = """\
# Checks of permission and scope, and the tests that hold them

`make mutate-access` removes each check in turn, in a copy of the source, and runs the tests that reach it until one
fails. Written by it on {day}: {tried} of {checks} checks were removed, {noticed} were noticed, {unnoticed} were not.

| Kind | Removed | Noticed |
|---|--:|--:|
{kinds}

{rest}"""


NOT_DONE = """\
{left} checks are not done: the tests about access have not noticed their removal or were not run for them, and those of
the domains were not run yet. `make mutate-access` goes on with them.
"""


def write_report(
    file: Path, sites: list[Site], results: dict[int, dict[str, Any]], now: datetime.datetime
) -> None:
    """Write the page. Checks of the same code in the same function and noticed by the same test are one line."""
    tried = {number: sites[number] for number in sorted(results)}
    noticed = {number for number in tried if results[number]["noticed"]}
    removed = Counter(site.kind for site in tried.values())
    seen = Counter(tried[number].kind for number in noticed)
    kinds = "\n".join(f"| {kind} | {count} | {seen[kind]} |" for kind, count in sorted(removed.items()))
    rest = "Every removal was noticed.\n" if len(noticed) == len(sites) else _missing(sites, results)
    text = HEAD.format(
        day=f"{now:%Y-%m-%d}",
        tried=len(tried),
        checks=len(sites),
        noticed=len(noticed),
        unnoticed=len(tried) - len(noticed),
        kinds=kinds,
        rest=rest,
    )
    lines = [
        f"| {_cell(site)} | {_test(results[number]['noticed'])} |"
        for number, site in tried.items()
        if number in noticed
    ]
    table = "\n".join(["| Check | First test that noticed |", "|---|---|", *dict.fromkeys(lines)])
    file.write_text(f"{text}\n{table}\n")


def _missing(sites: list[Site], results: dict[int, dict[str, Any]]) -> str:
    unnoticed = [sites[number] for number in sorted(results) if not results[number]["noticed"]]
    text = "".join(f"- {_cell(site)}\n" for site in unnoticed)
    text = f"Not noticed:\n\n{text}" if text else ""
    left = len(sites) - len(results)
    return f"{text}{NOT_DONE.format(left=left)}" if left else text


def _cell(site: Site) -> str:
    code = site.code.replace("|", "\\|")
    return f"`{site.path}` {site.function.split('.')[-1]}: `{code if len(code) < 70 else code[:68] + '…'}`"


def _test(node: str) -> str:
    file, _, name = node.partition("::")
    return f"`{Path(file).name.removesuffix('.py')}::{name[:90]}`".replace("|", "\\|")
