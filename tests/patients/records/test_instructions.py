"""The plan for known angina and the own blood sugar numbers: who writes them, and where the patient reads them.

Source: clinical rules, stop rules, tier 1, and "Before a session: blood sugar".
"""

import html
import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from clinic.models import AuditEvent
from exercises.models import Position
from patients.documents.handout import handout, handout_html
from patients.models import SafetyReport
from patients.sessions.advice import get_advice
from tests.factories import NOON, ExerciseFactory, PatientFlagFactory, published_plan
from tests.patients.session_steps import check_in, get_ready, text, url
from tests.patients.sessions.offline.offline_steps import make_own

pytestmark = pytest.mark.django_db

ANGINA = "Sit down. Spray once under the tongue."
SUGAR = "Start only from 126 mg/dL (7.0 mmol/L)."


@pytest.fixture
def form_url(patient):
    return reverse("staff:patient_instructions", args=[patient.pk])


@pytest.fixture
def version(patient):
    """Return a plan with an exercise that lowers the blood sugar."""
    return published_plan(
        patient, [ExerciseFactory(name="Seated march", position=Position.SEATED, demands=["aerobic"])]
    )


def write(patient, **instructions):
    for name, value in instructions.items():
        setattr(patient, name, value)
    patient.save()


def advice_in(shown):
    """Return the page without the advice that is hidden for a phone that cannot send, and without the stop rules."""
    return shown.partition("data-unsent")[0].partition('id="stop-rules"')[0]


def tell_on_the_stop_sheet(phone, sign):
    shown = text(phone.post("/my/stop/", {"sign": sign}, follow=True))
    return html.unescape(shown)


class TestWriting:
    def fill(self, client, form_url, **more):
        form = client.get(form_url).context["form"]
        return {"seen": form["seen"].value(), "angina_plan": "", "sugar_numbers": ""} | more

    def test_a_clinician_writes_changes_and_takes_away_both_and_the_page_says_who(
        self, form_url, patient, dana, other, signed_in
    ):
        client = signed_in(dana)
        client.post(form_url, self.fill(client, form_url, angina_plan=ANGINA, sugar_numbers=SUGAR))
        patient.refresh_from_db()
        assert (patient.angina_plan, patient.sugar_numbers) == (ANGINA, SUGAR)
        shown = client.get(reverse("staff:patient", args=[patient.pk])).text
        assert ANGINA in shown
        assert SUGAR in shown

        colleague = signed_in(other)
        colleague.post(form_url, self.fill(colleague, form_url))
        patient.refresh_from_db()
        assert (patient.angina_plan, patient.sugar_numbers) == ("", "")
        history = [(row.by, row.instructions.angina_plan) for row in client.get(form_url).context["past"]]
        assert history == [("Omar Haddad", ""), ("Dana Reyes", ANGINA)]

    def test_a_change_of_the_phone_number_is_no_change_of_the_instructions(
        self, form_url, patient, dana, signed_in
    ):
        client = signed_in(dana)
        assert client.get(form_url).context["past"] == []
        client.post(form_url, self.fill(client, form_url, angina_plan=ANGINA))
        patient.refresh_from_db()
        write(patient, phone="555-0999")
        assert [row.by for row in client.get(form_url).context["past"]] == ["Dana Reyes"]

    def test_the_same_words_sent_twice_are_saved_once_and_are_in_the_audit_without_the_words(
        self, form_url, dana, signed_in
    ):
        client = signed_in(dana)
        data = self.fill(client, form_url, sugar_numbers=SUGAR)
        assert [client.post(form_url, data).status_code for _click in range(2)] == [302, 302]
        event = AuditEvent.objects.get(action="patient.instructions_changed")
        assert SUGAR not in str(event.__dict__)

    def test_an_edit_of_a_record_changed_since_keeps_what_was_typed_and_shows_what_is_on_record(
        self, form_url, patient, dana, other, signed_in
    ):
        client, colleague = signed_in(dana), signed_in(other)
        data = self.fill(client, form_url, angina_plan="Mine.")
        colleague.post(form_url, self.fill(colleague, form_url, angina_plan=ANGINA))
        patient.refresh_from_db()
        write(patient, phone="555-0999")  # a later change of something else, by nobody

        refused = client.post(form_url, data)
        assert refused.status_code == 409
        assert "Omar Haddad changed the instructions" in refused.text
        assert f"On record now, known angina: {ANGINA}" in refused.text
        assert refused.context["form"]["angina_plan"].value() == "Mine."

        client.post(form_url, data | {"seen": refused.context["form"]["seen"].value()})
        patient.refresh_from_db()
        assert patient.angina_plan == "Mine."

    def test_another_change_of_the_record_meanwhile_is_no_conflict(self, form_url, patient, dana, signed_in):
        client = signed_in(dana)
        data = self.fill(client, form_url, angina_plan=ANGINA)
        patient.refresh_from_db()
        write(patient, phone="555-0999", edit_number=patient.edit_number + 1)
        assert client.post(form_url, data).status_code == 302
        patient.refresh_from_db()
        assert (patient.angina_plan, patient.phone) == (ANGINA, "555-0999")

    @pytest.mark.parametrize(
        ("typed", "wrong"),
        [
            ({"sugar_numbers": "Start only from 126."}, ["sugar_numbers"]),
            ({"sugar_numbers": "Start only from 7.0 MMOL/L."}, []),
            ({"sugar_numbers": "From 126 mg / dL."}, []),
            ({"sugar_numbers": "Ask your diabetes team first."}, []),
            ({"angina_plan": "x" * 301}, ["angina_plan"]),
            ({"angina_plan": "\r\n".join("x" * 30 for _line in range(10))[:309]}, []),
        ],
    )
    def test_numbers_need_a_unit_and_the_words_have_room_beside_an_advice(
        self, form_url, dana, signed_in, typed, wrong
    ):
        client = signed_in(dana)
        response = client.post(form_url, self.fill(client, form_url, **typed))
        assert (list(response.context["form"].errors) if wrong else []) == wrong
        assert response.status_code == (200 if wrong else 302)

    def test_the_front_desk_may_not_write_them(self, form_url, desk, patient, signed_in):
        assert signed_in(desk).post(form_url, {"angina_plan": ANGINA}).status_code == 403
        patient.refresh_from_db()
        assert patient.angina_plan == ""


class TestReading:
    def test_at_chest_pain_the_plan_of_the_doctor_stands_before_the_number(self, phone, patient, version):
        write(patient, angina_plan=ANGINA)
        shown = tell_on_the_stop_sheet(phone, "chest")
        advice = shown.partition('<section class="advice')[2]
        words = (
            "The doctor’s plan for chest pain",
            ANGINA,
            "<h1>",
            'href="tel:911"',
            "Chest pain: call for help now",
        )
        assert [advice.index(each) for each in words] == sorted(advice.index(each) for each in words)
        assert SafetyReport.objects.get().answers["chest"] is True

    def test_without_a_plan_the_call_is_the_first_thing_that_is_read(self, phone, patient, version):
        write(patient, sugar_numbers=SUGAR)
        shown = tell_on_the_stop_sheet(phone, "chest")
        advice = shown.partition('<section class="advice')[2].partition("</section>")[0]
        assert " ".join(strip_tags(advice.partition(">")[2]).split()).startswith(
            "Call 911 now Call 911 Chest pain"
        )
        assert "The doctor’s plan" not in shown

    @pytest.mark.parametrize("other", ["faint", "breath"])
    def test_the_plan_is_for_chest_pain_alone(self, phone, patient, session, other):
        write(patient, angina_plan=ANGINA)
        assert ANGINA not in advice_in(tell_on_the_stop_sheet(phone, other))
        shown = html.unescape(text(phone.get(check_in(phone, session, "chest", other).url)))
        assert "Chest pain: call for help now" in shown
        assert ANGINA not in advice_in(shown)

    def test_both_stop_sheets_and_the_stop_rules_have_the_plan_above_the_call_for_help(
        self, phone, patient, version
    ):
        for written in ("", ANGINA):
            write(patient, angina_plan=written)
            make_own(phone)
            for address in ("/my/stop/", "/my/plan/", "/my/offline/"):
                shown = text(phone.get(address))
                assert (ANGINA in shown) is bool(written), address
        rules = shown.partition('id="stop-rules"')[2]
        assert rules.index(ANGINA) < rules.index('href="tel:911"')
        assert shown.count(ANGINA) == 3  # with the advice, on the stop sheet and with the stop rules

    @pytest.mark.parametrize(
        ("told", "is_shown"),
        [
            ({"sugar": "very_low"}, False),
            ({"sugar": "low"}, False),
            ({"sugar": "near_low"}, True),
            ({"sugar": "good_low"}, True),
            ({"sugar": "good"}, True),
            ({"sugar": "high", "ketones": "none"}, True),
            ({"sugar": "high", "ketones": "no_strips"}, True),
            ({"sugar": "very_high", "ketones": "none"}, True),
            ({"sugar": "high", "ketones": "small"}, False),
            ({"sugar": "very_high", "ketones": "no_strips"}, False),
            ({"sugar": "high", "ketones": "moderate"}, False),
        ],
    )
    def test_sugar_numbers_stand_with_the_question_and_with_each_advice_that_begins_no_hold(
        self, phone, patient, session, told, is_shown
    ):
        PatientFlagFactory(patient=patient, flag="glucose_lowering")
        write(patient, sugar_numbers=SUGAR)
        phone.post(url("pain", session), {"pain": "2"})
        get_ready(phone, session)
        question = text(phone.get(url("sugar", session)))
        assert SUGAR in question
        assert 'aria-describedby="id_sugar-hint numbers"' in question
        shown = text(
            phone.post(url("sugar", session), {"low_before": "no", "sugar": told["sugar"]}, follow=True)
        )
        if "ketones" in told:
            shown = text(phone.post(url("follow_up", session), {"ketones": told["ketones"]}, follow=True))
        assert (SUGAR in shown.partition("data-unsent")[0]) is is_shown
        if is_shown:
            advice = str(get_advice(told)[0].title)
            assert shown.index(SUGAR) < html.unescape(shown).index(f"{advice}</h")

    def test_a_phone_that_is_offline_has_them_with_the_question_and_the_advice(self, phone, patient, version):
        PatientFlagFactory(patient=patient, flag="glucose_lowering")
        make_own(phone)
        assert SUGAR not in text(phone.get("/my/offline/"))
        write(patient, sugar_numbers=SUGAR)
        question, _, after = text(phone.get("/my/offline/")).partition('data-screen="follow-up"')
        assert SUGAR in question
        assert SUGAR in after

    def test_the_handout_has_them_with_the_stop_rules_and_the_table(self, patient, version):
        PatientFlagFactory(patient=patient, flag="glucose_lowering")

        def printed():
            return handout_html(handout(version, version.plan.patient, now=NOON), paper="letter")

        assert "instruction" not in printed().partition("</head>")[2]
        write(patient, angina_plan=ANGINA, sugar_numbers=SUGAR)
        version.plan.patient.refresh_from_db()
        assert printed().index(ANGINA) < re.search(r"\b911\b", printed()).start()
        assert SUGAR in printed().partition('class="sugar"')[2]
