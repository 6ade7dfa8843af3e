"""A danger told on a page of the server that cannot be saved there: incomplete, alone, or as a follow-up."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession, SafetyReport
from tests.functional.offline_steps import (
    SAVED,
    SENT,
    advice,
    alert_kinds,
    answer_follow_up,
    answer_questions,
    ask_for_update,
    button,
    check_in,
    check_signs,
    choose,
    do_exercises,
    go_offline,
    go_online,
    heading,
    patient_with_plan,
    sign_in,
    stored_data,
    wait_until,
    wait_until_all_is_sent,
)
from tests.functional.page_checks import narrow_findings

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def test_i_cannot_stand_as_before_told_as_a_follow_up_without_a_connection(under_way):
    """The answer no is the danger there, and it is the only one that is sent from that page."""
    under_way.get_by_role("link", name="Stop here and say how it went").tap()
    choose(under_way, "pain_after", "2")
    check_signs(under_way, "fell")
    button(under_way, "Send").tap()
    expect(under_way).to_have_url(re.compile("/more/$"))
    assert alert_kinds() == ["fall"]
    go_offline(under_way)

    answer_follow_up(under_way, fell_head="no", fell_stands="no")

    expect(advice(under_way).first).to_have_text("You cannot stand as before: get help now")
    go_online(under_way)
    expect(under_way.get_by_text(SENT)).to_be_visible()
    assert alert_kinds() == ["fall", "head"]
    assert (
        SafetyReport.objects.count() + ExerciseSession.objects.filter(answers__fell_stands=False).count() == 1
    )


def test_a_danger_of_an_incomplete_check_in_is_answered_and_sent_and_the_session_stays_open(under_way):
    """On the offline page and, sent from a page of the server, through the worker."""
    under_way.get_by_role("link", name="Stop here and say how it went").tap()
    check_signs(under_way, "chest")
    go_offline(under_way)
    button(under_way, "Send").tap()
    expect(advice(under_way)).to_have_text(["Chest pain: call for help now"])
    go_online(under_way)
    wait_until_all_is_sent(under_way)
    assert alert_kinds() == ["chest"]
    assert not ExerciseSession.objects.get().is_finished

    go_offline(under_way)
    button(under_way, "Stop here and say how it went").tap()
    expect(under_way.locator("#id_signs_chest")).to_be_checked()
    check_signs(under_way, "fell")
    button(under_way, "Send").tap()
    expect(under_way.get_by_role("heading", name="You had a fall. Stop for today")).to_be_visible()
    button(under_way, "Continue").tap()  # neither of the follow-ups is answered
    expect(under_way.get_by_role("alert").get_by_role("link").first).to_be_visible()
    choose(under_way, "fell_head", "yes")  # one of them is, and it is a danger
    button(under_way, "Continue").tap()
    expect(under_way.get_by_role("heading", name="You hit your head: get help now")).to_be_visible()
    answer_follow_up(under_way, fell_stands="yes")
    assert stored_data(under_way)["states"] == ["open"]

    go_online(under_way)

    wait_until_all_is_sent(under_way)
    assert alert_kinds() == ["chest", "fall", "head"]
    session = ExerciseSession.objects.get()
    assert (session.is_finished, session.pain_after) == (False, None)


class TestASignInThatHasEnded:
    def test_the_advice_is_shown_and_the_same_account_sends_it_after_its_next_sign_in(
        self, under_way, patient, live_server, browser_monitor, screenshot, check_accessibility
    ):
        browser_monitor.expect("401")
        under_way.get_by_role("link", name="Stop here and say how it went").tap()
        choose(under_way, "pain_after", "2")
        check_signs(under_way, "chest")
        under_way.context.clear_cookies(name="sessionid")
        button(under_way, "Send").tap()

        expect(heading(under_way, "Chest pain: call for help now")).to_be_visible()
        expect(under_way.get_by_role("link", name="Call 911 now")).to_be_visible()
        expect(under_way.get_by_text("You are signed out.", exact=False)).to_be_visible()
        screenshot(under_way, "signed-out")
        check_accessibility(under_way)
        assert narrow_findings(under_way) == []
        under_way.goto("/sign-in/")
        expect(under_way.locator("[data-unsent-told]")).to_be_visible()
        screenshot(under_way, "told")
        check_accessibility(under_way)
        assert not Alert.objects.exists()

        sign_in(under_way, patient, live_server.url)
        under_way.goto("/my/")

        expect(under_way).to_have_url(re.compile("/my/offline/$"))
        expect(advice(under_way)).to_have_text(["Chest pain: call for help now"])
        expect(under_way.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["chest"]
        assert ExerciseSession.objects.count() == 1

    def test_the_page_for_a_form_without_its_token_fits_the_smallest_phone(
        self, under_way, browser_monitor, check_accessibility
    ):
        browser_monitor.expect("403")
        under_way.get_by_role("link", name="Stop here and say how it went").tap()
        choose(under_way, "pain_after", "2")
        check_signs(under_way, "chest", "fell")
        under_way.evaluate(
            "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((one) => one.remove())"
        )
        button(under_way, "Send").tap()

        expect(heading(under_way, "Chest pain: call for help now")).to_be_visible()
        check_accessibility(under_way)
        assert narrow_findings(under_way) == []

    def test_another_account_is_told_that_something_waits_and_sees_none_of_it(
        self, own_phone, patient, live_server, screenshot, check_accessibility
    ):
        own_phone.context.route("**/my/sync/", lambda route: route.abort())
        own_phone.goto("/my/offline/")
        button(own_phone, "Stop: tell us what is wrong").tap()
        button(own_phone, "Chest pain or pressure").tap()
        expect(advice(own_phone)).to_have_text(["Chest pain: call for help now"])
        own_phone.context.clear_cookies(name="sessionid")
        own_phone.goto("/sign-in/")
        own_phone.context.unroute("**/my/sync/")

        sign_in(own_phone, patient_with_plan(), live_server.url)
        own_phone.goto("/my/")

        expect(own_phone.locator("[data-parked]")).to_be_visible()
        expect(own_phone.locator("[data-queue]")).to_be_hidden()
        screenshot(own_phone, "parked")
        check_accessibility(own_phone)
        assert stored_data(own_phone)["states"] == []
        own_phone.goto("/my/sign-out/")
        expect(own_phone.get_by_text("If you sign out now, it is gone.", exact=False)).to_be_visible()
        assert not Alert.objects.exists()

        own_phone.context.clear_cookies(name="sessionid")
        sign_in(own_phone, patient, live_server.url)
        own_phone.goto("/my/")

        expect(own_phone.get_by_text("Sent. Your clinic has what you told us.")).to_be_visible()
        expect(own_phone.locator("[data-parked]")).to_be_hidden()
        assert alert_kinds() == ["chest"]
        assert Alert.objects.get().patient == patient


KEEP_ANSWER = """
async () => {
  const { tag } = document.querySelector("[data-tag]").dataset;
  const fields = { sign: "faint", key: crypto.randomUUID() };
  const started_at = new Date().toISOString();
  await surefootStore.put({ key: "answer:1", tag, state: "answer", danger: true, ask: "stop", started_at, fields });
}
"""


@pytest.mark.parametrize("opened", ["Start", "Today"])
def test_an_answer_that_no_page_has_read_comes_before_a_start_and_before_today(own_phone, opened):
    """The worker has stored it; the page that it leads to was closed before it opened."""
    old = own_phone.context.new_page()
    old.add_init_script("delete window.BroadcastChannel;")
    old.goto("/my/", wait_until="networkidle")
    expect(button(old, "Start")).to_be_visible()
    own_phone.evaluate(KEEP_ANSWER)
    if opened == "Start":
        button(old, "Start").tap()
    else:
        old.get_by_role("link", name="Today", exact=True).tap()
    expect(advice(old)).to_have_text(["You fainted: call for help now"])
    expect(old.get_by_text(SENT)).to_be_visible()
    assert alert_kinds() == ["faint"]
    assert not ExerciseSession.objects.exists()


MOVED = {"status": 302, "headers": {"Location": "/static/img/icon.svg"}}


class TestAPageThatIsNotOurs:
    """A hotel's network, a proxy or a maintenance page answers in place of the server, or leads to another place."""

    def test_nothing_is_erased_and_an_answer_counts_as_not_saved(self, own_phone, browser_monitor):
        browser_monitor.expect("403", "503")
        context = own_phone.context
        own_phone.goto("/my/stop/")
        context.route(
            "**/my/**",
            lambda route: route.fulfill(
                status=200, body="<h1>Welcome to the hotel</h1>", content_type="text/html"
            ),
        )
        button(own_phone, "Chest pain or pressure").tap()
        expect(advice(own_phone)).to_have_text(["Chest pain: call for help now"])
        for answer in ({"status": 200, "body": "{}"}, {"status": 403}, MOVED):
            # On top of the route before it: between two routes, the phone would reach the server.
            context.route("**/my/**", lambda route: route.fulfill(**answer))  # noqa: B023
            own_phone.evaluate("dispatchEvent(new Event('online'))")
            ask_for_update(own_phone)
            asked = (
                "async () => (await fetch('/my/sync/', { redirect: 'manual' }).catch(() => null)) !== null"
            )
            wait_until(own_phone, asked)
        assert stored_data(own_phone)["states"] == ["waiting"]
        assert stored_data(own_phone)["offline_page"]
        context.unroute("**/my/**")

        own_phone.evaluate("dispatchEvent(new Event('online'))")

        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["chest"]

    @pytest.mark.parametrize("answer", [MOVED, {"status": 400}, {"status": 413}])
    def test_chest_pain_told_in_a_check_in_that_leads_elsewhere_is_advised_kept_and_sent_once(
        self, at_check_in, browser_monitor, answer
    ):
        browser_monitor.expect(str(answer["status"]))
        answer_questions(at_check_in, "chest")
        at_check_in.context.route("**/my/**", lambda route: route.fulfill(**answer))
        button(at_check_in, "Send").tap()

        expect(advice(at_check_in)).to_have_text(["Chest pain: call for help now"])
        expect(at_check_in.get_by_text(SAVED)).to_be_visible()
        assert not Alert.objects.exists()
        at_check_in.context.unroute("**/my/**")
        at_check_in.evaluate("dispatchEvent(new Event('online'))")

        expect(at_check_in.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["chest"]
        assert ExerciseSession.objects.count() == 1

    @pytest.mark.parametrize(
        "answer", [MOVED, {"status": 413}, {"status": 200, "body": "<h1>Welcome to the hotel</h1>"}]
    )
    def test_on_a_shared_device_the_form_stays_and_the_advice_is_given(
        self, phone, patient, live_server, browser_monitor, answer
    ):
        browser_monitor.expect("Failed to load resource", "ERR_FAILED")
        sign_in(phone, patient, live_server.url, own_phone=False)
        phone.goto("/my/stop/")
        for path in ("**/my/**", "**/healthz"):
            phone.context.route(path, lambda route: route.fulfill(**answer))
        button(phone, "Chest pain or pressure").tap()

        expect(phone.locator("[data-unsent] .advice:visible h2 + a")).to_have_text(["Call 911 now"])
        for path in ("**/my/**", "**/healthz"):
            phone.context.unroute(path)
        button(phone, "Chest pain or pressure").tap()
        expect(phone).to_have_url(re.compile("/my/reports/"))
        assert alert_kinds() == ["chest"]


def test_a_danger_that_the_server_fails_on_does_not_hold_back_the_next_and_dangers_go_first(
    own_phone, browser_monitor
):
    browser_monitor.expect("503")
    own_phone.context.route("**/my/sync/", lambda route: route.abort())
    own_phone.goto("/my/offline/")
    do_exercises(own_phone)
    check_in(own_phone)
    for sign in ("Chest pain or pressure", "I fainted"):
        button(own_phone, "Stop: tell us what is wrong").tap()
        button(own_phone, sign).tap()
        expect(button(own_phone, "Back to today")).to_be_visible()
    assert stored_data(own_phone)["states"] == ["waiting"] * 3
    sent = []

    def fail_on_chest_pain(route):
        if route.request.method != "POST":
            return route.continue_()
        told = route.request.post_data_json
        sent.append([name for name in ("chest", "faint") if told.get("answers", {}).get(name) == "yes"])
        return route.fulfill(status=503, json={}) if "chest" in sent[-1] else route.continue_()

    own_phone.context.route("**/my/sync/", fail_on_chest_pain)
    own_phone.evaluate("dispatchEvent(new Event('online'))")

    wait_until(own_phone, "async () => surefootStore.waiting(await surefootStore.all()).length === 1")
    assert sent[:3] == [["chest"], ["faint"], []]
    assert all(names == ["chest"] for names in sent[3:]), (
        "only the one that failed is sent again, in later rounds"
    )
    assert alert_kinds() == ["faint"]
    own_phone.context.unroute("**/my/sync/")
    own_phone.evaluate("dispatchEvent(new Event('online'))")
    wait_until_all_is_sent(own_phone)
    assert alert_kinds() == ["chest", "faint"]
