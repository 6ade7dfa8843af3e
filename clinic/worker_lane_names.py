"""Names of the lanes of the worker, under which they give signs of life."""

from __future__ import annotations

from django.conf import settings

MAIL, JOBS = "mail", "jobs"


def get_lane_name(job: str) -> str:
    """Return the name of the lane of a job of `settings.EXTERNAL_JOBS`: the last part of its dotted name."""
    return job.rpartition(".")[2]


def list_lane_names() -> list[str]:
    """Return the names of the lanes that a worker has."""
    return [MAIL, JOBS, *map(get_lane_name, settings.EXTERNAL_JOBS)]
