"""Logs go where docs/security.md says, and their times are UTC."""

import logging

from django.conf import settings

from clinic.monitoring.log_format import JsonFormatter
from tests.architecture.source import name_of, python_files


def test_logs_go_to_standard_error_and_to_the_error_mail_alone():
    config = settings.LOGGING

    assert config["handlers"].keys() == {"stderr", "error_mail"}
    assert config["handlers"]["stderr"]["class"] == "logging.StreamHandler"
    assert config["root"]["handlers"] == ["stderr", "error_mail"]
    assert not any(logger.get("handlers") for logger in config["loggers"].values())
    adding = [name_of(file) for file in python_files() if "addHandler(" in file.read_text(encoding="utf-8")]
    assert adding == []


def test_the_time_of_a_line_is_utc_whatever_the_zone_of_the_machine():
    record = logging.makeLogRecord({"name": "clinic", "msg": "Hello", "created": 1_772_467_200.5})

    assert '"at": "2026-03-02T16:00:00.500+00:00"' in JsonFormatter().format(record)
    assert (settings.USE_TZ, settings.TIME_ZONE) == (True, "UTC")
