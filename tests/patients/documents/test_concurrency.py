"""Concurrent requests that enter the same paper log store it once."""

import pytest

from patients.documents.paper_log import DayEntry, paper_log
from patients.documents.services.paper_logs import StalePaperLogError, save_paper_log
from patients.models import Alert, ExerciseSession, PlanItem
from tests.concurrency import AT_ONCE, call_at_once
from tests.factories import MONDAY
from tests.patients.documents.conftest import FRIDAY_NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def enter(patient, version, dana):
    stamp = paper_log(patient, MONDAY, now=FRIDAY_NOON).stamp

    def enter(*entries):
        return save_paper_log(
            patient=patient, starts_on=MONDAY, entries=entries, stamp=stamp, by=dana, now=FRIDAY_NOON
        )

    return enter


def test_four_concurrent_identical_paper_logs_make_one_session(patient, version, enter):
    done = frozenset(PlanItem.objects.filter(version=version).values_list("pk", flat=True))

    results = call_at_once(
        lambda _number: enter(DayEntry(MONDAY, done, 3, frozenset({"fell"}))), refusals=(StalePaperLogError,)
    )

    assert sum(result.new for result in results) == 1
    assert ExerciseSession.objects.get(patient=patient).entries.count() == len(done)
    assert Alert.objects.filter(session__patient=patient).count() == 1


def test_one_of_four_concurrent_different_paper_logs_is_stored_completely(patient, version, enter):
    items = list(PlanItem.objects.filter(version=version).values_list("pk", flat=True))

    results = call_at_once(
        lambda number: enter(DayEntry(MONDAY, frozenset(items[:1]), number)), refusals=(StalePaperLogError,)
    )

    refused = [result for result in results if isinstance(result, StalePaperLogError)]
    assert len(refused) == AT_ONCE - 1
    session = ExerciseSession.objects.get(patient=patient)
    assert session.pain_after == next(
        number for number, result in enumerate(results) if not isinstance(result, StalePaperLogError)
    )
