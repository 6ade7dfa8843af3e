"""Pages in docs/ that are generated from tables are up to date."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from clinic.roles import ROLES, Action
from patients.generated_data_model import APPS, get_models
from patients.generated_docs import PAGES, data_model_page, plan_states_page, roles_page
from patients.plans.states import MOVES


@pytest.mark.parametrize("name", PAGES)
def test_the_page_in_docs_equals_the_generated_one(name):
    written = (settings.BASE_DIR / "docs" / name).read_text(encoding="utf-8")

    assert written == PAGES[name](), "Run: manage.py generate_docs"


def test_the_command_writes_the_pages(tmp_path, settings, capsys):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()

    call_command("generate_docs")

    assert {path.name for path in (tmp_path / "docs").iterdir()} == set(PAGES)
    assert "Wrote docs/roles.md" in capsys.readouterr().out


def test_every_move_is_in_the_diagram_and_the_table():
    page = plan_states_page()

    for row in MOVES.values():
        for state in row.from_states:
            assert f"{state.value} --> {row.to_state.value}: {row.move.value}" in page
        assert f"| {row.label} |" in page


def test_every_role_and_action_is_in_the_table():
    page = roles_page()

    assert all(row.description in page for row in ROLES.values())
    assert all(f"| {action.value} |" in page for action in Action)


def test_every_model_and_field_is_in_the_data_model():
    page = data_model_page()

    for label in APPS:
        for model in get_models(label):
            section = page.partition(f"### {model.__name__}\n")[2].partition("\n### ")[0]
            assert f"`{model._meta.db_table}`" in section
            assert all(f"| `{field.name}` |" in section for field in model._meta.concrete_fields)


def test_only_tables_of_history_are_left_out_of_the_data_model():
    left_out = {
        model.__name__
        for label in APPS
        for model in set(apps.get_app_config(label).get_models()) - set(get_models(label))
    }

    assert "HistoricalPatient" in left_out
    assert all(name.startswith("Historical") for name in left_out)


def test_the_data_model_draws_each_relation_inside_an_app():
    page = data_model_page()

    assert "  Plan ||--o{ PlanVersion : plan" in page
    assert "  Exercise }o--o{" in page or "}o--o{ Exercise" in page
    assert "  Patient ||--o| PatientSummary : patient" in page
