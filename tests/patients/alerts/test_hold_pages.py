"""Resolving an alert about a hold asks what becomes of it; the hold is on the patient's page until it has ended."""

import datetime
import re

import pytest
from django.urls import reverse

from exercises.models import Position
from patients.alerts.services.answers import HoldAnswer, resolve_alert
from patients.exceptions import NotPossibleError
from patients.models import Alert, ExerciseHold, HoldOutcome, PainLimit
from patients.safety.services.holds import end_hold, look_at_hold
from tests.factories import NOON, ExerciseFactory, PatientFactory, published_plan
from tests.patients.hold_steps import live_flags, resolve_url

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


# --- Resolving --------------------------------------------------------------------------------------------------------


def test_an_alert_with_a_hold_leads_to_a_page_and_has_no_button_that_resolves_it(client, sore):
    page = client.get(reverse("staff:alerts")).text

    assert f'href="{resolve_url(sore)}?back=alerts"' in page
    assert f'formaction="{resolve_url(sore)}"' not in page


def test_an_alert_without_a_hold_is_resolved_with_one_click(client, tell):
    near_fall = tell(near_fall=True).alerts.get()
    assert f'formaction="{resolve_url(near_fall)}"' in client.get(reverse("staff:alerts")).text

    client.post(resolve_url(near_fall), {"note": "", "seen": "", "back": "today"})
    near_fall.refresh_from_db()
    assert not near_fall.is_waiting


def test_the_page_offers_the_answers_of_the_table_and_chooses_none(client, sore, hold):
    text = client.get(resolve_url(sore)).text

    radios = re.findall(rf'<input type="radio" name="outcome-{hold.pk}" value="(\w+)"([^>]*)>', text)
    assert [value for value, _rest in radios] == ["flag_kept", "healed", "not_found"]
    assert not any("checked" in rest for _value, rest in radios)
    assert "“Yes, there is a new sore on my foot.”" in text
    assert "1,000 steps a day in week 1" in text, "the rule for the time after it"
    assert "SALSA" in text


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"outcome", "seen_by"}),
        ({"seen_by": "Dr. Kim"}, {"outcome"}),
        ({"outcome": "healed"}, {"seen_by", "start"}),
        ({"outcome": "flag_kept"}, {"seen_by"}),
        ({"outcome": "mistake", "seen_by": "Dr. Kim"}, {"outcome"}),
    ],
)
def test_without_an_answer_nothing_is_resolved_and_errors_are_at_their_fields(
    client, sore, hold, patient, typed, wrong
):
    data = {"seen": "", "note": "Called.", **typed}
    if "outcome" in data:
        data[f"outcome-{hold.pk}"] = data.pop("outcome")
    response = client.post(resolve_url(sore), data)

    errors = response.context["form"].errors
    assert {name.split("-")[0] for name in errors} == wrong
    assert 'id="error-summary"' in response.text
    for name in errors:
        assert f'href="#id_{name}' in response.text
    assert "Called." in response.text
    sore.refresh_from_db()
    hold.refresh_from_db()
    assert (sore.is_waiting, hold.is_ended) == (True, False)
    assert live_flags(patient) == {"foot_sore"}


@pytest.mark.parametrize(
    ("outcome", "flags"),
    [("flag_kept", {"foot_sore"}), ("healed", {"past_ulcer"}), ("not_found", set())],
)
def test_an_answer_resolves_the_alert_and_ends_the_hold_at_once(
    client, sore, hold, patient, dana, outcome, flags
):
    data = {f"outcome-{hold.pk}": outcome, "seen_by": "Dr. Kim", "note": "Seen at noon.", "seen": ""}
    data |= {f"start-{hold.pk}": "2026-03-09"} if outcome == "healed" else {}
    response = client.post(resolve_url(sore), data | {"back": "today"}, follow=True)

    assert response.redirect_chain[-1][0] == reverse("staff:today")
    sore.refresh_from_db()
    hold.refresh_from_db()
    assert (sore.settled_by, sore.note) == (dana, "Seen at noon.")
    assert (hold.outcome, hold.seen_by, hold.note) == (outcome, "Dr. Kim", "Seen at noon.")
    assert live_flags(patient) == flags


def test_an_answer_that_needs_a_date_asks_for_it(client, tell):
    chest = tell(chest=True).alerts.get(kind="chest")
    hold = ExerciseHold.objects.for_a_person().get()
    data = {f"outcome-{hold.pk}": "cleared", "seen_by": "Dr. Kim", "note": "", "seen": ""}

    assert list(client.post(resolve_url(chest), data).context["form"].errors) == [f"start-{hold.pk}"]
    for wrong in ("2026-03-01", "9999-12-31"):
        answer = client.post(resolve_url(chest), data | {f"start-{hold.pk}": wrong})
        assert list(answer.context["form"].errors) == [f"start-{hold.pk}"]
    assert client.post(resolve_url(chest), data | {f"start-{hold.pk}": "2026-03-09"}).status_code == 302
    hold.refresh_from_db()
    assert hold.start_on == datetime.date(2026, 3, 9)


def test_a_fall_and_a_sore_of_one_report_are_asked_about_on_one_page(client, tell, patient):
    alert = tell(fell=True, new_sore=True).alerts.get(kind="fall")
    standing, feet = (ExerciseHold.objects.for_a_person().get(kind=kind) for kind in ("standing", "feet"))
    data = {f"outcome-{standing.pk}": "flag_kept", "seen_by": "Dr. Kim", "note": "", "seen": ""}
    assert list(client.post(resolve_url(alert), data).context["form"].errors) == [f"outcome-{feet.pk}"]

    client.post(resolve_url(alert), data | {f"outcome-{feet.pk}": "not_found"})
    assert not Alert.objects.waiting().exists()
    assert not ExerciseHold.objects.for_a_person().exists()
    assert live_flags(patient) == {"fell"}


def test_a_second_report_of_a_sore_has_a_hold_and_an_answer_of_its_own(client, sore, hold, tell, patient):
    second = tell(new_sore=True).alerts.get(kind="sore")
    other = second.report.exercise_holds.get(ends_at=None)
    data = {f"outcome-{hold.pk}": "not_found", "seen_by": "Dr. Kim", "note": "", "seen": ""}
    client.post(resolve_url(sore), data)

    assert list(ExerciseHold.objects.for_a_person()) == [other]
    assert live_flags(patient) == {"foot_sore"}
    with pytest.raises(NotPossibleError):
        resolve_alert(alert=second, by=second.patient.user, now=NOON)
    page = client.get(resolve_url(second)).text
    assert f'name="outcome-{other.pk}"' in page
    assert f"outcome-{hold.pk}" not in page
    client.post(resolve_url(second), {f"outcome-{other.pk}": "not_found", "seen_by": "Dr. Kim"})
    assert live_flags(patient) == set()


def test_after_the_hold_has_ended_the_alert_is_resolved_with_one_click(client, sore, hold, dana):
    end_hold(hold=hold, outcome=HoldOutcome.NOT_FOUND, seen_by="Dr. Kim", by=dana, now=NOON)

    client.post(resolve_url(sore), {"note": "", "seen": ""})
    sore.refresh_from_db()
    assert not sore.is_waiting


def test_the_service_ends_nothing_if_one_answer_is_refused(tell, patient, dana):
    alert = tell(fell=True, new_sore=True).alerts.get(kind="fall")
    holds = list(ExerciseHold.objects.for_a_person())
    answers = {hold.pk: HoldAnswer(outcome=HoldOutcome.HEALED) for hold in holds}

    with pytest.raises(NotPossibleError, match="does not belong"):
        resolve_alert(alert=alert, by=dana, answers=answers, seen_by="Dr. Kim", now=NOON)
    assert ExerciseHold.objects.for_a_person().count() == 2
    assert Alert.objects.waiting().count() == 2


def test_a_note_written_meanwhile_keeps_what_was_typed(client, sore, hold):
    data = {f"outcome-{hold.pk}": "not_found", "seen_by": "Dr. Kim", "note": "Mine.", "seen": ""}
    Alert.objects.update(note="Theirs.")
    response = client.post(resolve_url(sore), data)

    assert response.status_code == 409
    assert "Theirs." in response.text
    again = {name: value for name, value in response.context["form"].data.items() if value}
    assert client.post(resolve_url(sore), again).status_code == 302
    sore.refresh_from_db()
    assert sore.note == "Mine."


def test_a_resolved_alert_has_no_page(client, sore, hold, dana):
    answers = {hold.pk: HoldAnswer(outcome=HoldOutcome.NOT_FOUND)}
    resolve_alert(alert=sore, by=dana, answers=answers, seen_by="Dr. Kim", now=NOON)

    page = client.get(resolve_url(sore), follow=True)
    assert "has settled this already" in page.text


# --- The patient's page -----------------------------------------------------------------------------------------------


@pytest.fixture
def patient_page(client, patient):
    return lambda: client.get(reverse("staff:patient", args=[patient.pk]))


def test_the_patients_page_shows_the_hold_and_what_it_keeps_away(version, sore, hold, clock, dana, signed_in):
    arms = ExerciseFactory(name="Arm raise", position=Position.SEATED, demands=[])
    curls = ExerciseFactory(name="Towel toe curls", position=Position.SEATED, demands=["foot_pressure"])
    published_plan(plan=version.plan, number=2, exercises=[arms, curls])
    clock.move_to(NOON + DAY)  # a sore ends all exercises of its day
    text = signed_in(dana).get(reverse("staff:patient", args=[version.plan.patient_id])).text

    assert "Feet on hold since" in text
    assert "Margaret Lee reported: “Yes, there is a new sore on my foot.”" in text
    assert "Nothing that loads the foot is offered until someone has seen it." in text
    assert "<s><strong>Towel toe curls</strong></s>" in text
    assert "<s><strong>Arm raise</strong></s>" not in text
    assert f'href="{resolve_url(sore)}"' in text
    assert 'href="tel:555-0123"' in text
    assert "Margaret Lee is offered 1 of 2\n  exercises until the hold ends." in text


def test_a_hold_whose_alert_is_resolved_stays_and_has_a_page_of_its_own(
    patient_page, client, sore, hold, dana
):
    Alert.objects.update(settled_at=NOON, settled_by=dana)
    url = reverse("staff:hold_end", args=[hold.pk])
    assert f'href="{url}"' in patient_page().text
    assert "Feet on hold" in client.get(reverse("staff:today")).text

    assert list(client.post(url, {}).context["form"].errors) == [f"outcome-{hold.pk}", "seen_by"]
    data = {f"outcome-{hold.pk}": "not_found", "seen_by": "Dr. Kim"}
    assert "The hold has ended" in client.post(url, data, follow=True).text
    hold.refresh_from_db()
    assert hold.outcome == "not_found"
    assert "Feet on hold" not in patient_page().text
    assert "has ended this hold already" in client.get(url, follow=True).text


def test_i_am_working_on_it_leaves_the_hold_in_force(patient_page, client, hold, dana, other, signed_in):
    url = reverse("staff:hold_look", args=[hold.pk])
    assert "Nobody has looked at it yet." in patient_page().text
    client.post(url)

    hold.refresh_from_db()
    assert (hold.looked_by, hold.is_ended) == (dana, False)
    assert "Dana Reyes</strong> works on it" in patient_page().text
    assert "Dana Reyes works on it already" in signed_in(other).post(url, follow=True).text


def test_a_hold_of_the_day_is_shown_and_ends_by_itself(patient_page, client, tell):
    tell(dizzy=True)
    hold = ExerciseHold.objects.get()

    assert "It ends by itself." in patient_page().text
    assert (
        "This hold ends by itself" in client.get(reverse("staff:hold_end", args=[hold.pk]), follow=True).text
    )


def test_a_hold_without_any_alert_is_on_the_teams_first_page(client, hold, clinic, dana):
    Alert.objects.all().delete()

    page = client.get(reverse("staff:today")).text
    assert "On hold, without an open alert" in page
    assert "Nobody has looked" in page
    look_at_hold(hold=hold, by=dana, now=NOON)
    assert "Dana Reyes works on it." in client.get(reverse("staff:today")).text


def test_a_report_is_in_the_log_of_the_patient(patient_page, sore):
    text = patient_page().text

    assert "Told a sign outside a session." in text
    assert "<strong>New sore on a foot.</strong>" in text


def test_what_was_told_and_what_was_not_answered_is_shown(client, tell):
    tell(fell=True, calf=True)
    page = client.get(reverse("staff:alerts")).text

    assert "Told from the stop sheet." in page
    assert "Did you hit your head?" in page
    assert "Consider the flag: Blood clot, known or suspected." in page


def test_holds_of_another_clinic_do_not_exist(hold, stranger, signed_in):
    outsider = signed_in(stranger)
    for name in ("hold_end", "hold_look"):
        assert outsider.post(reverse(f"staff:{name}", args=[hold.pk])).status_code == 404
    hold.refresh_from_db()
    assert (hold.is_ended, hold.looked_at) == (False, None)


def test_the_front_desk_cannot_answer_a_hold(hold, desk, signed_in):
    for name in ("hold_end", "hold_look"):
        assert signed_in(desk).post(reverse(f"staff:{name}", args=[hold.pk])).status_code == 403


@pytest.mark.parametrize("count", [1, 12])
def test_the_pages_stay_within_ten_queries(count, client, tell, patient, django_assert_max_num_queries):
    published_plan(
        plan=patient.plans.get(),
        number=2,
        exercises=ExerciseFactory.create_batch(12, position=Position.STANDING),
    )
    for _number in range(count):
        alert = tell(fell=True, new_sore=True, chest=True).alerts.first()
    client.get(reverse("staff:patient", args=[patient.pk]))
    hold = ExerciseHold.objects.for_a_person().first()
    for url in (
        resolve_url(alert),
        reverse("staff:hold_end", args=[hold.pk]),
        reverse("staff:patient", args=[patient.pk]),
        reverse("staff:today"),
        reverse("staff:alerts"),
        reverse("staff:pain_limit", args=[patient.pk]),
    ):
        with django_assert_max_num_queries(10):
            assert client.get(url).status_code == 200


# --- The pain limit ---------------------------------------------------------------------------------------------------


def test_a_clinician_sets_changes_and_ends_a_pain_limit_with_a_reason(client, patient, dana):
    url = reverse("staff:pain_limit", args=[patient.pk])
    assert "the greater of 7 and 3 above the usual" in client.get(url).text
    assert list(client.post(url, {"limit": "6", "reason": " "}).context["form"].errors) == ["reason"]
    assert list(client.post(url, {"limit": "11", "reason": "x"}).context["form"].errors) == ["limit"]

    client.post(url, {"limit": "6", "reason": "Flares after a fracture."})
    assert PainLimit.objects.get_limit(patient) == 6
    assert (
        "Pain limit 6, set by a clinician." in client.get(reverse("staff:patient", args=[patient.pk])).text
        or not patient.sessions.exists()
    )
    client.post(url, {"limit": "8", "reason": "Better."})
    client.post(url, {"limit": "8", "reason": "Better."})
    assert PainLimit.objects.get_limit(patient) == 8
    assert PainLimit.objects.count() == 2
    assert "Flares after a fracture." in client.get(url).text

    client.post(url, {"limit": "", "reason": ""})
    assert PainLimit.objects.get_limit(patient) is None
    assert set(PainLimit.objects.values_list("set_by", "cleared_by")) == {(dana.pk, dana.pk)}


def test_the_pain_limit_of_another_patient_is_not_that_of_this_one(clinic, patient, dana):
    PainLimit.objects.create(
        patient=PatientFactory(clinic=clinic), limit=2, reason="Flares.", set_at=NOON, set_by=dana
    )
    assert PainLimit.objects.get_limit(patient) is None


def test_the_front_desk_cannot_set_a_pain_limit(desk, patient, signed_in):
    url = reverse("staff:pain_limit", args=[patient.pk])
    assert signed_in(desk).post(url, {"limit": "6", "reason": "x"}).status_code == 403
    assert not PainLimit.objects.exists()


# --- High ketones -----------------------------------------------------------------------------------------------------


def test_high_ketones_are_ended_by_the_team_for_a_patient_without_test_strips(client, tell, patient):
    tell(sugar="high", ketones="moderate")
    hold = ExerciseHold.objects.get(kind="ketones")
    url = reverse("staff:hold_end", args=[hold.pk])
    page = client.get(reverse("staff:patient", args=[patient.pk])).text
    assert f'href="{url}"' in page
    assert "I am working on it" not in page
    assert list(client.post(url, {"seen_by": "Dr. Kim"}).context["form"].errors) == [f"outcome-{hold.pk}"]

    client.post(url, {f"outcome-{hold.pk}": "cleared", "seen_by": "Dr. Kim"})

    hold.refresh_from_db()
    assert (hold.is_ended, hold.outcome, hold.seen_by) == (True, "cleared", "Dr. Kim")


def test_a_hold_that_ends_by_itself_has_no_button(client, tell, patient):
    tell(ill=True)
    hold = ExerciseHold.objects.get(kind="ill")
    url = reverse("staff:hold_end", args=[hold.pk])
    assert f'href="{url}"' not in client.get(reverse("staff:patient", args=[patient.pk])).text
    client.post(url, {f"outcome-{hold.pk}": "cleared", "seen_by": "Dr. Kim"})
    hold.refresh_from_db()
    assert not hold.is_ended
