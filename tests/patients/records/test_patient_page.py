"""The patient detail page: its sections, each plot with its table, and a fixed number of queries."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import (
    PatientNote,
    PlanEvent,
    PlanItem,
    PlanVersion,
    SessionEntry,
    Source,
)
from patients.records.selectors.plan_histories import list_plan_histories
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.factories_of_patients import HelperFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def page(dana, signed_in):
    """Return `page(patient)`, which gives the text of the patient detail page for a clinician."""
    return lambda patient: signed_in(dana).get(reverse("staff:patient", args=[patient.pk])).text


@pytest.fixture
def version(patient):
    """Publish a plan for every day, three weeks ago."""
    return published_plan(patient, start_date=MONDAY - 21 * DAY, weeks=8)


def session_on(version, ago, effort="easy", **fields):
    moment = NOON - ago * DAY
    session = ExerciseSessionFactory(
        version=version, on_date=MONDAY - ago * DAY, started_at=moment, finished_at=moment, **fields
    )
    for item in version.items.all():
        SessionEntry.objects.create(session=session, item=item, outcome="done", effort=effort)
    return session


def words(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def table(text, caption):
    """Return the rows of one table, newest first, as lists of cell texts."""
    found = re.search(rf"<caption>{caption}</caption>.*?<tbody>(.*?)</tbody>", text, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", found.group(1), re.DOTALL)
    return [
        [words(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows
    ]


def headings(text):
    return [words(found).strip() for found in re.findall(r"<h2[^>]*>(.*?)</h2>", text, re.DOTALL)]


def test_sections_are_ordered_from_open_alerts_to_earlier_plans(page, patient, version):
    AlertFactory(session=session_on(version, 0), kind="fall", level=3)
    AlertFactory(session=session_on(version, 3), settled_at=NOON, settled_by=version.published_by)
    shown = headings(page(patient))
    order = [
        "Look at this first",
        "Plan now",
        "Precautions",
        "Progress",
        "Messages",
        "Notes for the team",
    ]
    assert [title for title in shown if title in order] == order
    assert shown[-2:] == ["Settled reports", "What changed when"]


def test_each_day_is_also_in_a_table(page, patient, version, time_machine):
    time_machine.move_to(NOON + 8 * DAY, tick=False)
    session_on(version, -1)
    session_on(version, -3, source=Source.PAPER, pain_after=None)
    [this_week, last_week, *_earlier] = table(page(patient), "What each day was")
    missed = "Planned, not done"
    assert this_week == ["Mar 8, 2026", missed, missed, "Planned for today", *["–"] * 4]
    assert last_week[:6] == [
        "Mar 1, 2026",
        "Not planned",
        "Planned, not done",
        "Done",
        "Planned, not done",
        "Done",
    ]


def test_efforts_are_shown_by_week(page, patient, version):
    session_on(version, 3, "too_hard")
    session_on(version, 4, "easy")
    [this_week, last_week, *_earlier] = table(page(patient), "Rated exercises by week")
    assert this_week == ["Mar 1, 2026", "0", "–", "–", "–"]
    assert last_week == ["Feb 22, 2026", "4", "50 %", "0 %", "50 %"]


def test_events_are_on_the_timeline_and_in_its_table(page, patient, version):
    PlanEvent.objects.create(
        plan=version.plan,
        from_state="active",
        to_state="paused",
        note="On holiday.",
        at=NOON - 5 * DAY,
        by=version.published_by,
    )
    PlanEvent.objects.create(
        plan=version.plan, from_state="paused", to_state="active", at=NOON - 2 * DAY, by=version.published_by
    )
    AlertFactory(session=session_on(version, 3), kind="fall", raised_at=NOON - DAY)
    text = page(patient)
    assert table(text, "Plan versions, pauses and alerts") == [
        ["Mar 2, 2026", "Version 1"],
        ["Mar 1, 2026", "Fell"],
        ["Feb 25, 2026 – Feb 28, 2026", "Plan paused: On holiday."],
    ]
    for mark in ("timeline-version", "timeline-pause", "timeline-alert", "mark-pause"):
        assert f'class="{mark}"' in text


def test_sessions_from_paper_are_marked_as_such(page, patient, version):
    session_on(version, 2, source=Source.PAPER, pain_before=2, pain_after=3)
    session_on(version, 1)
    text = page(patient)
    assert "1 session entered from a paper log" in text
    assert [row[0] for row in table(text, "Pain before and after, 0–10")] == [
        "Mar 1, 2026",
        "Feb 28, 2026 (from paper)",
    ]


def test_an_alert_shows_the_exercises_of_its_session(page, patient, version):
    AlertFactory(session=session_on(version, 1, "too_hard"), kind="fall")
    names = [item.content["name"] for item in version.items.in_order()]
    assert f"Did: {names[0]} (too hard), {names[1]} (too hard)." in page(patient)


def test_an_old_open_alert_is_still_on_the_page(page, patient, version):
    AlertFactory(session=session_on(version, 400), kind="fall")
    text = page(patient)
    assert "Look at this first" in text
    assert "Did:" not in text


def test_older_versions_are_collapsed(page, patient, version):
    for number in range(2, 9):
        published_plan(plan=version.plan, number=number, weeks=8, start_date=version.start_date)
    history = page(patient).partition('id="history"')[2]
    opened, folded = history.split("<details>", 1)
    assert [f"Version {number}" in opened for number in (8, 5, 4)] == [True, True, False]
    assert "4 earlier versions" in folded


def test_a_patient_without_a_plan_has_a_button_to_start_one_and_no_empty_plots(page, patient):
    text = page(patient)
    assert "Start a plan" in text
    assert "Progress" not in text
    assert "<svg class" not in text.partition("Plan now")[2].partition("Precautions")[0]


def test_frequent_actions_are_at_the_top(page, patient, version):
    actions = page(patient).partition('aria-label="Quick actions"')[2].partition("</header>")[0]
    for label in ("Change the plan", "Print the handout", "Write a message", "Sign-in card", "Edit record"):
        assert label in actions
    PlanVersion.objects.create(plan=version.plan, number=2, start_date=MONDAY, edited_by=version.published_by)
    actions = page(patient).partition('aria-label="Quick actions"')[2].partition("</header>")[0]
    assert "Continue the draft" in actions
    assert "Preview" in actions
    assert "Change the plan" not in actions


def test_the_referring_doctor_is_on_record_and_can_be_corrected(page, patient, dana, signed_in):
    client, url = signed_in(dana), reverse("staff:patient_edit", args=[patient.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name not in ("key", "is_someone_else")}
    client.post(url, data | {"referring_doctor": "Dr. Ada Brandt"})
    assert "Dr. Ada Brandt" in page(patient)
    patient.refresh_from_db()
    assert patient.history.first().referring_doctor == "Dr. Ada Brandt"


def test_no_health_data_is_read_for_the_front_desk(patient, version, desk, signed_in):
    AlertFactory(session=session_on(version, 1), kind="fall")
    PatientFlagFactory(patient=patient)
    client = signed_in(desk)
    with CaptureQueriesContext(connection) as queries:
        text = client.get(reverse("staff:patient", args=[patient.pk])).text
    asked = " ".join(query["sql"] for query in queries)
    for name in ("patientflag", "alert", "exercisesession", "planversion", "message", "patientnote"):
        assert f"patients_{name}" not in asked
    assert "Progress" not in text


def test_the_front_desk_sees_only_contact_details_and_no_names_of_helpers(patient, desk, page, signed_in):
    helper = HelperFactory(patient=patient)
    seen = signed_in(desk).get(reverse("staff:patient", args=[patient.pk]))
    assert patient.phone in seen.text
    assert helper.name not in seen.text
    assert seen.context["story"].health is None
    assert helper.name in page(patient)


def test_the_page_takes_ten_queries_for_any_history(dana, signed_in, patient, version):
    client, url = signed_in(dana), reverse("staff:patient", args=[patient.pk])

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    AlertFactory(session=session_on(version, 1), kind="fall")
    cost()  # the first request of a minute also writes when the session was last used
    few = cost()
    for number in range(2, 22):
        published_plan(plan=version.plan, number=number, weeks=30, start_date=version.start_date)
    for ago in range(2, 60):
        AlertFactory(session=session_on(version, ago), kind="faint")
    for number in range(20):
        PatientNote.objects.create(
            patient=patient, text=f"Note {number}", written_by=dana, form_key=uuid.uuid4()
        )
    PatientFlagFactory(patient=patient)
    assert PlanItem.objects.filter(version__plan=version.plan).count() > 40
    assert few == cost() == 10


def test_another_patients_history_is_not_on_the_page(page, patient, version, clinic):
    other = published_plan(PatientFactory(clinic=clinic), start_date=MONDAY - 21 * DAY)
    AlertFactory(session=session_on(other, 1), kind="fall")
    assert "Fell" not in page(patient)


def test_another_patients_plans_and_pauses_are_not_in_the_history(page, patient, version, clinic):
    other = published_plan(PatientFactory(clinic=clinic))
    move = {"from_state": "active", "to_state": "paused", "by": other.published_by}
    PlanEvent.objects.create(plan=other.plan, note="On holiday.", at=NOON - DAY, **move)
    assert [history.plan for history in list_plan_histories(patient)] == [version.plan]
    assert "On holiday." not in page(patient)
