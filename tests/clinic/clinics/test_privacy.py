"""The privacy page says nothing that no test shows: docs/privacy.toml has each of its sentences."""

import ast
import datetime
import re
import tomllib
from html import unescape

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from clinic.audit.services import record
from clinic.models import AppendOnlyError, AuditEvent, AuditLink, OutboxMessage, TokenBucket
from clinic.rate_limits import CONSULTATION, CONSULTATION_RECEIPT, delete_full_buckets, recipient_subject
from clinic.tasks import delete_expired_rows
from tests.architecture.source import ROOT, python_files
from tests.factories import NOON, ClinicFactory, ExerciseFactory, UserFactory
from tests.infra.test_hazard_log import find_missing
from tests.readability import grade, sentences

SENTENCES = tomllib.loads((ROOT / "docs" / "privacy.toml").read_text(encoding="utf-8"))["sentence"]
HOUR = datetime.timedelta(hours=1)


def read_sentences(html: str) -> list[str]:
    """Return the sentences of the article, without headings and the clinics at its end."""
    article = html.partition("<article")[2].partition("</article>")[0]
    paragraphs = re.findall(r"<(p|li|dd)\b[^>]*>(.*?)</\1>", article, re.DOTALL)
    texts = [" ".join(unescape(re.sub(r"<[^>]+>", "", text)).split()) for _, text in paragraphs]
    return [sentence for text in texts for sentence in sentences(text)]


def find_faults(sentence) -> list[str]:
    """Return the tests that a sentence names and that do not exist, or that it has neither tests nor a reason."""
    if bool(sentence.get("tests")) == bool(sentence.get("no_promise")):
        return ["either tests, or why it is no promise"]
    return find_missing(sentence) if "tests" in sentence else []


class TestSentences:
    def test_the_page_has_the_sentences_of_the_table_and_no_other(self, client, db):
        shown = read_sentences(client.get(reverse("clinic:privacy")).content.decode())

        assert shown == [sentence["text"] for sentence in SENTENCES]

    @pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence["text"][:50])
    def test_a_promise_names_tests_that_exist(self, sentence):
        assert find_faults(sentence) == []

    def test_a_sentence_that_was_added_to_the_page_is_found(self):
        assert read_sentences("<article><p>One. Two\n is <b>new</b>.</p></article>") == [
            "One.",
            "Two is new.",
        ]

    @pytest.mark.parametrize(
        "sentence",
        [
            {"text": "We promise.", "tests": []},
            {"text": "We promise."},
            {"text": "We promise.", "tests": ["tests/clinic/clinics/test_privacy.py::test_nobody_wrote"]},
            {"text": "We promise.", "tests": ["tests/infra/test_hazard_log.py::find_missing"]},
            {"text": "Both.", "tests": ["x"], "no_promise": "a reason"},
        ],
    )
    def test_a_promise_without_a_test_is_found(self, sentence):
        assert find_faults(sentence)

    def test_every_promise_but_purposes_and_limits_has_a_test(self):
        assert len([sentence for sentence in SENTENCES if "tests" in sentence]) >= 30

    def test_it_reads_easily(self):
        assert grade(" ".join(sentence["text"] for sentence in SENTENCES)) <= 6


def test_a_visitor_who_looks_around_gets_no_cookie(client, db):
    exercise = ExerciseFactory()
    pages = [reverse(f"library:{name}") for name in ("home", "catalogue", "routines", "safety")]
    for page in (*pages, reverse("library:exercise", args=[exercise.slug]), reverse("clinic:privacy")):
        response = client.get(page)
        assert response.status_code == 200, page
        assert not response.cookies, page


#: Modules of ours that set a cookie, and its purpose. Django sets those of the session, of forms and, for the page
#: after a form, of its answer.
COOKIES = {
    "clinic/accounts/known_browsers.py": "browsers that a member of staff has signed in with",
    "clinic/display.py": "how pages look",
    "clinic/languages.py": "the language",
    "patients/caseload/views/home.py": "how the team's first page looks",
    "patients/sign_in/previous_cookies.py": "all of these from before an upgrade, once more",
}
OF_MIDDLEWARE = {
    "clinic.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
}


def sets_a_cookie(source: str) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in ("set_cookie", "set_signed_cookie")
        for node in ast.walk(ast.parse(source))
    )


def test_the_site_sets_no_other_cookies():
    files = python_files()
    found = {str(file.relative_to(ROOT)) for file in files if sets_a_cookie(file.read_text(encoding="utf-8"))}

    assert found == set(COOKIES)
    assert set(django_settings.MIDDLEWARE) >= OF_MIDDLEWARE
    assert sets_a_cookie("response.set_cookie('who', 'you')")


def test_a_count_is_deleted_at_most_two_hours_after_its_last_use(db):
    """The worker deletes them every few minutes, once nothing is left to count."""
    for _each in range(30):
        CONSULTATION.allows("203.0.113.7", now=NOON)
    delete_full_buckets(NOON + HOUR - datetime.timedelta(seconds=1))
    assert TokenBucket.objects.count() == 1
    delete_full_buckets(NOON + HOUR + datetime.timedelta(minutes=2))

    assert TokenBucket.objects.count() == 0
    assert django_settings.PERIODIC_JOBS["clinic.rate_limits.delete_full_buckets"] <= HOUR.total_seconds() / 2


def test_the_count_of_receipts_is_deleted_after_a_day(db):
    for _each in range(4):
        CONSULTATION_RECEIPT.allows(recipient_subject("bruno@example.org"), now=NOON)
    delete_full_buckets(NOON + datetime.timedelta(days=1, minutes=2))
    assert TokenBucket.objects.count() == 0


def test_an_email_is_deleted_after_90_days_and_its_text_once_it_is_sent(db):
    OutboxMessage.objects.create(to="a@example.org", subject="Reminder", sent_at=NOON)
    delete_expired_rows(NOON + datetime.timedelta(days=89))
    assert OutboxMessage.objects.count() == 1
    delete_expired_rows(NOON + datetime.timedelta(days=90, hours=1))
    assert OutboxMessage.objects.count() == 0

    names = {constraint.name for constraint in OutboxMessage._meta.constraints}
    assert "sent_message_keeps_no_body" in names


def test_the_audit_trail_has_no_field_for_a_name_or_a_fact():
    fields = {field.name for field in AuditEvent._meta.concrete_fields}

    about = {
        "id",
        "at",
        "actor",
        "role",
        "clinic",
        "patient_key",
        "action",
        "object_type",
        "object_id",
        "listed",
    }
    assert fields == about | {"route", "request_id", "address"}
    assert {field.name for field in AuditLink._meta.concrete_fields} == {
        *("number", "event", "transaction_number", "hash")
    }


class TestAuditTrail:
    def test_the_app_refuses_to_change_or_delete_a_row(self, db):
        clinic = ClinicFactory()
        event = record("clinic.details_changed", actor=UserFactory(), obj=clinic, clinic=clinic)
        event.action = "something.else"
        rows = AuditEvent.objects.filter(pk=event.pk)

        for change in (event.save, event.delete, rows.delete, lambda: rows.update(action="something.else")):
            with pytest.raises(AppendOnlyError):
                change()
        assert rows.get().action == "clinic.details_changed"

    def test_the_administration_has_no_button_for_it(self, admin_client, db):
        clinic = ClinicFactory()
        event = record("clinic.details_changed", actor=None, obj=clinic, clinic=clinic)

        assert admin_client.get(reverse("admin:clinic_auditevent_add")).status_code == 403
        assert (
            admin_client.post(reverse("admin:clinic_auditevent_delete", args=[event.pk])).status_code == 403
        )
        admin_client.post(reverse("admin:clinic_auditevent_change", args=[event.pk]), {"action": "x"})
        assert AuditEvent.objects.get(pk=event.pk).action == "clinic.details_changed"
