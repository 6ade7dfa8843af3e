"""A session that was done without a connection arrives: once, on its day, against the plan that it was done by."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import Q

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Exercise
from patients.alerts.services.raising import raise_alerts
from patients.models import ExerciseSession, Patient, PlanItem, PlanState, PlanVersion, SessionEntry
from patients.sessions import check_in
from patients.sessions.offline.payload import OLDEST, OfflineSession, Receipt
from patients.sessions.questions import Place
from patients.sessions.selectors.today import get_current_version, list_published_versions
from patients.sessions.services.sessions import ImpossibleAnswerError, check_answer, record_helper
from patients.summaries.services.refresh import refresh_summary


class NotPrescribedError(Exception):
    """The session names a plan, or an exercise, that this patient was never given, or less support than prescribed."""


@transaction.atomic
def save_offline_session(
    *, patient: Patient, sent: OfflineSession, by: User, now: datetime.datetime
) -> Receipt:
    """Keep a session that a phone kept. Sent again, also at once, it is the same session and the same receipt.

    It belongs to the version that it was done by, whatever has become of the plan since: that is what was prescribed
    then. It carries on the open session that it was begun as, or that was begun with the same version on the same day;
    where that is closed by now, it is a session of its own, so that nothing done is lost. A day that cannot be is
    moved to the nearest that can. Alerts are raised now, since now is when somebody can act on them.
    Raises NotPrescribedError.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    version = list_published_versions(patient).filter(pk=sent.version_id).select_related("plan").first()
    if version is None:
        raise NotPrescribedError(sent.version_id)
    started_at = min(max(sent.started_at, now - OLDEST), now)
    known = ExerciseSession.objects.for_patient(patient).filter(client_key=sent.key).first()
    session = known or _find_received(patient, sent) or _save(patient, version, sent, started_at, by, now)
    return Receipt(
        session,
        plan_changed=_is_changed(patient, version),
        day_corrected=patient.today(sent.started_at) != patient.today(started_at),
    )


def _find_received(patient: Patient, sent: OfflineSession) -> ExerciseSession | None:
    """The session that ended online with these very answers, when only the word that they arrived was lost."""
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
    told = session.told
    there = {entry.item_id: (entry.outcome, entry.effort) for entry in session.entries.all()}
    return (
        all(
            told.get(each.id) == sent.answers[each.id]
            # What the foot check found stays, whatever the check-in said of it.
            or (Place.FEET in each.asked_at and bool(told.get(each.id)))
            for each in check_in.sent_with_check_in()
            if each.id in sent.answers
        )
        and sent.undone.isdisjoint(there)
        and all(there.get(entry.item_id) == (entry.outcome, entry.effort or "") for entry in sent.entries)
    )


def _is_changed(patient: Patient, version: PlanVersion) -> bool:
    current = get_current_version(patient)
    return current != version or version.plan.state != PlanState.ACTIVE


def _save(
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
    session = _carried_on(patient, version, sent, day) or ExerciseSession(
        patient=patient, version=version, on_date=day, started_at=started_at, entered_by=by
    )
    session.client_key = sent.key
    session.arrived_at = now
    if sent.pain_before is not None:
        session.pain_before = sent.pain_before
    session.tell(check_in.keep_worst(session.told, sent.answers))
    session.feet_checked_at = session.feet_checked_at or sent.feet_checked_at
    session.finished_at = min(max(sent.finished_at, session.started_at), now)
    session.save()
    record_helper(session, by)
    _keep_entries(session, items, sent)
    if session.entries.filter(item__in=sent.undone).delete()[0]:
        record("session.answer_undone", actor=by, obj=session, clinic=patient.clinic)
    raise_alerts(session=session, now=now)
    record("session.finished", actor=by, obj=session, clinic=patient.clinic)
    refresh_summary(patient=patient, now=now)
    return session


def _carried_on(
    patient: Patient, version: PlanVersion, sent: OfflineSession, day: datetime.date
) -> ExerciseSession | None:
    """The open session that this one goes on with. One that was begun elsewhere on that day counts as well."""
    session = ExerciseSession.objects.for_patient(patient).open().filter(version=version).first()
    is_meant = session is not None and (session.pk == sent.session_id or session.on_date == day)
    return session if is_meant else None


def _gentler(patient: Patient, sent: OfflineSession) -> dict[uuid.UUID, Exercise]:
    """The gentler exercises that were done: the library's, or the clinic's own."""
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


def _keep_entries(session: ExerciseSession, items: dict[uuid.UUID, PlanItem], sent: OfflineSession) -> None:
    """The last word on an exercise counts: what was said offline was said after what the server has."""
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
