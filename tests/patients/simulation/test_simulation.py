"""A small simulated clinic: nothing unsafe is offered, and the simulation finds what is."""

import datetime
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from patients.models import ExerciseHold, HoldOutcome, ReportPlace
from patients.safety.services.holds import end_hold
from patients.sessions.services.reports import save_report
from patients.simulation.figures import Figures
from patients.simulation.offers import check, read_offers
from patients.simulation.people import make_person
from patients.simulation.told import SIGNS, Ledger
from patients.simulation.year import Size, simulate
from tests.factories import NOON, ExerciseFactory, clinician, published_plan

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
YESTERDAY = NOON - DAY
MIDNIGHT = NOON + datetime.timedelta(hours=12)


@pytest.mark.django_db
class TestTwoWeeks:
    def test_two_weeks_of_six_patients_have_no_unsafe_offer(self):
        figures = simulate(Size(patients=6, days=14, seed=3))

        assert figures.unsafe == Counter()
        assert figures.untold_dangers == Counter()
        assert figures.sessions > 5
        assert figures.offers > 500

    def test_the_same_seed_makes_the_same_weeks(self):
        size = Size(patients=2, days=8, seed=5)

        assert make_person(5, 3) == make_person(5, 3)
        assert make_person(5, 3) != make_person(6, 3)
        with transaction.atomic():
            once = simulate(size)
            transaction.set_rollback(True)
        again = simulate(size)
        assert (again.told, again.alerts, again.offers) == (once.told, once.alerts, once.offers)


@pytest.mark.django_db
class TestFindingFaults:
    @pytest.fixture
    def version(self):
        exercise = ExerciseFactory(slug="towel-toe-curls", position="seated", demands=["foot_pressure"])
        return published_plan(exercises=[exercise])

    def report_a_sore(self, patient):
        ledger = Ledger()
        by = patient.user
        save_report(patient=patient, place=ReportPlace.STOP, answers=SIGNS["sore"].answers, by=by, now=NOON)
        ledger.tell(SIGNS["sore"], NOON, MIDNIGHT)
        return ledger

    def found(self, patient, ledger):
        _snapshot, offers = read_offers(patient, NOON + MINUTE)
        return check(offers, ledger.chart, Figures(), NOON + MINUTE)

    def test_after_a_sore_nothing_unsafe_is_found(self, version):
        patient = version.plan.patient

        assert self.found(patient, self.report_a_sore(patient)) == []

    def test_a_hold_that_is_lost_is_found_on_the_pages_and_on_the_phone(self, version):
        patient = version.plan.patient
        ledger = self.report_a_sore(patient)
        ExerciseHold.objects.update(ends_at=NOON)
        patient.flags.update(cleared_at=NOON, cleared_by=patient.user)

        found = self.found(patient, ledger)
        assert "today: towel-toe-curls: told: sore" in found
        assert "offline: towel-toe-curls: told: sore" in found

    def test_ketones_that_end_at_midnight_are_found(self, version):
        patient = version.plan.patient
        ledger = Ledger()
        answers = SIGNS["ketones"].answers
        save_report(patient=patient, place=ReportPlace.BEFORE, answers=answers, by=patient.user, now=NOON)
        ledger.tell(SIGNS["ketones"], NOON, MIDNIGHT)
        tomorrow = NOON + datetime.timedelta(days=1)
        assert check(read_offers(patient, tomorrow)[1], ledger.chart, Figures(), tomorrow) == []

        ExerciseHold.objects.update(ends_at=MIDNIGHT)
        found = check(read_offers(patient, tomorrow)[1], ledger.chart, Figures(), tomorrow)
        assert "today: towel-toe-curls: ketones" in found

    def test_a_whole_dose_after_a_fall_is_found_on_the_pages_and_on_the_phone(self, version):
        patient = version.plan.patient
        ledger = self.report_a_fall_that_is_ended(patient)
        assert self.found(patient, ledger) == []

        ExerciseHold.objects.exclude(outcome="").update(outcome="mistake")
        found = self.found(patient, ledger)
        assert "today: towel-toe-curls: too much: more than 1/2" in found
        assert "offline: towel-toe-curls: too much: more than 1/2" in found

    def report_a_fall_that_is_ended(self, patient):
        ledger = Ledger()
        answers = SIGNS["fall"].answers
        save_report(patient=patient, place=ReportPlace.STOP, answers=answers, by=patient.user, now=YESTERDAY)
        ledger.tell(SIGNS["fall"], YESTERDAY, MIDNIGHT - DAY)
        (hold,) = ExerciseHold.objects.for_a_person()
        by = clinician(patient.clinic)
        end_hold(hold=hold, outcome=HoldOutcome.FLAG_KEPT, seen_by="Dr. Kim", by=by, now=NOON)
        ledger.end("fell", HoldOutcome.FLAG_KEPT, None, hold.source_id, day=NOON.date())
        return ledger


class TestFigures:
    def test_the_figures_of_two_processes_are_added(self):
        one = Figures(patients=2, days=30, alerts=Counter(low=3), holds={"feet": [24.0]}, seconds=5)
        two = Figures(patients=3, days=30, alerts=Counter(low=1, high=2), holds={"feet": [48.0]}, seconds=9)

        one.add(Figures.from_json(two.as_json()))
        assert (one.patients, one.days, one.seconds) == (5, 30, 9)
        assert one.alerts == Counter(low=4, high=2)
        assert one.holds == {"feet": [24.0, 48.0]}

    def test_an_unsafe_offer_a_lost_danger_or_many_false_alarms_are_a_failure(self):
        assert Figures(patient_days=100).is_passed
        assert not Figures(unsafe=Counter({"today: calf-raise: fell": 1})).is_passed
        assert not Figures(untold_dangers=Counter({"fall": 1})).is_passed
        assert not Figures(patient_days=100, false_critical=2).is_passed

    def test_the_report_names_what_was_unsafe(self):
        lines = Figures(unsafe=Counter({"today: calf-raise: told: fall": 2})).lines()

        assert "Unsafe offers: 2." in lines
        assert "  2 × today: calf-raise: told: fall" in lines


def test_it_refuses_to_run_in_production(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="never for production"):
        call_command("simulate")
