"""Separation of layers, beyond the directions of imports that test_import_contracts.py checks."""

import pytest

from tests.architecture.lints import (
    find_query_string_reads,
    find_trusted_markup,
    find_view_faults,
    imports_of_the_web,
    names_in_strings,
)
from tests.architecture.source import APPS, ROOT, name_of, package_of, python_files

#: Query parameters that views read, "*" for all. None of them contains health data.
READ_FROM_THE_ADDRESS = {
    "clinic/accounts/views.py": {"next"},  # the page to go on to after the password
    "clinic/emergency_access/views.py": {"next"},  # the page of the administration to go on to
    "clinic/consultations/views_public.py": {"clinic"},
    "clinic/consultations/views_staff.py": {"state", "page"},
    "exercises/library/views/catalogue.py": {"*"},  # filters and search of the library, kept as a link
    "exercises/routines/views_public.py": {"paper"},
    "patients/documents/views_patient.py": {"paper"},
    "patients/messages/views_patient.py": {"before"},  # the message after which the page begins
    "patients/sessions/views/today.py": {"month"},
    "patients/sign_in/views/sign_in.py": {"ended", "region"},  # a shared device was signed out; dates
    "patients/alerts/views/alerts.py": {"level", "settled", "after", "back"},
    "patients/plans/views/draft.py": {"*"},  # the library's filters and search, beside a draft
    "patients/plans/views/start.py": {"found"},  # another patient's name, encrypted
    "patients/caseload/views/home.py": {"whose"},
    "patients/documents/views_staff.py": {"paper", "language"},
    "patients/plans/views/plans.py": {"with"},  # another version's number
    "patients/documents/views_paper_log.py": {"week"},
    "patients/screening/views/staff.py": {"paper", "language"},
    "patients/messages/views_staff.py": {"before"},
    "patients/records/views/notes.py": {"before"},
    "patients/caseload/views/patients.py": {"*"},  # filters of the caseload, and the name, encrypted
    "patients/access_log/views_patient.py": {"until"},
    "patients/access_log/views_staff.py": {"*", "before", "patient"},
    "patients/records/views/patients.py": {"request"},
}
#: Python files that declare markup safe, each with the reason why it cannot contain user input.
DECLARES_SAFE = {
    "exercises/templatetags/figures.py": "drawings that our own engine made",
    "exercises/templatetags/structured.py": "JSON in which <, > and & are escaped",
    "exercises/templatetags/surefoot.py": "text that was escaped just before, with spans around its numbers",
    "patients/sign_in/card_codes.py": "segno draws the QR picture of our own address",
}


#: Names of files and packages of domain code: views call them, and they do not depend on the web.
DOMAIN_CODE = {
    "services",
    "selectors",
    "models",
    "rules",
    "states",
    "diff",
    "merge",
    "content",
    "edits",
    "advice",
    "schedule",
}


def parts_of(file):
    return file.with_suffix("").relative_to(ROOT).parts[1:]


def views():
    return [file for file in python_files() if any(part.startswith("views") for part in parts_of(file))]


def domain_code():
    return [file for file in python_files() if DOMAIN_CODE & set(parts_of(file)) and file not in views()]


def problems(lint, files, **more):
    return [f"{name_of(file)}, {problem}" for file in files for problem in lint(file.read_text(), **more)]


def test_domain_code_knows_nothing_of_the_web():
    files = domain_code()
    assert len(files) > 60
    assert [
        f"{name_of(file)}, {problem}"
        for file in files
        for problem in imports_of_the_web(file.read_text(), package=package_of(file))
    ] == []


@pytest.mark.parametrize(
    "fault",
    [
        "from django.http import HttpRequest",
        "from django.shortcuts import redirect",
        "def send():\n    from django.contrib import messages\n    messages.info",
        "import django.template.loader",
    ],
)
def test_domain_code_that_imports_the_web_is_found(fault):
    assert imports_of_the_web(fault, package="patients.plans.services")


def test_no_app_names_a_module_of_an_app_above_it_in_a_string():
    assert [
        f"{name_of(file)}, {problem}"
        for app in APPS
        for file in python_files(app)
        for problem in names_in_strings(file.read_text(), app=app)
    ] == []


@pytest.mark.parametrize(
    ("app", "fault"),
    [
        ("exercises", "import_string('patients.models.Patient')"),
        ("clinic", "apps.get_model('patients', 'Patient')"),
        ("patients", "import_module('tests.factories')"),
    ],
)
def test_a_module_of_an_app_above_that_is_named_in_a_string_is_found(app, fault):
    assert names_in_strings(fault, app=app)


def test_a_module_of_an_app_below_may_be_named_in_a_string():
    assert names_in_strings("import_string('clinic.models.User')", app="patients") == []


def test_views_hold_no_queryset_no_clock_and_write_nothing():
    files = views()
    assert len(files) > 30
    assert problems(find_view_faults, files) == []


@pytest.mark.parametrize(
    "fault",
    [
        "Patient.objects.filter(pk=1)",
        "today = timezone.now().date()",
        "today = datetime.date.today()",
        "now = datetime.datetime.now(tz=UTC)",
        "from django.utils.timezone import now\nstarted = now()",
        "plan.save()",
        "plan.delete()",
    ],
)
def test_a_view_that_does_the_work_of_a_lower_layer_is_found(fault):
    assert find_view_faults(fault)


def test_no_health_fact_is_read_from_an_address():
    reading = {name_of(file): find_query_string_reads(file.read_text()) for file in views()}
    assert {name: names for name, names in reading.items() if names} == READ_FROM_THE_ADDRESS


def test_reading_the_address_is_found():
    assert find_query_string_reads("pain = request.GET.get('pain', '')") == {"pain"}
    assert find_query_string_reads("pain = request.GET['pain']") == {"pain"}
    assert find_query_string_reads("form = CheckInForm(request.GET)") == {"*"}
    assert find_query_string_reads("def view(self):\n    return self.request.GET.getlist(name)") == {"*"}
    assert find_query_string_reads("form = CheckInForm(request.POST)") == set()


def test_markup_is_declared_safe_only_without_user_input():
    declaring = {name_of(file) for file in python_files() if find_trusted_markup(file.read_text())}
    assert declaring == set(DECLARES_SAFE)


def test_declaring_markup_safe_is_found():
    assert find_trusted_markup("return mark_safe(patient.full_name)")
    assert find_trusted_markup("return safestring.SafeString(note)")
