"""The Spanish that patients read: easy, short, polite, and without blame."""

import re
from collections import defaultdict
from importlib import import_module

import pytest

from tests.architecture.source import is_team_template

from . import spanish
from .messages import ROOT, for_patients

#: The lower end of "bastante fácil" on the INFLESZ scale.
EASY = 65
#: Spanish needs a few more words than English; descriptions of pictures are read aloud by screen readers.
LONGEST = 25
#: Example values of variables, so that sentences with variables can be measured.
EXAMPLE = {"day": "lunes 2 de marzo", "date": "2 de marzo", "name": "Ana", "answer": "Hecho", "time": "9"}


def said(message):
    """Return the Spanish text of a message, without markup."""
    text = re.sub(r"<[^>]+>", "", message.strings[-1])
    return re.sub(r"%\((\w+)\)[sd]", lambda name: EXAMPLE.get(name[1], "4"), text)


def prose():
    """Return whole sentences, by the part of the app that contains them."""
    parts = defaultdict(list)
    for message in for_patients():
        if message.is_translated and message.strings[-1].endswith((".", "?")) and not is_a_source(message):
            parts["/".join(message.sources[0].split("/")[:2])].append(said(message))
    return parts


def is_a_source(message):
    return re.search(r"American Diabetes|NIH|NHS|Southeast|PMC|Otago|University|BMC", message.id)


def test_each_part_of_the_app_reads_easily():
    parts = {part: " ".join(texts) for part, texts in prose().items() if len(" ".join(texts)) > 400}
    assert len(parts) >= 8
    hard = {part: round(spanish.ease(text)) for part, text in parts.items() if spanish.ease(text) < EASY}
    assert hard == {}


def test_sentences_are_short():
    long = [
        text
        for part, texts in prose().items()
        if part != "exercises/figures"
        for text in texts
        if spanish.longest_sentence(text) > LONGEST
    ]
    assert long == []


@pytest.mark.parametrize(
    ("rude", "why"),
    [
        (r"\b(tú|tu|tus|contigo|te|ti)\b", "patients are addressed as usted"),
        (
            r"\b(haz|ponte|siéntate|párate|levántate|agárrate|debes|puedes|tienes|necesitas)\b",
            "usted, not tú",
        ),
        (r"\b(vosotros|vuestro|coger|coja)\b", "Spanish of America"),
        (r"\b(inválid|fallaste|falló|incumpl|olvidó|culpa|no cumplió)", "no blame"),
        (r"\b(clic|clicar|pulse|cliquee)\b", "people touch a phone"),
        (r"\b(pérdida de peso|contraindicad|decúbito|deambul|bipedest|adherencia)", "no jargon"),
        (r"\b(úlcera|herida|lesión)\b", "a sore is always “llaga”"),
        (r"\b(encimera|mesón|mesada)\b", "a counter is always “mostrador”"),
        (
            r"\b(ties[oa]s?|partes dormidas|días de trabajo|va a peor|disparej[oa])\b",
            "rígido, adormecimiento, días hábiles, empeora, irregular",
        ),
        (r"\b(vértigo)\b", "dizzy is always “mareo”"),
        (r"\b(derecho|parado|sentado|descalzo|quieto|cansado)(?=[.,;])", "women read it too"),
    ],
)
def test_words_that_are_never_used(rude, why):
    known = {"Sentado"}  # the position of an exercise, not of a person
    found = [
        said(message)
        for message in for_patients()
        if re.search(rude, said(message), re.IGNORECASE) and said(message) not in known
    ]
    # "El pie derecho" names a side; "derecho" about a person would be masculine.
    found = [text for text in found if not re.search(r"(pie|lado|brazo|talón) derecho", text)]
    assert found == [], why


def test_dates_are_asked_for_by_the_name_of_their_format():
    """A literal format is right in one language only: "l j F" gives "lunes 2 marzo"."""
    plain = {"c", "Y-m", "l", "F", "D", "G:i"}
    every = sorted((ROOT / "templates").rglob("*.*"))
    templates = [path for path in every if not is_team_template(path) and path.name != "report_pdf.html"]
    assert len(templates) > 100
    asked = {
        (path.name, form)
        for path in templates
        for form in re.findall(r'\|(?:date|time):"([^"]+)"', path.read_text())
        if form not in plain
    }
    assert len(asked) > 5
    assert {(name, form) for name, form in asked if not form.endswith("_FORMAT")} == set()


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_language_has_each_format(language):
    names = [name for name in vars(import_module("clinic.formats.en.formats")) if name.endswith("_FORMAT")]
    assert len(names) >= 8
    formats = import_module(f"clinic.formats.{language}.formats")
    assert [name for name in names if not hasattr(formats, name)] == []


def test_questions_and_exclamations_have_opening_marks():
    for message in for_patients():
        text = said(message)
        assert text.count("¿") == text.count("?"), text
        assert text.count("¡") == text.count("!"), text


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *[
            ("pie", 1),
            ("equilibrio", 4),
            ("aeróbico", 5),
            ("estiramiento", 5),
            ("día", 2),
            ("caída", 3),
            ("cuando", 2),
        ],
        *[
            ("siéntese", 3),
            ("aguante", 3),
            ("guíe", 2),
            ("silla", 2),
            ("muy", 1),
            ("oído", 3),
            ("baúl", 2),
            ("leer", 2),
        ],
        *[("azúcar", 3), ("respiración", 4), ("12", 1), ("agua", 2), ("que", 1), ("ahora", 3)],
    ],
)
def test_syllables_are_counted_as_they_are_spoken(word, count):
    assert spanish.syllables(word) == count


def test_the_score_tells_easy_from_hard():
    easy = "Llame a su clínica. Mire sus pies. Baje despacio."
    hard = (
        "La rehabilitación multidisciplinaria del paciente con polineuropatía distal simétrica requiere una "
        "evaluación individualizada de las contraindicaciones cardiovasculares y musculoesqueléticas."
    )
    assert spanish.ease(easy) > 85
    assert spanish.ease(hard) < 20
    with pytest.raises(ValueError, match="nothing to read"):
        spanish.ease("… – …")
