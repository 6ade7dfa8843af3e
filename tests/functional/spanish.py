"""What of a page is still English when it says that it is Spanish."""

from __future__ import annotations

import re
from functools import cache

from playwright.sync_api import Page

from tests.translations.messages import Message, committed

#: Everything that a page says, read or read out, but for the name of the other language.
EVERYTHING_SAID = """
() => {
  const said = [document.title, ...[...document.querySelectorAll("meta[name=description]")].map(one => one.content)];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    if (!around.closest("script, noscript, textarea, [lang]:not(html)")) said.push(node.textContent);
  }
  for (const name of ["alt", "aria-label", "title", "placeholder", "data-show", "data-stop", "data-read"])
    for (const one of document.querySelectorAll(`[${name}]`)) said.push(one.getAttribute(name));
  return [...new Set(said.map(text => text.replace(/\\s+/g, " ").trim()))].filter(text => /[a-z]{2}/i.test(text));
}
"""
#: English that belongs there: names, what people typed on the stage, and what only developers see.
MEANT = {
    *("Surefoot", "Personas", "Gallery", "Harbour Clinic", "In an emergency call 911.", "Yes.", "Slowly."),
    *("Are these good?", "I have them now. May I start?"),
}
_STOP_WORDS = re.compile(
    r"\b(?:the|you|your|with|and|this|that|from|have|is|are|not|before|when)\b", re.IGNORECASE
)
#: Titles of articles, and bodies that publish in English.
_SOURCE = re.compile(r"«Exercises to Help|National Institute|American Diabetes|University|NHS|Geriatrics")
#: A message of fewer words can be Spanish as well, or part of a name: it only counts when it is all that is said.
_WORDS_OF_A_SENTENCE = 3


def find_english_text(page: Page, typed: set[str] | frozenset[str] = frozenset()) -> list[str]:
    """What the page says in English: a message of ours that has a translation, or a sentence of English words."""
    said = [text for text in page.evaluate(EVERYTHING_SAID) if text not in MEANT | typed]
    return [text for text in said if not _SOURCE.search(text) and (is_a_message(text) or is_english(text))]


def is_english(text: str) -> bool:
    return len(_STOP_WORDS.findall(text)) >= 2


def is_a_message(text: str) -> bool:
    """Whether it is, or holds, a message of the house as it stands in English."""
    if text in _short():
        return True
    return any(pattern.search(text) for pattern in _long())


@cache
def _english() -> tuple[str, ...]:
    """Every message and plural, but for those that read the same in Spanish."""
    messages = [message for message in committed().values() if not _is_the_same(message)]
    texts = {text for message in messages for text in (message.id, message.plural) if text}
    return tuple(" ".join(re.sub(r"<[^>]+>", "", text).split()) for text in texts)


def _is_the_same(message: Message) -> bool:
    return message.id.lower() in {string.lower() for string in message.strings} | {"no", "error:"}


@cache
def _short() -> frozenset[str]:
    return frozenset(text for text in _english() if "%(" not in text and re.search("[a-z]{2}", text))


@cache
def _long() -> tuple[re.Pattern[str], ...]:
    """Sentences, with anything in the place of a number or a name."""
    pieces = (
        re.split(r"%\(\w+\)[sd]", text) for text in _english() if len(text.split()) >= _WORDS_OF_A_SENTENCE
    )
    return tuple(re.compile(".{1,60}".join(map(re.escape, parts))) for parts in pieces)
