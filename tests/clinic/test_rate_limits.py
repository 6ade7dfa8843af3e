"""Rate limits: too many tries have to wait; other subjects are not affected."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from clinic import rate_limits
from clinic.models import TokenBucket
from clinic.rate_limits import (
    FULL_BUCKET_GRACE,
    Limit,
    delete_full_buckets,
    get_client_ip,
    recipient_subject,
    take,
)
from tests.concurrency import call_at_once
from tests.factories import NOON

LIMIT = Limit("test", 3, datetime.timedelta(minutes=3))


def tries(count, subject="me", now=NOON, limit=LIMIT):
    return [limit.allows(subject, now=now) for _ in range(count)]


def test_it_allows_so_many_at_once_and_no_more(db):
    assert tries(5) == [True, True, True, False, False]


def test_tries_come_back_evenly(db):
    tries(3)
    assert tries(2, now=NOON + datetime.timedelta(minutes=1)) == [True, False]
    assert tries(4, now=NOON + datetime.timedelta(days=9)) == [True, True, True, False]


def test_a_refused_try_does_not_make_the_wait_longer(db):
    tries(3)
    for seconds in range(0, 60, 10):
        assert not LIMIT.allows("me", now=NOON + datetime.timedelta(seconds=seconds))
    assert LIMIT.allows("me", now=NOON + datetime.timedelta(seconds=60))


def test_each_has_a_bucket_of_their_own_for_each_limit(db):
    tries(3)
    assert LIMIT.allows("someone else", now=NOON)
    assert Limit("another", 3, datetime.timedelta(minutes=3)).allows("me", now=NOON)


def test_a_clock_that_jumps_back_adds_no_tokens(db):
    tries(3)
    assert not LIMIT.allows("me", now=NOON - datetime.timedelta(days=1))


def test_the_table_contains_no_addresses(db):
    LIMIT.allows("203.0.113.9", now=NOON)
    assert re.fullmatch(r"[0-9a-f]{64}", TokenBucket.objects.get().key)


def test_a_full_bucket_is_deleted_and_one_that_is_not_full_is_kept(db):
    tries(1)
    tries(3, subject="someone else")
    assert delete_full_buckets(NOON + FULL_BUCKET_GRACE + datetime.timedelta(seconds=61)) == 1
    later = NOON + datetime.timedelta(minutes=2, seconds=1)
    assert tries(3, subject="someone else", now=later) == [True, True, False]
    assert delete_full_buckets(NOON + datetime.timedelta(days=1)) == 1
    assert not TokenBucket.objects.exists()


def test_a_bucket_of_a_day_is_kept_until_it_is_full(db):
    daily = Limit("daily", 2, datetime.timedelta(days=1))
    tries(2, limit=daily)
    delete_full_buckets(NOON + datetime.timedelta(hours=23))
    assert tries(2, limit=daily, now=NOON + datetime.timedelta(hours=23)) == [True, False]


class TestSeveralLimitsTogether:
    wide = Limit("wide", 4, datetime.timedelta(minutes=4))

    def take(self, subject="me", now=NOON):
        return take((LIMIT, subject), (self.wide, "all"), now=now)

    def test_each_of_them_refuses(self, db):
        assert [bool(self.take()) for _ in range(4)] == [True, True, True, False]
        assert [bool(self.take(subject)) for subject in ("you", "they")] == [True, False]

    def test_a_try_that_one_refuses_takes_nothing_from_the_others(self, db):
        for _ in range(9):
            self.take()
        assert self.wide.allows("all", now=NOON)
        assert not self.wide.allows("all", now=NOON)

    def test_what_is_given_back_can_be_taken_again(self, db):
        for _ in range(20):
            self.take().give_back(now=NOON)
        assert tries(4) == [True, True, True, False]

    def test_giving_back_fills_no_bucket_beyond_its_size(self, db):
        taken = self.take()
        for _ in range(9):
            taken.give_back(now=NOON)
        assert tries(4) == [True, True, True, False]

    def test_giving_back_to_a_bucket_that_is_deleted_changes_nothing(self, db):
        taken = self.take()
        TokenBucket.objects.all().delete()
        taken.give_back(now=NOON)
        assert not TokenBucket.objects.exists()


class TestAFloodOfSubjects:
    @pytest.fixture(autouse=True)
    def few_buckets(self, db, monkeypatch):
        monkeypatch.setattr(rate_limits, "MAX_BUCKETS", 0)

    def flood(self, count=600):
        monkeyed = [
            TokenBucket(key=f"00{number:062x}", tokens=0, updated_at=NOON, full_at=NOON)
            for number in range(9)
        ]
        TokenBucket.objects.bulk_create(monkeyed)
        for number in range(count):
            LIMIT.allows(f"stranger {number}", now=NOON)

    def test_the_number_of_rows_is_bounded(self):
        self.flood()
        assert TokenBucket.objects.count() <= 9 + 256

    def test_noise_unlocks_nobody(self):
        tries(3)
        self.flood()
        assert tries(1) == [False]

    def test_subjects_that_strangers_cannot_invent_keep_buckets_of_their_own(self):
        own = Limit("own", 3, datetime.timedelta(minutes=3), never_shared=True)
        self.flood(1)
        for number in range(300):
            assert own.allows(f"browser {number}", now=NOON)

    def test_after_it_everyone_has_their_own_bucket_again(self, monkeypatch):
        self.flood()
        monkeypatch.setattr(rate_limits, "MAX_BUCKETS", 100_000)
        assert tries(4, subject="someone new") == [True, True, True, False]


@pytest.mark.django_db(transaction=True)
def test_ten_at_the_same_moment_share_the_same_three_tries():
    allowed = call_at_once(lambda _number: LIMIT.allows("me", now=NOON), times=10)
    assert sorted(allowed) == [False] * 7 + [True] * 3


@pytest.mark.django_db(transaction=True)
def test_fifty_at_the_same_moment_never_wait_for_each_other_in_a_circle():
    """Tries at several limits in any order, given back or not, on buckets that come and go."""
    wide = Limit("wide", 1000, datetime.timedelta(hours=1))

    def one(number):
        wanted = [(wide, f"shared {(number + step) % 3}") for step in range(3)]
        taken = take(*(wanted if number % 2 else reversed(wanted)), now=NOON)
        if number % 5 == 0:
            delete_full_buckets(NOON + datetime.timedelta(days=1))
        elif number % 3 == 0:
            taken.give_back(now=NOON)
        return taken is not None

    assert all(call_at_once(one, times=50, most_threads=25))


@pytest.mark.django_db(transaction=True)
def test_deleting_full_buckets_never_waits_for_a_try():
    """A deletion that waits for one bucket has locked others. SQLite has one lock, so there it waits for the file."""
    take((LIMIT, "me"), (LIMIT, "you"), now=NOON)

    def delete(_number):
        return delete_full_buckets(NOON + datetime.timedelta(days=1))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            TokenBucket.objects.select_for_update().get(pk=LIMIT.get_key("me"))
            deletion = pool.submit(call_at_once, delete, times=1)
            if connection.vendor == "postgresql":
                assert deletion.result(timeout=10) == [1]
        assert deletion.result() == ([1] if connection.vendor == "postgresql" else [2])


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("203.0.113.9", "", False, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", False, "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", True, "198.51.100.1"),
        ("10.0.0.1", "made up, 198.51.100.1", True, "198.51.100.1"),
        ("10.0.0.1", "nonsense", True, "unknown"),
        ("2001:db8:1:2:aaaa::1", "", False, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "", False, "203.0.113.9"),
        ("", "", False, "unknown"),
    ],
)
def test_the_client_ip_is_the_one_that_cannot_be_forged(settings, remote, forwarded, trusted, expected):
    settings.TRUST_PROXY = trusted
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert get_client_ip(RequestFactory().get("/", REMOTE_ADDR=remote, **extra)) == expected


@pytest.mark.parametrize(
    "email",
    [
        "ANA.RUIZ@example.org",
        "anaruiz+tag@example.org",
        " ana.ruiz@EXAMPLE.org ",
        '"ana.ruiz"@example.org',
        r'"\a\na.ru\iz"@example.org',
        '"ana.ruiz+tag"@example.org',
        '"ana\x01ruiz"@example.org',
        "ana.ruiz@ex\uff41mple.org",
        "ana.ruiz@exam\u00adple.org",
    ],
)
def test_the_ways_of_writing_one_mailbox_are_one_recipient(email):
    assert recipient_subject(email) == recipient_subject("ana.ruiz@example.org")


@pytest.mark.parametrize(
    ("email", "same"),
    [
        ("ana@googlemail.com", "ana@gmail.com"),
        ("ana@me.com", "ana@icloud.com"),
        ("ana@pm.me", "ana@proton.me"),
        ("ana@b\u00fccher.example", "ana@xn--bcher-kva.example"),
        ("ana@[2001:db8::1]", "ana@[2001:db8:0::1]"),
    ],
)
def test_the_names_of_one_mail_server_are_one_recipient(email, same):
    assert recipient_subject(email) == recipient_subject(same)


@pytest.mark.parametrize(
    "email",
    [
        "ana@example.com",
        "anna@example.org",
        "ana_ruiz@example.org",
        "ana@gmail.com",
        "ana@[192.0.2.1]",
        "ana@",
    ],
)
def test_other_mailboxes_are_other_recipients(email):
    assert recipient_subject(email) != recipient_subject("ana@example.org")


@pytest.mark.parametrize(
    "email", ["ana@" + "\u00e4" * 200 + ".org", "ana@\u00e4..org", "ana", "", "@", '"@"@x.org']
)
def test_an_address_that_cannot_be_encoded_is_a_recipient_too(email):
    assert isinstance(recipient_subject(email), str)
