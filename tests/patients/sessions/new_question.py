"""A question that the table does not have, defined as a developer would add it: by one row with its texts."""

from patients.alerts.kinds import LIMIT_ONLY, AlertLevel, AlertRuleDefinition, Rule
from patients.sessions import check_in
from patients.sessions.questions import Advice, Condition, Group, Level, Question
from patients.sessions.signs.common import REST_TODAY, SIT

SWOLLEN_HAND = Question(
    id="swollen_hand",
    label="Is one hand swollen?",
    hint="It may not hurt.",
    missing="Say if one hand is swollen: yes or no.",
    sign="One hand swollen",
    group=Group.OTHER,
    grounds="J",
    on_paper="One hand swollen",
    in_short="Swollen hand",
    said="“Yes, one hand is swollen.”",
    holds=(SIT, REST_TODAY),
    alert=AlertRuleDefinition(
        rule=Rule(kind="swollen_hand", level=AlertLevel.CRITICAL, limit_minutes=30),
        label="Swollen hand",
        sentence="a swollen hand",
        grounds="J",
        may_change=LIMIT_ONLY,
        why_fixed="It may break.",
        in_report=True,
    ),
    advice=(
        Advice(
            when=(Condition(question="swollen_hand"),),
            level=Level.CALL,
            title="Rest that hand",
            to_do=("Call your clinic today.",),
            grounds="J",
        ),
    ),
)


def add_to_table(monkeypatch, question=SWOLLEN_HAND):
    """Add the question to the table, and change nothing else."""
    monkeypatch.setattr(check_in, "QUESTIONS", (*check_in.QUESTIONS, question))
