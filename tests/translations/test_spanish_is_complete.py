"""Every message for patients and visitors has a Spanish translation, and the translation files agree."""

import gettext
import re
import subprocess

import pytest

from .messages import (
    PO,
    READ_BY_PATIENTS,
    ROOT,
    TEAM_ONLY,
    committed,
    for_patients,
    is_for_the_team,
    made_anew,
    read_po,
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
TAG = re.compile(r"</?[a-z]+[^>]*>")
#: The same in both languages: names of institutions and papers, units, signs, and these words.
SAME_IN_BOTH = re.compile(r"[A-Z]{2,}|^No$|^Normal$|^Plan$|^Diabetes$|^Error:$|Cookies|^\W*%\(|BMC|^PMC|PDF|^\d+ a \d+$")


def catalog(path):
    """Return the translations in a compiled file, by key."""
    with path.open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}


def test_make_messages_would_change_nothing():
    now, before = made_anew(), committed()
    assert len(now) > 1500
    assert sorted(map(str, now.keys() - before.keys())) == [], "new in the sources: run make messages"
    assert sorted(map(str, before.keys() - now.keys())) == [], "no longer in the sources: run make messages"
    changed = [
        key for key in now if (now[key].plural, now[key].strings) != (before[key].plural, before[key].strings)
    ]
    assert changed == []


def test_the_compiled_file_is_the_one_that_the_po_file_makes(tmp_path):
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", made, ROOT / PO], check=True, capture_output=True)
    kept = catalog((ROOT / PO).with_suffix(".mo"))
    assert len(kept) > 1000
    assert kept == catalog(made), "run make messages"


def test_nothing_that_patients_read_is_left_in_english():
    messages = for_patients()
    assert len(messages) > 1200
    assert [f"{message.sources[0]}: {message.id}" for message in messages if not message.is_translated] == []


def test_every_plural_has_all_spanish_forms():
    """gettext silently falls back to English if a plural form is missing."""
    header = (ROOT / PO).read_text()
    forms = int(re.search(r"nplurals=(\d)", header)[1])
    counted = [message for message in for_patients() if message.plural]
    assert len(counted) > 20
    assert [message.id for message in counted if len(message.strings) != forms] == []


def test_no_translation_is_fuzzy():
    assert [message.id for message in committed().values() if "fuzzy" in message.flags] == []


def test_no_translation_is_a_copy():
    copies = [
        message.id
        for message in for_patients()
        if message.strings[0] == message.id
        and re.search("[a-z]{2}", message.id)
        and not SAME_IN_BOTH.search(message.id)
    ]
    assert copies == []


def test_placeholders_are_the_same_in_both_languages():
    for message in (one for one in committed().values() if one.is_translated):
        said = set(PLACEHOLDER.findall(message.plural or message.id))
        for form in message.strings[1:] or message.strings:
            assert set(PLACEHOLDER.findall(form)) == said, message.id
            assert TAG.findall(form) == TAG.findall(message.plural or message.id), message.id


def end_of(text):
    """Return the kind of ending: a sentence, the beginning of something, a salutation, or none of them."""
    return "." if text[-1] in ".?!" else text[-1] if text[-1] in ":," else ""


def test_spaces_and_the_end_of_a_sentence_are_kept():
    """Messages are joined on the page: a lost space, full stop or colon would be visible."""
    for message in (one for one in committed().values() if one.is_translated):
        said, source = message.strings[-1], message.plural or message.id
        assert (said[0].isspace(), said[-1].isspace()) == (source[0].isspace(), source[-1].isspace()), source
        # Spanish salutations end in a colon; "a.m." is not followed by a second full stop.
        if not said.endswith("%(time)s"):
            assert end_of(said) == end_of(source).replace(",", ":"), source


@pytest.mark.parametrize("pattern", TEAM_ONLY)
def test_each_pattern_of_team_messages_matches_a_source(pattern):
    sources = {source for message in made_anew().values() for source in message.sources}
    assert any(re.fullmatch(pattern, source) for source in sources)


def test_no_pattern_of_team_messages_matches_a_page_for_patients():
    sources = {source for message in made_anew().values() for source in message.sources}
    for beginning in READ_BY_PATIENTS:
        read = [source for source in sources if source.startswith(beginning)]
        assert read, beginning
        assert [source for source in read if is_for_the_team(source)] == []


class TestTheMeasure:
    def test_it_reads_a_file_with_plurals_contexts_and_long_lines(self, tmp_path):
        (tmp_path / "a.po").write_text(
            'msgid ""\nmsgstr ""\n"Language: es\\n"\n\n#: templates/my/a.html clinic/b.py:3\n#, fuzzy, python-format\n'
            'msgctxt "day"\nmsgid ""\n"%(n)s "\n"time"\nmsgid_plural "%(n)s times"\nmsgstr[0] "%(n)s vez"\n'
            'msgstr[1] ""\n"%(n)s "\n"veces"\n\n#: patients/sessions/advice.py\nmsgid "Rest"\nmsgstr ""\n'
        )
        times, rest = read_po(tmp_path / "a.po").values()
        assert (times.key, times.plural) == (("day", "%(n)s time"), "%(n)s times")
        assert times.strings == ["%(n)s vez", "%(n)s veces"]
        assert times.sources == ["templates/my/a.html", "clinic/b.py"]
        assert not times.is_translated
        assert not rest.is_translated
        assert rest.is_read_in_spanish
