"""The list of patients: filters, orders, pages and rows."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import User
from clinic.sealed_text import seal
from patients.caseload.selectors.caseload import PER_PAGE
from patients.caseload.selectors.ordering import SORT_SEGMENTS, Order
from patients.models import Patient, PatientSummary, Plan, PlanState
from tests.factories import MONDAY, ClinicFactory, PatientFactory, PatientSummaryFactory, published_plan

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
URL = "/staff/patients/"

#: Each database's statement to explain a query, and the word in its output that means sorting. PostgreSQL would prefer
#: to sort the small table of a test, so sorting is disabled where the query allows.
PLANS = {
    "sqlite": ("EXPLAIN QUERY PLAN", "TEMP B-TREE"),
    "postgresql": ("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; EXPLAIN", "Sort"),
}


@pytest.fixture
def patient_with(clinic):
    """Return `patient_with("Ann", adherence=40)`, which creates a patient of the clinic with that summary."""

    def make(name, **standing):
        return PatientSummaryFactory(patient__clinic=clinic, patient__full_name=name, **standing).patient

    return make


@pytest.fixture
def browser(dana, signed_in):
    return signed_in(dana)


def names(client, query=""):
    return [row.patient.full_name for row in client.get(f"{URL}{query}").context["caseload"].rows]


def leads(response, rel):
    """Return the address of the link with this `rel`; None without one."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', response.text)
    return found and URL + found.group(1).replace("&amp;", "&")


# --- Filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ["Ann", "Bea", "Cy", "Dee"]),
        ("?alert=any", ["Ann", "Bea", "Cy"]),
        ("?alert=critical", ["Ann"]),
        ("?alert=high", ["Bea"]),
        ("?alert=low", ["Cy"]),
        ("?alert=nonsense", ["Ann", "Bea", "Cy", "Dee"]),
    ],
)
def test_the_list_can_be_filtered_by_the_level_of_the_highest_alert(patient_with, browser, query, kept):
    for name, level in (("Ann", 3), ("Bea", 2), ("Cy", 1), ("Dee", 0)):
        patient_with(name, alert_level=level)
    assert names(browser, query) == kept


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("below", {"Ann", "Bea"}),
        ("adherent", {"Cy", "Dee"}),
        ("none", {"Eve", "Fay"}),
        ("nonsense", {"Ann", "Bea", "Cy", "Dee", "Eve", "Fay"}),
    ],
)
def test_the_list_can_be_filtered_by_adherence_in_every_order(
    patient_with, clinic, browser, order, query, kept
):
    for name, adherence in (("Ann", 0), ("Bea", 69), ("Cy", 70), ("Dee", 100), ("Eve", None)):
        patient_with(name, adherence=adherence)
    PatientFactory(clinic=clinic, full_name="Fay")  # her summary is not computed yet
    assert set(names(browser, f"?adherence={query}&sort={order}")) == kept


def test_filters_work_together(patient_with, browser, dana):
    for name, adherence, level, clinician in (
        ("Ann Lee", 40, 3, dana),
        ("Bea Lee", 90, 3, dana),
        ("Cy Lee", 40, 0, dana),
        ("Dee Lee", 40, 3, None),
        ("Eve Orr", 40, 3, dana),
        ("Fay Lee", 40, 3, dana),
    ):
        patient = patient_with(name, adherence=adherence, alert_level=level)
        Patient.objects.filter(pk=patient.pk).update(clinician=clinician)
        version = published_plan(patient)
        if name == "Fay Lee":
            Plan.objects.filter(pk=version.plan_id).update(state=PlanState.PAUSED)
    query = f"?found={seal('lee')}&whose=mine&alert=critical&adherence=below&plan=active"
    assert names(browser, query) == ["Ann Lee"]
    assert names(browser, query + "&sort=adherence") == ["Ann Lee"]


def test_the_form_shows_the_selected_filters_and_a_link_to_clear_them(browser):
    page = browser.get(f"{URL}?alert=high&adherence=below&sort=session").text
    for value in ("high", "below", "session"):
        assert f'<option value="{value}" selected>' in page
    assert "Nobody found" in page
    assert "Show all" in page


# --- Orders -----------------------------------------------------------------------------------------------------------


def test_the_order_is_by_name_unless_asked_otherwise(patient_with, browser):
    for name in ("Cy", "Ann", "Bea"):
        patient_with(name)
    assert names(browser) == names(browser, "?sort=nonsense") == ["Ann", "Bea", "Cy"]


def test_the_lowest_adherence_comes_first_and_patients_with_nothing_planned_last(
    patient_with, clinic, browser
):
    for name, adherence in (("Ann", None), ("Bea", 90), ("Cy", 0), ("Dee", 45)):
        patient_with(name, adherence=adherence)
    PatientFactory(clinic=clinic, full_name="Abe New")
    assert names(browser, "?sort=adherence") == ["Cy", "Dee", "Bea", "Abe New", "Ann"]


def test_the_oldest_last_session_comes_first_and_patients_without_a_session_last(patient_with, browser):
    for name, ago in (("Ann", 3), ("Bea", None), ("Cy", 30), ("Dee", 1)):
        patient_with(name, last_done_on=MONDAY - ago * DAY if ago else None)
    assert names(browser, "?sort=session") == ["Cy", "Ann", "Dee", "Bea"]


def test_the_highest_alert_comes_first_and_the_others_follow_by_name(patient_with, browser):
    for name, level in (("Dee", 0), ("Ann", 1), ("Bea", 3), ("Cy", 2), ("Abe", 0)):
        patient_with(name, alert_level=level)
    assert names(browser, "?sort=alert") == ["Bea", "Cy", "Ann", "Abe", "Dee"]


# --- Pages ------------------------------------------------------------------------------------------------------------


def add_in_bulk(clinic, standings):
    """Create patients of a clinic with these fields of a summary, without search terms, which are not needed here."""
    users = User.objects.bulk_create(User(name=f"Pat {number % 9}") for number in range(len(standings)))
    patients = Patient.objects.bulk_create(
        PatientFactory.build(clinic=clinic, user=user, full_name=user.name) for user in users
    )
    PatientSummary.objects.bulk_create(
        PatientSummaryFactory.build(patient=patient, clinic=clinic, **standing)
        for patient, standing in zip(patients, standings, strict=True)
    )


@pytest.fixture
def many_patients(clinic):
    """Create more than three pages of patients, many with equal sort values, and some of another clinic."""
    add_in_bulk(
        clinic,
        [
            {
                "adherence": None if number % 3 == 0 else number % 4 * 30,
                "last_done_on": None if number % 5 == 0 else MONDAY - (number % 3) * DAY,
                "alert_level": number % 4,
            }
            for number in range(3 * PER_PAGE + 7)
        ],
    )
    add_in_bulk(ClinicFactory(), [{"adherence": 30, "alert_level": level} for level in (0, 3)])
    return Patient.objects.filter(clinic=clinic)


@pytest.mark.parametrize("order", Order)
def test_pages_of_every_order_show_each_patient_once_and_lead_back_the_same_way(
    many_patients, browser, order
):
    assert Patient.objects.count() > many_patients.count() > 3 * PER_PAGE
    forth, response = [], browser.get(f"{URL}?sort={order}")
    while True:
        forth.append([row.patient.pk for row in response.context["caseload"].rows])
        if (following := leads(response, "next")) is None:
            break
        response = browser.get(following)
    back = []
    while True:
        back.insert(0, [row.patient.pk for row in response.context["caseload"].rows])
        if (previous := leads(response, "prev")) is None:
            break
        response = browser.get(previous)

    everyone = [patient for page in forth for patient in page]
    assert len(forth) == 4
    assert len(everyone) == len(set(everyone))
    assert set(everyone) == set(many_patients.values_list("pk", flat=True))
    assert back[-1] == forth[-1]
    assert [patient for page in back for patient in page] == everyone


@pytest.mark.parametrize("order", Order)
def test_a_page_is_found_along_an_index_and_nothing_is_sorted(many_patients, browser, order):
    """The database's query plan names the step in which it would sort the whole clinic."""
    explain, sorting = PLANS[connection.vendor]
    for address in (f"{URL}?sort={order}", leads(browser.get(f"{URL}?sort={order}"), "next")):
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        pages = [query["sql"] for query in queries if "LIMIT 26" in query["sql"]]
        assert pages
        for sql in pages:
            with connection.cursor() as cursor:
                cursor.execute(f"{explain} {sql}")
                steps = " / ".join(str(row[-1]) for row in cursor.fetchall())
            assert "index" in steps.lower()
            assert sorting not in steps, steps


def test_a_cursor_of_another_clinic_or_of_an_unknown_patient_leads_to_the_first_page(many_patients, browser):
    foreign = Patient.objects.exclude(pk__in=many_patients).first()
    assert foreign
    first = names(browser, "?sort=alert")
    assert names(browser, f"?sort=alert&after={foreign.pk}") == first
    assert names(browser, "?sort=alert&before=00000000-0000-0000-0000-000000000000") == first


def test_the_address_of_a_page_has_no_health_data(many_patients, browser):
    address = leads(browser.get(f"{URL}?sort=adherence"), "next")
    assert re.fullmatch(r"/staff/patients/\?sort=adherence&after=[0-9a-f-]{36}", address)


def test_every_order_includes_every_patient():
    unlike_anyone = Patient(full_name="New")
    for stretches in SORT_SEGMENTS.values():
        assert [stretch.value_of(unlike_anyone) is not None for stretch in stretches][-1]


# --- Rows -------------------------------------------------------------------------------------------------------------


def row_of(page, name):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition(name)[2].partition("</li>")[0]))


def test_a_row_shows_adherence_last_session_plan_and_alert_as_text(patient_with, browser):
    patient = patient_with(
        "Ann Lee",
        adherence=62,
        last_done_on=MONDAY - 2 * DAY,
        alert_level=2,
        ends_on=MONDAY + 10 * DAY,
        refreshed_on=MONDAY,
    )
    published_plan(patient)
    row = row_of(browser.get(URL).text, "Ann Lee")
    for words in ("62 %", "below 70", "Last session Feb 28, 2026", "Active", "to Mar 12", "High alert"):
        assert words in row


def test_the_row_of_a_new_patient_says_that_there_is_no_plan_and_no_session(clinic, browser):
    PatientFactory(clinic=clinic, full_name="Ann New")
    row = row_of(browser.get(URL).text, "Ann New")
    for words in ("Nothing planned", "No session yet", "No plan"):
        assert words in row
    assert "alert" not in row


def test_a_plan_whose_last_day_has_passed_says_so(patient_with, browser):
    published_plan(patient_with("Ann Lee", ends_on=MONDAY - DAY, refreshed_on=MONDAY))
    assert "ended Mar 1" in row_of(browser.get(URL).text, "Ann Lee")


def test_the_front_desk_sees_names_and_cards_and_cannot_sort_by_health(patient_with, desk, signed_in):
    patient_with("Ann", adherence=90, alert_level=0)
    patient_with("Bea", adherence=10, alert_level=3)
    client = signed_in(desk)
    page = client.get(f"{URL}?sort=adherence&alert=critical&adherence=below&plan=active")
    assert [row.patient.full_name for row in page.context["caseload"].rows] == ["Ann", "Bea"]
    main = page.text.partition("<main")[2]
    for secret in ("10 %", "Adherence", "alert", "Last session", "Sort by", "No plan"):
        assert secret not in main


@pytest.mark.parametrize("order", Order)
def test_the_page_takes_at_most_eight_queries_for_any_number_of_patients(many_patients, browser, order):
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{URL}?sort={order}&alert=any")
        counts.append(len(queries))
        add_in_bulk(many_patients[0].clinic, 30 * [{"alert_level": 2, "adherence": 50}])
    assert counts[0] == counts[1] <= 8
    assert PatientSummary.objects.count() > 100


def test_a_name_that_was_searched_is_in_no_address(patient_with, browser):
    patient_with("Ann Lee")
    patient_with("Bea Orr")
    response = browser.post(URL, {"q": "lee", "sort": "adherence", "whose": ""})

    assert response.status_code == 302
    assert "lee" not in response["Location"].lower().partition("found=")[0]
    assert "sort=adherence" in response["Location"]
    page = browser.get(response["Location"]).text
    assert "Ann Lee" in page
    assert "Bea Orr" not in page
    assert 'value="lee"' in page


def test_a_name_in_an_address_is_not_searched(patient_with, browser):
    patient_with("Ann Lee")
    assert "Ann Lee" in browser.get(f"{URL}?q=orr").text
