"""The export has every text of the patient that is no secret, and nothing of another patient."""

import io
import json
import zipfile
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from patients.data_rights.classification import TABLE, classify, get_concrete_fields, is_free_text
from patients.data_rights.export import DATA_FILE, PAGE_FILE, build_record
from patients.data_rights.kinds import PERSONAL
from patients.data_rights.sections import ONLY_IN_DATA, SECTIONS
from patients.models import Message, PatientNote, SessionEntry
from tests.factories import NOON, ExerciseSessionFactory, MessageFactory
from tests.patients.data_rights.whole_patient import plant_canaries

EXPORTED = [label for label, row in TABLE.items() if row.path and not row.not_exported and not row.history_of]


def unpack(patient, language="en") -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(build_record(patient, now=NOON, language=language))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def is_secret(field) -> bool:
    row = TABLE[field.model._meta.label]
    return field.name in row.secret.split() or bool(row.not_exported)


class Outline(HTMLParser):
    """Tags that load something, ids and links, and the text."""

    def __init__(self, page):
        super().__init__()
        self.loads, self.ids, self.links, self.tags = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.loads += [tag] if "src" in given or (tag == "link") or tag == "script" else []
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []


@pytest.fixture
def planted(two_patients):
    """Return Alice, the canaries in her rows, and those in Bruno's."""
    alice, bruno = two_patients
    mine, foreign = plant_canaries(alice, "Mine"), plant_canaries(bruno, "Foreign", with_helpers=True)
    assert len(mine) > 80
    alice.refresh_from_db()
    return alice, mine, foreign


class TestCanaries:
    def test_every_text_of_every_row_is_in_the_data(self, planted):
        alice, mine, _ = planted
        # A photo is a file of its own beside the data.
        data = "".join(text for name, text in unpack(alice).items() if name != PAGE_FILE).lower()

        lost = [
            str(field) for canary, (field, _) in mine.items() if canary not in data and not is_secret(field)
        ]
        assert lost == []

    def test_no_secret_is_in_the_export(self, planted):
        alice, mine, _ = planted
        files = unpack(alice)

        secret = [canary for canary, (field, _) in mine.items() if is_secret(field)]
        assert len(secret) > 5
        assert [canary for canary in secret for text in files.values() if canary in text.lower()] == []

    def test_nothing_of_another_patient_is_in_the_export(self, planted):
        alice, _, foreign = planted
        files = unpack(alice)

        assert [canary for canary in foreign for text in files.values() if canary in text.lower()] == []

    def test_every_personal_text_of_the_sections_is_on_the_page(self, planted):
        alice, mine, _ = planted
        page = unpack(alice)[PAGE_FILE].lower()
        shown = {section.model: {name for name, _ in section.fields} for section in SECTIONS}

        lost = [
            str(field)
            for canary, (field, _) in mine.items()
            if canary not in page
            and field.name in shown.get(field.model._meta.label, ())
            and not isinstance(field, models.BinaryField)  # the page names the file
        ]
        assert lost == []


class TestPage:
    def test_every_model_has_a_section_or_a_reason(self):
        sections = [section.model for section in SECTIONS]

        assert len(sections) == len(set(sections))
        assert set(sections) | set(ONLY_IN_DATA) == set(EXPORTED)
        assert set(sections) & set(ONLY_IN_DATA) == set()

    def test_every_personal_text_of_a_section_has_a_label(self):
        """Words that a person wrote are on the page, not only in the data."""
        left_out = {
            "patients.PlanVersion.weekdays",  # days as numbers
            "patients.PlanVersion.asked_days",  # computed from the items
            "patients.PlanItem.weekdays",
            "patients.PlanItem.content",  # the exercise's text from the library, by its name
            "patients.SafetyOverride.demand",  # a word of the rules
        }
        missing = {
            str(field)
            for section in SECTIONS
            for field in get_concrete_fields(apps.get_model(section.model))
            if is_free_text(field) and classify(field) in PERSONAL
            if field.name not in {name for name, _ in section.fields}
        }
        assert missing == left_out

    def test_it_stands_alone(self, two_patients):
        page = unpack(two_patients[0])[PAGE_FILE]
        outline = Outline(page)

        assert outline.loads == []
        assert "<style>" in page
        assert "static:" not in page
        assert [link for link in outline.links if not link.startswith(("#part-", "tel:"))] == []
        assert {link[1:] for link in outline.links if link.startswith("#")} == set(outline.ids)

    def test_every_section_of_a_whole_patient_is_there(self, two_patients):
        page = unpack(two_patients[0])[PAGE_FILE]

        assert page.count("<h2 ") == len(SECTIONS)
        assert page.count("<h1>") == 1

    def test_it_is_in_the_language_of_the_patient(self, two_patients):
        page = unpack(two_patients[0], "es")[PAGE_FILE]

        assert '<html lang="es">' in page
        assert "<h1>Sus datos</h1>" in page
        assert "Your" not in page

    def test_what_somebody_typed_is_text_and_not_markup(self, two_patients):
        alice, _ = two_patients
        MessageFactory(patient=alice, text="<script>alert(1)</script>")

        assert "<script>" not in unpack(alice)[PAGE_FILE]

    def test_answers_are_shown_with_their_questions(self, two_patients):
        page = unpack(two_patients[0])[PAGE_FILE]

        assert "Did you feel dizzy or faint, or have chest pain?: No" in page

    def test_values_are_in_words(self, two_patients):
        alice, _ = two_patients
        assert "Pain in the hands or feet, Numbness" in unpack(alice)[PAGE_FILE]
        assert "Dolor en las manos o los pies" in unpack(alice, "es")[PAGE_FILE]

    def test_rows_are_in_the_order_of_time(self, two_patients):
        alice, _ = two_patients
        for hour in (9, 7, 8):
            MessageFactory(patient=alice, text=f"At {hour}", sent_at=NOON.replace(hour=hour))
        page = unpack(alice)[PAGE_FILE]

        assert page.index("At 7") < page.index("At 8") < page.index("At 9")


class TestData:
    def test_rows_have_every_field_that_is_no_secret_and_names_of_people(self, two_patients):
        alice, _ = two_patients
        data = json.loads(unpack(alice)[DATA_FILE])

        assert (data["format"], data["patient"]) == ("surefoot-patient-record", str(alice.pk))
        (note,) = data["tables"]["patients.PatientNote"]["rows"]
        stored = PatientNote.objects.get(patient=alice)
        assert note["text"] == stored.text
        assert note["written_by"] == {"id": str(stored.written_by_id), "name": stored.written_by.name}
        assert data["tables"]["patients.PatientNote"]["classes"]["text"] == "clinical"

    def test_every_row_is_there(self, two_patients):
        alice, _ = two_patients
        tables = json.loads(unpack(alice)[DATA_FILE])["tables"]

        assert set(tables) == {label for label, row in TABLE.items() if row.path and not row.not_exported}
        assert len(tables["patients.Message"]["rows"]) == Message.objects.filter(patient=alice).count()

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, two_patients):
        alice, _ = two_patients
        version = alice.plans.get().versions.get(number=1)
        build_record(alice, now=NOON, language="en")
        with CaptureQueriesContext(connection) as few:
            build_record(alice, now=NOON, language="en")
        for _number in range(20):
            session = ExerciseSessionFactory(version=version)
            SessionEntry.objects.create(session=session, item=version.items.first(), outcome="done")
        with CaptureQueriesContext(connection) as many:
            build_record(alice, now=NOON, language="en")

        assert len(many) == len(few)
