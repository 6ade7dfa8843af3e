"""Saving of sessions done without a connection: once, on their day, for the plan version they were done with."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Exercise
from patients.messages.services import send_note
from patients.models import (
    ExerciseSession,
    Patient,
    PlanItem,
    PlanState,
    PlanVersion,
    ReportPlace,
    SafetyReport,
    SessionEntry,
)
from patients.sessions import check_in
from patients.sessions.offline.payload import OLDEST, OfflineReport, OfflineSession, Receipt
from patients.sessions.questions import Answers, Place
from patients.sessions.selectors.versions import get_current_version, list_published_versions
from patients.sessions.services.consequences import apply_consequences
from patients.sessions.services.reports import save_report
from patients.sessions.services.sessions import (
    ImpossibleAnswerError,
    check_answer,
    finish_session,
    record_helper,
)

#: Greatest time between saving a form and the copy that a phone stores since the response was lost. It waits 12 s.
RESPONSE_MAY_TAKE = datetime.timedelta(minutes=5)


class NotPrescribedError(Exception):
    """The session names a plan or an exercise that this patient never had, or less support than prescribed."""


@transaction.atomic
def save_offline_session(
    *, patient: Patient, sent: OfflineSession, by: User, now: datetime.datetime
) -> Receipt:
    """Save a finished session that a phone has stored. Idempotent, also in parallel: returns the same session again.

    A session that has arrived already may come again with more, from a second tab: a danger is added, none withdrawn.

    The session belongs to the version it was done with, even if the plan has changed since. It continues the open
    session that it names, or that has the same version and day; if that one is finished by now, a session of its own
    is created, so that nothing is lost. An impossible day is moved to the nearest possible one. Alerts are raised at
    `now`, since the clinic cannot act on them earlier. Raises NotPrescribedError.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    version = _get_version(patient, sent)
    started_at = _get_start(sent, now)
    known = _get_known(patient, sent.key)
    if known is not None and known.is_finished:
        session = _add_dangers(known, sent, by, now)
    else:
        received = _find_received(patient, sent)
        session = (
            _add_dangers(received, sent, by, now)
            if received is not None
            else _save(known, patient, version, sent, started_at, by, now)
        )
    send_note(session=session, text=sent.note, by=by, now=now)
    return Receipt(
        session,
        plan_changed=_is_changed(patient, version),
        day_corrected=patient.today(sent.started_at) != patient.today(started_at),
    )


@transaction.atomic
def save_told_in_open_session(
    *, patient: Patient, sent: OfflineSession, by: User, now: datetime.datetime
) -> None:
    """Save the answers of a session that goes on on the phone, since they report a danger. Idempotent.

    A patient has one open session. If that is another one, such as one that was left open yesterday, the answers are
    saved as a report with the key of the phone's session, which takes it over as soon as it is saved (`_take_over`).
    Raises NotPrescribedError.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    version = _get_version(patient, sent)
    started_at = _get_start(sent, now)
    day = patient.today(started_at)
    known = _get_known(patient, sent.key)
    session = known or _get_open_session(patient, version, sent, day)
    if session is None and ExerciseSession.objects.for_patient(patient).open().exists():
        save_report(
            patient=patient,
            place=ReportPlace.STOP,
            answers=sent.answers,
            by=by,
            now=now,
            client_key=sent.key,
            reported_at=started_at,
            told_at=sent.told_at,
        )
        return
    session = session or ExerciseSession(
        patient=patient, version=version, on_date=day, started_at=started_at, entered_by=by
    )
    session.client_key = sent.key
    session.arrived_at = session.arrived_at or now
    session.feet_checked_at = session.feet_checked_at or sent.feet_checked_at
    _add_answers(session, sent.answers, by, now, sent.told_at, is_known=known is not None)


@transaction.atomic
def save_offline_report(
    *, patient: Patient, sent: OfflineReport, by: User, now: datetime.datetime
) -> SafetyReport:
    """Save a report that a phone has stored. Idempotent: a report sent again only adds answers."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    reported_at = min(max(sent.reported_at, now - OLDEST), now)
    _adopt_report(patient, sent, reported_at)
    return save_report(
        patient=patient,
        place=sent.place,
        reason=sent.reason,
        answers=sent.answers,
        by=by,
        now=now,
        client_key=sent.key,
        reported_at=reported_at,
        told_at=sent.told_at,
    )


@transaction.atomic
def save_refused_dangers(*, patient: Patient, sent: OfflineReport, by: User, now: datetime.datetime) -> None:
    """Save the dangers of a session or report that is refused otherwise; once, however often it is sent.

    They are added to the session with the same key, if it has arrived before; otherwise they are a report.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    known = _get_known(patient, sent.key)
    if known is None:
        save_offline_report(patient=patient, sent=sent, by=by, now=now)
    else:
        told_at = dict.fromkeys(sent.answers, sent.reported_at)
        _add_answers(known, sent.answers, by, now, told_at, is_known=True)


def _get_version(patient: Patient, sent: OfflineSession) -> PlanVersion:
    version = list_published_versions(patient).filter(pk=sent.version_id).select_related("plan").first()
    if version is None:
        raise NotPrescribedError(sent.version_id)
    return version


def _get_start(sent: OfflineSession, now: datetime.datetime) -> datetime.datetime:
    return min(max(sent.started_at, now - OLDEST), now)


def _get_known(patient: Patient, key: uuid.UUID) -> ExerciseSession | None:
    """Return the session that has arrived with this key, if there is one."""
    return ExerciseSession.objects.for_patient(patient).filter(client_key=key).first()


def _adopt_report(patient: Patient, sent: OfflineReport, reported_at: datetime.datetime) -> None:
    """Give the phone's key to the report that its page has sent already, if only the response was lost.

    A page for "not today" or for the blood sugar has no key of its own: such a report has the same reason, and no other
    answer to any question, and was saved just before the phone stored its copy.
    """
    reports = SafetyReport.objects.filter(patient=patient)
    if reports.filter(Q(client_key=sent.key) | Q(pk=sent.key)).exists():
        return
    just_before = (reported_at - RESPONSE_MAY_TAKE, reported_at + RESPONSE_MAY_TAKE)
    candidates = reports.filter(
        client_key=None, place=sent.place, reason=sent.reason or "", reported_at__range=just_before
    )
    for report in candidates.order_by("-reported_at"):
        if all(report.told.get(name) in (None, answer) for name, answer in sent.answers.items()):
            report.client_key = sent.key
            report.save(update_fields=["client_key"])
            return


def _add_dangers(
    session: ExerciseSession, sent: OfflineSession, by: User, now: datetime.datetime
) -> ExerciseSession:
    """Add what a finished session has not told yet; everything else of it stays."""
    return finish_session(session=session, answers=sent.answers, by=by, now=now, told_at=sent.told_at)


def _find_received(patient: Patient, sent: OfflineSession) -> ExerciseSession | None:
    """Return the session that was finished online with the same answers, if only the response to the phone was lost."""
    if sent.session_id is None:
        return None
    finished = ExerciseSession.objects.for_patient(patient).filter(
        pk=sent.session_id, client_key=None, finished_at__isnull=False
    )
    session = finished.first()
    if session is None or not _has_same_answers(session, sent):
        return None
    session.client_key = sent.key
    session.save(update_fields=["client_key"])
    return session


def _has_same_answers(session: ExerciseSession, sent: OfflineSession) -> bool:
    known = session.told
    entries = {entry.item_id: (entry.outcome, entry.effort) for entry in session.entries.all()}
    return (
        all(
            known.get(each.id) == sent.answers[each.id]
            or (bool(each.only_if) and known.get(each.id) is None)
            # A finding before the session is kept even if the check-in denies it.
            or (Place.READY in each.asked_at and bool(known.get(each.id)))
            for each in check_in.can_be_sent()
            if each.id in sent.answers
        )
        and sent.undone.isdisjoint(entries)
        and all(entries.get(entry.item_id) == (entry.outcome, entry.effort or "") for entry in sent.entries)
    )


def _is_changed(patient: Patient, version: PlanVersion) -> bool:
    current = get_current_version(patient)
    return current != version or version.plan.state != PlanState.ACTIVE


def _add_answers(
    session: ExerciseSession,
    answers: Answers,
    by: User,
    now: datetime.datetime,
    told_at: Mapping[str, datetime.datetime],
    *,
    is_known: bool,
) -> None:
    """Add answers to a session, without finishing it. One that `is_known`, and has them already, is left unchanged."""
    early = _get_told_early(session)
    before = _list_told(session, early)
    kept = check_in.keep_worst(before, answers)
    if is_known and kept == session.told:
        return
    session.tell(kept)
    session.save()
    _take_over(session, early)
    record_helper(session, by)
    action = "session.danger_added" if session.is_finished else "session.answered"
    record(action, actor=by, obj=session, clinic=session.patient.clinic)
    apply_consequences(source=session, before=before, by=by, now=now, told_at=told_at)


def _get_told_early(session: ExerciseSession) -> SafetyReport | None:
    """Return the report of what the session told before it could be saved as a session: it has the same key."""
    return SafetyReport.objects.filter(patient=session.patient, client_key=session.client_key).first()


def _list_told(session: ExerciseSession, early: SafetyReport | None) -> Answers:
    """Return what the clinic knows of the session already."""
    return check_in.keep_worst(early.told, session.told) if early else session.told


def _take_over(session: ExerciseSession, early: SafetyReport | None) -> None:
    """Move the alerts and holds of what the session told early to the session, which has its answers now.

    The clinic then has each of them once, and reads them with the rest of the session. Those that the session has
    raised by itself stay where they are, and so do holds that have ended. The report stays too; the rules that count
    several sessions leave it out.
    """
    if early is None:
        return
    kinds = session.alerts.values_list("kind", flat=True)
    early.alerts.exclude(kind__in=list(kinds)).update(session=session, report=None)
    begun = set(session.exercise_holds.values_list("kind", "question"))
    live = early.exercise_holds.filter(ended_at=None)
    moved = [hold.pk for hold in live if (hold.kind, hold.question) not in begun]
    live.filter(pk__in=moved).update(session=session, report=None)


def _save(
    known: ExerciseSession | None,
    patient: Patient,
    version: PlanVersion,
    sent: OfflineSession,
    started_at: datetime.datetime,
    by: User,
    now: datetime.datetime,
) -> ExerciseSession:
    items = {item.pk: item for item in version.items.in_order()}
    gentler = _gentler(patient, sent)
    _check(sent, items, gentler)
    day = patient.today(started_at)
    session = (
        known
        or _get_open_session(patient, version, sent, day)
        or ExerciseSession(
            patient=patient, version=version, on_date=day, started_at=started_at, entered_by=by
        )
    )
    session.client_key = sent.key
    session.arrived_at = now
    if sent.pain_before is not None:
        session.pain_before = sent.pain_before
    early = _get_told_early(session)
    before = _list_told(session, early)
    session.tell(check_in.keep_worst(before, sent.answers))
    session.feet_checked_at = session.feet_checked_at or sent.feet_checked_at
    session.finished_at = min(max(sent.finished_at or now, session.started_at), now)
    session.save()
    _take_over(session, early)
    record_helper(session, by)
    _save_entries(session, items, sent)
    if session.entries.filter(item__in=sent.undone).delete()[0]:
        record("session.answer_undone", actor=by, obj=session, clinic=patient.clinic)
    record("session.finished", actor=by, obj=session, clinic=patient.clinic)
    apply_consequences(source=session, before=before, by=by, now=now, told_at=sent.told_at)
    return session


def _get_open_session(
    patient: Patient, version: PlanVersion, sent: OfflineSession, day: datetime.date
) -> ExerciseSession | None:
    """Return the open session that this one continues; one started on another device on that day counts as well."""
    session = ExerciseSession.objects.for_patient(patient).open().first()
    if session is None or session.version_id != version.pk:
        return None
    return session if session.pk == sent.session_id or session.on_date == day else None


def _gentler(patient: Patient, sent: OfflineSession) -> dict[uuid.UUID, Exercise]:
    """Return the gentler exercises that were done, by id: of the library or of the clinic."""
    named = {entry.instead_id for entry in sent.entries if entry.instead_id}
    ours = Q(clinic=None) | Q(clinic=patient.clinic_id)
    return (
        {exercise.pk: exercise for exercise in Exercise.objects.filter(ours, pk__in=named)} if named else {}
    )


def _check(
    sent: OfflineSession, items: dict[uuid.UUID, PlanItem], gentler: dict[uuid.UUID, Exercise]
) -> None:
    for entry in sent.entries:
        item, instead = items.get(entry.item_id), gentler.get(entry.instead_id) if entry.instead_id else None
        if item is None or (entry.instead_id and instead is None):
            raise NotPrescribedError(entry.item_id)
        try:
            check_answer(instead or item, entry.way, instead, entry.support)
        except ImpossibleAnswerError as error:
            raise NotPrescribedError(entry.item_id) from error


def _save_entries(session: ExerciseSession, items: dict[uuid.UUID, PlanItem], sent: OfflineSession) -> None:
    """Save the entries; they replace those of the server, since offline answers were given after them."""
    for entry in sent.entries:
        SessionEntry.objects.update_or_create(
            session=session,
            item=items[entry.item_id],
            defaults={
                "outcome": entry.outcome,
                "effort": entry.effort or "",
                "reason": entry.reason or "",
                "way": entry.way or "",
                "instead_id": entry.instead_id,
                "support": entry.support or "",
                "at": min(max(entry.at, session.started_at), session.finished_at or entry.at),
            },
        )
