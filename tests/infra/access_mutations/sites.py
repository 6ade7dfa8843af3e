"""The checks in the source of the app, found by syntax, and the source with a switch at each of them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import APPS

SWITCH = "access_switch"
#: Folders whose code is for development, tests or commands, and is never reached from a page.
LEFT_OUT = {"migrations", "demo", "simulation", "management"}

#: Decorators that check → the one that takes their place (see `switch`).
DECORATORS = {
    "staff_permission_required": "open_to_all",
    "staff_account_required": "open_to_all",
    "fresh_authentication_required": "open_to_all",
    "recovery_helper_required": "open_with_now",
    "patient_required": "open_for_any_patient",
    "with_patient": "open_for_any_patient",
    "patient_only": "open_to_helpers",
}
#: Calls that check → the expression that takes their place, made from their arguments.
CALLS: dict[str, Callable[[list[str]], str]] = {
    "check_staff_permission": lambda given: f"{given[0]}.membership",
    "has_staff_permission": lambda given: "True",
    "check_is_not_helper": lambda given: "None",
    "check_fresh_authentication": lambda given: "None",
    "is_recovery_helper": lambda given: "True",
}
#: Methods of querysets that leave the rows which somebody may see.
SCOPES = {"visible_to", "available_to", "owned_by", "for_patient", "for_user", "for_clinic"}
#: Names of filters that leave the rows of one owner.
OWNERS = {"patient", "user", "clinic", "patient_id", "user_id", "clinic_id"}
#: Modules whose filters decide what somebody reads.
READS = ("selectors", "lookups", "permissions", "models", "photos")
#: Errors whose condition is a check of its own.
REFUSALS = ("PermissionDenied", "DeviceSignedOutError", "ReauthenticationRequired")


@dataclass(frozen=True)
class Site:
    """One check: its file, the function or class around it, its kind and its code."""

    path: str
    line: int
    function: str
    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.function}: {self.code}"


class _Instrument(ast.NodeTransformer):
    def __init__(self, path: str, first: int) -> None:
        self.path = path
        self.first = first
        self.sites: list[Site] = []
        self.around: list[str] = []
        self.reads = any(part.removesuffix(".py") in READS for part in Path(path).parts)

    def _add(self, node: ast.AST, kind: str, code: str) -> int:
        function = ".".join(self.around)
        self.sites.append(Site(self.path, node.lineno, function, kind, " ".join(code.split())[:100]))  # type: ignore[attr-defined]
        return self.first + len(self.sites) - 1

    def _switched(self, number: int, without: ast.expr, node: ast.expr) -> ast.expr:
        test = _expression(f"{SWITCH}.is_off({number})")
        return ast.copy_location(ast.IfExp(test=test, body=without, orelse=node), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.around.append(node.name)
        node.decorator_list = [self._decorator(each) for each in node.decorator_list]
        node.body = [self.visit(each) for each in node.body]
        self.around.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.around.append(node.name)
        self.generic_visit(node)
        self.around.pop()
        return node

    def _decorator(self, node: ast.expr) -> ast.expr:
        called = node.func if isinstance(node, ast.Call) else node
        without = DECORATORS.get(called.id) if isinstance(called, ast.Name) else None
        if without is None:
            return node
        number = self._add(node, "decorator", f"@{ast.unparse(node)}")
        made = _expression(f"{SWITCH}.decorator({number}, None, {SWITCH}.{without})")
        made.args[1] = node  # type: ignore[attr-defined]
        return ast.copy_location(made, node)

    def visit_If(self, node: ast.If) -> ast.AST:
        raised = ast.unparse(node.body[0]) if len(node.body) == 1 else ""
        self.generic_visit(node)
        if raised.startswith(tuple(f"raise {each}" for each in REFUSALS)):
            number = self._add(node, "refusal", f"if {ast.unparse(_plain(node.test))}: {raised}")
            node.test = self._switched(number, ast.Constant(False), node.test)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        plain = ast.unparse(node)
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if isinstance(node.func, ast.Name) and name in CALLS:
            given = [ast.unparse(each) for each in node.args]
            return self._switched(self._add(node, "call", plain), _expression(CALLS[name](given)), node)
        if name == "get_object_or_404":
            without = copy.deepcopy(node)
            without.func = _expression(f"{SWITCH}.all_rows_or_404")
            return self._switched(self._add(node, "scope", plain), without, node)
        if isinstance(node.func, ast.Attribute) and name in SCOPES:
            without = copy.deepcopy(node)
            without.func.attr, without.args, without.keywords = "all", [], []  # type: ignore[attr-defined]
            return self._switched(
                self._add(node, "scope", f".{name}({ast.unparse(node.args[0])})"), without, node
            )
        if isinstance(node.func, ast.Attribute) and name in {"filter", "get"} and self.reads:
            return self._owner_filter(node)
        return node

    def _owner_filter(self, node: ast.Call) -> ast.expr:
        owners = [each for each in node.keywords if each.arg and each.arg.split("__")[-1] in OWNERS]
        owners = [each for each in owners if "OuterRef" not in ast.unparse(each.value) and not _is_none(each)]
        if not owners:
            return node
        without = copy.deepcopy(node)
        names = {each.arg for each in owners}
        without.keywords = [each for each in without.keywords if each.arg not in names]
        code = f".{node.func.attr}({', '.join(ast.unparse(each) for each in owners)})"  # type: ignore[attr-defined]
        return self._switched(self._add(node, "owner filter", code), without, node)


def _is_none(keyword: ast.keyword) -> bool:
    return isinstance(keyword.value, ast.Constant) and keyword.value.value is None


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


class _Plain(ast.NodeTransformer):
    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        is_switch = ast.unparse(node.test).startswith(SWITCH)
        return self.visit(node.orelse) if is_switch else self.generic_visit(node)


def _plain(node: ast.expr) -> ast.expr:
    return _Plain().visit(copy.deepcopy(node))


def instrument(source: str, path: str, first: int = 0) -> tuple[str, list[Site]]:
    """Return the source with a switch at each check, numbered from `first`, and the checks."""
    tree = ast.parse(source)
    worker = _Instrument(path, first)
    tree = ast.fix_missing_locations(worker.visit(tree))
    if not worker.sites:
        return source, []
    place = next(
        (
            number
            for number, node in enumerate(tree.body)
            if not (
                isinstance(node, ast.Expr)
                or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
            )
        ),
        0,
    )
    tree.body.insert(place, ast.parse(f"from tests.infra.access_mutations import switch as {SWITCH}").body[0])
    return f"{ast.unparse(ast.fix_missing_locations(tree))}\n", worker.sites


def files(root: Path) -> Iterator[Path]:
    """Yield the app's files that can hold checks."""
    for app in APPS:
        for file in sorted((root / app).rglob("*.py")):
            if not LEFT_OUT & set(file.relative_to(root).parts):
                yield file


def find_sites(root: Path) -> list[Site]:
    """Return all checks of the app below `root`, in the order of their numbers."""
    found: list[Site] = []
    for file in files(root):
        found += instrument(file.read_text(), file.relative_to(root).as_posix())[1]
    return found


def instrument_all(root: Path) -> list[Site]:
    """Write a switch at each check into the files below `root`, a copy of the source, and return the checks."""
    found: list[Site] = []
    for file in files(root):
        text, sites = instrument(file.read_text(), file.relative_to(root).as_posix(), len(found))
        if sites:
            file.write_text(text)
            found += sites
    return found
