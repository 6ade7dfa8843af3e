"""A question that the table does not have, defined as a developer would add it: by one row with its texts."""

from patients.alerts.kinds import LIMIT_ONLY, AlertLevel, AlertRuleDefinition, Rule
from patients.sessions import check_in
from patients.sessions.questions import Advice, Condition, Level, Question

HOT_FOOT = Question(
    id="hot_foot",
    label="Is one foot hot or red?",
    hint="It may not hurt.",
    missing="Say if one foot is hot or red: yes or no.",
    on_paper="One foot hot or red",
    in_short="Hot or red foot",
    said="“Yes, one foot is hot or red.”",
    holds=(check_in.SIT_UNTIL_SETTLED, check_in.REST_TODAY),
    alert=AlertRuleDefinition(
        rule=Rule(kind="hot_foot", level=AlertLevel.CRITICAL, limit_minutes=30),
        label="Hot or red foot",
        sentence="a hot or red foot",
        may_change=LIMIT_ONLY,
        why_fixed="It may break.",
        in_report=True,
    ),
    advice=(
        Advice(
            when=(Condition(question="hot_foot"),),
            level=Level.CALL,
            title="Stay off the hot foot",
            to_do=("Call your clinic today.",),
        ),
    ),
)


def add_to_table(monkeypatch, question=HOT_FOOT):
    """Add the question to the table, and change nothing else."""
    monkeypatch.setattr(check_in, "QUESTIONS", (*check_in.QUESTIONS, question))
