"""Sign-in by e-mail: a code works once, for ten minutes, in one browser, and nothing reveals who is a patient."""

import datetime
import re

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import AuditEvent, OutboxMessage
from patients.models import Device, MailedCode
from patients.sign_in.email_codes import hash_secret
from patients.sign_in.services.email_codes import delete_old_codes
from tests.factories import NOON, PatientFactory
from tests.factories_of_patients import VerifiedEmailFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

ASK, CODE = "/sign-in/mail/", "/sign-in/mail/code/"
EMAIL = "rosa@example.org"
MINUTES = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def address(patient):
    return VerifiedEmailFactory(patient=patient, email=EMAIL)


def answers(**changes):
    return {
        "email": EMAIL,
        "day": "12",
        "month": "4",
        "year": "1950",
        "understood": "1950-04-12",
        "device": "own",
    } | changes


def mailed():
    """Return the code and the path of the link in the last e-mail."""
    body = OutboxMessage.objects.latest("pk").body
    code = re.search(r"^ +(\d{3} \d{3})$", body, re.MULTILINE)[1]
    return code, re.search(r"(/sign-in/mail/link/\S+)", body)[1]


def wrong(code):
    return f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06}"


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def code(client):
    """Request a code in this browser and return the one that was mailed."""
    assert client.post(ASK, answers()).url == CODE
    return mailed()[0]


def page(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def refuse_devices(execute, sql, params, many, context):
    if sql.startswith("INSERT") and "patients_device" in sql:
        raise OperationalError("the database is full")
    return execute(sql, params, many, context)


class TestASignInThatCannotBeStored:
    def test_does_not_use_up_the_code(self, client, code):
        with connection.execute_wrapper(refuse_devices):
            assert client.post(CODE, {"code": code}).status_code == 503
        assert client.post(CODE, {"code": code}).url == reverse("my:today")

    def test_does_not_use_up_the_link(self, client, code):
        link = mailed()[1]
        with connection.execute_wrapper(refuse_devices):
            assert client.post(link).status_code == 503
        assert client.post(link).url == reverse("my:today")

    def test_because_of_its_session_is_an_outage_and_no_bad_request(self, client, code):
        def refuse_sessions(execute, sql, params, many, context):
            if sql.startswith("UPDATE") and "django_session" in sql:
                raise OperationalError("the database is full")
            return execute(sql, params, many, context)

        client.raise_request_exception = False
        with connection.execute_wrapper(refuse_sessions):
            response = client.post(CODE, {"code": code})
        assert (response.status_code, response["Retry-After"]) == (503, "30")

    def test_because_its_session_was_deleted_is_a_bad_request(self, client, code):
        def delete_sessions(execute, sql, params, many, context):
            if sql.startswith("UPDATE") and "django_session" in sql:
                execute("DELETE FROM django_session", (), False, context)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(delete_sessions):
            assert client.post(CODE, {"code": code}).status_code == 400

    def test_counts_a_wrong_code_all_the_same(self, client, code):
        client.post(CODE, {"code": wrong(code)})
        assert MailedCode.objects.get().wrong_codes == 1


class TestTheCode:
    def test_signs_the_patient_in(self, client, patient, code):
        assert client.post(CODE, {"code": code}).url == reverse("my:today")
        assert client.session["_auth_user_id"] == str(patient.user_id)
        assert Device.objects.get().way == "mail"

    @pytest.mark.parametrize(
        "change", [str.strip, lambda code: code.replace(" ", ""), lambda code: f" {code} "]
    )
    def test_may_be_typed_with_or_without_spaces(self, client, code, change):
        client.post(CODE, {"code": change(code)})
        assert is_signed_in(client)

    def test_whose_phone_it_is_decides_how_long_it_lasts(self, client):
        client.post(ASK, answers(device="shared"))
        client.post(CODE, {"code": mailed()[0]})
        assert client.session.get_expire_at_browser_close()
        other = Client()
        other.post(ASK, answers())
        other.post(CODE, {"code": mailed()[0]})
        assert other.cookies["sessionid"]["max-age"] == 30 * 24 * 60 * 60

    def test_is_kept_as_a_keyed_hash_only(self, code):
        asked = MailedCode.objects.get()
        assert asked.code_hash == hash_secret(asked.pk, code.replace(" ", ""))
        assert code.replace(" ", "") not in str(vars(asked)).replace(str(asked.pk), "").replace(
            asked.code_hash, ""
        ).replace(asked.link_hash, "")

    def test_works_once(self, client, code):
        asked = client.session["mailed_code"]
        client.post(CODE, {"code": code})
        client.post("/my/sign-out/")
        again = Client()
        again.post(ASK, answers(email="nobody@example.org"))
        session = again.session
        session["mailed_code"] = asked
        session.save()
        assert "This code is used or too old" in page(again.post(CODE, {"code": code}))
        assert not is_signed_in(again)

    def test_works_in_its_last_second_and_not_after(self, client, code, clock):
        clock.move_to(NOON + 10 * MINUTES)
        assert "This code is used or too old" in page(client.post(CODE, {"code": code}))
        clock.move_to(NOON + 10 * MINUTES - datetime.timedelta(seconds=1))
        client.post(CODE, {"code": code})
        assert is_signed_in(client)

    def test_works_in_no_other_browser(self, client, code):
        stranger = Client()
        assert "We send you a code." in page(stranger.post(CODE, {"code": code}))
        stranger.post(ASK, answers(email="nobody@example.org"))
        assert "That did not work" in page(stranger.post(CODE, {"code": code}))
        assert not is_signed_in(stranger)
        client.post(CODE, {"code": code})
        assert is_signed_in(client)

    def test_four_wrong_codes_are_forgiven(self, client, code):
        for _time in range(4):
            assert "Check the 6 digits" in page(client.post(CODE, {"code": wrong(code)}))
        client.post(CODE, {"code": code})
        assert is_signed_in(client)

    def test_five_wrong_codes_end_it(self, client, code):
        for _time in range(5):
            answer = client.post(CODE, {"code": wrong(code)})
        assert "Send me a new code" in page(answer)
        assert "This code is used or too old" in page(client.post(CODE, {"code": code}))
        assert MailedCode.objects.get().wrong_codes == 5
        assert not is_signed_in(client)

    @pytest.mark.parametrize("typed", ["12345", "1234567", "12345x", "½23456", "x" * 31])
    def test_in_the_wrong_format_is_asked_for_again_and_does_not_count(self, client, code, typed):
        answer = page(client.post(CODE, {"code": typed}))
        assert "The code has 6 digits" in answer
        assert f'value="{typed}"' in answer
        assert MailedCode.objects.get().wrong_codes == 0

    def test_does_not_sign_in_a_closed_account(self, client, patient, code):
        patient.user.is_active = False
        patient.user.save()
        client.post(CODE, {"code": code})
        assert not is_signed_in(client)

    def test_asking_again_ends_the_earlier_one(self, client, code):
        client.post(ASK, answers())
        newer = mailed()[0]
        assert MailedCode.objects.live().count() == 1
        client.post(CODE, {"code": newer})
        assert is_signed_in(client)

    def test_asking_from_another_browser_ends_it_too(self, client, code):
        other = Client()
        other.post(ASK, answers())
        assert "This code is used or too old" in page(client.post(CODE, {"code": code}))

    def test_using_it_is_on_record(self, client, patient, code):
        client.post(CODE, {"code": code})
        event = AuditEvent.objects.get(action="mailed_code.used")
        assert (event.actor_id, event.clinic_id) == (patient.user_id, patient.clinic_id)


class TestTheLink:
    def test_opening_it_uses_nothing_up(self, client, code):
        link = mailed()[1]
        for _time in range(3):
            assert "Press the button to sign in." in page(client.get(link))
        assert MailedCode.objects.live().count() == 1
        assert not is_signed_in(client)

    def test_its_button_signs_in_once(self, client, patient, code):
        link = mailed()[1]
        assert client.post(link).url == reverse("my:today")
        assert client.session["_auth_user_id"] == str(patient.user_id)
        assert MailedCode.objects.get().used_at == NOON

    def test_in_another_browser_it_says_to_type_the_code(self, code):
        link, other = mailed()[1], Client()
        for answer in (other.get(link), other.post(link)):
            assert "Type the 6 digits from the e-mail there." in page(answer)
        assert not is_signed_in(other)
        assert MailedCode.objects.live().count() == 1

    def test_with_the_request_of_another_browser_it_is_refused(self, code):
        link, other = mailed()[1], Client()
        other.post(ASK, answers(email="nobody@example.org"))
        other.post(link)
        assert not is_signed_in(other)

    def test_of_an_earlier_mail_it_is_too_old(self, client, code):
        earlier = mailed()[1]
        client.post(ASK, answers())
        client.post(earlier)
        assert not is_signed_in(client)
        assert client.post(mailed()[1]).url == reverse("my:today")

    def test_after_ten_minutes_it_is_too_old(self, client, code, clock):
        clock.move_to(NOON + 10 * MINUTES)
        assert "This link is used or too old" in page(client.post(mailed()[1]))
        assert not is_signed_in(client)


def an_unknown_address(_patient):
    return answers(email="nobody@example.org")


def another_birthday(_patient):
    return answers(day="13")


def an_account_that_is_closed(patient):
    patient.user.is_active = False
    patient.user.save()
    return answers()


def an_address_that_is_not_confirmed(patient):
    patient.verified_email.delete()
    patient.email = EMAIL
    patient.save()
    return answers()


@pytest.mark.parametrize(
    "spoil",
    [an_unknown_address, another_birthday, an_account_that_is_closed, an_address_that_is_not_confirmed],
)
class TestAnUnknownPerson:
    def test_gets_no_mail_but_the_same_answer_for_the_same_queries(self, client, patient, spoil):
        seen, mails = [], []
        for make in (lambda _patient: answers(), spoil):
            typed, browser = make(patient), Client()
            browser.post(ASK, answers(email="warm.up@example.org"))
            with CaptureQueriesContext(connection) as queries:
                asked = browser.post(ASK, typed)
            shown = browser.get(asked.url)
            verbs = [query["sql"].split()[0] for query in queries]
            seen.append((asked.status_code, asked.url, page(shown), verbs))
            mails.append(OutboxMessage.objects.count())
            OutboxMessage.objects.all().delete()
        assert mails == [1, 0]
        assert "If we know you, a mail is on its way." in seen[0][2]
        assert seen[0] == seen[1]

    def test_has_the_same_five_tries(self, client, patient, spoil):
        client.post(ASK, spoil(patient))
        said = [page(client.post(CODE, {"code": "123456"})) for _time in range(6)]
        assert ["That did not work" in text for text in said] == [True] * 4 + [False] * 2
        assert "This code is used or too old" in said[-1]
        assert not is_signed_in(client)


class TestTheMail:
    def test_names_no_person_clinic_or_subject(self, patient, code):
        message = OutboxMessage.objects.get()
        text = f"{message.subject}\n{message.body}".lower()
        for word in ("rosa", "delgado", patient.clinic.name.lower(), "exercise", "pain", "clinic", "plan"):
            assert word not in text
        assert message.to == EMAIL

    def test_goes_to_the_confirmed_address_and_not_to_the_clinics_record(self, client, patient):
        patient.email = "record@example.org"
        patient.save()
        client.post(ASK, answers(email="record@example.org"))
        assert not OutboxMessage.objects.exists()

    def test_of_two_people_with_one_address_each_gets_their_own(self, client):
        other = PatientFactory(date_of_birth=datetime.date(1948, 1, 2))
        VerifiedEmailFactory(patient=other, email=EMAIL)
        client.post(ASK, answers(day="2", month="1", year="1948", understood="1948-01-02"))
        client.post(CODE, {"code": mailed()[0]})
        assert client.session["_auth_user_id"] == str(other.user_id)

    def test_an_address_is_the_same_in_capitals(self, client):
        client.post(ASK, answers(email=" Rosa@Example.ORG "))
        assert OutboxMessage.objects.get().to == EMAIL


def test_errors_are_beside_their_fields_and_the_text_typed_stays(client):
    answer = page(client.post(ASK, answers(email="rosa at example", day="40", device="")))
    for words in (
        "Write an e-mail address, like rosa@example.org.",
        "Write your date of birth in numbers",
        "Say whether this is your own phone.",
    ):
        assert answer.count(words) == 2
    assert 'value="rosa at example"' in answer
    assert not MailedCode.objects.exists()


def test_the_pages_are_not_cached(client, code):
    for address in (ASK, CODE, mailed()[1]):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_codes_are_deleted_a_day_after_they_expired(client, code, clock):
    assert delete_old_codes(now=NOON + datetime.timedelta(hours=24)) == 0
    assert delete_old_codes(now=NOON + datetime.timedelta(hours=25)) == 1
