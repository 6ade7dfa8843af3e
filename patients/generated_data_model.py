"""The page docs/data-model.md: tables, fields and relations, made from the models."""

from __future__ import annotations

from inspect import getdoc

from django.apps import apps
from django.db.models import Field, Model, OneToOneField
from django.utils import translation
from simple_history.models import registered_models

APPS = {
    "clinic": "Users, clinics and teams, consultation requests, the audit trail, the outbox and rate limits.",
    "exercises": "The library: exercises, routines and the words they are sorted by.",
    "patients": "Patients, how they sign in, plans, sessions, alerts, messages and reminders.",
}


def data_model_page(notice: str) -> str:
    """Return the text of docs/data-model.md; `notice` says how it is made."""
    with translation.override("en"):
        sections = [line for label, words in APPS.items() for line in _app_section(label, words)]
    lines = [
        "# The data model",
        "",
        notice,
        "",
        "Each app has a diagram of the relations between its own models; relations to models of another app, such as "
        "the user who did something, are in the tables below it. “History” says that django-simple-history keeps each "
        "earlier state of a row, in a table of its own. Tables of Django and of packages (sessions, allauth’s second "
        "factors and passkeys, the cache) are not listed.",
        "",
        *sections,
    ]
    return "\n".join(lines)


def get_models(label: str) -> list[type[Model]]:
    """Return the models of an app by name, without the historical models of django-simple-history."""
    models = apps.get_app_config(label).get_models()
    # A historical model has `instance_type`, the model whose states it stores.
    return sorted(
        (model for model in models if not hasattr(model, "instance_type")), key=lambda model: model.__name__
    )


def _app_section(label: str, words: str) -> list[str]:
    models = get_models(label)
    return [
        f"## {label}",
        "",
        words,
        "",
        "```mermaid",
        *_diagram(models),
        "```",
        "",
        *[line for model in models for line in _model_section(model)],
    ]


def _diagram(models: list[type[Model]]) -> list[str]:
    inside = set(models)
    lines = ["erDiagram"]
    related: set[type[Model]] = set()
    for model in models:
        for field in _fields(model):
            target = field.related_model
            if target in inside:
                related |= {model, target}
                lines.append(f"  {target.__name__} {_arity(field)} {model.__name__} : {field.name}")
    lines += [f"  {model.__name__}" for model in models if model not in related]
    return lines


def _arity(field: Field) -> str:
    if field.many_to_many:
        return "}o--o{"
    from_side = "|o" if field.null else "||"
    return f"{from_side}--{'o|' if isinstance(field, OneToOneField) else 'o{'}"


def _fields(model: type[Model]) -> list[Field]:
    return [*model._meta.concrete_fields, *model._meta.many_to_many]


def _model_section(model: type[Model]) -> list[str]:
    meta = model._meta
    has_history = model in registered_models.values()
    lines = [
        f"### {model.__name__}",
        "",
        _first_sentence(model),
        "",
        f"Table `{meta.db_table}`, defined in `{model.__module__.replace('.', '/')}.py`{', history' * has_history}.",
        "",
        "| Field | Type | May be empty | Label |",
        "|---|---|---|---|",
        *[
            f"| `{field.name}` | {_type(field)} | {_emptiness(field)} | {_label(field)} |"
            for field in _fields(model)
        ],
        "",
    ]
    if meta.constraints:
        names = sorted(constraint.name for constraint in meta.constraints)
        lines += [f"Constraints: {', '.join(f'`{name}`' for name in names)}.", ""]
    return lines


def _first_sentence(model: type[Model]) -> str:
    paragraph = " ".join((getdoc(model) or "").split("\n\n")[0].split())
    return paragraph if paragraph.endswith(".") else f"{paragraph}."


def _type(field: Field) -> str:
    name = type(field).__name__.removesuffix("Field")
    if field.related_model:
        target = field.related_model
        on_delete = getattr(field.remote_field, "on_delete", None)
        rule = f", {on_delete.__name__}" if on_delete else ""
        return f"{name} → {target._meta.app_label}.{target.__name__}{rule}"
    length = f"({field.max_length})" if field.max_length else ""
    key = ", primary key" if field.primary_key else ""
    unique = ", unique" if field.unique and not field.primary_key else ""
    return f"{name}{length}{key}{unique}"


def _emptiness(field: Field) -> str:
    if field.null:
        return "null"
    return "blank" if field.blank and not field.many_to_many else "–"


def _label(field: Field) -> str:
    return str(getattr(field, "verbose_name", "")).replace("|", "\\|")
