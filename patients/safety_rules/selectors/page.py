"""The page "Safety rules and their sources": every table of the clinical rules, with the source of each row.

It is read from the tables that the code applies, so that the page cannot differ from them. No query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from exercises.catalogue import GLUCOSE_BANDS, STOP_ACTIONS, STOP_SIGNS
from exercises.catalogue.glucose import GlucoseBandEntry, write_ranges
from exercises.models import Demand
from patients.alerts.kinds import AlertLevel, AlertRuleDefinition
from patients.alerts.rules import alert_rule_definitions
from patients.safety.hold_endings import ENDINGS, ENDINGS_BY_QUESTION, Ending
from patients.safety.hold_texts import HOLD_TEXTS, HoldText
from patients.safety.holds import DEMANDS_KEPT_AWAY, HOLDS_OF_A_DAY, HoldKind
from patients.safety.return_rules import RETURN_RULES
from patients.safety.rules import EYES_CLOSED, RULES, Rule
from patients.safety.selectors.flags_page import FLAG_GROUPS, get_verb, list_demands
from patients.safety.sources import Certainty
from patients.safety_rules.selectors.asked import (
    describe_condition,
    get_check_in_section,
    get_not_today_section,
    get_screening_section,
)
from patients.safety_rules.selectors.rows import (
    RuleRow,
    RuleSection,
    RuleTable,
    cite_all,
    join_sentences,
    make_tables,
    name_flags,
)
from patients.screening.foot_risk import CLASSES
from patients.sessions import check_in

EVERYONE = "Everyone"


@dataclass(frozen=True)
class SafetyRulesPage:
    """The sections in the order of the page, and the marks of the sources with their meanings."""

    sections: tuple[RuleSection, ...]
    legend: tuple[tuple[Certainty, str], ...]


#: Meanings of the marks. Source: clinical rules, "How sure".
LEGEND = (
    (Certainty.READ, "the passage was read, at its publisher or in a copy of the journal"),
    (Certainty.SUMMARY, "only the abstract, a summary or somebody’s copy was read"),
    (Certainty.KEPT, "kept from version 1 of the rules, and not read again"),
    (Certainty.JUDGEMENT, "a judgment, without a source"),
)


def get_safety_rules_page() -> SafetyRulesPage:
    """Return the page."""
    return SafetyRulesPage(
        sections=(
            get_screening_section(),
            get_flags_section(),
            get_foot_risk_section(),
            get_sugar_section(),
            get_stop_section(),
            get_check_in_section(),
            get_not_today_section(),
            get_holds_section(),
            get_alerts_section(),
            get_return_section(),
        ),
        legend=LEGEND,
    )


# --- Flags, foot risk -------------------------------------------------------------------------------------------------


def get_flags_section() -> RuleSection:
    """Return the rules about flags and demands, under the headings of the page of flags."""
    titles = [*(title for title, _flags in FLAG_GROUPS), EVERYONE]
    groups: dict[str, list[RuleRow]] = {title: [] for title in titles}
    title_of = {flag: title for title, flags in FLAG_GROUPS for flag in flags}
    for rule in (*RULES, EYES_CLOSED):
        groups[title_of[rule.flags[0]] if rule.flags else EVERYONE].append(_flag_row(rule))
    return RuleSection(
        id="flags",
        title="Flags and exercises",
        text=(
            "What a patient’s flag does to an exercise that demands something of the body. A block needs a written "
            "reason, a warning one click; the words for the patient are printed on the plan."
        ),
        first="Flag, and what the exercise demands",
        tables=make_tables(groups),
    )


def _flag_row(rule: Rule) -> RuleRow:
    demands = "Every exercise" if rule.any_exercise else list_demands(rule)
    follows = [join_sentences(f"{get_verb(rule.effect)}: {rule.to_clinician}")]
    if rule.least_support:
        follows.append(
            f"Least support: {str(rule.least_support.label).lower()}, where there is something to hold."
        )
    if rule.to_patient:
        follows.append(join_sentences(f"The patient reads: {rule.to_patient}"))
    return RuleRow(
        words=name_flags(rule.flags, " and " if rule.needs_all_flags else ", ") or EVERYONE,
        about=demands or "Support: eyes closed",
        follows=follows,
        why=cite_all(rule.grounds),
    )


def get_foot_risk_section() -> RuleSection:
    """Return the classes of the foot risk."""
    rows = [
        RuleRow(
            words=f"{number}, {each.name.lower()}",
            about=f"{each.made_by[0].upper()}{each.made_by[1:]}",
            follows=[f"Foot examination {each.exam}." if each.exam else "No interval of foot examinations."],
            why=cite_all(each.grounds),
        )
        for number, each in enumerate(CLASSES)
    ]
    return RuleSection(
        id="foot-risk",
        title="IWGDF foot risk",
        text="The class is worked out from the patient’s flags, and never typed.",
        first="Class, and what makes it",
        tables=[RuleTable("Classes", rows)],
    )


# --- Blood sugar ------------------------------------------------------------------------------------------------------


def get_sugar_section() -> RuleSection:
    """Return the bands of the blood sugar, and the answers about ketones."""
    return RuleSection(
        id="sugar",
        title="Blood sugar before a session",
        text=(
            "For patients who take insulin or pills that can make the sugar low. A reading is judged in the unit of "
            "the meter and never converted; a reading on a border belongs to the band above it. Ketones decide, not "
            "the number. A clinician may write other numbers for a patient."
        ),
        first="Reading",
        tables=[
            RuleTable("Bands", [_band_row(each) for each in GLUCOSE_BANDS]),
            RuleTable("Ketones", _list_ketone_rows()),
        ],
    )


def _band_row(band: GlucoseBandEntry) -> RuleRow:
    starts = {True: "May start.", False: "May not start.", None: "The ketones decide."}
    return RuleRow(
        words=gettext(band.name),
        about="; ".join(write_ranges(band, "mg_dl")),
        follows=[join_sentences(gettext(band.title), gettext(band.text)), starts[band.may_start]],
        why=cite_all(band.grounds),
    )


def _list_ketone_rows() -> list[RuleRow]:
    return [
        RuleRow(
            words=describe_condition(advice.when[0]),
            about="; ".join(describe_condition(each) for each in advice.when[1:]),
            follows=[join_sentences(advice.title, *advice.to_do)],
            why=cite_all(advice.grounds),
        )
        for advice in check_in.question("ketones").advice
    ]


# --- Stop rules -------------------------------------------------------------------------------------------------------


def get_stop_section() -> RuleSection:
    """Return the signs of the three tiers."""
    tables = [
        RuleTable(
            join_sentences(f"Tier {action.tier}: {gettext(action.title)}", gettext(action.text)),
            [
                RuleRow(words=join_sentences(gettext(sign.name)), why=cite_all(sign.grounds))
                for sign in STOP_SIGNS
                if sign.action == action.slug
            ],
        )
        for action in STOP_ACTIONS
    ]
    return RuleSection(
        id="stop",
        title="Stop rules, in three tiers",
        text="The signs that every patient reads on the stop sheet, and what each tier asks of them.",
        first="Sign",
        tables=tables,
    )


# --- Holds, alerts, return --------------------------------------------------------------------------------------------


def get_holds_section() -> RuleSection:
    """Return the holds, and the answers with which a person of the team ends one."""
    endings: Mapping[str, list[RuleRow]] = {
        str(kind.label): [_ending_row(each) for each in answers.values()] for kind, answers in ENDINGS.items()
    }
    for (kind, question), answers in ENDINGS_BY_QUESTION.items():
        told = f"Told: {check_in.question(question).in_short}"
        endings[str(kind.label)].extend(_ending_row(each, told) for each in answers.values())
    return RuleSection(
        id="holds",
        title="Holds, and how they end",
        text=(
            "A hold keeps exercises away from the patient, by what they demand. It never ends by time or by a settled "
            "alert alone, but for the holds of a day."
        ),
        first="Hold, or answer that ends it",
        tables=[
            RuleTable("Holds", [_hold_row(each) for each in HOLD_TEXTS]),
            *(RuleTable(f"Ends a hold: {caption}", rows) for caption, rows in endings.items()),
        ],
    )


def _hold_row(text: HoldText) -> RuleRow:
    demands = DEMANDS_KEPT_AWAY[text.kind]
    kept = "every exercise" if demands is None else _name_demands(demands)
    ended = {
        HoldKind.SUGAR: "It ends with the patient’s next reading, or by itself: after the day, or after 24 hours.",
        HoldKind.KETONES: "It ends with the patient’s test on a later day, or with an answer of the team.",
        HoldKind.ILL: "It ends with the day.",
    }
    return RuleRow(
        words=str(text.kind.label),
        about="Hold of a day" if text.kind in HOLDS_OF_A_DAY else "",
        follows=[
            join_sentences(f"Keeps away: {kept}"),
            join_sentences(f"The patient reads: {text.title}", *text.stays),
            ended.get(text.kind, "A person of the team ends it, with one of the answers below."),
        ],
        why=cite_all(text.grounds),
    )


def _name_demands(demands: Iterable[str]) -> str:
    names = frozenset(demands)
    return "; ".join(str(demand.label) for demand in Demand if demand in names)


def _ending_row(ending: Ending, told: str = "") -> RuleRow:
    follows = [
        f"Sets “{name_flags(ending.sets)}”." if ending.sets else "",
        f"Ends “{name_flags(ending.clears)}”." if ending.clears else "",
        f"Ends “{name_flags(ending.clears_reported)}” if this report set it."
        if ending.clears_reported
        else "",
        "Exercises begin on a day that is written." if ending.needs_start_date else "",
        "It is written what it was." if ending.needs_cause else "",
    ]
    return RuleRow(
        words=str(ending.label),
        about=told,
        follows=[each for each in follows if each] or ["No flag changes."],
        why=cite_all(ending.grounds),
    )


def get_alerts_section() -> RuleSection:
    """Return the default rules of the alerts, the highest level first."""
    rows = alert_rule_definitions().values()
    return RuleSection(
        id="alerts",
        title="Alert ladder",
        text=(
            "The default rules. Pain alone is never critical. The patient sees the advice at once, whatever happens "
            "to the alert. A clinic admin can change part of them on the page of alert rules."
        ),
        first="Alert",
        tables=[
            RuleTable(str(level.label), [_alert_row(each) for each in rows if each.rule.level == level])
            for level in sorted(AlertLevel, reverse=True)
        ],
    )


def _alert_row(row: AlertRuleDefinition) -> RuleRow:
    return RuleRow(
        words=str(row.label),
        follows=[
            join_sentences(f"Raised by: {row.describe({})}"),
            "A clinic cannot switch it off." if row.is_fixed else "A clinic may switch it off.",
        ],
        why=cite_all(row.grounds),
    )


def get_return_section() -> RuleSection:
    """Return the table of the return to exercise."""
    rows = [
        RuleRow(
            words=each.after,
            follows=[join_sentences(f"May start: {each.may_start}"), join_sentences(each.how)],
            why=cite_all(each.grounds),
        )
        for each in RETURN_RULES.values()
    ]
    return RuleSection(
        id="return",
        title="Return to exercise",
        text="When a patient may start again after a report, and how. A clinician reads the rule where a hold ends.",
        first="After",
        tables=[RuleTable("Return", rows)],
    )
