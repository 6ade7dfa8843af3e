"""Pages to register, edit, find and view patients."""

import datetime
import re

import pytest
from django.urls import reverse

from clinic.models import RequestState
from clinic.sealed_text import seal
from patients.models import ExerciseHold, Patient, PatientSearchTerm, Plan, PlanState, SessionEntry
from patients.models.search import split_name
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    ConsultationRequestFactory,
    ExerciseSessionFactory,
    PatientFactory,
    published_plan,
)

pytestmark = pytest.mark.django_db

NEW = "/staff/patients/new/"
FILLED = {"full_name": "Rosa Delgado", "date_of_birth": "1956-04-12", "phone": "555-0111"}


def key_of(response):
    return re.search(r'name="key" value="([^"]+)"', response.text).group(1)


# --- Registering ------------------------------------------------------------------------------------------------------


def test_a_patient_is_registered_and_the_page_names_the_next_step(desk, signed_in):
    client = signed_in(desk)

    response = client.post(NEW, FILLED | {"key": key_of(client.get(NEW))}, follow=True)

    made = Patient.objects.get()
    assert made.clinic == desk.membership.clinic
    assert response.redirect_chain[0][0] == reverse("staff:patient", args=[made.pk])
    assert "Next: make a sign-in card" in response.text


def test_the_form_sent_twice_registers_once(desk, signed_in):
    client = signed_in(desk)
    data = FILLED | {"key": key_of(client.get(NEW))}

    assert client.post(NEW, data).url == client.post(NEW, data).url
    assert Patient.objects.count() == 1


def test_a_request_is_carried_over_and_only_the_date_of_birth_is_missing(desk, signed_in):
    asked = ConsultationRequestFactory(
        clinic=desk.membership.clinic, name="Rosa Delgado", phone="555-0111", email="rosa@example.org"
    )
    client, url = signed_in(desk), f"{NEW}?request={asked.pk}"

    form = client.get(url).context["form"]
    assert [form[name].value() for name in ("full_name", "phone", "email", "date_of_birth")] == [
        "Rosa Delgado",
        "555-0111",
        "rosa@example.org",
        None,
    ]
    client.post(url, FILLED | {"key": key_of(client.get(url))})

    asked.refresh_from_db()
    assert Patient.objects.get().consultation_request == asked
    assert asked.state == RequestState.BOOKED


def test_a_request_with_a_patient_redirects_to_that_patient(desk, signed_in):
    asked = ConsultationRequestFactory(clinic=desk.membership.clinic)
    known = PatientFactory(clinic=desk.membership.clinic, consultation_request=asked)
    client, url = signed_in(desk), f"{NEW}?request={asked.pk}"

    response = client.post(url, FILLED | {"key": key_of(client.get(url))}, follow=True)

    assert response.redirect_chain[0][0] == reverse("staff:patient", args=[known.pk])
    assert "is a patient already" in response.text


@pytest.mark.parametrize("text", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_request_that_does_not_exist_is_not_found(desk, signed_in, text):
    assert signed_in(desk).get(f"{NEW}?request={text}").status_code == 404


def test_a_request_of_another_clinic_is_not_found(desk, signed_in):
    foreign = ConsultationRequestFactory()

    assert signed_in(desk).get(f"{NEW}?request={foreign.pk}").status_code == 404


def test_a_patient_with_the_same_name_and_birthday_is_shown_before_a_second_record_is_created(
    desk, signed_in
):
    known = PatientFactory(
        clinic=desk.membership.clinic, full_name="Rosa DELGADO", date_of_birth=datetime.date(1956, 4, 12)
    )
    client = signed_in(desk)
    data = FILLED | {"key": key_of(client.get(NEW))}

    response = client.post(NEW, data)
    assert "Is this the same person?" in response.text
    assert reverse("staff:patient", args=[known.pk]) in response.text
    assert Patient.objects.count() == 1

    client.post(NEW, data | {"is_someone_else": "on"})
    assert Patient.objects.count() == 2


def test_a_date_of_birth_in_the_future_shows_an_error_at_its_field(desk, signed_in):
    response = signed_in(desk).post(NEW, FILLED | {"date_of_birth": "2056-04-12"})

    assert (
        "A date of birth lies in the past. Check the year."
        in response.context["form"].errors["date_of_birth"]
    )
    assert not Patient.objects.exists()


def test_only_members_of_the_clinic_who_treat_can_be_chosen_as_clinician(desk, dana, stranger, signed_in):
    choices = dict(signed_in(desk).get(NEW).context["form"].fields["clinician"].choices)

    assert choices == {"": "Nobody yet", str(dana.pk): "Dana Reyes"}
    assert stranger.membership


# --- Correcting -------------------------------------------------------------------------------------------------------


def test_an_edit_of_a_record_changed_since_shows_a_notice_and_keeps_the_typed_values(
    patient, dana, other, signed_in
):
    client, url = signed_in(dana), reverse("staff:patient_edit", args=[patient.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name not in ("key", "is_someone_else")}
    signed_in(other).post(url, data | {"phone": "555-0222"})

    response = client.post(url, data | {"phone": "555-0333"})

    assert response.status_code == 409
    assert "Omar Haddad changed this record at 12:00" in response.text
    assert "Phone: 555-0222" in response.text
    form = response.context["form"]
    assert form["phone"].value() == "555-0333"
    client.post(url, {name: form[name].value() or "" for name in data})
    patient.refresh_from_db()
    assert patient.phone == "555-0333"


def test_a_double_click_on_save_saves_once(patient, dana, signed_in):
    client, url = signed_in(dana), reverse("staff:patient_edit", args=[patient.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name not in ("key", "is_someone_else")}

    answers = [client.post(url, data | {"phone": "555-0222"}) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert client.get(answers[-1].url).text.count("<p>Saved.</p>") == 1


# --- Finding ----------------------------------------------------------------------------------------------------------


def found(client, typed=""):
    return listed(client, f"?found={seal(typed)}" if typed else "")


def listed(client, query):
    return [row.patient.full_name for row in client.get(f"/staff/patients/{query}").context["caseload"].rows]


@pytest.mark.parametrize(
    "typed", ["mar", "MARGARET", "lee", "Lee Mar", "o'neill", "oneill", "neill", "jose", "José", "peg"]
)
def test_a_patient_is_found_by_the_beginning_of_any_part_of_the_name(clinic, dana, signed_in, typed):
    PatientFactory(clinic=clinic, full_name="José Margaret O’Neill-Lee", called="Peggy")
    PatientFactory(clinic=clinic, full_name="Adam Tremblay")

    assert found(signed_in(dana), typed) == ["José Margaret O’Neill-Lee"]


def test_wildcard_characters_have_no_special_meaning_in_a_search(clinic, dana, signed_in):
    PatientFactory(clinic=clinic, full_name="Rosa Delgado")

    assert found(signed_in(dana), "r%do") == []
    assert found(signed_in(dana), "r_sa") == []


def test_a_search_of_punctuation_only_shows_all_patients(clinic, dana, signed_in):
    PatientFactory(clinic=clinic, full_name="Rosa Delgado")

    assert found(signed_in(dana), "%") == ["Rosa Delgado"]


def test_a_new_name_is_found_and_the_old_one_no_longer(patient, dana, signed_in):
    patient.full_name = "Margaret Summers"
    patient.save()

    assert found(signed_in(dana), "summers") == ["Margaret Summers"]
    assert found(signed_in(dana), "lee") == []


def test_patients_made_in_bulk_are_found_too(clinic, dana, signed_in):
    user = PatientFactory(clinic=clinic, screened=False).user
    Patient.objects.all().delete()
    Patient.objects.bulk_create(
        [Patient(clinic=clinic, user=user, full_name="Kwame Kaplan", date_of_birth=datetime.date(1950, 1, 1))]
    )

    assert found(signed_in(dana), "kap") == ["Kwame Kaplan"]


def test_names_cannot_be_changed_with_update_which_skips_search_terms(patient):
    with pytest.raises(ValueError, match="search terms"):
        Patient.objects.update(full_name="Somebody Else")

    assert PatientSearchTerm.objects.filter(patient=patient, word="margaret").exists()


def test_each_part_of_a_name_is_one_search_term():
    assert split_name("  Anne-Marie  Anne ") == ["anne", "marie", "annemarie"]


def test_the_list_can_be_filtered_by_own_patients_and_by_plan_state(clinic, dana, signed_in):
    mine = PatientFactory(clinic=clinic, full_name="Ann Mine", clinician=dana)
    PatientFactory(clinic=clinic, full_name="Bob Other")
    published_plan(mine)
    paused = PatientFactory(clinic=clinic, full_name="Cy Paused")
    Plan.objects.filter(pk=published_plan(paused).plan_id).update(state=PlanState.PAUSED)
    client = signed_in(dana)

    assert found(client) == ["Ann Mine", "Bob Other", "Cy Paused"]
    assert listed(client, "?whose=mine") == ["Ann Mine"]
    assert listed(client, "?plan=active") == ["Ann Mine"]
    assert listed(client, "?plan=paused") == ["Cy Paused"]
    assert listed(client, "?plan=none") == ["Bob Other"]
    assert listed(client, "?plan=nonsense&after=nonsense") == ["Ann Mine", "Bob Other", "Cy Paused"]


def test_pages_are_ordered_by_name_in_both_directions(clinic, dana, signed_in):
    for number in range(60):
        PatientFactory(clinic=clinic, full_name=f"Pat {number // 2:02}")  # every name twice
    client, everyone, page = signed_in(dana), [], f"/staff/patients/?found={seal('pat')}"
    pages = [page]
    while page:
        response = client.get(page)
        everyone += [row.patient.pk for row in response.context["caseload"].rows]
        following = re.search(r'rel="next" href="([^"]+)"', response.text)
        page = f"/staff/patients/{following.group(1).replace('&amp;', '&')}" if following else None
        pages.append(page)

    assert len(everyone) == len(set(everyone)) == 60
    assert "found=" in pages[1]
    last = client.get(pages[-2])
    back = re.search(r'rel="prev" href="([^"]+)"', last.text).group(1).replace("&amp;", "&")
    assert [
        row.patient.pk for row in client.get(f"/staff/patients/{back}").context["caseload"].rows
    ] == everyone[25:50]


def test_the_search_form_keeps_the_typed_text(dana, signed_in):
    assert (
        'value="mar&quot;gar"' in signed_in(dana).post("/staff/patients/", {"q": 'mar"gar'}, follow=True).text
    )


# --- One patient ------------------------------------------------------------------------------------------------------


def test_the_patient_detail_page_shows_plan_adherence_pain_and_alerts(patient, dana, signed_in):
    version = published_plan(patient, start_date=MONDAY - datetime.timedelta(weeks=1))
    session = ExerciseSessionFactory(version=version, on_date=MONDAY, pain_before=4, pain_after=6, fell=True)
    AlertFactory(session=session, kind="fall")
    SessionEntry.objects.create(session=session, item=version.items.in_order()[0], outcome="done")
    ExerciseHold.objects.create(
        patient=patient,
        clinic=patient.clinic,
        kind="standing",
        question="fell",
        session=session,
        on_date=MONDAY,
        begun_at=NOON,
    )

    page = signed_in(dana).get(reverse("staff:patient", args=[patient.pk])).text

    assert "“Yes, I fell.”" in page
    assert "Pain 4 before, 6 after" in page
    assert "Standing exercises on hold since" in page
    assert "On hold: standing exercises" in page
    assert 'href="tel:555-0123"' in page
    assert "10 times." in page
    assert '<strong class="numbers">100 %</strong> of what was planned' in page
    assert "Change the plan" in page


def test_the_front_desk_sees_contact_details_and_no_health_data(patient, desk, signed_in):
    session = ExerciseSessionFactory(version=published_plan(patient))
    AlertFactory(session=session, kind="fall")

    page = signed_in(desk).get(reverse("staff:patient", args=[patient.pk])).text

    assert "555-0123" in page
    assert reverse("staff:patient_card", args=[patient.pk]) in page
    for secret in ("fell", "Plan now", "Adherence", "Pain", "Exercise"):
        assert secret not in page.partition("<main")[2].partition("</main>")[0]


def test_resolving_from_the_patient_detail_page_redirects_to_it(patient, dana, signed_in):
    event = AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall")
    client, url = signed_in(dana), reverse("staff:alert_resolve", args=[event.pk])

    response = client.post(url, {"note": "Called, no harm.", "back": "patient"}, follow=True)

    assert response.redirect_chain == [(reverse("staff:patient", args=[patient.pk]), 302)]
    assert "“Called, no harm.”" in response.text
    assert "Standing exercises rest" not in response.text


def test_the_second_person_to_resolve_an_alert_sees_who_resolved_it(patient, dana, other, signed_in):
    event = AlertFactory(session=ExerciseSessionFactory(version=published_plan(patient)), kind="fall")
    url = reverse("staff:alert_resolve", args=[event.pk])
    signed_in(other).post(url, {"note": "Called.", "back": "today"})

    response = signed_in(dana).post(url, {"note": "Nothing.", "back": "today"}, follow=True)

    assert "Omar Haddad has settled this already. Their note stands." in response.text


def test_the_front_desk_sees_the_patients_language(patient, desk, signed_in):
    url = reverse("staff:patient", args=[patient.pk])
    assert "<dt>Language</dt>" not in signed_in(desk).get(url).text

    patient.language = "es"
    patient.save()

    assert '<dt>Language</dt><dd lang="es">Español</dd>' in signed_in(desk).get(url).text
