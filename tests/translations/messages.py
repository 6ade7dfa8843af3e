"""Access to the messages of gettext: those in the sources, those in the .po file, and the readers of each."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PO = Path("locale/es/LC_MESSAGES/django.po")
#: Files and folders that can contain messages. The rest of the repository has none.
SOURCES = ("manage.py", "clinic", "exercises", "patients", "templates", "locale")

#: Files with messages for the team or the admin only, and the reason. Messages of all other files need a Spanish
#: translation, so that a new page for patients without one fails the tests.
TEAM_ONLY = {
    r"(clinic|exercises|patients)/admin/.*\.py": "the administration",
    r"clinic/models/(audit|emergency_access|outbox|rate_limits|recoveries|users)\.py": "the administration",
    r"clinic/emergency_access/.*\.py": "a page of the administration, and its mail to a team",
    r"clinic/(accounts/.*|audit/selectors|team/.*|clinics/(forms|views))\.py": "the team's own pages",
    r"clinic/consultations/(forms_staff|selectors|services|states|views_staff)\.py": "answers to requests",
    r"exercises/catalogue_file/.*\.py": "the administration",
    r"exercises/(forms|clinic_exercises/.*|library/photos)\.py": "a clinic's own exercises",
    r"exercises/routines/(forms|selectors|views_staff)\.py": "a clinic's own routines",
    r"patients/models/(alerts|screening|summaries)\.py": "what only the team and the administration see",
    r"patients/(alerts|caseload|records)/.*\.py": "the team's work",
    r"patients/access_log/(forms|kinds|views_staff)\.py": "the clinic admin's page",
    r"patients/(exceptions|lookups)\.py": "the team's work",
    r"patients/documents/(forms/.*|services/.*|report|views_paper_log|views_staff)\.py": "what the team prints",
    r"patients/messages/views_staff\.py": "pages of the team",
    r"patients/plans/(forms|services|views)/.*\.py": "building plans",
    r"patients/plans/(diff|edits|policies|totals|selectors/draft_.*|selectors/plan_start)\.py": "building plans",
    r"patients/safety/(forms|hold_endings|publishing_checks|views|services/.*)\.py": "a patient's flags and holds",
    r"patients/safety/selectors/(?!return_notes).*\.py": "a patient's flags and holds",
    r"patients/screening/(forms|publishing_checks|states|services/\w+|views/staff)\.py": "the team's screening page",
    r"patients/sessions/selectors/(session_log|timeline)\.py": "the team's page of a patient",
    r"templates/(account|allauth|mfa)/.*": "accounts: patients have none",
    r"templates/(admin|simple_history)/.*": "the administration",
    r"templates/clinic/consultations/(request|requests|partials/request_badge)\.html": "pages of the team",
    r"templates/clinic/consultations/emails/request_waiting\.txt": "a mail to the team",
    r"templates/partials/dose_fields\.html": "a form of the team",
    r"templates/patients/(alerts|caseload|plans|records|safety)/.*": "pages of the team",
    r"patients/data_rights/(forms|views)_staff\.py": "pages of the team",
    r"patients/models/data_rights\.py": "what only the team and the administration see",
    r"templates/patients/documents/report_pdf\.html": "the report for the doctor, who reads English",
    r"templates/patients/messages/(emails/new_message_staff\.txt|thread_staff\.html)": "for the team",
}
#: Files that patients and visitors read: no pattern above may match one of these.
READ_BY_PATIENTS = (
    "templates/exercises/library/",
    "templates/patients/documents/card.html",
    "templates/patients/documents/handout.html",
    "templates/patients/messages/thread_patient.html",
    "templates/patients/preferences/",
    "templates/patients/reminders/",
    "templates/patients/screening/my_question.html",
    "templates/patients/screening/paper.html",
    "templates/patients/sessions/offline/",
    "templates/patients/sessions/session/",
    "templates/patients/sessions/today/",
    "templates/patients/sign_in/sign_in.html",
    "templates/base_patient.html",
    "templates/base_public.html",
    "templates/clinic/consultations/consultation.html",
    "templates/clinic/clinics/privacy.html",
    "exercises/catalogue/",
    "exercises/figures/",
    "exercises/doses.py",
    "patients/messages/views_patient.py",
    "patients/plans/formatting.py",
    "patients/sign_in/views/email_address.py",
    "patients/sessions/forms.py",
    "patients/sessions/check_in.py",
    "patients/sessions/signs/",
    "patients/sessions/not_today.py",
    "patients/safety/rule_table/",
    "patients/safety/rules.py",
    "patients/screening/questions_feet.py",
    "patients/screening/questions_health.py",
    "patients/models/session.py",
    "clinic/clinics/opening_hours.py",
    "clinic/consultations/forms_public.py",
)


@dataclass
class Message:
    """One entry of a .po file. `strings` are the translations, one for each plural form."""

    sources: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    context: str | None = None
    id: str = ""
    plural: str | None = None
    strings: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.id

    @property
    def is_translated(self) -> bool:
        return bool(self.strings) and all(self.strings) and "fuzzy" not in self.flags

    @property
    def is_read_in_spanish(self) -> bool:
        """Return True if anyone but the team reads the message.

        Of a model, people read the choices; its own names appear in the admin only.
        """
        return any(
            not is_for_the_team(source) and (not is_model(source) or self.id in choices_in(source))
            for source in self.sources
        )


def is_for_the_team(source: str) -> bool:
    return any(re.fullmatch(pattern, source) for pattern in TEAM_ONLY)


def is_model(source: str) -> bool:
    return re.search(r"/models(/\w+)?\.py$", source) is not None


@cache
def choices_in(source: str) -> frozenset[str]:
    """Return the labels of a model file's choices, and its messages outside of classes."""
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    read = [node for node in tree.body if not isinstance(node, ast.ClassDef)]
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    read += [one for one in classes if any("Choices" in ast.unparse(base) for base in one.bases)]
    return frozenset(
        node.args[0].value
        for part in read
        for node in ast.walk(part)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("_", "gettext")) and node.args
        if isinstance(node.args[0], ast.Constant)
    )


def read_po(path: Path) -> dict[tuple[str | None, str], Message]:
    """Return the messages of a .po file without its header."""
    entries = [_read_entry(block) for block in path.read_text(encoding="utf-8").split("\n\n")]
    return {entry.key: entry for entry in entries if entry.id}


def _read_entry(block: str) -> Message:
    entry, parts = Message(), {"msgctxt": "", "msgid": "", "msgid_plural": ""}
    strings: dict[str, str] = {}
    at: tuple[dict[str, str], str] = (parts, "msgid")
    seen = set()
    for line in block.splitlines():
        if line.startswith("#:"):
            entry.sources += [source.rsplit(":", 1)[0] for source in line[2:].split()]
        elif line.startswith("#,"):
            entry.flags += [flag.strip() for flag in line[2:].split(",")]
        elif match := re.match(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (\".*\")$", line):
            held = strings if match[1].startswith("msgstr") else parts
            at = (held, match[1])
            seen.add(match[1])
            held[match[1]] = ast.literal_eval(match[2])
        elif line.startswith('"'):
            at[0][at[1]] += ast.literal_eval(line)
    entry.id = parts["msgid"]
    entry.context = parts["msgctxt"] if "msgctxt" in seen else None
    entry.plural = parts["msgid_plural"] if "msgid_plural" in seen else None
    entry.strings = [strings[key] for key in sorted(strings)]
    return entry


@cache
def committed() -> dict[tuple[str | None, str], Message]:
    """Return the messages of the translation in the repository."""
    return read_po(ROOT / PO)


@cache
def made_anew() -> dict[tuple[str | None, str], Message]:
    """Return the messages after `make messages` in a copy: every message that the sources contain now."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for source in SOURCES:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, copy / source, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, copy / source)
        command = [
            sys.executable,
            "manage.py",
            "makemessages",
            "--all",
            "--no-obsolete",
            "--add-location=file",
        ]
        subprocess.run(
            command,
            cwd=copy,
            check=True,
            capture_output=True,
            env={"SUREFOOT_MODE": "test", "PATH": "/usr/bin:/bin"},
        )
        return read_po(copy / PO)


def for_patients() -> list[Message]:
    """Return every message that patients or visitors read, from the current sources."""
    return [message for message in made_anew().values() if message.is_read_in_spanish]
