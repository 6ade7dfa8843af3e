"""Permissions of staff pages by role; rows of another clinic are answered like missing rows."""

import pytest
from django.urls import reverse

from clinic.models import Role
from patients.plans.services.drafts import create_next_version
from tests.factories import (
    NOON,
    AlertFactory,
    ExerciseSessionFactory,
    PatientFactory,
    RoutineFactory,
    clinician,
    published_plan,
)

pytestmark = pytest.mark.django_db

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def rows(patient, dana, routine):
    """Create one row of every kind and return the URL arguments for it by URL name."""
    version = published_plan(patient)
    create_next_version(plan=version.plan, by=dana, now=NOON)
    event = AlertFactory(session=ExerciseSessionFactory(version=version))
    return {
        "staff:patient": [patient.pk],
        "staff:patient_edit": [patient.pk],
        "staff:patient_card": [patient.pk],
        "staff:plan_start": [patient.pk],
        "staff:plan_start_blank": [patient.pk],
        "staff:plan_draft": [version.plan_id],
        "staff:plan_draft_discard": [version.plan_id],
        "staff:plan_preview": [version.plan_id],
        "staff:plan_publish": [version.plan_id],
        "staff:plan_move": [version.plan_id, "pause"],
        "staff:plan_version": [version.plan_id, 1],
        "staff:plan_draft_add": [version.plan_id, routine.items.first().exercise_id],
        "staff:alert_resolve": [event.pk],
    }


#: Status of each page about one row for the front desk. A clinician and a clinic admin get 200 on all of them.
FRONT_DESK = {
    "staff:patient": 200,
    "staff:patient_edit": 200,
    "staff:patient_card": 200,
    "staff:plan_start": 403,
    "staff:plan_draft": 403,
    "staff:plan_preview": 403,
    "staff:plan_publish": 403,
    "staff:plan_move": 403,
    "staff:plan_version": 403,
}
#: Views that act on POST, and the status of a GET by the front desk.
POSTS = {"staff:plan_draft_add": 403, "staff:alert_resolve": 403}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", FRONT_DESK)
def test_each_role_opens_the_pages_of_its_row(name, role, rows, clinic, signed_in):
    expected = FRONT_DESK[name] if role == Role.FRONT_DESK else 200

    response = signed_in(clinician(clinic, role=role)).get(reverse(name, args=rows[name]))

    assert response.status_code == expected


@pytest.mark.parametrize("name", POSTS)
def test_the_front_desk_neither_changes_plans_nor_resolves_alerts(name, rows, desk, signed_in):
    client, url = signed_in(desk), reverse(name, args=rows[name])

    assert client.post(url).status_code == 403
    assert client.get(url).status_code == POSTS[name]


@pytest.mark.parametrize("name", [*FRONT_DESK, *POSTS])
def test_a_row_of_another_clinic_is_answered_like_a_row_that_does_not_exist(name, rows, stranger, signed_in):
    client, method = signed_in(stranger), "post" if name in POSTS else "get"
    absent = [MISSING, *rows[name][1:]]

    foreign = getattr(client, method)(reverse(name, args=rows[name]))
    missing = getattr(client, method)(reverse(name, args=absent))

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


@pytest.mark.parametrize("name", [*FRONT_DESK, *POSTS])
@pytest.mark.parametrize("who", ["the patient", "another patient", "a visitor"])
def test_patients_and_visitors_open_none_of_the_teams_pages(name, who, rows, patient, signed_in, client):
    people = {"the patient": patient.user, "another patient": PatientFactory(clinic=patient.clinic).user}
    browser = signed_in(people[who]) if who in people else client
    url = reverse(name, args=rows[name])

    response = browser.post(url) if name in POSTS else browser.get(url)

    if who in people:
        assert response.status_code == 403
    else:
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["staff:today", "staff:patients", "staff:patient_new"])
def test_only_the_team_can_open_the_lists(name, patient, clinic, signed_in, client):
    url = reverse(name)

    assert [signed_in(clinician(clinic, role=role)).get(url).status_code for role in Role.values] == [200] * 3
    assert signed_in(patient.user).get(url).status_code == 403
    assert client.get(url).status_code == 302


def test_nothing_is_changed_by_a_foreign_clinician(rows, patient, stranger, signed_in):
    client = signed_in(stranger)

    for name, data in (
        ("staff:patient_edit", {"full_name": "Somebody", "date_of_birth": "1950-01-01"}),
        ("staff:patient_card", {"seen": ""}),
        ("staff:plan_start_blank", {}),
        ("staff:plan_draft_discard", {"edit_number": 1}),
        ("staff:plan_publish", {"number": 2, "edit_number": 1, "change_note": "x"}),
        ("staff:plan_move", {"reason": "x"}),
        ("staff:alert_resolve", {}),
    ):
        assert client.post(reverse(name, args=rows[name]), data).status_code == 404, name
    patient.refresh_from_db()
    assert patient.full_name == "Margaret Lee"
    assert patient.plans.get().versions.drafts().exists()


def test_an_earlier_plan_of_another_patient_cannot_be_copied(clinic, dana, signed_in, patient):
    foreign = published_plan(PatientFactory(clinic=clinic))

    response = signed_in(dana).post(reverse("staff:plan_start_from_version", args=[patient.pk, foreign.pk]))

    assert response.status_code == 404
    assert RoutineFactory().pk
