"""Parsing of the JSON that a phone sends after it was offline, with the same forms as the pages."""

from __future__ import annotations

import datetime
import uuid
from contextlib import suppress
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from clinic.json_input import parse_json
from exercises.models import Support
from patients.models import Effort, Outcome, Reason, ReportPlace, Variant
from patients.sessions import check_in
from patients.sessions.forms import CheckInForm, SignsForm
from patients.sessions.offline.payload import (
    OfflineEntry,
    OfflineReport,
    OfflineScreeningAnswer,
    OfflineSession,
)
from patients.sessions.questions import ZERO_TO_TEN, Answer

#: Largest number of exercises. A plan has about a dozen; a longer payload is not from our page.
MAX_ENTRIES = 100
#: Longest note that is stored, in characters. The phone cuts a longer one, which it could not send.
MAX_NOTE = 5000
#: A phone's clock that is off by less than this is not corrected.
CLOCK_MAY_DIFFER = datetime.timedelta(minutes=5)


Form = TypeVar("Form", bound=forms.Form)


class InvalidPayloadError(ValueError):
    """The payload is not a session of our page; sending it again is of no use."""


class OfflineSessionForm(forms.Form):
    """The session as a whole. `sent_at` is the time of sending, by the phone's clock."""

    key = forms.UUIDField()
    tag = forms.CharField(max_length=64)
    version = forms.UUIDField()
    session = forms.UUIDField(required=False)
    started_at = forms.CharField()
    finished_at = forms.CharField(required=False)
    sent_at = forms.CharField()
    feet_checked_at = forms.CharField(required=False)
    pain_before = forms.TypedChoiceField(choices=ZERO_TO_TEN, coerce=int, required=False, empty_value=None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("started_at", "finished_at", "sent_at", "feet_checked_at"):
            if cleaned.get(name):
                cleaned[name] = parse_datetime(cleaned[name])
        return cleaned


class OfflineEntryForm(forms.Form):
    """Outcome of one exercise."""

    item = forms.UUIDField()
    outcome = forms.TypedChoiceField(choices=Outcome.choices, coerce=Outcome)
    effort = forms.TypedChoiceField(choices=Effort.choices, coerce=Effort, required=False, empty_value=None)
    reason = forms.TypedChoiceField(choices=Reason.choices, coerce=Reason, required=False, empty_value=None)
    way = forms.TypedChoiceField(choices=Variant.choices, coerce=Variant, required=False, empty_value=None)
    instead = forms.UUIDField(required=False)
    support = forms.TypedChoiceField(
        choices=Support.choices, coerce=Support, required=False, empty_value=None
    )
    at = forms.CharField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "at" in cleaned:
            cleaned["at"] = parse_datetime(cleaned["at"])
        if cleaned.get("outcome") == Outcome.DONE:
            return cleaned | {"reason": None}
        return cleaned | dict.fromkeys(("effort", "way", "instead", "support"))


class OfflineUndoForm(forms.Form):
    """An exercise whose answer was undone."""

    item = forms.UUIDField()


class OfflineReportForm(forms.Form):
    """A report as a whole."""

    key = forms.UUIDField()
    tag = forms.CharField(max_length=64)
    place = forms.TypedChoiceField(choices=ReportPlace.choices, coerce=ReportPlace)
    reason = forms.TypedChoiceField(choices=Reason.choices, coerce=Reason, required=False, empty_value=None)
    reported_at = forms.CharField()
    sent_at = forms.CharField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("reported_at", "sent_at"):
            if cleaned.get(name):
                cleaned[name] = parse_datetime(cleaned[name])
        return cleaned


def parse_payload(
    body: bytes, now: datetime.datetime
) -> tuple[str, OfflineSession | OfflineReport | OfflineScreeningAnswer]:
    """Return (tag of the account that it is for, what was told). Raises InvalidPayloadError."""
    try:
        data = parse_json(body)
        return _parse_report(data, now) if "report" in data else _parse_session(data, now)
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise InvalidPayloadError(type(error).__name__) from error


def read_dangers(body: bytes, now: datetime.datetime) -> tuple[str, OfflineReport] | None:
    """Return the account and the dangers of a payload that is refused otherwise; None if there are none to read.

    Answers that cannot be read are left out, and the times of the phone are not needed.
    """
    try:
        data = parse_json(body)
        head = data.get("report") or data["session"]
        sent = data.get("answers" if "report" in data else "check_in") or {}
        answers = {
            each.id: each.read(sent[each.id])
            for each in check_in.can_be_sent()
            if sent.get(each.id) in dict(each.options)
        }
        key, tag = uuid.UUID(head["key"]), str(head["tag"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    told = {
        each.id: answers[each.id]
        for each in check_in.can_be_sent()
        if each.id in answers and (each.is_danger_in(answers) or each.holds_begun_by(answers))
    }
    if not told:
        return None
    return tag, OfflineReport(key=key, place=ReportPlace.STOP, reason=None, reported_at=now, answers=told)


def _parse_report(
    data: dict[str, Any], now: datetime.datetime
) -> tuple[str, OfflineReport | OfflineScreeningAnswer]:
    head = _clean(OfflineReportForm(data["report"])).cleaned_data
    off_by = _get_clock_error(head["sent_at"], now)
    if screening := data.get("screening"):
        return head["tag"], OfflineScreeningAnswer(
            key=head["key"],
            question_id=str(screening["question"]),
            answer=str(screening["answer"]),
            told_at=head["reported_at"] + off_by,
        )
    answers = _clean(SignsForm(data["answers"], asked=())).answers
    if not answers and not head["reason"]:
        raise InvalidPayloadError("no answer")
    return head["tag"], OfflineReport(
        key=head["key"],
        place=head["place"],
        reason=head["reason"],
        reported_at=head["reported_at"] + off_by,
        answers=answers,
        told_at=_read_times(data, off_by),
    )


def _get_clock_error(sent_at: datetime.datetime, now: datetime.datetime) -> datetime.timedelta:
    off_by = now - sent_at
    return datetime.timedelta() if abs(off_by) < CLOCK_MAY_DIFFER else off_by


def _parse_session(data: dict[str, Any], now: datetime.datetime) -> tuple[str, OfflineSession]:
    """Return (tag of the account, the session).

    If the phone's clock is wrong at the time of sending, all times of the session are corrected by the difference.
    """
    session, rows = data["session"], data["entries"]
    taken_back = data.get("undone", [])  # missing in sessions stored by older pages
    if max(len(rows), len(taken_back)) > MAX_ENTRIES:
        raise InvalidPayloadError("too many exercises")
    head = _clean(OfflineSessionForm(session)).cleaned_data
    entries = [_clean(OfflineEntryForm(row)).cleaned_data for row in rows]
    undone = {_clean(OfflineUndoForm({"item": item})).cleaned_data["item"] for item in taken_back}
    if head["finished_at"]:
        answers = _read_answers(data["check_in"], data.get("asked"))
    else:
        answers = _clean(SignsForm(data["check_in"], asked=())).answers
    off_by = _get_clock_error(head["sent_at"], now)
    return head["tag"], OfflineSession(
        key=head["key"],
        version_id=head["version"],
        session_id=head["session"],
        started_at=_shifted(head["started_at"], off_by),
        finished_at=_shifted(head["finished_at"], off_by) if head["finished_at"] else None,
        pain_before=head["pain_before"],
        feet_checked_at=_shifted(head["feet_checked_at"], off_by) if head["feet_checked_at"] else None,
        entries=tuple(
            OfflineEntry(
                item_id=entry["item"],
                outcome=entry["outcome"],
                effort=entry["effort"],
                reason=entry["reason"],
                way=entry["way"],
                instead_id=entry["instead"],
                support=entry["support"],
                at=_shifted(entry["at"], off_by),
            )
            for entry in entries
        ),
        undone=frozenset(undone - {entry["item"] for entry in entries}),
        answers=answers,
        told_at=_read_times(data, off_by),
        note=_read_note(session.get("note")),
    )


def _read_note(sent: Any) -> str:
    """Return the note of the check-in. No answer is refused for its note: what cannot be stored is left out."""
    return sent.replace("\0", "")[:MAX_NOTE] if isinstance(sent, str) else ""


def _read_times(data: dict[str, Any], off_by: datetime.timedelta) -> dict[str, datetime.datetime]:
    """Return when each answer was told. Missing in what older pages stored; a time that cannot be read is left out."""
    known, times = {each.id for each in check_in.can_be_sent()}, {}
    for name, text in (data.get("told_at") or {}).items():
        with suppress(ValidationError, TypeError):
            if name in known:
                times[name] = parse_datetime(text) + off_by
    return times


def _read_answers(sent: dict[str, Any], asked: list[str] | None) -> dict[str, Answer]:
    """Return the answers of the check-in. Raises InvalidPayloadError for a question that was asked and not answered.

    `asked` are the ids of the questions that the phone showed, which may be fewer, or others, than are asked now; None
    in sessions stored by older pages, which asked `OLDER_PHONES_ASKED`.
    """
    shown = set(check_in.OLDER_PHONES_ASKED if asked is None else asked)
    known = {each.id: each for each in check_in.can_be_sent()}
    if not known.keys() >= shown or shown <= {"pain_after"} or "pain_after" not in shown:
        raise InvalidPayloadError("other questions than ours")
    return _clean(CheckInForm(sent, asked=[known[name] for name in shown])).answers


def parse_datetime(text: str) -> datetime.datetime:
    """Parse an ISO datetime with an offset, as a browser writes it, and return it in UTC. Raises ValidationError."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise ValidationError("not a date and time") from error
    if moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        raise ValidationError("not a date and time")
    return moment.astimezone(datetime.UTC)


def _shifted(moment: datetime.datetime, off_by: datetime.timedelta) -> datetime.datetime:
    return moment + off_by


def _clean(form: Form) -> Form:
    if not form.is_valid():
        raise InvalidPayloadError(", ".join(form.errors))
    return form
