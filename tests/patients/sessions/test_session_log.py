"""Tests of the session log on the team's patient page."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import User
from patients.models import Reason, SessionEntry, SkippedDay, Source
from patients.sessions.services.reports import add_to_report, save_reason
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, PatientFactory, published_plan
from tests.factories_of_patients import HelperFactory


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, full_name="Margaret Lee", phone="555-0123")


pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def version(patient):
    return published_plan(patient, start_date=MONDAY - 21 * DAY, weeks=8)


@pytest.fixture
def helper(patient):
    return HelperFactory(patient=patient, name="Maria (daughter)")


@pytest.fixture
def log(dana, signed_in, patient, version):
    """Return a function that returns the lines of the log, newest first, as a clinician sees them."""

    def read():
        page = signed_in(dana).get(reverse("staff:patient", args=[patient.pk])).text
        lists = re.findall(r'<ul class="session-log">(.*?)</ul>', page, re.DOTALL)
        lines = re.findall(r"<li>(.*?)</li>", " ".join(lists), re.DOTALL)
        return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line)).strip() for line in lines]

    return read


def session_on(version, ago, **fields):
    moment = NOON - ago * DAY
    told = {"started_at": moment, "finished_at": moment, "pain_before": 4, "pain_after": 3}
    return ExerciseSessionFactory(version=version, on_date=MONDAY - ago * DAY, **told | fields)


def no_on(patient, ago, *, by=None, reason=""):
    return SkippedDay.objects.create(
        patient=patient, on_date=MONDAY - ago * DAY, reason=reason, by=by or patient.user
    )


def test_a_session_entered_by_a_helper_names_the_helper(log, version, helper):
    session_on(version, 2)
    session_on(version, 1, helped_by=helper)
    assert log() == [
        "Sun, Mar 1 0 exercises done. Pain 4 before, 3 after. With help from Maria (daughter).",
        "Sat, Feb 28 0 exercises done. Pain 4 before, 3 after.",
    ]


def test_the_helper_is_still_named_after_the_access_was_removed(log, version, helper):
    session_on(version, 1, helped_by=helper)
    helper.ended_at = NOON
    helper.save()
    [line] = log()
    assert line.endswith("With help from Maria (daughter).")


def test_an_offline_session_is_listed_on_its_day_with_its_time_of_arrival(log, version):
    session_on(version, 3, arrived_at=NOON)
    session_on(version, 2)
    assert [line[:11] for line in log()] == ["Sat, Feb 28", "Fri, Feb 27"]
    assert log()[1].endswith("Done offline; it reached us Mon, Mar 2, 12:00 PM.")
    assert "offline" not in log()[0]


def test_a_session_from_paper_is_marked(log, version):
    session_on(version, 1, source=Source.PAPER, pain_before=None, pain_after=None)
    assert log() == ["Sun, Mar 1 0 exercises done. From a paper log."]


def test_skipped_exercises_are_listed_with_the_reason_in_the_order_of_the_plan(log, version):
    session = session_on(version, 1)
    first, second, *others = version.items.in_order()
    assert others == []
    SessionEntry.objects.create(session=session, item=second, outcome="not_today", reason="unsteady")
    SessionEntry.objects.create(session=session, item=first, outcome="done", effort="too_hard")
    [line] = log()
    assert "1 exercise done, 1 too hard." in line
    assert f"Not that day: {second.content['name']} (I feel unsteady)." in line


def test_reported_dangers_are_emphasised(log, version):
    session_on(version, 1, new_sore=True)
    session_on(version, 2, fell=True, faint_or_chest_pain=True)
    newer, older = log()
    assert "New sore on a foot." in newer
    assert "Fell. Dizzy, faint or chest pain." in older


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, ""),
        (
            {"more_support": True, "someone_there": False},
            " Wants more support: yes. Someone will be there: no.",
        ),
        (
            {"more_support": False, "someone_there": True},
            " Wants more support: no. Someone will be there: yes.",
        ),
    ],
)
def test_what_who_is_afraid_to_fall_has_said_is_listed(log, patient, version, answers, words):
    by, now = patient.user, NOON - DAY
    report = save_reason(patient=patient, reason=Reason.AFRAID, by=by, now=now)
    add_to_report(report=report, answers=answers, by=by, now=now)
    assert log() == [f"Sun, Mar 1 Said “not today” (I am afraid to fall).{words}"]


def tell_wishes(patient, ago, *, by=None, **wishes):
    by, now = by or patient.user, NOON - ago * DAY
    report = save_reason(patient=patient, reason=Reason.AFRAID, by=by, now=now)
    add_to_report(report=report, answers=wishes, by=by, now=now)


def test_what_is_said_again_within_two_weeks_is_listed_without_a_second_alert(log, patient, version, helper):
    tell_wishes(patient, 9, more_support=False, someone_there=True)
    tell_wishes(patient, 3, more_support=True, someone_there=False, by=helper.user)
    tell_wishes(patient, 2)
    assert patient.alerts.count() == 1
    assert log() == [
        "Fri, Feb 27 Said “not today” (I am afraid to fall). Wants more support: yes. "
        "Someone will be there: no. With help from Maria (daughter).",
        "Sat, Feb 21 Said “not today” (I am afraid to fall). Wants more support: no. Someone will be there: yes.",
    ]


def test_the_wishes_of_another_patient_are_not_listed(log, version, clinic):
    stranger = PatientFactory(clinic=clinic)
    for ago in (9, 3):
        tell_wishes(stranger, ago, more_support=True, someone_there=True)
    assert log() == []


def test_the_last_eight_wishes_without_an_alert_are_listed(log, patient, version):
    for ago in range(11, 0, -1):
        tell_wishes(patient, ago, more_support=True, someone_there=ago > 5)
    lines = log()
    assert len(lines) == 9, "and that of the alert"
    assert lines[0].startswith("Sun, Mar 1")
    assert lines[-1].startswith("Thu, Feb 19")


def test_a_skipped_day_is_listed_with_its_reason_and_helper(log, patient, version, helper):
    session_on(version, 3)
    no_on(patient, 2, reason="pain")
    session_on(version, 1)
    no_on(patient, 4, by=helper.user)
    lines = log()
    assert lines[1] == "Sat, Feb 28 Said “not today” (Pain)."
    assert lines[3] == "Thu, Feb 26 Said “not today”. With help from Maria (daughter)."
    assert len(lines) == 4


def test_days_of_another_patient_are_not_listed(log, version, clinic):
    stranger = PatientFactory(clinic=clinic)
    session_on(published_plan(stranger, start_date=MONDAY - 21 * DAY), 1)
    no_on(stranger, 1)
    assert SkippedDay.objects.count() == 1
    assert log() == []


def test_of_two_sessions_on_one_day_the_later_comes_first(log, version):
    session_on(version, 1, pain_after=1)
    session_on(version, 1, pain_after=2, finished_at=NOON)
    assert ["2 after" in line for line in log()] == [True, False]


def test_the_number_of_queries_does_not_depend_on_the_number_of_lines(
    dana, signed_in, patient, version, helper
):
    client, url = signed_in(dana), reverse("staff:patient", args=[patient.pk])

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    session_on(version, 0)
    few = cost()
    for ago in range(1, 20):
        session_on(version, ago, helped_by=helper, arrived_at=NOON)
        no_on(patient, 20 + ago, by=helper.user)
    assert User.objects.filter(helper=helper).exists()
    assert cost() == few <= 10


def test_a_client_key_alone_does_not_mark_a_session_as_offline(log, version):
    """A session finished online gets a key later, if only the response to the phone was lost."""
    session_on(version, 1, client_key=uuid.uuid4())
    [line] = log()
    assert "offline" not in line
