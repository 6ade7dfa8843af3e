"""The words of a hold for the patient: the exercises that are kept away, and those that stay.

Source: clinical rules, "Holds". The words are about "the clinic" and name nobody, so that helpers read the same ones.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import ExerciseHold
from patients.safety.holds import HoldKind
from patients.safety.sources import cite
from patients.sessions import check_in


@dataclass(frozen=True, kw_only=True)
class HoldText:
    """The words for one kind of hold. `grounds` are its sources as in the clinical rules, each with its mark.

    The table of holds there names no source: these are the sources of the safety rules with the same effect, and of the
    signs. That only a person ends a hold is a judgment.
    """

    kind: HoldKind
    #: For a hold that a person of the team ends.
    title: Promise
    #: For a hold that ends with the day, or 24 hours after it was told.
    title_today: Promise
    stays: tuple[Promise, ...]
    grounds: str
    #: For a hold until the day from which a clinician lets the patient exercise; None if no answer has such a day.
    title_until: Promise | None = None

    @property
    def why(self) -> str:
        """The sources of the hold, each with how sure it is."""
        return cite(self.grounds)


#: In the order in which they are shown: the hold that keeps most away first.
HOLD_TEXTS: tuple[HoldText, ...] = (
    HoldText(
        kind=HoldKind.ALL,
        title=_("No exercises until the clinic says so"),
        title_today=_("Rest for today"),
        stays=(_("Rest is the right thing now."),),
        grounds="AHA95 C; ADA16-T5 R; J (for other signs, and that a person ends it)",
        title_until=_("No exercises until %(day)s"),
    ),
    HoldText(
        kind=HoldKind.KETONES,
        title=_("Test for ketones again first"),
        title_today=_("No exercises today: ketones"),
        stays=(
            _("None or a trace, and all is well? Then exercise may start again, easy."),
            _("Still ketones, or no test strips? No exercises. Call the clinic."),
        ),
        grounds="ADA16-T1 R; J (the next day)",
    ),
    HoldText(
        kind=HoldKind.SUGAR,
        title=_("Treat the low first"),
        title_today=_("Treat the low first"),
        stays=(
            _("Take 15 to 20 grams of fast sugar. Check again after 15 minutes."),
            _("Start only from 90 mg/dL (5.0 mmol/L) up."),
        ),
        grounds="ADA-low C; Turner R (24 hours after a severe low); J (from 90)",
    ),
    HoldText(
        kind=HoldKind.ILL,
        title=_("Rest while ill"),
        title_today=_("Rest while ill"),
        stays=(_("Well again? The questions before the next session ask about it."),),
        grounds="Turner R (blood sugar); J",
    ),
    HoldText(
        kind=HoldKind.FOOT_REST,
        title=_("Rest the foot altogether"),
        title_today=_("Rest the foot altogether"),
        stays=(
            _("Do not walk on it, and do not exercise it, even if it does not hurt."),
            _("Exercises for arms, trunk, neck and hands are fine."),
        ),
        grounds="Charcot C; NG19 C; J (that a person ends it)",
        title_until=_("Rest the foot altogether until %(day)s"),
    ),
    HoldText(
        kind=HoldKind.FEET,
        title=_("Nothing that loads the foot"),
        title_today=_("Nothing that loads the foot"),
        stays=(_("Sitting exercises that put no weight on the foot are fine."),),
        grounds="PMC42-T4 R; ADA16-T5 R; J (that a person ends it)",
        title_until=_("Nothing that loads the foot until %(day)s"),
    ),
    HoldText(
        kind=HoldKind.STANDING,
        title=_("Sitting exercises only"),
        title_today=_("Sitting exercises only today"),
        stays=(_("Exercises on a chair are fine. Leave out all that is done standing."),),
        grounds="STEADI K; J (that a person ends it)",
    ),
)
#: A severe low keeps everything away for 24 hours; no reading ends that.
SEVERE_LOW_TITLE = _("No exercises for 24 hours after a severe low")
SEVERE_LOW_STAYS = (_("Call the clinic today. Do not be alone the next time."),)
#: On the day on which high ketones were told, no test ends the hold.
KETONES_TODAY_STAYS = (_("Test again tomorrow. The clinic has to know about it: call today."),)
#: A high sugar without a safe test for ketones is no low: nobody is told to take sugar (clinical rules, J).
HIGH_TITLE = _("Not yet: test for ketones again")
HIGH_STAYS = (
    _("Drink water. Ask the diabetes team what to do."),
    _("Start only if the strip shows none or a trace."),
)


def get_hold_text(kind: str) -> HoldText:
    """Return the words for this kind of hold."""
    return next(text for text in HOLD_TEXTS if text.kind == kind)


@dataclass(frozen=True)
class Told:
    """The signs that were told on one day, in the patient's words."""

    day: datetime.date
    signs: str


@dataclass(frozen=True)
class HoldNotice:
    """The holds of one kind in force, in the words for the patient. `hold` is the one that lasts longest."""

    hold: ExerciseHold
    title: Promise | str
    stays: tuple[Promise, ...]
    #: The signs that began them, from the oldest day on.
    told: tuple[Told, ...]

    @property
    def needs_a_person(self) -> bool:
        return self.hold.needs_a_person

    @property
    def is_rest_of_today(self) -> bool:
        return self.hold.kind == HoldKind.ALL and not self.needs_a_person and self.hold.start_on is None


def list_hold_notices(
    holds: Iterable[ExerciseHold], zone: ZoneInfo, today: datetime.date
) -> list[HoldNotice]:
    """Return the notices of these holds, the gravest first: one for each kind, that of the hold that lasts longest.

    `zone` is the time zone of the patient, `today` the patient's day. No query.
    """
    by_kind: dict[str, list[ExerciseHold]] = {}
    for hold in holds:
        by_kind.setdefault(hold.kind, []).append(hold)
    shown = [(text, by_kind[text.kind]) for text in HOLD_TEXTS if text.kind in by_kind]
    notices = [_notice(text, rows, zone, today) for text, rows in shown]
    # "Rest for today" comes last: the other holds say why.
    return sorted(notices, key=lambda notice: notice.is_rest_of_today)


def _notice(text: HoldText, holds: list[ExerciseHold], zone: ZoneInfo, today: datetime.date) -> HoldNotice:
    hold = max(holds, key=_lasts)
    is_day = hold.ends_at is not None and hold.ends_at.astimezone(zone).time() == datetime.time.min
    is_severe_low = text.kind is HoldKind.SUGAR and not is_day
    stays = text.stays
    title: Promise | str = text.title_today if hold.ends_at else text.title
    if is_severe_low:
        title, stays = SEVERE_LOW_TITLE, SEVERE_LOW_STAYS
    elif text.kind is HoldKind.SUGAR and hold.question == "ketones":
        title, stays = HIGH_TITLE, HIGH_STAYS
    elif text.kind is HoldKind.KETONES and hold.on_date >= today:
        title, stays = text.title_today, KETONES_TODAY_STAYS
    elif hold.start_on is not None and text.title_until is not None:
        title = text.title_until % {"day": date_format(hold.start_on, "MONTH_DAY_FORMAT")}
    return HoldNotice(
        hold=hold,
        title=title,
        stays=stays,
        told=_list_told(each for each in holds if each.ends_at == hold.ends_at),
    )


def _list_told(holds: Iterable[ExerciseHold]) -> tuple[Told, ...]:
    """Return the signs of these holds by day, each once; none for questions that no longer exist."""
    questions = {each.id: each for each in check_in.QUESTIONS}
    by_day: dict[datetime.date, dict[str, None]] = {}
    for hold in sorted(holds, key=lambda each: check_in.get_position(each.question)):
        question = questions.get(hold.question)
        if question is not None:
            by_day.setdefault(hold.on_date, {})[str(question.sign or question.in_short)] = None
    return tuple(Told(day, "; ".join(by_day[day])) for day in sorted(by_day))


def _lasts(hold: ExerciseHold) -> tuple[bool, float]:
    return hold.ends_at is None, hold.ends_at.timestamp() if hold.ends_at else 0.0
