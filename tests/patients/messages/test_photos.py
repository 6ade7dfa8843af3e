"""Photos of messages: encoded anew, seen by the patient and the treating team only, deleted when the patient asks."""

import io
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from PIL import Image

from clinic.models import AuditEvent, Role
from patients.data_rights.services.export import export_record
from patients.models import Message, MessagePhoto
from tests.factories import NOON, clinician
from tests.factories_of_patients import MessagePhotoFactory
from tests.patients import rosa

patient = rosa.patient

pytestmark = pytest.mark.django_db

THREAD = "/my/messages/"


def picture(*, size=(640, 480), kind="JPEG", place=True):
    """Return the bytes of a picture; with `place`, its metadata say where it was taken."""
    image, written = Image.new("RGB", size, (180, 60, 60)), io.BytesIO()
    data = Image.Exif()
    if place:
        data[0x010E] = "taken at 12 Elm Street"
    image.save(written, kind, exif=data)
    return written.getvalue()


def upload(data, name="IMG_0042.jpg"):
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


@pytest.fixture
def send(phone):
    def send(data, *, text="This is my left heel.", key=None):
        return phone.post(
            THREAD, {"key": key or uuid.uuid4(), "text": text, "photo": upload(data)}, follow=True
        )

    return send


@pytest.fixture
def photo(patient):
    return MessagePhotoFactory(message__patient=patient, jpeg=picture())


class TestSending:
    def test_a_photo_is_sent_with_the_message_and_shown_in_the_thread(self, send, patient):
        page = send(picture())
        photo = MessagePhoto.objects.get()
        assert photo.message.text == "This is my left heel."
        assert photo.message.patient == patient
        assert (photo.width, photo.height) == (640, 480)
        assert f'src="/my/messages/photos/{photo.pk}/"' in page.text

    def test_the_stored_photo_has_no_metadata(self, send):
        assert b"Elm Street" in picture()
        send(picture())
        stored = bytes(MessagePhoto.objects.get().jpeg)
        assert b"Elm Street" not in stored
        assert dict(Image.open(io.BytesIO(stored)).getexif()) == {}

    def test_a_large_photo_is_made_smaller(self, send):
        send(picture(size=(4000, 3000)))
        photo = MessagePhoto.objects.get()
        assert (photo.width, photo.height) == (1600, 1200)
        assert len(photo.jpeg) <= 200_000

    def test_a_form_sent_twice_stores_one_photo(self, send):
        key = uuid.uuid4()
        for _sent in range(2):
            send(picture(), key=key)
        assert Message.objects.count() == MessagePhoto.objects.count() == 1

    def test_the_same_words_with_another_photo_are_another_message(self, send):
        key = uuid.uuid4()
        send(picture(), key=key)
        send(picture(size=(480, 640)), key=key)
        assert MessagePhoto.objects.count() == 2

    @pytest.mark.parametrize(
        "data",
        [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", picture()[:900], picture(size=(20, 20))],
    )
    def test_another_file_gets_an_error_and_the_words_are_kept(self, send, data):
        page = send(data)
        assert page.text.count("We can’t use this photo.") == 2
        assert "This is my left heel." in page.text
        assert not Message.objects.exists()

    def test_a_photo_without_words_is_asked_for_again(self, send):
        page = send(picture(), text="")
        assert page.text.count("Please choose the photo again.") == 2
        assert not Message.objects.exists()

    def test_a_message_without_a_photo_is_sent_as_before(self, phone):
        phone.post(THREAD, {"key": uuid.uuid4(), "text": "May I rest today?"})
        assert Message.objects.get().text == "May I rest today?"
        assert not MessagePhoto.objects.exists()


class TestSeeing:
    def test_the_patient_and_the_team_see_the_photo(self, phone, client, patient, photo):
        mine = phone.get(f"/my/messages/photos/{photo.pk}/")
        client.force_login(clinician(patient.clinic))
        theirs = client.get(f"/staff/patients/{patient.pk}/messages/photos/{photo.pk}/")
        for response in (mine, theirs):
            assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
            assert response.content == bytes(photo.jpeg)
            assert "no-store" in response["Cache-Control"]
            assert response["X-Content-Type-Options"] == "nosniff"
        assert (
            f'src="{theirs.request["PATH_INFO"]}"'
            in client.get(f"/staff/patients/{patient.pk}/messages/").text
        )

    def test_a_look_of_the_team_is_recorded(self, client, patient, photo):
        client.force_login(clinician(patient.clinic))
        client.get(f"/staff/patients/{patient.pk}/messages/photos/{photo.pk}/")
        looks = AuditEvent.objects.filter(patient_key=patient.pk, route="staff:patient_message_photo")
        assert looks.count() == 1

    def test_the_front_desk_does_not_see_it(self, client, patient, photo):
        client.force_login(clinician(patient.clinic, Role.FRONT_DESK))
        assert client.get(f"/staff/patients/{patient.pk}/messages/photos/{photo.pk}/").status_code == 403

    def test_a_photo_of_another_patient_is_a_missing_page(self, phone, client, patient):
        other = MessagePhotoFactory(message__patient__clinic=patient.clinic)
        assert phone.get(f"/my/messages/photos/{other.pk}/").status_code == 404
        client.force_login(clinician(patient.clinic))
        assert client.get(f"/staff/patients/{patient.pk}/messages/photos/{other.pk}/").status_code == 404


class TestDeleting:
    def test_the_patient_is_asked_before_the_photo_is_deleted(self, phone, photo):
        address = f"/my/messages/photos/{photo.pk}/delete/"
        assert "Delete this photo?" in phone.get(address).text
        photo.refresh_from_db()
        assert not photo.is_deleted
        page = phone.post(address, follow=True)
        assert "The photo is deleted." in page.text
        photo.refresh_from_db()
        assert (bytes(photo.jpeg), photo.deleted_at) == (b"", NOON)

    def test_a_deleted_photo_is_gone_for_everybody_and_the_message_stays(self, phone, client, patient, photo):
        phone.post(f"/my/messages/photos/{photo.pk}/delete/")
        assert phone.get(f"/my/messages/photos/{photo.pk}/").status_code == 404
        client.force_login(clinician(patient.clinic))
        assert client.get(f"/staff/patients/{patient.pk}/messages/photos/{photo.pk}/").status_code == 404
        page = client.get(f"/staff/patients/{patient.pk}/messages/").text
        assert photo.message.text in page
        assert "The patient has deleted the photo." in page

    def test_deleting_twice_is_a_missing_page(self, phone, photo):
        phone.post(f"/my/messages/photos/{photo.pk}/delete/")
        assert phone.post(f"/my/messages/photos/{photo.pk}/delete/").status_code == 404

    def test_the_database_keeps_no_picture_of_a_deleted_photo(self, photo):
        photo.deleted_at, photo.deleted_by = NOON, photo.message.sender
        with pytest.raises(IntegrityError, match="message_photo_is_there_or_deleted"):
            photo.save()


def test_the_copy_of_the_record_has_the_photo_as_a_file(patient, photo):
    copy = export_record(patient=patient, by=patient.user, language="en", now=NOON)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.read(f"photos/{photo.pk}.jpg") == bytes(photo.jpeg)
        assert f"photos/{photo.pk}.jpg" in archive.read("record.html").decode()
