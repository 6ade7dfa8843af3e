"""Passwords that are known from leaks, as a sorted file of hashes; made by `.ci/known_passwords.py`."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("known_passwords.bin")
#: Shorter ones are refused for their length.
SHORTEST = 8
#: Bytes of each hash: with 5, one of two million other passwords is taken for a known one.
SIZE = 5


def normalise(password: str) -> str:
    """Return the password in NFKC, so that it is the same whichever way a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> bytes:
    """Return the first bytes of the SHA-256 of the password in NFKC, regardless of case."""
    return hashlib.sha256(normalise(password).casefold().encode()).digest()[:SIZE]


def is_known(password: str) -> bool:
    """Return True if the password is in the file, in upper or lower case. Takes microseconds and no query."""
    wanted, hashes = hash_password(password), _read_file()
    low, high = 0, len(hashes) // SIZE
    while low < high:
        middle = (low + high) // 2
        found = hashes[middle * SIZE : (middle + 1) * SIZE]
        if found == wanted:
            return True
        if found < wanted:
            low = middle + 1
        else:
            high = middle
    return False


@cache
def _read_file() -> bytes:
    return FILE.read_bytes()
