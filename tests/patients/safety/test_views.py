"""The page of a patient's flags: setting, clearing, concurrent edits, and the redirect."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from clinic.models import AuditEvent
from exercises.models import Equipment
from patients.models import Flag, PatientFlag
from patients.safety.selectors.flags_page import FLAG_GROUPS, list_flag_effects
from patients.safety.selectors.plan_safety import PatientSafety
from patients.safety.selectors.safety_record import SafetyRecord, differences, merge
from patients.safety.services.flags import save_safety_record, set_flag
from tests.factories import (
    CircumstancesFactory,
    ExerciseFactory,
    PatientFactory,
    PatientFlagFactory,
    PlanItemFactory,
    PlanVersionFactory,
    clinician,
    published_plan,
)
from tests.patients.safety.safety_parts import suspect

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    Equipment.objects.bulk_create(
        [Equipment(slug="band", name="Exercise band"), Equipment(slug="ball", name="Ball")]
    )
    return PatientFactory(full_name="Rosa Delgado")


@pytest.fixture
def dana(patient):
    return clinician(patient.clinic)


@pytest.fixture
def desk(client, dana):
    client.force_login(dana)
    return client


def address(patient):
    return f"/staff/patients/{patient.pk}/flags/"


def on_record(patient):
    return SafetyRecord.of(PatientSafety.of(patient))


def sent(seen, **typed):
    return {"seen": seen.as_text()} | typed


def text_of(response):
    return " ".join(response.content.decode().split())


class TestThePage:
    def test_shows_the_current_record_the_effects_of_flags_and_their_authors(self, desk, patient, dana):
        PatientFlagFactory(patient=patient, flag=Flag.FOOT_SORE, set_by=dana)
        CircumstancesFactory(patient=patient, minutes_a_session=20, edited_by=dana)

        shown = desk.get(address(patient))
        page = text_of(shown)

        assert shown.context["form"]["flags"].value() == ["foot_sore"]
        assert page.count(" checked") == 1
        assert "<strong>Blocks:</strong> No water exercise with an open ulcer." in page
        assert "<strong>Warns:</strong> Risk of falling." in page
        assert f'Open foot sore: set</span> <span class="muted">by {dana.name}' in page
        assert 'value="20"' in page

    def test_saves_all_fields_and_redirects_to_the_patient(self, desk, patient, dana):
        answer = desk.post(
            address(patient),
            sent(
                on_record(patient),
                flags=["fell", "numb_feet"],
                eyes_closed="on",
                minutes="25",
                at_home=["band"],
            ),
        )

        assert answer.headers["Location"] == f"/staff/patients/{patient.pk}/"
        assert on_record(patient) == SafetyRecord(
            frozenset({"fell", "numb_feet"}), eyes_closed=True, minutes=25, at_home=frozenset({"band"})
        )
        assert {row.set_by for row in patient.flags.all()} == {dana}

    def test_clears_unchecked_flags_and_stores_the_author(self, desk, patient, dana):
        row = PatientFlagFactory(patient=patient, flag=Flag.FELL)

        desk.post(address(patient), sent(on_record(patient)))

        row.refresh_from_db()
        assert row.cleared_by == dana
        assert "Fell in the last year: cleared" in text_of(desk.get(address(patient)))

    def test_a_second_identical_submission_changes_nothing(self, desk, patient):
        form = sent(on_record(patient), flags=["fell"], minutes="20")
        for _time in range(2):
            assert desk.post(address(patient), form).status_code == 302

        assert PatientFlag.objects.count() == 1
        assert AuditEvent.objects.filter(action="flag.set").count() == 1
        assert AuditEvent.objects.filter(action="circumstances.set").count() == 1

    @pytest.mark.parametrize("minutes", ["4", "181", "a while"])
    def test_reports_an_impossible_time_and_preserves_the_other_input(self, desk, patient, minutes):
        page = desk.post(address(patient), sent(on_record(patient), flags=["fell"], minutes=minutes))

        assert "Use 5 to 180 minutes." in text_of(page)
        assert page.context["form"]["flags"].value() == ["fell"]
        assert not patient.flags.exists()

    def test_refuses_an_invalid_hidden_record(self, desk, patient):
        for text in ("", "x", "{}", '[["wings"],false,null,[],[]]', "[[],false,null,[]]", "[1,2]"):
            page = desk.post(address(patient), {"seen": text, "flags": ["fell"]})
            assert page.status_code == 200
            assert page.context["form"].errors["seen"]
        assert not patient.flags.exists()


class TestASuspicion:
    @pytest.fixture
    def suspected(self, patient):
        return suspect(patient, Flag.CHARCOT_ACTIVE)

    def test_is_shown_with_its_origin_and_can_be_confirmed(self, desk, patient, dana, suspected):
        seen = on_record(patient)
        page = text_of(desk.get(address(patient)))
        assert f"Reported by the patient: {patient.user.name}" in page
        assert "To confirm" in page
        assert page.count("I confirm this") == 1

        desk.post(address(patient), sent(seen, flags=["charcot_active"], confirmed=["charcot_active"]))

        suspected.refresh_from_db()
        assert (suspected.is_live, suspected.is_unsettled) == (True, False)
        assert "To confirm" not in text_of(desk.get(address(patient)))

    def test_stays_one_if_something_else_is_saved(self, desk, patient, suspected):
        desk.post(address(patient), sent(on_record(patient), flags=["charcot_active", "fell"]))

        suspected.refresh_from_db()
        assert (suspected.is_live, suspected.is_unsettled) == (True, True)
        assert on_record(patient).flags == {"charcot_active", "fell"}

    def test_of_a_charcot_foot_ends_with_an_answer_only(self, desk, patient, dana, suspected):
        page = desk.post(address(patient), sent(on_record(patient)))

        suspected.refresh_from_db()
        assert suspected.cleared_by is None
        assert "ends with an answer" in text_of(page)
        assert reverse("staff:flag_end", args=[patient.pk, suspected.flag]) in text_of(page)

    def test_that_came_in_meanwhile_is_shown_before_anything_is_saved(self, desk, patient):
        seen = on_record(patient)
        suspect(patient, Flag.FOOT_SORE)

        page = desk.post(address(patient), sent(seen, flags=["fell"]))

        assert page.status_code == 409
        assert page.context["form"]["confirmed"].value() == []
        assert "To confirm" in text_of(page)
        assert on_record(patient).unsettled == {"foot_sore"}


class TestTheGroups:
    def test_hold_every_flag_once_in_the_order_of_the_flags(self):
        assert [flag for _title, flags in FLAG_GROUPS for flag in flags] == list(Flag)

    def test_say_of_each_flag_what_it_does_and_why(self, desk, patient):
        page = text_of(desk.get(address(patient)))

        for title, flags in FLAG_GROUPS:
            assert f'<legend class="h3">{title}</legend>' in page
            for flag in flags:
                assert f'What it does<span class="visually-hidden">: {escape(flag.label)}</span>' in page
        assert "PMC4254543, table 4 (read);" in page
        assert "Least support: hold on with one hand, where there is something to hold." in page
        assert "CDC STEADI (kept from version 1)." in page

    @pytest.mark.parametrize("flag", Flag)
    def test_give_every_flag_an_effect(self, flag):
        assert list_flag_effects(flag)


class TestTwoPeopleAtOnce:
    def test_the_second_user_sees_the_changes_and_can_save_the_merged_record(self, desk, patient, dana):
        seen = on_record(patient)
        colleague = clinician(patient.clinic)
        set_flag(patient=patient, flag=Flag.FOOT_SORE, by=colleague)

        page = desk.post(address(patient), sent(seen, flags=["fell"], minutes="20"))

        assert page.status_code == 409
        assert f"{colleague.name} changed this" in text_of(page)
        assert "<li>Set: Open foot sore.</li>" in text_of(page)
        assert sorted(page.context["form"]["flags"].value()) == ["fell", "foot_sore"]
        assert page.context["form"]["minutes"].value() == 20
        assert on_record(patient).flags == {"foot_sore"}

        form = page.context["form"]
        desk.post(
            address(patient), {"seen": form["seen"].value(), "flags": ["fell", "foot_sore"], "minutes": "20"}
        )
        assert on_record(patient) == SafetyRecord(frozenset({"fell", "foot_sore"}), minutes=20)

    def test_an_identical_edit_of_a_second_user_is_no_conflict(self, patient, dana):
        seen = on_record(patient)
        wanted = SafetyRecord(frozenset({"fell"}))

        assert save_safety_record(patient=patient, wanted=wanted, seen=seen, by=dana)
        assert not save_safety_record(patient=patient, wanted=wanted, seen=seen, by=clinician(patient.clinic))

    def test_a_merge_takes_each_value_from_the_user_who_changed_it(self):
        base = SafetyRecord(frozenset({"fell", "numb_feet"}), minutes=20, at_home=frozenset({"band"}))
        mine = SafetyRecord(
            frozenset({"numb_feet", "autonomic"}), minutes=20, at_home=frozenset({"band", "ball"})
        )
        theirs = SafetyRecord(
            frozenset({"fell", "numb_feet", "foot_sore"}),
            eyes_closed=True,
            minutes=30,
            unsettled=frozenset({"fell", "foot_sore"}),
        )

        assert merge(base=base, mine=mine, theirs=theirs) == SafetyRecord(
            frozenset({"numb_feet", "autonomic", "foot_sore"}),
            eyes_closed=True,
            minutes=30,
            at_home=frozenset({"ball"}),
            unsettled=frozenset({"foot_sore"}),
        )

    def test_a_confirmation_is_merged_with_another_edit(self):
        base = SafetyRecord(frozenset({"foot_sore"}), unsettled=frozenset({"foot_sore"}))
        mine = SafetyRecord(frozenset({"foot_sore"}))
        theirs = SafetyRecord(frozenset({"foot_sore"}), minutes=30, unsettled=frozenset({"foot_sore"}))

        assert merge(base=base, mine=mine, theirs=theirs) == SafetyRecord(
            frozenset({"foot_sore"}), minutes=30
        )
        assert differences(base, mine, {}) == ["Confirmed: Open foot sore."]

    def test_differences_are_sentences(self):
        before = SafetyRecord(frozenset({"fell"}), eyes_closed=True, minutes=20)
        after = SafetyRecord(frozenset({"foot_sore"}), at_home=frozenset({"band"}))

        assert differences(before, after, {"band": "Exercise band"}) == [
            "Set: Open foot sore.",
            "Cleared: Fell in the last year.",
            "Eyes closed: locked.",
            "Time for a session: not known.",
            "At home: Exercise band.",
        ]
        assert differences(before, before, {}) == []


class TestWhatItMeansForThePlan:
    def test_a_message_names_the_exercises_that_the_plan_now_leaves_out(self, desk, patient):
        version = published_plan(
            patient, [ExerciseFactory(name="Calf raise"), ExerciseFactory(name="Hum", position="seated")]
        )
        assert not version.items.filter(safety_overrides__isnull=False).exists()

        page = desk.post(address(patient), sent(on_record(patient), flags=["foot_sore"]), follow=True)

        assert "leaves these out from now on, until you change it: Calf raise." in text_of(page)

    def test_a_message_names_the_exercises_for_which_the_patient_holds_on_more(self, desk, patient):
        published_plan(patient, [ExerciseFactory(name="Sideways walk", demands=["walking"], support="none")])

        page = desk.post(address(patient), sent(on_record(patient), flags=["fell"]), follow=True)

        assert "until you change it: Sideways walk (hold on with one hand)." in text_of(page)

    def test_there_is_no_message_if_no_exercise_is_left_out(self, desk, patient):
        published_plan(patient, [ExerciseFactory(position="seated")])

        page = desk.post(address(patient), sent(on_record(patient), flags=["foot_sore"]), follow=True)

        assert "leaves these out" not in text_of(page)


class TestWhileBuilding:
    def test_the_page_redirects_to_the_draft(self, desk, patient):
        version = PlanVersionFactory(plan__patient=patient)
        PlanItemFactory(version=version)
        here = f"/staff/plans/{version.plan_id}/flags/"
        assert f'href="/staff/plans/{version.plan_id}/draft/"' in text_of(desk.get(here))

        answer = desk.post(here, sent(on_record(patient), flags=["fell"]))

        assert answer.headers["Location"] == f"/staff/plans/{version.plan_id}/draft/"
        assert on_record(patient).flags == {"fell"}

    def test_the_flags_of_a_plan_of_another_clinic_are_answered_with_404(self, desk):
        foreign = PlanVersionFactory(plan__patient=PatientFactory())

        assert desk.get(f"/staff/plans/{foreign.plan_id}/flags/").status_code == 404
        assert desk.get(f"/staff/patients/{foreign.plan.patient_id}/flags/").status_code == 404


@pytest.mark.parametrize("count", [2, 20])
def test_a_long_history_takes_as_many_queries_as_a_short_one(
    desk, patient, dana, count, django_assert_max_num_queries
):
    for _time in range(count):
        row = PatientFlagFactory(patient=patient, flag=Flag.FELL)
        row.cleared_at, row.cleared_by = row.set_at, clinician(patient.clinic)
        row.save()

    with django_assert_max_num_queries(9):
        page = desk.get(address(patient))

    assert text_of(page).count("Fell in the last year: cleared") >= min(count, 10)
