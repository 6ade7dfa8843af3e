"""A key for one machine of a developer, made when it is first wanted and good for nothing else."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path


def throw_away_key(file: Path) -> str:
    """The 32 random bytes kept in `file`, base64url; made now if there are none. Never used in production."""
    if not file.is_file():
        file.parent.mkdir(exist_ok=True)
        file.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))
        file.chmod(0o600)
    return file.read_text().strip()
