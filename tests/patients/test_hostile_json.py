"""JSON that no page of ours sends is refused by each address that takes JSON, and is never a fault of the server."""

import re

import pytest
from django.urls import reverse

from patients.plans.content import PlanContent
from patients.safety.selectors.safety_record import SafetyRecord
from tests.factories import published_plan

pytestmark = pytest.mark.django_db

HOSTILE = {
    "deep lists": "[" * 5_000 + "]" * 5_000,
    "deep objects": '{"lines":' * 5_000 + "1" + "}" * 5_000,
    "as deep as Python just reads": "[" * 300 + "]" * 300,
    "a number without end": '{"weeks": 1e999, "start_date": "2026-01-01", "weekdays": [], "note": "", "lines": []}',
    "not a number": '{"session": NaN, "entries": []}',
    "half a letter": r'{"session": {"key": "\ud800", "tag": "\ud800"}, "entries": []}',
    "digits without end": "9" * 5_000,
    "a list of lists": "[[[]], [[]], [[]], [[]], [[]]]",
}


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE)
def hostile(request):
    return request.param


def test_a_session_that_a_phone_sends_is_refused_as_its_script_expects(phone, version, hostile):
    response = phone.post(reverse("my:offline_sync"), hostile, content_type="application/json")
    assert (response.status_code, response["X-Refused"]) == (422, "yes")


def test_a_passkey_is_refused(phone, client, hostile):
    for browser, name in ((phone, "my:passkey_add"), (client, "sign_in:passkey")):
        browser.get(reverse(name))
        assert browser.post(reverse(name), {"name": "x", "answer": hostile}).status_code in (200, 302)


def test_the_draft_that_the_builder_sends_back_is_refused(client, dana, patient, hostile):
    client.force_login(dana)
    plan = published_plan(patient).plan
    page = client.get(reverse("staff:plan_draft", args=[plan.pk])).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    response = client.post(reverse("staff:plan_draft", args=[plan.pk]), fields | {"seen": hostile})
    assert response.status_code < 500
    assert not plan.versions.drafts().exists()


@pytest.mark.parametrize("read", [PlanContent.from_text, SafetyRecord.from_text])
def test_text_of_a_hidden_field_is_refused(read, hostile):
    with pytest.raises(ValueError):  # noqa: PT011  # only the type is documented
        read(hostile)


def test_each_module_that_reads_json_of_a_browser_uses_the_strict_parser():
    from tests.architecture.source import name_of, python_files

    using = {name_of(file) for file in python_files() if re.search(r"\bjson\.loads?\(", file.read_text())}
    assert using == {
        "clinic/accounts/kept_forms.py",  # a session of our own, encrypted
        "clinic/audit/archive.py",  # a file of our own, whose hash is checked
        "clinic/backup/archive.py",  # a file of our own
        "clinic/json_input.py",
        "patients/data_rights/selectors.py",  # texts of sessions of our own
        "patients/sessions/selectors/session_log.py",  # a column of our own database
        "patients/simulation/figures.py",  # a file of our own
    }
