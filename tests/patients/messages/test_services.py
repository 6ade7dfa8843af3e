"""Messages are stored once, notified by an e-mail without their text, and marked as read by a named person."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from clinic.models import AuditEvent, OutboxMessage
from patients.messages.selectors import get_thread, list_waiting_messages
from patients.messages.services import (
    StaleThreadError,
    TooManyMessagesError,
    mark_read_by_patient,
    mark_read_by_team,
    send_to_clinic,
    send_to_patient,
)
from patients.models import Message
from tests.factories import NOON, ClinicFactory, MessageFactory, PatientFactory, UserFactory, clinician

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _real_outbox(settings):
    """Restore the outbox backend, which pytest-django replaces."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def clinic():
    return ClinicFactory(name="Harbour Clinic", email="desk@harbour.example")


@pytest.fixture
def dana(clinic):
    return clinician(clinic)


@pytest.fixture
def patient(clinic, dana):
    return PatientFactory(clinic=clinic, full_name="Rosa Delgado", email="rosa@mail.example", clinician=dana)


def ask(patient, text="My foot hurts.", *, key=None, now=NOON, read=()):
    return send_to_clinic(
        patient=patient, text=text, by=patient.user, key=key or uuid.uuid4(), now=now, read=read
    )


def answer(patient, by, text="Please rest.", *, key=None, now=NOON, read=()):
    newest = get_thread(patient).newest
    return send_to_patient(
        patient=patient, text=text, by=by, key=key or uuid.uuid4(), now=now, read=read, newest=newest
    )


class TestWriting:
    def test_a_message_is_stored_as_typed_without_surrounding_space(self, patient):
        message = ask(patient, "  My foot hurts.\n\nA lot.  ")
        assert message.text == "My foot hurts.\n\nA lot."
        assert (message.sender, message.clinic, message.is_from_patient) == (
            patient.user,
            patient.clinic,
            True,
        )
        assert message.is_new

    def test_the_same_form_sent_twice_is_one_message_and_one_mail(self, patient, dana):
        key = uuid.uuid4()
        assert ask(patient, key=key) == ask(patient, key=key)
        assert Message.objects.count() == OutboxMessage.objects.count() == 1
        other = uuid.uuid4()
        thread = get_thread(patient).newest
        for _click in range(2):
            send_to_patient(patient=patient, text="Rest.", by=dana, key=other, newest=thread, now=NOON)
        assert Message.objects.to_patient().count() == 1

    def test_the_same_form_with_other_words_is_another_message(self, patient):
        key = uuid.uuid4()
        ask(patient, "My foot hurts.", key=key)
        ask(patient, "My left foot hurts.", key=key)
        assert Message.objects.count() == 2

    def test_a_form_key_that_another_patient_used_still_stores_both_messages(self, patient):
        neighbour, key = PatientFactory(clinic=patient.clinic), uuid.uuid4()
        assert ask(patient, key=key).patient == patient
        assert ask(neighbour, key=key).patient == neighbour

    def test_a_message_of_another_patient_is_never_returned_for_a_form_sent_again(self, patient):
        key = uuid.uuid4()
        Message.objects.filter(pk=ask(patient, key=key).pk).update(
            patient=PatientFactory(clinic=patient.clinic)
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(patient, key=key)

    def test_every_message_is_in_the_audit_without_its_text(self, patient, dana):
        ask(patient)
        answer(patient, dana)
        events = AuditEvent.objects.filter(action="message.sent").order_by("id")
        assert [event.actor for event in events] == [patient.user, dana]
        assert {event.clinic for event in events} == {patient.clinic}

    def test_a_thread_is_in_the_order_in_which_it_was_written_whatever_the_clocks_say(self, patient, dana):
        texts = ["One", "Two, in the same moment", "Three, from a server whose clock is late"]
        for text, now in zip(texts, [NOON, NOON, NOON - MINUTE], strict=True):
            ask(patient, text, now=now)
        assert [message.text for message in reversed(get_thread(patient).messages)] == texts

    def test_a_message_has_its_own_time_whenever_another_patient_wrote(self, patient, dana):
        MessageFactory(patient=PatientFactory(clinic=patient.clinic), sent_at=NOON + DAY)
        assert ask(patient).sent_at == NOON
        assert answer(patient, dana, now=NOON + MINUTE).sent_at == NOON + MINUTE


class TestTooMany:
    def test_a_patient_is_limited_to_ten_messages_and_the_next_is_not_sent(self, patient):
        for number in range(10):
            ask(patient, f"Number {number}")
        with pytest.raises(TooManyMessagesError):
            ask(patient, "Number 11")
        assert Message.objects.count() == 10

    def test_after_a_while_the_patient_can_send_again(self, patient):
        for number in range(10):
            ask(patient, f"Number {number}")
        assert ask(patient, "Number 11", now=NOON + 10 * MINUTE)

    def test_a_repeated_tenth_message_does_not_count_as_the_eleventh(self, patient):
        key = uuid.uuid4()
        for number in range(9):
            ask(patient, f"Number {number}")
        assert ask(patient, "The tenth", key=key) == ask(patient, "The tenth", key=key)

    def test_another_patient_is_not_limited(self, patient):
        for number in range(10):
            ask(patient, f"Number {number}")
        assert ask(PatientFactory(clinic=patient.clinic))

    def test_the_team_is_not_limited(self, patient, dana):
        for number in range(12):
            answer(patient, dana, f"Number {number}")
        assert Message.objects.to_patient().count() == 12


class TestMail:
    def test_the_mail_says_only_that_there_is_a_message(self, patient, dana, settings):
        ask(patient, "My foot burns.")
        answer(patient, dana, "Please rest your foot.")
        to_team, to_patient = OutboxMessage.objects.order_by("id")
        assert (to_team.to, to_patient.to) == (dana.email, "rosa@mail.example")
        assert to_team.subject == to_patient.subject == "You have a message"
        assert f"{settings.SITE_URL}/staff/" in to_team.body
        assert f"{settings.SITE_URL}/my/messages/" in to_patient.body
        for mail in (to_team, to_patient):
            assert "Harbour Clinic" in mail.body
            assert mail.headers == {}
            for private in ("Rosa", "Delgado", dana.name, "foot", "burns", "rest", str(patient.pk)):
                assert private not in mail.body + mail.subject, private

    def test_a_patient_without_an_address_gets_no_mail(self, patient, dana):
        patient.email = ""
        patient.save()
        answer(patient, dana)
        assert not OutboxMessage.objects.exists()

    def test_the_patient_gets_one_mail_for_all_unread_messages(self, patient, dana):
        answer(patient, dana, "One")
        answer(patient, dana, "Two", now=NOON + 3 * DAY)
        assert OutboxMessage.objects.count() == 1

    def test_the_next_mail_is_sent_once_the_patient_has_read(self, patient, dana):
        first = answer(patient, dana, "One")
        mark_read_by_patient(patient=patient, shown=[first.pk], by=patient.user, now=NOON)
        answer(patient, dana, "Two")
        assert OutboxMessage.objects.count() == 2

    def test_the_team_gets_one_mail_a_day_while_messages_are_unread(self, patient):
        ask(patient, "One")
        ask(patient, "Two", now=NOON + MINUTE)
        assert OutboxMessage.objects.count() == 1
        ask(patient, "Is anyone there?", now=NOON + 2 * DAY)
        assert OutboxMessage.objects.count() == 2

    def test_the_team_gets_a_mail_also_while_a_message_of_another_patient_is_unread(self, patient):
        ask(PatientFactory(clinic=patient.clinic))
        ask(patient)
        assert OutboxMessage.objects.count() == 2

    def test_the_patient_gets_a_mail_also_while_another_patient_has_not_read(self, patient, dana):
        MessageFactory(patient=PatientFactory(clinic=patient.clinic), is_from_patient=False)
        answer(patient, dana)
        assert OutboxMessage.objects.get().to == patient.email

    @pytest.mark.parametrize(
        "why", ["nobody treats them", "left the team", "switched off", "works elsewhere"]
    )
    def test_the_clinic_gets_the_mail_if_no_clinician_of_it_could_read_it(self, patient, dana, why):
        if why == "nobody treats them":
            patient.clinician = None
        elif why == "left the team":
            dana.memberships.update(ended_at=NOON)
        elif why == "switched off":
            dana.is_active = False
            dana.save()
        else:
            patient.clinician = clinician()
        patient.save()
        ask(patient)
        assert OutboxMessage.objects.get().to == "desk@harbour.example"


class TestReading:
    def test_reader_and_time_are_recorded_once(self, patient, dana):
        message = ask(patient)
        assert mark_read_by_team(patient=patient, shown=[message.pk], by=dana, now=NOON + MINUTE) == 1
        other = clinician(patient.clinic)
        assert mark_read_by_team(patient=patient, shown=[message.pk], by=other, now=NOON + DAY) == 0
        message.refresh_from_db()
        assert (message.read_by, message.read_at) == (dana, NOON + MINUTE)
        assert AuditEvent.objects.filter(action="message.read").count() == 1

    def test_only_what_was_shown_is_read(self, patient, dana):
        shown, came_in_meanwhile = ask(patient, "One"), ask(patient, "Two")
        mark_read_by_team(patient=patient, shown=[shown.pk], by=dana, now=NOON)
        assert list(Message.objects.unread()) == [came_in_meanwhile]

    def test_nobody_reads_their_own_side(self, patient, dana):
        asked, answered = ask(patient), answer(patient, dana)
        both = [asked.pk, answered.pk]
        mark_read_by_patient(patient=patient, shown=both, by=patient.user, now=NOON)
        assert list(Message.objects.unread()) == [asked]
        mark_read_by_team(patient=patient, shown=both, by=dana, now=NOON)
        asked.refresh_from_db()
        answered.refresh_from_db()
        assert (asked.read_by, answered.read_by) == (dana, patient.user)

    def test_messages_of_another_patient_stay_unread(self, patient, dana):
        theirs = ask(PatientFactory(clinic=patient.clinic))
        assert mark_read_by_team(patient=patient, shown=[theirs.pk], by=dana, now=NOON) == 0
        assert list(Message.objects.unread()) == [theirs]

    def test_answering_marks_the_shown_messages_as_read(self, patient, dana):
        asked = ask(patient)
        answered = answer(patient, dana, read=[asked.pk])
        ask(patient, "Thank you.", read=[answered.pk])
        asked.refresh_from_db()
        answered.refresh_from_db()
        assert (asked.read_by, answered.read_by) == (dana, patient.user)


class TestTwoPeopleAnswering:
    def test_the_second_answer_is_refused_as_stale(self, patient, dana):
        asked = ask(patient)
        answer(patient, dana, "Please rest.")
        with pytest.raises(StaleThreadError):
            send_to_patient(
                patient=patient,
                text="Please go on.",
                by=clinician(patient.clinic),
                key=uuid.uuid4(),
                newest=asked.pk,
                now=NOON,
            )
        assert [message.text for message in Message.objects.to_patient()] == ["Please rest."]

    def test_an_answer_is_refused_if_the_patient_wrote_meanwhile(self, patient, dana):
        asked = ask(patient, "May I go on?")
        ask(patient, "I fell.", now=NOON + MINUTE)
        with pytest.raises(StaleThreadError):
            send_to_patient(
                patient=patient,
                text="Yes.",
                by=dana,
                key=uuid.uuid4(),
                newest=asked.pk,
                read=[asked.pk],
                now=NOON,
            )
        assert Message.objects.unread().count() == 2

    def test_a_newer_message_of_another_patient_makes_no_answer_stale(self, patient, dana):
        ask(patient)
        ask(PatientFactory(clinic=patient.clinic), now=NOON + MINUTE)
        assert answer(patient, dana, now=NOON + 2 * MINUTE).patient == patient

    def test_the_clinic_may_write_the_first_message(self, patient, dana):
        assert send_to_patient(
            patient=patient, text="Welcome.", by=dana, key=uuid.uuid4(), newest=None, now=NOON
        )


class TestWhoWaits:
    def test_each_patient_once_by_who_has_waited_longest(self, clinic, dana):
        late, early = PatientFactory.create_batch(2, clinic=clinic)
        MessageFactory(patient=late, text="Late", sent_at=NOON)
        MessageFactory(patient=early, text="Early", sent_at=NOON - DAY)
        MessageFactory(patient=early, text="And again", sent_at=NOON + MINUTE)
        rows = list_waiting_messages(dana).rows
        assert [(row.patient, row.text, row.count) for row in rows] == [
            (early, "Early", 2),
            (late, "Late", 1),
        ]

    def test_a_patient_who_was_read_or_answered_is_not_listed(self, patient, dana):
        MessageFactory(patient=patient, read_at=NOON, read_by=dana)
        MessageFactory(patient=patient, is_from_patient=False)
        assert not list_waiting_messages(dana)

    def test_patients_of_other_clinics_are_not_listed(self, dana):
        MessageFactory()
        assert Message.objects.count() == 1
        assert not list_waiting_messages(dana)

    def test_only_mine_lists_own_patients_and_those_without_a_clinician(self, clinic, dana):
        mine = PatientFactory(clinic=clinic, clinician=dana)
        nobodys = PatientFactory(clinic=clinic)
        colleagues = PatientFactory(clinic=clinic, clinician=clinician(clinic))
        for number, each in enumerate((mine, nobodys, colleagues)):
            MessageFactory(patient=each, sent_at=NOON + number * MINUTE)
        assert [row.patient for row in list_waiting_messages(dana).rows] == [mine, nobodys, colleagues]
        assert [row.patient for row in list_waiting_messages(dana, only_mine=True).rows] == [mine, nobodys]

    def test_the_rest_is_counted_in_the_same_query(self, clinic, dana, django_assert_num_queries):
        for each in PatientFactory.create_batch(5, clinic=clinic):
            MessageFactory(patient=each)
            MessageFactory(patient=each, sent_at=NOON + MINUTE)
        assert dana.membership
        with django_assert_num_queries(1):
            waiting = list_waiting_messages(dana, most=2)
        assert (len(waiting.rows), waiting.beyond) == (2, 3)

    def test_a_superuser_without_a_clinic_sees_nobody(self, patient):
        MessageFactory(patient=patient)
        assert not list_waiting_messages(UserFactory(is_superuser=True))
