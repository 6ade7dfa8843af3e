"""Runs the trials: `python -m tests.resilience [TRIAL …]`, all of them without a name; see docs/resilience.md.

Each trial runs in a process of its own, on an empty SQLite file and on a PostgreSQL server of its own
(DATABASES=sqlite or DATABASES=postgresql chooses one).
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRIALS = (
    "kills",
    "no_mail_server",
    "silent_push",
    "full_disk",
    "frozen_database",
    "two_workers",
    "clock_jumps",
)


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def main(names: list[str]) -> int:
    unknown = set(names) - set(TRIALS)
    if unknown:
        print(f"No such trial: {', '.join(sorted(unknown))}. There are: {', '.join(TRIALS)}.")
        return 2
    databases = os.environ.get("DATABASES", "sqlite postgresql").split()
    failed = [
        f"{name} ({database})"
        for name in names or TRIALS
        for database in databases
        if not run(name, database)
    ]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll trials passed.")
    return 1 if failed else 0


def run(name: str, database: str) -> bool:
    """Run one trial on one database, and return True if nothing was wrong."""
    with tempfile.TemporaryDirectory(prefix="resilience-") as folder:
        port = unused_port()
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.resilience.settings",
            "SUREFOOT_MODE": "production",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "MFA_ENCRYPTION_KEYS": "b25seS1mb3ItdGhpcy10ZXN0LW9mLTMyLWJ5dGVzISE=",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": f"https://127.0.0.1:{port}",
            "TRUST_PROXY": "true",
            "STATIC_ROOT": f"{folder}/static",
            "AUDIT_HEADS_FILE": f"{folder}/audit-heads.txt",
            "ERASED_LIST": f"{folder}/erased.txt",
            "LOG_LEVEL": "WARNING",
            "TRIAL_FOLDER": folder,
            "CLOCK_FILE": f"{folder}/clock",
            "PORT": str(port),
            "MAIL_PORT": str(mail := unused_port()),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail}",
            "PUSH_SERVICE": f"http://127.0.0.1:{unused_port()}",
            # A key of the curve P-256, as VAPID wants it: any number of 32 bytes that is not too large.
            "VAPID_PRIVATE_KEY": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
        }
        command = [sys.executable, "-m", "tests.resilience.run", name]
        if database == "postgresql":
            command = [".ci/with-postgres", *command]
        else:
            environment["DATABASE_URL"] = f"sqlite:///{folder}/data.sqlite3"
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
