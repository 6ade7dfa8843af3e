"""A goal in the patient's own words is kept with every score and with its earlier words."""

import datetime
import uuid

import pytest

from clinic.models import AuditEvent
from patients.exceptions import NotPossibleError
from patients.goals.selectors import get_goals
from patients.goals.services import change_goal, decline_goal, end_goal, score_goal, set_goal
from patients.models import Goal, GoalScore, GoalWording
from tests.factories import MONDAY, NOON
from tests.factories_of_patients import HelperFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)


def begin(patient, words="Walk to the church", score=3, *, key=None, by=None, now=NOON):
    return set_goal(
        patient=patient, words=words, score=score, key=key or uuid.uuid4(), by=by or patient.user, now=now
    )


def actions():
    return list(AuditEvent.objects.filter(action__startswith="goal.").values_list("action", flat=True))


class TestSetting:
    def test_a_goal_begins_with_its_first_score(self, patient):
        begin(patient)
        goal = get_goals(patient, NOON).current
        assert (goal.words, goal.since, goal.ended_on) == ("Walk to the church", MONDAY, None)
        assert [(score.on, score.score) for score in goal.scores] == [(MONDAY, 3)]
        assert actions() == ["goal.set", "goal.scored"]

    def test_a_form_sent_twice_sets_one_goal(self, patient):
        key = uuid.uuid4()
        first, second = begin(patient, key=key), begin(patient, key=key)
        assert first == second
        assert actions() == ["goal.set", "goal.scored"]

    def test_a_second_form_changes_the_words_and_todays_score_and_keeps_the_earlier_words(self, patient):
        begin(patient)
        begin(patient, "Dance at the wedding", 4, now=NOON + DAY)
        goals = get_goals(patient, NOON + DAY)
        assert [goal.words for goal in goals.all] == ["Dance at the wedding"]
        assert [(each.words, each.until) for each in goals.current.earlier] == [
            ("Walk to the church", MONDAY + DAY)
        ]
        assert [score.score for score in goals.current.scores] == [3, 4]

    def test_the_form_of_a_goal_that_has_ended_does_not_set_it_again(self, patient):
        key = uuid.uuid4()
        end_goal(goal=begin(patient, key=key), by=patient.user, now=NOON + DAY)
        begin(patient, key=key, now=NOON + DAY)
        assert get_goals(patient, NOON + DAY).current is None

    def test_a_helper_is_named(self, patient):
        helper = HelperFactory(patient=patient, name="Maria (daughter)")
        begin(patient, by=helper.user)
        goal = get_goals(patient, NOON).current
        assert (goal.helper, goal.last.helper) == ("Maria (daughter)", "Maria (daughter)")


class TestDeclining:
    def test_who_wants_none_was_asked_and_has_none(self, patient):
        for _twice in range(2):
            decline_goal(patient=patient, by=patient.user, now=NOON)
        goals = get_goals(patient, NOON)
        assert (goals.was_asked, goals.all) == (True, ())
        assert actions() == ["goal.declined"]

    def test_a_goal_may_be_set_later(self, patient):
        decline_goal(patient=patient, by=patient.user, now=NOON)
        begin(patient, now=NOON + DAY)
        assert get_goals(patient, NOON + DAY).current.words == "Walk to the church"

    def test_an_old_page_does_not_decline_a_goal_that_was_set(self, patient):
        begin(patient)
        decline_goal(patient=patient, by=patient.user, now=NOON)
        assert Goal.objects.get().declined_at is None


class TestScoring:
    def test_a_second_score_of_a_day_replaces_the_first(self, patient):
        goal = begin(patient)
        for score in (5, 5, 6):
            score_goal(goal=goal, score=score, by=patient.user, now=NOON)
        assert GoalScore.objects.get().score == 6
        assert actions().count("goal.scored") == 3

    def test_it_is_due_four_weeks_after_the_last_score(self, patient):
        goal = begin(patient)
        assert get_goals(patient, NOON + 4 * WEEK - DAY).due is None
        assert get_goals(patient, NOON + 4 * WEEK).due.words == "Walk to the church"
        score_goal(goal=goal, score=7, by=patient.user, now=NOON + 4 * WEEK)
        found = get_goals(patient, NOON + 4 * WEEK)
        assert (found.due, found.scored_today.score, found.current.change) == (None, 7, 4)

    def test_the_day_is_that_of_the_patient(self, patient):
        late = datetime.datetime(2026, 3, 3, 3, 0, tzinfo=datetime.UTC)  # still Monday in New York
        begin(patient, now=late)
        assert GoalScore.objects.get().on_date == MONDAY

    @pytest.mark.parametrize("score", [-1, 11])
    def test_other_numbers_are_refused(self, patient, score):
        with pytest.raises(ValueError, match="0 to 10"):
            begin(patient, score=score)

    def test_a_goal_that_has_ended_takes_no_score(self, patient):
        goal = begin(patient)
        end_goal(goal=goal, by=patient.user, now=NOON + DAY)
        score_goal(goal=goal, score=9, by=patient.user, now=NOON + DAY)
        assert GoalScore.objects.count() == 1


class TestChangingAndEnding:
    def test_the_same_words_are_no_change(self, patient):
        goal = begin(patient)
        change_goal(goal=goal, words="Walk to the church", by=patient.user, now=NOON)
        assert not GoalWording.objects.exists()

    def test_ending_keeps_words_and_scores_and_is_done_once(self, patient):
        goal = begin(patient)
        for days in (1, 2):
            end_goal(goal=goal, by=patient.user, now=NOON + days * DAY)
        found = get_goals(patient, NOON + 2 * DAY)
        assert found.current is None
        assert [(each.words, each.ended_on, len(each.scores)) for each in found.ended] == [
            ("Walk to the church", MONDAY + DAY, 1)
        ]
        assert actions().count("goal.ended") == 1

    def test_the_words_of_a_goal_that_has_ended_stay(self, patient):
        goal = begin(patient)
        end_goal(goal=goal, by=patient.user, now=NOON)
        with pytest.raises(NotPossibleError):
            change_goal(goal=goal, words="Dance", by=patient.user, now=NOON)
        assert Goal.objects.get().words == "Walk to the church"
