"""What was prescribed, ready to show: from the published copy, or from the live catalogue while it is a draft."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Weekday
from exercises.doses import Dose
from exercises.models import Category, Exercise, Position, Support

from .models import PlanItem, Side

#: What a published item keeps of its exercise. Steps are [kind, text] pairs; photographs as in `Exercise.photos`.
TEXT_FIELDS = (
    "slug",
    "name",
    "category",
    "position",
    "summary",
    "start_position",
    "feel",
    "common_mistake",
    "safety_notes",
    "source",
    "figure",
    "photos",
)
#: What versions that were published before these were kept say of them.
_BEFORE: dict[str, Any] = {"figure": "", "photos": []}
_ONE_SIDE = {
    Side.LEFT: gettext_lazy("on your left side only"),
    Side.RIGHT: gettext_lazy("on your right side only"),
}


@dataclass(frozen=True)
class Prescribed:
    """One exercise of a plan as the patient sees it."""

    item: PlanItem
    slug: str
    name: str
    category: str
    position: str
    summary: str
    start_position: str
    feel: str
    common_mistake: str
    safety_notes: str
    source: str
    figure: str
    photos: list[dict[str, Any]]
    steps: list[tuple[str, str]]
    equipment: list[str]
    demands: list[str]

    @property
    def dose(self) -> Dose:
        return self.item.dose

    @property
    def session_dose(self) -> Dose:
        """What is done in one session, for as many sides as it is for. On the day itself, days a week are noise."""
        each_side = self.dose.each_side and not self.item.side
        return replace(self.dose, each_side=each_side, days_min=None, days_max=None)

    @property
    def session_sentence(self) -> str:
        """The dose of one session as people read it: "10 times on your left side only." """
        if not self.item.side:
            return self.session_dose.sentence()
        return replace(self.session_dose, each_side=True).sentence(side=str(_ONE_SIDE[Side(self.item.side)]))

    @property
    def short_dose(self) -> str:
        """The dose of one session in a few words, for lists."""
        short = self.session_dose.short()
        if not self.item.side:
            return short
        return _("%(amount)s %(side)s") % {"amount": short, "side": _ONE_SIDE[Side(self.item.side)]}

    @property
    def when(self) -> str:
        """Its own days and weeks: "On Monday and Friday. In weeks 3 to 6."; "" when the plan's are all of them."""
        days = _days_words(self.item.weekdays) if self.item.weekdays else ""
        return f"{days} {self._weeks}".strip()

    @property
    def when_in_plan(self) -> str:
        """Its days and weeks, with the plan's days where it has none of its own. Wants the item's `version`."""
        return f"{_days_words(self.item.weekdays or self.item.version.weekdays)} {self._weeks}".strip()

    @property
    def _weeks(self) -> str:
        first, last = self.item.first_week, self.item.last_week
        if last is None:
            return _("From week %(first)s on.") % {"first": first} if first > 1 else ""
        if last == first:
            return _("In week %(first)s.") % {"first": first}
        return _("In weeks %(first)s to %(last)s.") % {"first": first, "last": last}

    @property
    def told(self) -> str:
        """The dose with its own days and weeks. Without them the plan's days stand, which the page tells once."""
        return f"{self.session_sentence} {self.when}".strip()

    @property
    def note(self) -> str:
        return self.item.note

    @property
    def support(self) -> Support:
        return Support(self.item.support)

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)

    @property
    def is_seated(self) -> bool:
        return self.position == Position.SEATED

    @property
    def is_held_back(self) -> bool:
        """Whether a fall or a new sore holds it back: everything done on the feet, and water for open skin."""
        return self.position != Position.SEATED or "weight_bearing" in self.demands


def _days_words(weekdays: Collection[int]) -> str:
    if len(weekdays) == len(Weekday):
        return _("Every day.")
    days = [str(Weekday(day).label) for day in sorted(weekdays)]
    return _("On %(days)s.") % {"days": get_text_list(days, _("and"))}


def content_of(exercise: Exercise) -> dict[str, Any]:
    """The copy that a published item keeps. Wants `steps` and `equipment` prefetched."""
    return {name: getattr(exercise, name) for name in TEXT_FIELDS} | {
        "steps": [
            [step.kind, step.text] for step in sorted(exercise.steps.all(), key=lambda step: step.order)
        ],
        "equipment": sorted(thing.name for thing in exercise.equipment.all()),
        "demands": list(exercise.demands),
    }


def prescribed(item: PlanItem) -> Prescribed:
    """The item as the patient sees it. A draft item wants `exercise__steps` and `exercise__equipment` prefetched."""
    content = _BEFORE | (item.content or content_of(item.exercise))
    return Prescribed(
        item=item,
        steps=[(kind, text) for kind, text in content["steps"]],
        equipment=content["equipment"],
        demands=content["demands"],
        **{name: content[name] for name in TEXT_FIELDS},
    )
