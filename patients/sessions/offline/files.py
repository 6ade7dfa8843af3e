"""Static files that a phone caches for the offline page, and their version."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from django.contrib.staticfiles import finders
from django.templatetags.static import static

#: Files of the offline page, without its pictures.
KEPT = (
    "bootstrap/bootstrap.min.css",
    "css/surefoot.css",
    "css/patient.css",
    "css/session.css",
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
    "js/offline-start.js",
    "js/offline-store.js",
    "js/offline-sending.js",
    "js/offline-today.js",
    "js/offline-advice.js",
    "js/offline-draw.js",
    "js/offline-records.js",
    "js/offline-day.js",
    "js/offline-forms.js",
    "js/offline-progress.js",
    "js/offline.js",
    "js/exercise.js",
    "js/second-tap.js",
    "js/session-player.js",
)
#: Scripts of the service worker.
WORKER = ("js/offline-store.js", "js/offline-sending.js", "js/offline-worker.js", "js/push-worker.js")


@dataclass(frozen=True)
class ServiceWorkerFiles:
    """URLs of the files to cache and of the scripts to run, and a version that changes with any of them."""

    kept: list[str]
    scripts: list[str]
    version: str


def get_worker_files() -> ServiceWorkerFiles:
    """Return the files and their version.

    In production, the URL of a file changes with its content; in development, its modification time is used.
    """
    state = "".join(static(name) + _date_of(name) for name in (*KEPT, *WORKER))
    return ServiceWorkerFiles(
        kept=[static(name) for name in KEPT],
        scripts=[static(name) for name in WORKER],
        version=hashlib.sha256(state.encode()).hexdigest()[:12],
    )


def _date_of(name: str) -> str:
    if not static(name).endswith(name):
        return ""
    path = finders.find(name)
    return str(os.path.getmtime(path)) if path else ""
