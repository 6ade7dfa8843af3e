"""Tests of the questions before the first exercise, and of what follows from them at once."""

import datetime

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from exercises.models import Position
from patients.models import (
    Alert,
    ExerciseHold,
    ExerciseSession,
    Flag,
    PatientSummary,
    Reason,
    ReportPlace,
    SafetyReport,
    SessionEntry,
)
from patients.sessions import check_in
from patients.sessions.questions import Place
from patients.sessions.selectors.foot_checks import CHANGED_BY
from patients.sessions.services.reports import save_report
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.patients.session_steps import WELL, get_ready, hold_kinds, text, url, where
from tests.patients.sessions import before_first_exercise

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db

version, session = before_first_exercise.version, before_first_exercise.session


def names(phone, session):
    """Return the names of the exercises from the current step on."""
    found = []
    while "exercises" in where(phone):
        page = text(phone.get(where(phone)))
        found.append(page.partition("<h1>")[2].partition("</h1>")[0])
        phone.post(where(phone), {"outcome": "not_today"})
    return found


class TestWhoIsAsked:
    def asked(self, phone, session):
        page = text(phone.get(url("ready", session)))
        return {each.id for each in check_in.asked_at(Place.READY) if f'id="id_signs_{each.id}"' in page}

    def test_illness_and_the_feet_are_asked_of_everyone(self, phone, session):
        assert self.asked(phone, session) == {"ill", "new_sore", "hot_foot"}
        assert "Check your feet first" in text(phone.get(url("ready", session)))

    @pytest.mark.parametrize("flag", ["bp_drop", "autonomic"])
    def test_dizziness_on_standing_is_asked_of_those_with_the_flag(self, phone, session, patient, flag):
        PatientFlagFactory(patient=patient, flag=flag)
        assert self.asked(phone, session) == {"ill", "new_sore", "hot_foot", "dizzy_on_standing"}

    @pytest.mark.parametrize("flag", ["numb_feet", "glucose_lowering", "spine"])
    def test_other_flags_add_nothing(self, phone, session, patient, flag):
        PatientFlagFactory(patient=patient, flag=flag)
        assert self.asked(phone, session) == {"ill", "new_sore", "hot_foot"}

    def test_the_feet_are_asked_once_a_day(self, phone, session):
        get_ready(phone, session)
        phone.post(url("check_in", session), WELL)
        phone.post("/my/session/start/")
        second = ExerciseSession.objects.open().get()
        phone.post(url("pain", second), {"pain": "2"})
        assert self.asked(phone, second) == {"ill"}
        assert "Check your feet" not in text(phone.get(url("ready", second)))
        ExerciseSession.objects.filter(pk=session.pk).update(on_date=MONDAY - DAY)
        assert self.asked(phone, second) == {"ill", "new_sore", "hot_foot"}

    def test_a_look_at_both_feet_after_my_foot_counts_as_the_check_of_the_day(self, phone, session, patient):
        told = {"new_sore": False, "hot_foot": False}
        save_report(
            patient=patient,
            place=ReportPlace.NOT_TODAY,
            reason=Reason.FOOT,
            answers=told,
            by=patient.user,
            now=NOON,
        )
        assert self.asked(phone, session) == {"ill"}
        SafetyReport.objects.update(on_date=MONDAY - DAY)
        assert self.asked(phone, session) == {"ill", "new_sore", "hot_foot"}

    @pytest.mark.parametrize("answers", [{"new_sore": False}, {"dizzy": True}])
    def test_a_report_that_is_no_look_at_both_feet_does_not_count(self, phone, session, patient, answers):
        save_report(patient=patient, place=ReportPlace.STOP, answers=answers, by=patient.user, now=NOON)
        assert "new_sore" in self.asked(phone, session)

    @pytest.mark.parametrize("sign", sorted(CHANGED_BY))
    def test_the_feet_are_looked_at_again_after_a_sign_that_may_have_changed_them(
        self, phone, session, patient, sign
    ):
        get_ready(phone, session)
        phone.post(url("check_in", session), WELL)
        phone.post("/my/session/start/")
        second = ExerciseSession.objects.open().get()
        assert self.asked(phone, second) == {"ill"}
        save_report(patient=patient, place=ReportPlace.STOP, answers={sign: True}, by=patient.user, now=NOON)
        ExerciseHold.objects.all().delete()  # a clinician has seen the patient
        assert self.asked(phone, second) == {"ill", "new_sore", "hot_foot"}

    def test_the_feet_are_asked_although_another_patient_has_checked_theirs_that_day(
        self, phone, session, patient
    ):
        theirs = published_plan(PatientFactory(clinic=patient.clinic))
        ExerciseSessionFactory(version=theirs, on_date=session.on_date, feet_checked_at=NOON)
        assert self.asked(phone, session) == {"ill", "new_sore", "hot_foot"}


class TestTheAnswers:
    def test_they_are_asked_before_the_first_exercise(self, phone, session, items):
        assert where(phone) == url("ready", session)
        assert phone.get(url("step", session, items[0])).url == url("ready", session)
        get_ready(phone, session)
        assert where(phone) == url("step", session, items[0])

    def test_none_of_these_writes_no_to_all_that_were_shown(self, phone, session):
        get_ready(phone, session)
        session.refresh_from_db()
        assert session.answers == {"ill": False, "new_sore": False, "hot_foot": False}
        assert session.feet_checked_at == NOON
        assert not Alert.objects.exists()

    def test_a_checked_sign_writes_no_to_the_others(self, phone, session):
        get_ready(phone, session, "new_sore")
        session.refresh_from_db()
        assert session.answers == {"ill": False, "new_sore": True, "hot_foot": False}

    @pytest.mark.parametrize("sent", [{}, {"signs": ["unheard_of"]}])
    def test_no_answer_is_asked_again_and_is_never_a_no(self, phone, session, sent):
        response = phone.post(url("ready", session), sent)
        assert response.status_code == 200
        assert "There is a problem" in text(response) or "error-summary" in text(response)
        assert 'id="id_signs-error"' in text(response)
        session.refresh_from_db()
        assert (session.answers, session.feet_checked_at) == ({}, None)

    def test_ill_ends_the_day_without_an_alert(self, phone, session):
        page = text(phone.get(get_ready(phone, session, "ill").url))
        assert "<h1>Rest today</h1>" in page
        assert "Continue" not in page
        assert hold_kinds() == [("ill", True)]
        assert not Alert.objects.exists()
        assert where(phone) == "/my/"
        assert "Rest while ill" in text(phone.get("/my/"))

    def test_dizzy_on_standing_leaves_sitting_exercises_today(self, phone, session, patient):
        PatientFlagFactory(patient=patient, flag="bp_drop")
        page = text(phone.get(get_ready(phone, session, "dizzy_on_standing").url))
        assert "<h1>Sitting exercises only today</h1>" in page
        assert hold_kinds() == [("standing", True)]
        assert names(phone, session) == ["Knee straightening", "Seated march"]


class TestSoreAndHotFoot:
    @pytest.mark.parametrize(
        ("sign", "kind", "flag", "suspected"),
        [("new_sore", "feet", "foot_sore", False), ("hot_foot", "foot_rest", "charcot_active", True)],
    )
    def test_one_alert_hold_and_flag_begin_at_once(
        self, phone, session, patient, sign, kind, flag, suspected
    ):
        for _time in range(3):
            get_ready(phone, session, sign)
        assert [alert.level for alert in Alert.objects.all()] == [3]
        assert hold_kinds() == sorted([("all", True), (kind, False)])
        row = patient.flags.live().get()
        assert (row.flag, row.origin, row.is_unsettled) == (flag, "report", suspected)
        assert PatientSummary.objects.get(patient=patient).alert_level == 3
        phone.post(url("check_in", session), WELL)
        assert Alert.objects.count() == 1

    def test_a_sore_asks_for_fever_before_the_advice(self, phone, session, patient):
        response = get_ready(phone, session, "new_sore")
        assert response.url == url("follow_up", session)
        page = text(phone.get(response.url))
        assert "Rest the foot with the new sore" in page
        assert page.index('name="sore_bad"') < page.index(f'href="tel:{patient.clinic.phone}"')
        page = text(phone.post(response.url, {"sore_bad": "no"}, follow=True))
        assert "<h1>Rest the foot with the new sore</h1>" in page

    def test_a_graver_answer_of_an_older_tab_is_answered_too(self, phone, session):
        get_ready(phone, session, "new_sore")
        phone.post(url("follow_up", session), {"sore_bad": "no"})
        page = text(phone.post(url("follow_up", session), {"sore_bad": "yes"}, follow=True))
        assert first_words(page) == "Call 911 now"
        assert ("all", False) in hold_kinds()
        phone.post(url("follow_up", session), {"sore_bad": "no"})
        session.refresh_from_db()
        assert session.told["sore_bad"] is True

    def test_a_bad_sore_is_an_emergency(self, phone, session, patient):
        get_ready(phone, session, "new_sore")
        page = text(phone.post(url("follow_up", session), {"sore_bad": "yes"}, follow=True))
        assert first_words(page) == "Call 911 now"
        assert ("all", False) in hold_kinds()

    def test_no_more_exercises_that_day(self, phone, session, items):
        get_ready(phone, session, "hot_foot")
        assert where(phone) == "/my/"
        assert phone.post(url("step", session, items[2]), {"outcome": "done"}).url == "/my/"
        assert not SessionEntry.objects.exists()

    def test_neither_a_second_answer_nor_the_check_in_withdraws_it(self, phone, session):
        get_ready(phone, session, "hot_foot")
        get_ready(phone, session)
        phone.post(url("check_in", session), WELL)
        assert ExerciseSession.objects.get().answers["hot_foot"] is True
        assert "Stay off that foot" in text(phone.get(url("advice", session)))

    def test_a_session_that_reports_it_is_not_deleted(self, phone, session):
        get_ready(phone, session, "new_sore")
        assert phone.get(url("discard", session)).url == url("check_in", session)
        phone.post(url("discard", session))
        assert ExerciseSession.objects.filter(pk=session.pk).exists()

    def test_no_other_answer_raises_an_alert_before_the_check_in(self, phone, session, items):
        for days in (1, 2):
            earlier = ExerciseSessionFactory(version=session.version, on_date=MONDAY - days * DAY)
            SessionEntry.objects.create(session=earlier, item=items[2], outcome="done", effort="too_hard")
        get_ready(phone, session)
        phone.post(url("step", session, items[2]), {"outcome": "done"})
        phone.post(url("effort", session, items[2]), {"effort": "too_hard"})
        assert not Alert.objects.exists()


def first_words(page):
    """Return the first heading of the page."""
    return strip_tags(page.partition("<h1>")[2].partition("</h1>")[0]).strip()


class TestSubstitutes:
    """After a sore of an earlier day, the session goes on with what does not load the foot."""

    @pytest.fixture
    def held(self, session, phone):
        ExerciseHoldFactory(patient=session.patient, kind="feet", question="new_sore", on_date=MONDAY - DAY)
        get_ready(phone, session)

    def test_the_session_has_seated_substitutes(self, phone, session, held):
        assert names(phone, session) == ["Knee straightening", "Seated march"]

    def test_a_completed_substitute_is_saved_as_such(self, phone, session, items, held):
        phone.post(url("step", session, items[0]), {"outcome": "done"})
        entry = SessionEntry.objects.get()
        assert (entry.way, entry.instead.name) == ("gentler", "Knee straightening")
        assert "Knee straightening" in text(phone.get(url("effort", session, items[0])))

    def test_a_flag_can_exclude_the_substitute_too(self, phone, session, patient, items, held):
        items[0].exercise.easier.demands = ["straining"]
        items[0].exercise.easier.save()
        PatientFlagFactory(patient=patient, flag=Flag.RETINOPATHY)
        assert names(phone, session) == ["Seated march"]

    @pytest.mark.parametrize(
        "demand", ["weight_bearing", "walking", "rise", "foot_pressure", "foot_band", "shoes_off"]
    )
    def test_no_exercise_with_load_on_the_foot_is_a_substitute(self, phone, session, items, held, demand):
        items[0].exercise.easier.demands = [demand]
        items[0].exercise.easier.save()
        assert names(phone, session) == ["Seated march"]


class TestMorePainThanUsual:
    """Pain before a session of 2 or more above the usual: "Do the gentle half today" (clinical rules)."""

    @pytest.fixture
    def first_page(self, phone, session, items, version):
        """Return `first_page(pain)`: the page of the first exercise after this pain, with a usual pain of 3."""
        for days in (1, 2, 3):
            ExerciseSessionFactory(version=version, on_date=MONDAY - days * DAY, pain_before=3)

        def page(pain):
            phone.post(url("pain", session), {"pain": pain})
            get_ready(phone, session)
            return text(phone.get(url("step", session, items[0])))

        return page

    @pytest.mark.parametrize("kind", [None, "standing", "feet"])
    @pytest.mark.parametrize(("pain", "is_up"), [("4", False), ("5", True), ("9", True)])
    def test_the_note_is_shown_whether_or_not_a_hold_leaves_fewer_exercises(
        self, first_page, patient, kind, pain, is_up
    ):
        if kind:
            ExerciseHoldFactory(patient=patient, kind=kind, question="new_sore")
        assert ("Do the gentle half today." in first_page(pain)) == is_up

    def test_a_hold_that_keeps_everything_away_leaves_no_page_for_it(self, phone, session, items, patient):
        phone.post(url("pain", session), {"pain": "9"})
        ExerciseHoldFactory(patient=patient, kind="all", question="chest")
        assert phone.get(url("step", session, items[0])).status_code == 302


class TestQueries:
    @pytest.fixture
    def version(self, patient):
        """Return a plan with an exercise that a sore replaces, one that it suspends, and a seated one."""
        sitting = [ExerciseFactory(name=name, position=Position.SEATED) for name in ("Knee", "Ankle")]
        raised = ExerciseFactory(name="Calf raise", position=Position.STANDING, easier=sitting[0])
        march = ExerciseFactory(name="Seated march", position=Position.SEATED, easier=sitting[1])
        stand = ExerciseFactory(name="One-leg stand", position=Position.STANDING)
        return published_plan(patient, [raised, march, stand])

    def test_after_a_sore_each_page_needs_at_most_ten_queries(
        self, phone, session, items, django_assert_max_num_queries
    ):
        ExerciseHoldFactory(patient=session.patient, kind="feet", question="new_sore")
        get_ready(phone, session)
        pages = [url("ready", session), url("step", session, items[0])]
        pages += [url(name, session, items[1]) for name in ("step", "easier", "shorter", "gentler")]
        for page in pages:
            with django_assert_max_num_queries(10):
                assert phone.get(page).status_code == 200, page
        assert "<h1>Knee</h1>" in text(phone.get(pages[1]))
        assert "<h1>Ankle</h1>" in text(phone.get(pages[-1]))

    def test_the_pages_after_an_answer_need_at_most_ten_queries(
        self, phone, session, patient, django_assert_max_num_queries
    ):
        PatientFlagFactory(patient=patient, flag="glucose_lowering")
        get_ready(phone, session, "new_sore")
        phone.post(url("sugar", session), {"low_before": "no", "sugar": "low"})
        for name in ("follow_up", "found", "sugar", "ready"):
            with django_assert_max_num_queries(10):
                phone.get(url(name, session))

    def test_the_sugar_page_without_a_session_needs_at_most_ten_queries(
        self, phone, session, patient, django_assert_max_num_queries
    ):
        phone.post(url("check_in", session), {"pain_after": "2", "signs": ["low_sugar"]})
        with django_assert_max_num_queries(10):
            assert phone.get("/my/sugar/").status_code == 200

    @pytest.mark.parametrize(
        ("reason", "answers"),
        [
            ("unsteady", {"none": "yes"}),
            ("afraid", {"more_support": "yes", "someone_there": "no"}),
            ("foot", {"none": "yes"}),
            ("pain", {"pain_after": "2", "new_pain": "no"}),
        ],
    )
    def test_the_page_of_a_report_needs_at_most_ten_queries(
        self, phone, session, django_assert_max_num_queries, reason, answers
    ):
        phone.post("/my/not-today/", {"reason": reason})
        report = session.patient.safety_reports.get()
        phone.post(reverse("my:report", args=[report.pk]), answers)
        with django_assert_max_num_queries(10):
            assert phone.get(reverse("my:report", args=[report.pk])).status_code == 200
