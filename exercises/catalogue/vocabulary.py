"""Equipment and focus: the lists of values that exercises refer to."""

from django.utils.translation import gettext_noop as _

from exercises.catalogue.entries import EquipmentEntry, FocusEntry

EQUIPMENT = (
    EquipmentEntry(slug="nothing", name=_("Nothing at all")),
    EquipmentEntry(slug="chair", name=_("Firm chair")),
    EquipmentEntry(slug="armchair", name=_("Firm chair with arms, against a wall")),
    EquipmentEntry(slug="counter", name=_("Kitchen counter")),
    EquipmentEntry(slug="wall", name=_("Wall with clear floor")),
    EquipmentEntry(slug="door-frame", name=_("Door frame")),
    EquipmentEntry(slug="band", name=_("Exercise band")),
    EquipmentEntry(slug="towel", name=_("Small towel")),
    EquipmentEntry(slug="ball", name=_("Soft ball")),
    EquipmentEntry(slug="step", name=_("Low step with a rail")),
    EquipmentEntry(slug="bike", name=_("Stationary bike")),
    EquipmentEntry(slug="treadmill", name=_("Treadmill")),
    EquipmentEntry(slug="outdoors", name=_("A place to walk outdoors")),
    EquipmentEntry(slug="pool", name=_("Pool with a rail, and non-slip pool shoes")),
)

FOCUS = (
    FocusEntry(slug="balance", name=_("Balance")),
    FocusEntry(slug="walking", name=_("Walking")),
    FocusEntry(slug="coordination", name=_("Coordination")),
    FocusEntry(slug="strength", name=_("Strength")),
    FocusEntry(slug="warm-up", name=_("Warm-up")),
    FocusEntry(slug="heart", name=_("Heart and lungs")),
    FocusEntry(slug="whole-body", name=_("Whole body")),
    FocusEntry(slug="toes", name=_("Toes")),
    FocusEntry(slug="feet", name=_("Feet")),
    FocusEntry(slug="ankles", name=_("Ankles")),
    FocusEntry(slug="shins", name=_("Shins")),
    FocusEntry(slug="calves", name=_("Calves")),
    FocusEntry(slug="legs", name=_("Legs")),
    FocusEntry(slug="thighs", name=_("Thighs")),
    FocusEntry(slug="hips", name=_("Hips")),
    FocusEntry(slug="back", name=_("Back and trunk")),
    FocusEntry(slug="chest", name=_("Chest")),
    FocusEntry(slug="shoulders", name=_("Shoulders")),
    FocusEntry(slug="neck", name=_("Neck")),
    FocusEntry(slug="hands", name=_("Hands and grip")),
)
