"""The handout: a tagged PDF in large print, complete, with nothing but the plan."""

import datetime
import io
import re

import pytest
from django.urls import reverse
from django.utils import translation
from PIL import Image

from clinic.rate_limits import PRINTING
from exercises.catalogue.glucose import GLUCOSE_BANDS, write_ranges
from exercises.library.photos import PhotoReference
from exercises.models import ExercisePhoto, Position, Support
from exercises.pdf import draw
from patients.documents.handout import PRINT_SIZE, get_plan_url, handout, handout_html, handout_pdf
from patients.models import Flag, PlanState, PlanVersion
from tests.factories import (
    MONDAY,
    ExerciseFactory,
    ExerciseHoldFactory,
    PatientFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.patients.documents.conftest import FRIDAY_NOON, planned
from tests.pdf_reader import PdfDocument

pytestmark = pytest.mark.django_db
#: A name as long as Spanish names and steps are.
LONG = "Levantamiento lateral de la pierna con apoyo de las dos manos"


def sheet(version):
    return handout(version, version.plan.patient, now=FRIDAY_NOON)


def html(version):
    return handout_html(sheet(version), paper="letter")


def printed(version, paper="letter"):
    return PdfDocument(handout_pdf(sheet(version), paper=paper))


@pytest.mark.parametrize(("exercises", "most_pages"), [(1, 4), (6, 9), (20, 20)])
def test_the_handout_is_an_accessible_pdf_for_any_plan(patient, exercises, most_pages):
    batch = [
        ExerciseFactory(name=LONG, steps=[f"{LONG} {step}." for step in range(6)])
        for _number in range(exercises)
    ]
    pdf = printed(published_plan(patient, batch))

    assert pdf.faults == []
    assert pdf.pages <= most_pages
    assert pdf.about["Title"] == "Your exercises"
    assert len(pdf.pictures) == exercises + 1


def test_the_check_finds_a_pdf_that_a_screen_reader_cannot_read():
    bad = draw(
        "<html><title>x</title><p>A<img src='static:img/icon.svg'><table><tr><td>1</td></tr></table>",
        sizes=(12,),
    )

    faults = " ".join(PdfDocument(bad).faults)

    for fault in ("no language", "no main heading", "picture 1 is not described", "cell without headers"):
        assert fault in faults


@pytest.mark.parametrize(("paper", "size"), [("letter", "612 x 792"), ("a4", "595")])
def test_the_paper_can_be_chosen(signed_in, dana, version, paper, size):
    url = reverse("staff:plan_handout", args=[version.plan_id])

    pdf = PdfDocument(signed_in(dana).get(url, {"paper": paper}).content)

    assert pdf.about["Page size"].startswith(size)


def test_the_handout_contains_all_instructions_of_the_plan(patient, version):
    pdf = printed(version)

    for words in (
        "Exercises for Maggie",
        "Monday, Wednesday and Friday.",
        "Calf raise",
        "10 times.",
        "Hold on with two hands",
        "Lift both heels.",
        "Chest pain",
        "Do not wait. Do not drive yourself. Call even if it goes away.",
        "In an emergency, call 911.",
        "555-0100",
        "Check off what you have done",
        "Pain after (0–10)",
        "New sore on a foot",
        "Chest pain or a faint: call 911 now.",
        "call us the same day",
        "1/5",
    ):
        assert words in pdf.words, words
    assert "Margaret" not in pdf.words
    assert "Lee" not in pdf.words
    assert patient.date_of_birth.isoformat() not in pdf.inside


def test_instructions_are_in_large_print(version):
    sizes = printed(version).sizes

    assert PRINT_SIZE >= 14
    assert min(sizes[word] for word in ("Lift", "heels.", "Chest", "555-0100", "Pain", "raise")) >= 13.9


def test_the_qr_code_opens_the_sign_in_and_identifies_no_patient(client, settings):
    address = get_plan_url()

    assert address == f"{settings.SITE_URL}/my/plan/"
    answer = client.get(address.removeprefix(settings.SITE_URL))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign_in:options"))


def in_britain(patient):
    """Let the patient's weeks start on Monday, as their plan does."""
    patient.clinic.region = "GB"
    patient.clinic.save()


def test_a_week_of_boxes_starts_on_sunday_in_america(patient):
    version = planned(patient, {"weekdays": [0]}, {"weekdays": [2, 4]}, weekdays=[0, 2, 4], weeks=12)

    weeks = sheet(version).weeks

    assert [week.starts_on for week in weeks] == [
        datetime.date(2026, 3, 8) + datetime.timedelta(weeks=ahead) for ahead in range(4)
    ]
    assert weeks[1].asked_days == [False, True, False, True, False, True, False]


def test_boxes_are_on_planned_days_only_and_for_four_weeks(patient):
    in_britain(patient)
    version = planned(patient, {"weekdays": [0]}, {"weekdays": [2, 4]}, weekdays=[0, 2, 4], weeks=12)

    weeks = sheet(version).weeks

    assert [week.starts_on for week in weeks] == [
        datetime.date(2026, 3, 9) + datetime.timedelta(weeks=ahead) for ahead in range(4)
    ]
    assert [boxes for _row, boxes in weeks[1].rows] == [
        [True, False, False, False, False, False, False],
        [False, False, True, False, True, False, False],
    ]
    assert weeks[1].asked_days == [True, False, True, False, True, False, False]


def test_a_phase_has_boxes_and_a_text_for_its_weeks_only(patient):
    in_britain(patient)
    version = planned(patient, {"last_week": 2}, {"first_week": 3}, {"first_week": 2, "last_week": 2})

    weeks = sheet(version).weeks

    assert [[row.exercise.name for row, _boxes in week.rows] for week in weeks[:2]] == [
        ["Exercise A", "Exercise C"],
        ["Exercise B"],
    ]
    page = html(version)
    for words in ("In weeks 1 to 2.", "From week 3 on.", "In week 2."):
        assert words in page, words


def test_an_exercise_with_other_days_or_one_side_says_so(patient):
    page = html(planned(patient, {"weekdays": [0, 4], "side": "left"}, {}, weekdays=[0, 2, 4]))

    assert "10 times on your left side only." in page
    assert "On Monday and Friday." in page
    assert page.count('class="when"') == 1


def test_the_minutes_are_those_of_this_weeks_phase(patient):
    version = planned(
        patient,
        {"last_week": 1, "reps_min": None, "sets": None, "minutes_min": 90},
        {"first_week": 2, "reps_min": None, "sets": None, "minutes_min": 20},
    )

    assert sheet(version).minutes == 20


def test_weeks_after_the_end_of_the_plan_have_no_boxes(patient):
    in_britain(patient)
    version = planned(patient, {}, weeks=2)

    assert [week.starts_on for week in sheet(version).weeks] == [datetime.date(2026, 3, 9)]


def test_a_plan_that_begins_later_has_its_boxes_from_its_first_week(patient):
    in_britain(patient)
    version = planned(patient, {}, start_date=MONDAY + datetime.timedelta(weeks=4))

    assert sheet(version).weeks[0].starts_on == MONDAY + datetime.timedelta(weeks=4)


def test_a_paused_plan_says_so_and_has_no_boxes(patient, version):
    version.plan.state = PlanState.PAUSED
    version.plan.save()

    assert sheet(version).weeks == []
    assert "Your plan has a break." in html(version)


def test_an_exercise_suspended_after_a_fall_is_left_out_and_has_no_boxes(patient, version):
    ExerciseHoldFactory(patient=version.plan.patient)

    rows = sheet(version).rows

    assert [row.rests for row in rows] == [True, False, False]
    assert html(version).count("Leave this one out for now.") == 1
    assert not any(sheet(version).weeks[0].rows[0][1])


def test_an_exercise_blocked_by_a_new_flag_is_left_out_without_naming_the_flag(patient, version):
    PatientFlagFactory(patient=patient, flag=Flag.CANNOT_STAND)

    page = html(version)

    assert [row.rests for row in sheet(version).rows] == [True, False, False]
    assert "Cannot stand safely" not in page


def test_notes_and_the_glucose_table_are_for_patients_they_apply_to(patient):
    walk = ExerciseFactory(category="aerobic", demands=["aerobic"])
    version = published_plan(patient, [walk])
    assert "90–149 mg/dL" not in html(version)

    PatientFlagFactory(patient=patient, flag=Flag.GLUCOSE_LOWERING)

    page = html(version)
    assert "Check your sugar first. Keep fast sugar in reach." in page
    for band in GLUCOSE_BANDS:
        assert "".join(f'<span class="reading">{each}</span>' for each in write_ranges(band, "mg_dl")) in page
        assert band.text in page
    type(patient.clinic).objects.update(glucose_unit="mmol_l")
    page = html(PlanVersion.objects.get())
    assert page.index("5.0–8.2 mmol/L") < page.index("90–149 mg/dL")
    assert str(Flag.GLUCOSE_LOWERING.label) not in page


@pytest.mark.parametrize(
    ("support", "words"),
    [
        (Support.TWO_HANDS, "Hold on with two hands"),
        (Support.ONE_HAND, "Hold on with one hand"),
        (Support.FINGERTIPS, "Fingertips on the support"),
        (Support.NONE, "No hands"),
        (Support.EYES_CLOSED, "Eyes closed"),
    ],
)
def test_each_support_level_has_a_text_and_a_picture(patient, support, words):
    page = html(planned(patient, {"support": support}))

    assert f'class="support support-{support}">{words}<' in page


def test_a_seated_exercise_says_sit_down(patient):
    page = html(
        planned(patient, {"exercise": ExerciseFactory(position=Position.SEATED), "support": Support.NONE})
    )

    assert 'class="support support-seated">Sit down for this one<' in page


def test_text_from_users_is_escaped(clinic):
    patient = PatientFactory(clinic=clinic, full_name="<b>Bo</b> Lee", called="<img src=x>")

    page = html(planned(patient, {"note": "<script>alert(1)</script>"}, note="<i>hello</i>"))

    assert not re.search(r"<script|<b>Bo|<i>hello|<img src=x>", page)


def test_the_handout_is_in_the_active_language(version):
    with translation.override("es"):
        assert PdfDocument(handout_pdf(sheet(version), paper="letter")).inside.count("/Lang (es)") == 1


def test_one_exercise_with_a_photo_takes_as_many_queries_as_ten(
    clinic, signed_in, dana, django_assert_max_num_queries
):
    counts = []
    for number in (1, 10):
        version = published_plan(
            PatientFactory(clinic=clinic), [photographed(clinic) for _each in range(number)]
        )
        client, url = signed_in(dana), reverse("staff:plan_handout", args=[version.plan_id])
        client.get(url)
        with django_assert_max_num_queries(13) as queries:  # three of them are of the print limit
            assert PdfDocument(client.get(url).content).pictures.count("Picture: Foot bath") == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def photographed(clinic):
    """Return an exercise of the clinic with a small photo."""
    own = ExerciseFactory(clinic=clinic, name="Foot bath")
    jpeg = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(jpeg, "JPEG")
    photo = ExercisePhoto.objects.create(
        exercise=own, digest="0123456789ab", full=jpeg.getvalue(), small=jpeg.getvalue(), width=64, height=48
    )
    own.photos = [PhotoReference(str(photo.pk), photo.digest, 64, 48, "A foot").as_dict()]
    own.save()
    return own


# --- Views ---


def test_the_team_and_the_patient_get_the_same_plan(signed_in, dana, patient, version):
    theirs = signed_in(dana).get(reverse("staff:plan_handout", args=[version.plan_id]))
    mine = signed_in(patient.user).get(reverse("my:handout"))

    assert (theirs.status_code, mine.status_code) == (200, 200)
    assert theirs["Content-Type"] == mine["Content-Type"] == "application/pdf"
    assert PdfDocument(theirs.content).words == PdfDocument(mine.content).words


def test_the_response_is_not_cached_and_its_file_name_identifies_no_patient(signed_in, patient, version):
    response = signed_in(patient.user).get(reverse("my:handout"))

    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"] == 'inline; filename="my-plan.pdf"'


def test_there_is_no_handout_before_a_version_is_published(signed_in, patient):
    assert signed_in(patient.user).get(reverse("my:handout")).status_code == 404


def test_the_print_limit_answers_429(signed_in, dana, version):
    while PRINTING.allows(str(dana.pk), now=FRIDAY_NOON):
        pass

    response = signed_in(dana).get(reverse("staff:plan_handout", args=[version.plan_id]))

    assert response.status_code == 429
    assert "You printed many pages." in response.content.decode()
