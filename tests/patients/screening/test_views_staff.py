"""The team's page of a screening: save, finish, conflict, decide, ask the patient, and who may."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import Flag, PatientFlag, Screening
from tests.factories import PatientFactory, PatientFlagFactory
from tests.factories_of_screenings import asked_screening, finished_screening, screening_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, full_name="Bruno Keller", screened=False)


@pytest.fixture
def url(patient):
    return reverse("staff:screening", args=[patient.pk])


@pytest.fixture
def desktop(dana, signed_in):
    return signed_in(dana)


def typed(action="save", edit_number=0, **answers):
    return {
        "source": "visit",
        "answered_by": "patient",
        "edit_number": edit_number,
        "action": action,
        **answers,
    }


def text_of(response):
    return " ".join(response.content.decode().split())


def test_every_question_is_on_the_page_before_anything_was_asked(desktop, url):
    page = text_of(desktop.get(url))

    assert "Screening: not asked" in page
    assert page.count('role="radiogroup"') == 44
    assert "Ask the patient to fill it in" in page


def test_saving_keeps_the_answers_and_shows_them_again(desktop, url, patient):
    response = desktop.post(url, typed(s_numb="yes", s_ulcer="unsure", s_pain="4"), follow=True)

    assert Screening.objects.get().answers == {"s_numb": "yes", "s_ulcer": "unsure", "s_pain": 4}
    page = text_of(response)
    assert "Screening: begun" in page
    assert "if confirmed: past ulcer" in page
    assert "Without it: low, 1." in page
    assert "Foot exam due every 1–3 months." in page


def test_a_number_that_is_none_is_refused_beside_its_field(desktop, url):
    response = desktop.post(url, typed(s_pain="12", s_numb="yes"))

    assert "Use a number from 0 to 10." in text_of(response)
    assert 'value="12"' in text_of(response)
    assert not Screening.objects.exists()


def test_finishing_names_each_question_without_an_answer(desktop, url):
    answers = screening_answers(s_fell="yes")
    del answers["s_fell_count"]

    response = desktop.post(url, typed("finish", **answers))

    assert text_of(response).count("Answer this question.") == 2  # in the summary and beside the question
    assert not Screening.objects.exists()


def test_a_finished_screening_shows_who_finished_it_and_sets_its_flags(desktop, url, patient):
    response = desktop.post(url, typed("finish", **screening_answers(s_thin="yes")), follow=True)

    page = text_of(response)
    assert "Screening: done" in page
    assert "by Dana Reyes" in page
    assert "Screen again" in page
    assert [row.flag for row in PatientFlag.objects.all()] == ["blood_thinner"]


def test_what_a_doctor_forbade_is_shown_and_blocks_until_it_is_read(desktop, url):
    answers = screening_answers(s_told_not="yes", s_told_what="No jumping.")

    refused = desktop.post(url, typed("finish", **answers))
    assert refused.status_code == 409
    assert "Read first what a doctor told the patient not to do." in text_of(refused)

    page = text_of(desktop.post(url, typed(**answers), follow=True))
    assert "A doctor told Bruno not to do:" in page
    assert "I have read this" in page
    page = text_of(desktop.post(url, typed("read", edit_number=1, **answers), follow=True))
    assert "Read by Dana Reyes" in page
    desktop.post(url, typed("finish", edit_number=2, **answers))
    assert Screening.objects.get().is_finished


@pytest.mark.parametrize(("told", "is_shown"), [("yes", True), ("unsure", True), ("no", False)])
def test_what_a_doctor_forbade_stays_in_sight_while_the_next_screening_is_open(
    desktop, url, patient, told, is_shown
):
    answers = screening_answers() | {"s_told_not": told, "s_told_what": "No jumping."}
    finished_screening(patient, answers=answers)
    assert "a doctor had told" not in text_of(desktop.get(url))

    desktop.post(reverse("staff:screening_again", args=[patient.pk]))

    page = text_of(desktop.get(url))
    assert ("a doctor had told Bruno not to do:" in page) is is_shown
    assert ("No jumping." in page) is is_shown


def test_two_tabs_refuse_to_overwrite_and_keep_both(desktop, url, other, signed_in):
    desktop.post(url, typed(s_numb="yes"))
    colleague = signed_in(other)
    colleague.post(url, typed(edit_number=1, s_numb="no", s_fell="no"))

    response = desktop.post(url, typed(edit_number=1, s_numb="yes", s_thin="yes"))

    page = text_of(response)
    assert response.status_code == 409
    assert "Omar Haddad saved this screening" in page
    assert "On record: <strong>No</strong>. Yours: <strong>Yes</strong>." in page
    assert Screening.objects.get().answers == {"s_numb": "no", "s_fell": "no"}
    form = response.context["form"]
    assert form.shown.items() >= {"s_numb": "yes", "s_thin": "yes", "s_fell": "no"}.items()
    assert form["edit_number"].value() == 2


def test_a_tab_that_was_open_while_a_colleague_finished_changes_nothing(desktop, url):
    desktop.post(url, typed(s_numb="yes"))
    desktop.post(url, typed("finish", edit_number=1, **screening_answers(s_numb="yes")))

    response = desktop.post(url, typed(edit_number=1, s_numb="no"), follow=True)

    assert "A colleague finished this screening meanwhile. Nothing was changed." in text_of(response)


def test_advice_is_shown_to_the_team_at_once(desktop, url):
    page = text_of(desktop.post(url, typed(s_hot="unsure"), follow=True))
    assert "Stay off that foot" in page
    assert PatientFlag.objects.get().flag == Flag.CHARCOT_ACTIVE


def test_the_patient_is_asked_with_one_button(desktop, url, patient):
    response = desktop.post(reverse("staff:screening_invite", args=[patient.pk]), follow=True)

    assert patient.screenings.get().is_for_patient
    assert "Bruno was asked to fill this in" in text_of(response)


def test_what_the_patient_sent_is_shown_as_theirs_and_finished(desktop, url, patient):
    asked_screening(patient, answers=screening_answers(s_numb="unsure"), sent_at="2026-03-02T16:00Z")

    page = text_of(desktop.get(url))
    assert "sent by the patient" in page
    assert '<option value="phone" selected>' in page

    desktop.post(
        url, typed("finish", edit_number=1, **screening_answers(s_numb="unsure")) | {"source": "phone"}
    )
    page = text_of(desktop.get(url))
    assert "The patient’s own phone. Answered by: the patient." in page


def test_the_page_says_which_flags_the_patients_answers_have_set_already(desktop, url, patient):
    answers = screening_answers(s_numb="yes", s_thin="yes")
    asked_screening(patient, answers=answers, sent_at="2026-03-02T16:00Z")
    PatientFlagFactory(patient=patient, flag=Flag.NUMB_FEET, origin="screening", is_unsettled=True)
    PatientFlagFactory(patient=patient, flag=Flag.VERTIGO)

    page = text_of(desktop.get(url))

    assert page.count("is set, to confirm") == 1
    assert page.count("is set, but the answer is no") == 1
    desktop.post(url, typed("finish", edit_number=1, **answers))
    assert not PatientFlag.objects.filter(is_unsettled=True).exists()


def test_a_difference_is_kept_and_an_unsure_flag_confirmed(desktop, url, patient):
    PatientFlagFactory(patient=patient, flag=Flag.FELL)
    desktop.post(url, typed("finish", **screening_answers(s_numb="unsure")))
    page = text_of(desktop.get(url))
    assert "is set, but the answer is no" in page
    decide = reverse("staff:screening_decide", args=[patient.pk])

    desktop.post(decide, {"flag": "fell", "decision": "keep"})
    desktop.post(decide, {"flag": "numb_feet", "decision": "confirm"})
    desktop.post(decide, {"flag": "nonsense", "decision": "clear"})

    page = text_of(desktop.get(url))
    assert "is set, but the answer is no" not in page
    assert "to confirm" not in page
    assert not PatientFlag.objects.get(flag=Flag.NUMB_FEET).is_unsettled


@pytest.mark.parametrize(("reason", "words"), [("hospital", "hospital stay"), ("illness", "new illness")])
def test_a_hospital_stay_or_an_illness_makes_it_due_again(desktop, url, patient, reason, words):
    finished_screening(patient)

    desktop.post(reverse("staff:screening_due", args=[patient.pk]), {"reason": reason})

    page = text_of(desktop.get(url))
    assert "Screening: due again" in page
    assert f"due again after: {words}" in page
    desktop.post(reverse("staff:screening_again", args=[patient.pk]))
    assert "Screening: begun" in text_of(desktop.get(url))


def test_the_state_and_the_foot_risk_are_on_the_patients_page_and_the_flags_page(desktop, patient):
    page = text_of(desktop.get(reverse("staff:patient", args=[patient.pk])))
    assert "Screening: not asked" in page
    assert "No flags set: nobody has asked yet." in page
    assert "IWGDF" not in page

    finished_screening(patient)
    PatientFlagFactory(patient=patient, flag=Flag.NUMB_FEET)
    PatientFlagFactory(patient=patient, flag=Flag.PAST_ULCER, is_unsettled=True)

    page = text_of(desktop.get(reverse("staff:patient", args=[patient.pk])))
    assert "Screening: done" in page
    assert "IWGDF foot risk 3: high, if confirmed" in page
    assert "foot exam every 1–3 months" in page
    assert "Screening: done" in text_of(desktop.get(reverse("staff:patient_flags", args=[patient.pk])))


NAMES = ["screening", "screening_again", "screening_due", "screening_invite", "screening_decide"]


@pytest.mark.parametrize("name", NAMES)
def test_only_clinicians_of_the_clinic_may(name, patient, desk, stranger, signed_in):
    address = reverse(f"staff:{name}", args=[patient.pk])

    assert signed_in(desk).post(address).status_code == 403
    assert signed_in(stranger).post(address).status_code == 404
    assert signed_in(patient.user).post(address).status_code == 403
    assert not Screening.objects.exists()


def test_the_page_costs_the_same_with_many_screenings_and_flags(desktop, url, patient):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            desktop.get(url)
        return len(queries)

    finished_screening(patient)
    few = cost()
    for flag in (Flag.FELL, Flag.NUMB_FEET, Flag.PAD):
        PatientFlagFactory(patient=patient, flag=flag)
        finished_screening(patient)

    assert cost() == few
    assert few <= 10
