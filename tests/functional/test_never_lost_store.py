"""The rules by which a phone merges, keeps and settles what it has stored, mostly evaluated without its pages."""

import pytest
from playwright.sync_api import expect

from patients.models import ExerciseSession
from tests.architecture.source import ROOT
from tests.functional.offline_steps import (
    STORE_IS_FULL,
    advice,
    alert_kinds,
    ask_for_update,
    begin_in_two_tabs,
    button,
    check_signs,
    fail_to_update,
    go_offline_between_updates,
    go_online,
    heading,
    wait_until,
    wait_until_all_is_sent,
)

pytestmark = pytest.mark.django_db(transaction=True)
STORE = (ROOT / "static/js/offline-store.js").read_text()
EARLY, LATE = "2026-11-29T10:00:00.000Z", "2026-11-29T11:00:00.000Z"


@pytest.fixture
def store(phone, live_server):
    """Return a function that evaluates an async function with the store, on a page that has nothing else."""
    phone.goto("/healthz")
    phone.evaluate(f"{STORE};null")
    return lambda script, argument=None: phone.evaluate(script, argument)


def record(**changes):
    """Return an open session as a page stores it."""
    own = {"key": "1", "tag": "a", "state": "open", "started_at": EARLY, "worst_is_no": ["fell_stands"]}
    return own | {"told": {}, "told_at": {}, "holds": [], "danger": False, "entries": []} | changes


def hold(kind, until, at):
    return {"kind": kind, "until": until, "at": at}


PUT_ALL = """
async (records) => {
  let stored;
  for (const one of records) stored = await surefootStore.put(one);
  return stored;
}
"""


class TestTwoTabs:
    def test_a_tab_that_does_not_know_of_a_danger_does_not_keep_it_from_being_sent(self, store):
        told = record(told={"fell": "yes", "fell_stands": "no"}, danger=True)
        older = record(told={"fell": "no", "fell_stands": "yes"}, told_at={"fell": LATE})
        merged = store(PUT_ALL, [told, older])
        assert merged["danger"] is True
        assert merged["told"] == {"fell": "yes", "fell_stands": "no"}
        assert store("async () => surefootStore.waiting(await surefootStore.all()).length") == 1

    @pytest.mark.parametrize("is_first", [True, False])
    def test_the_reading_that_was_told_last_counts_whichever_tab_writes_last(self, store, is_first):
        low = record(
            told={"sugar": "low"}, told_at={"sugar": LATE}, holds=[hold("sugar", "end_of_day", LATE)]
        )
        good = record(told={"sugar": "good"}, told_at={"sugar": EARLY})
        merged = store(PUT_ALL, [low, good] if is_first else [good, low])
        assert merged["told"] == {"sugar": "low"}
        assert merged["told_at"] == {"sugar": LATE}
        assert [one["kind"] for one in merged["holds"]] == ["sugar"]

    @pytest.mark.parametrize("is_first", [True, False])
    @pytest.mark.parametrize("is_treated", [True, False])
    def test_a_low_that_one_tab_knows_as_treated_ends_its_hold_and_no_other(
        self, store, is_first, is_treated
    ):
        holds = [
            hold("sugar", "end_of_day", EARLY),
            hold("sugar", "one_day", EARLY),
            hold("all", "end_of_day", EARLY),
        ]
        low = record(told={"sugar": "low"}, told_at={"sugar": EARLY}, holds=holds)
        ended = [f" sugar end_of_day {EARLY}"] if is_treated else []
        good = record(told={"sugar": "good"}, told_at={"sugar": LATE}, ended=ended)
        merged = store(PUT_ALL, [low, good] if is_first else [good, low])
        assert merged["told"] == {"sugar": "good"}
        left = {(one["kind"], one["until"]) for one in merged["holds"]}
        stays = set() if is_treated else {("sugar", "end_of_day")}
        assert left == {("sugar", "one_day"), ("all", "end_of_day"), *stays}

    def test_a_hold_that_both_tabs_have_counts_from_the_later_telling(self, store):
        merged = store(
            PUT_ALL,
            [record(holds=[hold("all", "end_of_day", at)]) for at in (EARLY, LATE, EARLY)],
        )
        assert merged["holds"] == [hold("all", "end_of_day", LATE)]

    def test_a_question_that_is_asked_again_has_no_answer_of_before(self, store):
        before = record(told={"sugar": "high", "ketones": "none"}, told_at={"sugar": EARLY, "ketones": EARLY})
        again = record(told={"sugar": "high"}, told_at={"sugar": LATE, "ketones": LATE})
        assert store(PUT_ALL, [before, again])["told"] == {"sugar": "high"}


class TestAFullPhone:
    """IndexedDB refuses to write; the second place, or the memory of the page, takes the records."""

    TOLD_WHILE_SENDING = """
    async ([sending, told]) => {
      await surefootStore.put(sending);
      const [sent] = await surefootStore.all();
      await surefootStore.put(told);
      await surefootStore.settle(sent, { ...sent, state: "sent", told: {} });
      return surefootStore.all();
    }
    """

    @pytest.mark.parametrize(
        "refuse",
        [
            "",
            STORE_IS_FULL,
            STORE_IS_FULL + "Storage.prototype.setItem = () => { throw new DOMException('full'); };",
        ],
    )
    def test_a_danger_told_while_another_is_sent_stays_and_is_sent(self, store, refuse):
        store(f"() => {{ {refuse} }}")
        sending = record(state="waiting", told={"fell": "yes"}, danger=True, kind="report")
        told = sending | {"told": {"fell": "yes", "fell_head": "yes"}}
        left = store(self.TOLD_WHILE_SENDING, [sending, told])
        assert [(one["state"], one["told"]) for one in left] == [("waiting", told["told"])]

    @pytest.mark.parametrize("refuse", ["", STORE_IS_FULL])
    def test_what_was_sent_unchanged_is_settled(self, store, refuse):
        store(f"() => {{ {refuse} }}")
        states = store(
            """async (sending) => {
              await surefootStore.put(sending);
              const [sent] = await surefootStore.all();
              await surefootStore.settle(sent, { ...sent, state: "sent" });
              return (await surefootStore.all()).map(({ state }) => state);
            }""",
            record(state="waiting", kind="report"),
        )
        assert states == ["sent"]


def test_another_account_leaves_unsent_dangers_and_nothing_else(store):
    mine = [
        record(key="danger", state="waiting", danger=True),
        record(key="low", state="waiting", holds=[hold("sugar", "one_day", EARLY)]),
        record(key="answer", state="answer", danger=True),
        record(key="well", state="waiting"),
        record(key="sent", state="sent", danger=True),
    ]
    script = """
    async (tag) => {
      await surefootStore.removeOtherAccounts(tag);
      return [(await surefootStore.all()).map(({ key }) => key).sort(), await surefootStore.hasParked()];
    }
    """
    store(PUT_ALL, mine)
    assert store(script, "b") == [[], True]
    assert store(script, "a") == [["answer", "danger", "low"], False]
    assert store("() => surefootStore.hasUnsentDanger()") is True


#: Data that the offline page gets from the server, as far as these tests need them.
DATA = {
    "tag": "a",
    "zone": "UTC",
    "pain": {},
    "live": [],
    "held": {},
    "instead": {},
    "days": {},
    "check_in": {
        "efforts": [],
        "follow_ups": [],
        "worst_is_no": [],
        "dangers": [{"question": "fell"}, {"question": "sugar", "one_of": ["very_low"]}],
        "holds": [
            {"kind": "all", "until": "end_of_day", "when": [{"question": "fell"}]},
            {"kind": "all", "until": "end_of_day", "when": [{"question": "new_sore"}]},
            {
                "question": "sugar",
                "kind": "sugar",
                "until": "end_of_day",
                "when": [{"question": "sugar", "one_of": ["low"]}],
                "recheck": {"asks": ["sugar"], "ends_when": [[{"question": "sugar", "one_of": ["good"]}]]},
            },
        ],
    },
}
SCRIPTS = [
    (ROOT / f"static/js/{name}.js").read_text() for name in ("check-in", "offline-day", "offline-records")
]


class TestAtMidnight:
    """The session began in the evening; its page is opened again after midnight."""

    @pytest.fixture
    def page(self, phone, live_server):
        phone.goto("/healthz")
        for script in (STORE, *SCRIPTS):
            phone.evaluate(f"{script};null")  # a function as the value would be called
        phone.evaluate(
            """(data) => {
              self.day = surefootDay(data);
              self.records = surefootRecords(data, day);
              self.one = records.record({ state: "open", entries: [] });
            }""",
            DATA,
        )
        return phone

    def tell(self, page, time, **answers):
        """Tell these answers at this time, and return the kinds of the holds that are in force then."""
        page.clock.set_fixed_time(time)
        return page.evaluate(
            "(given) => { records.tell(one, given); return day.liveKinds([one]).sort(); }", answers
        )

    def test_the_hold_of_a_day_ends_with_that_day_though_the_page_is_opened_again(self, page):
        assert self.tell(page, "2026-11-29T23:50:00Z", fell="yes", sugar="low") == ["all", "sugar"]
        assert self.tell(page, "2026-11-29T23:55:00Z") == ["all", "sugar"]
        assert self.tell(page, "2026-11-30T00:10:00Z") == []

    def test_what_is_told_after_midnight_begins_a_hold_of_its_own(self, page):
        self.tell(page, "2026-11-29T23:50:00Z", fell="yes", sugar="low")
        assert self.tell(page, "2026-11-30T00:10:00Z", new_sore="yes") == ["all"]
        assert self.tell(page, "2026-11-30T00:20:00Z", sugar="low") == ["all", "sugar"]
        assert self.tell(page, "2026-11-30T00:30:00Z", sugar="good") == ["all"]

    def test_each_answer_has_the_time_at_which_it_was_told_first_and_a_reading_that_of_the_last(self, page):
        self.tell(page, "2026-11-29T23:50:00Z", fell="yes", sugar="low")
        self.tell(page, "2026-11-30T00:20:00Z", fell="yes", sugar="low")
        assert page.evaluate("() => one.told_at") == {
            "fell": "2026-11-29T23:50:00.000Z",
            "sugar": "2026-11-30T00:20:00.000Z",
        }

    def test_a_very_low_reading_that_a_better_one_replaces_is_a_report_of_its_own(self, page):
        self.tell(page, "2026-11-29T20:00:00Z", sugar="very_low")
        self.tell(page, "2026-11-29T20:20:00Z", sugar="good")
        wait_until(page, "async () => (await surefootStore.all()).length === 1")
        kept = page.evaluate("async () => (await surefootStore.all())[0]")
        assert (kept["kind"], kept["state"], kept["told"]) == ("report", "waiting", {"sugar": "very_low"})
        assert kept["started_at"] == "2026-11-29T20:00:00.000Z"

    def test_one_that_was_sent_already_is_not_reported_again(self, page):
        self.tell(page, "2026-11-29T20:00:00Z", sugar="very_low")
        page.evaluate("() => { one.sent_told = JSON.stringify(one.told); }")
        self.tell(page, "2026-11-29T20:20:00Z", sugar="good")
        assert page.evaluate("async () => (await surefootStore.all()).length") == 0


def test_a_danger_that_another_tab_stored_is_answered_at_the_next_tap(own_phone):
    older = begin_in_two_tabs(own_phone)
    expect(heading(older, "Ankle pump")).to_be_visible()
    button(own_phone, "Stop here and say how it went").tap()
    check_signs(own_phone, "chest")
    button(own_phone, "Send").tap()
    expect(advice(own_phone)).to_have_text(["Chest pain: call for help now"])

    button(older, "Done").tap()

    expect(advice(older)).to_have_text(["Chest pain: call for help now"])
    go_online(older)
    wait_until_all_is_sent(older)
    assert alert_kinds() == ["chest"]
    assert ExerciseSession.objects.count() == 1


def test_after_a_deployment_the_files_of_the_stored_page_stay_until_the_page_is_a_new_one(own_phone):
    files = "async () => (await caches.keys()).filter((name) => name.startsWith('surefoot-files-')).length"
    worker = go_offline_between_updates(own_phone)
    own_phone.evaluate("() => caches.open('surefoot-files-older')")
    fail_to_update(own_phone, worker)
    fail_to_update(own_phone, worker)  # when the second one fails, the first one has ended
    assert own_phone.evaluate(files) == 2
    go_online(own_phone)
    ask_for_update(own_phone)
    wait_until(own_phone, f"async () => (await ({files})()) === 1")
