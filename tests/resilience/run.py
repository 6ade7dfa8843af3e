"""Runs one trial in this process: `python -m tests.resilience.run TRIAL`, called by `__main__.py`."""

from __future__ import annotations

import sys
from importlib import import_module

import django

from tests.resilience.small_disk import small_disk


def main(name: str) -> None:
    if name != "full_disk":
        django.setup()
        import_module(f"tests.resilience.{name}").main()
        return
    with small_disk():  # before Django reads where the database is
        django.setup()
        import_module(f"tests.resilience.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1])
