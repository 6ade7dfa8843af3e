"""Tests of dangers told outside the check-in: the stop sheet, "not today", and the page of a report."""

import datetime
import re
import uuid

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from exercises.models import Position
from patients.models import Alert, ExerciseHold, Reason, SafetyReport, SkippedDay
from patients.sessions import check_in
from patients.sessions.advice import get_advice
from patients.sessions.not_today import REASONS
from patients.sessions.questions import Place
from patients.sessions.selectors.stop_sheet import get_tier_of, list_tiers
from patients.sessions.selectors.today import TodayState, get_today
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
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import open_session, text, url

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SIGNS = [row.id for row in check_in.asked_at(Place.STOP)]
#: The answers to the questions of a reason that report nothing.
ANSWERED = {"unsteady": {"none": "yes"}, "afraid": {"more_support": "no", "someone_there": "yes"}}


def heading(page):
    return " ".join(strip_tags(page.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]).split())


def report_page(phone, report, data=None):
    address = reverse("my:report", args=[report.pk])
    return text(phone.get(address) if data is None else phone.post(address, data, follow=True))


def sitting(page):
    """Return the names of the exercises that are offered to do sitting."""
    listed = page.partition("Sitting exercises to do instead")[2].partition("</section>")[0]
    return {strip_tags(name).strip() for name in re.findall(r"<li>(.*?)</a>", listed, re.DOTALL)}


def say(phone, reason):
    """Say "not today" with this reason, and return the report on which it goes on, or None."""
    answer = phone.post("/my/not-today/", {"reason": reason})
    return SafetyReport.objects.get() if "/my/reports/" in answer.url else None


class TestStopSheet:
    def test_all_rules_of_the_three_tiers_are_shown_with_the_calls(self, phone, patient):
        page = text(phone.get("/my/stop/"))
        for tier in list_tiers():
            assert all(str(rule.name) in page for rule in tier.rules)
        assert page.index(f'href="tel:{patient.clinic.emergency_number}"') < page.index('id="tier-1"')
        assert f'href="tel:{patient.clinic.phone}"' in page
        assert patient.clinic.urgent_care_text in page or "The clinic is open now." in page

    @pytest.mark.parametrize("sign", SIGNS)
    def test_each_sign_can_be_told_and_leads_to_its_tier(self, phone, version, patient, sign):
        page = text(phone.post("/my/stop/", {"sign": sign}, follow=True))
        report = patient.safety_reports.get()
        assert report.answers == {sign: True}
        tier = get_tier_of(check_in.question(sign))
        number = f'href="tel:{patient.clinic.emergency_number}"'
        assert (heading(page) == "Call 911 now") is (tier == 1)
        shown = page.partition("data-unsent")[0]  # below is the hidden advice for a phone that cannot send
        advice = get_advice({sign: True})[0]
        assert (number in shown) is (tier == 1 or advice.may_be_emergency)
        assert (f'class="btn btn-primary btn-next" href="tel:{patient.clinic.phone}"' in shown) is (tier == 2)

    @pytest.mark.parametrize("sign", ["chest", "fell", "hot_foot"])
    def test_a_sign_sent_twice_is_one_report(self, phone, version, patient, sign):
        key = str(uuid.uuid4())
        for _time in range(2):
            phone.post("/my/stop/", {"sign": sign, "key": key})
        assert patient.safety_reports.count() == 1
        assert Alert.objects.count() == 1

    def test_a_second_sign_from_the_same_page_is_added(self, phone, version, patient):
        key = str(uuid.uuid4())
        for sign in ("fell", "chest"):
            phone.post("/my/stop/", {"sign": sign, "key": key})
        assert patient.safety_reports.get().answers == {"fell": True, "chest": True}

    def test_it_works_without_a_plan(self, phone, patient):
        page = text(phone.post("/my/stop/", {"sign": "chest"}, follow=True))
        assert heading(page) == "Call 911 now"
        assert Alert.objects.get().kind == "chest"

    def test_an_unknown_sign_is_not_saved(self, phone):
        assert phone.post("/my/stop/", {"sign": "unheard_of"}).status_code == 200
        assert not SafetyReport.objects.exists()

    def test_from_a_session_it_leads_back(self, phone, session):
        page = text(phone.get("/my/stop/"))
        assert "I am fine. Resume" in page
        assert url("check_in", session) in page
        page = text(phone.post("/my/stop/", {"sign": "out_of_breath"}, follow=True))
        assert "Back to the session" in page

    def test_an_open_session_of_another_patient_is_not_resumed(self, phone, version, clinic):
        open_session(published_plan(PatientFactory(clinic=clinic)))
        page = text(phone.post("/my/stop/", {"sign": "out_of_breath"}, follow=True))
        assert "Back to today" in page
        assert "Back to the session" not in page

    def test_a_session_of_yesterday_is_not_resumed(self, phone, version):
        open_session(version, on_date=MONDAY - DAY, started_at=NOON - DAY)
        assert "I am fine. Back to today" in text(phone.get("/my/stop/"))

    def test_today_offers_no_start_after_an_emergency(self, phone, version, patient):
        phone.post("/my/stop/", {"sign": "stroke"})
        assert get_today(patient, NOON).state == TodayState.RESTING
        assert get_today(patient, NOON + 30 * DAY).state == TodayState.RESTING


class TestReportPage:
    def test_follow_ups_are_asked_after_yes_and_above_the_call_of_the_clinic(self, phone, version, patient):
        page = text(phone.post("/my/stop/", {"sign": "fell"}, follow=True))
        assert heading(page) == "You had a fall. Stop for today"
        assert page.index('name="fell_head"') < page.index(f'href="tel:{patient.clinic.phone}"')

    def test_a_head_that_was_hit_is_an_emergency(self, phone, version, patient):
        phone.post("/my/stop/", {"sign": "fell"})
        page = report_page(phone, SafetyReport.objects.get(), {"fell_head": "yes", "fell_stands": "yes"})
        assert heading(page) == "Call 911 now"
        assert set(ExerciseHold.objects.filter(ends_at=None).values_list("kind", flat=True)) == {
            "all",
            "standing",
        }

    def test_an_answer_that_is_missing_is_named(self, phone, version):
        phone.post("/my/stop/", {"sign": "fell"})
        page = report_page(phone, SafetyReport.objects.get(), {"fell_head": "no"})
        assert 'id="id_fell_stands-error"' in page
        assert "checked" in page

    def test_a_report_is_never_withdrawn(self, phone, version):
        phone.post("/my/stop/", {"sign": "new_sore"})
        report = SafetyReport.objects.get()
        report_page(phone, report, {"sore_bad": "no", "new_sore": "no"})
        report.refresh_from_db()
        assert report.answers == {"new_sore": True, "sore_bad": False}

    def test_nobody_elses_report_is_shown(self, phone, version):
        other = ExerciseSessionFactory().patient
        report = SafetyReport.objects.create(
            patient=other, place="stop", on_date=MONDAY, by=other.user, answers={"fell": True}
        )
        assert phone.get(reverse("my:report", args=[report.pk])).status_code == 404

    def test_it_never_says_that_somebody_is_reading(self, phone, version):
        page = text(phone.post("/my/stop/", {"sign": "hot_foot"}, follow=True))
        assert "Do not wait for them: call." in page
        assert not re.search("we have seen|is reading|will call you|be in touch", page, re.IGNORECASE)

    def test_a_helper_reads_it_with_the_patient(self, client, version, patient):
        client.force_login(HelperFactory(patient=patient).user)
        page = text(client.post("/my/stop/", {"sign": "low_sugar"}, follow=True))
        assert "Read this with Rosa." in page
        assert SafetyReport.objects.get().helped_by.name == "Maria (daughter)"


class TestNotToday:
    """The table "“Not today”, and what follows" of the clinical rules, row by row."""

    @pytest.fixture(autouse=True)
    def plan(self, version):
        return version

    def test_every_reason_has_a_row_and_a_button(self, phone, patient):
        assert {row.reason for row in REASONS} == set(Reason)
        PatientFlagFactory(patient=patient, flag="glucose_lowering")
        page = text(phone.get("/my/not-today/"))
        assert all(f'value="{reason.value}"' in page for reason in Reason)
        assert "Rather not say" in page

    def test_my_sugar_is_offered_to_those_who_have_to_know_it(self, phone):
        assert 'value="sugar"' not in text(phone.get("/my/not-today/"))

    def test_every_reason_skips_the_day(self, phone, patient):
        for reason in ("", *Reason.values):
            SkippedDay.objects.all().delete()
            phone.post("/my/not-today/", {"reason": reason})
            assert SkippedDay.objects.get().reason == reason

    @pytest.mark.parametrize("reason", ["", "tired", "no_time"])
    def test_tired_no_time_and_no_reason_lead_nowhere(self, phone, reason):
        assert say(phone, reason) is None
        assert "OK, not today" in text(phone.get("/my/"))

    @pytest.mark.parametrize("pain", ["0", "3", "8"])
    def test_pain_asks_how_much_and_always_for_a_new_kind_or_place(self, phone, version, pain):
        for days in (1, 2, 3):
            ExerciseSessionFactory(version=version, on_date=MONDAY - days * DAY, pain_before=3)
        report = say(phone, "pain")
        page = report_page(phone, report)
        assert page.index('name="pain_after"') < page.index('name="new_pain"')
        page = report_page(phone, report, {"pain_after": pain})
        assert 'id="id_new_pain-error"' in page

    def test_usual_pain_of_the_known_kind_raises_nothing(self, phone, version):
        for days in (1, 2, 3):
            ExerciseSessionFactory(version=version, on_date=MONDAY - days * DAY, pain_before=3)
        page = report_page(phone, say(phone, "pain"), {"pain_after": "3", "new_pain": "no"})
        assert "Rest is fine." in page
        assert not Alert.objects.exists()
        assert not ExerciseHold.objects.exists()

    @pytest.mark.parametrize("pain", ["3", "6"])
    def test_a_new_kind_of_pain_alerts_also_if_it_is_no_stronger_than_usual(self, phone, version, pain):
        for days in (1, 2, 3):
            ExerciseSessionFactory(version=version, on_date=MONDAY - days * DAY, pain_before=3)
        page = report_page(phone, say(phone, "pain"), {"pain_after": pain, "new_pain": "yes"})
        assert "New pain: stop for today" in page
        assert "new_pain" in Alert.objects.values_list("kind", flat=True)
        assert get_today(version.plan.patient, NOON).state == TodayState.RESTING

    def test_unsteady_asks_for_a_fall_and_dizziness_then_offers_sitting_exercises(self, phone, patient):
        gentle = ExerciseFactory(name="Knee straightening", position=Position.SEATED)
        raised = ExerciseFactory(name="Calf raise", position=Position.STANDING, easier=gentle)
        published_plan(plan=patient.plans.get(), exercises=[raised], number=2)
        report = say(phone, "unsteady")
        page = report_page(phone, report)
        assert set(re.findall(r'id="id_signs_(\w+)"', page)) == {"fell", "dizzy"}
        page = report_page(phone, report, {"none": "yes"})
        assert "Sitting exercises to do instead" in page
        assert "Knee straightening" in page

    def test_unsteady_after_a_fall_is_a_fall(self, phone):
        page = report_page(phone, say(phone, "unsteady"), {"signs": ["fell"]})
        assert heading(page) == "You had a fall. Stop for today"
        assert Alert.objects.get().kind == "fall"

    def test_my_foot_asks_about_the_foot_before_anything_else(self, phone):
        report = say(phone, "foot")
        page = report_page(phone, report)
        assert heading(page) == "Look at both feet now"
        assert set(re.findall(r'id="id_signs_(\w+)"', page)) == {"new_sore", "hot_foot"}
        assert "Rest the foot today." not in page
        assert "Rest the foot today." in report_page(phone, report, {"none": "yes"})
        assert report.answers == {}

    @pytest.mark.parametrize(("sign", "kind"), [("new_sore", "sore"), ("hot_foot", "hot_foot")])
    def test_my_foot_alerts_and_holds(self, phone, patient, sign, kind):
        report_page(phone, say(phone, "foot"), {"signs": [sign]})
        assert Alert.objects.get().kind == kind
        assert get_today(patient, NOON).state == TodayState.RESTING

    @pytest.mark.parametrize("sign", ["chest", "breath", "faint"])
    def test_unwell_asks_for_the_heart(self, phone, sign):
        page = report_page(phone, say(phone, "unwell"), {"signs": [sign]})
        assert heading(page) == "Call 911 now"

    def test_unwell_with_a_fever_rests_while_ill(self, phone, patient):
        report_page(phone, say(phone, "unwell"), {"signs": ["ill"]})
        assert {hold.kind for hold in ExerciseHold.objects.all()} == {"ill"}
        assert "Rest while ill" in text(phone.get("/my/"))

    def test_unwell_without_any_of_it_may_rest(self, phone):
        page = report_page(phone, say(phone, "unwell"), {"none": "yes"})
        assert "Try again when you feel better." in page
        assert not ExerciseHold.objects.exists()

    def test_my_sugar_asks_for_the_band(self, phone, patient):
        PatientFlagFactory(patient=patient, flag="glucose_lowering")
        report = say(phone, "sugar")
        page = report_page(phone, report)
        assert "90–149 mg/dL" in page
        page = report_page(phone, report, {"low_before": "no", "sugar": "low"})
        assert heading(page) == "Low: not yet"
        assert "Treated? Check again" in page

    @pytest.mark.parametrize("kind", ["all", "sugar", "ketones", "ill"])
    @pytest.mark.parametrize("reason", ["afraid", "unsteady"])
    def test_no_sitting_exercise_is_offered_while_a_hold_keeps_everything_away(
        self, phone, patient, reason, kind
    ):
        ExerciseHoldFactory(patient=patient, kind=kind, question="chest")
        page = report_page(phone, say(phone, reason), ANSWERED[reason])
        assert "Thank you for telling us" in page
        assert sitting(page) == set()
        assert "Sitting exercises" not in page

    def publish_sitting(self, patient):
        """Publish a plan of two sitting exercises: one moves a foot, the other one presses on it."""
        moved = ExerciseFactory(name="Ankle pump", position=Position.SEATED, demands=["foot_motion"])
        pressed = ExerciseFactory(name="Seated march", position=Position.SEATED, demands=["foot_pressure"])
        published_plan(plan=patient.plans.get(), exercises=[moved, pressed], number=2)

    @pytest.mark.parametrize(
        ("kind", "offered"),
        [("standing", {"Ankle pump", "Seated march"}), ("feet", {"Ankle pump"}), ("foot_rest", set())],
    )
    def test_a_hold_takes_its_own_exercises_from_those_offered(self, phone, patient, kind, offered):
        self.publish_sitting(patient)
        ExerciseHoldFactory(patient=patient, kind=kind, question="new_sore")
        assert sitting(report_page(phone, say(phone, "afraid"), ANSWERED["afraid"])) == offered

    def test_a_flag_takes_what_it_blocks_from_those_offered(self, phone, patient):
        self.publish_sitting(patient)
        PatientFlagFactory(patient=patient, flag="foot_sore")
        assert sitting(report_page(phone, say(phone, "afraid"), ANSWERED["afraid"])) == {"Ankle pump"}

    def test_without_an_answer_it_is_asked_again(self, phone):
        page = report_page(phone, say(phone, "foot"), {})
        assert 'id="id_signs-error"' in page
        assert not Alert.objects.exists()
        assert SafetyReport.objects.get().answers == {}

    @pytest.mark.parametrize("more_support", ["yes", "no"])
    def test_in_a_session_the_way_back_is_one_tap(self, phone, session, items, more_support):
        phone.post(url("step", session, items[0]), {"outcome": "not_today"})
        answer = phone.post(url("skip_reason", session, items[0]), {"reason": "afraid"})
        assert "Back to the session" not in text(phone.get(answer.url))
        page = text(
            phone.post(answer.url, {"more_support": more_support, "someone_there": "no"}, follow=True)
        )
        assert 'class="btn btn-primary btn-next" href="/my/session/"' in page
        assert "Back to the session" in page


def test_a_reason_that_is_sent_again_is_the_same_report_until_it_is_answered(phone, version, patient):
    first = phone.post("/my/not-today/", {"reason": "unwell"}).url
    assert phone.post("/my/not-today/", {"reason": "unwell"}).url == first
    phone.post("/my/not-today/", {"reason": "pain"})
    assert sorted(patient.safety_reports.values_list("reason", flat=True)) == ["pain", "unwell"]
    patient.safety_reports.filter(reason="unwell").update(answers={"ill": True})
    assert phone.post("/my/not-today/", {"reason": "unwell"}).url != first


def test_a_reason_that_leads_no_further_is_counted_once_a_day(phone, version, patient):
    for _time in range(2):
        phone.post("/my/not-today/", {"reason": "tired"})
    assert patient.safety_reports.count() == 1
