"""Rate limits: too many tries have to wait; other subjects are not affected."""

import datetime

import pytest
from django.test import RequestFactory

from clinic.models import TokenBucket
from clinic.rate_limits import MAX_PERIOD, Limit, get_client_ip
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
    assert "203" not in TokenBucket.objects.get().key


def test_a_limit_longer_than_buckets_are_kept_cannot_be_made():
    with pytest.raises(ValueError, match="would be deleted"):
        Limit("too long", 3, MAX_PERIOD * 2)


@pytest.mark.django_db(transaction=True)
def test_ten_at_the_same_moment_share_the_same_three_tries():
    allowed = call_at_once(lambda _number: LIMIT.allows("me", now=NOON), times=10)
    assert sorted(allowed) == [False] * 7 + [True] * 3


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
