"""Staff pages for routines, without JavaScript."""

import uuid

import pytest
from django.urls import reverse

from clinic.models import Role
from exercises.models import Exercise, Routine
from exercises.routines.selectors import get_routine_lists
from exercises.routines.services import MAX_ITEMS, RoutineContent
from tests.factories import NOON, ExerciseFactory, RoutineFactory, RoutineItemFactory, clinician

LIST, NEW = "/staff/routines/", "/staff/routines/new/"


@pytest.fixture
def miriam(clinic):
    return clinician(clinic, Role.CLINIC_ADMIN)


@pytest.fixture
def march(db):
    return ExerciseFactory(name="March in place", category="aerobic")


@pytest.fixture
def curl(db):
    return ExerciseFactory(name="Towel curl")


@pytest.fixture
def ours(clinic, march, curl):
    """Return a routine of the clinic: march, then curl."""
    routine = RoutineFactory(clinic=clinic, name="Our start")
    RoutineItemFactory(routine=routine, exercise=march, order=1)
    RoutineItemFactory(routine=routine, exercise=curl, order=2)
    return routine


@pytest.fixture
def answers(march, curl):
    """Return the form data of a valid routine."""
    return {
        "key": str(uuid.uuid4()),
        "name": "Morning",
        "summary": "Before breakfast.",
        "whose": "clinic",
        "rows": "2",
        "line-0-exercise": str(march.pk),
        "line-0-minutes_min": "3",
        "line-1-exercise": str(curl.pk),
        "line-1-sets": "2",
        "line-1-reps_min": "10",
        "line-1-note": "Slowly.",
    }


def page_of(routine):
    return reverse("library:staff_routine_edit", args=[routine.pk])


def button(name, *arguments):
    """The address of a button of a new routine's form."""
    return reverse(f"library:staff_routine_create_item_{name}", args=arguments)


def names(routine):
    return [item.exercise.name for item in routine.items.order_by("order")]


def shown(response):
    return [line.exercise.name for line in response.context["form"].lines]


def test_a_clinic_admin_makes_one_for_everyone(browser, miriam, dana, answers):
    response = browser(miriam).post(NEW, answers, follow=True)
    made = Routine.objects.get()
    assert response.redirect_chain == [(page_of(made), 302)]
    assert names(made) == ["March in place", "Towel curl"]
    assert made.owner is None
    assert made in Routine.objects.available_to(dana)


def test_a_clinicians_routine_is_only_theirs_regardless_of_the_form(browser, dana, answers):
    assert "Who can use it" not in browser(dana).get(NEW).text
    browser(dana).post(NEW, answers | {"whose": "clinic"})
    assert Routine.objects.get().owner == dana


def test_a_clinic_admin_can_keep_one_for_themselves(browser, miriam, dana, answers):
    browser(miriam).post(NEW, answers | {"whose": "mine"})
    assert Routine.objects.get().owner == miriam
    assert not Routine.objects.available_to(dana).exists()


def test_a_double_click_makes_one(browser, miriam, answers):
    for _time in range(2):
        browser(miriam).post(NEW, answers)
    assert Routine.objects.count() == 1


def test_an_exercise_is_added_with_its_usual_dose_and_nothing_is_saved_yet(browser, miriam, answers):
    extra = ExerciseFactory(name="Calf raise", reps_min=12, reps_max=None)
    response = browser(miriam).post(button("add"), answers | {"add": str(extra.pk), "name": ""})
    assert shown(response) == ["March in place", "Towel curl", "Calf raise"]
    assert "12 times" in response.text
    assert 'value="Slowly."' in response.text
    assert 'id="error-summary"' not in response.text
    assert not Routine.objects.exists()


@pytest.mark.parametrize(
    ("name", "line", "left"),
    [
        ("up", "Towel curl", ["Towel curl", "March in place"]),
        ("down", "March in place", ["Towel curl", "March in place"]),
        ("up", "March in place", ["March in place", "Towel curl"]),
        ("down", "Towel curl", ["March in place", "Towel curl"]),
        ("remove", "March in place", ["Towel curl"]),
        ("remove", "Not in it", ["March in place", "Towel curl"]),
        ("up", "Not in it", ["March in place", "Towel curl"]),
    ],
)
def test_buttons_move_and_remove_and_keep_what_was_typed(browser, miriam, answers, name, line, left):
    ExerciseFactory(name="Not in it")
    address = button(name, Exercise.objects.get(name=line).pk)

    response = browser(miriam).post(address, answers | {"summary": "Typed just now"})

    assert shown(response) == left
    assert "Typed just now" in response.text
    assert 'value="Slowly."' in response.text
    assert not Routine.objects.exists()


def test_each_exercise_of_the_form_has_each_button_once(browser, miriam, answers):
    response = browser(miriam).post(button("up", Exercise.objects.get(name="Towel curl").pk), answers)
    assert [response.text.count(f">{label}<span") for label in ("Up", "Down", "Remove")] == [2, 2, 2]


@pytest.mark.parametrize("broken", ["x/up/", "up/", "nonsense/"])
def test_an_address_that_names_no_exercise_is_not_found(browser, miriam, answers, broken):
    assert browser(miriam).post(f"{NEW}lines/{broken}", answers).status_code == 404


@pytest.mark.parametrize("name", ["add", "up", "down", "remove"])
def test_the_buttons_of_a_routine_that_is_kept_do_the_same_and_save_nothing(
    browser, miriam, ours, answers, curl, name
):
    arguments = [] if name == "add" else [curl.pk]
    extra = ExerciseFactory(name="Calf raise")
    address = reverse(f"library:staff_routine_item_{name}", args=[ours.pk, *arguments])

    response = browser(miriam).post(address, answers | {"add": str(extra.pk), "name": "Typed just now"})

    assert (
        shown(response)
        == {
            "add": ["March in place", "Towel curl", "Calf raise"],
            "up": ["Towel curl", "March in place"],
            "down": ["March in place", "Towel curl"],
            "remove": ["March in place"],
        }[name]
    )
    assert "Typed just now" in response.text
    assert f'action="{page_of(ours)}"' in response.text
    assert names(ours) == ["March in place", "Towel curl"]
    assert browser(miriam).get(address).url == page_of(ours)


def test_the_buttons_of_a_routine_are_for_those_who_keep_it(browser, dana, ours, answers, curl):
    address = reverse("library:staff_routine_item_remove", args=[ours.pk, curl.pk])

    assert browser(dana).post(address, answers).status_code == 403
    assert browser(clinician()).post(address, answers).status_code == 404
    assert browser(dana).get(button("add")).url == NEW


def test_what_is_in_it_is_not_offered_again(browser, miriam, answers, march):
    response = browser(miriam).post(button("add"), answers | {"add": str(march.pk)})
    assert shown(response) == ["March in place", "Towel curl"]
    assert f'<option value="{march.pk}"' not in response.text
    assert f'<option value="{march.pk}"' in browser(miriam).get(NEW).text


def test_another_clinics_exercise_cannot_be_put_in(browser, miriam, answers):
    theirs = ExerciseFactory(clinic=clinician().membership.clinic, name="Secret move")
    assert Exercise.objects.filter(pk=theirs.pk).exists()
    assert "Secret move" not in browser(miriam).get(NEW).text
    added = browser(miriam).post(button("add"), answers | {"add": str(theirs.pk)})
    assert shown(added) == ["March in place", "Towel curl"]
    smuggled = browser(miriam).post(NEW, answers | {"line-1-exercise": str(theirs.pk)})
    assert "was left out" in smuggled.text
    assert "Secret move" not in smuggled.text
    assert not Routine.objects.exists()


def test_an_exercise_that_was_retired_meanwhile_is_reported_and_the_rest_can_be_saved(
    browser, miriam, answers, march
):
    Exercise.objects.filter(pk=march.pk).update(retired_at=NOON)
    response = browser(miriam).post(NEW, answers)
    assert "An exercise is no longer to be had, and was left out." in response.text
    assert 'name="line-0-exercise"' in response.text
    assert 'name="line-1-exercise"' not in response.text
    assert 'value="Slowly."' in response.text


def test_a_routine_that_holds_a_retired_exercise_keeps_it_until_someone_removes_it(
    browser, miriam, ours, march
):
    Exercise.objects.filter(pk=march.pk).update(retired_at=NOON)
    response = browser(miriam).get(page_of(ours))
    assert shown(response) == ["March in place", "Towel curl"]
    assert "Retired: plans leave it out" in response.text


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        ({"name": ""}, "id_name", "Write a name."),
        ({"summary": ""}, "id_summary", "Say in a sentence what it is."),
        ({"whose": ""}, "id_whose", "Choose who can use it."),
        ({"rows": "0"}, "lines", "Add at least one exercise."),
        ({"rows": "x"}, "lines", "Add at least one exercise."),
        ({"line-0-minutes_min": ""}, "id_line-0-reps_min", "Say how many times"),
        ({"line-1-reps_max": "4"}, "id_line-1-reps_max", "Make the second number larger"),
        ({"line-1-sets": "many"}, "id_line-1-sets", "Use a whole number from 1 to 10."),
    ],
)
def test_a_missing_value_is_reported_and_nothing_is_saved(browser, miriam, answers, change, place, told):
    response = browser(miriam).post(NEW, answers | change)
    assert response.status_code == 200
    assert f'<a href="#{place}">' in response.text
    assert f'id="{place}"' in response.text
    assert response.text.count(told) == 2
    assert not Routine.objects.exists()


def test_one_exercise_twice_is_refused(browser, miriam, answers, march):
    response = browser(miriam).post(NEW, answers | {"line-1-exercise": str(march.pk)})
    assert "An exercise is in the routine twice." in response.text
    assert not Routine.objects.exists()


def test_a_full_routine_takes_no_more_and_a_long_one_is_warned_of(browser, miriam, answers):
    many = ExerciseFactory.create_batch(MAX_ITEMS)
    lines = {f"line-{place}-exercise": str(exercise.pk) for place, exercise in enumerate(many)}
    sent = {"name": "Long", "rows": str(MAX_ITEMS)} | lines
    response = browser(miriam).post(button("add"), sent)
    assert len(shown(response)) == MAX_ITEMS
    assert f"A routine holds at most {MAX_ITEMS} exercises." in response.text
    assert 'name="add"' not in response.text
    assert "People keep up better with 6 or fewer." in response.text


def test_it_is_updated_and_the_page_shows_who_did_it(browser, miriam, ours, answers):
    browser(miriam).post(page_of(ours), answers | {"edit_number": "0", "name": "New name"})
    ours.refresh_from_db()
    assert (ours.name, ours.edit_number, ours.owner) == ("New name", 1, None)
    assert "Changed: name, summary, exercises" in browser(miriam).get(page_of(ours)).text


def test_saving_over_a_colleagues_change_shows_a_warning_first_and_then_saves(
    browser, miriam, clinic, ours, answers
):
    answers["edit_number"] = "0"
    browser(clinician(clinic, Role.CLINIC_ADMIN)).post(page_of(ours), answers | {"name": "Theirs"})
    stale = browser(miriam).post(page_of(ours), answers | {"name": "Mine"})
    assert stale.status_code == 409
    assert "On record now, different from yours: name." in stale.text
    assert 'value="Mine"' in stale.text
    assert 'name="edit_number" value="1"' in stale.text
    browser(miriam).post(page_of(ours), answers | {"name": "Mine", "edit_number": "1"})
    assert Routine.objects.get().name == "Mine"


def test_a_clinician_reads_the_clinics_routine_and_copies_it(browser, dana, ours, answers):
    page = browser(dana).get(page_of(ours))
    assert "Make a copy to change" in page.text
    assert "<form" not in page.text.partition("<main")[2]
    assert browser(dana).post(page_of(ours), answers).status_code == 403
    for name in ("library:staff_routine_retire", "library:staff_routine_restore"):
        assert browser(dana).post(reverse(name, args=[ours.pk])).status_code == 403
    copy = browser(dana).get(reverse("library:staff_routine_copy", args=[ours.pk]))
    assert shown(copy) == ["March in place", "Towel curl"]
    assert f'action="{NEW}"' in copy.text
    assert Routine.objects.count() == 1


def test_a_shared_routine_is_read_and_copied_never_changed(browser, miriam, march, answers):
    shared = RoutineFactory(name="Shared start")
    RoutineItemFactory(routine=shared, exercise=march, order=1)
    assert "Shared by all clinics" in browser(miriam).get(page_of(shared)).text
    assert browser(miriam).post(page_of(shared), answers).status_code == 403
    assert browser(miriam).post(reverse("library:staff_routine_retire", args=[shared.pk])).status_code == 403
    assert RoutineContent.of(Routine.objects.get()).name == "Shared start"


def test_a_routine_of_another_clinic_or_colleague_is_answered_with_404(
    browser, clinic, dana, miriam, ours, answers
):
    private = RoutineFactory(clinic=clinic, owner=dana, name="Dana's own")
    missing = uuid.uuid4()
    for user, routine in ((clinician(), ours), (miriam, private), (clinician(clinic), private)):
        for name in ("library:staff_routine_edit", "library:staff_routine_copy"):
            answers_got = [browser(user).get(reverse(name, args=[key])) for key in (routine.pk, missing)]
            assert [answer.status_code for answer in answers_got] == [404, 404]
        assert browser(user).post(page_of(routine), answers).status_code == 404
        assert routine.name not in browser(user).get(LIST).text
    assert "Dana&#x27;s own" in browser(dana).get(LIST).text


def test_retiring_and_bringing_back(browser, miriam, dana, ours):
    response = browser(miriam).post(reverse("library:staff_routine_retire", args=[ours.pk]), follow=True)
    assert "Bring back" in response.text
    assert not Routine.objects.available_to(dana).exists()
    response = browser(miriam).post(reverse("library:staff_routine_restore", args=[ours.pk]), follow=True)
    assert "is in use again" in response.text
    assert Routine.objects.available_to(dana).get() == ours


def test_the_front_desk_is_refused(browser, clinic, ours):
    desk = clinician(clinic, Role.FRONT_DESK)
    for address in (LIST, NEW, page_of(ours)):
        assert browser(desk).get(address).status_code == 403


class TestWhoseARoutineIs:
    """Clinic admins, who may change the clinic's routines, are asked whose a new one is. Others' are their own."""

    @pytest.fixture(params=["a new one", "a copy", "a button beside an exercise"])
    def form(self, request, client, ours, answers):
        def open_form(user):
            client.force_login(user)
            if request.param == "a new one":
                page = client.get(NEW)
            elif request.param == "a copy":
                page = client.get(reverse("library:staff_routine_copy", args=[ours.pk]))
            else:
                add = reverse("library:staff_routine_create_item_down", args=[ours.items.first().exercise_id])
                page = client.post(add, answers)
            assert page.status_code == 200
            return page.content.decode()

        return open_form

    def test_is_asked_of_a_clinic_admin_and_of_no_clinician(self, form, miriam, dana):
        assert 'name="whose"' in form(miriam)
        assert 'name="whose"' not in form(dana)

    def test_decides_who_may_edit_it(self, miriam, dana, ours):
        assert [row.can_edit for row in get_routine_lists(miriam).clinics] == [True]
        assert [row.can_edit for row in get_routine_lists(dana).clinics] == [False]
