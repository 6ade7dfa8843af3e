"""Reads of screenings: the state for lists and pages, and the pages to fill one in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from patients.models import Alert, AskAgainReason, Flag, Patient, PatientFlag, Screening
from patients.safety.hold_endings import KIND_OF_FLAG
from patients.safety.selectors.flags import get_live_flags

from .answers import (
    GivenAdvice,
    RaisedFlag,
    is_stopped,
    list_advice,
    list_asked,
    list_denied_flags,
    list_raised_flags,
    list_unanswered,
    show_answer,
)
from .foot_risk import FootRisk, get_foot_risk
from .kinds import UNSURE, YES, ScreeningQuestion
from .questions import MUST_BE_READ
from .states import ASK_AGAIN_AFTER, ASK_AGAIN_WITHOUT, ScreeningState, compute_state, get_due_date

# --- State ----------------------------------------------------------------------------------------------------------


def with_screening_state(patient: str = "pk") -> dict[str, Subquery]:
    """Return annotations from which `ScreeningStatus.of` reads the state without a query.

    `patient` is the path from the annotated rows to the patient.
    """
    ours = Screening.objects.filter(patient=OuterRef(patient))
    open_one = ours.open()
    last = ours.finished().order_by("-finished_at")
    asks_again = Q(kind__in=ASK_AGAIN_AFTER)
    for kind, flag in ASK_AGAIN_WITHOUT.items():
        known = PatientFlag.objects.live().filter(patient=OuterRef("patient"), flag=flag)
        asks_again |= Q(~Exists(known), kind=kind)
    dangers = Alert.objects.filter(asks_again, patient=OuterRef(patient)).order_by("-raised_at")
    return {
        "screening_begun_at": Subquery(open_one.values("begun_at")[:1]),
        "screening_sent_at": Subquery(open_one.values("sent_at")[:1]),
        "screening_invited_at": Subquery(open_one.values("invited_at")[:1]),
        "screening_finished_at": Subquery(last.values("finished_at")[:1]),
        "screening_finished_by": Subquery(last.values("finished_by__name")[:1]),
        "screening_ask_again_at": Subquery(last.values("ask_again_at")[:1]),
        "screening_ask_again_reason": Subquery(last.values("ask_again_reason")[:1]),
        "screening_danger_at": Subquery(dangers.values("raised_at")[:1]),
    }


@dataclass(frozen=True)
class ScreeningStatus:
    """The state of a patient's screening, with its times. `finished_*` are of the last finished one."""

    state: ScreeningState
    begun_at: datetime.datetime | None
    sent_at: datetime.datetime | None
    invited_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    finished_by: str
    due_on: datetime.date | None
    #: The reason for which it is due again before its time; "" otherwise.
    due_because: str

    @classmethod
    def of(cls, row: Any, patient: Patient, now: datetime.datetime) -> ScreeningStatus:
        """Return the status of a patient from a row that was queried with `with_screening_state`. No query."""
        finished_at = row.screening_finished_at
        finished_on = finished_at.astimezone(patient.zone).date() if finished_at else None
        because = ""
        if row.screening_ask_again_reason:
            because = str(AskAgainReason(row.screening_ask_again_reason).label)
        elif finished_at and row.screening_danger_at and row.screening_danger_at > finished_at:
            because = "a report of the patient"
        return cls(
            state=compute_state(
                is_begun=row.screening_begun_at is not None,
                finished_on=finished_on,
                today=patient.today(now),
                is_asked_again=bool(because),
            ),
            begun_at=row.screening_begun_at,
            sent_at=row.screening_sent_at,
            invited_at=row.screening_invited_at,
            finished_at=finished_at,
            finished_by=row.screening_finished_by or "",
            due_on=get_due_date(finished_on) if finished_on else None,
            due_because=because,
        )

    @property
    def was_done(self) -> bool:
        return self.finished_at is not None


def get_screening_state(patient: Patient, now: datetime.datetime | None = None) -> ScreeningStatus:
    """Return the state of a patient's screening at the aware datetime `now`. One query."""
    now = now or timezone.now()
    row = Patient.objects.select_related("clinic").annotate(**with_screening_state()).get(pk=patient.pk)
    return ScreeningStatus.of(row, row, now)


def get_first_usual_pain(patient: Patient) -> int | None:
    """Return the first usual pain (0–10): the answer in the first finished screening; None without one. One query."""
    return Screening.objects.first_usual_pain(patient)


def get_patient_foot_risk(flags: Mapping[str, bool]) -> FootRisk:
    """Return the foot risk from a patient's live flags: flag → True if it is unsettled."""
    return get_foot_risk(set(flags), {flag for flag, is_unsettled in flags.items() if is_unsettled})


# --- The patient's own pages ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MyScreening:
    """A screening that the patient was asked to fill in, with the flags that open questions."""

    screening: Screening
    flags: frozenset[str]

    @property
    def is_stopped(self) -> bool:
        return is_stopped(self.screening.answers, self.flags)

    @property
    def takes_answers(self) -> bool:
        """True if the patient may go on with the questions."""
        return self.screening.is_for_patient and not self.is_stopped

    @property
    def advice(self) -> list[GivenAdvice]:
        return list_advice(self.screening.answers, self.flags)

    @property
    def in_all(self) -> int:
        """The number of questions that are asked, as far as the answers tell."""
        return len(list_asked(self.screening.answers, self.flags))

    @property
    def answered(self) -> int:
        return self.in_all - len(list_unanswered(self.screening.answers, self.flags))


def get_my_screening(patient: Patient) -> MyScreening | None:
    """Return the open screening that the clinic asked the patient for, also a sent one; None without. Two queries."""
    screening = Screening.objects.open().filter(patient=patient, invited_at__isnull=False).first()
    return MyScreening(screening, get_live_flags(patient)) if screening else None


# --- The team's page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FlagDecision:
    """A flag about which a clinician has something to decide, or only to know.

    `is_set` says that the patient has it now; `to_confirm` that nobody has settled it; `differs` that it is set and the
    screening's answer is no.
    """

    flag: Flag
    is_set: bool
    to_confirm: bool
    differs: bool
    questions: tuple[str, ...] = ()
    row: PatientFlag | None = None

    @property
    def label(self) -> str:
        return str(self.flag.label)

    @property
    def ends_with_answer(self) -> bool:
        """True if it ends only on a page that asks what was found."""
        return self.flag in KIND_OF_FLAG


@dataclass(frozen=True)
class ScreeningPage:
    """The page of a patient's screening. `screening` is the open one, else the last finished one, else None.

    `before` is the last finished one while another is open.
    """

    patient: Patient
    status: ScreeningStatus
    screening: Screening | None
    before: Screening | None
    rows: tuple[PatientFlag, ...]

    @property
    def open(self) -> Screening | None:
        return self.screening if self.screening and not self.screening.is_finished else None

    @property
    def is_editable(self) -> bool:
        """True if the page is a form: one is open, or none was ever made."""
        return self.screening is None or self.open is not None

    @property
    def answers(self) -> dict[str, str | int]:
        return dict(self.screening.answers) if self.screening else {}

    @cached_property
    def flags(self) -> frozenset[str]:
        return frozenset(row.flag for row in self.rows)

    @property
    def raised(self) -> list[RaisedFlag]:
        return list_raised_flags(self.answers, self.flags)

    @property
    def decisions(self) -> list[FlagDecision]:
        """The flags that the answers set, and the live flags that they deny, in the order of `Flag`."""
        live = {row.flag: row for row in self.rows}
        raised = {row.flag: row for row in self.raised}
        denied = set(list_denied_flags(self.answers, self.flags)) & set(live)
        kept = set(self.screening.kept_flags) if self.screening else set()
        found = []
        for flag in Flag:
            row, answer = live.get(flag), raised.get(flag)
            if answer is None and flag not in denied:
                continue
            found.append(
                FlagDecision(
                    flag=flag,
                    is_set=row is not None,
                    to_confirm=row.is_unsettled if row else bool(answer and answer.is_unsettled),
                    differs=flag in denied - kept,
                    questions=answer.questions if answer else (),
                    row=row,
                )
            )
        return found

    @property
    def foot_risk(self) -> FootRisk:
        """The foot risk from what is set and what the answers add."""
        unsettled = {row.flag: row.is_unsettled for row in self.rows}
        for answer in self.raised:
            unsettled.setdefault(answer.flag, answer.is_unsettled)
        return get_patient_foot_risk(unsettled)

    @property
    def is_foot_risk_known(self) -> bool:
        """False while nothing is known that could make a class, and the questions about it have no answer."""
        return bool(self.foot_risk.number) or {"s_numb", "s_calf"} <= self.answers.keys()

    @property
    def advice(self) -> list[GivenAdvice]:
        if self.screening is None or self.screening.is_finished:
            return []
        return list_advice(self.answers, self.flags)

    @property
    def in_all(self) -> int:
        return len(list_asked(self.answers, self.flags))

    @property
    def answered(self) -> int:
        return self.in_all - len(list_unanswered(self.answers, self.flags))

    @property
    def shown_answers(self) -> list[tuple[ScreeningQuestion, str]]:
        """The questions that were asked, each with its answer in words."""
        asked = list_asked(self.answers, self.flags)
        return [(question, show_answer(question, self.answers)) for question in asked]

    @property
    def told_not(self) -> str:
        """The exercises that a doctor told the patient not to do; "" if nothing is written."""
        asked = {question.id for question in list_asked(self.answers, self.flags)}
        return str(self.answers.get(MUST_BE_READ, "")) if MUST_BE_READ in asked else ""

    @property
    def told_before(self) -> str:
        """The same of the last finished screening, while another is open; "" if nothing is written."""
        answers = self.before.answers if self.before else {}
        return str(answers.get(MUST_BE_READ, "")) if answers.get("s_told_not") in (YES, UNSURE) else ""

    @property
    def is_to_read(self) -> bool:
        return bool(self.told_not) and self.screening is not None and self.screening.read_at is None


def get_screening_page(patient: Patient, now: datetime.datetime | None = None) -> ScreeningPage:
    """Return the page of a patient's screening at the aware datetime `now`. Three queries."""
    now = now or timezone.now()
    screenings = Screening.objects.filter(patient=patient).select_related(
        "begun_by", "invited_by", "edited_by", "finished_by", "read_by"
    )
    rows = list(screenings.order_by("-finished_at"))
    last = next((row for row in rows if row.is_finished), None)
    shown = next((row for row in rows if not row.is_finished), last)
    live = PatientFlag.objects.live().filter(patient=patient).select_related("set_by")
    return ScreeningPage(
        patient=patient,
        status=get_screening_state(patient, now),
        screening=shown,
        before=last if shown is not last else None,
        rows=tuple(live),
    )
