"""Support on a phone: in exercises that start sitting, in gentler ones, and in those that replace others."""

import re

import pytest
from django.urls import reverse

from exercises.models import Equipment, ExerciseStep, Position, Support
from patients.alerts.selectors.alert_details import describe_done
from patients.models import Flag, SessionEntry
from patients.sessions.offline.snapshot import get_snapshot
from patients.sessions.selectors.session_progress import gentler_step, get_session_progress, list_sessions
from tests.factories import (
    NOON,
    ExerciseFactory,
    ExerciseHoldFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.patients.session_steps import get_ready, open_session, text, url
from tests.patients.sessions.offline.offline_steps import kept_session, make_own, send

pytestmark = pytest.mark.django_db


def getting_up(**fields):
    return ExerciseFactory(
        **{
            "slug": "sit-to-stand",
            "name": "Sit to stand",
            "position": Position.SEATED,
            "demands": ["weight_bearing", "standing", "rise", "resistance"],
            "support": Support.NONE,
        }
        | fields
    )


def bike(**fields):
    exercise = ExerciseFactory(
        **{
            "slug": "stationary-cycling",
            "name": "Cycling",
            "position": Position.SEATED,
            "demands": ["aerobic", "foot_pressure", "foot_motion", "single_leg"],
            "support": Support.NONE,
        }
        | fields
    )
    exercise.equipment.add(Equipment.objects.create(slug="bike", name="stationary bike"))
    ExerciseStep.objects.create(exercise=exercise, order=3, kind="support")
    return exercise


def sitting(**fields):
    return ExerciseFactory(
        **{"name": "Arm raise", "position": Position.SEATED, "demands": [], "support": Support.NONE} | fields
    )


def upright(**fields):
    """Return an upright exercise, as an administrator may set as an alternative."""
    return ExerciseFactory(
        **{
            "name": "Stand and shift",
            "position": Position.STANDING,
            "demands": ["single_leg"],
            "support": Support.FINGERTIPS,
        }
        | fields
    )


@pytest.fixture
def start(phone, patient):
    """Return a function that publishes a plan of these exercises and starts a session: the session and its items."""

    def of(*exercises):
        version = published_plan(patient, list(exercises))
        session = open_session(version, pain_before=2)
        get_ready(phone, session)
        return session, list(version.items.in_order())

    return of


def offered(page):
    """Return the support levels that "Hold on more" offers on a page."""
    return re.findall(r'name="support" value="(\w+)"', page)


class TestAnExerciseThatStartsSitting:
    @pytest.mark.parametrize(
        ("support", "words", "more"),
        [
            ("none", "No hands", ["fingertips", "one_hand", "two_hands"]),
            ("one_hand", "Hold on with one hand", ["two_hands"]),
            ("two_hands", "Hold on with two hands", []),
        ],
    )
    def test_names_its_support_and_offers_more(self, phone, start, support, words, more):
        session, (item,) = start(getting_up(support=support))
        page = text(phone.get(url("step", session, item)))
        assert f'<p class="support-level-text">{words}</p>' in page
        assert offered(page) == more
        assert words in text(phone.get(reverse("my:exercise", args=[item.pk])))

    def test_keeps_the_support_that_the_patient_chose(self, phone, start):
        session, (item,) = start(getting_up())
        phone.post(url("step", session, item), {"outcome": "done", "support": "two_hands"})
        entry = SessionEntry.objects.get()
        assert entry.support == "two_hands"
        assert "hold on with two hands" in describe_done(entry)

    def test_takes_no_less_than_the_plan_asks_for(self, phone, start):
        session, (item,) = start(getting_up(support="one_hand"))
        phone.post(url("step", session, item), {"outcome": "done", "support": "none"})
        assert SessionEntry.objects.get().support == ""

    def test_shows_in_its_picture_what_a_new_flag_asks_for(self, phone, patient, start):
        session, (item,) = start(getting_up())
        PatientFlagFactory(patient=patient, flag=Flag.BP_DROP)
        page = text(phone.get(url("step", session, item)))
        assert "Hold on with two hands" in page
        assert "/figures/sit-to-stand.two_hands-strip" in page


class TestASittingExercise:
    def test_names_no_support_and_offers_none(self, phone, start):
        session, (item,) = start(sitting())
        page = text(phone.get(url("step", session, item)))
        assert "support-level-text" not in page
        assert "Hold on more" not in page
        assert "No hands" not in text(phone.get(reverse("my:exercise", args=[item.pk])))

    def test_names_the_support_that_a_clinician_has_set(self, phone, start):
        session, (item,) = start(sitting(slug="seated-side-reach", support="one_hand"))
        page = text(phone.get(url("step", session, item)))
        assert "Hold on with one hand" in page
        assert offered(page) == ["two_hands"]

    def test_swimming_names_none_and_offers_none(self, phone, start):
        session, (item,) = start(sitting(position=Position.WATER, demands=["deep_water", "immersion"]))
        page = text(phone.get(url("step", session, item)))
        assert "support-level-text" not in page
        assert "Hold on more" not in page


class TestTheBike:
    def test_never_says_no_hands_and_can_be_held_more(self, phone, start):
        session, (item,) = start(bike())
        page = text(phone.get(url("step", session, item)))
        assert "No hands" not in page
        assert "As shown" in page
        assert offered(page) == ["fingertips", "one_hand", "two_hands"]
        assert "another way to hold on" not in page

    @pytest.mark.parametrize(
        ("flag", "words", "step"),
        [
            (Flag.FELL, "Hold on with one hand", "Hold the bars with one hand as you get on and off."),
            (
                Flag.AMPUTATION,
                "Hold on with two hands",
                "Hold the bars with both hands as you get on and off.",
            ),
        ],
    )
    def test_says_what_a_flag_asks_for(self, phone, patient, start, flag, words, step):
        session, (item,) = start(bike())
        PatientFlagFactory(patient=patient, flag=flag)
        page = text(phone.get(url("step", session, item)))
        assert words in page
        assert step in page
        assert f"The picture shows another way to hold on. Do this: {words}." in page


class TestTheGentlerExercise:
    """The flag `fell` asks for one hand; the catalogue suggests fingertips."""

    @pytest.fixture
    def step(self, start):
        self.gentle = upright()
        session, (item,) = start(ExerciseFactory(name="Lunge", demands=["single_leg"], easier=self.gentle))
        return session, item

    @pytest.mark.parametrize(("has_fallen", "support"), [(True, "one_hand"), (False, "fingertips")])
    def test_is_done_with_the_support_that_the_patient_needs(self, phone, patient, step, has_fallen, support):
        if has_fallen:
            PatientFlagFactory(patient=patient, flag=Flag.FELL)
        session, item = step
        (shown,) = get_session_progress(list_sessions(patient, NOON).get(), NOON).steps
        assert gentler_step(shown).line.support == support
        page = text(phone.get(url("gentler", session, item)))
        assert f'<p class="support-level-text">{Support(support).label}</p>' in page
        assert offered(page) == [level.value for level in Support(support).more]

    @pytest.mark.parametrize(("has_fallen", "support"), [(True, "one_hand"), (False, "fingertips")])
    def test_is_the_same_on_a_phone_without_a_connection(self, patient, step, has_fallen, support):
        if has_fallen:
            PatientFlagFactory(patient=patient, flag=Flag.FELL)
        (kept,) = get_snapshot(patient, patient.user, NOON).steps
        assert kept.gentler.line.support == support

    def test_keeps_the_support_that_the_patient_chose(self, phone, step):
        session, item = step
        answer = {"outcome": "done", "way": "gentler", "instead": self.gentle.pk, "support": "two_hands"}
        phone.post(url("step", session, item), answer)
        entry = SessionEntry.objects.get()
        assert (entry.instead, entry.support) == (self.gentle, "two_hands")

    def test_takes_no_less_than_the_patient_needs(self, phone, patient, step):
        PatientFlagFactory(patient=patient, flag=Flag.FELL)
        session, item = step
        for support in ("one_hand", "fingertips", "none"):
            answer = {"outcome": "done", "way": "gentler", "instead": self.gentle.pk, "support": support}
            phone.post(url("step", session, item), answer)
            assert SessionEntry.objects.get().support == ""

    def test_is_called_sitting_only_if_nobody_gets_up_in_it(self, phone, start):
        session, items = start(
            getting_up(easier=sitting()),
            upright(name="Walk", easier=bike()),
            sitting(name="Seated march", easier=sitting(name="Hum")),
        )
        pages = [text(phone.get(url("easier", session, item))) for item in items]
        assert "Do this sitting: Arm raise" in pages[0]
        assert "Do a gentler one: Cycling" in pages[1]
        assert "Do a gentler one: Hum" in pages[2]


class TestASubstitute:
    def test_keeps_the_support_that_the_patient_chose(self, phone, patient, start):
        reach = sitting(name="Side reach", slug="seated-side-reach", support="one_hand")
        session, (item,) = start(upright(easier=reach))
        ExerciseHoldFactory(patient=patient)
        page = text(phone.get(url("step", session, item)))
        assert "<h1>Side reach</h1>" in page
        assert offered(page) == ["two_hands"]
        phone.post(url("step", session, item), {"outcome": "done", "support": "two_hands"})
        entry = SessionEntry.objects.get()
        assert (entry.instead, entry.support) == (reach, "two_hands")


class TestOnAPhoneWithoutAConnection:
    @pytest.fixture
    def page(self, phone, patient):
        make_own(phone)
        self.version = published_plan(patient, [getting_up(), bike(), sitting()])
        whole = text(phone.get("/my/offline/"))
        screens = re.split(r'(?=data-screen=")', whole)

        def screen(item):
            return next(each for each in screens if each.startswith(f'data-screen="step:{item.pk}"'))

        return [screen(item) for item in self.version.items.in_order()]

    def test_each_step_names_and_offers_what_the_page_of_the_session_does(self, page):
        rising, cycling, arms = page
        assert '<p class="support-level-text">No hands</p>' in rising
        assert offered(rising) == ["fingertips", "one_hand", "two_hands"]
        assert "support-level-text" not in cycling
        assert offered(cycling) == ["fingertips", "one_hand", "two_hands"]
        assert "Hold the bars as you get on and off the bike." in cycling
        assert "support-level-text" not in arms
        assert offered(arms) == []

    def test_the_chosen_support_arrives(self, phone, page):
        item = self.version.items.in_order().first()
        entry = {"item": str(item.pk), "outcome": "done", "effort": "easy", "at": NOON.isoformat()}
        kept = kept_session(self.version, entries=[entry | {"support": "one_hand"}])
        assert send(phone, kept).status_code == 200
        assert SessionEntry.objects.get().support == "one_hand"
