"""The picture of a prescribed exercise shows the support that the clinician set, on every page and on paper."""

import pytest
from django.urls import reverse

from exercises.library.images import picture
from exercises.models import Position, Support
from patients.documents.handout import handout, handout_html
from tests.factories import NOON, ExerciseFactory, clinician, published_plan
from tests.patients.session_steps import get_ready, text, url
from tests.patients.sessions.offline.offline_steps import make_own

pytestmark = pytest.mark.django_db


def prescribe(patient, slug, support):
    exercise = ExerciseFactory(slug=slug, name="Calf raise", position=Position.STANDING, support=support)
    return published_plan(patient, [exercise])


@pytest.fixture
def version(patient):
    """A plan with the calf raise, whose picture in the library holds on with both hands, with one hand."""
    return prescribe(patient, "calf-raise", Support.ONE_HAND)


def shown(page, kind, slug="calf-raise", support="one_hand"):
    """Return True if the page shows this figure with this support, and with no other."""
    return picture(slug, kind, support=support).url in page and f"/{slug}-{kind}." not in page


def test_the_step_of_a_session(phone, session, items):
    get_ready(phone, session)

    assert shown(text(phone.get(url("step", session, items[0]))), "strip")


def test_the_page_of_the_exercise(phone, items):
    assert shown(text(phone.get(reverse("my:exercise", args=[items[0].pk]))), "strip")


@pytest.mark.parametrize("page", ["my:today", "my:plan", "my:offline"])
def test_lists_of_the_plan(phone, version, page):
    make_own(phone)

    assert shown(text(phone.get(reverse(page))), "thumb")


def test_the_steps_on_a_phone_without_a_connection(phone, version):
    make_own(phone)

    assert shown(text(phone.get(reverse("my:offline"))), "strip")


def test_the_handout(version):
    html = handout_html(handout(version, version.plan.patient, now=NOON), paper="letter")

    assert 'src="figure:calf-raise.one_hand"' in html
    assert "Hold on with one hand" in html


def test_the_plan_as_the_team_reads_it(signed_in, patient, version):
    page = text(
        signed_in(clinician(patient.clinic)).get(
            reverse("staff:plan_version", args=[version.plan_id, version.number])
        )
    )

    assert shown(page, "thumb")


def test_words_say_a_support_that_the_picture_cannot_show(phone, patient):
    item = prescribe(patient, "wall-push-up", Support.ONE_HAND).items.get()

    page = text(phone.get(reverse("my:exercise", args=[item.pk])))

    assert "The picture shows another way to hold on. Do this: Hold on with one hand." in page
