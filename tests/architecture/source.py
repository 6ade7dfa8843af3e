"""Access to the app's source code: files, syntax trees, and templates without comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("clinic", "exercises", "patients")


def python_files(*folders: str) -> list[Path]:
    """Return the app's Python files below the folders, without migrations."""
    files = [file for folder in folders or APPS for file in (ROOT / folder).rglob("*.py")]
    return sorted(file for file in files if "migrations" not in file.parts)


def template_files(*folders: str) -> list[Path]:
    """Return the templates of pages and pictures; e-mails are plain text and have no markup to check."""
    roots = [ROOT / "templates" / folder for folder in folders] if folders else [ROOT / "templates"]
    found = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*"))]
    return sorted(file for file in found if file.suffix in {".html", ".svg"})


#: Templates of the team's pages, the admin and development pages, which are in English only for now.
TEAM_TEMPLATES = re.compile(
    r"templates/("
    r"(account|allauth|mfa|admin|simple_history)/.*|base_staff\.html|503\.html"
    r"|clinic/(team|partials)/.*|clinic/clinics/(details|hours|settings|partials/(week|delivery))\.html"
    r"|clinic/consultations/(request|requests|partials/request_badge)\.html"
    r"|exercises/(clinic_exercises|figures)/.*|exercises/routines/(form|list|show|partials/rows)\.html"
    r"|partials/dose_fields\.html|patients/access_log/access_log\.html"
    r"|patients/(alerts|caseload|demo|plans|records|safety|safety_rules)/.*"
    r"|patients/(base_staff|sign_in/staff_.*|documents/(paper_log|report))\.html"
    r"|patients/messages/(thread_staff|partials/(conversation|message_staff|waiting_messages))\.html"
    r"|patients/data_rights/(erasure_(new|request|requests)\.html|emails/erasure_asked\.txt)"
    r"|patients/sessions/partials/session_(line|log)\.html|patients/screening/(screening\.html|partials/.*)"
    r")"
)


def is_team_template(file: Path) -> bool:
    return TEAM_TEMPLATES.fullmatch(name_of(file)) is not None


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """Return every node of the syntax tree. Each file is parsed once for all rules."""
    return tuple(ast.walk(ast.parse(source)))


def dotted(node: ast.expr) -> str:
    """Return a dotted name such as "timezone.now"; a call in between is written as "?"."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def imports_in(source: str, *, package: str) -> Iterator[tuple[int, str]]:
    """Return the line and full name of every imported module in the file; `package` resolves relative imports."""
    for node in nodes_of(source):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
            yield node.lineno, base
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def list_import_strings(source: str) -> Iterator[tuple[int, str]]:
    """Return the line and text of every string that names a module or model to import at run time."""
    asking = {"import_module", "import_string", "get_model", "__import__"}
    for node in nodes_of(source):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in asking:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield node.lineno, argument.value


def package_of(file: Path) -> str:
    """Return the dotted package that a file's relative imports start from."""
    return ".".join(file.relative_to(ROOT).parent.parts)


_COMMENTS = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)


def without_comments(template: str) -> str:
    """Return the template with each comment replaced by empty lines, so that line numbers stay the same."""
    return _COMMENTS.sub(lambda found: "\n" * found.group().count("\n"), template)


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
