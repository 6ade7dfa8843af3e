"""The patient's pages of a screening: one question a page, advice at once, back, resume, send."""

import pytest
from django.urls import reverse

from patients.models import AskAgainReason, Flag, PatientFlag
from patients.safety.services.flags import clear_flag
from patients.screening.services.screenings import ask_again, invite_patient
from tests.factories import NOON, ClinicFactory, PatientFactory, clinician, published_plan
from tests.factories_of_patients import HelperFactory
from tests.factories_of_screenings import asked_screening, finished_screening, screening_answers

pytestmark = pytest.mark.django_db

START, QUESTION, ADVICE = (
    reverse(f"my:{name}") for name in ("screening", "screening_question", "screening_advice")
)


@pytest.fixture
def patient():
    clinic = ClinicFactory(phone="555-0100", emergency_number="112", urgent_care_text="Call NHS 111.")
    return PatientFactory(clinic=clinic, full_name="Bruno Keller", screened=False)


def text_of(response):
    return " ".join(response.content.decode().split())


def send(phone, question, answer):
    return phone.post(QUESTION, {"question": question, "answer": answer}, follow=True)


def test_the_first_page_leads_to_the_questions_only_when_the_clinic_asked(phone, patient):
    assert START not in text_of(phone.get("/my/"))

    asked_screening(patient)

    assert START in text_of(phone.get("/my/"))
    assert "It takes about 10 minutes." in text_of(phone.get(START))


@pytest.mark.parametrize("address", [START, QUESTION, ADVICE])
def test_without_an_invitation_the_pages_lead_to_today(phone, patient, address):
    finished_screening(patient)
    assert phone.get(address, follow=True).redirect_chain[-1][0] == "/my/"


def test_an_answer_leads_to_the_next_question(phone, patient):
    asked_screening(patient)

    page = text_of(send(phone, "s_saddle", "no"))

    assert "do you have a sore, a blister or a wound on a foot?" in page
    assert "1 of 31 done" in page
    assert patient.screenings.get().answers == {"s_saddle": "no"}


def test_the_address_is_the_same_for_every_question(phone, patient):
    asked_screening(patient)
    response = send(phone, "s_saddle", "no")
    assert response.redirect_chain == [(QUESTION, 302)]


def test_going_back_shows_the_answer_given_and_can_change_it(phone, patient):
    asked_screening(patient, answers={"s_saddle": "no", "s_sore": "no", "s_hot": "no", "s_clot": "no"})

    page = phone.post(QUESTION, {"question": "s_diabetes", "action": "back"}, follow=True)

    assert "Is one leg newly swollen, warm or sore?" in text_of(page)
    assert 'value="no" aria-pressed="true"' in text_of(page)
    send(phone, "s_clot", "unsure")
    assert patient.screenings.get().answers["s_clot"] == "unsure"


@pytest.mark.parametrize(("count", "marked"), [(1, "Once"), (2, "Twice"), (3, "3 times or more")])
def test_going_back_to_how_often_marks_the_answer_given(phone, patient, count, marked):
    asked_screening(patient, answers={"s_fell": "yes", "s_fell_count": count})

    page = text_of(phone.post(QUESTION, {"question": "s_fell_hurt", "action": "back"}, follow=True))

    assert page.count('aria-pressed="true"') == 1
    assert f'aria-pressed="true">{marked}<' in page


def test_the_first_question_has_nothing_before_it(phone, patient):
    asked_screening(patient)
    assert "Back to the question before" not in text_of(phone.get(QUESTION))


def test_it_resumes_with_the_first_question_without_an_answer(phone, patient):
    asked_screening(patient, answers={"s_saddle": "no", "s_sore": "no"})
    assert "Continue the questions" in text_of(phone.get(START))
    assert "is one foot hotter" in text_of(phone.get(QUESTION))


def test_a_form_without_an_answer_is_asked_again(phone, patient):
    asked_screening(patient)
    response = phone.post(QUESTION, {"question": "s_saddle"})
    assert "Please answer this question." in text_of(response)


def test_an_unknown_question_changes_nothing(phone, patient):
    asked_screening(patient)
    send(phone, "s_nothing", "yes")
    assert patient.screenings.get().answers == {}


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_a_hot_foot_gives_its_advice_at_once_and_the_questions_go_on(phone, patient, answer):
    asked_screening(patient)

    response = send(phone, "s_hot", answer)

    page = text_of(response)
    assert response.redirect_chain == [(ADVICE, 302)]
    assert "<h1>Stay off that foot</h1>" in page
    assert 'href="tel:555-0100"' in page
    assert 'href="tel:112"' in page
    assert "Call NHS 111." in page
    assert "Then continue the questions" in page
    assert PatientFlag.objects.get().flag == "charcot_active"


def test_a_sign_for_the_emergency_number_stops_the_questions(phone, patient):
    asked_screening(patient)

    page = text_of(send(phone, "s_saddle", "unsure"))

    assert page.index('href="tel:112"') < page.index('href="tel:555-0100"')
    assert "Call 112" in page
    assert "Then continue the questions" not in page
    assert phone.get(QUESTION).url == ADVICE
    assert phone.get(START).url == ADVICE


def test_a_falls_count_and_a_text_are_asked_with_their_own_fields(phone, patient):
    asked_screening(patient, answers={**screening_answers(), "s_fell": "yes", "s_told_not": "yes"})

    assert "3 times or more" in text_of(phone.get(QUESTION))
    send(phone, "s_fell_count", "2")
    page = text_of(send(phone, "s_fell_hurt", "no"))
    assert "<textarea" in page
    send(phone, "s_told_what", "No jumping.")
    answers = patient.screenings.get().answers
    assert (answers["s_fell_count"], answers["s_told_what"]) == (2, "No jumping.")


def test_the_answers_are_sent_at_the_end(phone, patient):
    asked_screening(patient, answers=screening_answers())
    assert "Send to your clinic" in text_of(phone.get(QUESTION))

    page = text_of(phone.post(QUESTION, {"action": "send"}, follow=True))

    assert "Sent. Thank you" in page
    assert patient.screenings.get().sent_at
    assert START not in text_of(phone.get("/my/"))
    assert phone.get(QUESTION).url == START


def test_a_heart_attack_told_when_the_screening_is_due_again_stops_the_running_plan_on_sending(
    phone, patient
):
    published_plan(patient)
    dana = clinician(patient.clinic)
    finished_screening(patient)
    ask_again(patient=patient, reason=AskAgainReason.HOSPITAL, by=dana, now=NOON)
    screening = invite_patient(patient=patient, by=dana, now=NOON)
    screening.answers = screening_answers(s_heart_new="yes")
    screening.begun_at, screening.begun_by = NOON, patient.user
    screening.save()
    assert phone.get("/my/").context["today"].exercises

    phone.post(QUESTION, {"action": "send"})

    page = phone.get("/my/")
    assert not page.context["today"].exercises
    assert page.context["today"].suspended
    clear_flag(patient=patient, flag=Flag.HEART_UNSTABLE, by=dana)
    assert phone.get("/my/").context["today"].exercises


def test_a_heart_attack_that_is_denied_leaves_the_running_plan_as_it_is(phone, patient):
    published_plan(patient)
    asked_screening(patient, answers=screening_answers(s_heart_new="no"))

    phone.post(QUESTION, {"action": "send"})

    assert phone.get("/my/").context["today"].exercises


def test_from_the_end_one_can_go_back_to_the_last_question(phone, patient):
    asked_screening(patient, answers=screening_answers())
    page = phone.post(QUESTION, {"action": "back"}, follow=True)
    assert "Has a doctor told you not to do some kind of exercise?" in text_of(page)


def test_a_form_of_an_older_tab_answers_its_own_question(phone, patient):
    asked_screening(patient, answers={"s_saddle": "no", "s_sore": "no"})
    send(phone, "s_sore", "unsure")
    assert patient.screenings.get().answers["s_sore"] == "unsure"


NOT_SAVED = "This answer was not saved. The clinic has the questions now."


def test_an_older_tab_is_told_that_its_answer_was_not_saved_once_the_answers_were_sent(phone, patient):
    row = asked_screening(patient, answers=screening_answers(), sent_at=NOON)

    page = phone.post(QUESTION, {"question": "s_numb", "answer": "yes"}, follow=True)

    assert page.redirect_chain[-1][0] == START
    assert NOT_SAVED in text_of(page)
    row.refresh_from_db()
    assert row.answers["s_numb"] == "no"


def test_an_older_tab_is_told_so_too_once_the_clinic_has_finished(phone, patient):
    finished_screening(patient, invited_at=NOON, invited_by=patient.user)

    page = phone.post(QUESTION, {"question": "s_numb", "answer": "yes"}, follow=True)

    assert page.redirect_chain[-1][0] == "/my/"
    assert NOT_SAVED in text_of(page)


def test_a_form_without_an_answer_that_comes_too_late_is_not_asked_again(phone, patient):
    finished_screening(patient, invited_at=NOON, invited_by=patient.user)
    page = phone.post(QUESTION, {"question": "s_numb"}, follow=True)
    assert page.redirect_chain[-1][0] == "/my/"


@pytest.mark.parametrize("is_finished", [False, True])
def test_a_sign_in_an_older_tab_is_reported_and_answered_with_its_advice(phone, patient, is_finished):
    if is_finished:
        finished_screening(patient, invited_at=NOON, invited_by=patient.user)
    else:
        asked_screening(patient, answers=screening_answers(), sent_at=NOON)

    page = text_of(send(phone, "s_saddle", "yes"))

    assert "<h1>Call for help now</h1>" in page
    assert "Call 112" in page
    assert "Then continue the questions" not in page
    assert NOT_SAVED not in page
    assert [alert.kind for alert in patient.alerts.all()] == ["cauda"]


def test_a_late_sign_without_a_question_stands_with_its_advice_and_the_questions_go_on(phone, patient):
    asked_screening(patient, answers={"s_chest": "no"})

    page = text_of(send(phone, "s_chest_worse", "unsure"))

    assert "<h1>See a doctor today about your chest pain</h1>" in page
    assert "Then continue the questions" in page
    assert PatientFlag.objects.get().flag == "heart_unstable"


def test_a_late_sign_never_stands_above_the_call_for_help(phone, patient):
    asked_screening(patient, answers={"s_chest": "no"})
    send(phone, "s_saddle", "yes")

    page = text_of(send(phone, "s_chest_worse", "yes"))

    assert page.index("Call for help now</h1>") < page.index("See a doctor today about your chest pain</h2>")
    assert "Then continue the questions" not in page


def test_nothing_stands_above_the_call_for_help_when_an_older_tab_sends_another_answer(phone, patient):
    asked_screening(patient)
    send(phone, "s_saddle", "yes")

    page = phone.post(QUESTION, {"question": "s_numb", "answer": "yes"}, follow=True)

    assert page.redirect_chain[-1][0] == ADVICE
    assert NOT_SAVED not in text_of(page)
    assert "s_numb" not in patient.screenings.get().answers


def test_the_next_screening_begins_with_its_first_question_wherever_the_last_one_was_left(phone, patient):
    asked_screening(patient)
    send(phone, "s_diabetes", "no")
    assert "Are parts of your feet numb?" in text_of(phone.get(QUESTION))
    patient.screenings.update(finished_at=NOON, finished_by=patient.user)
    asked_screening(patient)

    assert "is it newly numb between your legs?" in text_of(phone.get(QUESTION))


def test_a_helper_asks_the_patient(client, patient):
    asked_screening(patient)
    client.force_login(HelperFactory(patient=patient).user)

    assert "Ask Bruno" in text_of(client.get(QUESTION))
    assert "The clinic has some questions first" in text_of(client.get("/my/"))
    client.post(QUESTION, {"question": "s_saddle", "answer": "no"})
    assert patient.screenings.get().answered_by == "with_help"


def test_another_patient_sees_nothing_of_it(client, patient):
    asked_screening(patient)
    client.force_login(PatientFactory(clinic=patient.clinic).user)
    assert client.get(START).url == "/my/"
    client.post(QUESTION, {"question": "s_saddle", "answer": "yes"})
    assert patient.screenings.get().answers == {}
