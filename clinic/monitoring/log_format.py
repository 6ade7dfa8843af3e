"""The format of logs: one JSON object a line, without personal data, whatever a record contains.

Texts that other packages build quote what people sent: Django the path and the host, PostgreSQL the row that broke a
constraint. So the text of an exception is never written, only its type and frames; and of a record of another package
only the template of its message, without the values.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
from http import HTTPStatus
from types import TracebackType
from typing import Any

from django.conf import settings

from clinic.request_ids import get_request_id

#: Our own packages. Their messages hold ids, counts and names of types only.
OWN_LOGGERS = ("clinic", "exercises", "patients")
#: Facts of a request that a record may have, by their names in `extra`.
FACTS = ("method", "route", "status", "ms")
#: Frames of an exception that are written: the innermost ones.
MOST_FRAMES = 12
#: A place for a value in a message: "%s", "%(name)s", "%.3f".
_PLACE = re.compile(r"%(?:\(\w+\))?[-#0 +]*(?:\d+|\*)?(?:\.\d+)?[hlL]?[a-zA-Z]")
_PACKAGES = "site-packages/"


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON with the time (UTC), the level, the logger, the message and the request id.

    An exception adds `error` (its type), `caused_by` (types), `sqlstate` if a database gave one, and `frames`
    ("file:line:function", the innermost last).
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "message": get_safe_message(record),
        }
        if request_id := get_request_id():
            line["request_id"] = request_id
        line |= get_request_facts(record)
        line |= describe_exception(record)
        return json.dumps(line, ensure_ascii=False)


def get_safe_message(record: logging.LogRecord) -> str:
    """Return the message of one of our records; of another package's only the template, with "…" for each value.

    A message without values may have been built with them, so it is replaced by the place that logged it. Records of
    Django about a response have the name of its status.
    """
    if record.name.split(".")[0] in OWN_LOGGERS:
        return record.getMessage()
    if hasattr(record, "status_code"):
        return HTTPStatus(record.status_code).phrase
    if record.args:
        return _PLACE.sub("…", str(record.msg))
    return f"(from {_shorten(record.pathname)}:{record.lineno})"


def get_request_facts(record: logging.LogRecord) -> dict[str, Any]:
    """Return method, route, status and duration as far as the record has them. The route stands for the path."""
    facts = {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
    request = getattr(record, "request", None)  # of Django's own records
    match = getattr(request, "resolver_match", None)
    if match is not None:
        facts.setdefault("route", match.route)
    if hasattr(record, "status_code"):
        facts.setdefault("status", record.status_code)
    return facts


def describe_exception(record: logging.LogRecord) -> dict[str, Any]:
    """Return type, causes, state of the database and frames of the record's exception; {} without one."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return {}
    told: dict[str, Any] = {"error": type(error).__name__}
    causes: list[BaseException] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < 3:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    if causes:
        told["caused_by"] = [type(each).__name__ for each in causes]
    states = [
        getattr(each, "pgcode", None) or getattr(each, "sqlite_errorname", None) for each in (error, *causes)
    ]
    if state := next(filter(None, states), None):
        told["sqlstate"] = state
    return told | {"frames": list_frames(error.__traceback__)}


def list_frames(traceback: TracebackType | None) -> list[str]:
    """Return the innermost frames as "file:line:function", the innermost last. Reads no source and no variables."""
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{_shorten(code.co_filename)}:{traceback.tb_lineno}:{code.co_name}")
        traceback = traceback.tb_next
    return frames[-MOST_FRAMES:]


def _shorten(path: str) -> str:
    """Return a path relative to the project or to the folder of packages."""
    if _PACKAGES in path:
        return path.rpartition(_PACKAGES)[2]
    return path.removeprefix(f"{settings.BASE_DIR}/")
