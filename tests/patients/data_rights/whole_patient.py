"""A patient with a row in every model that has a path, and canaries in every text of those rows."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import models
from django.db.models import QuerySet

from clinic.audit.services import record
from clinic.models import OutboxMessage, RequestEvent
from exercises.models import Equipment
from patients.data_rights.classification import get_concrete_fields, get_model_class, is_free_text
from patients.data_rights.kinds import Erasure
from patients.data_rights.selectors import find_keys
from patients.models import (
    Activity,
    AnswerCorrection,
    CalendarLink,
    DraftStep,
    ErasureRequest,
    ExerciseHold,
    Goal,
    GoalScore,
    GoalWording,
    MailedCode,
    Outcome,
    PainLimit,
    Patient,
    PlanEvent,
    Preferences,
    PushNotice,
    PushSubscription,
    ReminderSent,
    ReportPlace,
    SafetyOverride,
    SafetyReport,
    SessionEntry,
    SignInCard,
    SignInEvent,
    SkippedDay,
    VerifiedEmail,
    VersionSeen,
)
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    CircumstancesFactory,
    ConsultationRequestFactory,
    ExerciseSessionFactory,
    EyesClosedUnlockFactory,
    MessageFactory,
    PatientFactory,
    PatientFlagFactory,
    PatientNoteFactory,
    PatientSummaryFactory,
    PlanItemFactory,
    PlanVersionFactory,
    published_plan,
)
from tests.factories_of_patients import (
    DeviceFactory,
    HelperFactory,
    MessagePhotoFactory,
    PasskeyFactory,
    ReminderFactory,
    VerifiedEmailFactory,
)

#: Fields that are looked up or computed with, so that they cannot hold any text.
NOT_FREE = {
    *("time_zone", "zone_name", "weekdays", "asked_days", "object_type", "object_id", "session_data"),
    # Names of actions: the trail is never changed, and nobody types into it.
    *("action", "to", "history_type", "flag"),
}
TOMORROW = NOON + datetime.timedelta(days=1)


def make_whole_patient(clinic, word: str) -> Patient:
    """Return a patient named by `word`, with a row in every model that has a path to a patient."""
    request = ConsultationRequestFactory(clinic=clinic, name=f"{word} Request")
    patient = PatientFactory(
        clinic=clinic,
        full_name=f"{word} Person",
        email=f"{word.lower()}@example.org",
        consultation_request=request,
        full_plan_from=MONDAY,
        full_plan_reason=f"{word} is well again",
    )
    staff = published_plan(patient).published_by
    RequestEvent.objects.create(request=request, from_state="new", to_state="contacted", note="x", by=staff)
    helper = HelperFactory(patient=patient, name=f"{word} Helper")
    _sign_in_rows(patient, helper, word)
    _plan_rows(patient, staff)
    _reported_rows(patient, helper, staff)
    _log_rows(patient, staff, word)
    return patient


def _sign_in_rows(patient, helper, word):
    SignInCard.objects.create(
        patient=patient, helper=helper, code_hash=f"{word}card", made_at=NOON, expires_at=TOMORROW
    )
    VerifiedEmailFactory(patient=patient, email=f"{word.lower()}-verified@example.org")
    MailedCode.objects.create(
        patient=patient,
        use="confirm",
        email=f"{word.lower()}-coming@example.org",
        asked_at=NOON,
        expires_at=TOMORROW,
    )
    SignInEvent.objects.create(patient=patient, kind="address")
    for user in (patient.user, helper.user):
        DeviceFactory(user=user)
        PasskeyFactory(user=user)
        Preferences.objects.create(user=user)
        address = EmailAddress.objects.create(user=user, email=f"{user.pk}@example.org")
        EmailConfirmation.objects.create(email_address=address, key=f"{user.pk}"[:20], sent=NOON)
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store.save()
    ReminderFactory(patient=patient, habit="own", own_habit="After the news")
    ReminderSent.objects.create(patient=patient, on_date=MONDAY, channel="email")
    push = PushSubscription.objects.create(
        patient=patient, endpoint=f"https://fcm.googleapis.com/{word}", endpoint_hash=f"{word}push"
    )
    PushNotice.objects.create(subscription=push, on_date=MONDAY)
    CalendarLink.objects.create(patient=patient, secret_hash=f"{word}calendar")
    OutboxMessage.objects.create(to=f"{word.upper()}-verified@example.org", subject="Reminder", body="Hello")


def _plan_rows(patient, staff):
    version = patient.plans.get().versions.get()
    draft = PlanVersionFactory(plan=version.plan, number=2)
    item = PlanItemFactory(version=draft)
    flag = PatientFlagFactory(patient=patient, flag="fell", set_by=staff)
    SafetyOverride.objects.create(
        item=item,
        patient_flag=flag,
        demand="weight_bearing",
        kind="override",
        reason="x",
        support="two_hands",
        by=staff,
    )
    DraftStep.objects.create(version=draft, edit_number=2, before="{}", what="x", by=staff)
    VersionSeen.objects.create(version=version)
    PlanEvent.objects.create(plan=version.plan, from_state="draft", to_state="active", note="x", by=staff)
    EyesClosedUnlockFactory(patient=patient, set_by=staff)
    PainLimit.objects.create(patient=patient, limit=4, reason="x", set_by=staff)
    circumstances = CircumstancesFactory(patient=patient, edited_by=staff)
    circumstances.equipment.add(Equipment.objects.get_or_create(slug="chair", name="Chair")[0])
    circumstances.save()


def _reported_rows(patient, helper, staff):
    version = patient.plans.get().versions.get(number=1)
    session = ExerciseSessionFactory(version=version, entered_by=patient.user, helped_by=helper)
    SessionEntry.objects.create(session=session, item=version.items.first(), outcome=Outcome.DONE)
    AnswerCorrection.objects.create(
        session=session,
        item=version.items.first(),
        question="outcome",
        old="easy",
        new="done",
        by=patient.user,
    )
    SkippedDay.objects.create(patient=patient, on_date=MONDAY, by=patient.user)
    report = SafetyReport.objects.create(
        patient=patient, place=ReportPlace.STOP, on_date=MONDAY, answers={"near_fall": True}, by=patient.user
    )
    AlertFactory(session=session)
    ExerciseHold.objects.create(
        patient=patient,
        clinic=patient.clinic,
        report=report,
        kind="standing",
        question="fell",
        on_date=MONDAY,
        begun_at=NOON,
    )
    _own_words(patient, helper)
    MessagePhotoFactory(message=MessageFactory(patient=patient, session=session))
    PatientNoteFactory(patient=patient, written_by=staff)
    PatientSummaryFactory(patient=patient)
    ErasureRequest.objects.create(
        clinic=patient.clinic,
        patient=patient,
        patient_key=patient.pk,
        requested_by=patient.user,
        refused_at=NOON,
        refused_by=staff,
        refusal="The law has us keep it until 2033.",
    )


def _own_words(patient, helper):
    goal = Goal.objects.create(
        patient=patient, words="Walk to the church", set_by=patient.user, helped_by=helper
    )
    Activity.objects.create(
        patient=patient,
        kind="other",
        words="Danced at the wedding",
        minutes=20,
        on_date=MONDAY,
        by=patient.user,
        helped_by=helper,
        form_key=uuid.uuid4(),
    )
    GoalWording.objects.create(goal=goal, words="Walk", changed_by=patient.user)
    GoalScore.objects.create(goal=goal, on_date=MONDAY, score=4, by=patient.user, helped_by=helper)


def _log_rows(patient, staff, word):
    record("patient.registered", actor=staff, obj=patient, clinic=patient.clinic)
    LogEntry.objects.create(
        user=staff,
        content_type=ContentType.objects.get_for_model(Patient),
        object_id=str(patient.pk),
        object_repr=f"{word} Person",
        action_flag=CHANGE,
    )


def plant_canaries(
    patient, prefix: str, *, with_helpers: bool = False
) -> dict[str, tuple[models.Field, str]]:
    """Write a text of its own into every free text field of every row of the patient that can be erased.

    Return `canary → (field, canary)`, where a canary begins with `prefix` and has at most 20 characters.
    """
    planted: dict[str, tuple[models.Field, str]] = {}
    for model, keys in find_keys(patient, with_helpers=with_helpers).items():
        if get_model_class(model).erasure is Erasure.KEEP:  # the database refuses it, and nobody types there
            continue
        for key in keys:
            values = {}
            for field in get_concrete_fields(model):
                if is_free_text(field) and field.name not in NOT_FREE:
                    canary = f"{prefix}{len(planted):04}z"
                    planted[canary.lower()] = (field, canary)
                    values[field.name] = _value(field, canary)
            if values:
                QuerySet(model).filter(pk=key).update(**values)
    # Mail is found by its address, so it keeps one of the patient's.
    address = VerifiedEmail.objects.get(patient=patient).email
    OutboxMessage.objects.filter(subject__startswith=prefix).update(to=address.title())
    return planted


def _value(field, canary) -> Any:
    if isinstance(field, models.BinaryField):
        return canary.encode()
    if isinstance(field, models.JSONField):
        return {"typed": canary}
    if isinstance(field, models.EmailField):
        return f"{canary.lower()}@example.org"
    if isinstance(field, models.URLField):
        return f"https://fcm.googleapis.com/{canary}"
    return canary.lower() if field.name == "word" else canary
