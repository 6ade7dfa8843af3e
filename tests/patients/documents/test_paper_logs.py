"""A week of the paper log is stored as sessions: once, on the right days, under the version of the day."""

import datetime

import pytest

from clinic.models import AuditEvent
from exercises.models import Exercise
from patients.documents.paper_log import DayEntry, paper_log
from patients.documents.services.paper_logs import PaperLogCounts, StalePaperLogError, save_paper_log
from patients.exceptions import NotPossibleError
from patients.models import Alert, AlertKind, ExerciseSession, PatientSummary, PlanItem, Source
from patients.sessions import check_in
from patients.sessions.selectors.stop_sheet import list_tiers
from tests.factories import MONDAY, ExerciseSessionFactory, published_plan
from tests.factories import clinician as member
from tests.patients.documents.conftest import FRIDAY_NOON, planned

pytestmark = pytest.mark.django_db
WEDNESDAY = MONDAY + datetime.timedelta(days=2)
NEXT_MONDAY = MONDAY + datetime.timedelta(weeks=1)


def items(version):
    return list(PlanItem.objects.filter(version=version).in_order())


def ticks(version, day=MONDAY, *, count=3, **more):
    return DayEntry(day, frozenset(item.pk for item in items(version)[:count]), **more)


def session_alerts():
    """Return the alerts about sessions, without alerts about inactivity."""
    return Alert.objects.filter(session__isnull=False)


def enter(patient, by, *entries, stamp=None, starts_on=MONDAY):
    stamp = (
        paper_log(patient, starts_on, is_first_day=True, now=FRIDAY_NOON).stamp if stamp is None else stamp
    )
    return save_paper_log(
        patient=patient, starts_on=starts_on, entries=entries, stamp=stamp, by=by, now=FRIDAY_NOON
    )


def paper(patient):
    return ExerciseSession.objects.filter(patient=patient, source=Source.PAPER).order_by("on_date")


def test_each_ticked_day_is_a_finished_session_from_paper(patient, version, dana):
    entered = enter(patient, dana, ticks(version), ticks(version, WEDNESDAY, count=1, pain_after=3))

    assert entered == PaperLogCounts(new=2)
    first, second = paper(patient)
    assert (first.on_date, second.on_date) == (MONDAY, WEDNESDAY)
    assert {entry.outcome for entry in first.entries.all()} == {"done"}
    assert (first.entries.count(), second.entries.count()) == (3, 1)
    assert first.entered_by == dana
    assert first.finished_at.astimezone(patient.zone).date() == MONDAY
    assert first.get_source_display() == "From a paper log"


def test_a_box_without_a_tick_is_no_answer(patient, version, dana):
    enter(patient, dana, ticks(version))

    session = paper(patient).get()
    assert session.pain_after is session.pain_before is None
    assert session.answers == {}


def test_entering_the_same_paper_log_twice_stores_it_once(patient, version, dana):
    stamp = paper_log(patient, MONDAY, now=FRIDAY_NOON).stamp
    enter(patient, dana, ticks(version, pain_after=4, dangers=frozenset({"fell"})), stamp=stamp)

    again = enter(patient, dana, ticks(version, pain_after=4, dangers=frozenset({"fell"})), stamp=stamp)

    assert again == PaperLogCounts()
    assert paper(patient).count() == session_alerts().count() == 1
    assert AuditEvent.objects.filter(action="tick_sheet.day_entered").count() == 1


def test_a_day_can_be_corrected_later_and_the_correction_is_audited(patient, version, dana):
    enter(patient, dana, ticks(version, pain_after=2))

    assert enter(patient, dana, ticks(version, count=1, pain_after=5)) == PaperLogCounts(corrected=1)

    session = paper(patient).get()
    assert session.pain_after == 5
    assert [entry.item for entry in session.entries.all()] == items(version)[:1]
    assert AuditEvent.objects.filter(action="tick_sheet.day_corrected", actor=dana).count() == 1


def test_a_day_without_a_tick_left_is_deleted(patient, version, dana):
    enter(patient, dana, ticks(version))

    assert enter(patient, dana, DayEntry(MONDAY)) == PaperLogCounts(removed=1)

    assert not paper(patient).exists()
    assert AuditEvent.objects.filter(action="tick_sheet.day_removed").count() == 1


def test_a_paper_log_opened_before_another_change_is_refused(patient, version, dana):
    stamp = paper_log(patient, MONDAY, now=FRIDAY_NOON).stamp
    enter(patient, dana, ticks(version), stamp=stamp)

    with pytest.raises(StalePaperLogError):
        enter(patient, member(patient.clinic), ticks(version, count=2), stamp=stamp)

    assert paper(patient).get().entries.count() == 3


def test_a_day_from_the_app_is_shown_and_not_stored_again(patient, version, dana):
    app = ExerciseSessionFactory(version=version, on_date=MONDAY)

    sheet = paper_log(patient, MONDAY, is_first_day=True, now=FRIDAY_NOON)
    assert sheet.days[0].app == app
    assert not sheet.days[0].accepts_ticks
    with pytest.raises(NotPossibleError, match="entered in the app already"):
        enter(patient, dana, ticks(version))

    assert ExerciseSession.objects.filter(patient=patient).get() == app


def test_the_future_cannot_be_entered(patient, version, dana):
    sunday = NEXT_MONDAY + datetime.timedelta(days=6)
    assert paper_log(patient, NEXT_MONDAY, now=FRIDAY_NOON).days[6].is_future

    with pytest.raises(NotPossibleError, match="has not come"):
        enter(patient, dana, ticks(version, sunday), starts_on=NEXT_MONDAY)


def test_the_exercises_of_another_patient_cannot_be_ticked(patient, version, dana):
    foreign = published_plan()

    with pytest.raises(NotPossibleError, match="not in the plan of that day"):
        enter(patient, dana, ticks(foreign))


def test_a_day_belongs_to_the_version_that_was_in_force_on_it(patient, version, dana):
    thursday = MONDAY + datetime.timedelta(days=3)
    newer = published_plan(
        patient,
        [Exercise.objects.get(slug="calf-raise")],
        plan=version.plan,
        number=2,
        start_date=thursday,
        weekdays=[0, 2, 4],
    )
    friday = MONDAY + datetime.timedelta(days=4)

    sheet = paper_log(patient, MONDAY, is_first_day=True, now=FRIDAY_NOON)
    enter(patient, dana, ticks(version), ticks(newer, friday, count=1))

    assert [row.name for row in sheet.rows] == ["Calf raise", "Seated march", "Ankle pump"]
    assert [bool(box.item) for box in sheet.rows[1].boxes] == [True, True, True, False, False, False, False]
    assert [session.version for session in paper(patient)] == [version, newer]


def test_a_phase_takes_ticks_in_its_own_weeks_only(patient):
    planned(patient, {"last_week": 1}, {"first_week": 2})

    first = paper_log(patient, MONDAY, is_first_day=True, now=FRIDAY_NOON)
    second = paper_log(patient, NEXT_MONDAY, is_first_day=True, now=FRIDAY_NOON)

    assert [row.name for row in first.rows] == ["Exercise A"]
    assert [row.name for row in second.rows] == ["Exercise B"]


def test_an_exercise_with_other_days_is_scheduled_on_those(patient):
    planned(patient, {"weekdays": [0]}, {"weekdays": [2, 4]})

    rows = paper_log(patient, MONDAY, now=FRIDAY_NOON).rows

    assert [[place for place, box in enumerate(row.boxes) if box.is_scheduled] for row in rows] == [
        [1],
        [3, 5],
    ]


@pytest.mark.parametrize(
    ("danger", "kind"),
    [
        ("fell", AlertKind.FALL),
        ("faint", AlertKind.FAINT),
        ("chest", "chest"),
        ("new_sore", AlertKind.SORE),
        ("hot_foot", "hot_foot"),
    ],
)
def test_a_danger_on_paper_raises_its_alert(patient, version, dana, danger, kind):
    enter(patient, dana, DayEntry(WEDNESDAY, dangers=frozenset({danger})))

    alert = session_alerts().get()
    assert (alert.kind, alert.patient, alert.session.on_date) == (kind, patient, WEDNESDAY)
    assert alert.raised_at == FRIDAY_NOON


@pytest.mark.parametrize(
    ("danger", "kinds"),
    [("fell", {"standing"}), ("new_sore", {"feet"}), ("hot_foot", {"foot_rest"}), ("chest", {"all"})],
)
def test_a_danger_on_paper_begins_its_hold(patient, version, dana, danger, kinds):
    enter(patient, dana, DayEntry(WEDNESDAY, dangers=frozenset({danger})))

    assert set(patient.exercise_holds.filter(ends_at=None).values_list("kind", flat=True)) == kinds


@pytest.mark.parametrize("sign", [each.id for tier in list_tiers() for each in tier.signs])
def test_every_sign_of_the_stop_sheet_has_the_same_consequences_from_paper(patient, version, dana, sign):
    enter(patient, dana, DayEntry(WEDNESDAY, dangers=frozenset({sign})))
    enter(patient, dana, DayEntry(WEDNESDAY, dangers=frozenset({sign})))

    row = check_in.question(sign)
    assert paper(patient).get().answers == {sign: True}
    assert [alert.kind for alert in session_alerts()] == ([row.alert.kind] if row.alert else [])
    begun = sorted(hold.kind for hold in row.holds_begun_by({sign: True}))
    assert sorted(patient.exercise_holds.values_list("kind", flat=True)) == begun
    assert set(patient.flags.values_list("flag", flat=True)) == ({row.sets_flag} if row.sets_flag else set())


def test_a_second_paper_log_never_removes_a_danger(patient, version, dana):
    enter(patient, dana, ticks(version, dangers=frozenset({"fell"})))

    enter(patient, dana, DayEntry(MONDAY))

    assert paper(patient).get().answers["fell"] is True
    assert session_alerts().waiting().count() == 1


def test_a_danger_on_paper_is_added_to_the_session_of_the_app(patient, version, dana):
    app = ExerciseSessionFactory(version=version, on_date=MONDAY, pain_after=3)

    enter(patient, dana, DayEntry(MONDAY, dangers=frozenset({"new_sore"})))

    app.refresh_from_db()
    assert (app.answers["new_sore"], app.pain_after, app.source) == (True, 3, Source.APP)
    assert session_alerts().get().session == app


def test_the_summary_of_the_patient_is_refreshed(patient, version, dana):
    enter(patient, dana, ticks(version, WEDNESDAY))

    assert PatientSummary.objects.get(patient=patient).last_done_on == WEDNESDAY


@pytest.mark.parametrize(("region", "earlier"), [("US", 1), ("GB", 0)])
def test_weeks_go_from_the_first_plan_to_this_week_and_start_as_in_the_region(
    patient, version, region, earlier
):
    patient.clinic.region = region
    first_day, this_week = (day - datetime.timedelta(days=earlier) for day in (MONDAY, NEXT_MONDAY))

    now = paper_log(patient, now=FRIDAY_NOON)
    first = paper_log(patient, MONDAY, now=FRIDAY_NOON)

    assert (now.starts_on, now.previous_week, now.next_week) == (this_week, first_day, None)
    assert (first.previous_week, first.next_week) == (None, this_week)
    for elsewhere in (datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)):
        assert paper_log(patient, elsewhere, now=FRIDAY_NOON).starts_on == this_week


def test_a_danger_on_a_page_that_was_opened_before_the_region_changed_is_stored(patient, version, dana):
    sunday = MONDAY + datetime.timedelta(days=6)
    patient.clinic.region = "GB"
    stamp = paper_log(patient, MONDAY, now=FRIDAY_NOON).stamp
    patient.clinic.region = "US"

    enter(patient, dana, DayEntry(sunday, dangers=frozenset({"fell"})), stamp=stamp, starts_on=MONDAY)

    assert paper(patient).get().answers == {"fell": True}


def test_a_patient_without_a_plan_has_nothing_to_enter(patient, dana):
    sheet = paper_log(patient, now=FRIDAY_NOON)

    assert not sheet.accepts_anything
    with pytest.raises(NotPossibleError, match="no plan on this day"):
        enter(patient, dana, DayEntry(NEXT_MONDAY, pain_after=1), starts_on=NEXT_MONDAY)
