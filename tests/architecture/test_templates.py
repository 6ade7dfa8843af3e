"""Templates: no inline code, no unescaped or untranslated text, no health data in URLs, and no long lines."""

import pytest
from django.urls import NoReverseMatch, get_resolver

from tests.architecture.lints import (
    LONGEST_TEMPLATE_LINE,
    find_csp_violations,
    find_get_forms,
    find_long_lines,
    find_untranslated_text,
    list_route_names,
)
from tests.architecture.source import ROOT, is_team_template, name_of, template_files

#: Read by everyone, although it is in a folder of the team's templates.
READ_BY_EVERYONE_TOO = ("account/login.html",)
#: Text for developers in public templates.
FOR_DEVELOPERS = {"Personas", "Gallery"}
#: Templates that declare text safe, each with the reason why it cannot contain user input.
DECLARES_SAFE = {
    "templates/allauth/elements/fields.html": "help texts of password validators are lists in HTML, written by Django",
}
#: Forms that may use GET: their answers can be stored as a link and contain no health data.
ASKS_BY_ADDRESS = {
    "templates/patients/access_log/access_log.html": "keys of a member and a patient, and dates",
    "templates/exercises/library/catalogue.html": "filters and search of the library",
    "templates/patients/plans/version.html": "the number of a version to compare with",
    "templates/patients/demo/sheet.html": "samples that are never sent",
}
#: Forms whose method is a variable, which is checked at the place that sets it.
METHOD_IS_DATA = {"templates/allauth/elements/form.html"}


def test_no_template_has_inline_code_or_bypasses_escaping():
    files = template_files()
    assert len(files) > 50
    found = {(name_of(file), problem) for file in files for problem in find_csp_violations(file.read_text())}
    declared_safe = {name for name, problem in found if problem.endswith("text declared safe")}
    assert declared_safe == set(DECLARES_SAFE)
    assert [problem for problem in sorted(found) if problem[0] not in declared_safe] == []


@pytest.mark.parametrize(
    "fault",
    [
        "<script>alert(1)</script>",
        "<script defer>go()</script>",
        "<style>p { color: red }</style>",
        '<p class="lead" style="color: red">',
        "<p\n  style='color: red'>",
        '<div {% if a > b %}hidden{% endif %} style="x">',
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        "{{ note|safe }}",
        "{{ notes | safeseq }}",
        "{% autoescape off %}{{ note }}{% endautoescape %}",
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<img src="https://elsewhere.example/pixel.gif">',
    ],
)
def test_markup_that_the_csp_would_refuse_is_found(fault):
    assert find_csp_violations(fault)


@pytest.mark.parametrize(
    "fine",
    [
        '<script src="{% static "js/x.js" %}" defer></script>',
        '<script type="application/ld+json">{{ data }}</script>',
        '<link rel="canonical" href="https://plans.example/">',
        '<a href="https://www.niddk.nih.gov/">NIH</a>',
        "{# <p style='x'> #}",
        "{{ name|safe_name }}",
        '<p data-one="once">The style = ours</p>',
    ],
)
def test_markup_that_the_csp_allows_passes(fine):
    assert find_csp_violations(fine) == []


def test_lines_of_templates_are_short():
    files = [file for file in (ROOT / "templates").rglob("*") if file.suffix in {".html", ".txt"}]
    assert len(files) > 200
    found = [f"{name_of(file)}: {line}" for file in files for line in find_long_lines(file.read_text())]
    assert sorted(found) == []


def test_a_line_of_a_template_that_is_too_long_is_found():
    longest = "<p>" + "é" * (LONGEST_TEMPLATE_LINE - 7) + "</p>"
    assert find_long_lines(f"<hr>\n{longest}x\n<hr>") == [2]
    assert find_long_lines(f"{longest}\n{longest}\n") == []


def test_text_for_patients_and_visitors_is_translatable():
    files = [file for file in template_files() if not is_team_template(file)]
    files += template_files(*READ_BY_EVERYONE_TOO)
    assert len(files) > 100
    found = [
        f"{name_of(file)}, {words}" for file in files for words in find_untranslated_text(file.read_text())
    ]
    assert [line for line in found if set(line.rpartition(": ")[2].split()) - FOR_DEVELOPERS] == []


@pytest.mark.parametrize(
    "fault",
    [
        "<h1>Your plan</h1>",
        '{% translate "Pain" %} today',
        '<img alt="A chair">',
        '<nav aria-label="Main">',
        '<input placeholder="Your name">',
        "{% if late %}Too late{% endif %}",
    ],
)
def test_untranslated_text_is_found(fault):
    assert list(find_untranslated_text(fault))


@pytest.mark.parametrize(
    "fine",
    [
        '<h1>{% translate "Your plan" %}</h1>',
        "{% blocktranslate count n=n %}One day{% plural %}{{ n }} days{% endblocktranslate %}",
        '<img alt="{% translate "A chair" %}">',
        "{# a note to ourselves #}",
        '<svg viewBox="0 0 1 1"><title>picture</title></svg>',
        "<p>{{ name }} · {{ number }} – 5</p>",
        "Surefoot",
    ],
)
def test_translated_text_passes(fine):
    assert list(find_untranslated_text(fine)) == []


def test_only_search_forms_use_get():
    asking = {name_of(file) for file in template_files() if find_get_forms(file.read_text())}
    assert asking == set(ASKS_BY_ADDRESS) | METHOD_IS_DATA


def test_a_form_that_sends_health_in_the_address_is_found():
    assert find_get_forms("<form><input name='pain'></form>")
    assert find_get_forms('<form method="get" action="/my/">')
    assert find_get_forms('<form method="post">') == []


def test_every_route_that_a_template_names_exists():
    named = {
        (name_of(file), route) for file in template_files() for route in list_route_names(file.read_text())
    }
    assert len(named) > 50
    assert [(file, route) for file, route in sorted(named) if not _is_route(route)] == []


def test_a_route_that_does_not_exist_is_found():
    assert [route for route in list_route_names('{% url "no_such_page" 1 %}') if not _is_route(route)]


def _is_route(name: str) -> bool:
    resolver = get_resolver()
    *namespaces, last = name.split(":")
    try:
        for namespace in namespaces:
            _prefix, resolver = resolver.namespace_dict[namespace]
    except KeyError as error:
        raise NoReverseMatch(name) from error
    return last in resolver.reverse_dict
