"""Files that a phone keeps so that its pages look right without a connection, and how it knows that they changed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from django.contrib.staticfiles import finders
from django.templatetags.static import static

#: What the offline page needs beside its pictures.
KEPT = (
    "bootstrap/bootstrap.min.css",
    "css/surefoot.css",
    "css/my.css",
    "css/offline.css",
    "fonts/AtkinsonHyperlegible-Regular.ttf",
    "fonts/AtkinsonHyperlegible-Bold.ttf",
    "img/icon.svg",
    "img/plate-aerobic.svg",
    "img/plate-balance.svg",
    "img/plate-plain.svg",
    "img/plate-stretching.svg",
    "js/theme.js",
    "js/check-in.js",
    "js/offline-store.js",
    "js/offline-today.js",
    "js/offline.js",
    "js/exercise.js",
    "js/session-player.js",
)
#: What the worker is made of.
WORKER = ("js/offline-store.js", "js/offline-worker.js", "js/push-worker.js")


@dataclass(frozen=True)
class ServiceWorkerFiles:
    """Addresses to keep, addresses to run, and a word that changes when any of them does."""

    kept: list[str]
    scripts: list[str]
    version: str


def get_worker_files() -> ServiceWorkerFiles:
    """In production a file's address changes with what is in it; while developing, its date tells."""
    told = "".join(static(name) + _date_of(name) for name in (*KEPT, *WORKER))
    return ServiceWorkerFiles(
        kept=[static(name) for name in KEPT],
        scripts=[static(name) for name in WORKER],
        version=hashlib.sha256(told.encode()).hexdigest()[:12],
    )


def _date_of(name: str) -> str:
    if not static(name).endswith(name):
        return ""
    path = finders.find(name)
    return str(os.path.getmtime(path)) if path else ""
