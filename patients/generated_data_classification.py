"""The page docs/data-classification.md, from the table in `patients.data_rights.classification`."""

from __future__ import annotations

from collections import defaultdict

from django.apps import apps

from .data_rights.classification import TABLE, classify, get_concrete_fields
from .data_rights.kinds import DataClass, Erasure, ModelClass, Subject

_INTRODUCTION = """\
The class of every field of every table, the way from a patient to each row, and what an erasure does with it. The
export and the erasure of a patient's data follow this table.

- **identity**: says who a person is: a name, a date of birth.
- **contact**: an address at which a person is reached.
- **clinical**: about a person's health or treatment, and every text in which they may write about it.
- **operational**: needed to run the app: keys, times, states, secrets. Keys and relations are operational.
- **none of a person**: the library, clinics, and Django's own tables.

“Path” is how the rows of one patient are found: `patient` and the like are lookups from the row to the patient.
“Not exported” are hashes and secrets with which someone could sign in."""


def data_classification_page(notice: str) -> str:
    """Return the text of docs/data-classification.md; `notice` says how it is made."""
    about = {
        subject: [label for label, row in TABLE.items() if row.subject == subject] for subject in Subject
    }
    return "\n".join(
        [
            "# The classification of data",
            "",
            notice,
            "",
            _INTRODUCTION,
            "",
            "## About patients",
            "",
            *[line for label in about[Subject.PATIENT] for line in _section(label)],
            "## About staff only",
            "",
            *[f"- {_short(label)}" for label in about[Subject.STAFF]],
            "",
            "## About nobody",
            "",
            *[f"- {_short(label)}" for label in about[Subject.NOBODY]],
            "",
        ]
    )


def _section(label: str) -> list[str]:
    row = TABLE[label]
    fields = defaultdict(list)
    for field in get_concrete_fields(apps.get_model(label)):
        fields[classify(field)].append(f"`{field.name}`")
    return [
        f"### {label}",
        "",
        *([row.why, ""] if row.why else []),
        *[f"- {kind.value}: {', '.join(fields[kind])}" for kind in DataClass if fields[kind]],
        f"- Path: {row.path}" + (f"; of helpers: {row.helper_path}" if row.helper_path else ""),
        f"- Export: {_export(row)}",
        f"- Erasure: {_erasure(row)}",
        "",
    ]


def _export(row: ModelClass) -> str:
    if row.not_exported:
        return f"no. {row.not_exported}"
    return "yes" + (
        f", without {', '.join(f'`{name}`' for name in row.secret.split())}" if row.secret else ""
    )


def _erasure(row: ModelClass) -> str:
    if row.erasure == Erasure.ANONYMIZE:
        return "identity, contact and clinical fields are emptied; the row stays"
    return row.erasure.value


def _short(label: str) -> str:
    row = TABLE[label]
    return f"{label}: {row.default.value}." + (f" {row.why}" if row.why else "")
