"""The goal on Today, on its own page, on the progress page, on the team's page and in the report."""

import datetime
import html
import re
import uuid

import pytest

from patients.documents.report import doctor_report, report_html
from patients.goals.services import set_goal
from patients.models import Goal, GoalScore, Outcome, SessionEntry
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, PatientFactory, clinician
from tests.factories_of_patients import HelperFactory
from tests.patients import rosa

patient = rosa.patient

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
ASK, SCORE = "Set a goal of your own?", "How near are you to your goal?"


@pytest.fixture
def done(version):
    """A session of last week."""
    session = ExerciseSessionFactory(version=version, on_date=MONDAY - 7 * DAY)
    SessionEntry.objects.create(session=session, item=version.items.first(), outcome=Outcome.DONE)
    return session


@pytest.fixture
def goal(patient, version):
    """A goal with a score of four weeks ago."""
    return set_goal(
        patient=patient,
        words="Walk to the church",
        score=3,
        key=uuid.uuid4(),
        by=patient.user,
        now=NOON - 28 * DAY,
    )


def words_of(response):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.text)))


def answers(**more):
    return {"words": "Walk to the church", "score": "4", "key": str(uuid.uuid4()), **more}


class TestAsking:
    def test_it_is_not_asked_before_the_first_session(self, phone, version):
        assert ASK not in phone.get("/my/").text

    def test_it_is_asked_in_a_row_that_opens_in_place(self, phone, done):
        page = phone.get("/my/").text
        assert ASK in page
        start = page.index('<details class="notice-row">')
        row = page[start : page.index("</details>", start)]
        assert 'name="words"' in row
        assert "No, thank you" in row

    def test_who_declines_is_not_asked_again(self, phone, done):
        assert phone.get("/my/goal/none/").url == "/my/"
        assert ASK in phone.get("/my/").text  # a GET request changes nothing
        assert phone.post("/my/goal/none/").url == "/my/"
        assert ASK not in phone.get("/my/").text
        assert "Set a goal" in phone.get("/my/progress/").text

    def test_who_has_a_goal_is_not_asked(self, phone, done):
        assert phone.post("/my/goal/", answers()).url == "/my/goal/"
        assert ASK not in phone.get("/my/").text
        assert "“Walk to the church”" in phone.get("/my/goal/").text

    def test_a_hold_on_everything_keeps_the_question_for_later(self, phone, done, tell):
        tell(chest=True)
        assert ASK not in phone.get("/my/").text


class TestErrors:
    def test_an_empty_form_names_both_faults_beside_the_fields_and_on_top(self, phone, version):
        page = phone.post("/my/goal/", {})
        for words in ("Please write what you would like to do.", "Please choose a number from 0 to 10."):
            assert words_of(page).count(words) == 2
        assert 'href="#goal-words"' in page.text
        assert 'id="goal-score"' in page.text

    def test_what_was_typed_is_kept(self, phone, version):
        assert 'value="Walk to the church"' in phone.post("/my/goal/", answers(score="11")).text
        page = phone.post("/my/goal/", answers(words="x" * 121)).text
        assert "one line is enough" in page
        assert re.search(r'value="4" id="goal-score_4" required checked', page)
        assert not Goal.objects.exists()

    def test_words_that_are_too_long_stay_in_their_form(self, phone, goal):
        page = phone.post(f"/my/goal/{goal.pk}/words/", {"words": "y" * 121}).text
        assert "y" * 121 in page
        assert "<details open>" in page

    def test_words_for_a_goal_that_ended_on_another_page_are_kept_for_a_new_one(self, phone, goal):
        phone.post(f"/my/goal/{goal.pk}/end/")
        page = phone.post(f"/my/goal/{goal.pk}/words/", {"words": "Dance"}).text
        assert "This goal has ended" in page
        assert 'value="Dance"' in page


class TestScoring:
    def test_today_asks_for_the_score_when_it_is_due(self, phone, goal, clock, patient):
        assert SCORE in phone.get("/my/").text
        assert phone.post(f"/my/goal/{goal.pk}/score/", {"score": "5"}).url == "/my/goal/"
        assert SCORE not in phone.get("/my/").text
        assert "You said 5. You can change it." in words_of(phone.get("/my/goal/"))
        clock.move_to(NOON + 28 * DAY)
        phone.force_login(patient.user)  # the session of a shared device is over
        assert SCORE in phone.get("/my/").text

    @pytest.mark.parametrize("score", ["", "11", "-1", "many"])
    def test_an_unknown_number_changes_nothing(self, phone, goal, score):
        assert phone.post(f"/my/goal/{goal.pk}/score/", {"score": score}).status_code == 302
        assert GoalScore.objects.count() == 1

    @pytest.mark.parametrize("page", ["words", "score", "end"])
    def test_a_get_request_changes_nothing(self, phone, goal, page):
        assert phone.get(f"/my/goal/{goal.pk}/{page}/").url == "/my/goal/"
        goal.refresh_from_db()
        assert goal.ended_at is None

    @pytest.mark.parametrize("page", ["words", "score", "end"])
    def test_the_goal_of_another_patient_does_not_exist(self, phone, version, page):
        other = PatientFactory()
        foreign = set_goal(
            patient=other, words="Swim", score=1, key=uuid.uuid4(), by=other.user, now=NOON - DAY
        )
        sent = {"words": "Mine", "score": "9"}
        assert phone.post(f"/my/goal/{foreign.pk}/{page}/", sent).status_code == 404
        foreign.refresh_from_db()
        assert (foreign.words, foreign.ended_at, foreign.scores.get().score) == ("Swim", None, 1)


class TestWhereItIsShown:
    def test_progress_has_words_numbers_and_the_change(self, phone, goal, done):
        phone.post(f"/my/goal/{goal.pk}/score/", {"score": "6"})
        page = words_of(phone.get("/my/progress/"))
        assert "“Walk to the church” 6 of 10" in page
        assert "You began at 3. You are at 6 now. That is nearer to the goal." in page
        assert "Monday, February 23 of 10" in page.replace(" 3 of", "3 of")

    def test_changed_words_show_the_earlier_ones(self, phone, goal):
        phone.post(f"/my/goal/{goal.pk}/words/", {"words": "Walk to the market"})
        page = words_of(phone.get("/my/goal/"))
        assert "“Walk to the market”" in page
        assert "the goal was “Walk to the church”" in page

    def test_the_clinician_sees_goal_and_scores(self, signed_in, goal, patient):
        page = words_of(signed_in(clinician(patient.clinic)).get(f"/staff/patients/{patient.pk}/"))
        assert "Patient’s own goal “Walk to the church”" in page
        assert "Feb 2, 2026: 3 of 10 (0 far away, 10 there)" in page

    def test_the_report_names_it(self, goal, patient, phone):
        phone.post(f"/my/goal/{goal.pk}/score/", {"score": "6"})
        text = report_html(doctor_report(patient, by=patient.user, now=NOON), remark="", paper="letter")
        assert "“Walk to the church”" in text
        assert "3 of 10 on Feb 2, 2026, <strong>6</strong> on Mar 2, 2026" in text

    def test_a_helper_reads_and_enters_it_for_the_patient(self, signed_in, patient, done):
        helper = HelperFactory(patient=patient, name="Maria (daughter)")
        browser = signed_in(helper.user)
        assert "Set a goal for Rosa?" in browser.get("/my/").text
        browser.post("/my/goal/", answers())
        assert "Entered with help from Maria (daughter)." in words_of(browser.get("/my/goal/"))

    def test_words_are_escaped(self, phone, version):
        phone.post("/my/goal/", answers(words="<b>Dance</b>"))
        assert "<b>Dance" not in phone.get("/my/goal/").text
