"""Rules that can be checked by reading source code. Each function takes source text and returns the violations.

Each rule has a test that it fails on a planted fault: see the tests in this folder.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.architecture.source import (
    dotted,
    imports_in,
    line_at,
    list_import_strings,
    nodes_of,
    without_comments,
)

APPS = ("clinic", "exercises", "patients")
#: Modules about HTTP, pages or forms. Below views and forms nothing imports them, except Http404, which Django answers.
WEB = ("django.http", "django.shortcuts", "django.template", "django.forms", "django.contrib.messages")


def imports_of_the_web(source: str, *, package: str) -> list[str]:
    """Return imports of HTTP, templates or forms by a module that holds domain code."""
    return [
        f"line {line}: imports {name}"
        for line, name in imports_in(source, package=package)
        if name.startswith(WEB) and name not in ("django.http", "django.http.Http404")
    ]


def names_in_strings(source: str, *, app: str) -> list[str]:
    """Return modules that are named in strings (`import_string`, `get_model`) by an app that must not know them.

    import-linter reads import statements only; this covers the other way to import.
    """
    above = APPS[APPS.index(app) + 1 :]
    return [
        f"line {line}: names {name}"
        for line, name in list_import_strings(source)
        if name.split(".")[0] in (*above, "tests")
    ]


#: Calls that read a clock, by the last two words of their dotted name.
_CLOCKS = re.compile(
    r"\b(timezone\.now|timezone\.localdate|timezone\.localtime|datetime\.now|datetime\.utcnow|datetime\.today"
    r"|date\.today|time\.time|time\.monotonic)$|^(now|localdate|localtime)$"
)


def find_view_faults(source: str) -> list[str]:
    """Return work in a view that belongs to the layers below: querysets, clocks, transactions, saving."""
    found = []
    for node in nodes_of(source):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            found.append(f"line {node.lineno}: .{node.attr}")
        if isinstance(node, ast.Call):
            called = dotted(node.func)
            if _CLOCKS.search(called):
                found.append(f"line {node.lineno}: reads the clock with {called}()")
            if isinstance(node.func, ast.Attribute) and node.func.attr in {"save", "delete", "bulk_create"}:
                found.append(f"line {node.lineno}: writes with .{node.func.attr}()")
    return found


def find_query_string_reads(source: str) -> set[str]:
    """Return what is read from `request.GET`: names of parameters, or "*" if it is passed on as a whole.

    A URL is stored in the browser's history and in the server's log, so it must contain no health data.
    """
    read, whole = set(), 0
    for node in nodes_of(source):
        whole += isinstance(node, ast.Attribute) and node.attr == "GET"
        of = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if isinstance(of, ast.Attribute) and of.attr == "GET" and node.args:  # request.GET.get("month")
            read.add(ast.literal_eval(node.args[0]) if isinstance(node.args[0], ast.Constant) else "*")
            whole -= 1
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "GET"
        ):
            read.add(ast.literal_eval(node.slice) if isinstance(node.slice, ast.Constant) else "*")
            whole -= 1
    return read | ({"*"} if whole else set())


def find_trusted_markup(source: str) -> list[str]:
    """Return text that Python code declares safe."""
    return [
        f"line {node.lineno}: {dotted(node.func)}"
        for node in nodes_of(source)
        if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in {"mark_safe", "SafeString"}
    ]


_INLINE = {
    "inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/(?:ld\+)?json\")", re.I
    ),
    "inline style sheet": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[^<>]*\sstyle\s*=", re.I),
    "inline handler": re.compile(r"<[^<>]*\son[a-z]+\s*=", re.I),
    "javascript: address": re.compile(r"[\"']\s*javascript:", re.I),
    "file from another server": re.compile(
        r"<(?:script|img|link|source|iframe|video|audio)\b[^>]*\b(?:src|href)=[\"'](?:https?:)?//", re.I
    ),
    "text declared safe": re.compile(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off", re.I),
}
#: `rel` values of links that name a server but load nothing.
_LOADS_NOTHING = re.compile(r"<link\b[^>]*\brel=[\"'](?:canonical|license|author|alternate)[\"']", re.I)


def find_csp_violations(template: str) -> list[str]:
    """Return markup that the Content-Security-Policy would refuse, and markup that bypasses escaping."""
    text = without_comments(template)
    # Template tags are masked: a quote or > in them does not end the HTML tag around them.
    text = re.sub(r"\{%(?!\s*autoescape).*?%\}", lambda tag: "§" * len(tag.group()), text, flags=re.DOTALL)
    return [
        f"line {line_at(text, found.start())}: {what}"
        for what, pattern in _INLINE.items()
        for found in pattern.finditer(text)
        if not _LOADS_NOTHING.match(found.group())
    ]


_BLOCK_TRANSLATE = re.compile(
    r"\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL
)
#: Blocks that contain names of CSS classes, not text.
_CLASS_BLOCK = re.compile(r"\{%\s*block \w+_class\s*%\}.*?\{%\s*endblock\b.*?%\}", re.DOTALL)
_LANGUAGE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_CODE = re.compile(r"<(script|svg)\b.*?</\1>", re.DOTALL | re.I)
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_READ_ALOUD = re.compile(
    r"\b(?:alt|title|placeholder|aria-label|aria-description|aria-roledescription)=\"([^\"]*)\""
)
_WORD = re.compile(r"[A-Za-z]{2,}")
#: Names and units that are the same in every language.
SAME_EVERYWHERE = {
    "Surefoot",
    "SVG",
    "PDF",
    "QR",
    "nbsp",
    "middot",
    "rarr",
    "larr",
    "times",
    "ndash",
    "mdash",
    "rsquo",
}


def find_untranslated_text(template: str) -> Iterator[str]:
    """Return text for people that is not marked for translation."""
    text = without_comments(template)
    text = _CODE.sub(_blank, _BLOCK_TRANSLATE.sub(_blank, _CLASS_BLOCK.sub(_blank, text)))
    text = _LANGUAGE.sub(_blank, text)
    for attribute in _READ_ALOUD.finditer(text):
        yield from _words(attribute.group(1), line_at(text, attribute.start()))
    text = _TAG.sub(_blank, text)
    for number, line in enumerate(text.splitlines(), start=1):
        yield from _words(line, number)


def _blank(found: re.Match[str]) -> str:
    """Return only the line breaks of the match."""
    return " " + "\n" * found.group().count("\n")


def _words(text: str, line: int) -> Iterator[str]:
    words = [word for word in _WORD.findall(text) if word not in SAME_EVERYWHERE]
    if words:
        yield f"line {line}: {' '.join(words)}"


_URL_TAG = re.compile(r"\{%\s*url\s+[\"']([\w:-]+)[\"']")


def list_route_names(template: str) -> set[str]:
    return set(_URL_TAG.findall(without_comments(template)))


def find_get_forms(template: str) -> list[str]:
    """Return the forms that are sent with GET, whose answers become part of the URL."""
    text = _LANGUAGE.sub(_blank, without_comments(template))
    forms = re.finditer(r"<form\b[^>]*>", text, re.I)
    return [
        f"line {line_at(text, form.start())}: {form.group()}"
        for form in forms
        if not re.search(r"method=[\"']post[\"']", form.group(), re.I)
    ]


#: First words that make a docstring or comment a riddle: "What a file would do" instead of "The changes of a file".
_QUESTION = re.compile(r"\W*(What|Who|Whose|Whether|How|Until|Those)\b")


def find_question_openings(source: str) -> list[str]:
    """Return docstrings and comments that open with a question word or with "Those", instead of naming their subject.

    Lines that follow in a comment of several lines may start with any word.
    """
    found = []
    for node in nodes_of(source):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            words = ast.get_docstring(node) or ""
            if _QUESTION.match(words):
                found.append(f"line {node.body[0].lineno}: {words.splitlines()[0]}")
    last = -1  # the line of the last comment that stands alone
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            stands_alone = not token.line[:column].strip()
            if _QUESTION.match(token.string) and not (stands_alone and last == line - 1):
                found.append(f"line {line}: {token.string}")
            last = line if stands_alone else -1
    return found


#: Longest line of a template, in characters.
LONGEST_TEMPLATE_LINE = 160


def find_long_lines(template: str) -> list[int]:
    """Return the numbers of the lines that are too long."""
    lines = template.splitlines()
    return [number for number, line in enumerate(lines, start=1) if len(line) > LONGEST_TEMPLATE_LINE]
