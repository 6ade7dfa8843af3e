"""The form for the alert rules of a clinic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext as _

from clinic.forms import StyledForm
from patients.alerts.kinds import AlertRuleDefinition, Part, Rule
from patients.alerts.rules import LIMITS, MARGINS, TIMES, Rules, alert_rule_definitions, fingerprint
from patients.models import AlertKind, AlertLevel


class AlertRulesForm(StyledForm):
    """All alert rules, with a field for each part that a clinic may change, named like "pain-amount"."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in alert_rule_definitions().values():
            for part in row.may_change:
                self.fields[_name(row, part)] = _field(row, part)
                widget = self.fields[_name(row, part)].widget
                if not isinstance(widget, forms.CheckboxInput):
                    is_choice = isinstance(widget, forms.Select)
                    widget.attrs["class"] = "form-select" if is_choice else "form-control"

    @staticmethod
    def start_from(rules: Rules) -> dict[str, Any]:
        """Return the form's initial values: the clinic's current rules."""
        start: dict[str, Any] = {"seen": fingerprint(rules)}
        for kind, row in alert_rule_definitions().items():
            start |= {_name(row, part): getattr(rules[kind], part) for part in row.may_change}
        return start

    @staticmethod
    def reset_to_default(data: QueryDict, kind: str) -> QueryDict:
        """Return the submitted data with the default values for one rule. Other fields keep their submitted values."""
        data, row = data.copy(), alert_rule_definitions().get(kind)
        if row is None:
            return data
        for part in row.may_change:
            value = getattr(row.rule, part)
            data.pop(_name(row, part), None)
            if value is not None and value is not False:
                data[_name(row, part)] = "on" if value is True else str(int(value))
        return data

    @property
    def rules(self) -> dict[str, Rule]:
        """The default rules with the submitted changes. Only for a valid form."""
        return {kind: self._rule(row) for kind, row in alert_rule_definitions().items()}

    def _rule(self, row: AlertRuleDefinition) -> Rule:
        typed: dict[str, Any] = {part.value: self.cleaned_data[_name(row, part)] for part in row.may_change}
        if Part.LEVEL in row.may_change:
            typed["level"] = AlertLevel(int(typed["level"]))
        return replace(row.rule, **typed)

    def over(self, rules: Rules) -> list[RuleFields]:
        """Return the rows of the page, in the order of the definitions. `rules` are the stored rules."""
        return [
            RuleFields(
                row=row,
                fields=[(part, self[_name(row, part)]) for part in Part if part in row.may_change],
                is_default=rules[kind] == row.rule,
                default=describe(row),
            )
            for kind, row in alert_rule_definitions().items()
        ]

    def accept_current_version(self, rules: Rules) -> None:
        """Keep the submitted values, and let the next submission replace the current rules."""
        self.data = {**self.data.dict(), "seen": fingerprint(rules)}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class RuleFields:
    """One rule of the page: its fields, `is_default` for a stored rule like the default, and the default as text."""

    row: AlertRuleDefinition
    fields: list[tuple[Part, forms.BoundField]]
    is_default: bool
    default: str

    @property
    def on(self) -> forms.BoundField | None:
        return next((field for part, field in self.fields if part is Part.ON), None)

    @property
    def rest(self) -> list[forms.BoundField]:
        return [field for part, field in self.fields if part is not Part.ON]


def describe(row: AlertRuleDefinition, rule: Rule | None = None) -> str:
    """Return a rule as text: "Critical: pain 7 or more after a session. To the whole team after 30 minutes." """
    rule = rule or row.rule
    if not rule.is_on:
        return _("Off.")
    limit = (
        _("To the whole team after %(minutes)s minutes.") % {"minutes": rule.limit_minutes}
        if rule.limit_minutes
        else _("Never goes to the whole team by itself.")
    )
    return f"{rule.level.label}: {row.describe(rule.numbers)}. {limit}"


def _name(row: AlertRuleDefinition, part: Part) -> str:
    return f"{row.kind}-{part}"


def _field(row: AlertRuleDefinition, part: Part) -> forms.Field:
    if part is Part.ON:
        return forms.BooleanField(label=_("Tell us"), required=False)
    if part is Part.LEVEL:
        levels = sorted((choice for choice in AlertLevel.choices if choice[0] <= row.highest), reverse=True)
        return forms.ChoiceField(label=_("Level"), choices=levels)
    if part is Part.LIMIT:
        must = row.why_fixed is not None
        return _number(
            _("To the whole team after"),
            LIMITS,
            required=must,
            help_text=_("Minutes of your opening hours.")
            if must
            else _("Minutes of your opening hours. Empty: never."),
        )
    least_and_most = {Part.AMOUNT: row.amounts, Part.MARGIN: MARGINS, Part.TIMES: TIMES}[part]
    assert least_and_most is not None  # noqa: S101  # a definition with a changeable amount has bounds
    return _number(_label(row, part), least_and_most)


def _label(row: AlertRuleDefinition, part: Part) -> str:
    if part is Part.MARGIN:
        return _("Points above the usual")
    if part is Part.TIMES:
        return str(row.times_label)
    days: dict[str, str] = {AlertKind.QUIET: _("Planned days"), AlertKind.SILENT: _("Days")}
    return days.get(row.kind, _("Points of pain"))


def _number(
    label: str, bounds: tuple[int, int], *, required: bool = True, help_text: str = ""
) -> forms.IntegerField:
    words = _("Write a number from %(least)s to %(most)s.") % {"least": bounds[0], "most": bounds[1]}
    return forms.IntegerField(
        label=label,
        required=required,
        help_text=help_text,
        validators=[MinValueValidator(bounds[0], words), MaxValueValidator(bounds[1], words)],
        widget=forms.NumberInput({"inputmode": "numeric", "min": bounds[0], "max": bounds[1]}),
        error_messages=dict.fromkeys(("required", "invalid"), words),
    )
