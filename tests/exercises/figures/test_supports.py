"""Figures at other support levels: the hands that touch the support, measured on the drawing, and everything else."""

from __future__ import annotations

import pytest

from exercises.catalogue import EXERCISES
from exercises.figures import FIGURES, KINDS, can_show, content_hash, get_figure, list_supports, render
from exercises.figures.shapes import CLOSED_EYE, CLOSED_EYES_FRONT, EYE, EYES_FRONT
from exercises.figures.supports import LEVELS, SENTENCES, describe
from exercises.library.images import get_unlike_picture
from exercises.models import Support
from tests.exercises.catalogue.test_support_steps import named_supports
from tests.exercises.figures import checks
from tests.exercises.figures.test_figures import CATALOGUE, STANDING
from tests.factories import ExerciseFactory

#: Figures that hold on to something, with the support levels that each of them offers besides its own.
OFFERED = {
    "calf-raise": {"one_hand", "fingertips", "none", "eyes_closed"},
    "toe-raise": {"one_hand", "fingertips", "none", "eyes_closed"},
    "mini-squat": {"one_hand", "fingertips", "none", "eyes_closed"},
    "back-leg-raise": {"one_hand", "fingertips", "none", "eyes_closed"},
    "standing-knee-curl": {"one_hand", "fingertips", "none", "eyes_closed"},
    "one-leg-stand": {"two_hands", "one_hand", "none", "eyes_closed"},
    "knee-raise": {"two_hands", "one_hand", "none", "eyes_closed"},
    "heel-to-toe-stand": {"two_hands", "one_hand", "none", "eyes_closed"},
    "semi-tandem-stand": {"two_hands", "fingertips", "none", "eyes_closed"},
    "feet-together-stand": {"two_hands", "fingertips", "none", "eyes_closed"},
    "side-leg-raise": {"two_hands", "fingertips", "none", "eyes_closed"},
    "weight-shift-side": {"one_hand", "fingertips", "none"},
    "sideways-walk": {"two_hands", "one_hand", "none"},
    "grapevine": {"two_hands", "one_hand", "none"},
    "step-up": {"two_hands", "fingertips", "none"},
    "march-on-the-spot": {"two_hands", "fingertips", "none"},
    "heel-to-toe-walk": {"two_hands", "one_hand", "none"},
    "backward-walk": {"two_hands", "fingertips", "none"},
    "balance-walk": {"two_hands", "one_hand", "fingertips"},
    "pool-walking": {"fingertips", "none"},
    "sit-to-stand": {"two_hands", "one_hand"},
}
#: Standing figures in which only the own support makes sense: walks outdoors, a class, and hands that push a wall.
ONLY_THEIR_OWN = {
    "brisk-walk",
    "walking-plan",
    "low-impact-aerobics",
    "wall-push-up",
    "calf-wall-stretch",
    "plantar-fascia-stretch",
}
#: Every figure with every support that it can show, its own included.
SHOWN = [(slug, support) for slug in CATALOGUE for support in list_supports(slug)]
VARIANTS = [
    (slug, support) for slug, supports in OFFERED.items() for support in LEVELS if support in supports
]

every_variant = pytest.mark.parametrize(("slug", "support"), VARIANTS)


def test_the_levels_are_those_of_the_plans():
    assert list(Support) == list(LEVELS)


def test_every_standing_figure_offers_supports_or_has_a_reason():
    assert set(STANDING) == (set(OFFERED) - {"pool-walking", "sit-to-stand"}) | ONLY_THEIR_OWN
    for slug, (_, _, own) in CATALOGUE.items():
        assert set(list_supports(slug)) == {own} | OFFERED.get(slug, set())


@pytest.mark.parametrize(
    ("slug", "support"), [row for row in SHOWN if row[0] in OFFERED or row[0] in STANDING]
)
def test_as_many_hands_touch_the_support_as_the_level_says(slug, support):
    """The hands are measured where they are drawn; which hands the figure's description calls holding is not read."""
    figure = get_figure(slug, support)
    touch = checks.find_touching_hands(figure)
    if support == "two_hands":
        assert touch == {"right": "palm", "left": "palm"}
    elif support == "one_hand":
        assert list(touch.values()) == ["palm"]
    elif slug == "grapevine":
        # On a wall that is seen from the front, any part of a raised hand touches.
        assert len(touch) == (2 if support == "fingertips" else 0)
    elif support == "fingertips":
        assert set(touch.values()) == {"tips"}
    else:
        assert touch == {}


@pytest.mark.parametrize(
    ("slug", "support"),
    [
        row
        for row in SHOWN
        if row[1] in {"none", "eyes_closed"} and row[0] in OFFERED and get_figure(*row).grip
    ],
)
def test_hands_that_do_not_hold_on_stay_just_above_the_support(slug, support):
    gaps = checks.get_hand_gaps(get_figure(slug, support))
    if slug == "grapevine":
        assert min(gaps.values()) > 20
    else:
        assert any(3 * checks.ONE_PER_CENT < gap < 8 * checks.ONE_PER_CENT for gap in gaps.values())


@every_variant
def test_a_variant_is_as_sound_as_its_figure(slug, support):
    figure = get_figure(slug, support)
    assert not {
        *checks.find_sliding_feet(figure),
        *(checks.find_feet_off_the_ground(figure) if slug in STANDING else ()),
        *checks.find_hands_off_support(figure, support),
        *checks.find_wrong_limb_lengths(figure),
        *checks.find_wrong_joint_bends(figure),
        *checks.find_parts_outside_picture(figure),
    }


@every_variant
@pytest.mark.parametrize("kind", KINDS)
def test_the_file_of_a_variant_is_sound_too(slug, support, kind):
    assert not set(checks.find_file_faults(render(slug, kind, support)))


@every_variant
def test_feet_and_trunk_move_as_in_the_figure_itself(slug, support):
    figure, variant = FIGURES[slug], get_figure(slug, support)
    if support in figure.instead:
        return
    for moment in figure.moving.moments():
        pose, other = figure.moving.at(moment), variant.moving.at(moment)
        assert (pose.hip, pose.lean, pose.right_leg, pose.left_leg) == (
            other.hip,
            other.lean,
            other.right_leg,
            other.left_leg,
        )


@pytest.mark.parametrize(("slug", "support"), SHOWN)
def test_eyes_are_closed_only_at_the_level_eyes_closed(slug, support):
    closed = {CLOSED_EYE, CLOSED_EYES_FRONT} & set(render(slug, "moving", support).split('"'))
    opened = {EYE, EYES_FRONT} & set(render(slug, "moving", support).split('"'))
    assert bool(closed) == (support == "eyes_closed")
    assert not (closed and opened)


def test_eyes_closed_is_not_offered_where_the_face_is_not_seen_or_while_someone_walks():
    for slug, support in SHOWN:
        figure = get_figure(slug, support)
        if support == "eyes_closed":
            assert figure.view != "back"
            assert not figure.moving.travel


@every_variant
def test_the_description_tells_how_the_hands_hold_on(slug, support):
    if get_figure(slug, support).grip:
        assert f"{SENTENCES[support]}</desc>" in render(slug, "strip", support)


@pytest.mark.parametrize("entry", EXERCISES, ids=lambda entry: entry.slug)
@pytest.mark.parametrize("support", Support)
def test_words_and_picture_agree_on_how_to_hold_on(entry, support):
    """A level that the picture cannot show is said beside it."""
    meant = {Support(support)}
    words = named_supports([entry.start_position, *entry.list_steps(support)])
    drawn = (
        named_supports([describe(get_figure(entry.slug, support))])
        if can_show(entry.slug, support)
        else set()
    )
    said = named_supports([get_unlike_picture(ExerciseFactory.build(slug=entry.slug), support)])

    for named in (words, drawn, said):
        # With closed eyes, no hand holds on.
        assert named - ({Support.NONE} if support == "eyes_closed" else set()) <= meant
    if entry.position == "standing" and support in {"two_hands", "one_hand", "fingertips"}:
        assert words == meant
    assert can_show(entry.slug, support) or said == meant


def test_the_own_support_is_the_figure_itself():
    for slug, (_, _, own) in CATALOGUE.items():
        assert get_figure(slug, own) is FIGURES[slug]
        assert render(slug, "strip", own) is render(slug, "strip")


def test_all_variants_have_different_pictures_and_share_no_ids():
    hashes = [content_hash(slug, kind, support) for slug, support in SHOWN for kind in KINDS]
    assert len(set(hashes)) == len(hashes)
    ids: set[str] = set()
    for slug, support in SHOWN:
        for kind in KINDS:
            mine = {part.split('"')[0] for part in render(slug, kind, support).split(' id="')[1:]}
            assert not mine & ids
            ids |= mine


def test_a_figure_says_which_supports_it_cannot_show():
    assert can_show("calf-raise", "one_hand")
    assert can_show("calf-raise", Support.EYES_CLOSED)
    assert not can_show("brisk-walk", "two_hands")
    assert not can_show("weight-shift-side", "eyes_closed")
    assert not can_show("cartwheel", "none")
    with pytest.raises(KeyError):
        render("brisk-walk", "strip", "two_hands")
