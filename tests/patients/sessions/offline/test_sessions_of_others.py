"""Sessions of another patient stay as they are, whatever a phone sends, and none stands in for one of the sender."""

import uuid

import pytest
from django.urls import reverse

from patients.models import Alert, ExerciseSession, SafetyReport
from tests.factories import NOON, PatientFactory, published_plan
from tests.patients.session_steps import open_session
from tests.patients.sessions.offline.offline_steps import is_refused, kept_session, make_own, send

pytestmark = pytest.mark.django_db

#: A primary key that comes before every other.
FIRST = uuid.UUID(int=1)


@pytest.fixture
def plan_of_another(patient):
    """The version of another patient of the same clinic."""
    return published_plan(PatientFactory(clinic=patient.clinic))


@pytest.fixture
def finished_by_another(signed_in, plan_of_another):
    """A session that the other patient's phone has sent."""
    kept = kept_session(plan_of_another, entries=[])
    assert send(signed_in(plan_of_another.plan.patient.user), kept).status_code == 200
    return ExerciseSession.objects.get()


def stored(session):
    """Return the row of a session as it is in the database."""
    return ExerciseSession.objects.filter(pk=session.pk).values().get()


class TestAnOpenSessionOfAnotherPatient:
    @pytest.fixture
    def theirs(self, plan_of_another):
        return open_session(plan_of_another, pk=FIRST, on_date=NOON.date(), started_at=NOON)

    def test_does_not_keep_answers_out_of_the_patients_own_session(self, phone, version, patient, theirs):
        before = stored(theirs)
        kept = kept_session(version, session={"finished_at": None}, entries=[], check_in={"fell": "yes"})

        assert send(phone, kept).status_code == 200

        session = ExerciseSession.objects.for_patient(patient).get()
        assert session.answers["fell"] is True
        assert Alert.objects.get().session == session
        assert not SafetyReport.objects.exists()
        assert stored(theirs) == before

    def test_does_not_hide_the_one_that_the_patient_goes_on_with(self, phone, version, patient, theirs):
        before, own = stored(theirs), open_session(version)

        assert send(phone, kept_session(version)).status_code == 200

        assert ExerciseSession.objects.for_patient(patient).get() == own
        assert ExerciseSession.objects.finished().get() == own
        assert stored(theirs) == before


class TestAKeyThatASessionOfAnotherPatientHasToo:
    def test_is_that_of_a_new_session(self, phone, version, patient, finished_by_another):
        before = stored(finished_by_another)
        kept = kept_session(
            version, session={"key": str(finished_by_another.client_key)}, check_in={"fell": "yes"}
        )

        assert send(phone, kept).status_code == 200

        session = ExerciseSession.objects.for_patient(patient).get()
        assert (session.client_key, session.answers["fell"]) == (finished_by_another.client_key, True)
        assert stored(finished_by_another) == before

    def test_leads_the_dangers_of_a_refused_session_to_a_report_of_the_patient(
        self, phone, version, patient, finished_by_another
    ):
        before = stored(finished_by_another)
        named = {"key": str(finished_by_another.client_key)}
        kept = kept_session(version, session=named, check_in={"fell": "yes"}) | {"asked": []}

        assert is_refused(send(phone, kept))

        assert SafetyReport.objects.get().patient == patient
        assert Alert.objects.get().patient == patient
        assert stored(finished_by_another) == before


def test_a_session_of_another_patient_with_the_same_answers_is_not_taken_for_the_one_that_was_sent(
    phone, version, patient, finished_by_another
):
    ExerciseSession.objects.update(client_key=None)  # as one that was finished online
    before = stored(finished_by_another)
    kept = kept_session(version, session={"session": str(finished_by_another.pk)}, entries=[])

    assert send(phone, kept).status_code == 200

    assert str(ExerciseSession.objects.for_patient(patient).get().client_key) == kept["session"]["key"]
    assert stored(finished_by_another) == before


class TestTheCopyOfThePlan:
    """It is stored on a phone that is said to be somebody's own."""

    @pytest.mark.parametrize("role", ["dana", "desk"])
    def test_is_refused_to_the_team(self, request, signed_in, version, role):
        browser = signed_in(request.getfixturevalue(role))
        make_own(browser)
        assert browser.get(reverse("my:offline")).status_code == 403

    def test_sends_a_visitor_to_sign_in(self, client, version):
        make_own(client)
        response = client.get(reverse("my:offline"))
        assert response.url.startswith(reverse("sign_in:options"))

    def test_is_that_of_the_patient_who_is_signed_in(self, signed_in, version, plan_of_another):
        browser = signed_in(plan_of_another.plan.patient.user)
        make_own(browser)
        page = browser.get(reverse("my:offline")).content.decode()
        assert plan_of_another.items.first().exercise.name in page
        assert version.items.first().exercise.name not in page
