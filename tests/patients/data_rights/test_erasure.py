"""An erasure leaves nothing of a patient but what is listed, and touches nobody else."""

import datetime
import stat
import uuid
from dataclasses import replace

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test import Client, RequestFactory

from clinic.accounts.kept_forms import keep_form
from clinic.models import AuditEvent, OutboxMessage, User
from patients.data_rights.classification import TABLE, classify, get_concrete_fields
from patients.data_rights.kinds import PERSONAL, Erasure
from patients.data_rights.selectors import find_keys
from patients.data_rights.services.erasure import erase_patient, repeat_erasure
from patients.data_rights.services.finishing import add_to_list, finish_erasures, read_list
from patients.data_rights.services.requests import ErasureNotOpenError, cancel_erasure, request_erasure
from patients.models import ErasureGround, ErasureRequest, Patient
from patients.sign_in.login import CLEAR_SITE_DATA, DEVICE
from patients.tasks import finish_carried_out_erasures
from tests.factories import LATER, NOON, PatientFactory, UserFactory, clinician
from tests.factories_of_patients import DeviceFactory
from tests.patients.data_rights.search import find_in_tables, list_columns
from tests.patients.data_rights.whole_patient import plant_canaries

TIME = ErasureGround.TIME_IS_OVER


@pytest.fixture(autouse=True)
def erased_list(settings, tmp_path):
    settings.ERASED_LIST = str(tmp_path / "kept" / "erased.txt")
    return tmp_path / "kept" / "erased.txt"


def erase(patient, ground=TIME):
    admin = clinician(patient.clinic, "clinic_admin")
    request = request_erasure(patient=patient, by=patient.user, now=NOON)
    erase_patient(request=request, ground=ground, by=admin, now=LATER)
    request.refresh_from_db()
    return request


@transaction.atomic
def erase_and_check(request, admin):
    """Erase in a transaction at whose end the foreign keys are checked, as a commit does."""
    erase_patient(request=request, ground=TIME, by=admin, now=LATER)
    connection.check_constraints()


def everything() -> dict[str, list]:
    """Return the values of every row of every table, but for the counters of SQLite."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({table for table, _ in list_columns() if table != "sqlite_sequence"}):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # names of our own
            # PostgreSQL returns the bytes of a picture as a memoryview, whose text is an address in memory.
            found[table] = sorted(
                str(tuple(bytes(value) if isinstance(value, memoryview) else value for value in row))
                for row in cursor.fetchall()
            )
    return found


class TestNothingIsLeft:
    def test_no_canary_of_any_field_is_left_in_any_column_of_any_table(self, two_patients):
        alice, _ = two_patients
        mine = plant_canaries(alice, "Canary", with_helpers=True)
        assert len(mine) > 90
        assert ("patients_patientname", "word") in find_in_tables(["CANARY"])
        alice.refresh_from_db()
        erase(alice)

        assert find_in_tables(["canary"]) == set()

    def test_no_name_and_no_address_is_left(self, two_patients):
        alice, _ = two_patients
        waiting = RequestFactory().post("/staff/", {"note": "Spoke with Alice Person"})
        waiting.session, waiting.user = SessionStore(), UserFactory()
        keep_form(waiting, NOON)
        waiting.session.save()
        assert ("django_session", "session_data") in find_in_tables(["alice"])
        erase(alice)

        assert find_in_tables(["alice"]) == set()

    def test_the_search_finds_what_is_there(self, two_patients):
        found = find_in_tables(["ALICE"])

        assert {("patients_historicalpatient", "full_name"), ("patients_patientname", "word")} <= found
        assert ("clinic_historicaluser", "name") in found

    def test_the_ids_that_are_left_are_those_of_the_audit_trail_and_of_the_request(self, two_patients):
        """Each row that is kept is one of a model that the table keeps or empties."""
        alice, _ = two_patients
        key, users = alice.pk, [alice.user_id, alice.helpers.get().user_id]
        erase(alice)

        left = {
            table
            for word in (key, *users)
            for form in (str(word), word.hex)
            for table, _ in find_in_tables([form])
        }
        assert left <= {
            *("clinic_auditevent", "clinic_user", "patients_erasurerequest", "django_admin_log"),
            "patients_historicalalertrule",
        }

    def test_every_model_that_is_deleted_has_no_row_left(self, two_patients):
        alice, _ = two_patients
        keys = find_keys(alice, with_helpers=True)
        erase(alice)

        for model, found in keys.items():
            if TABLE[model._meta.label].erasure == Erasure.DELETE:
                assert not QuerySet(model).filter(pk__in=found).exists(), model

    def test_rows_that_stay_have_no_personal_value(self, two_patients):
        alice, _ = two_patients
        keys = find_keys(alice, with_helpers=True)
        erase(alice)

        for model, found in keys.items():
            for row in QuerySet(model).filter(pk__in=found):
                for field in get_concrete_fields(model):
                    if classify(field) in PERSONAL:
                        assert getattr(row, field.name) in (None, ""), field


class TestNobodyElse:
    def test_all_other_rows_are_as_before(self, two_patients):
        alice, bruno = two_patients
        bystanders = plant_canaries(bruno, "Stays", with_helpers=True)
        admin = clinician(alice.clinic, "clinic_admin")
        request = request_erasure(patient=alice, by=alice.user, now=NOON)
        keys = find_keys(bruno, with_helpers=True)
        before = {model: list(QuerySet(model).filter(pk__in=found).values()) for model, found in keys.items()}
        erase_patient(request=request, ground=TIME, by=admin, now=LATER)

        assert len(bystanders) > 90
        for model, rows in before.items():
            assert list(QuerySet(model).filter(pk__in=keys[model]).values()) == rows, model

    def test_a_shared_address_keeps_the_mail_of_the_other(self, two_patients):
        alice, bruno = two_patients
        bruno.email = "alice-verified@example.org"
        bruno.save()
        erase(alice)

        assert OutboxMessage.objects.filter(to__iexact="alice-verified@example.org").exists()


class TestAccounts:
    def test_nobody_of_them_can_sign_in_any_more(self, two_patients, client):
        alice, _ = two_patients
        client.force_login(alice.user)
        users = [alice.user_id, alice.helpers.get().user_id]
        erase(alice)

        for user in User.objects.filter(pk__in=users):
            assert not user.is_active
            assert not user.has_usable_password()
            assert (user.name, user.email, user.last_login) == ("", None, None)
        assert client.get("/my/").status_code == 302

    def test_their_history_has_no_new_row(self, two_patients):
        alice, _ = two_patients
        user = alice.user_id
        erase(alice)

        assert not User.history.filter(id=user).exists()


class TestPhones:
    """A phone may store a plan and answers that it has not sent: it is told to clear them at its next request."""

    @pytest.fixture
    def phones(self, two_patients):
        """Phones of Alice and her helper, each with a session that names its device."""
        phones = []
        for user in (two_patients[0].user, two_patients[0].helpers.get().user):
            phone = Client()
            phone.force_login(user)
            stored = phone.session
            stored[DEVICE] = str(DeviceFactory(user=user).pk)
            stored.set_expiry(datetime.timedelta(days=30))
            stored.save()
            phones.append(phone)
        return phones

    @pytest.mark.parametrize("address", ["/my/", "/my/sync/", "/my/offline/"])
    def test_are_told_once_to_clear_what_they_store(self, two_patients, phones, address):
        erase(two_patients[0])

        for phone in phones:
            response = phone.get(address)
            assert response.status_code == 302
            assert response["Clear-Site-Data"] == CLEAR_SITE_DATA
            assert not phone.get(address).has_header("Clear-Site-Data")

    def test_have_a_session_with_no_id_of_a_row_that_expires_when_it_would_have(self, two_patients, phones):
        keys = [phone.session.session_key for phone in phones]
        before = list(Session.objects.filter(pk__in=keys).order_by("pk"))
        devices = {row.get_decoded()[DEVICE] for row in before}
        erase(two_patients[0])

        after = list(Session.objects.filter(pk__in=keys).order_by("pk"))
        assert [row.expire_date for row in after] == [row.expire_date for row in before]
        for row in after:
            assert set(row.get_decoded()) == {DEVICE}
            assert row.get_decoded()[DEVICE] not in devices

    def test_of_another_patient_stay_signed_in(self, two_patients):
        phone = Client()
        phone.force_login(two_patients[1].user)
        stored = phone.session
        stored[DEVICE] = str(DeviceFactory(user=two_patients[1].user).pk)
        stored.save()
        erase(two_patients[0])

        assert phone.get("/my/").status_code == 200


class TestTransaction:
    def test_a_failure_leaves_everything_as_it_was(self, two_patients, monkeypatch):
        """A row that the table does not reach refers to the patient: nothing is deleted, and nothing is kept half."""
        alice, _ = two_patients
        request = request_erasure(patient=alice, by=alice.user, now=NOON)
        admin = clinician(alice.clinic, "clinic_admin")
        before = everything()
        monkeypatch.setitem(TABLE, "patients.Message", replace(TABLE["patients.Message"], path=None))

        with pytest.raises(IntegrityError):
            erase_and_check(request, admin)
        assert everything() == before

    def test_twice_is_refused_the_second_time(self, two_patients):
        alice, _ = two_patients
        request = erase(alice)

        with pytest.raises(ErasureNotOpenError):
            erase_patient(
                request=request, ground=TIME, by=clinician(request.clinic, "clinic_admin"), now=LATER
            )

    def test_a_request_that_was_taken_back_is_refused(self, two_patients):
        alice, _ = two_patients
        request = request_erasure(patient=alice, by=alice.user, now=NOON)
        cancel_erasure(patient=alice, by=alice.user, now=NOON)

        with pytest.raises(ErasureNotOpenError):
            erase_patient(request=request, ground=TIME, by=clinician(alice.clinic, "clinic_admin"), now=LATER)
        assert Patient.objects.filter(pk=alice.pk).exists()

    def test_the_request_says_who_when_and_why_and_the_audit_trail_too(self, two_patients):
        alice, _ = two_patients
        key = alice.pk
        request = erase(alice, ErasureGround.KEPT_ELSEWHERE)

        assert (request.patient, request.patient_key, request.erased_at) == (None, key, LATER)
        event = AuditEvent.objects.get(action="patient.erased")
        assert (event.actor, event.object_id) == (request.erased_by, str(key))


class TestList:
    def test_the_id_is_added_after_the_commit(
        self, two_patients, erased_list, django_capture_on_commit_callbacks
    ):
        alice, _ = two_patients
        key = alice.pk
        with django_capture_on_commit_callbacks() as after:
            erase(alice)
        assert not erased_list.exists()
        add_to_list([key], now=LATER)

        assert len(after) >= 1
        assert erased_list.read_text() == f"2026-03-02T18:00:00+00:00 {key}\n"
        assert stat.S_IMODE(erased_list.stat().st_mode) == 0o600

    def test_an_id_is_there_once(self, two_patients, erased_list):
        keys = [patient.pk for patient in two_patients]
        add_to_list(keys[:1], now=NOON)
        add_to_list(keys, now=LATER)

        assert list(read_list()) == keys

    def test_without_a_file_there_is_no_id(self, erased_list):
        assert list(read_list()) == []
        assert not erased_list.exists()

    def test_a_patient_whom_a_backup_brought_back_is_erased_again(self, two_patients, erased_list, capsys):
        alice, bruno = two_patients
        add_to_list([alice.pk, uuid.UUID(int=7, version=4)], now=NOON)
        call_command("repeat_erasures")

        assert "Erased again: 1" in capsys.readouterr().out
        assert list(Patient.objects.values_list("pk", flat=True)) == [bruno.pk]
        assert find_in_tables(["alice"]) == set()
        (request,) = ErasureRequest.objects.filter(patient_key=alice.pk)
        assert (request.ground, request.erased_by) == ("repeated", None)

    def test_it_uses_the_open_request_if_there_is_one(self, two_patients):
        alice, _ = two_patients
        request = request_erasure(patient=alice, by=alice.user, now=NOON)
        repeat_erasure(patient=alice, now=LATER)

        request.refresh_from_db()
        assert request.ground == ErasureGround.REPEATED


@pytest.mark.django_db(transaction=True)
class TestFinish:
    def test_the_list_is_written_and_the_log_emptied_at_once(self, erased_list):
        alice = PatientFactory()
        key = alice.pk
        request = erase(alice)

        assert list(read_list()) == [key]
        assert request.finished_at == LATER

    def test_a_list_that_cannot_be_written_is_written_by_the_worker_later(self, settings, tmp_path, caplog):
        (tmp_path / "a file").write_text("")
        settings.ERASED_LIST = str(tmp_path / "a file" / "erased.txt")
        alice = PatientFactory()
        key = alice.pk
        request = erase(alice)
        assert request.finished_at is None
        assert not Patient.objects.filter(pk=key).exists()

        settings.ERASED_LIST = str(tmp_path / "erased.txt")
        assert finish_carried_out_erasures(LATER + datetime.timedelta(hours=1)) == 1
        assert list(read_list()) == [key]
        assert finish_erasures(now=LATER) == 0
