"""Functions through which text that somebody sent could become code, markup, a command or an object: the app uses none.

ruff (rules S) refuses some of them in Python; this also looks at scripts, and at views that check no CSRF token.
"""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver

from tests.architecture.source import ROOT, name_of, python_files

PYTHON = re.compile(
    r"(?<![\w.])(?:eval|exec|compile|__import__)\("
    r"|\b(?:pickle|marshal|shelve|dill|yaml|jsonpickle)\.(?:loads?|unsafe_load)\b"
    r"|\bos\.(?:system|popen|exec\w*|spawn\w*)\(|\bshell=True"
    r"|\bfrom_string\(|\b(?<!\.)Template\("
    r"|\b(?:ElementTree|etree|minidom|expatreader|pulldom)\b"
)
SCRIPT = re.compile(
    r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|srcdoc|createContextualFragment|setHTMLUnsafe"
    r"|(?<![\w.])eval\(|new Function\(|set(?:Timeout|Interval)\(\s*[\"'`]|__proto__|javascript:"
    r"|(?:window|self)\.onmessage|window\.addEventListener\(\s*[\"']message|document\.domain"
)
#: Views without a check of the CSRF token, and why nothing can be done to a person through them.
WITHOUT_TOKEN = {
    "my:calendar_feed": "only reads, with a secret in its address",
    "my:reminder_stop_by_token": "a mail program calls it without cookies, with a signed token in its address",
    "preferences:language": "checks by itself that the form comes from this site",
    "sign_in:card_link": "only shows the form",
}


def scripts():
    return sorted((ROOT / "static").rglob("*.js")) + sorted(
        file for app in ("clinic", "exercises", "patients") for file in (ROOT / app).rglob("*.js")
    )


def lines_with(pattern, files):
    return [
        f"{name_of(file)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_text_becomes_code_a_template_a_command_an_object_or_xml():
    files = python_files()

    assert len(files) > 300
    assert lines_with(PYTHON, files) == []


def test_no_script_makes_markup_or_code_of_text():
    assert len(scripts()) > 25
    assert lines_with(SCRIPT, scripts()) == []


@pytest.mark.parametrize(
    "line",
    [
        "answer = eval(request.POST['sum'])",
        "row = pickle.loads(body)",
        "os.system(f'convert {name}')",
        "subprocess.run(command, shell=True)",
        "engines['django'].from_string(typed)",
        "page = Template(typed)",
        "tree = ElementTree.parse(upload)",
    ],
)
def test_such_a_line_of_python_is_found(line):
    assert PYTHON.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "box.innerHTML = answer.text;",
        "box.insertAdjacentHTML('beforeend', text)",
        "setTimeout('go()', 5)",
        "eval(text)",
        'window.addEventListener("message", go)',
        "target.__proto__.admin = true",
    ],
)
def test_such_a_line_of_a_script_is_found(line):
    assert SCRIPT.search(line)


def test_lines_that_only_look_alike_are_not_found():
    assert not PYTHON.search("pattern = re.compile(text); evaluate(x); loads(body)")
    assert not SCRIPT.search('box.textContent = text; tabs?.addEventListener("message", go); retrieval(x)')


def views_without_a_token(resolver, prefix=""):
    found = set()
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            found |= views_without_a_token(
                entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            )
        elif getattr(entry.callback, "csrf_exempt", False):
            found.add(f"{prefix}{entry.name}")
    return found


def test_every_view_checks_the_token_but_those_through_which_nothing_can_be_done_to_a_person():
    assert views_without_a_token(get_resolver()) == set(WITHOUT_TOKEN)


#: Values that nobody may guess come from `secrets`; the demo and the simulation repeat theirs on purpose.
RANDOM = re.compile(r"^\s*(?:import random\b|from random import)|\bnumpy\.random\b|\buuid1\(", re.MULTILINE)
WEAK = re.compile(r"\b(?:md5|md4|sha1|rc4|arc4|des3?|tripledes|blowfish|ecb|pkcs1v15)\b", re.IGNORECASE)
#: Modules that put something into the cache, and what.
CACHED = {
    "exercises/leaflets/pdf.py": "leaflets, which are public",
    "patients/sign_in/services/cards.py": "for a minute, under a keyed hash, that a browser has just used a card",
}


def files_with(pattern):
    return {name_of(file) for file in python_files() if pattern.search(file.read_text(encoding="utf-8"))}


def test_no_secret_comes_from_a_generator_that_can_be_predicted():
    assert files_with(RANDOM) == {"patients/demo/random.py"}
    assert RANDOM.search("import random")
    assert not RANDOM.search("from patients.demo.random import SeededRandom")


def test_no_code_of_ours_names_a_weak_hash_cipher_or_mode():
    assert files_with(WEAK) == set()
    assert WEAK.search("hashlib.md5(text)")
    assert WEAK.search("modes.ECB()")


def test_only_leaflets_and_used_cards_are_put_into_the_cache():
    assert files_with(re.compile(r"^from django\.core\.cache import cache$", re.MULTILINE)) == set(CACHED)
    assert files_with(re.compile(r"cache_page|cache_control\(public|\{% cache")) == set()
