"""Tests of parallel requests: the same request sent many times at once has one effect."""

import re

import pytest
from django.test import Client

from clinic.models import AuditEvent, OutboxMessage
from patients.models import (
    Alert,
    Device,
    ExerciseSession,
    MailedCode,
    SessionEntry,
    SignInCard,
    VersionSeen,
)
from patients.sign_in.services.cards import TooManyCardsError, create_card
from tests.concurrency import call_at_once
from tests.factories import clinician, published_plan
from tests.factories_of_patients import DeviceFactory, VerifiedEmailFactory
from tests.patients.session_steps import url
from tests.patients.sessions.offline.offline_steps import kept_session, moments_ago, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock():
    """Use the real time, since a frozen clock would also stop the waiting of the threads."""


@pytest.fixture
def post(phone):
    """Return a function that posts a form as the patient from any thread, with a client of its own for each call."""
    cookie = phone.cookies["sessionid"].value

    def post(address, data=None):
        client = Client()
        client.cookies["sessionid"] = cookie
        return client.post(address, data or {})

    return post


def test_50_parallel_check_ins_are_saved_once_with_one_set_of_alerts(post, session):
    sent = {"pain_after": "6", "signs": ["fell", "faint", "new_sore"]}
    answers = call_at_once(lambda _number: post(url("check_in", session), sent), 50)
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, url("follow_up", session))}
    kept = ExerciseSession.objects.get()
    assert (kept.is_finished, kept.pain_after, kept.answers["fell"]) == (True, 6, True)
    assert sorted(Alert.objects.values_list("kind", flat=True)) == ["faint", "fall", "sore"]
    assert AuditEvent.objects.filter(action="session.finished").count() == 1


def test_an_offline_session_sent_50_times_is_saved_once_with_one_alert(phone, version):
    cookie = phone.cookies["sessionid"].value
    kept = kept_session(version, session=moments_ago(minutes=30), check_in={"fell": "yes"})

    def post(_number):
        client = Client()
        client.cookies["sessionid"] = cookie
        return send(client, kept)

    answers = call_at_once(post, 50)

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert ExerciseSession.objects.get().entries.count() == 3
    assert Alert.objects.filter(kind="fall").count() == 1
    assert AuditEvent.objects.filter(action="session.finished").count() == 1


def test_10_parallel_offline_sessions_are_all_saved(phone, version):
    cookie = phone.cookies["sessionid"].value

    def post(_number):
        client = Client()
        client.cookies["sessionid"] = cookie
        return send(client, kept_session(version, session=moments_ago(minutes=30)))

    assert {answer.status_code for answer in call_at_once(post, 10)} == {200}
    assert ExerciseSession.objects.count() == 10


def test_10_parallel_starts_create_one_session(post, version, patient):
    second = published_plan(plan=version.plan, number=2)
    answers = call_at_once(lambda _number: post("/my/session/start/"), 10)
    assert {answer.url for answer in answers} == {"/my/session/"}
    assert patient.sessions.get().version == second
    assert VersionSeen.objects.count() == 1


def test_10_parallel_answers_create_one_entry(post, session, items):
    call_at_once(lambda _number: post(url("step", session, items[0]), {"outcome": "done"}), 10)
    assert SessionEntry.objects.get().outcome == "done"


def test_10_parallel_uses_of_one_card_sign_in_once(patient):
    _card, code = create_card(patient=patient, by=clinician(patient.clinic))
    form = {
        "code": code,
        "day": "12",
        "month": "4",
        "year": "1950",
        "understood": "1950-04-12",
        "device": "own",
    }
    answers = call_at_once(lambda number: Client(REMOTE_ADDR=f"198.51.100.{number}").post("/card/", form), 10)
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [302]
    assert AuditEvent.objects.filter(action="card.used").count() == 1


def test_of_10_cards_made_in_parallel_one_is_valid(patient):
    dana = clinician(patient.clinic)
    work = lambda _number: create_card(patient=patient, by=dana, reason="Lost")  # noqa: E731
    call_at_once(work, 10, refusals=(TooManyCardsError,))
    assert SignInCard.objects.count() == 5  # the most in a day
    assert SignInCard.objects.live().count() == 1


@pytest.fixture
def asked(patient, client, outbox):
    """Return the cookie of a browser that requested a code by e-mail, and the code."""
    VerifiedEmailFactory(patient=patient, email="rosa@example.org")
    form = {
        "email": "rosa@example.org",
        "day": "12",
        "month": "4",
        "year": "1950",
        "understood": "1950-04-12",
        "device": "own",
    }
    client.post("/sign-in/mail/", form)
    code = re.search(r"^ +(\d{3} \d{3})$", OutboxMessage.objects.get().body, re.MULTILINE)[1]
    return client.cookies["sessionid"].value, code


def test_10_concurrent_uses_of_one_mailed_code_sign_in_once(asked):
    cookie, code = asked

    def use(_number):
        client = Client()
        client.cookies["sessionid"] = cookie
        return client.post("/sign-in/mail/code/", {"code": code})

    answers = call_at_once(use, 10)
    assert sum(getattr(answer, "url", "") == "/my/" for answer in answers) == 1
    assert AuditEvent.objects.filter(action="mailed_code.used").count() == 1
    assert Device.objects.count() == 1


def test_10_concurrent_wrong_codes_count_five_and_invalidate_the_code(asked):
    cookie, code = asked
    wrong = f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06}"

    def guess(number):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        client.cookies["sessionid"] = cookie
        return client.post("/sign-in/mail/code/", {"code": wrong})

    call_at_once(guess, 10)
    kept = MailedCode.objects.get()
    assert kept.wrong_codes == 5
    assert kept.ended_at is not None


def test_of_10_codes_requested_in_parallel_one_is_valid(patient, outbox):
    VerifiedEmailFactory(patient=patient, email="rosa@example.org")
    form = {
        "email": "rosa@example.org",
        "day": "12",
        "month": "4",
        "year": "1950",
        "understood": "1950-04-12",
        "device": "own",
    }
    call_at_once(lambda number: Client(REMOTE_ADDR=f"198.51.100.{number}").post("/sign-in/mail/", form), 10)
    assert MailedCode.objects.live().count() == 1
    assert OutboxMessage.objects.count() == MailedCode.objects.count() == 5


def test_10_parallel_requests_to_end_other_sessions_end_each_once(post, patient):
    for _number in range(3):
        DeviceFactory(user=patient.user)
    call_at_once(lambda _number: post("/my/devices/others/"), 10)
    assert not Device.objects.live().exists()
    assert AuditEvent.objects.filter(action="device.ended").count() == 3
