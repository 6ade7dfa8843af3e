"""The plan for known angina and the own blood sugar numbers: who writes them, and where the patient reads them.

Source: clinical rules, stop rules, tier 1, and "Before a session: blood sugar".
"""

import html

import pytest
from django.urls import reverse

from clinic.models import AuditEvent
from exercises.models import Position
from patients.documents.handout import handout, handout_html
from patients.models import SafetyReport
from tests.factories import NOON, ExerciseFactory, PatientFlagFactory, published_plan
from tests.patients.session_steps import get_ready, text, url
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


def tell_on_the_stop_sheet(phone, sign):
    shown = text(phone.post("/my/stop/", {"sign": sign}, follow=True))
    return html.unescape(shown)


class TestWriting:
    def fill(self, client, form_url, **more):
        form = client.get(form_url).context["form"]
        return {"edit_number": form["edit_number"].value(), "angina_plan": "", "sugar_numbers": ""} | more

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

        refused = client.post(form_url, data)
        assert refused.status_code == 409
        assert "Omar Haddad changed this record" in refused.text
        assert f"On record now, known angina: {ANGINA}" in refused.text
        assert refused.context["form"]["angina_plan"].value() == "Mine."

        client.post(form_url, data | {"edit_number": refused.context["form"]["edit_number"].value()})
        patient.refresh_from_db()
        assert patient.angina_plan == "Mine."

    @pytest.mark.parametrize(
        ("typed", "wrong"),
        [
            ({"sugar_numbers": "Start only from 126."}, ["sugar_numbers"]),
            ({"sugar_numbers": "Start only from 7.0 MMOL/L."}, []),
            ({"angina_plan": "x" * 301}, ["angina_plan"]),
        ],
    )
    def test_a_number_needs_its_unit_and_the_words_have_room_beside_an_advice(
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
        assert shown.index("The doctor’s plan for chest pain") < shown.index(ANGINA) < shown.index("<h1>")
        assert "Chest pain: call for help now" in shown
        assert SafetyReport.objects.get().answers["chest"] is True

    def test_without_a_plan_the_call_is_the_first_thing_that_is_read(self, phone, patient, version):
        write(patient, sugar_numbers=SUGAR)
        shown = tell_on_the_stop_sheet(phone, "chest")
        assert '<div class="instruction">' not in shown.partition("data-unsent")[0]
        assert "The doctor’s plan" not in shown

    def test_the_plan_is_for_chest_pain_only(self, phone, patient, version):
        write(patient, angina_plan=ANGINA)
        assert ANGINA not in tell_on_the_stop_sheet(phone, "faint").partition("data-unsent")[0]

    def test_both_stop_sheets_and_the_stop_rules_have_the_plan_above_the_call_for_help(
        self, phone, patient, version
    ):
        for written in ("", ANGINA):
            write(patient, angina_plan=written)
            make_own(phone)
            for address in ("/my/stop/", "/my/plan/", "/my/offline/"):
                shown = text(phone.get(address))
                assert (ANGINA in shown) is bool(written), address
        assert shown.count(ANGINA) == 3  # with the advice, on the stop sheet and with the stop rules

    def test_own_sugar_numbers_stand_with_the_question_and_with_each_advice_but_that_of_a_very_low(
        self, phone, patient, session
    ):
        PatientFlagFactory(patient=patient, flag="glucose_lowering")
        write(patient, sugar_numbers=SUGAR)
        get_ready(phone, session)
        assert SUGAR in text(phone.get(url("sugar", session)))
        told = {"low_before": "no", "sugar": "low"}
        shown = text(phone.post(url("sugar", session), told, follow=True))
        assert shown.index(SUGAR) < shown.index("<h1>")
        told = {"low_before": "no", "sugar": "very_low"}
        shown = text(phone.post(url("sugar", session), told, follow=True))
        assert SUGAR not in shown.partition("data-unsent")[0]

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
        assert printed().index(ANGINA) < printed().index("911")
        assert SUGAR in printed().partition('class="sugar"')[2]
