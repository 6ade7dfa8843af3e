"""The checks of figures find planted errors, and report nothing for a correct figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exercises.figures import FIGURES, body, render
from exercises.figures.figure import Camera, Figure
from exercises.figures.motion import Frame
from exercises.figures.pose import Arm, Foot, Hand, Leg, Pose
from exercises.figures.props import counter, ground
from exercises.figures.shapes import Node
from tests.exercises.figures import checks

SOUND = Pose(
    (0, body.STANDING),
    right_leg=Foot(-1),
    left_leg=Foot(2),
    right_arm=Hand(36, 88, on="counter"),
    left_arm=Hand(40, 88, on="counter"),
)


def figure(*poses: Pose, camera: Camera | None = None) -> Figure:
    """Return a figure at a counter with these poses as its motion."""
    return Figure(
        title="Test",
        desc="Someone stands at a counter.",
        category="balance",
        frames=[Frame(pose) for pose in poses],
        props=(ground(), counter(30)),
        camera=camera or Camera(20, -10, 180),
    )


def complaints(drawn: Figure) -> set[str]:
    """Return the errors of all checks for a figure that requires two hands on the support."""
    return {
        *checks.find_sliding_feet(drawn),
        *checks.find_feet_off_the_ground(drawn),
        *checks.find_hands_off_support(drawn, "two_hands"),
        *checks.find_wrong_limb_lengths(drawn),
        *checks.find_wrong_joint_bends(drawn),
        *checks.find_parts_outside_picture(drawn),
    }


def test_a_correct_figure_has_no_errors():
    assert not complaints(figure(SOUND, SOUND.replace(hip=(-12, 72), lean=20)))


def test_hips_too_high_for_the_feet_are_found():
    lifted = figure(SOUND, SOUND.replace(hip=(0, body.STANDING + 4)))
    assert any("from where it stands" in each for each in checks.find_sliding_feet(lifted))
    assert any("in the air" in each for each in checks.find_feet_off_the_ground(lifted))


def test_a_foot_one_and_a_half_per_cent_above_the_ground_is_found():
    lifted = figure(SOUND.replace(hip=(0, body.STANDING + 2.6)))
    assert any("in the air" in each for each in checks.find_feet_off_the_ground(lifted))


def test_a_foot_that_slides_while_it_stands_is_found():
    sliding = figure(SOUND, SOUND.replace(right_leg=Foot(14)))
    assert any("the right foot slides" in each for each in checks.find_sliding_feet(sliding))
    assert not any("the left foot" in each for each in checks.find_sliding_feet(sliding))


def test_a_foot_through_the_ground_is_found():
    sunk = figure(SOUND.replace(right_leg=Leg(0, 0, -30)))
    assert any("through the ground" in each for each in checks.find_sliding_feet(sunk))


@pytest.mark.parametrize(
    ("hand", "complaint"),
    [
        (Hand(36, 92, on="counter"), "off the counter"),
        (Hand(24, 88, on="counter"), "off the counter"),
        (Hand(36, 88, on="bannister"), "there is no bannister"),
        (Hand(36, 88), "1 hands hold on, 2 are needed"),
    ],
)
def test_a_hand_beside_its_support_is_found(hand, complaint):
    assert any(
        complaint in each
        for each in checks.find_hands_off_support(figure(SOUND.replace(right_arm=hand)), "two_hands")
    )


def test_a_support_out_of_reach_is_found_because_arms_do_not_stretch():
    far = figure(SOUND.replace(hip=(-24, 80), right_leg=Foot(-24), left_leg=Foot(-20)))
    assert any("off the counter" in each for each in checks.find_hands_off_support(far, "two_hands"))
    assert not set(checks.find_wrong_limb_lengths(far))


def test_a_whole_hand_where_fingertips_should_be_is_found():
    assert any("fingertips" in each for each in checks.find_hands_off_support(figure(SOUND), "fingertips"))


def test_a_hand_that_is_called_holding_but_drawn_above_the_support_does_not_count_as_touching():
    assert checks.find_touching_hands(figure(SOUND)) == {"right": "palm", "left": "palm"}
    above = SOUND.replace(right_arm=Hand(36, 92, on="counter"))
    assert checks.find_touching_hands(figure(above)) == {"left": "palm"}
    unnamed = SOUND.replace(right_arm=Hand(36, 88))
    assert checks.find_touching_hands(figure(unnamed)) == {"right": "palm", "left": "palm"}
    on_tips = SOUND.replace(right_arm=Hand(35, 88, 36, on="counter", tips=True))
    assert checks.find_touching_hands(figure(on_tips)) == {"right": "tips", "left": "palm"}


@pytest.mark.parametrize("bone", ["right_fore", "left_hand", "right_shin", "left_foot"])
def test_a_limb_that_is_too_long_is_found(bone):
    def longer(node: Node) -> Node:
        items = tuple(longer(item) if isinstance(item, Node) else item for item in node.items)
        at = (node.at[0], node.at[1] + 3) if node.name == bone else node.at
        return replace(node, at=at, items=items)

    sound = figure(SOUND)
    assert any(
        "long, not" in each for each in checks.find_wrong_limb_lengths(replace(sound, rig=longer(sound.tree)))
    )


@pytest.mark.parametrize(
    ("pose", "joint"),
    [
        (SOUND.replace(right_leg=Leg(0, -20)), "right knee"),
        (SOUND.replace(left_leg=Leg(40, 165)), "left knee"),
        (SOUND.replace(right_arm=Arm(20, -25)), "right elbow"),
    ],
)
def test_a_joint_bent_the_wrong_way_is_found(pose, joint):
    assert any(joint in each for each in checks.find_wrong_joint_bends(figure(pose)))


def test_a_body_that_leaves_the_picture_is_found():
    cropped = figure(SOUND, camera=Camera(20, -10, 150))
    assert any("crown is outside" in each for each in checks.find_parts_outside_picture(cropped))


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("<g ", '<g style="fill:red" ', "style= does not belong here"),
        ("<desc>", "<style>g{}</style><desc>", "the style does more than to give colours"),
        ("<path", "<script/><path", "<script> does not belong here"),
        ("<path", '<path onclick="go()"', "onclick= does not belong here"),
        ("<path", '<path marker-end="url(#a)"', "marker-end= does not belong here"),
        ("</svg>", "<linearGradient/></svg>", "<linearGradient> does not belong here"),
        ("</svg>", "", "not well-formed"),
        ("</svg>", f"<g>{' ' * 8000}</g></svg>", "is too large"),
        ("<title>Calf raise</title>", "", "no title and description"),
        ('keyTimes="0;', 'keyTimes="0.2;', "times do not run from 0 to 1"),
        ('values="', 'values="0;', "as many times as values"),
        ('href="#', 'href="#nowhere', "leads nowhere"),
    ],
)
def test_a_fault_in_a_file_is_found(before, after, complaint):
    sound = render("calf-raise", "moving")
    assert not set(checks.find_file_faults(sound))
    assert before in sound
    assert any(complaint in each for each in checks.find_file_faults(sound.replace(before, after)))


def test_poses_with_different_joints_cannot_form_a_motion():
    with pytest.raises(ValueError, match="must define the same joints"):
        _ = figure(SOUND, SOUND.replace(right_leg=Leg(10))).moving


def test_the_checks_look_at_more_than_one_moment():
    assert len({pose.hip for pose, _, _ in checks.moments(FIGURES["mini-squat"])}) > 20
