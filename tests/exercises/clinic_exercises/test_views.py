"""Staff pages for a clinic's exercises, without JavaScript."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinic.models import Role, User
from exercises.clinic_exercises.content import ClinicExerciseContent
from exercises.clinic_exercises.demands import DEMAND_GROUPS
from exercises.clinic_exercises.selectors import list_clinic_exercises
from exercises.clinic_exercises.services import retire_clinic_exercise, share_with_all_clinics
from exercises.library.images import list_photographs
from exercises.library.photos import encode
from exercises.models import Demand, Equipment, Exercise
from tests.exercises.clinic_exercises.uploads import photo
from tests.factories import NOON, ClinicFactory, ExerciseFactory, PatientFactory, clinician, published_plan

NEW = "/staff/exercises/new/"


def page_of(exercise):
    return reverse("library:clinic_exercise_edit", args=[exercise.pk])


def upload(data=None, name="me.jpg"):
    return SimpleUploadedFile(name, data or photo(), "image/jpeg")


def test_an_exercise_is_added_with_steps_in_the_order_of_their_numbers(browser, dana, answers):
    response = browser(dana).post(NEW, answers, follow=True)
    made = Exercise.objects.get()
    assert response.redirect_chain == [(page_of(made), 302)]
    content = ClinicExerciseContent.of(made)
    assert content.steps == (("get_ready", "Take off your shoe."), ("do", "Slide the heel back."))
    assert (content.demands, content.figure, made.clinic) == (
        {"foot_pressure"},
        "calf-raise",
        dana.membership.clinic,
    )
    assert "As patients see it" in response.text
    assert "/figures/calf-raise-strip" in response.text


def test_each_demand_is_explained_in_its_group(browser, dana):
    html = browser(dana).get(NEW).text
    shown = [group.label for group in DEMAND_GROUPS]
    assert shown == ["Feet and standing", "Heart and effort", "Water and heat", "Head and spine"]
    for group in DEMAND_GROUPS:
        assert f'<legend class="form-label">{group.label}</legend>' in html
        for demand, words in group.help.items():
            assert f'value="{demand}"' in html
            assert str(words) in html


def test_the_groups_have_every_demand_once():
    listed = [demand for group in DEMAND_GROUPS for demand in group.help]
    assert sorted(listed) == sorted(Demand)


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ("standing", "It is treated as: Standing · Weight on the feet."),
        ("water", "It is treated as: Standing · Being in water."),
        ("seated", "It is treated as demanding nothing more than its position."),
    ],
)
def test_an_exercise_without_a_demand_says_what_plans_treat_it_as(browser, dana, answers, position, words):
    untagged = answers | {"position": position, "demands": []}
    response = browser(dana).post(NEW, untagged, follow=True)
    assert words in response.text
    tagged = browser(dana).post(f"{NEW}preview/", answers | {"position": position})
    assert "Nothing is ticked" not in tagged.text
    assert "Nothing is ticked" not in browser(dana).get(NEW).text


def test_a_step_about_the_support_follows_the_support_and_needs_no_words(browser, dana, answers):
    Equipment.objects.create(slug="counter", name="Kitchen counter")
    typed = answers | {"position": "standing", "support": "one_hand", "equipment": ["counter"]}
    typed |= {"step-2-kind": "support", "step-2-text": "Something else", "step-2-order": "1"}

    browser(dana).post(NEW, typed)
    preview = browser(dana).post(f"{NEW}preview/", typed | {"support": "fingertips"})

    made = Exercise.objects.get()
    assert ("support", "") in [(step.kind, step.text) for step in made.steps.all()]
    assert ("support", "Hold the counter with one hand the whole time.") in made.list_steps()
    assert "Rest your fingertips on the counter." in preview.text


def test_a_photo_is_added_with_its_words(browser, dana, answers):
    browser(dana).post(NEW, answers | {"new-0-file": upload(), "new-0-alt": "A heel on the floor"})
    assert Exercise.objects.get().photos[0]["alt"] == "A heel on the floor"


def test_a_rejected_file_is_explained_beside_its_field_and_entered_values_are_kept(browser, dana, answers):
    page = b"<html><script>alert(1)</script></html>"
    response = browser(dana).post(NEW, answers | {"new-0-file": upload(page), "new-0-alt": "My words"})
    assert Exercise.objects.count() == 0
    assert "This is a web page or a program" in response.text
    assert 'href="#id_new-0-file"' in response.text
    assert "Choose your photos again" in response.text
    for typed in ("Heel slide", "Take off your shoe.", "My words"):
        assert typed in response.text


def test_a_photo_without_alternative_text_is_rejected(browser, dana, answers):
    response = browser(dana).post(NEW, answers | {"new-0-file": upload()})
    assert "Say in words what the photo shows." in response.text
    assert Exercise.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "Write a name."),
        ({"step-0-text": "", "step-1-text": ""}, "Write at least one step."),
        ({"reps_min": ""}, "id_reps_min"),
        ({"figure": "../../etc"}, "figure"),
        ({"rows": "x"}, "Write at least one step."),
    ],
)
def test_a_missing_value_is_reported_and_nothing_is_saved(browser, dana, answers, change, told):
    response = browser(dana).post(NEW, answers | change)
    assert response.status_code == 200
    assert told in response.text
    assert 'id="error-summary"' in response.text
    assert Exercise.objects.count() == 0


def test_more_rows_keep_what_was_typed_and_complain_about_nothing(browser, dana, answers):
    response = browser(dana).post(f"{NEW}rows/", answers | {"name": ""})
    assert 'name="step-5-text"' in response.text
    assert "Slide the heel back." in response.text
    assert 'id="error-summary"' not in response.text


def test_the_preview_shows_what_is_typed_and_saves_nothing(browser, dana, answers):
    response = browser(dana).post(f"{NEW}preview/", answers)
    assert "not saved yet" in response.text
    assert "<h3>Heel slide</h3>" in response.text
    assert Exercise.objects.count() == 0


def test_an_exercise_on_record_gets_more_rows_and_a_preview_and_nothing_is_saved(browser, dana, own, answers):
    sent = answers | {"edit_number": "0", f"kept-{own.photos[0]['id']}-alt": "A foot", "name": "Typed"}

    rows = browser(dana).post(f"{page_of(own)}rows/", sent)
    preview = browser(dana).post(f"{page_of(own)}preview/", sent)

    assert 'name="step-5-text"' in rows.text
    assert 'value="Typed"' in rows.text
    assert "<h3>Typed</h3>" in preview.text
    assert f'action="{page_of(own)}"' in preview.text
    assert Exercise.objects.get().name == own.name
    assert browser(dana).get(f"{page_of(own)}rows/").url == page_of(own)
    assert browser(dana).get(f"{NEW}preview/").url == NEW


def test_a_preview_of_what_cannot_be_saved_says_what_is_wrong(browser, dana, answers):
    response = browser(dana).post(f"{NEW}preview/", answers | {"name": ""})

    assert "Write a name." in response.text
    assert "not saved yet" not in response.text


def test_a_photo_is_taken_away_and_another_put_in_its_place(browser, dana, own, answers):
    old = own.photos[0]["id"]
    sent = answers | {
        "edit_number": "0",
        f"kept-{old}-alt": "x",
        f"kept-{old}-remove": "on",
        "new-0-file": upload(),
        "new-0-alt": "The new one",
    }
    browser(dana).post(page_of(own), sent)
    assert [shown["alt"] for shown in Exercise.objects.get().photos] == ["The new one"]


def test_saving_over_a_colleagues_change_shows_a_warning_first_and_then_saves(
    browser, dana, own, answers, clinic
):
    answers["edit_number"] = "0"
    kept = {f"kept-{own.photos[0]['id']}-alt": "A foot"}
    browser(clinician(clinic)).post(page_of(own), answers | kept | {"name": "Theirs"})
    stale = browser(dana).post(page_of(own), answers | kept | {"name": "Mine"})
    assert stale.status_code == 409
    assert "changed this exercise" in stale.text
    assert "On record now, different from yours: name." in stale.text
    assert 'value="Mine"' in stale.text
    assert 'name="edit_number" value="1"' in stale.text
    browser(dana).post(page_of(own), answers | kept | {"name": "Mine", "edit_number": "1"})
    assert Exercise.objects.get().name == "Mine"


def test_retiring_and_bringing_back(browser, dana, own):
    response = browser(dana).post(reverse("library:clinic_exercise_retire", args=[own.pk]), follow=True)
    assert "Bring back" in response.text
    assert not Exercise.objects.available_to(dana).exists()
    response = browser(dana).post(reverse("library:clinic_exercise_restore", args=[own.pk]), follow=True)
    assert "is in use again" in response.text
    assert Exercise.objects.available_to(dana).get() == own


def test_an_exercise_of_another_clinic_is_404_and_the_front_desk_is_refused(browser, own, clinic):
    stranger = browser(clinician())
    missing = reverse("library:clinic_exercise_edit", args=[uuid.uuid4()])
    assert stranger.get(page_of(own)).status_code == stranger.get(missing).status_code == 404
    for name in (
        "library:clinic_exercise_retire",
        "library:clinic_exercise_restore",
        "library:clinic_exercise_rows",
        "library:clinic_exercise_preview",
    ):
        assert stranger.post(reverse(name, args=[own.pk])).status_code == 404
    assert own.name not in stranger.get("/staff/exercises/").text
    assert browser(clinician(clinic, Role.FRONT_DESK)).get(page_of(own)).status_code == 403


# --- Photographs as files ---


@pytest.fixture
def address(own):
    return list_photographs(own)[0].url


def test_a_photo_is_a_jpeg_and_nothing_else_and_kept_by_the_reader_alone(browser, dana, address):
    response = browser(dana).get(address)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response.content == encode(io.BytesIO(photo())).full


def test_a_photo_is_seen_by_its_clinic_and_those_it_was_prescribed_for(browser, dana, own, address):
    with_it = published_plan(PatientFactory(clinic=own.clinic), [own]).plan.patient.user
    without = published_plan(PatientFactory(clinic=own.clinic)).plan.patient.user
    Exercise.objects.filter(pk=own.pk).update(photos=[])  # the plan still shows it
    assert browser(dana).get(address).status_code == 200
    assert browser(with_it).get(address).status_code == 200
    for user in (None, without, clinician()):
        assert browser(user).get(address).status_code == 404
    assert browser(dana).get(address.replace("/full/", "/other/")).status_code == 404
    assert browser(dana).get(address[:-8] + "0000.jpg").status_code == 404


def test_anyone_sees_the_photos_of_a_shared_exercise_while_it_is_in_use(browser, dana, own, address):
    assert browser().get(address).status_code == 404
    share_with_all_clinics(rows=[own], by=dana)
    assert browser().get(address).status_code == 200
    page = browser().get(reverse("library:exercise", args=[own.slug]))
    assert address in page.text
    assert 'alt="A foot on a towel"' in page.text
    retire_clinic_exercise(exercise=own, by=dana, now=NOON)
    assert browser().get(address).status_code == 404


def test_an_administrator_shares_it_from_the_list(browser, own):
    root = User.objects.create_superuser("root@example.org", "correct horse", name="Root")
    sent = {"action": "share_selected", "_selected_action": [str(own.pk)]}
    response = browser(root).post(reverse("admin:exercises_exercise_changelist"), sent, follow=True)
    assert "1 is shared with all clinics" in response.text
    assert Exercise.objects.get().clinic is None


def test_the_list_holds_the_exercises_of_the_own_clinic_and_no_others(clinic, dana):
    ours = ExerciseFactory(clinic=clinic, name="Our own")
    ExerciseFactory(clinic=ClinicFactory(), name="Theirs")
    ExerciseFactory(name="Of all clinics")

    assert list_clinic_exercises(dana).live == [ours]
