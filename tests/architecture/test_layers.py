"""The house leans one way, and each layer does its own work only."""

import pytest

from tests.architecture.lints import (
    NEVER_IMPORTS,
    doing_in_a_view,
    leaning_the_wrong_way,
    reaching_upwards,
    reading_the_address,
    trusted_markup,
)
from tests.architecture.source import APPS, ROOT, name_of, package_of, python_files

#: What views read from the address, "*" for all of it. Nothing here says anything about anyone's health.
READ_FROM_THE_ADDRESS = {
    "clinic/consultations/views_public.py": {"clinic"},
    "clinic/consultations/views_staff.py": {"state", "page"},
    "exercises/library/views/catalogue.py": {"*"},  # filters and search of the library, kept as a link
    "exercises/routines/views_public.py": {"paper"},
    "patients/documents/views_patient.py": {"paper"},
    "patients/messages/views_patient.py": {"before"},  # the message after which the page begins
    "patients/sessions/views/today.py": {"month"},
    "patients/alerts/views/alerts.py": {"level", "settled", "after"},
    "patients/plans/views/drafts.py": {"*"},  # the same filters and search, beside a draft
    "patients/caseload/views/home.py": {"whose"},
    "patients/documents/views_staff.py": {"paper", "language"},
    "patients/plans/views/plans.py": {"name", "with"},  # another patient's name, another version's number
    "patients/documents/views_paper_log.py": {"week"},
    "patients/messages/views_staff.py": {"before"},
    "patients/records/views/notes.py": {"before"},
    "patients/records/views/patients.py": {"*", "request"},  # the search of the caseload
}
#: Python that declares markup safe, each with the reason why nothing a person wrote can be in it.
DECLARES_SAFE = {
    "exercises/templatetags/figures.py": "drawings that our own engine made",
    "exercises/templatetags/structured.py": "JSON in which <, > and & are escaped",
    "exercises/templatetags/surefoot.py": "text that was escaped just before, with spans around its numbers",
    "patients/sign_in/card_codes.py": "segno draws the QR picture of our own address",
}


def of_layer(layer: str):
    return [file for file in python_files() if layer in file.with_suffix("").relative_to(ROOT).parts[1:]]


def problems(lint, files, **more):
    return [f"{name_of(file)}, {problem}" for file in files for problem in lint(file.read_text(), **more)]


def test_no_app_knows_one_that_stands_on_it():
    files = python_files()
    assert {file.relative_to(ROOT).parts[0] for file in files} == set(APPS)
    assert [
        f"{name_of(file)}, {problem}"
        for file in files
        for problem in leaning_the_wrong_way(file.read_text(), package=package_of(file))
    ] == []


@pytest.mark.parametrize(
    ("package", "fault"),
    [
        ("clinic", "from patients.models import Patient"),
        ("clinic.actions", "import exercises.doses"),
        ("exercises.views", "def view():\n    from patients import models"),
        ("exercises", "import_string('patients.models.Patient')"),
        ("clinic", "apps.get_model('patients', 'Patient')"),
        ("patients", "from tests.factories import PatientFactory"),
        ("clinic", "from ..patients import models"),
    ],
)
def test_an_import_that_leans_the_wrong_way_is_found(package, fault):
    assert leaning_the_wrong_way(fault, package=package)


def test_an_import_that_leans_the_right_way_is_let_through():
    assert (
        leaning_the_wrong_way(
            "from clinic.models import User\nfrom ..models import Plan", package="patients.views"
        )
        == []
    )
    assert leaning_the_wrong_way("include('patients.urls')", package="clinic") == []


@pytest.mark.parametrize("layer", NEVER_IMPORTS)
def test_lower_layers_know_nothing_of_those_above_them_or_of_the_web(layer):
    files = of_layer(layer)
    assert files
    assert [
        f"{name_of(file)}, {problem}"
        for file in files
        for problem in reaching_upwards(file.read_text(), package=package_of(file), layer=layer)
    ] == []


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        ("actions", "from ..views.my import today"),
        ("actions", "from django.http import HttpRequest"),
        ("actions", "from django.shortcuts import redirect"),
        ("models", "from patients.plans.services.plans import publish_plan"),
        ("models", "from clinic.forms import RequestForm"),
    ],
)
def test_reaching_upwards_is_found(layer, fault):
    assert reaching_upwards(fault, package=f"patients.{layer}", layer=layer)


def test_views_hold_no_queryset_no_clock_and_write_nothing():
    files = of_layer("views")
    assert len(files) > 10
    assert problems(doing_in_a_view, files) == []


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
    assert doing_in_a_view(fault)


def test_no_health_fact_is_read_from_an_address():
    reading = {name_of(file): reading_the_address(file.read_text()) for file in of_layer("views")}
    assert {name: names for name, names in reading.items() if names} == READ_FROM_THE_ADDRESS


def test_reading_the_address_is_found():
    assert reading_the_address("pain = request.GET.get('pain', '')") == {"pain"}
    assert reading_the_address("pain = request.GET['pain']") == {"pain"}
    assert reading_the_address("form = CheckInForm(request.GET)") == {"*"}
    assert reading_the_address("def view(self):\n    return self.request.GET.getlist(name)") == {"*"}
    assert reading_the_address("form = CheckInForm(request.POST)") == set()


def test_markup_is_declared_safe_only_where_nobody_could_have_written_it():
    declaring = {name_of(file) for file in python_files() if trusted_markup(file.read_text())}
    assert declaring == set(DECLARES_SAFE)


def test_declaring_markup_safe_is_found():
    assert trusted_markup("return mark_safe(patient.full_name)")
    assert trusted_markup("return safestring.SafeString(note)")
