"""Which advice a phone shows without a connection: one for one answer, and when a doctor's plan stands above it."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import PlanVersion
from tests.factories import ExerciseSessionFactory, open_on_weekdays
from tests.functional.offline_steps import (
    NO_NETWORK,
    advice,
    answer_follow_up,
    answer_questions,
    begin,
    button,
    check_in,
    check_signs,
    go_offline,
    sign_in,
    stop_here,
)

pytestmark = pytest.mark.django_db(transaction=True)


class TestOneAdviceForOneAnswer:
    @pytest.fixture(autouse=True)
    def usual_pain(self, patient):
        """Rate the pain as 3 in three sessions of the days before."""
        version = PlanVersion.objects.get(plan__patient=patient)
        for days in (1, 2, 3):
            then = timezone.now() - datetime.timedelta(days=days)
            ExerciseSessionFactory(
                version=version, on_date=patient.today(then), started_at=then, finished_at=then
            )

    def test_of_the_advice_for_strong_pain_that_also_went_up_only_the_most_urgent_is_given(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/")
        begin(own_phone, pain="3")
        stop_here(own_phone, "Ankle pump")
        check_in(own_phone, pain="8")
        of_pain = own_phone.locator("[data-question-of=pain_after]:visible h2")
        expect(of_pain).to_have_text(["Your pain is strong. Rest now"])
        answer_follow_up(own_phone, new_pain="no")
        expect(of_pain).to_have_text(["Your pain is strong. Rest now"])


class TestTheClinicsHours:
    """They are on each screen once, and not beside a call of the emergency number."""

    @pytest.fixture
    def patient(self, patient):
        open_on_weekdays(patient.clinic)
        return patient

    def test_the_stop_sheet_and_the_advice_to_call_the_clinic_have_them(self, own_phone):
        hours = own_phone.locator(".clinic-hours:visible")
        go_offline(own_phone)
        own_phone.goto("/my/")
        expect(own_phone.locator("#stop-rules").locator(hours)).to_have_count(1)
        button(own_phone, "Stop: tell us what is wrong").tap()
        expect(hours).to_have_count(1)
        expect(own_phone.locator("[data-screen=stop]").locator(hours)).to_have_count(1)
        button(own_phone, "One calf swollen, warm or sore").tap()
        expect(own_phone.locator("[data-get-help]")).to_be_visible()
        expect(hours).to_have_count(1)
        expect(own_phone.locator("[data-advice-rows]").locator(hours)).to_have_count(1)

    def test_the_advice_to_call_the_emergency_number_has_none(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/")
        button(own_phone, "Stop: tell us what is wrong").tap()
        button(own_phone, "Chest pain or pressure").tap()
        expect(own_phone.locator("[data-get-help]")).to_be_visible()
        expect(own_phone.locator("[data-advice-rows] .clinic-hours:visible")).to_have_count(0)


class TestADoctorsPlanForChestPain:
    @pytest.fixture(autouse=True)
    def plan(self, patient):
        patient.angina_plan = "Sit down. Spray once under the tongue."
        patient.save()

    def test_it_stands_above_the_emergency_call_for_chest_pain_alone(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/")
        begin(own_phone)
        stop_here(own_phone, "Ankle pump")
        check_in(own_phone, "chest")
        row = own_phone.locator("[data-advice]:visible")
        expect(row.locator(".instruction")).to_be_visible()
        expect(row.locator(".instruction ~ h2 + a")).to_have_text(["Call 911 now"])

    def test_it_is_hidden_where_a_faint_calls_for_the_emergency_number_too(self, own_phone):
        go_offline(own_phone)
        own_phone.goto("/my/")
        begin(own_phone)
        stop_here(own_phone, "Ankle pump")
        check_in(own_phone, "chest", "faint")
        expect(advice(own_phone)).to_have_text(
            ["Chest pain: call for help now", "You fainted: call for help now"]
        )
        expect(own_phone.locator("[data-advice] .instruction:visible")).to_have_count(0)

    def test_the_same_holds_for_the_advice_of_a_shared_device(
        self, phone, patient, live_server, browser_monitor
    ):
        browser_monitor.expect(*NO_NETWORK)
        sign_in(phone, patient, live_server.url, own_phone=False)
        phone.goto("/my/")
        begin(phone)
        phone.get_by_role("link", name="Stop here and say how it went").tap()
        answer_questions(phone, "chest")
        go_offline(phone)
        button(phone, "Send").tap()
        expect(phone.locator("[data-unsent] .instruction:visible ~ h2 + a")).to_have_text(["Call 911 now"])
        check_signs(phone, "faint")
        button(phone, "Send").tap()
        expect(phone.locator("[data-unsent] .advice:visible")).to_have_count(2)
        expect(phone.locator("[data-unsent] .instruction:visible")).to_have_count(0)
