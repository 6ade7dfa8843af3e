"""A danger told on a phone is never lost: not with two tabs, a full phone, a stopped database, nor without a worker."""

import re

import pytest
from django.db import connection
from playwright.sync_api import expect

from patients.models import Alert, ExerciseSession
from tests.functional.offline_steps import (
    NO_NETWORK,
    REST,
    SAVED,
    SENT,
    STORE_IS_FULL,
    advice,
    alert_kinds,
    answer_questions,
    begin,
    begin_in_two_tabs,
    button,
    check_in,
    do_exercises,
    go_offline,
    go_online,
    heading,
    sign_in,
    stop_here,
    stored_data,
)
from tests.functional.page_checks import narrow_findings

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def no_persistent_connections(monkeypatch):
    """Make each request open a connection of its own, so that `stop_database` reaches the next one."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


@pytest.fixture
def stop_database(monkeypatch):
    """Return a function that makes new connections fail, as with a stopped server or a removed file."""

    def stop():
        where = {"NAME": "/nowhere/surefoot.sqlite3"} if connection.vendor == "sqlite" else {"PORT": "1"}
        for name, value in where.items():
            monkeypatch.setitem(connection.settings_dict, name, value)

    yield stop
    monkeypatch.undo()


@pytest.fixture
def shared(phone, patient, live_server):
    """Open a session on a shared device, at its first exercise."""
    sign_in(phone, patient, live_server.url, own_phone=False)
    phone.goto("/my/")
    begin(phone, pain="4")
    expect(heading(phone, "Ankle pump")).to_be_visible()
    return phone


class TestADatabaseThatIsStopped:
    def test_chest_pain_is_advised_kept_on_the_phone_and_sent(
        self, at_check_in, stop_database, monkeypatch, browser_monitor, screenshot, check_accessibility
    ):
        browser_monitor.expect("503")
        answer_questions(at_check_in, "chest")
        stop_database()
        button(at_check_in, "Send").tap()

        expect(advice(at_check_in)).to_have_text(["Chest pain: call for help now"])
        expect(at_check_in.get_by_text(SAVED)).to_be_visible()
        monkeypatch.undo()
        assert not Alert.objects.exists()
        at_check_in.evaluate("dispatchEvent(new Event('online'))")

        expect(at_check_in.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["chest"]
        assert ExerciseSession.objects.count() == 1

    def test_chest_pain_on_a_shared_device_is_advised_and_can_be_sent_again(
        self, shared, stop_database, monkeypatch, browser_monitor, screenshot, check_accessibility
    ):
        browser_monitor.expect("503", "Failed to load resource")
        shared.get_by_role("link", name="Stop here and say how it went").tap()
        answer_questions(shared, "chest")
        stop_database()
        button(shared, "Send").tap()

        expect(heading(shared, "Chest pain: call for help now")).to_be_visible()
        expect(shared.get_by_role("link", name="Call 911 now")).to_have_attribute("href", "tel:911")
        screenshot(shared, "not-saved")
        check_accessibility(shared)
        assert narrow_findings(shared) == []
        monkeypatch.undo()
        button(shared, "Send again").tap()

        expect(shared.get_by_text("Saved.")).to_be_visible()
        assert alert_kinds() == ["chest"]


def test_a_connection_that_never_answers_does_not_keep_back_the_advice(at_check_in):
    answer_questions(at_check_in, "chest")
    at_check_in.context.route("**/check-in/", lambda route: None)
    button(at_check_in, "Send").tap()
    expect(advice(at_check_in)).to_have_text(["Chest pain: call for help now"])
    expect(at_check_in.get_by_text(SENT)).to_be_visible()
    assert alert_kinds() == ["chest"]


class TestASharedDeviceWithoutAConnection:
    @pytest.fixture(autouse=True)
    def no_network(self, browser_monitor):
        browser_monitor.expect(*NO_NETWORK)

    def test_a_fall_is_advised_on_the_page_which_keeps_the_answers(
        self, shared, screenshot, check_accessibility
    ):
        shared.get_by_role("link", name="Stop here and say how it went").tap()
        answer_questions(shared, "fell")
        go_offline(shared)
        button(shared, "Send").tap()

        expect(shared.get_by_text("You had a fall. Stop for today")).to_be_visible()
        expect(shared.get_by_text("Chest pain: call for help now")).to_be_hidden()
        expect(shared.get_by_role("alert").get_by_role("link", name="Call 911 now")).to_be_visible()
        screenshot(shared, "unsent")
        check_accessibility(shared)
        assert narrow_findings(shared) == []
        go_online(shared)
        button(shared, "Send").tap()

        expect(heading(shared, "You had a fall. Stop for today")).to_be_visible()
        assert alert_kinds() == ["fall"]

    def test_a_hot_foot_told_on_the_stop_sheet_is_advised(self, shared):
        shared.goto("/my/stop/")
        go_offline(shared)
        shared.locator("summary").nth(1).tap()
        button(shared, "One foot hot, red or swollen").tap()
        expect(shared.get_by_text("Stay off that foot altogether")).to_be_visible()
        expect(shared.get_by_role("alert").locator(".advice .btn")).to_have_count(0)

    def test_chest_pain_told_on_the_stop_sheet_is_answered_with_the_call_before_all_other_advice(
        self, shared, screenshot
    ):
        shared.goto("/my/stop/")
        go_offline(shared)
        shared.locator("[name=sign][value=chest]").tap()
        expect(shared.locator("[data-unsent] .advice:visible h2 + a")).to_have_text(["Call 911 now"])
        screenshot(shared, "chest-unsent")
        assert narrow_findings(shared) == []


class TestTwoTabs:
    def test_an_older_tab_that_says_no_does_not_erase_a_fall(self, own_phone):
        older = begin_in_two_tabs(own_phone)
        stop_here(own_phone, after="Ankle pump")
        check_in(own_phone, "fell")
        expect(own_phone.get_by_text(SAVED)).to_be_visible()

        stop_here(older, after="Ankle pump")
        check_in(older)
        expect(older.get_by_text(SAVED)).to_be_visible()
        assert stored_data(own_phone)["states"] == ["waiting"]
        go_online(own_phone)

        expect(older.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall"]
        assert ExerciseSession.objects.get().answers["fell"] is True

    def test_a_fall_told_in_the_second_tab_after_the_first_was_sent_reaches_the_clinic(self, own_phone):
        second = begin_in_two_tabs(own_phone)
        stop_here(second, after="Ankle pump")
        stop_here(own_phone, after="Ankle pump")
        check_in(own_phone)
        go_online(own_phone)
        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == []

        check_in(second, "fell")

        expect(second.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall"]
        assert ExerciseSession.objects.count() == 1

    @pytest.mark.parametrize("fell", [(["fell"], []), ([], ["fell"])])
    def test_of_two_check_ins_sent_without_a_connection_the_fall_counts(self, at_check_in, fell):
        second = at_check_in.context.new_page()
        second.goto(at_check_in.url)
        go_offline(at_check_in)
        answer_questions(at_check_in, *fell[0])
        button(at_check_in, "Send").tap()
        expect(at_check_in.get_by_text(SAVED)).to_be_visible()
        answer_questions(second, *fell[1])
        button(second, "Send").tap()
        expect(second.locator("h1:visible")).to_have_text(re.compile(f"What to do now|{REST}"))

        go_online(at_check_in)

        expect(at_check_in.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall"]
        assert ExerciseSession.objects.count() == 1


class TestAStoreThatIsFull:
    NO_SECOND = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"

    def test_a_fall_is_stored_in_the_second_place_and_sent(self, own_phone):
        own_phone.context.add_init_script(STORE_IS_FULL)
        go_offline(own_phone)
        own_phone.goto("/my/")
        do_exercises(own_phone)
        check_in(own_phone, "fell")
        expect(own_phone.get_by_text(SAVED)).to_be_visible()
        own_phone.reload()
        expect(heading(own_phone, REST)).to_be_visible()

        go_online(own_phone)

        expect(own_phone.get_by_text(re.compile(": Sent"))).to_be_visible()
        assert alert_kinds() == ["fall"]

    def test_a_fall_that_no_place_takes_is_advised_at_once_and_says_that_it_is_not_saved(
        self, own_phone, screenshot
    ):
        own_phone.context.add_init_script(STORE_IS_FULL + self.NO_SECOND)
        go_offline(own_phone)
        own_phone.goto("/my/")
        do_exercises(own_phone)
        check_in(own_phone, "fell")
        expect(advice(own_phone)).to_have_text(["You had a fall. Stop for today"])
        expect(
            own_phone.get_by_role("alert").filter(has_text="This phone can’t save your answers")
        ).to_be_visible()
        screenshot(own_phone, "full")

        go_online(own_phone)

        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall"]

    def test_the_advice_does_not_wait_for_a_store_that_never_answers(self, own_phone):
        own_phone.context.add_init_script("IDBFactory.prototype.open = () => ({});")
        go_offline(own_phone)
        own_phone.goto("/my/")
        do_exercises(own_phone)
        answer_questions(own_phone, "fell")
        button(own_phone, "Send").tap()
        assert advice(own_phone).text_content() == "You had a fall. Stop for today"


class TestSendingWithoutBackgroundSync:
    @pytest.fixture
    def waiting(self, own_phone):
        """Return a phone with a fall that waits; its requests fail, though the browser reports a connection."""
        own_phone.context.add_init_script("delete ServiceWorkerRegistration.prototype.sync;")
        own_phone.clock.install()
        own_phone.context.route("**/my/sync/", lambda route: route.abort())
        own_phone.goto("/my/offline/")
        do_exercises(own_phone)
        check_in(own_phone, "fell")
        expect(own_phone.get_by_text(SAVED)).to_be_visible()
        own_phone.context.unroute("**/my/sync/")
        return own_phone

    def test_it_is_tried_again_after_a_while(self, waiting):
        sent = waiting.get_by_text(SENT)
        for _try in range(20):  # the attempt right after the check-in may not have failed yet
            waiting.clock.run_for(31_000)
            waiting.wait_for_timeout(500)
            if sent.is_visible():
                break
        assert alert_kinds() == ["fall"]

    def test_it_is_sent_when_the_page_is_looked_at_again(self, waiting):
        waiting.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(waiting.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall"]

    def test_it_is_sent_when_the_page_comes_back_from_the_browsers_memory(self, waiting):
        waiting.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        expect(waiting.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall"]


class TestAProxyThatRefuses:
    """A proxy, a firewall or a hotel's network answers with a status of its own, in place of the server."""

    @pytest.mark.parametrize("status", [400, 403, 413, 422, 451])
    def test_a_fall_waits_on_the_phone_and_is_sent_once_when_the_server_can_be_reached(
        self, own_phone, browser_monitor, status
    ):
        browser_monitor.expect(str(status))

        def refuse(route):
            if route.request.method == "POST":
                route.fulfill(status=status, body="<h1>Blocked</h1>", content_type="text/html")
            else:
                route.continue_()

        own_phone.context.route("**/my/sync/", refuse)
        own_phone.goto("/my/offline/")
        button(own_phone, "Stop: tell us what is wrong").tap()
        with own_phone.expect_response(lambda response: response.status == status):
            button(own_phone, "I fell").tap()

        expect(advice(own_phone)).to_have_text(["You had a fall. Stop for today"])
        own_phone.evaluate("() => navigator.locks.request('surefoot-send', () => true)")
        expect(own_phone.get_by_text(SAVED)).to_be_visible()
        assert stored_data(own_phone)["states"] == ["waiting"]
        assert not Alert.objects.exists()
        own_phone.context.unroute("**/my/sync/")
        own_phone.evaluate("dispatchEvent(new Event('online'))")

        expect(own_phone.get_by_text(SENT)).to_be_visible()
        assert alert_kinds() == ["fall"]
