"""Text search that tolerates plurals, prefixes and spelling mistakes. Does not use the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

#: Queries are truncated to this number of characters, to limit their cost.
MAX_QUERY_LENGTH = 80
MAX_WORDS = 6
#: Least similarity (difflib's ratio) at which two words of four letters or more match.
ALIKE = 0.75
#: Least similarity of a suggestion after a search without results.
REMOTELY_ALIKE = 0.5
#: Ignored words. Those of both languages, since people mix them.
STOP_WORDS = frozenset(
    words_of_a_line
    for line in (
        "a an and are at best do doing exercise exercises for from good help helps how i in is it me my of on",
        "or that the these to what which while with you your",
        "al algo como con cual cuales de del ejercicio ejercicios el ella en es esta este hacer la las lo los",
        "mejor mejores mi mis o para por que se sin su sus un una unas unos y yo",
    )
    for words_of_a_line in line.split(" ")
)
#: Words of a query and the words of the catalogue with the same meaning, in English and in Spanish.
SYNONYMS: Mapping[str, str] = {
    "arm": "hands",
    "arms": "hands",
    "bicycle": "cycling",
    "bike": "cycling",
    "cardio": "aerobic",
    "fall": "balance",
    "falling": "balance",
    "falls": "balance",
    "fingers": "hands",
    "foot": "feet",
    "heel": "calf",
    "knee": "thighs",
    "knees": "thighs",
    "sit": "sitting",
    "seated": "sitting",
    "squats": "squat",
    "stand": "standing",
    "stiff": "stretch",
    "stiffness": "stretch",
    "swim": "swimming",
    "tiptoe": "calf",
    "wobbly": "balance",
    # Spanish, without accents
    "alberca": "piscina",
    "andar": "caminar",
    "banquito": "escalon",
    "bici": "bicicleta",
    "brazo": "manos",
    "brazos": "manos",
    "caer": "equilibrio",
    "caerse": "equilibrio",
    "caida": "equilibrio",
    "caidas": "equilibrio",
    "caminata": "caminar",
    "dedos": "pies",
    "estirar": "estiramiento",
    "estirarse": "estiramiento",
    "mareo": "equilibrio",
    "nadar": "natacion",
    "pantorrillas": "pantorrilla",
    "pararse": "levantarse",
    "parado": "pie",
    "rigidez": "estiramiento",
    "rigido": "estiramiento",
    "rodilla": "muslos",
    "rodillas": "muslos",
    "sentadillas": "sentadilla",
    "talon": "talones",
    "tieso": "estiramiento",
}
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Document:
    """Searchable texts of one item, by weight. The name has the highest weight."""

    texts: Mapping[float, str]


def words_of(text: str) -> list[str]:
    """Return lower-case words without accents: "Déjà-vu" is ["deja", "vu"]."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _WORD.findall(plain.lower())


def query_words(query: str) -> list[str]:
    """Return at most MAX_WORDS words of a query, without STOP_WORDS unless it has no others."""
    words = words_of(query[:MAX_QUERY_LENGTH])
    telling = [word for word in words if word not in STOP_WORDS]
    return (telling or words)[:MAX_WORDS]


def rank(query: str, documents: Sequence[Document]) -> list[int]:
    """Return the indices of the matching documents, best first.

    The matching documents are those that contain the largest number of the query's words. A query without letters or
    digits matches nothing.
    """
    wanted = query_words(query)
    if not wanted:
        return []
    matcher = _Matcher(wanted)
    scored = [(matcher.scores(document), place) for place, document in enumerate(documents)]
    scored = [(scores, place) for scores, place in scored if any(scores)]
    most = max((sum(1 for score in scores if score) for scores, _place in scored), default=0)
    best = [(sum(scores), place) for scores, place in scored if sum(1 for score in scores if score) == most]
    return [place for _score, place in sorted(best, key=lambda pair: (-pair[0], pair[1]))]


def suggestions(query: str, vocabulary: Iterable[str], *, most: int = 4) -> list[str]:
    """Return at most `most` names of the vocabulary that are similar to the query, for a search without results."""
    names = {name.lower(): name for name in vocabulary}
    found = get_close_matches(query[:MAX_QUERY_LENGTH].lower(), names, n=most, cutoff=REMOTELY_ALIKE)
    for word in query_words(query):
        found += get_close_matches(word, names, n=most, cutoff=REMOTELY_ALIKE)
    return [names[name] for name in dict.fromkeys(found)][:most]


class _Matcher:
    """Compare the words of a query with documents. Each pair of words is compared only once."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = [{word, SYNONYMS.get(word, word)} for word in wanted]
        self._known: dict[tuple[str, str], float] = {}

    def scores(self, document: Document) -> list[float]:
        """Return the score of each word of the query in the document: 0 if it does not occur."""
        said = [(weight, word) for weight, text in document.texts.items() for word in words_of(text)]
        return [
            max((weight * self._alike(word, other) for word in meant for weight, other in said), default=0.0)
            for meant in self._wanted
        ]

    def _alike(self, word: str, other: str) -> float:
        """Return the similarity of two words, cached: 1 if equal, less for a prefix or a likely spelling mistake."""
        if (word, other) not in self._known:
            self._known[word, other] = _likeness(word, other)
        return self._known[word, other]


def _likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if len(word) >= 3 and other.startswith(word):
        return 0.9
    if len(other) >= 4 and word.startswith(other):
        return 0.8
    if min(len(word), len(other)) < 4 or (word[0] != other[0] and word[-1] != other[-1]):
        return 0.0
    matcher = SequenceMatcher(None, word, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    ratio = matcher.ratio()
    return ratio * 0.75 if ratio >= ALIKE else 0.0
