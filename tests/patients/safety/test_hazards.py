"""Controls of the hazard log that concern several pages at once: the whole catalogue is the plan of one patient."""

import datetime
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from exercises.catalogue.glucose import GLUCOSE_BANDS
from exercises.models import Exercise
from patients.alerts.services.answers import resolve_alert
from patients.documents.handout import handout
from patients.exceptions import NotPossibleError
from patients.models import ExerciseHold, Flag, FlagOrigin, HoldOutcome, ReportPlace
from patients.plans.services.drafts import create_next_version, publish_plan
from patients.safety.selectors.plan_safety import get_item_safety
from patients.safety.services.flags import set_flag
from patients.safety.services.holds import end_hold
from patients.safety.services.overrides import acknowledge_warning, override_block
from patients.sessions import check_in
from patients.sessions.advice import every_advice, get_advice
from patients.sessions.questions import Level
from patients.sessions.selectors.session_progress import get_session_progress, list_sessions
from patients.sessions.selectors.today import get_today
from patients.sessions.services.reports import save_report
from patients.sessions.services.sessions import finish_session, save_answers, start_session
from patients.simulation.offers import offers_of_session, read_offers
from tests.factories import MONDAY, NOON, clinician, published_plan

from .asked_of_product import product_notes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_data")]

LATER = NOON + datetime.timedelta(minutes=1)
LOADS_THE_FOOT = {
    *("towel-toe-curls", "toe-press", "toe-spread", "toe-lift", "short-foot", "seated-heel-raise"),
    *("stationary-cycling", "band-ankle-inversion", "band-ankle-eversion", "seated-row-band"),
    *("calf-raise", "brisk-walk", "swimming", "pool-walking", "sit-to-stand", "sit-to-stand-with-hands"),
}
MOVES_THE_FOOT = {
    "seated-ankle-pump",
    "ankle-circles",
    "ankle-alphabet",
    "seated-dorsiflexion",
    "chair-march",
}
ARMS_AND_TRUNK = {"arm-raise", "seated-arm-swing", "seated-side-reach", "chest-stretch", "neck-rotation"}


@pytest.fixture(scope="module")
def catalogue(shared_data):
    call_command("load_catalogue", verbosity=0)
    return list(Exercise.objects.filter(clinic=None).select_related("easier"))


@pytest.fixture
def version(catalogue):
    return published_plan(exercises=catalogue)


@pytest.fixture
def patient(version):
    return version.plan.patient


def report(patient, now=NOON, **answers):
    return save_report(patient=patient, place=ReportPlace.STOP, answers=answers, by=patient.user, now=now)


def offered(patient, now=LATER, *, before=None) -> set[str]:
    """Return the slugs that today's page and the copy on the phone offer, for sessions before a moment if given."""
    _snapshot, offers = read_offers(patient, now)
    return {offer.slug for offer in offers if before is None or offer.when < before}


def printed(version, now=LATER) -> set[str]:
    """Return the slugs that the handout asks for."""
    return {
        row.exercise.slug for row in handout(version, version.plan.patient, now=now).rows if not row.rests
    }


class TestWithoutAReport:
    def test_the_whole_catalogue_is_offered_and_printed(self, version, patient, catalogue):
        everything = {exercise.slug for exercise in catalogue}

        assert offered(patient) == everything
        assert printed(version) == everything


class TestASore:
    def test_nothing_that_loads_the_foot_is_offered_on_any_page_or_printed(self, version, patient):
        report(patient, new_sore=True, sore_bad=False)

        assert offered(patient, NOON + datetime.timedelta(days=1)) & LOADS_THE_FOOT == set()
        assert printed(version) & LOADS_THE_FOOT == set()
        assert offered(patient, NOON + datetime.timedelta(days=1)) >= ARMS_AND_TRUNK

    def test_told_in_a_session_it_leaves_nothing_to_go_on_with(self, patient):
        session = start_session(patient=patient, by=patient.user, now=NOON)
        save_answers(session=session, answers={"new_sore": True}, by=patient.user, now=NOON, checks_feet=True)

        assert offers_in_session(session) & LOADS_THE_FOOT == set()

    def test_the_alert_is_not_settled_without_an_answer_and_the_hold_stays_when_the_plan_is_published_anew(
        self, catalogue
    ):
        few = [each for each in catalogue if each.slug in {"towel-toe-curls", "calf-raise", "arm-raise"}]
        version = published_plan(exercises=few)
        patient = version.plan.patient
        told = report(patient, new_sore=True, sore_bad=False)
        tomorrow = NOON + datetime.timedelta(days=1)
        with pytest.raises(NotPossibleError):
            resolve_alert(
                alert=told.alerts.get(kind="sore"), by=clinician(patient.clinic), note="Seen.", now=tomorrow
            )
        publish_in_spite_of_every_rule(version, tomorrow)

        assert offered(patient, tomorrow + datetime.timedelta(days=1)) & LOADS_THE_FOOT == set()
        assert offered(patient, tomorrow + datetime.timedelta(days=1))

    def test_it_stays_for_a_year_if_nobody_ends_it(self, patient):
        report(patient, new_sore=True, sore_bad=False)

        hold = ExerciseHold.objects.live(NOON + datetime.timedelta(days=365)).get(patient=patient)
        assert hold.kind == "feet"

    def test_healed_it_leaves_the_flag_of_a_past_ulcer_and_a_week_that_is_not_the_old_dose(
        self, version, patient
    ):
        report(patient, new_sore=True, sore_bad=False)
        hold = ExerciseHold.objects.get(patient=patient, kind="feet")
        answer = {"seen_by": "Dr. Lin", "start_on": MONDAY + datetime.timedelta(days=7), "now": LATER}
        end_hold(hold=hold, outcome=HoldOutcome.HEALED, by=clinician(patient.clinic), **answer)
        assert set(patient.flags.live().values_list("flag", flat=True)) == {Flag.PAST_ULCER}
        before, after = (NOON + datetime.timedelta(days=days) for days in (2, 9))
        assert offered(patient, before, before=NOON + datetime.timedelta(days=7)) & LOADS_THE_FOOT == set()
        assert "until March 9" in str(get_today(patient, before).hold_notices[0].title)
        assert offered(patient, after) & {"brisk-walk", "swimming", "pool-walking"} == {"brisk-walk"}
        (walk,) = (row for row in get_today(patient, after).exercises if row.slug == "brisk-walk")
        assert (walk.item.reps_min, walk.line.dose.reps_min) == (10, 2)


class TestAHotFoot:
    def test_only_what_leaves_the_foot_alone_is_offered_and_printed(self, version, patient):
        report(patient, hot_foot=True)
        tomorrow = NOON + datetime.timedelta(days=1)

        assert offered(patient, tomorrow) & (LOADS_THE_FOOT | MOVES_THE_FOOT) == set()
        assert offered(patient, tomorrow) >= ARMS_AND_TRUNK
        assert printed(version) & (LOADS_THE_FOOT | MOVES_THE_FOOT) == set()

    def test_it_is_asked_with_the_words_that_it_may_not_hurt(self):
        asked = check_in.question("hot_foot")

        assert "may not hurt" in str(asked.hint)
        assert any("does not hurt" in str(line) for advice in asked.advice for line in advice.to_do)


class TestACalf:
    @pytest.mark.parametrize("breathless", [True, False])
    def test_a_swollen_calf_leaves_nothing(self, patient, breathless):
        report(patient, calf=True, calf_breath=breathless)

        assert offered(patient, NOON + datetime.timedelta(days=30)) == set()

    def test_with_breathlessness_it_is_a_call_for_help_and_without_a_doctor_today(self):
        assert get_advice({"calf": True, "calf_breath": True})[0].level == Level.EMERGENCY
        assert get_advice({"calf": True, "calf_breath": False})[0].level == Level.CALL


class TestCallNow:
    def test_the_first_words_are_the_call_and_have_no_condition(self):
        emergencies = [advice for advice in every_advice() if advice.level == Level.EMERGENCY]

        assert len(emergencies) >= 10
        for advice in emergencies:
            first = str(advice.to_do[0])
            assert re.match(
                r"(Call the emergency number now|Go to the emergency department now)", first
            ) or str(advice.title).startswith("Go to the emergency department now")
            assert not re.search(r"\b(if|unless|when)\b", first, re.IGNORECASE)

    @pytest.mark.parametrize(
        "answers",
        [
            {"chest": True},
            {"breath": True},
            {"faint": True},
            {"weak": True, "weak_sudden": True},
            {"weak": True, "weak_both": True},
            {"stroke": True},
            {"saddle": True},
            {"fell": True, "fell_head": True},
            {"fell": True, "fell_stands": False},
            {"bad_fall": True},
            {"new_sore": True, "sore_bad": True},
            {"cold_foot": True},
            {"low_and_drowsy": True},
            {"dizzy": True, "dizzy_passed": False},
        ],
        ids=str,
    )
    def test_each_sign_alone_is_enough(self, answers):
        assert get_advice(answers)[0].level == Level.EMERGENCY

    def test_a_head_hit_is_a_call_whatever_else_was_told(self):
        with_more = {"fell": True, "fell_head": True, "fell_stands": True, "new_sore": True, "pain_after": 2}

        assert get_advice(with_more)[0].level == Level.EMERGENCY

    def test_each_language_has_as_many_lines_of_each_emergency(self):
        emergencies = [advice for advice in every_advice() if advice.level == Level.EMERGENCY]
        english = [[str(line) for line in advice.to_do] for advice in emergencies]
        with translation.override("es"):
            spanish = [[str(line) for line in advice.to_do] for advice in emergencies]

        assert [len(lines) for lines in spanish] == [len(lines) for lines in english]
        assert all(line not in english[at] for at, lines in enumerate(spanish) for line in lines)


class TestIllness:
    def test_ill_before_the_session_leaves_nothing_today_and_all_of_it_tomorrow(self, patient):
        session = start_session(patient=patient, by=patient.user, now=NOON)
        save_answers(session=session, answers={"ill": True}, by=patient.user, now=NOON, checks_feet=True)

        assert offers_in_session(session) == set()
        assert ExerciseHold.objects.live(NOON + datetime.timedelta(days=1)).count() == 0

    def test_a_hold_of_a_day_ends_at_the_patients_midnight_and_not_at_the_servers(self, patient):
        patient.time_zone = "Pacific/Auckland"
        patient.save()
        report(patient, ill=True)

        hold = ExerciseHold.objects.get(patient=patient)
        midnight = hold.ends_at.astimezone(patient.zone)
        assert (midnight.hour, midnight.minute) == (0, 0)
        assert midnight.date() == NOON.astimezone(patient.zone).date() + datetime.timedelta(days=1)


class TestBloodSugar:
    def test_every_text_from_250_up_speaks_of_ketones(self):
        high = [band for band in GLUCOSE_BANDS if band.from_mg_dl is not None and band.from_mg_dl >= 250]

        assert len(high) == 2
        for band in high:
            assert "etone" in band.title + band.text

    def test_each_unit_has_its_own_numbers_and_no_reading_is_converted(self):
        labels = [(band.label("mg_dl"), band.label("mmol_l")) for band in GLUCOSE_BANDS]

        assert labels == [
            ("< 54", "< 3.0"),
            ("54–69", "3.0–3.9"),
            ("70–89", "4.0–4.9"),
            ("90–149", "5.0–8.2"),
            ("150–249", "8.3–13.8"),
            ("250–349", "13.9–19.3"),
            ("≥ 350", "≥ 19.4"),
        ]

    def test_every_number_of_blood_sugar_in_a_text_has_its_unit(self):
        catalog = (settings.BASE_DIR / "locale/es/LC_MESSAGES/django.po").read_text()
        texts = "".join(re.findall(r'^"?(?:msgid|msgstr)? ?"?(.*)"$', catalog, re.MULTILINE))
        said = " ".join(question.said for question in check_in.QUESTIONS)

        assert "54 mg/dL (3.0 mmol/L)" in texts
        assert re.findall(r"\d \(\d+[.,]\d\)", texts + said) == []

    def test_moderate_ketones_keep_everything_away_at_both_levels(self, patient):
        set_flag(patient=patient, flag=Flag.GLUCOSE_LOWERING, by=clinician(patient.clinic), now=NOON)
        for sugar in ("high", "very_high"):
            session = start_session(patient=patient, by=patient.user, now=NOON)
            answers = {"low_before": False, "sugar": sugar, "ketones": "moderate"}
            save_answers(session=session, answers=answers, by=patient.user, now=NOON)
            assert offers_in_session(session) == set()

    def test_a_severe_low_keeps_everything_away_for_24_hours(self, patient):
        report(patient, low_sugar=True, severe_low=True)
        kept = NOON + datetime.timedelta(hours=23, minutes=59)

        assert ExerciseHold.objects.live(kept).filter(kind="sugar").exists()
        assert (
            not ExerciseHold.objects.live(NOON + datetime.timedelta(hours=24)).filter(kind="sugar").exists()
        )


class TestAFall:
    def test_it_sets_the_flag_and_ending_the_hold_asks_what_becomes_of_it(self, patient):
        report(patient, fell=True, fell_head=False, fell_stands=True)
        flag = patient.flags.live().get()
        assert (flag.flag, flag.origin) == (Flag.FELL, FlagOrigin.REPORT)

        hold = ExerciseHold.objects.get(patient=patient, kind="standing", ends_at=None)
        by = clinician(patient.clinic)
        for outcome in ("", HoldOutcome.CLEARED, HoldOutcome.HEALED):
            with pytest.raises(NotPossibleError):
                end_hold(hold=hold, outcome=outcome, seen_by="Dr. Lin", by=by, now=LATER)
        with pytest.raises(NotPossibleError):
            end_hold(hold=hold, outcome=HoldOutcome.FLAG_KEPT, seen_by=" ", by=by, now=LATER)
        end_hold(hold=hold, outcome=HoldOutcome.FLAG_KEPT, seen_by="Dr. Lin", by=by, now=LATER)
        assert patient.flags.live().get().flag == Flag.FELL

    def test_that_did_not_happen_clears_no_flag_that_was_known_before(self, patient):
        by = clinician(patient.clinic)
        set_flag(patient=patient, flag=Flag.FELL, by=by, now=NOON - datetime.timedelta(days=90))
        report(patient, fell=True, fell_head=False, fell_stands=True)
        hold = ExerciseHold.objects.get(patient=patient, kind="standing", ends_at=None)

        end_hold(hold=hold, outcome=HoldOutcome.MISTAKE, seen_by="Dr. Lin", by=by, now=LATER)
        assert patient.flags.live().filter(flag=Flag.FELL).exists()


class TestADateToStart:
    def test_nothing_is_offered_before_the_day_that_the_clinician_wrote(self, patient):
        report(patient, chest=True)
        tomorrow, in_a_week = NOON + datetime.timedelta(days=1), NOON + datetime.timedelta(days=7)
        hold = ExerciseHold.objects.get(patient=patient, kind="all", ends_at=None)
        end_hold(
            hold=hold,
            outcome=HoldOutcome.CLEARED,
            seen_by="Dr. Lin",
            start_on=in_a_week.date(),
            by=clinician(patient.clinic),
            now=tomorrow,
        )

        assert offered(patient, tomorrow + datetime.timedelta(hours=1), before=in_a_week) == set()
        assert offered(patient, in_a_week)


class TestABareFoot:
    def test_the_note_is_given_with_each_exercise_that_is_done_without_shoes(self, catalogue):
        bare = [exercise for exercise in catalogue if "shoes_off" in exercise.demands]

        assert len(bare) >= 4
        for exercise in bare:
            assert any("shoes on" in note.lower() for note in product_notes(["numb_feet"], exercise.slug))
            assert exercise.position == "seated"


class TestAnOlderForm:
    def test_a_fall_told_in_one_tab_stays_told_when_another_says_no(self, patient):
        session = start_session(patient=patient, by=patient.user, now=NOON)
        told = {"pain_after": 2, "fell": True, "fell_head": False, "fell_stands": True}
        finish_session(session=session, answers=told, by=patient.user, now=NOON)

        finish_session(
            session=session,
            answers=dict.fromkeys(told, False) | {"pain_after": 2},
            by=patient.user,
            now=LATER,
        )
        session.refresh_from_db()
        assert session.told["fell"] is True
        assert session.alerts.filter(kind="fall").count() == 1


class TestTheEmergencyNumber:
    def test_it_is_the_clinics_own_in_each_link_that_calls(self, patient, client):
        patient.clinic.emergency_number = "112"
        patient.clinic.save()
        told = report(patient, chest=True)
        client.force_login(patient.user)

        for page in (reverse("my:report", args=[told.pk]), reverse("my:stop")):
            text = client.get(page).content.decode()
            assert 'href="tel:112"' in text
            assert "tel:911" not in text


def offers_in_session(session, now=LATER) -> set[str]:
    progress = get_session_progress(list_sessions(session.patient, now).get(pk=session.pk), now)
    return {offer.slug for offer in offers_of_session(progress, now)}


def publish_in_spite_of_every_rule(version, now) -> None:
    """Publish the next version as it is: each block is overridden with a reason, each warning is confirmed."""
    by = clinician(version.plan.patient.clinic)
    draft = create_next_version(plan=version.plan, by=by, now=now)
    items = list(draft.items.select_related("exercise"))
    for row in get_item_safety(items, version.plan.patient).values():
        for finding in row.unanswered:
            if finding.is_block:
                override_block(item=row.item, rule=finding.slug, reason="Seen and padded.", by=by, now=now)
            else:
                acknowledge_warning(item=row.item, rule=finding.slug, by=by, now=now)
    publish_plan(
        plan=version.plan,
        number=draft.number,
        edit_number=draft.edit_number,
        change_note="As before.",
        by=by,
        now=now,
    )
