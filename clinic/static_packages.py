"""Serve the static files that come inside Python packages, so that no asset is copied into the repository."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

#: static prefix → (package, folder in it, the only files we serve from it)
PACKAGES = {
    "bootstrap": ("django_include_bootstrap", "static/css", ("bootstrap.min.css", "bootstrap.min.css.map")),
    "fonts": (
        "fontpkg_atkinson_hyperlegible",
        "files",
        ("AtkinsonHyperlegible-Regular.ttf", "AtkinsonHyperlegible-Bold.ttf"),
    ),
}


class PackageFinder(BaseFinder):
    """Finds `<prefix>/<file>` for the few files that PACKAGES names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storages: dict[str, FileSystemStorage] = {}
        for prefix, (package, folder, _names) in PACKAGES.items():
            storage = FileSystemStorage(location=str(Path(str(files(package))) / folder))
            storage.prefix = prefix  # type: ignore[attr-defined]  # read by collectstatic and runserver
            self.storages[prefix] = storage

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        prefix, _slash, name = path.partition("/")
        found = []
        if prefix in PACKAGES and name in PACKAGES[prefix][2] and self.storages[prefix].exists(name):
            found = [self.storages[prefix].path(name)]
        # Nothing found is an empty list here: Django would take None for a match.
        return found[0] if found and not find_all else found

    def list(self, ignore_patterns: Any) -> Any:
        for prefix, storage in self.storages.items():
            for name in PACKAGES[prefix][2]:
                if not matches_patterns(name, ignore_patterns):
                    yield name, storage
