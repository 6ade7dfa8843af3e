"""Readability of Spanish: the Fernández-Huerta score on the INFLESZ scale (Barrio-Cantalejo, 2008).

Ease = 206.84 − 60 × syllables per word − 1.02 × words per sentence; 65 to 80 is "bastante fácil", as in magazines for
everyone. Spanish is spelled as it is pronounced, so syllables are counted by rule.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[a-záéíóúüñ]+|\d+", re.IGNORECASE)
STRONG, WEAK, ACCENTED_WEAK = "aeoáéó", "iuü", "íú"


def words(text: str) -> list[str]:
    return WORD.findall(text)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a colon or a semicolon does not end one."""
    return [part for part in re.split(r"(?<=[.!?])[»\"')]*\s+", text.strip()) if WORD.search(part)]


def syllables(word: str) -> int:
    """Return the number of syllables of a Spanish word.

    Two strong vowels are two syllables; a weak vowel beside a strong one forms no syllable unless it has an accent.
    """
    word = re.sub("qu(?=[eiéí])|gu(?=[eiéí])", "g", word.lower())
    word = re.sub("y$", "i", word)
    count, before = 0, ""
    for letter in word:
        kind = "s" if letter in STRONG else "a" if letter in ACCENTED_WEAK else "w" if letter in WEAK else ""
        if kind and (not before or "a" in (kind, before) or (kind, before) == ("s", "s")):
            count += 1
        before = kind
    return max(1, count)


def ease(text: str) -> float:
    """Return the Fernández-Huerta score of a text: the higher, the easier. Raises ValueError if it has no words."""
    said = words(text)
    if not said:
        raise ValueError("There is nothing to read.")
    return 206.84 - 60 * sum(map(syllables, said)) / len(said) - 1.02 * len(said) / len(sentences(text))


def longest_sentence(text: str) -> int:
    return max(len(words(sentence)) for sentence in sentences(text))
