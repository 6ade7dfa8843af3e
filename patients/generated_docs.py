"""The pages of `docs/` that are made from tables and models of the code; `manage.py generate_docs` writes them."""

from __future__ import annotations

from collections.abc import Iterable

from clinic.roles import ROLES, Action
from patients.plans.states import MOVES, diagram

from .generated_data_classification import data_classification_page as make_data_classification_page
from .generated_data_model import data_model_page as make_data_model_page
from .generated_safety_case import safety_case_page as make_safety_case_page
from .generated_security import security_page as make_security_page
from .models import PlanState
from .safety.matrix import LEGEND, matrix_lines, summary_lines
from .screening.questions import QUESTIONS as SCREENING
from .sessions.check_in import QUESTIONS
from .sessions.flow import FLOW
from .sessions.not_today import REASONS
from .sessions.questions import Question

NOTICE = "<!-- Made by `manage.py generate_docs`; change the table in the code, then run it again. -->"
CLASSES_NOTICE = (
    "<!-- Made by `manage.py generate_docs`; change patients/data_rights/, then run it again. -->"
)
MODELS_NOTICE = "<!-- Made by `manage.py generate_docs`; change the models, then run it again. -->"
SAFETY_NOTICE = "<!-- Made by `manage.py generate_docs`; change docs/safety.toml, then run it again. -->"
SECURITY_NOTICE = (
    "<!-- Made by `manage.py generate_docs`; change the files below docs/, then run it again. -->"
)


def data_model_page() -> str:
    """docs/data-model.md, from the models of the three apps."""
    return make_data_model_page(MODELS_NOTICE)


def data_classification_page() -> str:
    """Return docs/data-classification.md, generated from `patients.data_rights.classification`."""
    return make_data_classification_page(CLASSES_NOTICE)


def safety_page() -> str:
    """Return docs/safety.md, generated from docs/safety.toml."""
    return make_safety_case_page(SAFETY_NOTICE)


def security_page() -> str:
    """Return docs/security.md, generated from docs/security.toml, docs/asvs.toml and the limits in the code."""
    return make_security_page(SECURITY_NOTICE)


def plan_states_page() -> str:
    """Return docs/plan-states.md, generated from `patients.plans.states`."""
    rows = [
        f"| {row.label} | {' or '.join(state.value for state in row.from_states)} | {row.to_state.value} "
        f"| {row.asks or '–'} | {row.consequence} |"
        for row in MOVES.values()
    ]
    lines = [
        "# The states of a plan",
        "",
        NOTICE,
        "",
        "```mermaid",
        diagram(),
        "```",
        "",
        "| Move | From | To | Asks | What it means |",
        "|---|---|---|---|---|",
        *rows,
        "",
        f"A plan that is {_listed(state.value for state in PlanState if state != PlanState.FINISHED)} is open; a "
        "patient has at most one open plan.",
        "Every move leaves a `PlanEvent`: who, when, why. Publishing a further version moves nothing; its own record "
        "is the version.",
        "Discarding a draft that was never published leaves nothing but its audit row.",
        "",
    ]
    return "\n".join(lines)


def roles_page() -> str:
    """Return docs/roles.md, generated from `clinic.roles`."""
    roles = list(ROLES.values())
    lines = [
        "# Who may do what",
        "",
        NOTICE,
        "",
        *[f"- **{row.role.label}**: {row.description}" for row in roles],
        "",
        f"| A member of the team may | {' | '.join(str(row.role.label) for row in roles)} |",
        f"|---|{'---|' * len(roles)}",
        *[
            f"| {action.value} | {' | '.join('yes' if action in row.may else '–' for row in roles)} |"
            for action in Action
        ],
        "",
        "Everything is limited to one’s own clinic: what belongs to another one is answered as if it did not exist. "
        "A patient reaches nothing of the team’s, and only their own plan, sessions, progress and messages.",
        "",
    ]
    return "\n".join(lines)


def check_in_page() -> str:
    """Return docs/check-in.md, generated from `patients.sessions.check_in` and `patients.sessions.flow`."""
    rows = [
        f"| `{each.id}` | {each.label} | {_list_places(each)} "
        f"| {', '.join(sorted(each.asked_of)) or 'everyone'} | {each.alert.kind if each.alert else '–'} "
        f"| {', '.join(f'{one.kind} until {one.until}' for one in each.holds) or '–'} "
        f"| {' / '.join(str(advice.title) for advice in each.advice) or '–'} | {each.why} |"
        for each in QUESTIONS
    ]
    turns = [
        f"| {turn.after or '–'} | {', '.join(turn.when) or '–'} | {', '.join(turn.unless) or '–'} | {turn.to} |"
        for turn in FLOW
    ]
    lines = [
        "# What a session asks",
        "",
        NOTICE,
        "",
        "| Question | Words | Asked at | Asked of | Alert | Holds | Advice | Source |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        "",
        "# What comes next",
        "",
        "The first row that is due counts; without one, the session goes on with what it waits for.",
        "",
        "| Right after | When | Unless | Screen |",
        "|---|---|---|---|",
        *turns,
        "",
    ]
    return "\n".join(lines)


def _list_places(question: Question) -> str:
    """Return where a question is asked, or told; one without any place is not asked any more."""
    follow_up = ("follow-up",) if question.only_if else ()
    reasons = tuple(f"“not today”: {row.reason.value}" for row in REASONS if question.id in row.asks)
    screening = ("screening",) if any(each.reports == question.id for each in SCREENING) else ()
    return ", ".join((*question.asked_at, *follow_up, *reasons, *screening)) or "no longer"


def safety_matrix_page() -> str:
    """Return docs/safety-matrix.md, generated from `patients.safety.rule_table` and the catalogue."""
    lines = [
        "# Exercises and flags",
        "",
        NOTICE,
        "",
        "The effect of every flag on every exercise of the catalogue, as `manage.py safety_matrix` prints it.",
        LEGEND,
        "",
        "```text",
        *matrix_lines(),
        "```",
        "",
        "| Flag | Blocked | Warned of | Noted | Without effect |",
        "|---|---|---|---|---|",
        *summary_lines(),
        "",
    ]
    return "\n".join(lines)


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}"


#: File name in `docs/` → what it should hold.
PAGES = {
    "check-in.md": check_in_page,
    "data-classification.md": data_classification_page,
    "data-model.md": data_model_page,
    "plan-states.md": plan_states_page,
    "roles.md": roles_page,
    "safety-matrix.md": safety_matrix_page,
    "safety.md": safety_page,
    "security.md": security_page,
}
