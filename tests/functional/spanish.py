"""Search for English text on pages in Spanish."""

from __future__ import annotations

import re
from functools import cache

from playwright.sync_api import Page

from tests.translations.messages import Message, committed

#: All texts of a page, visible or read aloud, except those marked with another language.
VISIBLE_TEXTS = """
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
#: English that is correct on a Spanish page: names, texts that users of the fixtures typed, and development pages.
ALLOWED_ENGLISH = {
    *("Surefoot", "Personas", "Gallery", "Harbour Clinic", "In an emergency call 911.", "Yes.", "Slowly."),
    *("Are these good?", "I have them now. May I start?"),
    "“Walk to the church of Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch”",
}
_STOP_WORDS = re.compile(
    r"\b(?:the|you|your|with|and|this|that|from|have|is|are|not|before|when)\b", re.IGNORECASE
)
#: Titles of articles, and organisations that publish in English.
_SOURCE = re.compile(r"«Exercises to Help|National Institute|American Diabetes|University|NHS|Geriatrics")
#: A message of fewer words can be Spanish as well, or part of a name: it only counts as the whole text.
_WORDS_OF_A_SENTENCE = 3


def find_english_text(page: Page, typed: set[str] | frozenset[str] = frozenset()) -> list[str]:
    """Return the texts of the page that are English: messages that have a translation, and English sentences."""
    said = [text for text in page.evaluate(VISIBLE_TEXTS) if text not in ALLOWED_ENGLISH | typed]
    return [
        text for text in said if not _SOURCE.search(text) and (contains_message(text) or is_english(text))
    ]


def is_english(text: str) -> bool:
    return len(_STOP_WORDS.findall(text)) >= 2


def contains_message(text: str) -> bool:
    """Return True if the text is, or contains, a message of the catalogue in its English form."""
    if text in _short_messages():
        return True
    return any(pattern.search(text) for pattern in _message_patterns())


@cache
def _english_messages() -> tuple[str, ...]:
    """Return every message and plural, except those that are the same in Spanish."""
    messages = [message for message in committed().values() if not _is_the_same(message)]
    texts = {text for message in messages for text in (message.id, message.plural) if text}
    return tuple(" ".join(re.sub(r"<[^>]+>", "", text).split()) for text in texts)


def _is_the_same(message: Message) -> bool:
    return message.id.lower() in {string.lower() for string in message.strings} | {"no", "error:"}


@cache
def _short_messages() -> frozenset[str]:
    return frozenset(text for text in _english_messages() if "%(" not in text and re.search("[a-z]{2}", text))


@cache
def _message_patterns() -> tuple[re.Pattern[str], ...]:
    """Return patterns of sentences, with any text in the place of a placeholder."""
    pieces = (
        re.split(r"%\(\w+\)[sd]", text)
        for text in _english_messages()
        if len(text.split()) >= _WORDS_OF_A_SENTENCE
    )
    return tuple(re.compile(".{1,60}".join(map(re.escape, parts))) for parts in pieces)
