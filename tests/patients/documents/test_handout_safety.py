"""The handout after a hold, its foot check, its words for when the clinic is closed, and its line for other signs."""

import datetime
import re

import pytest
from django.utils import translation

from patients.documents.handout import SAYS_CHECK_FEET, handout, handout_html, handout_pdf
from patients.models import Flag, PlanState, PlanVersion, ReportPlace
from patients.safety.rules import RULES
from patients.sessions.services.reports import save_report
from tests.factories import ExerciseFactory, ExerciseHoldFactory, PatientFlagFactory, published_plan
from tests.patients.documents.conftest import FRIDAY_NOON
from tests.pdf_reader import PdfDocument

pytestmark = pytest.mark.django_db


def sheet(version):
    return handout(version, version.plan.patient, now=FRIDAY_NOON)


def html(version):
    return handout_html(sheet(version), paper="letter")


def printed(version, paper="letter"):
    return PdfDocument(handout_pdf(sheet(version), paper=paper))


@pytest.mark.parametrize(
    "fields", [{"kind": "all", "ends_at": FRIDAY_NOON + datetime.timedelta(hours=12)}, {"kind": "ketones"}]
)
def test_a_hold_that_ends_by_itself_leaves_no_exercise_out_and_takes_the_boxes_of_its_day(
    patient, version, fields
):
    before = [boxes for _row, boxes in sheet(version).weeks[0].rows]
    ExerciseHoldFactory(patient=patient, **fields)

    assert not sheet(version).rests
    assert "Leave this one out for now." not in html(version)
    first, *later = sheet(version).weeks
    assert len(later) == 3
    friday = 5  # the week starts on Sunday
    for (_row, boxes), known in zip(first.rows, before, strict=True):
        assert (boxes[friday], known[friday]) == (False, True)
        assert boxes[:friday] == known[:friday]
    assert all(boxes[friday] for week in later for _row, boxes in week.rows)


def test_a_fall_leaves_standing_exercises_out_until_a_person_ends_it_and_the_others_only_on_its_day(
    patient, version
):
    save_report(
        patient=patient,
        place=ReportPlace.STOP,
        answers={"fell": True, "fell_head": False, "fell_stands": True},
        by=patient.user,
        now=FRIDAY_NOON,
    )

    assert [row.rests for row in sheet(version).rows] == [True, False, False]
    assert html(version).count("Leave this one out for now.") == 1
    assert [sum(boxes) for _row, boxes in sheet(version).weeks[0].rows] == [0, 2, 2]
    assert [sum(boxes) for _row, boxes in sheet(version).weeks[1].rows] == [0, 3, 3]


@pytest.mark.parametrize("category", ["aerobic", "stretching"])
def test_the_feet_are_checked_before_every_plan_whatever_else_is_noted(patient, category):
    version = published_plan(patient, [ExerciseFactory(category=category, demands=["aerobic"])])
    assert html(version).count("Check your feet. Wear supportive shoes.") == 1

    PatientFlagFactory(patient=patient, flag=Flag.GLUCOSE_LOWERING)

    page = html(version)
    assert "Check your sugar first. Keep fast sugar in reach." in page
    assert page.count("Check your feet. Wear supportive shoes.") == 1


@pytest.mark.parametrize(
    ("flag", "note"),
    [
        (Flag.NUMB_FEET, "Check both feet first."),
        (Flag.PAST_ULCER, "Check your feet before and after."),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_note_that_says_to_check_the_feet_says_it_for_all(patient, flag, note, language):
    PatientFlagFactory(patient=patient, flag=flag)
    version = published_plan(patient, [ExerciseFactory(demands=["weight_bearing"])])

    with translation.override(language):
        page = html(version)
        assert translation.gettext("Check your feet. Wear supportive shoes.") not in page
    assert (note in page) is (language == "en")


def test_every_note_that_says_to_check_the_feet_is_known():
    words = re.compile(r"check (your|both) feet", re.IGNORECASE)

    assert {rule.slug for rule in RULES if words.search(str(rule.to_patient))} == SAYS_CHECK_FEET


@pytest.mark.parametrize(
    ("language", "closed"),
    [("en", "Clinic closed? Go to urgent care today."), ("es", "¿La clínica está cerrada?")],
)
def test_the_sheet_says_where_to_go_when_the_clinic_is_closed(version, language, closed):
    with translation.override(language):
        page = " ".join(html(version).split())

    assert page.count(closed) == 1
    call = page.index('<strong class="nowrap">555-0100</strong>. ')
    assert page.index(closed) == call + len('<strong class="nowrap">555-0100</strong>. ')


def test_the_words_of_the_clinic_say_where_to_go_when_it_is_closed(version):
    type(version.plan.patient.clinic).objects.update(urgent_care_text="Closed? Call NHS 111.")

    page = " ".join(html(PlanVersion.objects.get()).split())

    assert "</strong>. Closed? Call NHS 111." in page
    assert "urgent care" not in page


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize(
    ("language", "heading", "line"),
    [
        ("en", "When to stop", "Another sign of “When to stop”? Call, and write it here:"),
        ("es", "Cuándo parar", "¿Otra señal de “Cuándo parar”? Llame y escríbala aquí:"),
    ],
)
def test_each_week_has_a_line_for_another_sign_and_two_weeks_fit_on_a_page(
    version, paper, language, heading, line
):
    with translation.override(language):
        pdf = printed(version, paper)

    words = " ".join(pdf.words.split())
    assert pdf.faults == []
    assert words.count(line) == 4
    assert words.index(heading) < words.index(line)
    assert pdf.pages <= 5


def test_a_plan_without_boxes_has_no_line_for_another_sign(version):
    assert html(version).count("Another sign of") == 4

    version.plan.state = PlanState.PAUSED
    version.plan.save()

    assert "Another sign of" not in html(version)
