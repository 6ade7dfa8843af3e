"""Tests of easier options, skipping, more support and undo."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exercises.doses import Dose
from exercises.models import Position, Support
from patients.alerts.selectors.alert_details import describe_done
from patients.models import Outcome, PatientSummary, ReportPlace, SafetyReport, SessionEntry, SkippedDay
from patients.sessions.services.sessions import ImpossibleAnswerError, save_outcome, undo_last_answer
from tests.factories import (
    LATER,
    MONDAY,
    NOON,
    ExerciseFactory,
    PatientFactory,
    PatientFlagFactory,
    clinician,
    published_plan,
)
from tests.patients.session_steps import get_ready, text, url

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def gentle():
    return ExerciseFactory(name="Knee straightening", position=Position.SEATED, reps_min=8)


@pytest.fixture
def version(patient, gentle):
    raised = ExerciseFactory(
        name="Calf raise", position=Position.STANDING, support=Support.FINGERTIPS, easier=gentle
    )
    march = ExerciseFactory(name="Seated march", position=Position.SEATED)
    return published_plan(patient, [raised, march])


@pytest.fixture
def item(items):
    return items[0]


@pytest.fixture
def session(session, phone):
    phone.post(url("pain", session), {"pain": "2"})
    get_ready(phone, session)
    return session


@pytest.fixture
def report_of_another(patient):
    """A later report of the same day with the same reason, of another patient of the clinic."""
    another = PatientFactory(clinic=patient.clinic)
    return SafetyReport.objects.create(
        patient=another,
        place=ReportPlace.NOT_TODAY,
        reason="unsteady",
        on_date=MONDAY,
        reported_at=LATER,
        by=another.user,
    )


def answer(phone, session, item, **fields):
    return phone.post(url("step", session, item), {"outcome": "done"} | fields)


class TestEasierOptions:
    def test_the_gentler_exercise_and_fewer_are_offered(self, phone, session, item):
        assert f'href="{url("easier", session, item)}">Too hard</a>' in text(
            phone.get(url("step", session, item))
        )
        page = text(phone.get(url("easier", session, item)))
        assert "Do this sitting: Knee straightening" in page
        assert "5 times." in page  # 10 are prescribed

    def test_the_gentler_exercise_has_a_page_like_any_step(self, phone, session, item, gentle):
        page = text(phone.get(url("gentler", session, item)))
        assert "<h1>Knee straightening</h1>" in page
        assert f'data-reps="{gentle.reps_min}"' in page
        assert f'name="instead" value="{gentle.pk}"' in page

    def test_the_gentler_exercise_counts_as_done_with_its_variant(self, phone, session, item, gentle):
        answer(phone, session, item, way="gentler", instead=gentle.pk)
        entry = SessionEntry.objects.get()
        assert (entry.outcome, entry.way, entry.instead) == ("done", "gentler", gentle)
        assert describe_done(entry) == "Knee straightening instead of Calf raise"

    def test_the_shorter_dose_counts_as_done(self, phone, session, item):
        assert 'data-reps="5"' in text(phone.get(url("shorter", session, item)))
        answer(phone, session, item, way="shorter")
        entry = SessionEntry.objects.get()
        assert (entry.outcome, entry.way, entry.instead) == ("done", "shorter", None)
        assert describe_done(entry) == "Calf raise (fewer)"

    def test_an_exercise_excluded_by_a_flag_is_not_offered(self, phone, session, item, gentle, patient):
        gentle.demands = ["straining"]
        gentle.save()
        PatientFlagFactory(patient=patient, flag="retinopathy")
        assert "Knee straightening" not in text(phone.get(url("easier", session, item)))
        assert answer(phone, session, item, way="gentler", instead=gentle.pk).status_code == 200
        assert not SessionEntry.objects.exists()

    def test_an_exercise_that_was_not_offered_is_refused(self, phone, session, item):
        stranger = ExerciseFactory()
        page = text(answer(phone, session, item, way="gentler", instead=stranger.pk))
        assert "not on offer any more" in page
        assert not SessionEntry.objects.exists()

    @pytest.mark.parametrize(
        ("dose", "shorter"),
        [
            (Dose(sets=3, reps_min=10), Dose(sets=1, reps_min=10)),
            (Dose(sets=1, reps_min=10, reps_max=15), Dose(sets=1, reps_min=5)),
            (
                Dose(reps_min=1, hold_seconds_min=30, each_side=True),
                Dose(reps_min=1, hold_seconds_min=15, each_side=True),
            ),
            (Dose(minutes_min=30), Dose(minutes_min=15)),
            (Dose(minutes_min=1, minutes_max=2), Dose(minutes_min=1)),
            (Dose(reps_min=1), None),
            (Dose(sets=1, reps_min=1, hold_seconds_min=1), None),
        ],
    )
    def test_the_shorter_dose_is_about_half_and_at_least_1(self, dose, shorter):
        assert dose.shorter() == shorter


class TestMoreSupport:
    def test_more_support_can_be_chosen_and_less_is_refused(self, phone, session, item):
        page = text(phone.get(url("step", session, item)))
        for support in ("two_hands", "one_hand"):
            assert f'name="support" value="{support}"' in page
        assert 'value="none"' not in page
        answer(phone, session, item, support="one_hand")
        assert SessionEntry.objects.get().support == "one_hand"
        answer(phone, session, item, support="eyes_closed")
        assert SessionEntry.objects.get().support == ""

    def test_the_service_refuses_less_support(self, session, item, patient):
        for support in (Support.FINGERTIPS, Support.NONE, Support.EYES_CLOSED):
            with pytest.raises(ImpossibleAnswerError):
                save_outcome(
                    session=session,
                    item=item,
                    outcome=Outcome.DONE,
                    by=patient.user,
                    now=NOON,
                    support=support,
                )
        assert not SessionEntry.objects.exists()

    def test_more_support_is_offered_from_each_support_level(self):
        assert [len(support.more) for support in Support] == [0, 1, 2, 3, 4]
        assert Support.FINGERTIPS.more == [Support.ONE_HAND, Support.TWO_HANDS]


class TestNotToday:
    def test_it_is_saved_before_the_reason_is_asked(self, phone, session, item):
        response = answer(phone, session, item, outcome="not_today")
        assert response.url == url("skip_reason", session, item)
        assert SessionEntry.objects.get().reason == ""
        assert "May we ask why?" in text(phone.get(response.url))

    def test_a_reason_is_saved_and_asked_further(self, phone, session, item):
        answer(phone, session, item, outcome="not_today")
        page = text(phone.post(url("skip_reason", session, item), {"reason": "unsteady"}, follow=True))
        assert "I fell" in page
        report = SafetyReport.objects.get()
        page = text(phone.post(reverse("my:report", args=[report.pk]), {"none": "yes"}, follow=True))
        assert "Sit down until you feel steady." in page
        assert "Back to the session" in page
        assert SessionEntry.objects.get().reason == "unsteady"

    def test_the_advice_to_read_again_is_that_of_the_patients_own_report(
        self, phone, session, item, patient, report_of_another
    ):
        answer(phone, session, item, outcome="not_today")
        phone.post(url("skip_reason", session, item), {"reason": "unsteady"})
        page = text(phone.get(url("skip_reason", session, item)))
        assert reverse("my:report", args=[patient.safety_reports.get().pk]) in page
        assert str(report_of_another.pk) not in page

    def test_the_reason_foot_leads_to_a_look_at_the_feet(self, phone, session, item):
        answer(phone, session, item, outcome="not_today")
        page = phone.post(url("skip_reason", session, item), {"reason": "foot"}, follow=True)
        assert "<h1>Look at both feet now</h1>" in text(page)

    @pytest.mark.parametrize("reason", ["", "no_time"])
    def test_no_time_or_no_reason_leads_to_the_next_exercise(self, phone, session, items, reason):
        answer(phone, session, items[0], outcome="not_today")
        response = phone.post(url("skip_reason", session, items[0]), {"reason": reason}, follow=True)
        assert response.redirect_chain[-1][0] == url("step", session, items[1])

    def test_a_repeated_answer_does_not_delete_the_reason(self, phone, session, item):
        answer(phone, session, item, outcome="not_today")
        phone.post(url("skip_reason", session, item), {"reason": "pain"})
        answer(phone, session, item, outcome="not_today")
        assert SessionEntry.objects.get().reason == "pain"

    def test_done_deletes_the_reason(self, phone, session, item):
        answer(phone, session, item, outcome="not_today", reason="pain")
        answer(phone, session, item)
        entry = SessionEntry.objects.get()
        assert (entry.outcome, entry.reason) == ("done", "")


class TestUndo:
    def test_the_last_answer_is_asked_again(self, phone, session, items):
        answer(phone, session, items[0], outcome="not_today")
        assert "Undo: Calf raise, Not today" in text(phone.get(url("step", session, items[1])))
        assert phone.post(url("undo", session, items[0])).url == url("step", session, items[0])
        assert not SessionEntry.objects.exists()

    def test_undo_sent_twice_deletes_one_answer(self, phone, session, items, clock):
        answer(phone, session, items[0])
        clock.shift(60)
        answer(phone, session, items[1])
        for _time in range(2):
            phone.post(url("undo", session, items[1]))
        assert [entry.item for entry in SessionEntry.objects.all()] == [items[0]]

    def test_an_earlier_answer_cannot_be_undone(self, phone, session, items, clock, patient):
        answer(phone, session, items[0])
        clock.shift(60)
        answer(phone, session, items[1])
        undo_last_answer(session=session, item=items[0], by=patient.user)
        assert SessionEntry.objects.count() == 2

    def test_a_get_request_undoes_nothing(self, phone, session, items):
        answer(phone, session, items[0])
        phone.get(url("undo", session, items[0]))
        assert SessionEntry.objects.exists()


class TestConstraints:
    @pytest.mark.parametrize(
        "impossible",
        [
            {"outcome": "done", "reason": "pain"},
            {"outcome": "not_today", "way": "shorter"},
            {"outcome": "not_today", "support": "two_hands"},
            {"outcome": "done", "way": "gentler"},
            {"outcome": "done", "way": "other"},
        ],
    )
    def test_an_impossible_answer_is_refused(self, session, item, impossible):
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionEntry.objects.create(session=session, item=item, **impossible)


class TestSkippedDay:
    @pytest.fixture(autouse=True)
    def plan(self, version):
        return version

    def test_todays_page_shows_it_and_the_next_day(self, phone):
        assert "/my/not-today/" in text(phone.get("/my/"))
        page = text(phone.post("/my/not-today/", {"reason": "no_time"}, follow=True))
        assert "OK, not today" in page
        assert "Next session: tomorrow." in page

    def test_it_is_saved_once_if_sent_several_times(self, phone, patient):
        for reason in ("", "pain", ""):
            phone.post("/my/not-today/", {"reason": reason})
        day = SkippedDay.objects.get()
        assert (day.on_date, day.reason, day.by) == (MONDAY, "pain", patient.user)

    def test_the_advice_to_read_again_is_that_of_the_patients_own_report(
        self, phone, patient, report_of_another
    ):
        phone.post("/my/not-today/", {"reason": "unsteady"})
        page = text(phone.get("/my/"))
        assert reverse("my:report", args=[patient.safety_reports.get().pk]) in page
        assert str(report_of_another.pk) not in page

    def test_it_can_be_undone_the_same_day(self, phone):
        phone.post("/my/not-today/", {"reason": ""})
        page = phone.post("/my/not-today/undo/", follow=True)
        assert "Your exercises for today" in text(page)
        assert not SkippedDay.objects.exists()

    def test_a_day_skipped_yesterday_does_not_skip_today(self, phone, patient, clock):
        phone.post("/my/not-today/", {"reason": ""})
        clock.shift(DAY)
        phone.force_login(patient.user)
        assert "Your exercises for today" in text(phone.get("/my/"))

    def test_a_day_with_an_open_session_cannot_be_skipped(self, phone):
        phone.post("/my/session/start/")
        phone.post("/my/not-today/", {"reason": ""})
        assert not SkippedDay.objects.exists()

    def test_it_counts_as_contact_but_not_as_a_session(self, phone, patient, clock):
        clock.shift(3 * DAY)
        phone.force_login(patient.user)
        phone.post("/my/not-today/", {"reason": ""})
        standing = PatientSummary.objects.get(patient=patient)
        assert (standing.missed_days, standing.adherence) == (0, 0)
        assert standing.last_done_on is None
        phone.post("/my/not-today/undo/")
        assert PatientSummary.objects.get(patient=patient).missed_days == 3

    def test_todays_page_needs_no_further_query(self, phone):
        with CaptureQueriesContext(connection) as planned:
            phone.get("/my/")
        phone.post("/my/not-today/", {"reason": ""})
        with CaptureQueriesContext(connection) as refused:
            phone.get("/my/")
        assert len(refused) <= len(planned) <= 10

    def test_it_is_shown_on_the_teams_patient_page(self, phone, patient, client):
        phone.post("/my/not-today/", {"reason": "foot"})
        client.force_login(clinician(patient.clinic))
        page = text(client.get(reverse("staff:patient", args=[patient.pk])))
        assert "Said “not today” on Mon, Mar 2 (My foot)." in page
