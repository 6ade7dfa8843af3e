"""Tests that a danger is answered first: no page redirects for ever, and no missing answer keeps its advice back."""

import datetime
import itertools
import re

import pytest
from django.urls import reverse
from django.utils.html import escape, strip_tags

from patients.models import Alert, ExerciseHold, SafetyReport
from patients.sessions import check_in as table
from patients.sessions.advice import every_advice, get_advice
from patients.sessions.questions import Level, Place
from patients.sessions.selectors.pain import get_told
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, PatientFlagFactory
from tests.patients.session_steps import check_in, get_ready, open_session, text, url

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
SIGNS = [row.id for row in table.asked_at(Place.CHECK_IN) if row.is_sign]
FIRST_TIER = ["chest", "breath", "faint", "saddle"]
#: Pain after a session, with a usual pain of 3: as usual, 2 above it, and at the limit.
PAINS = ["3", "5", "9"]


@pytest.fixture(autouse=True)
def usual_pain(version):
    """Three sessions with a pain of 3, so that this is the usual one."""
    for days in (1, 2, 3):
        at = NOON - days * DAY
        ExerciseSessionFactory(
            version=version,
            on_date=MONDAY - days * DAY,
            started_at=at,
            finished_at=at,
            pain_before=3,
            pain_after=3,
        )


@pytest.fixture
def session(version, patient):
    """A session in progress of a patient who is asked every sign."""
    for flag in ("spine", "glucose_lowering"):
        PatientFlagFactory(patient=patient, flag=flag)
    return open_session(version, pain_before=3)


def heading(page):
    return " ".join(strip_tags(page.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]).split())


def shown(page):
    """Return the page without its hidden advice for a phone that cannot send."""
    return page.partition("data-unsent")[0]


def calls_first(page):
    """Return whether the emergency call is the first button below the title."""
    return (
        heading(page) == "Call 911 now"
        and 'href="tel:911"' in shown(page).partition("</h1>")[2].partition("</a>")[0]
    )


def asked_on(page):
    return [row for row in table.QUESTIONS if row.only_if and f'name="{row.id}"' in page]


def title_of(name, answer=True):
    return escape(str(get_advice({name: answer})[0].title))


def ends(phone, response):
    """Follow all redirects and return the last page. Django raises an error if they have no end."""
    return text(phone.get(response.url, follow=True))


class TestAfterTheCheckIn:
    @pytest.mark.parametrize(("sign", "pain"), [*itertools.product(SIGNS, PAINS)])
    def test_redirects_end_on_a_page_that_begins_with_the_advice_of_the_sign(
        self, phone, session, sign, pain
    ):
        page = ends(phone, check_in(phone, session, sign, pain=pain))
        assert title_of(sign) in shown(page)
        assert calls_first(page) == (sign in FIRST_TIER)

    @pytest.mark.parametrize("pain", PAINS)
    def test_redirects_end_without_a_sign(self, phone, session, pain):
        page = ends(phone, check_in(phone, session, pain=pain))
        assert [row.id for row in asked_on(page)] == ([] if pain == "3" else ["new_pain"])
        assert (
            heading(page)
            == {
                "3": "Well done",
                "5": "Your pain is up. Rest for now",
                "9": "Your pain is strong. Rest now",
            }[pain]
        )

    @pytest.mark.parametrize("pain", PAINS)
    def test_redirects_end_for_the_first_session_of_a_patient(self, phone, session, pain):
        session.patient.sessions.exclude(pk=session.pk).delete()
        ends(phone, check_in(phone, session, "near_fall", pain=pain))

    @pytest.mark.parametrize(("sign", "pain"), [*itertools.product([*SIGNS, ""], PAINS)])
    @pytest.mark.parametrize("answer", ["yes", "no"])
    def test_after_all_questions_the_advice_is_shown(self, phone, session, sign, pain, answer):
        page = ends(phone, check_in(phone, session, *filter(None, [sign]), pain=pain))
        for _page in range(4):
            if not (asked := asked_on(page)):
                break
            page = ends(phone, phone.post(url("follow_up", session), {row.id: answer for row in asked}))
        assert not asked_on(page)
        assert "Saved." in page
        session.refresh_from_db()
        advice = get_advice(get_told(session))
        assert calls_first(page) == (advice[0].level is Level.EMERGENCY)
        assert all(escape(str(row.title)) in page for row in advice)

    @pytest.mark.parametrize("name", ["advice", "follow_up", "found", "check_in"])
    @pytest.mark.parametrize(("sign", "pain"), [*itertools.product(["calf", "dizzy", "chest", ""], PAINS)])
    def test_every_page_of_a_session_ends(self, phone, session, name, sign, pain):
        check_in(phone, session, *filter(None, [sign]), pain=pain)
        phone.get(url(name, session), follow=True)

    def test_the_question_that_decides_an_emergency_stands_before_the_kind_of_pain(self, phone, session):
        page = ends(phone, check_in(phone, session, "calf", pain="6"))
        places = [page.index(words) for words in (title_of("calf"), 'name="calf_breath"', 'name="new_pain"')]
        assert places == sorted(places)

    def test_a_call_of_the_clinic_does_not_wait_below_the_kind_of_pain(self, phone, session, patient):
        page = ends(phone, check_in(phone, session, "hot_foot", pain="6"))
        assert page.index(f'href="tel:{patient.clinic.phone}"') < page.index('name="new_pain"')

    def test_a_call_of_the_clinic_stands_below_the_question_that_decides_an_emergency(
        self, phone, session, patient
    ):
        page = ends(phone, check_in(phone, session, "calf", pain="3"))
        assert page.index('name="calf_breath"') < page.index(f'href="tel:{patient.clinic.phone}"')


class TestBeforeTheFirstExercise:
    @pytest.mark.parametrize("sign", ["ill", "new_sore", "hot_foot", None])
    def test_redirects_end(self, phone, session, sign):
        ends(phone, get_ready(phone, session, *filter(None, [sign])))

    @pytest.mark.parametrize(
        ("band", "low"),
        [*itertools.product([value for value, _ in table.question("sugar").choices], ["yes", "no"])],
    )
    def test_redirects_end_after_each_blood_sugar(self, phone, session, band, low):
        get_ready(phone, session)
        page = ends(phone, phone.post(url("sugar", session), {"sugar": band, "low_before": low}))
        for ketones in ("small", "moderate") if asked_on(page) else ():
            page = ends(phone, phone.post(url("follow_up", session), {"ketones": ketones}))

    def test_no_exercise_is_shown_while_a_question_about_ketones_is_open(self, phone, session, items):
        get_ready(phone, session)
        phone.post(url("sugar", session), {"sugar": "high", "low_before": "no"})
        answer = phone.get(url("step", session, items[0]))
        assert answer.url == url("follow_up", session)

    def test_a_severe_low_is_advised_although_the_reading_is_missing(self, phone, session):
        get_ready(phone, session)
        page = ends(phone, phone.post(url("sugar", session), {"low_before": "yes"}))
        assert heading(page) == "No exercise today"
        assert Alert.objects.get().kind == "severe_low"

    def test_a_reading_that_is_no_danger_waits_for_the_other_answer(self, phone, session):
        get_ready(phone, session)
        page = text(phone.post(url("sugar", session), {"sugar": "good"}))
        assert 'id="id_low_before-error"' in page
        session.refresh_from_db()
        assert "sugar" not in session.answers


#: A follow-up answered alone: the sign, the answer, the alert. All of them are emergencies.
ALONE = [
    ("fell", {"fell_head": "yes"}, "head"),
    ("fell", {"fell_stands": "no"}, "head"),
    ("weak", {"weak_sudden": "yes"}, "stroke"),
    ("weak", {"weak_both": "yes"}, "cauda"),
]


class TestOneFollowUpOfTwo:
    @pytest.mark.parametrize(("sign", "sent", "kind"), ALONE)
    def test_of_a_check_in_it_is_stored_and_advised(self, phone, session, sign, sent, kind):
        check_in(phone, session, sign, pain="3")
        page = ends(phone, phone.post(url("follow_up", session), sent))
        (name, answer), *_ = sent.items()
        session.refresh_from_db()
        assert session.answers[name] is (answer == "yes")
        assert calls_first(page)
        assert title_of(name, answer == "yes") in shown(page)
        assert kind in Alert.objects.values_list("kind", flat=True)
        assert ExerciseHold.objects.filter(kind="all", ends_at=None).exists()

    @pytest.mark.parametrize(("sign", "sent", "kind"), ALONE)
    def test_of_a_report_it_is_stored_and_advised(self, phone, version, sign, sent, kind):
        phone.post("/my/stop/", {"sign": sign})
        report = SafetyReport.objects.get()
        page = ends(phone, phone.post(reverse("my:report", args=[report.pk]), sent))
        (name, answer), *_ = sent.items()
        report.refresh_from_db()
        assert report.answers[name] is (answer == "yes")
        assert calls_first(page)
        assert kind in Alert.objects.values_list("kind", flat=True)
        assert ExerciseHold.objects.filter(kind="all", ends_at=None).exists()

    def test_the_other_question_is_still_asked_below_the_advice(self, phone, session):
        check_in(phone, session, "fell", pain="3")
        page = ends(phone, phone.post(url("follow_up", session), {"fell_head": "yes"}))
        assert page.index('href="tel:911"') < page.index('name="fell_stands"')

    @pytest.mark.parametrize(
        ("sign", "sent"), [("fell", {"fell_head": "no"}), ("fell", {"fell_stands": "yes"}), ("weak", {})]
    )
    def test_an_answer_without_a_danger_waits_for_the_other(self, phone, session, sign, sent):
        check_in(phone, session, sign, pain="3")
        page = text(phone.post(url("follow_up", session), sent))
        assert "Please look at this again" in page
        session.refresh_from_db()
        assert not set(sent) & set(session.answers)

    def test_an_emergency_sent_again_names_the_answer_that_is_missing(self, phone, session):
        check_in(phone, session, "fell", pain="3")
        phone.post(url("follow_up", session), {"fell_head": "yes"})
        page = text(phone.post(url("follow_up", session), {"fell_head": "yes"}))
        assert calls_first(page)
        assert 'id="id_fell_stands-error"' in page


class TestACheckInWithoutThePain:
    @pytest.mark.parametrize("sign", SIGNS)
    def test_a_sign_of_tier_1_or_2_is_advised_at_once_and_any_other_waits(self, phone, session, sign):
        answer = phone.post(url("check_in", session), {"signs": [sign]})
        is_call = get_advice({sign: True})[0].level >= Level.CALL
        assert (answer.status_code == 302) == is_call
        page = ends(phone, answer) if is_call else text(answer)
        assert (title_of(sign) in shown(page)) == is_call
        assert calls_first(page) == (sign in FIRST_TIER)
        assert ('id="id_pain_after-error"' in page) != is_call
        session.refresh_from_db()
        assert session.answers[sign] is True
        assert not session.is_finished

    def test_the_rest_can_be_told_afterwards(self, phone, session):
        page = ends(phone, phone.post(url("check_in", session), {"signs": ["chest"]}))
        assert f'href="{url("check_in", session)}"' in page
        assert 'value="chest" id="id_signs_chest" checked' in text(phone.get(url("check_in", session)))
        page = ends(phone, check_in(phone, session, "chest", pain="3"))
        assert calls_first(page)
        assert list(Alert.objects.values_list("kind", flat=True)) == ["chest"]

    def test_sent_a_second_time_the_call_stands_above_the_question_that_is_missing(self, phone, session):
        for _time in range(2):
            answer = phone.post(url("check_in", session), {"signs": ["chest"]})
        page = text(answer)
        assert calls_first(page)
        assert page.index('href="tel:911"') < page.index('id="id_pain_after-error"')

    def test_without_a_danger_no_call_stands_above_the_questions(self, phone, session):
        page = text(phone.post(url("check_in", session), {"none": "yes"}))
        assert heading(page) == "How did it go?"
        assert 'id="id_pain_after-error"' in page


class TestReasons:
    @pytest.mark.parametrize("sign", ["low_before"])
    def test_a_danger_is_advised_although_another_answer_is_missing(self, phone, session, sign):
        phone.post("/my/not-today/", {"reason": "sugar"})
        report = SafetyReport.objects.get()
        page = ends(phone, phone.post(reverse("my:report", args=[report.pk]), {sign: "yes"}))
        assert heading(page) == "No exercise today"

    def test_a_new_kind_of_pain_is_advised_although_the_number_is_missing(self, phone, session):
        phone.post("/my/not-today/", {"reason": "pain"})
        report = SafetyReport.objects.get()
        page = ends(phone, phone.post(reverse("my:report", args=[report.pk]), {"new_pain": "yes"}))
        assert heading(page) == "New pain: stop for today"
        assert 'name="pain_after"' in page

    def test_a_sign_counts_although_the_key_of_its_page_is_damaged(self, phone, version):
        phone.post("/my/stop/", {"sign": "chest", "key": "not a key"})
        assert Alert.objects.get().kind == "chest"


class TestTheEmergencyNumber:
    """Wherever an advice names the emergency number, there is a button for it."""

    @pytest.mark.parametrize("advice", every_advice(), ids=lambda advice: str(advice.title)[:30])
    def test_each_advice_that_names_it_offers_the_call_and_no_other_does(self, advice):
        words = " ".join([str(advice.title), *map(str, advice.to_do)])
        assert bool(re.search("emergency number", words, re.IGNORECASE)) == advice.offers_emergency_call

    @pytest.mark.parametrize("sign", [row.id for row in table.asked_at(Place.STOP)])
    def test_the_page_of_a_report_has_it_wherever_its_words_name_it(self, phone, version, sign):
        page = shown(text(phone.post("/my/stop/", {"sign": sign}, follow=True)))
        main = page.partition("<main")[2]
        assert ("emergency number" in main.lower()) == ('href="tel:911"' in main)

    @pytest.mark.parametrize("sign", SIGNS)
    def test_the_page_after_a_check_in_has_it_wherever_its_words_name_it(self, phone, session, sign):
        page = ends(phone, check_in(phone, session, sign, pain="3"))
        if asked := asked_on(page):
            harmless = {row.id: "yes" if row.danger.is_no else "no" for row in asked}
            page = ends(phone, phone.post(url("follow_up", session), harmless))
        main = page.partition("<main")[2]
        assert ("emergency number" in main.lower()) == ('href="tel:911"' in main)

    def test_dizzy_on_standing_up_has_it_before_a_session(self, phone, session, patient):
        PatientFlagFactory(patient=patient, flag="bp_drop")
        page = ends(phone, get_ready(phone, session, "dizzy_on_standing"))
        assert 'href="tel:911"' in page.partition("</h1>")[2].partition("</section>")[0]

    def test_high_ketones_have_it(self, phone, session):
        get_ready(phone, session)
        phone.post(url("sugar", session), {"sugar": "high", "low_before": "no"})
        page = ends(phone, phone.post(url("follow_up", session), {"ketones": "moderate"}))
        assert 'href="tel:911"' in page.partition("</h1>")[2].partition("</section>")[0]


class TestAFlagThatChangesMeanwhile:
    """The page says which signs it has shown: "None of these" is a no to these only."""

    @pytest.fixture
    def session(self, version):
        return open_session(version, pain_before=3)

    def sent(self, phone, session, **answers):
        page = text(phone.get(url("check_in", session)))
        (listed,) = re.findall(r'name="shown" value="([\w ]*)"', page)
        return {"pain_after": "3", "none": "yes", "shown": listed} | answers

    def test_the_form_lists_the_signs_that_it_shows(self, phone, session):
        page = text(phone.get(url("check_in", session)))
        listed = self.sent(phone, session)["shown"].split()
        assert set(listed) == set(re.findall(r'id="id_signs_(\w+)"', page))
        assert listed

    def test_no_is_not_written_to_a_sign_that_was_not_shown_and_it_is_asked(self, phone, session, patient):
        sent = self.sent(phone, session)
        PatientFlagFactory(patient=patient, flag="spine")
        page = text(phone.post(url("check_in", session), sent))
        session.refresh_from_db()
        assert "saddle" not in session.answers
        assert not session.is_finished
        assert "The list has a new line. Please look at it again." in page
        assert 'id="id_signs_saddle"' in page
        assert 'id="id_none" checked' not in " ".join(page.split())

    def test_sent_again_from_the_new_list_no_is_written_to_it(self, phone, session, patient):
        PatientFlagFactory(patient=patient, flag="spine")
        phone.post(url("check_in", session), self.sent(phone, session))
        session.refresh_from_db()
        assert session.answers["saddle"] is False

    def test_a_danger_of_the_older_list_is_saved_at_once(self, phone, session, patient):
        sent = self.sent(phone, session, signs=["chest"])
        PatientFlagFactory(patient=patient, flag="spine")
        page = ends(phone, phone.post(url("check_in", session), sent))
        assert calls_first(page)

    def test_no_is_written_to_a_sign_that_was_shown_and_is_not_asked_any_more(self, phone, session, patient):
        flag = PatientFlagFactory(patient=patient, flag="spine")
        sent = self.sent(phone, session)
        flag.cleared_at, flag.cleared_by = NOON, patient.user
        flag.save()
        phone.post(url("check_in", session), sent)
        session.refresh_from_db()
        assert session.answers["saddle"] is False

    def test_names_that_are_no_signs_are_left_out(self, phone, session):
        sent = self.sent(phone, session)
        phone.post(url("check_in", session), sent | {"shown": f"{sent['shown']} new_pain unheard_of ketones"})
        session.refresh_from_db()
        assert session.is_finished
        assert set(session.answers) == set(sent["shown"].split())

    def test_before_the_first_exercise_it_is_the_same(self, phone, session, patient):
        page = text(phone.get(url("ready", session)))
        (listed,) = re.findall(r'name="shown" value="([\w ]*)"', page)
        PatientFlagFactory(patient=patient, flag="bp_drop")
        page = text(phone.post(url("ready", session), {"none": "yes", "shown": listed}))
        assert "The list has a new line." in page
        session.refresh_from_db()
        assert session.answers == {}
