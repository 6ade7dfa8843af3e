"""Behaviour shared by all buttons of the plan builder: each has its own URL, and saves what was typed."""

import pytest

from exercises.models import FavouriteExercise
from patients.models import DraftStep, Flag, PlanVersion
from patients.plans.services.drafts import save_draft
from tests.factories import NOON, ExerciseFactory, PatientFlagFactory
from tests.patients.plans.test_draft_views import DraftPage, names

pytestmark = pytest.mark.django_db

#: The rule about standing on one leg, for a patient who fell.
RISK = "risk-of-falling"
#: Button → arguments of its URL: the first line of the draft, a rule on it, an exercise of the library.
BUTTONS = {
    "": (),
    "autosave": (),
    "find": (),
    "continue_to_preview": (),
    "continue_to_publish": (),
    "continue_to_flags": (),
    "change": (),
    "add": ("library",),
    "favourite": ("library",),
    "item_up": ("line",),
    "item_down": ("line",),
    "item_remove": ("line",),
    "item_split": ("line",),
    "item_acknowledge": ("line", "rule"),
    "item_take_back": ("line", "rule"),
    "item_override": ("line", "rule"),
}
#: Buttons that do not send what was typed.
WITHOUT_THE_FORM = ("start", "undo", "discard")


@pytest.fixture
def library(draft):
    return ExerciseFactory(name="Toe raise")


@pytest.fixture
def page(draft, dana, signed_in, library):
    line = draft.items.in_order().first()
    line.exercise.demands = ["single_leg"]
    line.exercise.save()
    PatientFlagFactory(patient=draft.plan.patient, flag=Flag.FELL)
    return DraftPage(signed_in(dana), draft.plan)


@pytest.fixture
def arguments_of(page, draft, library):
    """The arguments of a button's URL: the draft's first line, a rule, an exercise that is not in the draft."""
    line = draft.items.in_order().first().exercise_id
    named = {"line": line, "rule": RISK, "library": library.pk}
    return lambda button: [named[name] for name in BUTTONS.get(button, ())]


@pytest.fixture
def address_of(page, arguments_of):
    return lambda button: page.address(button, *arguments_of(button))


@pytest.fixture
def press(page, arguments_of):
    """Press a button, with the texts it requires in the fields beside it."""

    def press(button):
        arguments = arguments_of(button)
        written = {
            "change": {"bulk-which": "every", "bulk-sets": "2"},
            "item_split": {f"phase-{arguments[0]}": "3"} if arguments else {},
            "item_override": {f"reason-{arguments[0]}/{RISK}": "Strong legs."} if arguments else {},
        }
        return page.press(button, *arguments, **written.get(button, {}))

    return press


@pytest.mark.parametrize("button", BUTTONS)
def test_every_button_saves_what_was_typed_and_its_own_edit_as_one_step(page, press, draft, button):
    page.type(note="Slowly, please.")

    assert press(button).status_code == 302

    draft.refresh_from_db()
    assert (draft.note, draft.edit_number) == ("Slowly, please.", 2)
    assert DraftStep.objects.count() == 1


@pytest.mark.parametrize("button", BUTTONS)
def test_every_button_keeps_what_was_typed_when_it_cannot_be_saved(page, press, draft, button):
    page.type(note="Slowly, please.", weeks="99")

    answer = press(button)

    assert answer.status_code == 200
    assert "Use 1 to 52." in answer.text
    assert "Slowly, please." in answer.text
    assert names(draft) == ["Calf raise", "Ankle circles"]
    draft.refresh_from_db()
    assert (draft.note, draft.edit_number) == ("", 1)


@pytest.mark.parametrize("button", BUTTONS)
def test_no_button_overwrites_a_colleagues_edit(page, press, draft, other, content_of, button):
    content = content_of(draft)
    theirs = content.without(content.lines[1].key)
    save_draft(plan=draft.plan, content=theirs, edit_number=1, by=other, now=NOON)

    page.type(note="Slowly, please.")

    answer = press(button)

    assert answer.status_code == 409
    assert "Omar Haddad changed this draft" in answer.text
    assert "Slowly, please." in answer.text
    draft.refresh_from_db()
    assert (draft.note, draft.edit_number) == ("", 2)


@pytest.mark.parametrize("button", BUTTONS)
def test_every_button_keeps_what_was_typed_when_the_draft_was_published_meanwhile(
    page, press, draft, other, button
):
    PlanVersion.objects.filter(pk=draft.pk).update(published_at=NOON, published_by=other)
    page.type(note="Slowly, please.")

    answer = press(button)

    assert answer.status_code == 409
    assert "Someone published this draft meanwhile" in answer.text
    assert "Slowly, please." in answer.text
    assert PlanVersion.objects.get().note == ""


@pytest.mark.parametrize("button", [*BUTTONS, *WITHOUT_THE_FORM])
def test_a_get_of_a_buttons_url_redirects_to_the_draft_and_changes_nothing(page, address_of, draft, button):
    answer = page.client.get(address_of(button))

    if button:
        assert (answer.status_code, answer.url) == (302, page.url)
    else:
        assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.edit_number == 1
    assert names(draft) == ["Calf raise", "Ankle circles"]
    assert not FavouriteExercise.objects.exists()
