"""Figures of all exercises: proportions, contacts of feet and hands, visible parts, and files."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from exercises.figures import FIGURES, KINDS, body, content_hash, render
from exercises.figures.figure import Figure, places
from exercises.figures.geometry import Affine, bearing
from exercises.figures.shapes import PALETTE, SHOE
from tests.exercises.figures import checks
from tests.exercises.figures.player import played

#: Category, position and support level of each exercise of the catalogue, by slug.
CATALOGUE = {
    "calf-raise": ("balance", "standing", "two_hands"),
    "side-leg-raise": ("balance", "standing", "one_hand"),
    "brisk-walk": ("aerobic", "standing", "none"),
    "low-impact-aerobics": ("aerobic", "standing", "none"),
    "swimming": ("aerobic", "water", "none"),
    "stationary-cycling": ("aerobic", "seated", "none"),
    "plantar-fascia-stretch": ("stretching", "standing", "two_hands"),
    "seated-hamstring-stretch": ("stretching", "seated", "none"),
    "sideways-walk": ("balance", "standing", "fingertips"),
    "grapevine": ("balance", "standing", "fingertips"),
    "heel-to-toe-walk": ("balance", "standing", "fingertips"),
    "one-leg-stand": ("balance", "standing", "fingertips"),
    "heel-to-toe-stand": ("balance", "standing", "fingertips"),
    "balance-walk": ("balance", "standing", "none"),
    "backward-walk": ("balance", "standing", "one_hand"),
    "knee-raise": ("balance", "standing", "fingertips"),
    "step-up": ("balance", "standing", "one_hand"),
    "sit-to-stand": ("balance", "seated", "none"),
    "mini-squat": ("balance", "standing", "two_hands"),
    "back-leg-raise": ("balance", "standing", "two_hands"),
    "toe-raise": ("balance", "standing", "two_hands"),
    "seated-knee-extension": ("balance", "seated", "none"),
    "march-on-the-spot": ("aerobic", "standing", "one_hand"),
    "chair-march": ("aerobic", "seated", "none"),
    "walking-plan": ("aerobic", "standing", "none"),
    "pool-walking": ("aerobic", "water", "one_hand"),
    "seated-ankle-pump": ("stretching", "seated", "none"),
    "seated-dorsiflexion": ("stretching", "seated", "none"),
    "ankle-circles": ("stretching", "seated", "none"),
    "ankle-alphabet": ("stretching", "seated", "none"),
    "towel-toe-curls": ("stretching", "seated", "none"),
    "band-ankle-inversion": ("stretching", "seated", "none"),
    "band-ankle-eversion": ("stretching", "seated", "none"),
    "calf-wall-stretch": ("stretching", "standing", "two_hands"),
    "upper-body-twist": ("stretching", "seated", "none"),
    "chest-stretch": ("stretching", "seated", "none"),
    "neck-rotation": ("stretching", "seated", "none"),
    "ball-squeeze": ("stretching", "seated", "none"),
    "weight-shift-side": ("balance", "standing", "two_hands"),
    "feet-together-stand": ("balance", "standing", "one_hand"),
    "semi-tandem-stand": ("balance", "standing", "one_hand"),
    "sit-to-stand-with-hands": ("balance", "seated", "two_hands"),
    "standing-knee-curl": ("balance", "standing", "two_hands"),
    "wall-push-up": ("balance", "standing", "two_hands"),
    "seated-row-band": ("balance", "seated", "none"),
    "arm-raise": ("balance", "seated", "none"),
    "seated-heel-raise": ("balance", "seated", "none"),
    "toe-press": ("balance", "seated", "none"),
    "toe-spread": ("balance", "seated", "none"),
    "toe-lift": ("balance", "seated", "none"),
    "short-foot": ("balance", "seated", "none"),
    "seated-arm-swing": ("aerobic", "seated", "none"),
    "seated-side-reach": ("balance", "seated", "one_hand"),
}
STANDING = [slug for slug, (_, position, _) in CATALOGUE.items() if position == "standing"]

every_figure = pytest.mark.parametrize("slug", CATALOGUE)


def test_every_exercise_of_the_catalogue_has_a_figure_and_no_figure_is_left_over():
    assert len(CATALOGUE) == 53
    assert set(FIGURES) == set(CATALOGUE)


@every_figure
def test_the_working_limb_has_the_colour_of_the_exercises_category(slug):
    category, _, _ = CATALOGUE[slug]
    assert FIGURES[slug].category == category
    colour = {"balance": "#3B3F8F", "aerobic": "#8C3B1B", "stretching": "#3F5B22"}[category]
    assert all(colour in render(slug, kind) for kind in KINDS)


@every_figure
def test_planted_feet_stay_on_the_ground_and_in_their_place(slug):
    assert not set(checks.find_sliding_feet(FIGURES[slug]))


@pytest.mark.parametrize("slug", STANDING)
def test_someone_who_stands_always_has_a_foot_on_the_ground(slug):
    assert not set(checks.find_feet_off_the_ground(FIGURES[slug]))


@every_figure
def test_the_hands_are_on_the_support_that_the_support_level_asks_for(slug):
    assert not set(checks.find_hands_off_support(FIGURES[slug], CATALOGUE[slug][2]))


@every_figure
def test_every_limb_has_the_length_of_the_bodys_proportions(slug):
    assert not set(checks.find_wrong_limb_lengths(FIGURES[slug]))


@every_figure
def test_no_knee_and_no_elbow_bends_the_wrong_way(slug):
    assert not set(checks.find_wrong_joint_bends(FIGURES[slug]))


@pytest.mark.parametrize(
    ("slug", "side", "still"),
    [
        ("calf-wall-stretch", "right", 1),
        ("seated-hamstring-stretch", "right", 1),
        ("seated-knee-extension", "right", 1),
        ("back-leg-raise", "right", 2),
        ("side-leg-raise", "right", 1),
        ("toe-raise", "right", 1),
        ("calf-raise", "right", 1),
        ("one-leg-stand", "left", 2),
        ("knee-raise", "left", 1),
        ("standing-knee-curl", "left", 2),
        ("wall-push-up", "right", 0),
        ("wall-push-up", "right", 1),
        ("semi-tandem-stand", "left", 2),
        ("feet-together-stand", "right", 2),
    ],
)
def test_a_leg_that_the_exercise_wants_straight_is_drawn_straight(slug, side, still):
    figure = FIGURES[slug]
    at = places(figure.tree, figure.channels(figure.moving.still(still)))
    hip, ankle = at[f"{side}_thigh"](0, 0), at[f"{side}_foot"](0, 0)
    assert hip.to(ankle) > 0.99 * (body.THIGH + body.SHIN)


def _still(slug: str, still: int) -> tuple[Figure, dict[str, Affine]]:
    figure = FIGURES[slug]
    return figure, places(figure.tree, figure.channels(figure.moving.still(still)))


class TestTheFactsOfAnExercise:
    """Facts that the source of an exercise states, measured in its picture."""

    def test_both_feet_stay_flat_while_the_weight_moves_sideways_over_each_of_them(self):
        for still, side in ((1, "left"), (3, "right")):
            figure, at = _still("weight-shift-side", still)
            ankles = {foot: at[f"{foot}_foot"](0, 0).x for foot in body.SIDES}
            middle = (ankles["left"] + ankles["right"]) / 2
            assert all(abs(at[f"{foot}_foot"](0, body.ANKLE_HEIGHT).y) < 0.1 for foot in body.SIDES)
            hips = figure.moving.at(figure.moving.still(still)).hip[0]
            assert abs(hips - ankles[side]) < abs(middle - ankles[side]) / 2

    def test_the_feet_of_the_feet_together_stand_touch(self):
        _, at = _still("feet-together-stand", 2)
        inner = at["left_foot"](-7, body.ANKLE_HEIGHT).x - at["right_foot"](7, body.ANKLE_HEIGHT).x
        assert 0 <= inner < 0.5

    def test_one_foot_of_the_half_heel_to_toe_stand_is_half_a_foot_ahead_and_so_is_the_plan(self):
        _, at = _still("semi-tandem-stand", 2)
        length = body.TOE - body.HEEL
        assert at["right_foot"](0, 0).x - at["left_foot"](0, 0).x == pytest.approx(length / 2, abs=0.5)
        pose = FIGURES["semi-tandem-stand"].moving
        assert pose.at(pose.still(2)).extra["step.x"] == pytest.approx(18, abs=0.5)

    def test_the_thigh_stays_upright_while_the_knee_curls(self):
        _, at = _still("standing-knee-curl", 2)
        hip, knee, ankle = (at[f"right_{part}"](0, 0) for part in ("thigh", "shin", "foot"))
        assert abs(knee.x - hip.x) < 2
        assert ankle.x < knee.x - 30

    def test_hands_push_on_both_armrests_until_the_hips_are_well_off_the_seat(self):
        figure = FIGURES["sit-to-stand-with-hands"]
        assert {prop.name for prop in figure.props} >= {"wall", "chair", "armrest"}
        poses = [figure.moving.at(moment) for moment in figure.moving.moments()]
        free = [pose.hip[1] for pose in poses if not body.is_holding(pose, "right")]
        assert min(free) > body.SITTING + 13
        assert max(free) == pytest.approx(body.STANDING)
        assert all(body.is_holding(pose, "left") == body.is_holding(pose, "right") for pose in poses)

    def test_a_straight_body_leans_to_the_wall_with_the_heels_down(self):
        for still in (0, 1):
            _, at = _still("wall-push-up", still)
            ankle, hip = at["right_foot"](0, 0), at["right_thigh"](0, 0)
            shoulder = at["right_arm"](0, 0)
            assert abs(bearing(ankle, hip) - bearing(hip, shoulder)) < 1
            assert abs(at["right_foot"](body.HEEL, body.ANKLE_HEIGHT).y) < 0.1
            assert at["right_hand"](0, 6).y == pytest.approx(shoulder.y, abs=5)

    def test_the_band_ends_at_the_hips_with_the_elbows_behind(self):
        _, at = _still("seated-row-band", 1)
        hip, shoulder, elbow = at["right_thigh"](0, 0), at["right_arm"](0, 0), at["right_fore"](0, 0)
        assert at["right_hand"](0, 6).to(hip) < 18
        assert elbow.x < shoulder.x - 15

    def test_both_arms_rise_to_the_height_of_the_shoulders(self):
        _, at = _still("arm-raise", 1)
        for side in body.SIDES:
            assert at[f"{side}_hand"](0, 0).y == pytest.approx(at[f"{side}_arm"](0, 0).y, abs=2)

    @pytest.mark.parametrize(("still", "side", "other"), [(1, "right", "left"), (3, "left", "right")])
    def test_one_heel_rises_and_the_ball_of_the_foot_stays(self, still, side, other):
        _, at = _still("seated-heel-raise", still)
        heel, ball = (at[f"{side}_foot"](part, body.ANKLE_HEIGHT).y for part in (body.HEEL, body.BALL))
        assert heel > 8
        assert abs(ball) < 0.1
        assert abs(at[f"{other}_foot"](body.HEEL, body.ANKLE_HEIGHT).y) < 0.1

    def test_the_arm_swings_while_both_feet_rest(self):
        figure = FIGURES["seated-arm-swing"]
        poses = [figure.moving.at(moment) for moment in figure.moving.moments()]
        assert len({(round(pose.right_leg.x, 3), round(pose.left_leg.x, 3)) for pose in poses}) == 1
        assert len({pose.right_arm for pose in poses}) > 10

    def test_the_hips_stay_on_the_seat_during_the_side_reach(self):
        figure = FIGURES["seated-side-reach"]
        hips = [figure.moving.at(moment).hip for moment in figure.moving.moments()]
        assert all(hip == pytest.approx(hips[0]) for hip in hips)

    @pytest.mark.parametrize("slug", ["toe-press", "toe-spread", "toe-lift", "short-foot", "towel-toe-curls"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_toes_work_in_socks_and_no_shoe_is_drawn(self, slug, kind):
        assert PALETTE["sock"] in render(slug, kind)
        assert PALETTE["shoe_far"] not in render(slug, kind)

    @pytest.mark.parametrize("slug", ["upper-body-twist", "neck-rotation"])
    def test_a_turn_goes_to_the_right_first_as_the_steps_say(self, slug):
        motion = FIGURES[slug].moving
        first, second = (motion.at(motion.still(still)).extra["face.x"] for still in (1, 3))
        assert first < 0 < second, "seen from the front, the right side is on the left of the picture"

    def test_the_knees_of_the_mini_squat_bend_only_a_little(self):
        _, at = _still("mini-squat", 1)
        hip, knee, ankle = (at[f"right_{part}"](0, 0) for part in ("thigh", "shin", "foot"))
        assert 20 < abs(bearing(hip, knee) - bearing(knee, ankle)) < 60

    @pytest.mark.parametrize("slug", ["seated-row-band", "seated-heel-raise"])
    def test_the_feet_wear_shoes_where_the_words_say_so(self, slug):
        assert SHOE in render(slug, "strip")
        assert PALETTE["sock"] not in render(slug, "strip")


@every_figure
def test_the_body_or_the_moving_part_is_in_the_picture(slug):
    assert not set(checks.find_parts_outside_picture(FIGURES[slug]))


@every_figure
@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_small_well_formed_described_and_contains_nothing_that_a_strict_policy_forbids(
    slug, kind
):
    assert not set(checks.find_file_faults(render(slug, kind)))


@every_figure
def test_only_the_moving_picture_moves(slug):
    assert "<animate" in render(slug, "moving")
    assert "<animate" not in render(slug, "strip") + render(slug, "thumb")
    assert len({content_hash(slug, kind) for kind in KINDS}) == len(KINDS)


@every_figure
@pytest.mark.parametrize("share", [0, 0.17, 0.5, 0.83])
def test_the_animation_in_the_file_agrees_with_the_description(slug, share):
    """The positions of the shoes in the file, computed without poses, agree with those of the joints."""
    figure = FIGURES[slug]
    if figure.rig or figure.view != "side":
        outlines = played(render(slug, "moving"), share)
        assert outlines
        return
    _, at, pan = checks.moments(figure)[round(share * checks.MOMENTS)]
    share = round(share * checks.MOMENTS) / checks.MOMENTS
    shoes = [outline.place(0, 0) for outline in played(render(slug, "moving"), share) if outline.d == SHOE]
    ankles = [at[f"{side}_foot"](0, 0) for side in checks.limbs(figure, "foot")]
    assert shoes
    assert len(shoes) == len(ankles)
    for ankle in ankles:
        assert min(shoe.to(ankle._replace(x=ankle.x + pan)) for shoe in shoes) < 0.8


@every_figure
def test_the_description_names_the_side_if_only_one_side_works(slug):
    figure = FIGURES[slug]
    sides = {name.partition("_")[0] for name in figure.working} & {"left", "right"}
    if len(sides) == 1:
        assert next(iter(sides)) in str(figure.desc)
    else:
        assert str(figure.desc).endswith(".")


def test_a_picture_is_drawn_once_and_its_hash_is_fit_for_an_address():
    assert render("calf-raise", "thumb") is render("calf-raise", "thumb")
    hashes = {content_hash(slug, kind) for slug in CATALOGUE for kind in KINDS}
    assert len(hashes) == len(CATALOGUE) * len(KINDS)
    assert all(len(name) == 12 and int(name, 16) >= 0 for name in hashes)


def test_two_pictures_in_one_page_share_no_ids():
    ids: set[str] = set()
    for slug in CATALOGUE:
        for kind in KINDS:
            mine = {part.split('"')[0] for part in render(slug, kind).split(' id="')[1:]}
            assert not mine & ids
            ids |= mine
    assert ids


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_every_process_draws_the_same_picture(seed):
    """String hashes differ between processes, so no drawing may depend on the order of a set."""
    script = (
        "from django.conf import settings; settings.configure(USE_I18N=False)\n"
        "from exercises.figures import KINDS, content_hash\n"
        "print(*(content_hash(slug, kind) for slug in ('low-impact-aerobics', 'ball-squeeze') for kind in KINDS))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    here = [content_hash(slug, kind) for slug in ("low-impact-aerobics", "ball-squeeze") for kind in KINDS]
    assert run.stdout.split() == here


def test_an_unknown_exercise_is_an_error_and_not_an_empty_picture():
    with pytest.raises(KeyError):
        render("cartwheel", "thumb")
