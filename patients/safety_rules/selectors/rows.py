"""The parts of the page of safety rules: sections with tables, whose rows have words, consequences and sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from patients.models import Flag
from patients.safety.sources import parse_grounds


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """One row. `about` says when it counts; `follows` are its consequences, one sentence each; `why` its sources."""

    words: str
    about: str = ""
    follows: Sequence[str] = ()
    why: Sequence[str]


@dataclass(frozen=True)
class RuleTable:
    """One table with its caption. Without any consequence of a row of its own, it has two columns."""

    caption: str
    rows: Sequence[RuleRow]

    @property
    def has_follows(self) -> bool:
        return any(row.follows for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class RuleSection:
    """One part of the clinical rules. `id` is the anchor to which other pages link; `first` heads the first column."""

    id: str
    title: str
    text: str
    first: str
    tables: Sequence[RuleTable]


def make_tables(groups: Mapping[str, Sequence[RuleRow]]) -> list[RuleTable]:
    """Return one table for each caption that has rows."""
    return [RuleTable(caption, rows) for caption, rows in groups.items() if rows]


def cite_all(*grounds: str) -> list[str]:
    """Return the sources of a row and of its parts, each once, with how sure it is."""
    return list(dict.fromkeys(ground.words for each in grounds for ground in parse_grounds(each)))


def name_flags(flags: Iterable[str], joined_by: str = ", ") -> str:
    """Return the labels of flags, in the order of the flags."""
    chosen: Collection[str] = frozenset(flags)
    return joined_by.join(str(flag.label) for flag in Flag if flag in chosen)


def join_sentences(*parts: object) -> str:
    """Return the parts as sentences: a full stop is added to one that has no mark at its end."""
    texts = [str(part).strip() for part in parts if part]
    return " ".join(text if text[-1] in ".?!" else f"{text}." for text in texts)
