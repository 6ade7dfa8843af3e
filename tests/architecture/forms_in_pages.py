"""The forms of a page, read as a browser reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Kinds of fields that a person types into. All others hold values that the page chose.
TYPED = {"text", "search", "email", "tel", "number", "password", "date", "time", "url", "textarea"}
#: Kinds of fields that a browser sends only if they are chosen.
CHOSEN = {"checkbox", "radio"}


@dataclass
class FormInPage:
    """One form that is posted: its address, the fields as a browser sends them, and the names of those not typed."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    not_typed: dict[str, None] = field(default_factory=dict)
    #: Kind of each field that a person types into.
    typed: dict[str, str] = field(default_factory=dict)
    #: Every value that a list, a box or a hidden field offers.
    offered: dict[str, list[str]] = field(default_factory=dict)
    #: Addresses and names of its buttons.
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    #: The persona whose page it is on, noted by those who ask for pages.
    seen_by: str = ""


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[FormInPage] = []
        self.by_id: dict[str, FormInPage] = {}
        self.current: FormInPage | None = None
        self.select: tuple[FormInPage, str, list[str], list[str]] | None = None
        self.textarea: tuple[FormInPage, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.current = FormInPage(given.get("action") or self.address)
            if given.get("method", "").lower() == "post":
                self.forms.append(self.current)
            self.by_id[given.get("id", "")] = self.current
            return
        form = self.by_id.get(given.get("form", "")) if "form" in given else self.current
        name = given.get("name", "")
        if form is None:
            return
        if tag == "button":
            form.buttons.append((given.get("formaction", ""), name, given.get("value", "")))
        elif tag == "select" and name:
            self.select = (form, name, [], [])
        elif tag == "option" and self.select:
            self.select[2 if "selected" in given else 3].append(given.get("value", ""))
        elif tag == "textarea" and name:
            form.typed[name] = "textarea"
            form.fields.setdefault(name, []).append("")
        elif tag == "input" and name:
            self._take_input(form, name, given)

    def _take_input(self, form: FormInPage, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text").lower()
        if kind not in TYPED:
            form.not_typed[name] = None
            form.offered.setdefault(name, []).append(given.get("value", ""))
        else:
            form.typed[name] = kind
        if kind == "submit":
            form.buttons.append((given.get("formaction", ""), name, given.get("value", "")))
        elif kind not in CHOSEN or "checked" in given:
            form.fields.setdefault(name, []).append(given.get("value", "on" if kind in CHOSEN else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.current = None
        if tag == "select" and self.select:
            form, name, selected, others = self.select
            form.fields.setdefault(name, []).extend(selected or others[:1])
            form.not_typed[name] = None
            form.offered.setdefault(name, []).extend([*selected, *others])
            self.select = None


def forms_in(page: str, address: str) -> list[FormInPage]:
    """Return the forms of a page that are posted. `address` is the page's own, for forms without one."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.forms
