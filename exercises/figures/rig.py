"""Body as a tree of joints, with the shapes of each joint, their colours and their order."""

from __future__ import annotations

from collections.abc import Collection

from . import body
from . import shapes as art
from .shapes import PEOPLE, Node, Shape


class LimbColours:
    """Colours of a person with some working limbs. In a side view the left limbs are the far ones."""

    def __init__(
        self,
        person: str,
        working: Collection[str],
        view: body.View,
        outfit: str = "day",
        *,
        detail: bool = False,
    ) -> None:
        self.person = PEOPLE[person]
        self.working = set(working)
        self.view = view
        self.outfit = outfit
        self.detail = detail

    def far(self, side: str) -> str:
        """Return the suffix of the colour names of this side: "_far" for the far side."""
        return "_far" if self.view == "side" and side == "left" else ""

    def get_colour(self, side: str, part: str, usual: str) -> str:
        """Return the colour name of a limb: `work` if the limb, or its whole arm or leg, works."""
        whole = {"thigh": "leg", "shin": "leg", "foot": "foot", "arm": "arm", "fore": "arm"}[part]
        works = {f"{side}_{part}", f"{side}_{whole}"} & self.working
        if self.outfit == "swim" and usual == "trousers":
            usual = "skin"
        return f"work{self.far(side)}" if works else f"{usual}{self.far(side)}"


def _foot(colours: LimbColours, side: str) -> Node:
    """Return a foot with a shoe or a sock. In the side view it bends at the ball of the foot."""
    colour = f"{'sock' if colours.outfit == 'socks' else 'shoe'}{colours.far(side)}"
    if colours.view != "side":
        return Node(f"{side}_foot", (0, body.SHIN), (Shape(art.SHOE_FRONT, colour),))
    rim = (Shape(art.SOLE_TOES, "sole"),) if colours.detail else ()
    laces = (Shape(art.SOLE, "sole"), Shape(art.LACES, "", "sole", 0.9)) if colours.detail else ()
    toes = Node(f"{side}_toes", (body.BALL, body.ANKLE_HEIGHT), (Shape(art.SHOE_TOES, colour), *rim))
    return Node(f"{side}_foot", (0, body.SHIN), (toes, Shape(art.SHOE, colour), *laces))


def leg(colours: LimbColours, side: str, *, seated: bool = False) -> Node:
    """Return a leg. `seated` shortens the thigh in a front view, since it points at the viewer."""
    front = colours.view != "side"
    at = (body.outward(colours.view, side) * body.HIP_HALF, 0.0) if front else (0.0, 0.0)
    length = body.SEATED_THIGH if seated else body.THIGH
    thigh = art.limb(length, 8.4, 7.6 if seated else 6.3, 0.5, 0.5) if front else art.THIGH
    shin = Shape(art.SHIN, colours.get_colour(side, "shin", "trousers"))
    lower = Node(f"{side}_shin", (0, length), (_foot(colours, side), shin))
    return Node(f"{side}_thigh", at, (lower, Shape(thigh, colours.get_colour(side, "thigh", "trousers"))))


def arm(colours: LimbColours, side: str) -> Node:
    """Return an arm, with a short sleeve unless the arm works and has the category's colour."""
    far, front = colours.far(side), colours.view != "side"
    across = body.outward(colours.view, side) * body.SHOULDER_HALF
    at = (across, body.SHOULDER_DROP - body.TRUNK) if front else (0.0, -body.TRUNK)
    upper = colours.get_colour(side, "arm", "skin")
    bare = upper.startswith("work") or colours.outfit == "swim"
    sleeve = () if bare else (Shape(art.SLEEVE, f"top{far}"),)
    hand = Node(
        f"{side}_hand", (0, body.FOREARM), (Shape(art.HAND_FRONT if front else art.HAND, f"skin{far}"),)
    )
    fore = Node(
        f"{side}_fore",
        (0, body.UPPER_ARM),
        (hand, Shape(art.FOREARM, colours.get_colour(side, "fore", "skin"))),
    )
    return Node(f"{side}_arm", at, (fore, Shape(art.UPPER_ARM, upper), *sleeve))


def head(colours: LimbColours, *, eyes_closed: bool = False) -> Node:
    """Return head and neck, with a face in side and front views."""
    cut = colours.person.cut
    neck = Shape(
        art.NECK if colours.view == "side" else art.NECK_FRONT,
        "work" if "neck" in colours.working else "skin_far",
    )
    skull = Shape(art.FACE if colours.view == "side" else art.FACE_FRONT, "skin")
    hair = Shape(
        {"side": art.HAIR, "front": art.HAIR_FRONT, "back": art.HAIR_BACK}[colours.view][cut], "hair"
    )
    look: tuple[Shape | Node, ...] = ()
    if colours.view == "side":
        eye = Shape(art.CLOSED_EYE, "", "ink", 1.2) if eyes_closed else Shape(art.EYE, "ink")
        look = (eye, Shape(art.SMILE, "", "ink", 1))
    elif colours.view == "front":
        # Eyes and mouth, and the nose, are separate nodes, which shift across the face when the head turns.
        eyes = Shape(art.CLOSED_EYES_FRONT, "", "ink", 1.2) if eyes_closed else Shape(art.EYES_FRONT, "ink")
        face = (eyes, Shape(art.SMILE_FRONT, "", "ink", 1.1))
        look = (Node("face", items=face), Node("nose", items=(Shape(art.NOSE_FRONT, "", "skin_far", 1.2),)))
    return Node("head", (0.4 if colours.view == "side" else 0, -body.TRUNK - 7), (neck, skull, hair, *look))


#: Drawing order of the parts, from back to front. Parts in an inner tuple are attached to the trunk and lean with it.
LAYERS: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "side": (("left_arm",), "left_leg", "right_leg", "pelvis", ("head", "trunk", "right_arm")),
    "front": ("right_leg", "left_leg", "pelvis", ("head", "trunk", "right_arm", "left_arm")),
    "back": (("right_arm", "left_arm"), "right_leg", "left_leg", "pelvis", ("trunk", "head")),
    "seated": (("head", "trunk"), "pelvis", "right_leg", "left_leg", ("right_arm", "left_arm")),
}


def person(
    view: body.View,
    who: str,
    working: Collection[str],
    *,
    seated: bool = False,
    hide: Collection[str] = (),
    outfit: str = "day",
    detail: bool = False,
    eyes_closed: bool = False,
) -> Node:
    """Return the tree of a whole body.

    Parts in `hide` are left out, for close-ups; `seated` has an effect only in front and back views; `detail` adds
    laces and soles, for close-ups; `eyes_closed` has no effect in a back view.
    """
    colours = LimbColours(who, working, view, outfit, detail=detail)
    side_view = view == "side"
    facing_seat = seated and not side_view
    shirt = Shape(
        art.TORSO if side_view else art.TORSO_FRONT, "work" if "trunk" in colours.working else "top"
    )
    hips = Shape(art.PELVIS if side_view else art.PELVIS_FRONT, "top" if outfit == "swim" else "trousers")
    parts: dict[str, Shape | Node] = {
        "head": head(colours, eyes_closed=eyes_closed),
        "trunk": shirt if side_view else Node("torso", items=(shirt,)),
        "pelvis": hips,
    }
    for side in body.SIDES:
        parts[f"{side}_leg"] = leg(colours, side, seated=facing_seat)
        parts[f"{side}_arm"] = arm(colours, side)
    items: list[Shape | Node] = []
    for layer in LAYERS["seated" if facing_seat else view]:
        names = (layer,) if isinstance(layer, str) else layer
        shown = tuple(parts[name] for name in names if name not in hide)
        if isinstance(layer, str):
            items += shown
        elif shown:
            items.append(Node("trunk", items=shown))
    return Node("root", items=tuple(items))
