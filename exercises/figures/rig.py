"""The body as a tree of joints: which shape hangs on which joint, in which colour, in which order."""

from __future__ import annotations

from collections.abc import Collection

from . import body
from . import shapes as art
from .shapes import PEOPLE, Node, Shape


class Wardrobe:
    """Colours for one person of whom some limbs work; far limbs are the left ones in a side view."""

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
        """The suffix of the far side's colours."""
        return "_far" if self.view == "side" and side == "left" else ""

    def wears(self, side: str, part: str, usual: str) -> str:
        """The colour of a limb: `work` if it (or the whole arm or leg it belongs to) works."""
        whole = {"thigh": "leg", "shin": "leg", "foot": "foot", "arm": "arm", "fore": "arm"}[part]
        works = {f"{side}_{part}", f"{side}_{whole}"} & self.working
        if self.outfit == "swim" and usual == "trousers":
            usual = "skin"
        return f"work{self.far(side)}" if works else f"{usual}{self.far(side)}"

    def works(self, part: str) -> bool:
        """Whether a part without sides (trunk, neck) works."""
        return part in self.working


def leg(wear: Wardrobe, side: str) -> Node:
    """A leg from the hip down."""
    far, front = wear.far(side), wear.view != "side"
    at = (body.outward(wear.view, side) * body.HIP_HALF, 0.0) if front else (0.0, 0.0)
    shoe = Shape(art.SHOE_FRONT if front else art.SHOE, f"shoe{far}")
    laces = () if front or not wear.detail else (Shape(art.SOLE, "sole"), Shape(art.LACES, "", "sole", 0.9))
    rim = (Shape(art.SOLE_TOES, "sole"),) if wear.detail else ()
    cap = Node(f"{side}_toes", (body.BALL, body.ANKLE_HEIGHT), (Shape(art.SHOE_TOES, f"shoe{far}"), *rim))
    toes = () if front else (cap,)
    foot = Node(f"{side}_foot", (0, body.SHIN), (*toes, shoe, *laces))
    shin = Node(
        f"{side}_shin", (0, body.THIGH), (foot, Shape(art.SHIN, wear.wears(side, "shin", "trousers")))
    )
    thigh = art.limb(body.THIGH, 8.4, 6.3, 0.5, 0.5) if front else art.THIGH
    return Node(f"{side}_thigh", at, (shin, Shape(thigh, wear.wears(side, "thigh", "trousers"))))


def seated_leg(wear: Wardrobe, side: str) -> Node:
    """A leg of someone who sits facing us: the thigh comes towards the viewer and looks short."""
    leg_ = leg(wear, side)
    (shin, _) = leg_.items
    assert isinstance(shin, Node)  # noqa: S101 - built two lines above
    shin = Node(shin.name, (0, body.SEATED_THIGH), shin.items)
    thigh = art.limb(body.SEATED_THIGH, 8.4, 7.6)
    return Node(leg_.name, leg_.at, (shin, Shape(thigh, wear.wears(side, "thigh", "trousers"))))


def arm(wear: Wardrobe, side: str) -> Node:
    """An arm from the shoulder down: a short sleeve, unless the arm works and wears the category's colour."""
    far, front = wear.far(side), wear.view != "side"
    across = body.outward(wear.view, side) * body.SHOULDER_HALF
    at = (across, body.SHOULDER_DROP - body.TRUNK) if front else (0.0, -body.TRUNK)
    upper = wear.wears(side, "arm", "skin")
    bare = upper.startswith("work") or wear.outfit == "swim"
    sleeve = () if bare else (Shape(art.SLEEVE, f"top{far}"),)
    hand = Node(
        f"{side}_hand", (0, body.FOREARM), (Shape(art.HAND_FRONT if front else art.HAND, f"skin{far}"),)
    )
    fore = Node(
        f"{side}_fore", (0, body.UPPER_ARM), (hand, Shape(art.FOREARM, wear.wears(side, "fore", "skin")))
    )
    return Node(f"{side}_arm", at, (fore, Shape(art.UPPER_ARM, upper), *sleeve))


def head(wear: Wardrobe) -> Node:
    """Head and neck; a face from the side and from the front, hair only from behind."""
    cut = wear.person.cut
    neck = "work" if wear.works("neck") else "skin_far"
    if wear.view == "side":
        parts = (
            Shape(art.NECK, neck),
            Shape(art.FACE, "skin"),
            Shape(art.HAIR[cut], "hair"),
            Shape(art.circle(8.6, -13, 1.1, 1.5), "ink"),
            Shape("M13-5.6Q10.6-4.2 9.4-5.8", "", "ink", 1),
        )
        return Node("head", (0.4, -body.TRUNK - 7), parts)
    if wear.view == "back":
        parts = (
            Shape(art.NECK_FRONT, neck),
            Shape(art.FACE_FRONT, "skin"),
            Shape(art.HAIR_BACK[cut], "hair"),
        )
        return Node("head", (0, -body.TRUNK - 7), parts)
    face = Node(
        "face",
        (0, 0),
        (Shape(art.EYE_FRONT, "ink"), Shape("M-3.2-5.6Q0-3.2 3.2-5.6", "", "ink", 1.1)),
    )
    nose = Node("nose", (0, 0), (Shape("M-.8-11Q-2.4-8.4 0-8.2", "", "skin_far", 1.2),))
    parts_front = (
        Shape(art.NECK_FRONT, neck),
        Shape(art.FACE_FRONT, "skin"),
        Shape(art.HAIR_FRONT[cut], "hair"),
        face,
        nose,
    )
    return Node("head", (0, -body.TRUNK - 7), parts_front)


def person(
    view: body.View,
    who: str,
    working: Collection[str],
    *,
    seated: bool = False,
    hide: Collection[str] = (),
    outfit: str = "day",
    detail: bool = False,
) -> Node:
    """The whole body on its root. Limbs in `hide` are left out (close-ups need less)."""
    wear = Wardrobe(who, working, view, outfit, detail=detail)
    side_view = view == "side"
    shirt = Shape(art.TORSO if side_view else art.TORSO_FRONT, "work" if wear.works("trunk") else "top")
    top = shirt if side_view else Node("torso", (0, 0), (shirt,))
    pelvis = Shape(art.PELVIS if side_view else art.PELVIS_FRONT, "top" if outfit == "swim" else "trousers")
    build = seated_leg if seated and not side_view else leg
    legs = {side: build(wear, side) for side in body.SIDES if f"{side}_leg" not in hide}
    arms = {side: arm(wear, side) for side in body.SIDES if f"{side}_arm" not in hide}
    upper = () if "trunk" in hide else (top,)
    crown = () if "head" in hide else (head(wear),)
    if side_view:
        behind = [Node("trunk", (0, 0), (arms["left"],))] if "left" in arms else []
        near = [arms["right"]] if "right" in arms else []
        items = [
            *behind,
            *(legs[side] for side in ("left", "right") if side in legs),
            pelvis,
            Node("trunk", (0, 0), (*crown, *upper, *near)),
        ]
    elif view == "back":
        items = [
            Node("trunk", (0, 0), tuple(arms.values())),
            *legs.values(),
            pelvis,
            Node("trunk", (0, 0), (*upper, *crown)),
        ]
    elif seated:
        items = [
            Node("trunk", (0, 0), (*crown, *upper)),
            pelvis,
            *legs.values(),
            Node("trunk", (0, 0), tuple(arms.values())),
        ]
    else:
        items = [*legs.values(), pelvis, Node("trunk", (0, 0), (*crown, *upper, *arms.values()))]
    return Node("root", (0, 0), tuple(item for item in items if not ("pelvis" in hide and item is pelvis)))
