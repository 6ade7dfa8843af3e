"""Tests of the texts for patients, on screen, on paper and in e-mail: plain, short, and without blame."""

import ast
import datetime
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.urls import reverse

from patients.sessions import check_in
from patients.sessions.advice import every_advice
from tests import readability
from tests.factories import MONDAY, ExerciseSessionFactory
from tests.patients.session_steps import open_session, text, url

ROOT = Path(__file__).parents[3]
#: Folders of templates/patients with pages for patients.
PATIENT_FOLDERS = ("activities", "goals", "preferences", "reminders", "sessions", "sign_in")
PATIENT_MESSAGES = (
    "thread_patient.html",
    "emails/new_message_patient.txt",
    "partials/hours.html",
    "partials/message_patient.html",
    "partials/new_message.html",
)
#: Templates for the team in these folders.
TEAM_TEMPLATES = (
    "sessions/partials/session_line.html",
    "sessions/partials/session_log.html",
    "sign_in/emails/disowned.txt",
    "sign_in/staff_card.html",
    "sign_in/staff_card_confirm.html",
)
#: Files with texts for patients, without those for the team.
TEMPLATES = sorted(
    {
        *(
            path
            for folder in PATIENT_FOLDERS
            for path in (ROOT / "templates/patients" / folder).rglob("*.html")
        ),
        *(
            path
            for folder in PATIENT_FOLDERS
            for path in (ROOT / "templates/patients" / folder).rglob("*.txt")
        ),
        *(ROOT / "templates/patients/messages" / name for name in PATIENT_MESSAGES),
        *(
            ROOT / "templates/patients/documents" / name
            for name in ("handout.html", "card.html", "later.html")
        ),
        *(ROOT / "templates/patients/partials").glob("*.html"),
        *(ROOT / "templates/partials").glob("*.html"),
        *(ROOT / "templates" / name for name in ("base.html", "base_patient.html", "base_public.html")),
        *(ROOT / "templates" / name for name in ("403.html", "404.html", "429.html", "403_csrf.html")),
    }
    - {ROOT / "templates/patients" / name for name in TEAM_TEMPLATES}
)
MODULES = sorted(
    (
        ROOT / "clinic/display.py",
        ROOT / "exercises/doses.py",
        ROOT / "patients/permissions.py",
        ROOT / "patients/documents/views_patient.py",
        ROOT / "patients/messages/forms.py",
        ROOT / "patients/messages/views_patient.py",
        ROOT / "patients/models/devices.py",
        ROOT / "patients/models/reminders.py",
        ROOT / "patients/models/session.py",
        ROOT / "patients/plans/formatting.py",
        ROOT / "patients/preferences/forms.py",
        *(ROOT / "patients/preferences/views").glob("*.py"),
        ROOT / "patients/reminders/calendar.py",
        ROOT / "patients/reminders/emails.py",
        ROOT / "patients/reminders/forms.py",
        ROOT / "patients/reminders/notices.py",
        *(ROOT / "patients/reminders/views").glob("*.py"),
        ROOT / "patients/sessions/advice.py",
        ROOT / "patients/safety/hold_texts.py",
        ROOT / "patients/sessions/check_in.py",
        ROOT / "patients/sessions/forms.py",
        ROOT / "patients/sessions/not_today.py",
        ROOT / "patients/sessions/offline/forms.py",
        ROOT / "patients/sessions/offline/views.py",
        *(ROOT / "patients/sessions/views").glob("*.py"),
        ROOT / "patients/sign_in/email_codes.py",
        ROOT / "patients/sign_in/forms/helpers.py",
        ROOT / "patients/sign_in/forms/sign_in.py",
        *(ROOT / "patients/sign_in/views").glob("*.py"),
    )
)
PHRASE = re.compile(
    r'{%\s*translate "([^"]+)"|{%\s*blocktranslate[^%]*%}(.*?)(?:{%\s*plural\s*%}(.*?))?{%\s*endblocktranslate',
    re.DOTALL,
)
BLAME = {"missed", "failed", "failure", "must", "noncompliant", "lazy", "invalid"}
TRANSLATES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
#: Example values of variables, for measuring the sentences around them.
EXAMPLES = {
    "day": "Monday, March 2",
    "name": "Calf raise",
    "phone": "555",
    "answer": "Done",
    "clinic": "Harbour Clinic",
}
HIGHEST_GRADE = 6


def strip_markup(phrase):
    """Return the phrase without tags, with examples for its variables."""
    words = re.sub(r"<[^>]+>", "", phrase)
    words = re.sub(r"{{ ?(\w+) ?}}|%\((\w+)\)[sd]", lambda name: EXAMPLES.get(name[1] or name[2], "4"), words)
    return " ".join(words.split())


def phrases_of_template(path):
    """Return the English texts of a template: each sentence or label, singular and plural."""
    for found in PHRASE.finditer(path.read_text()):
        yield from (strip_markup(phrase) for phrase in found.groups() if phrase)


def phrases_of_module(path):
    """Return the English texts that a module marks for translation."""
    for node in ast.walk(ast.parse(path.read_text())):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in TRANSLATES:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield strip_markup(argument.value)


def phrases(path):
    return list(phrases_of_module(path) if path.suffix == ".py" else phrases_of_template(path))


def prose(said):
    """Return only the sentences, since a label has no reading grade."""
    return [phrase for phrase in said if phrase.endswith((".", "?", "!"))]


def too_hard(said):
    """Return the problems of these phrases: long sentences, a high reading grade, words of blame."""
    found = [
        f"20 words or more: {phrase}"
        for phrase in said
        if phrase and readability.longest_sentence(phrase) >= 20
    ]
    sentences = prose(said)
    if sentences and (grade := readability.grade(" ".join(sentences))) > HIGHEST_GRADE:
        hardest = sorted(sentences, key=readability.grade, reverse=True)[:3]
        found.append(f"grade {grade:.1f}, for example: {hardest}")
    blaming = BLAME & set(readability.words(" ".join(said).lower()))
    return found + [f"blames: {word}" for word in sorted(blaming)]


def test_all_files_contain_texts():
    assert sum(len(phrases(template)) for template in TEMPLATES) > 300
    assert sum(len(phrases(module)) for module in MODULES) > 60


@pytest.mark.parametrize("path", [*TEMPLATES, *MODULES], ids=lambda path: str(path.relative_to(ROOT)))
def test_texts_for_patients_are_plain_short_and_without_blame(path):
    assert too_hard(phrases(path)) == []


def test_each_advice_is_plain_short_and_without_blame():
    told = [[str(advice.title), *map(str, advice.to_do)] for advice in every_advice()]
    assert len(told) > 5
    assert [
        problem for advice in told for problem in too_hard([strip_markup(phrase) for phrase in advice])
    ] == []


def test_difficult_texts_and_words_of_blame_are_found():
    long = "This is a very long sentence that goes on and on until there are " + "many " * 8 + "words in it."
    assert too_hard([long])[0].startswith("20 words")
    assert too_hard(["Discontinue physiotherapeutic interventions immediately."])[0].startswith("grade")
    assert too_hard(["You missed a day."]) == ["blames: missed"]


class Prose(HTMLParser):
    """Parser that collects the texts of the main part of a page, block by block."""

    BLOCKS = frozenset(
        {
            "p",
            "li",
            "h1",
            "h2",
            "h3",
            "legend",
            "label",
            "dt",
            "dd",
            "td",
            "th",
            "summary",
            "caption",
            "button",
            "div",
        }
    )
    UNSEEN = frozenset({"script", "style", "svg", "title"})

    def __init__(self):
        super().__init__()
        self.blocks, self.is_main, self.unseen = [""], False, 0

    def handle_starttag(self, tag, attributes):
        self.is_main |= tag == "main"
        self.unseen += tag in self.UNSEEN
        if tag in self.BLOCKS:
            self.blocks.append("")

    def handle_endtag(self, tag):
        self.is_main &= tag != "main"
        self.unseen -= tag in self.UNSEEN
        if tag in self.BLOCKS:
            self.blocks.append("")

    def handle_data(self, data):
        if self.is_main and not self.unseen:
            self.blocks[-1] += data


def shown_prose(response):
    parser = Prose()
    parser.feed(text(response))
    blocks = (" ".join(block.split()) for block in parser.blocks)
    return [block for block in blocks if block]


@pytest.mark.django_db
class TestRenderedPages:
    """Whole pages, including numbers, names and texts of the exercise library."""

    def hard(self, client, address):
        response = client.get(address)
        assert response.status_code == 200, address
        said = shown_prose(response)
        assert len(said) > 2, address
        return [f"{address}: {problem}" for problem in too_hard(said)]

    @pytest.mark.parametrize("address", ["/sign-in/", "/card/", "/display/"])
    def test_the_sign_in_pages(self, client, address):
        assert self.hard(client, address) == []

    @pytest.mark.parametrize(
        "address",
        [
            "/my/",
            "/my/plan/",
            "/my/progress/",
            "/my/messages/",
            "/my/settings/",
            "/my/sign-out/",
            "/display/",
        ],
    )
    def test_the_patients_pages(self, phone, version, address):
        for ago in (0, 1, 8, 9, 15):
            ExerciseSessionFactory(
                version=version, on_date=MONDAY - datetime.timedelta(days=ago), pain_before=4, pain_after=3
            )
        assert self.hard(phone, address) == []

    def test_the_page_of_an_exercise(self, phone, items):
        assert self.hard(phone, reverse("my:exercise", args=[items[0].pk])) == []

    def test_each_step_of_a_session(self, phone, session, items):
        steps = [
            url("pain", session),
            url("ready", session),
            url("check_in", session),
            url("discard", session),
        ]
        assert [problem for step in steps for problem in self.hard(phone, step)] == []

    @pytest.mark.parametrize(
        "trouble", [{}, *({each.id: True} for each in check_in.list_signs()), {"pain_after": 9}], ids=str
    )
    def test_every_advice(self, phone, version, trouble):
        told = trouble | {"usual_pain": 3}
        safe = {
            each.id: bool(each.danger_when and each.danger_when.is_no) for each in check_in.follow_ups(told)
        }
        session = ExerciseSessionFactory(version=version, **safe | trouble)
        assert self.hard(phone, url("advice", session)) == []

    def test_today_with_a_session_left_open(self, phone, version):
        open_session(version)
        assert self.hard(phone, "/my/") == []
