"""Factories of test data. Demo data never imports this."""

from __future__ import annotations

import datetime
import uuid

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from clinic.emergency_access.services import LASTS
from clinic.models import (
    Clinic,
    ConsultationRequest,
    EmergencyAccess,
    ForWhom,
    Membership,
    OpeningHours,
    Role,
    User,
)
from exercises.models import (
    Category,
    Exercise,
    ExerciseStep,
    Position,
    Routine,
    RoutineItem,
    Support,
)
from patients.models import (
    Alert,
    Circumstances,
    ExerciseHold,
    ExerciseSession,
    EyesClosedUnlock,
    Flag,
    Message,
    Patient,
    PatientFlag,
    PatientNote,
    PatientSummary,
    Plan,
    PlanItem,
    PlanState,
    PlanVersion,
)
from patients.plans.prescription import content_of
from patients.sessions.check_in import QUESTIONS
from tests.factories_of_screenings import finished_screening

#: A Monday, the first day in tests that depend on dates.
MONDAY = datetime.date(2026, 3, 2)
#: Noon in New York on that Monday.
NOON = datetime.datetime(2026, 3, 2, 17, 0, tzinfo=datetime.UTC)
#: An hour after that noon.
LATER = NOON + datetime.timedelta(hours=1)
PASSWORD = "correct horse battery staple"


class WithoutHistory(DjangoModelFactory):
    """Save the row without the first entry of its history, which takes longer than the row and is seldom read.

    Patients, routines and memberships have the entry, since pages show it. Changes by the code under test are in the
    history as usual.
    """

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        row = model_class(*args, **kwargs)
        row.skip_history_when_saving = True
        row.save(force_insert=True)
        del row.skip_history_when_saving
        return row


class ClinicFactory(WithoutHistory):
    class Meta:
        model = Clinic

    name = factory.Sequence(lambda n: f"Harbour Clinic {n}")
    phone = "555-0100"
    email = factory.Sequence(lambda n: f"desk{n}@clinic.example")
    address = "1 Harbour Road"
    time_zone = "America/New_York"


def open_on_weekdays(clinic):
    """Give the clinic opening hours: from 8 to 5 on Monday to Thursday, and from 8 to 4 on Friday."""
    OpeningHours.objects.bulk_create(
        OpeningHours(clinic=clinic, weekday=day, opens_at=datetime.time(8), closes_at=datetime.time(closes))
        for day, closes in enumerate((17, 17, 17, 17, 16))
    )


class UserFactory(WithoutHistory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.Transformer(PASSWORD, transform=make_password)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    clinic = factory.SubFactory(ClinicFactory)
    role = Role.CLINICIAN


class ConsultationRequestFactory(DjangoModelFactory):
    class Meta:
        model = ConsultationRequest

    clinic = factory.SubFactory(ClinicFactory)
    name = factory.Sequence(lambda n: f"Visitor {n}")
    phone = "555-0199"
    for_whom = ForWhom.SELF
    symptoms = ["pain", "numbness"]
    consented_at = NOON


class ExerciseFactory(WithoutHistory):
    class Meta:
        model = Exercise
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"exercise-{n}")
    name = factory.Sequence(lambda n: f"Exercise {n}")
    category = Category.BALANCE
    position = Position.STANDING
    support = Support.TWO_HANDS
    summary = "Makes your ankles strong."
    start_position = "Stand tall behind a firm chair."
    source = "seed article"
    demands = factory.LazyAttribute(
        lambda self: ["weight_bearing"] if self.position == Position.STANDING else []
    )
    sets = 1
    reps_min = 10
    reps_max = 15

    @factory.post_generation
    def steps(self, create, extracted, **kwargs):
        if create:
            texts = extracted or ["Hold the chair.", "Lift both heels."]
            ExerciseStep.objects.bulk_create(
                ExerciseStep(exercise=self, order=order, text=text)
                for order, text in enumerate(texts, start=1)
            )


class RoutineFactory(DjangoModelFactory):
    class Meta:
        model = Routine

    slug = factory.Sequence(lambda n: f"routine-{n}")
    name = factory.Sequence(lambda n: f"Routine {n}")
    summary = "A gentle start."


class RoutineItemFactory(WithoutHistory):
    class Meta:
        model = RoutineItem

    routine = factory.SubFactory(RoutineFactory)
    exercise = factory.SubFactory(ExerciseFactory)
    order = factory.Sequence(lambda n: n + 1)
    sets = 1
    reps_min = 8


class PatientFactory(DjangoModelFactory):
    """A patient whose screening is finished, so that a plan can be published.

    Pass `screened=False` for one who was not asked.
    """

    class Meta:
        model = Patient
        skip_postgeneration_save = True

    clinic = factory.SubFactory(ClinicFactory)
    full_name = factory.Sequence(lambda n: f"Pat Example {n}")
    date_of_birth = datetime.date(1950, 4, 12)
    user = factory.LazyAttribute(lambda self: UserFactory(name=self.full_name, email=None, password=None))

    @factory.post_generation
    def screened(self, create, extracted, **kwargs):
        if create and extracted is not False:
            finished_screening(self)


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    patient = factory.SubFactory(PatientFactory)
    state = PlanState.DRAFT


class PlanVersionFactory(DjangoModelFactory):
    """A draft version; `published_plan()` makes a published one with items."""

    class Meta:
        model = PlanVersion

    plan = factory.SubFactory(PlanFactory)
    number = 1
    start_date = MONDAY
    weeks = 6


class PlanItemFactory(DjangoModelFactory):
    class Meta:
        model = PlanItem

    version = factory.SubFactory(PlanVersionFactory)
    exercise = factory.SubFactory(ExerciseFactory)
    order = factory.Sequence(lambda n: n + 1)
    support = Support.TWO_HANDS
    sets = 1
    reps_min = 10


class ExerciseSessionFactory(DjangoModelFactory):
    """A finished session on MONDAY; pass `finished_at=None` and empty answers for an open one."""

    class Meta:
        model = ExerciseSession

    version = factory.LazyFunction(lambda: published_plan())
    patient = factory.SelfAttribute("version.plan.patient")
    on_date = MONDAY
    started_at = NOON
    finished_at = NOON
    pain_before = 3
    pain_after = 3
    fell = faint_or_chest_pain = new_sore = False

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        """Accept an answer under the id of its question; None stands for a question that was not asked."""
        ids = [question.id for question in QUESTIONS if not question.is_column and question.id in kwargs]
        given = {name: kwargs.pop(name) for name in ids}
        return kwargs | {"answers": {name: answer for name, answer in given.items() if answer is not None}}


class AlertFactory(WithoutHistory):
    class Meta:
        model = Alert

    session = factory.SubFactory(ExerciseSessionFactory)
    patient = factory.SelfAttribute("session.patient")
    clinic = factory.SelfAttribute("patient.clinic")
    kind = "faint"
    raised_at = NOON


class ExerciseHoldFactory(DjangoModelFactory):
    """A hold that a person of the team ends, told on MONDAY; pass `ends_at` for a hold of a day."""

    class Meta:
        model = ExerciseHold

    patient = factory.SubFactory(PatientFactory)
    clinic = factory.SelfAttribute("patient.clinic")
    kind = "standing"
    question = "fell"
    on_date = MONDAY
    begun_at = NOON


class PatientSummaryFactory(DjangoModelFactory):
    """A patient's summary on MONDAY, with the given values instead of computed ones."""

    class Meta:
        model = PatientSummary

    patient = factory.SubFactory(PatientFactory)
    clinic = factory.SelfAttribute("patient.clinic")
    refreshed_on = MONDAY
    refreshed_at = NOON


def administrator(*clinics: Clinic) -> User:
    """Return a superuser with emergency access to the health data of these clinics."""
    user = UserFactory(is_staff=True, is_superuser=True)
    now = timezone.now()
    for clinic in clinics:
        EmergencyAccess.objects.create(
            user=user, clinic=clinic, reason="Asked by the clinic.", opened_at=now, ends_at=now + LASTS
        )
    return user


def clinician(clinic: Clinic | None = None, role: str = Role.CLINICIAN, **fields) -> User:
    """Return a member of a clinic's team with these fields, a clinician unless `role` says otherwise."""
    user = UserFactory(**fields)
    return MembershipFactory(user=user, role=role, **({"clinic": clinic} if clinic else {})).user


def published_plan(
    patient: Patient | None = None,
    exercises: list[Exercise] | None = None,
    *,
    number: int = 1,
    plan: Plan | None = None,
    sets: int = 1,
    **version_fields,
) -> PlanVersion:
    """Return a published version (of 2 exercises unless given) of an active plan, as `publish_plan` creates it."""
    plan = plan or PlanFactory(state=PlanState.ACTIVE, **({"patient": patient} if patient else {}))
    version = PlanVersionFactory(
        plan=plan, number=number, change_note="" if number == 1 else "More repetitions.", **version_fields
    )
    for order, exercise in enumerate(exercises or ExerciseFactory.create_batch(2), start=1):
        PlanItemFactory(
            version=version,
            exercise=exercise,
            order=order,
            support=exercise.support,
            sets=sets,
            content=content_of(exercise),
        )
    version.published_at = NOON
    version.published_by = clinician(plan.patient.clinic)
    version.save()
    return version


class MessageFactory(DjangoModelFactory):
    """An unread message from the patient; pass `read_at` and `read_by` for a read one."""

    class Meta:
        model = Message

    patient = factory.SubFactory(PatientFactory)
    clinic = factory.SelfAttribute("patient.clinic")
    is_from_patient = True
    sender = factory.LazyAttribute(
        lambda self: self.patient.user if self.is_from_patient else clinician(self.clinic)
    )
    text = "May I do them in the evening?"
    form_key = factory.LazyFunction(uuid.uuid4)
    sent_at = NOON


class PatientNoteFactory(DjangoModelFactory):
    class Meta:
        model = PatientNote

    patient = factory.SubFactory(PatientFactory)
    text = "Prefers a call after ten."
    form_key = factory.LazyFunction(uuid.uuid4)
    written_at = NOON
    written_by = factory.LazyAttribute(lambda self: clinician(self.patient.clinic))


class PatientFlagFactory(DjangoModelFactory):
    """A live flag; pass `cleared_at` and `cleared_by` for a cleared one."""

    class Meta:
        model = PatientFlag

    patient = factory.SubFactory(PatientFactory)
    flag = Flag.FOOT_SORE
    set_at = NOON
    set_by = factory.LazyAttribute(lambda self: clinician(self.patient.clinic))


class EyesClosedUnlockFactory(DjangoModelFactory):
    class Meta:
        model = EyesClosedUnlock

    patient = factory.SubFactory(PatientFactory)
    set_at = NOON
    set_by = factory.LazyAttribute(lambda self: clinician(self.patient.clinic))


class CircumstancesFactory(DjangoModelFactory):
    class Meta:
        model = Circumstances

    patient = factory.SubFactory(PatientFactory)
    minutes_a_session = 20
    edited_at = NOON
    edited_by = factory.LazyAttribute(lambda self: clinician(self.patient.clinic))
