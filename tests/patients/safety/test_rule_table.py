"""The table of rules agrees with the clinical rules, row by row and in both directions, and every row says why."""

from dataclasses import replace

import pytest
from django.utils import translation

from exercises.models import Support
from patients.alerts.rules import alert_rule_definitions
from patients.models import Flag
from patients.safety.return_rules import RETURN_RULES
from patients.safety.rules import (
    ANY,
    RULES,
    Effect,
    Finding,
    findings,
    glucose_table,
    least_support_for,
    patient_notes,
    support_for,
)
from patients.safety.sources import SOURCES, Certainty, parse_grounds
from tests.readability import grade, longest_sentence

from .clinical_table import DEMANDS, FLAG_SETS, ROWS

#: Counted in the sheet: rows of the table, without the one about eyes closed; jumping with osteoporosis is two.
ROWS_IN_THE_SHEET = 68
#: Notes of the sheet that are harder to read than grade 6, and the words of the product.
REWORDED = {
    "Water only where someone watches.": "Go in the water only if someone can see you.",
    "No exercises until your doctor says so.": "Do not exercise until your doctor says so.",
    "No exercises until a doctor says so.": "Do not exercise until a doctor says so.",
}
CELLS = [(flags, demand) for flags in FLAG_SETS for demand in DEMANDS]
FOUND = {cell: findings(cell[0], {cell[1]}, Support.TWO_HANDS) for cell in CELLS}


def expected_effects(flags, demand):
    return sorted((row.effect for row in ROWS if row.applies(flags, demand)), reverse=True)


def disagreements(change=lambda found: found):
    """Return the cells with other effects than in the sheet; `change` is applied to the findings of each."""
    return [
        f"{sorted(flags)} × {demand}: {effects}, not {expected}"
        for flags, demand in CELLS
        if (effects := sorted((each.effect for each in change(FOUND[flags, demand])), reverse=True))
        != (expected := expected_effects(flags, demand))
    ]


def cells_of(rule):
    return [cell for cell in CELLS if any(each.rule is rule for each in FOUND[cell])]


def by_slug(rule):
    return rule.slug


each_rule = pytest.mark.parametrize("rule", RULES, ids=by_slug)


class TestTheTableIsTheSheet:
    def test_every_flag_with_every_demand_has_the_effects_of_the_sheet(self):
        assert len(ROWS) == ROWS_IN_THE_SHEET
        assert disagreements() == []

    def test_each_row_of_the_sheet_is_one_rule_with_its_least_support_note_and_source(self):
        in_code = {
            (
                frozenset(rule.flags),
                frozenset(DEMANDS if rule.any_exercise else rule.demands),
                rule.effect,
                rule.least_support or "",
                str(rule.to_patient),
                rule.grounds,
            )
            for rule in RULES
        }

        assert in_code == {
            (row.flags, row.demands, row.effect, row.least, REWORDED.get(row.note, row.note), row.source)
            for row in ROWS
        }
        assert len(RULES) == len(in_code) == ROWS_IN_THE_SHEET

    @pytest.mark.parametrize("missing", RULES, ids=by_slug)
    def test_a_missing_rule_is_detected(self, missing):
        wrong = disagreements(lambda found: [each for each in found if each.rule is not missing])

        assert len(wrong) == len(cells_of(missing)) > 0

    @pytest.mark.parametrize("changed", RULES, ids=by_slug)
    @pytest.mark.parametrize("to_effect", [Effect.NOTE, Effect.WARN, Effect.BLOCK, Effect.LOCK])
    def test_a_changed_effect_is_detected(self, changed, to_effect):
        def with_effect(found):
            return [
                replace(each, rule=replace(changed, effect=to_effect)) if each.rule is changed else each
                for each in found
            ]

        wrong = disagreements(with_effect)

        assert len(wrong) == (0 if to_effect == changed.effect else len(cells_of(changed)))

    def test_an_additional_rule_is_detected(self):
        extra = Finding(RULES[0], (), (), Support.TWO_HANDS)

        assert len(disagreements(lambda found: [*found, extra])) == len(CELLS)

    def test_every_flag_has_a_row_and_every_demand_is_in_one(self):
        assert {flag for rule in RULES for flag in rule.flags} == set(Flag)
        assert {demand for rule in RULES for demand in rule.demands} == set(DEMANDS)

    def test_the_slugs_of_rules_are_unique(self):
        assert len({rule.slug for rule in RULES}) == len(RULES)


class TestEachRow:
    @each_rule
    def test_applies_to_each_of_its_flags_with_each_of_its_demands(self, rule):
        flag_sets = [set(rule.flags)] if rule.needs_all_flags else [{flag} for flag in rule.flags] or [set()]
        for flags in flag_sets:
            for demand in DEMANDS if rule.any_exercise else rule.demands:
                found = self.find(rule, flags, {demand})
                assert found is not None, (flags, demand)
                assert set(found.flags) == flags
                assert found.demands == ((ANY,) if rule.any_exercise else (demand,))

    @each_rule
    def test_does_not_apply_without_its_flag_whatever_the_others(self, rule):
        missing = [{flag} for flag in rule.flags] if rule.needs_all_flags else [set(rule.flags)]
        for flags in missing if rule.flags else []:
            assert self.find(rule, set(Flag) - flags, set(DEMANDS)) is None

    @each_rule
    def test_does_not_apply_without_its_demand_whatever_the_others(self, rule):
        others = set() if rule.any_exercise else set(DEMANDS) - set(rule.demands)

        assert (self.find(rule, set(Flag), others) is not None) == rule.any_exercise

    @each_rule
    def test_asks_for_its_least_support_where_there_is_something_to_hold(self, rule):
        flags, upright = set(rule.flags), {*rule.demands, "standing"}
        for demands, has_hold in ((upright - {"deep_water"}, True), (upright | {"deep_water"}, False)):
            found = self.find(rule, flags, demands, Support.NONE)
            if found is None:  # a rule about deep water only
                continue
            least = rule.least_support if has_hold else None
            assert (found.least_support, found.more_support) == (least, least)
            assert ("Now it says" in found.words) == (least is not None)
            assert self.find(rule, flags, demands, least or Support.NONE).more_support is None
            assert support_for(flags, demands, Support.NONE) == (
                least_support_for(flags, demands) or Support.NONE
            )

    @each_rule
    def test_says_to_the_patient_what_to_do_in_plain_words(self, rule):
        note = str(rule.to_patient)

        assert grade(note) <= 6
        assert longest_sentence(note) < 20
        assert note in patient_notes(findings(rule.flags, rule.demands, Support.TWO_HANDS))

    @each_rule
    def test_says_to_the_clinician_what_it_is_about_and_why(self, rule):
        assert rule.to_clinician.endswith(".")
        assert rule.source
        assert set(rule.certainty.split("; ")) <= set(Certainty)
        for ground in rule.cited:
            assert ground.certainty.label in ground.words.lower()

    def find(self, rule, flags, demands, support=Support.TWO_HANDS):
        return next((each for each in findings(flags, demands, support) if each.rule is rule), None)


class TestAnswers:
    def test_each_pair_of_a_flag_and_a_demand_needs_one_answer_at_most(self):
        for (flags, demand), found in FOUND.items():
            assert sum(each.effect in (Effect.BLOCK, Effect.WARN) for each in found) <= len(flags), (
                flags,
                demand,
            )

    def test_rules_for_everyone_or_for_several_flags_together_need_none(self):
        for rule in RULES:
            assert rule.effect is Effect.NOTE or (rule.flags and not rule.needs_all_flags), rule.slug


class TestTheGlucoseTable:
    @pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{'+'.join(sorted(cell[0]))}×{cell[1]}")
    def test_is_shown_where_sugar_is_checked_and_nowhere_else(self, cell):
        flags, demand = cell
        wanted = any(row.shows_glucose_table and row.applies(flags, demand) for row in ROWS)

        assert bool(glucose_table(FOUND[cell])) == wanted


class TestSources:
    def test_a_mark_is_read_with_its_code_certainty_and_remark(self):
        first, second = parse_grounds("ADA16-T5 R (walking preferred); J")

        assert (first.source, first.certainty, first.remark) == (
            SOURCES["ADA16-T5"],
            Certainty.READ,
            "walking preferred",
        )
        assert first.words.endswith("table 5 (PMC6908414) (read: walking preferred)")
        assert second.words == "Clinicians’ judgment"
        assert parse_grounds("K")[0].words == "Kept from version 1"

    @pytest.mark.parametrize("text", ["", "R; X", "NOBODY R", "ADA16-T5", "ADA16-T5 R,J", "ADA16-T5 r"])
    def test_a_mark_that_does_not_exist_is_refused(self, text):
        with pytest.raises(ValueError, match="No such source"):
            parse_grounds(text)

    def test_every_source_is_cited(self):
        rules = (*RULES, *alert_rule_definitions().values(), *RETURN_RULES.values())
        cited = {ground.source for rule in rules for ground in parse_grounds(rule.grounds)}
        assert cited - {""} | {SOURCES["NIH"]} == set(SOURCES.values())


def test_one_raised_number_is_enough_for_the_flag_and_the_higher_flag_needs_both_or_a_pressure_out_of_control():
    """A pressure of 170 over 85, or of 150 over 105, is raised (clinical rules, "reading 160–179 or 100–109")."""
    either = "160–179 systolic, or 100–109 diastolic"
    raised, uncontrolled = Flag.BP_RAISED, Flag.BP_UNCONTROLLED

    assert either in str(raised.label)
    assert "180 or more over 110 or more, or not controlled" in str(uncontrolled.label)
    words = {
        flag: [rule.to_clinician for rule in RULES if flag in rule.flags] for flag in (raised, uncontrolled)
    }
    assert all(either in each for each in words[raised])
    assert all("180 or more over 110 or more, or not controlled" in each for each in words[uncontrolled])
    with translation.override("es"):
        assert str(raised.label) == "Presión de 160–179 sistólica, o de 100–109 diastólica"
