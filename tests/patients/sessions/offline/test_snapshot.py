"""Tests of the copy that a patient's own phone stores, and that no other device gets one."""

import itertools
import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.alerts.history import get_pain_limit
from patients.models import Plan, PlanState
from patients.sessions import check_in
from patients.sessions.advice import WELL_DONE, every_advice, get_advice
from patients.sessions.offline.snapshot import as_sent, check_in_data
from patients.sessions.questions import Place, Until
from tests.factories import MONDAY, PatientFactory, published_plan
from tests.patients.session_steps import text, url
from tests.patients.sessions.offline.offline_steps import make_own

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_phone(phone):
    make_own(phone)
    return phone


def data_of(response):
    return json.loads(
        re.search(r'id="offline-data" type="application/json">(.*?)</script>', text(response))[1]
    )


class TestOwnPhoneOnly:
    PAGES = ("/my/", "/my/plan/", "/my/progress/")

    def test_a_shared_device_has_no_copy_and_no_offline_script(self, phone, version):
        assert phone.get("/my/offline/").status_code == 403
        for address in self.PAGES:
            assert "offline" not in text(phone.get(address)), address

    def test_on_an_own_phone_every_page_installs_the_worker(self, own_phone, version):
        for address in self.PAGES:
            assert 'data-worker="/sw.js"' in text(own_phone.get(address)), address

    def test_only_todays_page_and_the_session_pages_update_the_copy(self, own_phone, version, session):
        pages = (*self.PAGES, url("pain", session))
        asking = [address for address in pages if "data-keep" in text(own_phone.get(address))]
        assert asking == ["/my/", url("pain", session)]


class TestSnapshot:
    def test_it_has_each_exercise_once_with_its_pictures_and_the_questions(self, own_phone, version, items):
        page = text(own_phone.get("/my/offline/"))
        for item in items:
            assert page.count(f'data-screen="step:{item.pk}"') == 1
        assert page.count('id="pain-question"') == 1
        for sign in check_in.asked_at(Place.CHECK_IN, flags=()):
            assert sign.id == "pain_after" or page.count(f'name="signs"\n            value="{sign.id}"') in (
                1,
                2,
            ), sign.id
        for each in check_in.QUESTIONS:
            if each.only_if:
                assert f'data-question="{each.id}"' in page
        assert version.plan.patient.clinic.phone in page
        assert set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page)) == {"none"}

    def test_it_asks_who_is_afraid_to_fall_and_none_of_the_answers_is_a_danger(self, own_phone, version):
        response = own_phone.get("/my/offline/")
        table = data_of(response)["check_in"]
        asked = ["more_support", "someone_there"]
        assert table["reasons"]["afraid"] == asked
        assert {"question": "fell"} in table["dangers"]
        assert not [each for each in table["dangers"] if each["question"] in asked]
        assert not [each for each in table["holds"] if each["question"] in asked]
        page = text(response)
        assert all(f'data-question="{name}"' in page for name in asked)
        assert "You may hold on with both hands wherever there is something firm." in page

    def test_it_has_the_exercises_of_each_of_the_next_14_days(self, own_phone, version, items):
        days = data_of(own_phone.get("/my/offline/"))["days"]
        assert len(days) == 14
        assert min(days) == MONDAY.isoformat()
        assert days[MONDAY.isoformat()] == [str(item.pk) for item in items]

    @pytest.mark.parametrize("state", [PlanState.PAUSED, PlanState.FINISHED])
    def test_an_inactive_plan_has_no_exercises(self, own_phone, version, state):
        Plan.objects.filter(pk=version.plan_id).update(state=state)
        response = own_phone.get("/my/offline/")
        assert data_of(response)["days"] == {}
        assert 'data-screen="step:' not in text(response)

    def test_without_a_plan_it_can_be_opened(self, client):
        client.force_login(PatientFactory().user)
        make_own(client)
        assert data_of(client.get("/my/offline/"))["version"] is None

    def test_after_a_fall_it_has_only_seated_exercises_and_none_for_today(
        self, own_phone, version, items, session
    ):
        own_phone.post(url("check_in", session), {"pain_after": "2", "signs": ["fell"]})
        days = data_of(own_phone.get("/my/offline/"))["days"]
        assert MONDAY.isoformat() not in days
        assert set(map(tuple, days.values())) == {(str(items[0].pk), str(items[2].pk))}
        assert data_of(own_phone.get("/my/offline/"))["resting"] == MONDAY.isoformat()

    def test_it_has_the_answers_of_an_open_session(self, own_phone, version, items, session):
        own_phone.post(url("pain", session), {"pain": "4"})
        own_phone.post(url("step", session, items[0]), {"outcome": "not_today"})
        own_phone.post(url("step", session, items[1]), {"outcome": "done"})
        carried_on = data_of(own_phone.get("/my/offline/"))["session"]
        assert carried_on["id"] == str(session.pk)
        assert (carried_on["pain_before"], carried_on["answered"]) == (4, [str(items[0].pk)])
        assert [(entry["item"], entry["outcome"]) for entry in carried_on["entries"]] == [
            (str(items[1].pk), "done")
        ]

    def test_it_needs_at_most_10_queries_with_an_open_session(self, own_phone, session):
        with CaptureQueriesContext(connection) as queries:
            own_phone.get("/my/offline/")
        assert len(queries) <= 10


class TestConditionalRequest:
    def test_an_unchanged_copy_is_not_sent_again(self, own_phone, version):
        first = own_phone.get("/my/offline/")
        again = own_phone.get("/my/offline/", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_an_unchanged_compressed_copy_is_not_sent_again(self, own_phone, version):
        gzip = {"Accept-Encoding": "gzip"}
        first = own_phone.get("/my/offline/", headers=gzip)
        assert first["Content-Encoding"] == "gzip"
        again = own_phone.get("/my/offline/", headers=gzip | {"If-None-Match": first["ETag"]})
        assert again.status_code == 304

    def test_a_changed_plan_is_sent(self, own_phone, version):
        first = own_phone.get("/my/offline/")
        published_plan(plan=version.plan, number=2)
        again = own_phone.get("/my/offline/", headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 200
        assert again["ETag"] != first["ETag"]


def is_met(told, says):
    """Evaluate a condition like static/js/check-in.js."""
    answer = says.get(told["question"])
    if answer is None:
        return False
    if "one_of" in told:
        return answer in told["one_of"]
    if told.get("is_no"):
        return answer == "no"
    if not {"at_least", "below", "above"} & set(told):
        return answer == "yes"
    other = says.get(told["above"]) if "above" in told else None
    return (
        int(answer) >= told.get("at_least", 0)
        and int(answer) < told.get("below", 11)
        and ("above" not in told or (other is not None and int(answer) - float(other) >= told["by"]))
    )


def found_by_the_page(answers):
    """Return the advice that static/js/offline.js shows: of the advice of one question, the first."""
    says = {name: told if told is None else as_sent(told) for name, told in answers.items()}
    rows = [(advice, json.loads(advice.when_json)) for advice in every_advice()]
    by_question = {}
    for advice, when in rows:
        if all(is_met(told, says) for told in when):
            by_question.setdefault(advice.question, advice)
    found = list(by_question.values()) or [WELL_DONE]
    return [advice for advice in found if advice.level.tier] or found


def test_the_page_shows_the_servers_advice_for_every_pain():
    for before, after, usual, too_hard in itertools.product(
        (None, *range(11)), range(11), (None, 0, 2.5, 7), (False, True)
    ):
        answers = {
            "pain_before": before,
            "pain_after": after,
            "usual_pain": usual,
            "pain_limit": get_pain_limit(usual),
            "effort": "too_hard" if too_hard else None,
        }
        assert found_by_the_page(answers) == get_advice(answers), answers


@pytest.mark.parametrize("question", check_in.QUESTIONS, ids=lambda each: each.id)
def test_the_page_shows_the_servers_advice_for_every_answer(question):
    for value, _label in question.options:
        for context in ({}, {each.id: True for each in check_in.QUESTIONS if each.is_sign}):
            answers = context | {question.id: question.read(value)}
            assert found_by_the_page(answers) == get_advice(answers), answers


@pytest.mark.parametrize("question", check_in.QUESTIONS, ids=lambda each: each.id)
def test_the_page_begins_the_servers_holds_for_every_answer(question):
    holds = check_in_data(())["holds"]
    for value, _label in question.options:
        for sugar in (None, "very_high", "low"):
            answers = {"sugar": sugar, question.id: question.read(value)}
            says = {name: as_sent(told) for name, told in answers.items() if told is not None}
            begun = {
                (each["kind"], each["until"])
                for each in holds
                if all(is_met(when, says) for when in each["when"])
            }
            assert begun == {(each.kind, each.until) for each in check_in.holds_begun_by(answers)}, answers


SUGARS = [None, *(value for value, _label in check_in.question("sugar").options)]
KETONES = [None, *(value for value, _label in check_in.question("ketones").options)]


@pytest.mark.parametrize("sugar", SUGARS)
@pytest.mark.parametrize("ketones", KETONES)
def test_the_page_ends_the_servers_holds_with_every_reading(sugar, ketones):
    answers = {"sugar": sugar, "ketones": ketones}
    says = {name: told for name, told in answers.items() if told is not None}
    for row in check_in_data(())["holds"]:
        recheck = check_in.get_recheck(row["question"], row["kind"], Until(row["until"]))
        assert (row["recheck"] is None) == (recheck is None)
        if recheck is None:
            continue
        ended = any(all(is_met(when, says) for when in each) for each in row["recheck"]["ends_when"])
        assert ended == recheck.ends_with(answers), row
        assert row["recheck"]["asks"] == list(recheck.asks)


class TestApp:
    def test_the_icons_of_the_manifest_exist(self, client):
        about = client.get("/manifest.webmanifest").json()
        assert (about["start_url"], about["display"]) == ("/my/", "standalone")
        assert {"192x192", "512x512"} <= {icon["sizes"] for icon in about["icons"]}
        for icon in about["icons"]:
            assert finders.find(icon["src"].removeprefix("/static/")), icon

    def test_the_files_of_the_worker_exist(self, client):
        response = client.get("/sw.js")
        assert (response["Content-Type"], response["Cache-Control"]) == ("text/javascript", "no-cache")
        files = set(re.findall(r'"/static/([^"]+)"', text(response)))
        assert len(files) > 10
        assert [name for name in files if not finders.find(name)] == []
