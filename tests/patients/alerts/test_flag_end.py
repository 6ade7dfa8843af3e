"""The flags of a foot sore and of a Charcot foot end with an answer only, also long after their report.

Source: clinical rules, "Holds": a clinician has seen the foot, and says if the flag stays, has healed, or was none.
"""

import datetime
import re
import uuid

import pytest
from django.urls import reverse

from exercises.models import Position
from patients.exceptions import NotPossibleError
from patients.models import ExerciseHold, Flag, HoldOutcome
from patients.safety.hold_endings import KIND_OF_FLAG, endings_of
from patients.safety.selectors.safety_record import SafetyRecord
from patients.safety.services.flag_endings import end_flag
from patients.safety.services.flags import save_safety_record, set_flag
from patients.safety.services.holds import end_hold
from patients.screening.services.flags import Decision, decide_flag
from patients.sessions.selectors.today import get_today
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseHoldFactory,
    PatientFactory,
    published_plan,
)
from tests.patients.hold_steps import live_flags

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
FEET = (Flag.FOOT_SORE, Flag.CHARCOT_ACTIVE)


@pytest.fixture
def known(patient, dana):
    """Return a function that sets a flag weeks ago."""
    return lambda flag=Flag.FOOT_SORE: set_flag(patient=patient, flag=flag, by=dana, now=NOON - 30 * DAY)


def end_sore(patient, by, key=None):
    """Record that a doctor looked and found no sore."""
    return end_flag(
        patient=patient,
        flag=Flag.FOOT_SORE,
        outcome=HoldOutcome.NOT_FOUND,
        seen_by="Dr. Kim",
        by=by,
        now=NOON,
        key=key,
    )


def url_of(patient, flag=Flag.FOOT_SORE):
    return reverse("staff:flag_end", args=[patient.pk, flag])


def fill(client, patient, outcome, flag=Flag.FOOT_SORE, **more):
    """Return the form data of this answer, with the key of a newly opened page."""
    key = re.search(r'name="key" value="([^"]+)"', client.get(url_of(patient, flag)).text)[1]
    data = {"key": key, f"outcome-{key}": outcome, "seen_by": "Dr. Kim", "note": "Closed."}
    return data | {f"{name}-{key}": value for name, value in more.items()}


class TestOneTapDoesNotEndIt:
    @pytest.mark.parametrize("flag", FEET)
    def test_neither_the_page_of_flags_nor_a_decision_about_a_screening_clears_it(
        self, patient, dana, known, flag
    ):
        known(flag)
        seen = SafetyRecord(frozenset({flag.value}))
        with pytest.raises(NotPossibleError, match="who has seen the foot"):
            save_safety_record(patient=patient, wanted=SafetyRecord(frozenset()), seen=seen, by=dana)
        with pytest.raises(NotPossibleError, match="who has seen the foot"):
            decide_flag(patient=patient, flag=flag, decision=Decision.CLEAR, by=dana)
        assert live_flags(patient) == {flag}

    def test_a_flag_of_another_kind_is_cleared_as_before(self, patient, dana, known):
        known(Flag.FELL)
        save_safety_record(
            patient=patient, wanted=SafetyRecord(frozenset()), seen=SafetyRecord(frozenset({"fell"})), by=dana
        )
        assert live_flags(patient) == set()

    def test_the_decision_about_a_screening_leads_to_the_page(self, client, patient, known):
        known()
        decide = reverse("staff:screening_decide", args=[patient.pk])
        response = client.post(decide, {"flag": "foot_sore", "decision": "clear"})
        assert response.url == url_of(patient)


class TestThePage:
    @pytest.mark.parametrize("flag", FEET)
    def test_offers_the_answers_of_the_hold_and_chooses_none(self, client, patient, known, flag):
        known(flag)
        page = client.get(url_of(patient, flag)).text
        radios = re.findall(r'<input type="radio" name="outcome-[^"]+" value="(\w+)"([^>]*)>', page)
        assert [value for value, _rest in radios] == [row.value for row in endings_of(KIND_OF_FLAG[flag])]
        assert not any("checked" in rest for _value, rest in radios)

    def test_healed_asks_who_has_looked_and_from_when_and_sets_the_past_ulcer(
        self, client, patient, dana, known
    ):
        known()
        arms = ExerciseFactory(name="Arm raise", position=Position.SEATED, demands=[])
        curls = ExerciseFactory(name="Towel toe curls", position=Position.SEATED, demands=["foot_pressure"])
        published_plan(patient, [arms, curls])
        data = fill(client, patient, "healed")
        refused = client.post(url_of(patient), data | {"seen_by": " "})
        assert {name.split("-")[0] for name in refused.context["form"].errors} == {"seen_by", "start"}
        assert "Closed." in refused.text
        assert live_flags(patient) == {"foot_sore"}

        data = fill(client, patient, "healed", start="2026-03-09")
        assert client.post(url_of(patient), data).url == reverse("staff:patient", args=[patient.pk])
        assert live_flags(patient) == {"past_ulcer"}
        hold = ExerciseHold.objects.get(outcome="healed")
        assert (hold.seen_by, hold.note, hold.ended_by) == ("Dr. Kim", "Closed.", dana)

        def names(days):
            return {exercise.name for exercise in get_today(patient, NOON + days * DAY).exercises}

        assert names(2) == {"Arm raise"}
        assert names(9) == {"Arm raise", "Towel toe curls"}
        assert get_today(patient, NOON + 9 * DAY).return_notes

    @pytest.mark.parametrize(
        ("flag", "outcome", "left"),
        [
            (Flag.FOOT_SORE, "flag_kept", {"foot_sore"}),
            (Flag.FOOT_SORE, "not_found", set()),
            (Flag.CHARCOT_ACTIVE, "flag_kept", {"charcot_active"}),
            (Flag.CHARCOT_ACTIVE, "healed", {"charcot_past"}),
            (Flag.CHARCOT_ACTIVE, "infection", set()),
            (Flag.CHARCOT_ACTIVE, "clot", {"clot"}),
            (Flag.CHARCOT_ACTIVE, "other", set()),
            (Flag.CHARCOT_ACTIVE, "not_found", set()),
        ],
    )
    def test_each_answer_says_what_becomes_of_the_flag_whoever_has_set_it(
        self, client, patient, known, flag, outcome, left
    ):
        known(flag)
        more = {"start": "2026-03-09", "cause": "Cellulitis"}
        client.post(url_of(patient, flag), fill(client, patient, outcome, flag, **more))
        assert live_flags(patient) == left

    def test_the_form_sent_twice_counts_once(self, client, patient, known):
        known()
        data = fill(client, patient, "flag_kept")
        assert [client.post(url_of(patient), data).status_code for _click in range(2)] == [302, 302]
        assert ExerciseHold.objects.count() == 1

    def test_a_key_of_another_patients_hold_changes_nothing_of_theirs(self, patient, dana, known, stranger):
        theirs = published_plan().plan.patient
        other_hold = ExerciseHold.objects.create(
            patient=theirs, clinic=theirs.clinic, kind="feet", question="new_sore", on_date=MONDAY
        )
        known()
        end_sore(patient, dana, key=other_hold.pk)
        other_hold.refresh_from_db()
        assert not other_hold.is_ended
        assert live_flags(patient) == set()

    def test_an_answer_that_a_colleague_has_overtaken_is_not_called_saved(
        self, client, patient, dana, known, monkeypatch
    ):
        known()
        data = fill(client, patient, "flag_kept")

        def overtaken(**sent):
            end_flag(**sent | {"outcome": HoldOutcome.NOT_FOUND, "key": None, "now": NOON})
            return end_flag(**sent)

        monkeypatch.setattr("patients.alerts.views.holds.end_flag", overtaken)
        page = client.post(url_of(patient), data, follow=True).text
        assert "This flag is not set." in page
        assert "Saved." not in page

    def test_a_report_that_waits_is_answered_first(self, client, patient, dana, known, tell):
        known()
        tell(new_sore=True, sore_bad=False)
        hold = ExerciseHold.objects.for_a_person().get()
        assert client.get(url_of(patient)).url == reverse("staff:hold_end", args=[hold.pk])
        with pytest.raises(NotPossibleError, match="Answer that one first"):
            end_sore(patient, dana)
        end_hold(hold=hold, outcome=HoldOutcome.FLAG_KEPT, seen_by="Dr. Kim", by=dana, now=NOON)
        assert client.get(url_of(patient)).status_code == 200

    def test_a_report_of_another_patient_that_waits_is_not_asked_about(
        self, client, patient, clinic, dana, known
    ):
        ExerciseHoldFactory(patient=PatientFactory(clinic=clinic), kind="feet", question="new_sore")
        known()
        assert client.get(url_of(patient)).status_code == 200
        ended = end_sore(patient, dana)
        assert ended.patient == patient
        assert live_flags(patient) == set()

    def test_a_flag_that_is_not_set_and_one_of_another_kind_have_no_page(self, client, patient, known):
        known(Flag.FELL)
        assert client.get(url_of(patient)).url == reverse("staff:patient", args=[patient.pk])
        assert client.get(url_of(patient, Flag.FELL)).status_code == 404

    def test_a_form_without_its_key_is_refused_with_the_errors_at_their_fields(self, client, patient, known):
        known()
        data = {"key": "x", f"outcome-{uuid.uuid4()}": "not_found", "seen_by": "Dr. Kim"}
        assert "Choose what is known." in client.post(url_of(patient), data).text
        assert live_flags(patient) == {"foot_sore"}
