"""Patients are found by the words of their own names, and only at their clinic."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.sealed_text import seal
from patients.caseload.selectors.caseload import find_duplicate
from patients.models import Patient
from tests.factories import PatientFactory, PatientSummaryFactory

pytestmark = pytest.mark.django_db

URL = "/staff/patients/"
KEY = uuid.UUID(int=7)


@pytest.fixture
def ann(clinic):
    return PatientFactory(clinic=clinic, full_name="Ann Orr")


@pytest.fixture
def bea(clinic):
    return PatientFactory(clinic=clinic, full_name="Bea Lee")


@pytest.fixture
def find(clinic):
    """Return `find("lee")`, which gives the patients of the clinic who are found by these words."""
    return lambda typed: list(Patient.objects.search_by_name(typed, clinic=clinic).by_name())


def rename(patient, name):
    patient.full_name = name
    patient.save()


@pytest.mark.parametrize("typed", ["", "–", "ann", "Ann Orr"])
def test_nobody_of_another_clinic_is_found_even_without_a_word(find, ann, typed):
    foreign = PatientFactory(full_name="Ann Orr")
    assert foreign.clinic != ann.clinic
    assert find(typed) == [ann]


@pytest.mark.parametrize("name", ["Ann Orr", "…"])
def test_a_patient_of_another_clinic_is_no_duplicate(clinic, dana, name):
    born = {"full_name": name, "date_of_birth": datetime.date(1950, 4, 12)}
    PatientFactory(**born)
    assert find_duplicate(dana, **born, key=KEY) is None
    own = PatientFactory(clinic=clinic, **born)
    assert find_duplicate(dana, **born, key=KEY) == own


def test_a_patient_who_takes_the_name_of_another_is_found_by_it(find, ann, bea):
    rename(ann, "Ann Orr Bea Lee")
    assert find("lee") == [ann, bea]


def test_others_are_found_after_a_patient_has_a_new_name(find, ann, bea):
    rename(ann, "Ann Summers")
    assert find("summers") == [ann]
    assert find("lee") == [bea]


def test_a_patient_who_keeps_the_name_keeps_the_stored_words(ann, bea):
    before = set(ann.search_terms.values_list("pk", flat=True))
    ann.save()
    assert set(ann.search_terms.values_list("pk", flat=True)) == before


# --- Speed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "table"), [("?found={lee}", "patients_patientname"), ("?alert=any", "patients_standing")]
)
def test_the_search_and_the_filter_on_alerts_read_only_rows_of_the_clinic(
    clinic, dana, signed_in, query, table
):
    """The indexes of both tables begin with the clinic: without it, the rows of all clinics would be read."""
    PatientSummaryFactory(patient__clinic=clinic, patient__full_name="Ann Lee", alert_level=2)
    with CaptureQueriesContext(connection) as queries:
        page = signed_in(dana).get(f"{URL}{query.format(lee=seal('lee'))}")
    (sql,) = [each["sql"] for each in queries if "LIMIT 26" in each["sql"] and table in each["sql"]]
    assert "Ann Lee" in page.text
    alias = re.search(rf'FROM "{table}" (\w+)', sql)[1]
    assert f'{alias}."clinic_id" = ' in sql
