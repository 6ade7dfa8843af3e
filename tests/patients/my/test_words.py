"""The words on the patient's pages: plain, short, and without blame."""

import re
from pathlib import Path

import pytest

from tests import readability

TEMPLATES = Path(__file__).parents[3] / "templates" / "my"
PHRASE = re.compile(
    r'{%\s*translate "([^"]+)"|{%\s*blocktranslate[^%]*%}(.*?){%\s*(?:plural|endblocktranslate)', re.DOTALL
)
#: What a variable stands for, so that a sentence around one can be measured.
EXAMPLES = {"day": "Monday 2 March", "name": "Calf raise", "phone": "555", "answer": "Done"}


def phrases(template):
    """The English of a template, one sentence or label at a time."""
    for found in PHRASE.finditer(template.read_text()):
        words = re.sub(r"<[^>]+>", "", found[1] or found[2])
        yield re.sub(r"{{ (\w+) }}", lambda variable: EXAMPLES.get(variable[1], "4"), words).strip()


def test_there_are_words_to_measure():
    assert sum(1 for template in TEMPLATES.rglob("*.html") for _phrase in phrases(template)) > 100


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
class TestEachPage:
    def test_no_sentence_has_20_words(self, template):
        assert all(readability.longest_sentence(phrase) < 20 for phrase in phrases(template) if phrase)

    def test_it_reads_at_grade_6_or_below(self, template):
        prose = [phrase for phrase in phrases(template) if phrase.endswith((".", "?"))]
        assert not prose or readability.grade(" ".join(prose)) <= 6

    def test_it_blames_nobody(self, template):
        words = set(readability.words(" ".join(phrases(template)).lower()))
        assert words.isdisjoint({"missed", "failed", "failure", "must", "noncompliant", "lazy", "invalid"})
