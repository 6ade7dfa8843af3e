"""The origin of a flag, its confirmation by a clinician, and the day of its review."""

import datetime

import pytest

from patients.models import Flag, FlagOrigin
from patients.safety.services.flags import confirm_flag, get_review_date, set_flag
from tests.factories import LATER, NOON
from tests.patients.safety.safety_parts import audited, suspect

pytestmark = pytest.mark.django_db


def test_a_flag_is_stored_with_its_origin_and_its_review(patient, dana):
    row = set_flag(
        patient=patient,
        flag=Flag.FOOT_SORE,
        by=patient.user,
        now=NOON,
        origin=FlagOrigin.REPORT,
        is_unsettled=True,
        review_on=datetime.date(2026, 4, 1),
    )

    row.refresh_from_db()
    assert (row.origin, row.is_unsettled, row.review_on) == (
        FlagOrigin.REPORT,
        True,
        datetime.date(2026, 4, 1),
    )


def test_a_flag_set_by_a_clinician_is_settled_and_has_no_review(patient, dana):
    row = set_flag(patient=patient, flag=Flag.FOOT_SORE, by=dana, now=NOON)

    assert (row.origin, row.is_unsettled, row.review_on) == (FlagOrigin.CLINICIAN, False, None)


class TestConfirming:
    @pytest.fixture
    def suspected(self, patient):
        return suspect(patient, Flag.CHARCOT_ACTIVE)

    @pytest.mark.parametrize("act", [set_flag, confirm_flag])
    def test_a_clinician_settles_a_suspicion_and_its_origin_stays(self, patient, dana, suspected, act):
        row = act(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=dana)

        suspected.refresh_from_db()
        assert row == suspected
        assert (suspected.is_unsettled, suspected.origin, suspected.set_by) == (
            False,
            FlagOrigin.REPORT,
            patient.user,
        )
        assert audited(suspected) == ["flag.set", "flag.confirmed"]

    def test_twice_is_once_and_without_the_flag_nothing(self, patient, dana, suspected):
        confirm_flag(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=dana)
        confirm_flag(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=dana)

        assert audited(suspected) == ["flag.set", "flag.confirmed"]
        assert confirm_flag(patient=patient, flag=Flag.FELL, by=dana) is None

    @pytest.mark.parametrize("origin", [FlagOrigin.REPORT, FlagOrigin.SCREENING])
    def test_another_report_or_screening_settles_nothing(self, patient, suspected, origin):
        set_flag(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=patient.user, now=LATER, origin=origin)

        suspected.refresh_from_db()
        assert suspected.is_unsettled

    def test_a_suspicion_does_not_unsettle_what_a_clinician_has_confirmed(self, patient, dana, suspected):
        confirm_flag(patient=patient, flag=Flag.CHARCOT_ACTIVE, by=dana)

        suspect(patient, Flag.CHARCOT_ACTIVE, now=LATER)

        suspected.refresh_from_db()
        assert not suspected.is_unsettled


class TestReview:
    @pytest.mark.parametrize(
        ("fall", "due"),
        [
            (datetime.date(2026, 3, 2), datetime.date(2027, 3, 2)),
            (datetime.date(2028, 2, 29), datetime.date(2029, 2, 28)),
            (datetime.date(2026, 12, 31), datetime.date(2027, 12, 31)),
        ],
    )
    def test_of_a_fall_is_twelve_months_later(self, fall, due):
        assert get_review_date(Flag.FELL, fall) == due
        assert get_review_date(Flag.NUMB_FEET, fall) is None

    def test_of_a_fall_without_a_date_counts_from_the_day_of_setting_it(self, patient, dana):
        row = set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON)

        assert row.review_on == get_review_date(Flag.FELL, patient.today(NOON))

    def test_moves_to_a_later_day_with_the_next_fall_and_never_to_an_earlier_one(self, patient, dana):
        first, next_one = datetime.date(2027, 1, 1), datetime.date(2027, 3, 1)
        row = set_flag(patient=patient, flag=Flag.FELL, by=dana, now=NOON, review_on=first)

        for due in (next_one, first):
            set_flag(patient=patient, flag=Flag.FELL, by=dana, now=LATER, review_on=due)

        row.refresh_from_db()
        assert row.review_on == next_one
        assert audited(row) == ["flag.set", "flag.review_moved"]
