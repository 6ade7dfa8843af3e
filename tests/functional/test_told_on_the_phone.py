"""Dangers told on the patient's own phone: Today afterwards, the stop rules on each screen, holds at once."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession, SafetyReport
from tests.factories import PatientFlagFactory
from tests.functional.offline_steps import (
    REST,
    SAVED,
    SENT,
    advice,
    alert_kinds,
    answer_follow_up,
    answer_questions,
    begin,
    button,
    check_in,
    check_signs,
    choose,
    do_exercises,
    get_ready,
    go_offline,
    go_online,
    heading,
    stop_here,
    wait_until,
    wait_until_all_is_sent,
)
from tests.patients.session_steps import open_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


class TestTodayAfterADanger:
    def test_today_sends_first_and_does_not_offer_to_start(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/")
        do_exercises(own_phone)
        check_in(own_phone, "fell")
        expect(own_phone.get_by_text(SAVED)).to_be_visible()
        own_phone.context.route("**/my/sync/", lambda route: route.abort())
        go_online(own_phone)
        own_phone.goto("/my/")
        expect(own_phone.get_by_text("1 session is saved on this phone.", exact=False)).to_be_visible()
        expect(button(own_phone, "Start")).to_have_count(0)

        own_phone.context.unroute("**/my/sync/")
        own_phone.get_by_role("link", name="Today", exact=True).tap()

        expect(heading(own_phone, REST)).to_be_visible()
        expect(own_phone.get_by_text("Sent. Your clinic has your session.")).to_be_visible()
        expect(button(own_phone, "Start")).to_have_count(0)

    def test_a_session_begun_online_and_sent_is_not_called_open(self, at_check_in):
        go_offline(at_check_in)
        answer_questions(at_check_in)
        button(at_check_in, "Send").tap()
        expect(at_check_in.get_by_text(SAVED)).to_be_visible()
        today = at_check_in.context.new_page()
        go_online(at_check_in)
        today.goto("/my/")
        expect(heading(today, "Well done. You are done for today")).to_be_visible()
        assert ExerciseSession.objects.count() == 1

    def test_an_open_page_of_today_follows_when_another_tab_sends(self, own_phone):
        today = own_phone.context.new_page()
        today.goto("/my/")
        expect(button(today, "Start")).to_be_visible()
        go_offline(own_phone)
        own_phone.goto("/my/")
        do_exercises(own_phone)
        check_in(own_phone, "fell")
        expect(button(today, "Start")).to_have_count(0)
        go_online(own_phone)
        expect(heading(today, REST)).to_be_visible()

    def test_a_start_from_an_old_page_leads_to_what_was_told(self, own_phone):
        old = own_phone.context.new_page()
        old.add_init_script("delete window.BroadcastChannel;")
        old.goto("/my/")
        own_phone.context.route("**/my/sync/", lambda route: route.abort())
        own_phone.goto("/my/offline/")
        do_exercises(own_phone)
        check_in(own_phone, "fell")
        button(old, "Start").tap()
        expect(heading(old, REST)).to_be_visible()
        assert not ExerciseSession.objects.exists()


def test_every_screen_of_the_phone_says_when_to_stop(own_phone):
    go_offline(own_phone)
    own_phone.goto("/my/")
    rules = own_phone.get_by_role("region", name="When to stop")
    expect(rules).to_be_visible()
    button(own_phone, "Start").tap()
    expect(rules).to_be_visible()
    get_ready(own_phone)
    expect(rules).to_be_visible()
    button(own_phone, "3").tap()
    stop_here(own_phone, after="Ankle pump")
    check_in(own_phone)
    expect(rules).to_be_visible()


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York"])
def test_the_day_is_put_together_from_its_parts(own_phone, patient, zone):
    """WebKit writes the days of en-CA with slashes."""
    own_phone.add_init_script(
        "const format = Intl.DateTimeFormat.prototype;"
        "Object.defineProperty(format, 'format', { get: () => () => '11/29/2026' });"
    )
    go_offline(own_phone)
    own_phone.goto("/my/")
    expect(heading(own_phone, "Your exercises for today")).to_be_visible()


class TestToldOnThePhone:
    """A danger told without a connection holds exercises back at once, and reaches the clinic before the check-in."""

    def test_a_hot_foot_told_before_the_session(self, own_phone, patient, screenshot, check_accessibility):
        go_offline(own_phone)
        own_phone.goto("/my/")
        button(own_phone, "Start").tap()
        get_ready(own_phone, "hot_foot")
        expect(advice(own_phone)).to_have_text(["Stay off that foot altogether"])
        expect(own_phone.get_by_role("link", name=re.compile("Call your clinic")).first).to_be_visible()
        expect(button(own_phone, "Continue with the exercises that are left")).to_have_count(0)
        screenshot(own_phone, "hot-foot")
        check_accessibility(own_phone)
        assert not Alert.objects.exists()

        go_online(own_phone)

        wait_until(
            own_phone,
            "async () => (await surefootStore.all()).every((one) => one.sent_told === JSON.stringify(one.told))",
        )
        assert alert_kinds() == ["hot_foot"]
        session = ExerciseSession.objects.get()
        assert (session.is_finished, session.answers["hot_foot"]) == (False, True)
        assert patient.flags.get().flag == "charcot_active"
        button(own_phone, "Stop here and say how it went").tap()
        expect(own_phone.locator("#id_signs_hot_foot")).to_be_checked()
        choose(own_phone, "pain_after", "2")
        button(own_phone, "Send").tap()
        expect(button(own_phone, "Send")).to_be_hidden()
        wait_until_all_is_sent(own_phone)
        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["hot_foot"]
        assert ExerciseSession.objects.get().is_finished

    def test_while_a_session_of_yesterday_is_open_a_hot_foot_reaches_the_clinic_once(
        self, own_phone, patient
    ):
        day = datetime.timedelta(days=1)
        version = patient.plans.get().versions.get()
        today = patient.today(timezone.now())
        left_open = open_session(version, on_date=today - day, started_at=timezone.now() - day)
        go_offline(own_phone)
        own_phone.goto("/my/")
        button(own_phone, "Start").tap()
        get_ready(own_phone, "hot_foot")
        expect(advice(own_phone)).to_have_text(["Stay off that foot altogether"])
        go_online(own_phone)
        wait_until_all_is_sent(own_phone)
        assert alert_kinds() == ["hot_foot"]
        assert ExerciseSession.objects.get() == left_open

        button(own_phone, "Stop here and say how it went").tap()
        choose(own_phone, "pain_after", "2")
        button(own_phone, "Send").tap()

        expect(own_phone.get_by_text(SENT)).to_be_visible()
        wait_until_all_is_sent(own_phone)
        session = ExerciseSession.objects.exclude(pk=left_open.pk).get()
        assert (session.is_finished, session.answers["hot_foot"], session.on_date) == (True, True, today)
        assert alert_kinds() == ["hot_foot"]
        assert Alert.objects.get().session == session
        assert ExerciseSession.objects.open().get() == left_open

    def test_a_sign_told_on_the_stop_sheet(self, own_phone, screenshot, check_accessibility):
        go_offline(own_phone)
        own_phone.goto("/my/stop/")
        expect(heading(own_phone, "Stop. Sit down if you can.")).to_be_visible()
        screenshot(own_phone, "stop")
        check_accessibility(own_phone)
        button(own_phone, "I fell").tap()
        expect(advice(own_phone)).to_have_text(["You had a fall. Stop for today"])
        expect(own_phone.get_by_text(SAVED)).to_be_visible()
        screenshot(own_phone, "follow-up")
        check_accessibility(own_phone)
        answer_follow_up(own_phone, fell_head="yes", fell_stands="yes")
        expect(advice(own_phone).first).to_have_text("You hit your head: get help now")
        button(own_phone, "Back to today").tap()
        expect(heading(own_phone, REST)).to_be_visible()
        expect(button(own_phone, "Start")).to_have_count(0)

        go_online(own_phone)

        expect(own_phone.get_by_text(re.compile(": Sent"))).to_be_visible()
        assert alert_kinds() == ["fall", "head"]
        report = SafetyReport.objects.get()
        assert report.answers == {"fell": True, "fell_head": True, "fell_stands": True}

    def test_a_sign_pressed_on_the_stop_sheet_of_the_server(self, own_phone):
        own_phone.goto("/my/stop/")
        go_offline(own_phone)
        button(own_phone, "Chest pain or pressure").tap()
        expect(advice(own_phone)).to_have_text(["Chest pain: call for help now"])
        go_online(own_phone)
        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["chest"]

    def test_my_foot_as_the_reason_asks_about_the_foot_first(self, own_phone):
        own_phone.goto("/my/not-today/")
        go_offline(own_phone)
        button(own_phone, "My foot").tap()
        expect(heading(own_phone, "Look at both feet now")).to_be_visible()
        answer_follow_up(own_phone, new_sore="no", hot_foot="yes")
        expect(advice(own_phone)).to_have_text(["Stay off that foot altogether"])
        go_online(own_phone)
        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["hot_foot"]
        assert SafetyReport.objects.get().reason == "foot"

    def leave_one_out_as_unsteady(self, page, *, fell):
        """Begin a session without a connection, and leave out its first exercise."""
        go_offline(page)
        page.goto("/my/")
        begin(page)
        button(page, "Skip").tap()
        button(page, "I feel unsteady").tap()
        answer_follow_up(page, fell=fell, dizzy="no")

    def test_a_fall_as_the_reason_for_leaving_one_out_ends_the_session(self, own_phone):
        self.leave_one_out_as_unsteady(own_phone, fell="yes")
        answer_follow_up(own_phone, fell_head="no", fell_stands="yes")
        expect(own_phone.get_by_text("You had a fall. Stop for today")).to_be_visible()
        expect(button(own_phone, "Continue with the exercises that are left")).to_have_count(0)

    def test_a_reason_without_a_danger_gives_its_words_and_the_session_goes_on(self, own_phone):
        self.leave_one_out_as_unsteady(own_phone, fell="no")
        expect(own_phone.get_by_text("Good that you stopped.", exact=False)).to_be_visible()
        button(own_phone, "Continue with the exercises that are left").tap()
        expect(heading(own_phone, "Calf raise")).to_be_visible()

    def send_chest_pain_without_the_number(self, page):
        """Begin a session without a connection, and send its check-in without the number for the pain."""
        go_offline(page)
        page.goto("/my/")
        begin(page)
        stop_here(page, "Ankle pump")
        check_signs(page, "chest")
        button(page, "Send").tap()

    def test_chest_pain_without_the_number_for_the_pain_is_advised_at_once(
        self, own_phone, screenshot, check_accessibility
    ):
        self.send_chest_pain_without_the_number(own_phone)
        expect(advice(own_phone)).to_have_text(["Chest pain: call for help now"])
        expect(own_phone.get_by_role("link", name="Call 911 now").first).to_be_visible()
        screenshot(own_phone, "found")
        check_accessibility(own_phone)
        # The rest can be told afterwards. Sent again without the number, the question is named.
        button(own_phone, "Stop here and say how it went").tap()
        expect(own_phone.get_by_label("Chest pain or pressure")).to_be_checked()
        button(own_phone, "Send").tap()
        expect(own_phone.get_by_role("alert").get_by_role("link")).to_have_text(
            "Choose a number for your pain."
        )

    def test_chest_pain_without_the_number_reaches_the_clinic(self, own_phone):
        self.send_chest_pain_without_the_number(own_phone)
        expect(own_phone.get_by_text(SAVED)).to_be_visible()
        go_online(own_phone)
        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["chest"]
        assert not ExerciseSession.objects.get().is_finished

    def test_one_follow_up_of_two_that_is_an_emergency_is_advised_at_once(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/stop/")
        button(own_phone, "I fell").tap()
        answer_follow_up(own_phone, fell_stands="no")
        titles = advice(own_phone)
        expect(titles.first).to_have_text("You cannot stand as before: get help now")
        expect(own_phone.get_by_text("Did you hit your head?")).to_be_visible()
        go_online(own_phone)
        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall", "head"]

    def test_an_advice_that_names_the_emergency_number_has_its_button(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/stop/")
        button(own_phone, "Out of breath, but it settles").tap()
        row = own_phone.locator("[data-advice]:visible")
        expect(row.get_by_role("link", name="Call 911 now")).to_be_visible()
        own_phone.goto("/my/stop/")
        button(own_phone, "Cramp, tired or unsteady").tap()
        expect(row).to_have_count(1)
        expect(own_phone.locator("main [data-emergency]:visible")).to_have_count(0)

    def test_not_today_for_pain_asks_for_a_new_kind_always(self, own_phone):
        own_phone.goto("/my/not-today/")
        go_offline(own_phone)
        button(own_phone, "Pain").tap()
        answer_follow_up(own_phone, pain_after="1", new_pain="yes")
        expect(advice(own_phone).first).to_have_text("New pain: stop for today")
        go_online(own_phone)
        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert "new_pain" in alert_kinds()

    def test_sitting_exercises_are_named_to_who_is_afraid_to_fall(self, own_phone):
        own_phone.goto("/my/not-today/")
        go_offline(own_phone)
        button(own_phone, "I am afraid to fall").tap()
        answer_follow_up(own_phone, more_support="no", someone_there="yes")
        expect(own_phone.get_by_text("Someone may stand beside you.")).to_be_visible()
        expect(own_phone.get_by_text("Sitting exercises are fine.").locator("visible=true")).to_have_count(1)

    def test_no_sitting_exercise_is_named_after_a_danger_that_keeps_everything_away(self, own_phone):
        own_phone.goto("/my/not-today/")
        go_offline(own_phone)
        second = own_phone.context.new_page()
        second.goto("/my/stop/")
        button(second, "Chest pain or pressure").tap()
        expect(second.get_by_text(SAVED)).to_be_visible()
        button(own_phone, "I am afraid to fall").tap()
        answer_follow_up(own_phone, more_support="no", someone_there="yes")
        expect(own_phone.get_by_text("Someone may stand beside you.")).to_be_visible()
        expect(own_phone.get_by_text("Sitting exercises are fine.").locator("visible=true")).to_have_count(0)

    def test_none_of_these_on_a_page_of_the_server_is_a_no_to_the_signs_of_that_page(
        self, at_check_in, patient
    ):
        PatientFlagFactory(patient=patient, flag="spine")
        at_check_in.reload()
        expect(at_check_in.get_by_label("Both legs weak, numb between them", exact=False)).to_be_visible()
        go_offline(at_check_in)
        check_in(at_check_in)
        go_online(at_check_in)
        expect(at_check_in.get_by_text(SENT)).to_be_visible()
        assert ExerciseSession.objects.get().answers["saddle"] is False

    def test_signs_or_none_of_these_have_to_be_checked(self, own_phone, check_accessibility):
        go_offline(own_phone)
        own_phone.goto("/my/")
        button(own_phone, "Start").tap()
        button(own_phone, "Continue").tap()
        expect(own_phone.get_by_role("alert").get_by_role("link")).to_have_text(
            "Check what happened, or “None of these”."
        )
        check_accessibility(own_phone)


class TestTheTimeAfterAnAnswer:
    """The server makes the exercises smaller; a phone that could not tell it yet says what to do."""

    NOTE = "After a near fall: hold on more."

    def test_a_near_fall_that_was_not_sent_asks_to_hold_on_more_until_the_server_knows(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/")
        do_exercises(own_phone)
        check_in(own_phone, "near_fall")
        expect(own_phone.get_by_text(SAVED)).to_be_visible()
        own_phone.goto("/my/")
        expect(own_phone.get_by_text(self.NOTE, exact=True)).to_be_visible()

        go_online(own_phone)
        wait_until_all_is_sent(own_phone)
        own_phone.goto("/my/")
        expect(own_phone.get_by_text(f"{self.NOTE} Until", exact=False)).to_be_visible()

    def test_without_such_an_answer_there_is_no_note(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/")
        expect(button(own_phone, "Start")).to_be_visible()
        expect(own_phone.get_by_text(self.NOTE)).to_be_hidden()
