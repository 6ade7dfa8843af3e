"""Push notifications: authenticated, without contents, and sent to known push services only."""

import base64
import datetime
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from patients.models import Channel, PushNotice, PushSubscription, Reminder
from patients.reminders.push import is_known_push_service, public_key
from patients.sign_in.login import OWN_PHONE
from patients.tasks import send_due_notices, send_reminders
from tests.factories import PatientFactory
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db

TEN = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
ASKED = {"time": "10:00", "days": "plan", "habit": "", "channel": "push"}


def unpacked(text_):
    return base64.urlsafe_b64decode(text_ + "=" * (-len(text_) % 4))


@pytest.fixture(autouse=True)
def _key(vapid_key):
    """Every test has a server with a key."""


class TestThePhone:
    def test_it_is_added_once_and_reminders_can_go_to_it(self, own_phone, sink, version):
        for _time in range(2):
            own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/abc"})
        assert PushSubscription.objects.count() == 1
        assert "Reminders are on" in text(own_phone.post("/my/reminders/", ASKED, follow=True))
        assert Reminder.objects.get().channel == Channel.PUSH

    def test_without_one_notices_cannot_be_turned_on(self, own_phone, sink, version):
        assert "This way does not reach you yet." in text(own_phone.post("/my/reminders/", ASKED))

    def test_a_shared_device_takes_none(self, phone, sink):
        assert phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/abc"}).status_code == 403
        assert "reminders.js" not in text(phone.get("/my/reminders/"))
        assert not PushSubscription.objects.exists()

    def test_the_own_phone_of_a_helper_takes_none(self, client, sink, patient):
        client.force_login(HelperFactory(patient=patient).user)
        session = client.session
        session[OWN_PHONE] = True
        session.save()
        answer = client.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/abc"})
        assert answer.status_code == 403
        assert not PushSubscription.objects.exists()

    def test_the_last_to_subscribe_owns_the_phone(self, own_phone, sink, patient):
        other = PushSubscription.objects.create(patient=PatientFactory(), endpoint=f"{sink.origin}/wake/abc")
        other.delete()
        own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/abc"})
        phone = PushSubscription.objects.get()
        phone.patient = PatientFactory()
        phone.save()
        own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/abc"})
        assert PushSubscription.objects.get().patient == patient

    def test_a_server_without_a_key_offers_none(self, own_phone, sink, settings):
        settings.VAPID_PRIVATE_KEY = ""
        answer = own_phone.post("/my/reminders/phone/", {"endpoint": f"{sink.origin}/wake/abc"})
        assert answer.status_code == 400
        assert "reminders.js" not in text(own_phone.get("/my/reminders/"))

    @pytest.mark.parametrize(
        ("address", "known"),
        [
            ("https://fcm.googleapis.com/fcm/send/abc", True),
            ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
            ("https://web.push.apple.com/abc", True),
            ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
            ("http://fcm.googleapis.com/fcm/send/abc", False),
            ("https://fcm.googleapis.com:8443/abc", False),
            ("https://fcm.googleapis.com.evil.example/abc", False),
            ("https://fcm.googleapis.com@evil.example/abc", False),
            ("https://evil.example/https://fcm.googleapis.com", False),
            ("https://push.apple.com.evil.example/", False),
            ("https://evilpush.apple.com.example/", False),
            ("https://127.0.0.1/", False),
            ("https://169.254.169.254/latest/meta-data", False),
            ("https://[::1]/", False),
            ("file:///etc/passwd", False),
            ("https://fcm.googleapis.com:port/", False),
            (f"https://{'a' * 63}.push.apple.com/abc", True),
            (f"https://{'a' * 64}.push.apple.com/abc", False),
            (f"https://{'a.' * 150}push.apple.com/abc", False),
            ("https://-a.push.apple.com/abc", False),
            ("https://a..push.apple.com/abc", False),
            ("https://.push.apple.com/abc", False),
            ("https://ä.push.apple.com/abc", False),
            ("https://web.push.apple.com/a b", False),
            ("https://web.push.apple.com/ä", False),
            ("https://web.push.apple.com/a\r\nHost: evil.example", False),
            ("https://web.push.apple.com/\x00", False),
            ("", False),
        ],
    )
    def test_only_push_services_on_the_list_are_ever_called(self, address, known):
        assert is_known_push_service(address) is known

    @pytest.mark.parametrize(
        "endpoint",
        ["https://127.0.0.1/admin", f"https://{'a' * 64}.push.apple.com/abc", "https://[", "", "\x00"],
    )
    def test_another_address_is_refused(self, own_phone, endpoint):
        answer = own_phone.post("/my/reminders/phone/", {"endpoint": endpoint})
        assert answer.status_code == 400
        assert not PushSubscription.objects.exists()


class TestHandingOver:
    def test_it_is_signed_for_this_service_and_has_no_contents(self, subscribed, sink):
        assert send_reminders(TEN) == 1
        assert send_due_notices(TEN) == 1
        ((path, headers, body),) = sink.taken
        assert (path, body) == ("/wake/abc", b"")
        assert headers["TTL"] == "7200"
        proof, key = (part.split("=", 1)[1] for part in headers["Authorization"][6:].split(", "))
        assert key == public_key()
        said, _, signature = proof.rpartition(".")
        raw = unpacked(signature)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        signer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(key))
        signer.verify(der, said.encode(), ec.ECDSA(hashes.SHA256()))
        head, claims = (json.loads(unpacked(part)) for part in said.split("."))
        assert head == {"typ": "JWT", "alg": "ES256"}
        assert claims["aud"] == sink.origin
        assert claims["sub"] == "https://plans.example.org"
        assert 0 < claims["exp"] - TEN.timestamp() <= 24 * 60 * 60

    def test_it_is_sent_once(self, subscribed, sink):
        send_reminders(TEN)
        assert [send_due_notices(TEN), send_due_notices(TEN + MINUTE)] == [1, 0]
        assert len(sink.taken) == 1

    def test_a_service_in_trouble_is_tried_again_later(self, subscribed, sink):
        sink.status = 503
        send_reminders(TEN)
        assert send_due_notices(TEN) == 0
        assert send_due_notices(TEN + datetime.timedelta(seconds=10)) == 0
        assert len(sink.taken) == 1
        sink.status = 201
        assert send_due_notices(TEN + datetime.timedelta(seconds=31)) == 1
        assert PushNotice.objects.get().was_sent

    def test_a_redirect_is_not_followed(self, subscribed, sink):
        sink.status = 307
        send_reminders(TEN)
        assert send_due_notices(TEN) == 0
        assert [path for path, _headers, _body in sink.taken] == ["/wake/abc"]

    def test_after_two_hours_it_is_not_sent(self, subscribed, sink):
        send_reminders(TEN)
        assert send_due_notices(TEN + 121 * MINUTE) == 0
        assert sink.taken == []
        assert PushNotice.objects.get().settled_at

    def test_sent_late_it_is_kept_only_for_the_rest_of_two_hours(self, subscribed, sink):
        assert send_reminders(TEN + 90 * MINUTE) == 1
        assert send_due_notices(TEN + 100 * MINUTE) == 1
        assert sink.taken[0][1]["TTL"] == "1200"

    def test_two_hours_after_it_was_due_it_is_given_up_however_late_it_was_written(self, subscribed, sink):
        send_reminders(TEN + 90 * MINUTE)
        assert send_due_notices(TEN + 121 * MINUTE) == 0
        assert sink.taken == []

    def test_an_unreachable_service_does_not_raise(self, subscribed, sink):
        send_reminders(TEN)
        sink.close()
        assert send_due_notices(TEN) == 0
        assert PushNotice.objects.get().settled_at is None


def test_the_worker_script_names_nothing_of_anyones_health(client):
    script = client.get("/sw.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert "A reminder for today" in text(script)
    assert "push-worker.js" in text(script)
