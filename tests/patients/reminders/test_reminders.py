"""Reminders: turned on, sent once at their time, not sent when there is nothing to do, and stopped by one tap."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from clinic.models import AuditEvent, OutboxMessage
from patients.models import Channel, Habit, Patient, PlanState, Reminder, ReminderSent
from patients.reminders.selectors import stop_token
from patients.tasks import send_reminders, update_reminder_zones
from tests.factories import (
    MONDAY,
    ExerciseFactory,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    PatientFactory,
    published_plan,
)
from tests.factories_of_patients import ReminderFactory, VerifiedEmailFactory
from tests.patients.session_steps import finish, open_session, text

pytestmark = pytest.mark.django_db

#: Ten in the morning in New York on MONDAY.
TEN = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
ASKED = {"time": "10:00", "days": "plan", "habit": "breakfast", "channel": "email"}


@pytest.fixture(autouse=True)
def outbox(settings):
    """Send mail to the outbox table, so that it is written in the same transaction."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def address(patient):
    return VerifiedEmailFactory(patient=patient, email="rosa@example.org")


@pytest.fixture
def reminder(patient, address):
    """A reminder at ten on the days of the plan, due today."""
    return ReminderFactory(patient=patient, next_at=TEN)


def sent():
    return list(OutboxMessage.objects.order_by("id"))


class TestThePage:
    def test_nobody_is_reminded_who_has_not_asked(self, phone, version, address):
        assert "Turn reminders on" in text(phone.get("/my/reminders/"))
        assert send_reminders(TEN) == 0
        assert not Reminder.objects.exists()

    def test_asking_turns_them_on_and_says_when(self, phone, patient, version, address):
        answer = phone.post("/my/reminders/", ASKED, follow=True)
        assert "Reminders are on" in text(answer)
        assert "At 10:00 AM." in text(answer)
        reminder = Reminder.objects.get()
        assert reminder.patient == patient
        # It is noon: the next ten o'clock is tomorrow's.
        assert reminder.next_at == TEN + DAY
        assert AuditEvent.objects.filter(action="reminder.turned_on").count() == 1

    def test_the_same_settings_twice_change_nothing(self, phone, version, address):
        for _time in range(2):
            phone.post("/my/reminders/", ASKED)
        assert Reminder.objects.count() == 1
        assert AuditEvent.objects.filter(action__startswith="reminder.").count() == 1

    def test_own_time_own_days_and_own_words(self, phone, version, address):
        settings_ = ASKED | {"time": "other", "other_time": "06:45", "days": "own", "weekdays": ["1", "5"]}
        phone.post("/my/reminders/", settings_ | {"habit": "own", "own_habit": "After I feed the cat"})
        reminder = Reminder.objects.get()
        assert (reminder.at_time, reminder.weekdays) == (datetime.time(6, 45), [1, 5])
        assert reminder.next_at == datetime.datetime(2026, 3, 3, 11, 45, tzinfo=datetime.UTC)
        assert "After I feed the cat" in text(phone.get("/my/"))

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"time": "other", "other_time": ""}, "Write the time like 9:30."),
            ({"time": "other", "other_time": "soon"}, "Write the time like 9:30."),
            ({"time": ""}, "Choose a time."),
            ({"days": "own"}, "Choose at least 1 day."),
            ({"habit": "own", "own_habit": ""}, "Write what you do before your exercises."),
            ({"habit": "own", "own_habit": "x" * 61}, "Use 60 letters or fewer."),
            ({"channel": ""}, "Choose how it should come."),
        ],
    )
    def test_missing_answers_are_named_and_nothing_is_saved(self, phone, version, address, wrong, said):
        page = text(phone.post("/my/reminders/", ASKED | wrong))
        assert page.count(said) == 2  # beside the field, and on top
        assert not Reminder.objects.exists()

    def test_without_a_confirmed_address_the_page_links_to_adding_one(self, phone, version):
        assert f'href="{reverse("my:email")}">Add your' in text(phone.get("/my/reminders/"))

    def test_without_a_confirmed_address_there_is_no_mail_to_turn_on(self, phone, version):
        page = text(phone.post("/my/reminders/", ASKED))
        assert "This way does not reach you yet." in page
        assert not Reminder.objects.exists()

    def test_stopping_and_turning_on_again(self, phone, version, address, reminder):
        assert "Turn reminders on" in text(phone.post("/my/reminders/stop/", follow=True))
        assert send_reminders(TEN) == 0
        phone.post("/my/reminders/", ASKED)
        assert Reminder.objects.get().is_on

    def test_opening_the_address_that_stops_does_nothing(self, phone, reminder):
        phone.get("/my/reminders/stop/")
        reminder.refresh_from_db()
        assert reminder.is_on

    def test_the_habit_is_on_todays_page_only_while_reminders_are_on(self, phone, version, reminder):
        assert "After breakfast" in text(phone.get("/my/"))
        phone.post("/my/reminders/stop/")
        assert "After breakfast" not in text(phone.get("/my/"))


class TestSending:
    def test_a_reminder_that_raises_an_error_does_not_delay_others(self, version, reminder, caplog):
        broken = ReminderFactory(next_at=TEN - MINUTE)
        Patient.objects.filter(pk=broken.patient_id).update(time_zone="Nowhere/Else")
        assert send_reminders(TEN) == 1
        assert [mail.to for mail in sent()] == ["rosa@example.org"]
        assert "ZoneInfoNotFoundError" in caplog.text
        broken.refresh_from_db()
        assert broken.next_at == TEN - MINUTE  # looked at again in the next round

    def test_it_goes_out_at_its_time_and_once(self, version, reminder):
        assert send_reminders(TEN - MINUTE) == 0
        assert send_reminders(TEN) == 1
        assert send_reminders(TEN + MINUTE) == 0
        (mail,) = sent()
        assert mail.to == "rosa@example.org"
        reminder.refresh_from_db()
        assert (reminder.last_sent_for, reminder.next_at) == (MONDAY, TEN + DAY)

    def test_the_mail_says_nothing_of_health_clinic_or_person(self, version, patient, reminder):
        patient.reminder.habit, patient.reminder.own_habit = Habit.OWN, "After my insulin"
        patient.reminder.save()
        send_reminders(TEN)
        (mail,) = sent()
        whole = f"{mail.subject} {mail.body} {mail.headers}".lower()
        for word in (patient.clinic.name, "Rosa", "Delgado", "insulin", "exercise", "pain", "clinic", "plan"):
            assert word.lower() not in whole.replace(reverse("my:today"), "")

    def test_a_habit_of_the_list_may_be_mailed(self, version, reminder):
        send_reminders(TEN)
        assert "After breakfast" in sent()[0].body

    def test_a_week_of_mornings_is_seven_reminders_and_no_more(self, version, reminder):
        count = sum(send_reminders(TEN - HOUR + ahead * 10 * MINUTE) for ahead in range(7 * 24 * 6))
        assert count == len(sent()) == 7

    def test_across_the_change_of_clocks_it_stays_at_ten(self, version, reminder):
        reminder.next_at = datetime.datetime(2026, 3, 7, 15, 0, tzinfo=datetime.UTC)
        reminder.save()
        assert send_reminders(reminder.next_at) == 1
        reminder.refresh_from_db()
        assert reminder.next_at == datetime.datetime(2026, 3, 8, 14, 0, tzinfo=datetime.UTC)
        assert send_reminders(reminder.next_at) == 1

    @pytest.mark.parametrize("state", [PlanState.PAUSED, PlanState.FINISHED])
    def test_not_while_the_plan_is_not_active(self, version, reminder, state):
        version.plan.state = state
        version.plan.save()
        assert send_reminders(TEN) == 0

    def test_not_without_a_plan(self, reminder):
        assert send_reminders(TEN) == 0

    @pytest.mark.parametrize("first_day", [MONDAY + DAY, MONDAY - 50 * DAY])
    def test_not_before_the_plan_begins_and_not_after_it_ends(self, patient, reminder, first_day):
        published_plan(patient, start_date=first_day)
        assert send_reminders(TEN) == 0

    def test_not_on_a_day_that_the_plan_leaves_free(self, patient, reminder):
        published_plan(patient, weekdays=[1, 3])
        assert send_reminders(TEN) == 0
        assert send_reminders(TEN + DAY) == 1

    def test_on_own_days_whatever_days_the_plan_names(self, patient, reminder):
        reminder.weekdays = [0]
        reminder.save()
        published_plan(patient, weekdays=[1, 3])
        assert send_reminders(TEN) == 1
        assert send_reminders(TEN + DAY) == 0

    def test_not_once_today_is_done(self, version, reminder):
        ExerciseSessionFactory(version=version, on_date=MONDAY, finished_at=TEN - HOUR)
        assert send_reminders(TEN) == 0
        assert send_reminders(TEN + DAY) == 1

    def test_not_while_a_session_is_in_progress(self, version, reminder):
        open_session(version, on_date=MONDAY, started_at=TEN - 10 * MINUTE)
        assert send_reminders(TEN) == 0

    def test_an_unfinished_session_of_yesterday_does_not_prevent_it(self, version, reminder):
        open_session(version, on_date=MONDAY - DAY, started_at=TEN - DAY)
        assert send_reminders(TEN) == 1

    @pytest.mark.parametrize("left_behind", [False, True])
    def test_not_on_a_day_that_the_patient_said_not_today_to(self, phone, version, reminder, left_behind):
        phone.post("/my/not-today/")
        if left_behind:
            open_session(version, on_date=MONDAY - DAY, started_at=TEN - DAY)
        assert send_reminders(TEN) == 0
        assert send_reminders(TEN + DAY) == 1

    def test_not_on_a_day_with_a_reported_danger(self, version, reminder):
        finish(open_session(version, on_date=MONDAY, started_at=TEN - HOUR), at=TEN - HOUR, faint=True)
        assert send_reminders(TEN) == 0

    def test_not_while_all_of_the_plan_is_on_hold(self, patient, reminder):
        version = published_plan(patient, [ExerciseFactory(position="standing")])
        ExerciseHoldFactory(patient=patient, kind="feet", question="new_sore", on_date=MONDAY - 3 * DAY)
        assert version.items.count() == 1
        assert send_reminders(TEN) == 0

    def test_a_worker_that_was_down_for_two_hours_leaves_it_for_tomorrow(self, version, reminder):
        assert send_reminders(TEN + 2 * HOUR + MINUTE) == 0
        reminder.refresh_from_db()
        assert reminder.next_at == TEN + DAY
        assert send_reminders(TEN + DAY + 2 * HOUR) == 1

    def test_not_over_midnight(self, version, reminder):
        late = datetime.datetime(2026, 3, 3, 4, 30, tzinfo=datetime.UTC)  # 23:30 on Monday
        reminder.at_time, reminder.next_at = datetime.time(23, 30), late
        reminder.save()
        assert send_reminders(late + HOUR) == 0

    def test_a_removed_address_gets_nothing(self, version, reminder, address, phone):
        address.delete()
        assert send_reminders(TEN) == 0
        assert "Reminders do not reach you now" in text(phone.get("/my/reminders/"))

    def test_other_reminders_do_not_add_queries(self, version, reminder, django_assert_max_num_queries):
        for _number in range(30):
            ReminderFactory(next_at=TEN + DAY)
        with django_assert_max_num_queries(30):
            assert send_reminders(TEN) == 1
        with django_assert_max_num_queries(1):
            assert send_reminders(TEN) == 0


class TestMoving:
    def test_a_patient_who_moves_is_reminded_at_ten_where_they_live_now(self, version, patient, reminder):
        patient.time_zone = "Europe/Berlin"
        patient.save()
        assert update_reminder_zones(TEN - 8 * HOUR) == 1
        reminder.refresh_from_db()
        assert reminder.next_at == datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
        assert send_reminders(reminder.next_at) == 1
        assert update_reminder_zones(TEN) == 0

    def test_a_clinic_that_moves_changes_the_time_of_its_patients(self, version, patient, reminder):
        patient.clinic.time_zone = "America/Los_Angeles"
        patient.clinic.save()
        assert send_reminders(TEN) == 0  # it is seven there
        assert send_reminders(TEN + 3 * HOUR) == 1

    def test_flying_west_does_not_bring_a_second_one_on_the_same_day(self, version, patient, reminder):
        assert send_reminders(TEN) == 1
        patient.time_zone = "Pacific/Honolulu"
        patient.save()
        update_reminder_zones(TEN + HOUR)
        assert sum(send_reminders(TEN + hours * HOUR) for hours in range(14)) == 0


class TestNeverTwo:
    def test_the_database_refuses_a_second_one_on_a_day(self, version, reminder, patient):
        send_reminders(TEN)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReminderSent.objects.create(patient=patient, on_date=MONDAY, channel=Channel.EMAIL)

    def test_changing_the_time_after_one_came_brings_no_other_today(self, version, reminder, phone, clock):
        send_reminders(TEN)
        phone.post("/my/reminders/", ASKED | {"time": "14:00"})
        assert send_reminders(TEN + 4 * HOUR) == 0
        assert send_reminders(TEN + DAY + 4 * HOUR) == 1

    def test_an_error_while_sending_leaves_nothing_written(self, version, reminder, settings):
        settings.EMAIL_BACKEND = "tests.patients.reminders.test_reminders.BrokenBackend"
        assert send_reminders(TEN) == 0
        reminder.refresh_from_db()
        assert (reminder.next_at, reminder.last_sent_for) == (TEN, None)
        assert not ReminderSent.objects.exists()
        settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
        assert send_reminders(TEN + MINUTE) == 1


class BrokenBackend:
    """E-mail backend that fails as if the database were gone."""

    def __init__(self, **_options):
        pass

    def send_messages(self, _messages):
        raise ConnectionError


class TestStoppingByLink:
    @pytest.fixture
    def address_of_link(self, version, reminder):
        send_reminders(TEN)
        link = sent()[0].headers["List-Unsubscribe"].strip("<>")
        assert link in sent()[0].body
        return "/" + link.split("/", 3)[3]

    def test_a_mail_program_stops_it_in_one_tap_without_signing_in(self, address_of_link, reminder):
        assert sent()[0].headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        anyone = Client(enforce_csrf_checks=True)
        for _tap in range(2):
            answer = anyone.post(address_of_link, {"List-Unsubscribe": "One-Click"})
            assert "The reminders are off" in text(answer)
        reminder.refresh_from_db()
        assert not reminder.is_on
        assert AuditEvent.objects.filter(action="reminder.stopped").count() == 1
        assert send_reminders(TEN + DAY) == 0

    def test_opening_it_only_asks(self, address_of_link, reminder, client):
        answer = client.get(address_of_link)
        assert "Stop the reminders?" in text(answer)
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        reminder.refresh_from_db()
        assert reminder.is_on

    def test_it_says_nothing_about_whose_it_is(self, address_of_link, client, patient):
        page = text(client.get(address_of_link)) + text(client.post(address_of_link))
        assert patient.full_name not in page
        assert patient.clinic.name not in page

    def test_a_link_that_is_not_signed_is_not_found(self, address_of_link, reminder, client):
        forged = stop_token(reminder)[:-1] + ("A" if stop_token(reminder)[-1] != "A" else "B")
        assert client.post(f"/reminders/stop/{forged}/").status_code == 404
        assert client.post(f"/reminders/stop/{reminder.stop_key.hex}/").status_code == 404
        reminder.refresh_from_db()
        assert reminder.is_on


class TestAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def clock(self):
        """Use real time, since threads would otherwise wait for ever."""

    def test_two_workers_at_once_send_each_reminder_once(self, address, reminder, version):
        others = []
        for number in range(8):
            other = published_plan(PatientFactory(clinic=version.plan.patient.clinic)).plan.patient
            VerifiedEmailFactory(patient=other, email=f"other{number}@example.org")
            others.append(ReminderFactory(patient=other, next_at=TEN))

        def work(_number):
            try:
                return sum(send_reminders(TEN) for _round in range(6))
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            counts = list(pool.map(work, range(2)))
        connections.close_all()
        assert sum(counts) == 9
        assert len({mail.to for mail in sent()}) == len(sent()) == ReminderSent.objects.count() == 9
