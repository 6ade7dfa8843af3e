"""The front desk's list of requests."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import ConsultationRequest, Role
from tests.factories import NOON, ClinicFactory, ConsultationRequestFactory, PatientFactory, clinician

URL = "/staff/requests/"


def names(response):
    return [row.name for row in response.context["inbox"].page]


@pytest.fixture
def one_of_each(clinic):
    for state in ("new", "contacted", "booked", "closed"):
        ConsultationRequestFactory(clinic=clinic, name=f"{state} person", state=state)
    ConsultationRequestFactory(clinic=clinic, name="robot", quarantined_for="too_fast")
    ConsultationRequestFactory(clinic=clinic, name="closed robot", quarantined_for="too_fast", state="closed")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["new person"]),
        ("?state=new", ["new person"]),
        ("?state=contacted", ["contacted person"]),
        ("?state=booked", ["booked person"]),
        ("?state=closed", ["closed person", "closed robot"]),
        ("?state=quarantined", ["robot"]),
        ("?state=nonsense", ["new person"]),
    ],
)
def test_each_folder_lists_its_own_requests(front_desk_client, one_of_each, query, expected):
    assert sorted(names(front_desk_client.get(URL + query))) == expected


def test_every_request_is_in_exactly_one_folder(front_desk_client, one_of_each):
    links = front_desk_client.get(URL).context["inbox"].links
    assert {link.key: link.count for link in links} == {
        "new": 1,
        "contacted": 1,
        "booked": 1,
        "closed": 2,
        "quarantined": 1,
    }
    assert sum(link.count for link in links) == ConsultationRequest.objects.count()


def test_the_request_that_has_waited_longest_comes_first(front_desk_client, clinic):
    for hours in (2, 9, 5):
        ConsultationRequestFactory(
            clinic=clinic, name=f"{hours} hours", created_at=NOON - datetime.timedelta(hours=hours)
        )
    assert names(front_desk_client.get(URL)) == ["9 hours", "5 hours", "2 hours"]


def test_another_clinics_requests_are_not_in_it(front_desk_client, clinic):
    ConsultationRequestFactory(name="ours", clinic=clinic)
    ConsultationRequestFactory(name="theirs")
    assert ConsultationRequest.objects.count() == 2
    response = front_desk_client.get(URL)
    assert names(response) == ["ours"]
    assert b"theirs" not in response.content


def test_a_page_has_twenty_five_requests_and_links_keep_the_folder(front_desk_client, clinic):
    ConsultationRequestFactory.create_batch(26, clinic=clinic, state="booked")
    first = front_desk_client.get(f"{URL}?state=booked")
    assert len(names(first)) == 25
    assert 'href="?state=booked&amp;page=2"' in first.content.decode()
    assert len(names(front_desk_client.get(f"{URL}?state=booked&page=2"))) == 1
    assert len(names(front_desk_client.get(f"{URL}?state=booked&page=99"))) == 1


def test_an_empty_folder_explains_what_it_is_for(front_desk_client):
    assert "Nobody is waiting for a first answer." in front_desk_client.get(URL).content.decode()


def test_it_takes_as_many_queries_for_sixty_as_for_three(front_desk_client, clinic):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert front_desk_client.get(URL).status_code == 200
        return len(captured)

    ConsultationRequestFactory.create_batch(3, clinic=clinic)
    few = queries()
    ConsultationRequestFactory.create_batch(57, clinic=clinic)
    assert ConsultationRequest.objects.count() == 60
    assert queries() == few <= 10


@pytest.mark.parametrize("role", Role.values)
def test_every_role_of_the_team_sees_it(client, clinic, role):
    client.force_login(clinician(clinic, role=role))
    assert client.get(URL).status_code == 200


def test_visitors_are_asked_to_sign_in_and_patients_are_refused_with_the_reason(client, clinic):
    response = client.get(URL)
    assert response.url == f"/accounts/login/?next={URL}"
    client.force_login(PatientFactory(clinic=clinic).user)
    response = client.get(URL)
    assert response.status_code == 403
    assert "team." in response.content.decode()


def test_a_former_member_is_refused_from_the_next_request(front_desk_client, desk, clinic):
    ConsultationRequestFactory(clinic=clinic)
    assert front_desk_client.get(URL).status_code == 200
    desk.memberships.update(ended_at=NOON)
    assert front_desk_client.get(URL).status_code == 403


def test_a_clinic_without_requests_of_its_own_sees_zeroes(client, one_of_each):
    client.force_login(clinician(ClinicFactory()))
    assert {link.count for link in client.get(URL).context["inbox"].links} == {0}
