"""An activity beside the plan is kept as the patient told it, and moves nothing of the plan."""

import datetime
import uuid

import pytest

from clinic.models import AuditEvent
from patients.activities.services import MOST_A_DAY, remove_activity, tell_activity
from patients.exceptions import NotPossibleError
from patients.models import Activity, ActivityKind, Alert, PatientSummary
from patients.summaries.services.refresh import refresh_summary
from tests.factories import MONDAY, NOON
from tests.factories_of_patients import HelperFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def walk(patient, *, key=None, on=MONDAY, now=NOON, by=None, minutes=20):
    return tell_activity(
        patient=patient,
        kind=ActivityKind.WALK,
        words="",
        minutes=minutes,
        on_date=on,
        key=key or uuid.uuid4(),
        by=by or patient.user,
        now=now,
    )


def test_a_form_sent_twice_is_one_activity_even_after_it_was_removed(patient):
    key = uuid.uuid4()
    first = walk(patient, key=key)
    remove_activity(activity=first, by=patient.user, now=NOON)
    assert walk(patient, key=key) == first
    assert Activity.objects.get().removed_at == NOON


@pytest.mark.parametrize("ago", [-1, 2, 7])
def test_only_today_and_yesterday_can_be_told(patient, ago):
    with pytest.raises(NotPossibleError, match="today or yesterday"):
        walk(patient, on=MONDAY - ago * DAY)
    assert walk(patient, on=MONDAY - DAY).on_date == MONDAY - DAY


def test_the_day_is_that_of_the_patient(patient):
    late = datetime.datetime(2026, 3, 3, 3, 0, tzinfo=datetime.UTC)  # still Monday in New York
    assert walk(patient, on=MONDAY, now=late).on_date == MONDAY


def test_one_day_takes_only_so_many(patient):
    for _each in range(MOST_A_DAY):
        walk(patient)
    with pytest.raises(NotPossibleError, match="enough for one day"):
        walk(patient)
    assert walk(patient, on=MONDAY - DAY)


def test_it_changes_no_number_about_the_plan(patient, version):
    refresh_summary(patient=patient, now=NOON)
    before = PatientSummary.objects.values().get()
    walk(patient)
    refresh_summary(patient=patient, now=NOON)
    assert PatientSummary.objects.values().get() == before
    assert not patient.sessions.exists()
    assert not Alert.objects.exists()


class TestRemoving:
    def test_it_is_removed_once_and_recorded(self, patient):
        activity = walk(patient)
        for _twice in range(2):
            remove_activity(activity=activity, by=patient.user, now=NOON)
        actions = AuditEvent.objects.filter(action__startswith="activity.").values_list("action", flat=True)
        assert list(actions) == ["activity.told", "activity.removed"]

    def test_the_next_day_it_stays(self, patient):
        activity = walk(patient)
        remove_activity(activity=activity, by=patient.user, now=NOON + DAY)
        assert Activity.objects.get().removed_at is None


def test_a_helper_is_named(patient):
    helper = HelperFactory(patient=patient)
    assert walk(patient, by=helper.user).helped_by == helper
