"""Limits on guesses at cards and codes hurt whoever guesses, and not the other patients of the clinic."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import OutboxMessage
from patients.models import CodeUse, MailedCode
from patients.sign_in.services.cards import create_card
from tests.concurrency import call_at_once
from tests.factories import NOON, PatientFactory
from tests.factories_of_patients import VerifiedEmailFactory
from tests.patients.sign_in.test_email_sign_in import mailed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

CARD, ASK, CODE, ADDRESS = "/card/", "/sign-in/mail/", "/sign-in/mail/code/", "/my/address/"
EMAIL = "rosa@example.org"
CLINIC = "198.51.100.7"


def born(patient, **changes):
    """Return the date of birth, or a changed one, as typed and confirmed."""
    day = patient.date_of_birth
    typed = {"day": day.day, "month": day.month, "year": day.year, "device": "own"} | changes
    return typed | {"understood": f"{typed['year']}-{int(typed['month']):02}-{int(typed['day']):02}"}


def show_card(code, patient, *, client=None, address=CLINIC, **changes):
    return (client or Client()).post(CARD, born(patient, **changes) | {"code": code}, REMOTE_ADDR=address)


def ask(patient, email=EMAIL, *, client=None, address=CLINIC, **changes):
    return (client or Client()).post(ASK, born(patient, **changes) | {"email": email}, REMOTE_ADDR=address)


def sign_in_by_mail(patient, email):
    """Return the answer to the right code in a browser of its own, at the address of the clinic."""
    client = Client()
    assert ask(patient, email, client=client).status_code == 302
    return client.post(CODE, {"code": mailed()[0]}, REMOTE_ADDR=CLINIC)


@pytest.fixture
def forty(clinic, dana):
    """Forty patients of one clinic, each with a card."""
    patients = [PatientFactory(clinic=clinic) for _ in range(40)]
    return [(each, create_card(patient=each, by=dana)[1]) for each in patients]


class TestCards:
    def test_forty_patients_behind_one_address_all_sign_in(self, forty):
        for each, code in forty:
            assert show_card(code, each).status_code == 302

    def test_one_patient_who_has_it_wrong_stops_nobody_else(self, forty):
        wrong, code = forty[0]
        for number in range(90):
            show_card(f"{number:012d}", wrong)
            show_card(code, wrong, year="1901")
        for each, card in forty[1:]:
            assert show_card(card, each).status_code == 302

    def test_an_address_that_tries_many_codes_has_to_wait_with_each_other_code(self, patient):
        statuses = [show_card(f"{number:012d}", patient).status_code for number in range(62)]
        assert statuses == [200] * 60 + [429] * 2

    def test_a_code_is_tried_five_times_from_one_address(self, patient):
        assert [show_card("0" * 12, patient).status_code for _ in range(7)] == [200] * 5 + [429] * 2
        assert show_card("0" * 12, patient, address="203.0.113.9").status_code == 200

    def test_cards_that_are_right_cost_nothing(self, clinic, forty, other):
        more = [PatientFactory(clinic=clinic) for _ in range(30)]
        for each, code in forty + [(each, create_card(patient=each, by=other)[1]) for each in more]:
            assert show_card(code, each).status_code == 302
        assert show_card("0" * 12, more[0]).status_code == 200

    def test_the_tries_come_back(self, patient, clock):
        for _ in range(7):
            show_card("0" * 12, patient)
        clock.move_to(NOON + datetime.timedelta(minutes=3, seconds=1))
        assert show_card("0" * 12, patient).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_fifty_tries_at_one_card_at_the_same_moment_five_are_checked(patient, dana):
    code = create_card(patient=patient, by=dana)[1]

    def one(_number):
        return show_card(code, patient, year="1901").status_code

    assert sorted(call_at_once(one, times=50, most_threads=50)) == [200] * 5 + [429] * 45
    assert patient.cards.get().wrong_dates == 5


class TestMailedCodes:
    @pytest.fixture(autouse=True)
    def address(self, patient):
        return VerifiedEmailFactory(patient=patient, email=EMAIL)

    @pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
    def test_asking_for_one_person_has_to_wait_whoever_asks_and_whether_or_not_we_know_them(
        self, patient, email
    ):
        for number in range(5):
            assert ask(patient, email, address=f"203.0.113.{number}").status_code == 302
        late = ask(patient, email, address="203.0.113.9")
        assert late.status_code == 429
        assert "Too many tries" in late.content.decode()
        assert OutboxMessage.objects.count() == (5 if email == EMAIL else 0)

    def test_a_stranger_without_the_date_of_birth_does_not_use_up_the_codes_of_the_owner(self, patient):
        for number in range(60):
            ask(patient, address=f"203.0.113.{number}", day="28", year=str(1930 + number % 6))
        client = Client()
        ask(patient, client=client)
        assert client.post(CODE, {"code": mailed()[0]}).url == reverse("my:today")

    def test_forty_patients_behind_one_address_all_get_a_code_though_one_has_it_wrong(self, forty):
        for number in range(40):
            ask(forty[0][0], "wrong@example.org", year=str(1930 + number))
        for number, (each, _code) in enumerate(forty):
            VerifiedEmailFactory(patient=each, email=f"p{number}@example.org")
            client = Client()
            ask(each, f"p{number}@example.org", client=client)
            answer = client.post(CODE, {"code": mailed()[0]}, REMOTE_ADDR=CLINIC)
            assert answer.url == reverse("my:today")

    def test_from_one_network_address_has_to_wait_at_last(self, patient):
        for number in range(100):
            assert ask(patient, f"nobody{number}@example.org").status_code == 302
        assert ask(patient).status_code == 429
        assert not OutboxMessage.objects.exists()

    def test_sixty_patients_in_a_waiting_room_all_sign_in(self, clinic):
        for number in range(60):
            each = PatientFactory(clinic=clinic)
            VerifiedEmailFactory(patient=each, email=f"p{number}@example.org")
            assert sign_in_by_mail(each, f"p{number}@example.org").url == reverse("my:today")

    def test_those_who_sign_in_leave_the_tries_of_the_address_as_they_were(self, patient, clinic):
        """With one try left, one after the other signs in; whoever only asks for codes is stopped as before."""
        for number in range(99):
            ask(patient, f"nobody{number}@example.org")
        for number in range(4):
            each = PatientFactory(clinic=clinic)
            VerifiedEmailFactory(patient=each, email=f"p{number}@example.org")
            assert sign_in_by_mail(each, f"p{number}@example.org").url == reverse("my:today")
        assert ask(patient, "guesser@example.org").status_code == 302
        assert ask(patient, "guesser@example.org").status_code == 429

    def test_a_request_is_given_back_once_and_only_for_the_right_code(self, patient):
        client = Client()
        for _ in range(4):
            ask(patient, client=client)
        client.post(CODE, {"code": "000000" if mailed()[0] != "000 000" else "000001"})
        ask(patient, client=client)
        assert ask(patient, client=client).status_code == 429
        assert client.post(CODE, {"code": mailed()[0]}).url == reverse("my:today")
        assert ask(patient).status_code == 302
        assert ask(patient).status_code == 429

    def test_the_link_costs_nothing_either(self, patient):
        for _ in range(7):
            client = Client()
            assert ask(patient, client=client).status_code == 302
            assert client.post(mailed()[1]).url == reverse("my:today")

    def test_a_right_one_counts_like_a_wrong_one_so_that_the_limit_tells_nothing(self, patient):
        def statuses(email):
            return [ask(patient, email, address=f"203.0.113.{len(email)}").status_code for _ in range(12)]

        assert statuses(EMAIL) == statuses("somebody@example.org")

    def test_a_tag_or_capitals_make_no_other_mailbox(self, patient):
        for number in range(4):
            ask(patient, f"{EMAIL.partition('@')[0]}+{number}@Example.ORG")
        assert ask(patient).status_code == 302
        assert ask(patient).status_code == 429

    def test_one_code_is_tried_five_times_however_often_it_is_typed(self, patient):
        client = Client()
        ask(patient, client=client)
        right = mailed()[0]
        wrong = "111111" if right != "111 111" else "222222"
        for _ in range(5):
            client.post(CODE, {"code": wrong})
        assert "_auth_user_id" not in client.session
        client.post(CODE, {"code": right})
        assert "_auth_user_id" not in client.session
        assert [client.post(CODE, {"code": wrong}).status_code for _ in range(5)] == [200] * 4 + [429]


class TestCodesThatConfirmAnAddress:
    def test_do_not_fill_the_mailbox_of_a_stranger(self, clinic):
        for number in range(7):
            phone = Client()
            phone.force_login(PatientFactory(clinic=clinic).user)
            sent = phone.post(ADDRESS, {"email": f"victim+{number}@example.org"}).status_code
            assert sent == (302 if number < 5 else 429)
        assert OutboxMessage.objects.count() == 5

    def test_for_one_patient_have_to_wait_whatever_the_address(self, phone):
        for number in range(20):
            assert phone.post(ADDRESS, {"email": f"a{number}@example.org"}).status_code == 302
        assert phone.post(ADDRESS, {"email": "last@example.org"}).status_code == 429
        assert MailedCode.objects.filter(use=CodeUse.CONFIRM).count() == 20
