"""Make clinic/accounts/known_passwords.bin from a list of passwords, one a line, the commonest first.

    .venv/bin/python .ci/known_passwords.py 10-million-password-list-top-1000000.txt

The list in the repository is of SecLists (MIT licence). The file holds hashes and not passwords, because some of them
are names of people.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("SUREFOOT_MODE", "development")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from clinic.accounts.known_passwords import FILE, SHORTEST, hash_password  # noqa: E402  # after the path

lines = Path(sys.argv[1]).read_text(encoding="utf-8", errors="ignore").splitlines()
hashes = {hash_password(line) for line in lines if len(line) >= SHORTEST}
FILE.write_bytes(b"".join(sorted(hashes)))
sys.stdout.write(f"{len(hashes)} of {len(lines)} passwords, {FILE.stat().st_size} bytes\n")
