"""Test data of the architecture tests: clinic A with patient A and everything that is theirs, and other people."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator

from clinic.models import Clinic, ConsultationRequest, Role, SecondFactorRecovery, User
from exercises.library.photos import PhotoReference
from exercises.models import Exercise, ExercisePhoto, Routine
from patients.demo.personas import PATIENT
from patients.models import (
    Activity,
    Alert,
    CalendarLink,
    Device,
    ErasureRequest,
    ExerciseHold,
    ExerciseSession,
    Flag,
    Goal,
    GoalScore,
    Helper,
    MessagePhoto,
    Outcome,
    Patient,
    Plan,
    PlanItem,
    PlanVersion,
    ReportPlace,
    SafetyReport,
    SessionEntry,
    SignInEvent,
)
from patients.reminders.calendar import hash_secret
from patients.reminders.selectors import stop_token
from tests.factories import (
    MONDAY,
    NOON,
    AlertFactory,
    CircumstancesFactory,
    ClinicFactory,
    ConsultationRequestFactory,
    ExerciseFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PatientFlagFactory,
    PlanItemFactory,
    PlanVersionFactory,
    RoutineFactory,
    RoutineItemFactory,
    UserFactory,
    clinician,
    published_plan,
)
from tests.factories_of_patients import (
    DeviceFactory,
    HelperFactory,
    MessagePhotoFactory,
    PasskeyFactory,
    ReminderFactory,
    SignInEventFactory,
)
from tests.factories_of_screenings import asked_screening

#: The secret at the end of patient A's calendar link.
CALENDAR_SECRET = "a-secret-that-only-the-patient-has"

PERSONAS = ("visitor", "patient", "helper", "another", "clinician", "desk", "admin", "elsewhere", "superuser")


@dataclass
class ClinicData:
    """The objects that URLs can name. All belong to clinic A and patient A."""

    clinic: Clinic
    patient: Patient
    helper: Helper
    exercise: Exercise
    routine: Routine
    #: An exercise of clinic A with a photograph, in patient A's plan.
    own: Exercise
    #: A routine of clinic A, for all of its clinicians.
    own_routine: Routine
    plan: Plan
    version: PlanVersion
    draft: PlanVersion
    item: PlanItem
    session: ExerciseSession
    finished_session: ExerciseSession
    report: SafetyReport
    goal: Goal
    activity: Activity
    event: Alert
    hold: ExerciseHold
    request: ConsultationRequest
    device: Device
    sign_in_event: SignInEvent
    erasure: ErasureRequest
    passkey: Authenticator
    message_photo: MessagePhoto
    #: Of another member of clinic A's team, opened by an administrator.
    recovery: SecondFactorRecovery
    people: dict[str, User | None] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """Return the name of each URL argument → the value that leads to clinic A and patient A."""
        return {
            "patient_id": self.patient.pk,
            "helper_id": self.helper.pk,
            "plan_id": self.plan.pk,
            "version_id": self.version.pk,
            "number": self.version.number,
            "item_id": self.item.pk,
            "session_id": self.session.pk,
            "alert_id": self.event.pk,
            "hold_id": self.hold.pk,
            "report_id": self.report.pk,
            "goal_id": self.goal.pk,
            "activity_id": self.activity.pk,
            "request_id": self.request.pk,
            "exercise_id": self.exercise.pk,
            "key": (self.item.exercise_id, self.item.first_week),
            "rule": "no-weight-bearing",
            "routine_id": self.own_routine.pk,
            "member_id": getattr(self.people["clinician"], "pk", None),
            "slug": self.exercise.slug,
            "photo_id": uuid.UUID(self.own.photos[0]["id"]),
            "message_photo_id": self.message_photo.pk,
            "size": "full",
            "digest": self.own.photos[0]["digest"],
            "move": "pause",
            "flag": "foot_sore",
            "code": "7K3M9QXR2TDW",
            "token": stop_token(self.patient.reminder),
            "secret": CALENDAR_SECRET,
            "link_secret": "Zm9yLXRoZS1ob3VzZQ",
            "device_id": self.device.pk,
            "recovery_id": self.recovery.pk,
            "event_id": self.sign_in_event.pk,
            "erasure_id": self.erasure.pk,
            "passkey_id": uuid.UUID(self.passkey.data["key"]),
        }


def make_clinic_data(
    clinic: Clinic | None = None, *, email: str = PATIENT.email, calendar_secret: str = CALENDAR_SECRET
) -> ClinicData:
    """Create clinic A in New York, on a Monday at noon: patient A has a plan, a draft, an open session and an event.

    Called again, it creates another patient with the same, in `clinic` or in one of their own.
    """
    clinic = clinic or ClinicFactory()
    seated = ExerciseFactory(position="seated", easier=ExerciseFactory(position="seated"))
    standing = ExerciseFactory(demands=["weight_bearing", "single_leg"])
    routine = RoutineFactory()
    RoutineItemFactory(routine=routine, exercise=seated, order=1)
    own_routine = RoutineFactory(clinic=clinic)
    RoutineItemFactory(routine=own_routine, exercise=seated, order=1)
    patient = PatientFactory(clinic=clinic, email=email)  # the personas page looks it up
    helper = HelperFactory(patient=patient)
    asked_screening(patient, answers={"s_hot": "yes"})
    PatientFlagFactory(patient=patient, flag=Flag.FELL)  # warns of `standing`
    CircumstancesFactory(patient=patient)
    own = _own_exercise(clinic)
    version = published_plan(patient, [seated, standing, own])
    draft = PlanVersionFactory(plan=version.plan, number=2)
    PlanItemFactory(version=draft, exercise=seated, order=1)
    finished = ExerciseSessionFactory(version=version, on_date=MONDAY)
    event = AlertFactory(session=finished, kind="faint")
    session = ExerciseSessionFactory(
        version=version,
        on_date=MONDAY,
        started_at=NOON,
        finished_at=None,
        pain_after=None,
        **dict.fromkeys(("fell", "faint_or_chest_pain", "new_sore")),
    )
    item = version.items.get(exercise=seated)
    SessionEntry.objects.create(session=session, item=item, outcome=Outcome.DONE)
    report = SafetyReport.objects.create(
        patient=patient,
        place=ReportPlace.STOP,
        on_date=MONDAY,
        reported_at=NOON,
        answers={"near_fall": True},
        by=patient.user,
    )
    goal = Goal.objects.create(patient=patient, words="Walk to the church", set_at=NOON, set_by=patient.user)
    activity = Activity.objects.create(
        patient=patient,
        kind="walk",
        words="With the dog",
        minutes=20,
        on_date=MONDAY,
        told_at=NOON,
        by=patient.user,
        form_key=uuid.uuid4(),
    )
    GoalScore.objects.create(goal=goal, on_date=MONDAY, score=4, at=NOON, by=patient.user)
    ReminderFactory(patient=patient)
    CalendarLink.objects.create(patient=patient, secret_hash=hash_secret(calendar_secret))
    another = published_plan(PatientFactory(clinic=clinic)).plan.patient
    elsewhere = published_plan().plan.patient.clinic
    assert elsewhere != clinic
    return ClinicData(
        clinic=clinic,
        patient=patient,
        helper=helper,
        exercise=standing,
        routine=routine,
        own=own,
        own_routine=own_routine,
        plan=version.plan,
        version=version,
        draft=draft,
        item=item,
        session=session,
        finished_session=finished,
        report=report,
        goal=goal,
        activity=activity,
        event=event,
        # Of another patient: a hold would keep exercises from patient A, whom other pages are about.
        hold=ExerciseHold.objects.create(
            patient=another,
            clinic=clinic,
            kind="feet",
            question="new_sore",
            on_date=NOON.date(),
            begun_at=NOON,
        ),
        request=ConsultationRequestFactory(clinic=clinic),
        device=DeviceFactory(user=patient.user),
        sign_in_event=SignInEventFactory(patient=patient),
        erasure=ErasureRequest.objects.create(clinic=clinic, patient=patient, patient_key=patient.pk),
        passkey=PasskeyFactory(user=patient.user),
        message_photo=MessagePhotoFactory(message__patient=patient),
        recovery=SecondFactorRecovery.objects.create(
            user=clinician(clinic),
            opened_by=UserFactory(is_superuser=True),
            opened_at=NOON,
            reason="Phone lost",
        ),
        people={
            "visitor": None,
            "patient": patient.user,
            "helper": helper.user,
            "another": another.user,
            "clinician": clinician(clinic),
            "desk": clinician(clinic, Role.FRONT_DESK),
            "admin": clinician(clinic, Role.CLINIC_ADMIN),
            "elsewhere": clinician(elsewhere),
            "superuser": User.objects.filter(email="root@example.org").first()
            or User.objects.create_superuser("root@example.org", "correct horse", name="Root"),
        },
    )


def _own_exercise(clinic: Clinic) -> Exercise:
    own = ExerciseFactory(clinic=clinic)
    photo = ExercisePhoto.objects.create(
        exercise=own, digest="0123456789ab", full=b"full", small=b"small", width=640, height=480
    )
    own.photos = [PhotoReference(str(photo.pk), photo.digest, 640, 480, "A foot").as_dict()]
    own.save()
    return own


def missing_like(value: Any) -> Any:
    """Return a value of the same type that leads to no object."""
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=0xDEAD, version=4)
    if isinstance(value, tuple):  # a line of a draft: its exercise, and its first week
        return (missing_like(value[0]), value[1])
    if isinstance(value, int):
        return value + 998
    return "no-such-thing"
