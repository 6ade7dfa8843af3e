"""The personas that a developer can sign in as: one table for the seed, the personas page and the printed guide."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from clinic.models import Membership, Role, User
from patients.models import Helper, Patient

#: Development only: these accounts exist in demo data only, which cannot be loaded in production.
DEMO_PASSWORD = "steady on your feet"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A person to sign in as.

    The account is found by `email`: a team member's address, or a patient's contact address. A helper has no address;
    `helps` is the address of the patient.
    """

    key: str
    label: str
    name: str
    email: str
    about: str
    role: Role | None = None
    clinic_number: int = 0
    date_of_birth: datetime.date | None = None
    helps: str = ""

    @property
    def is_patient(self) -> bool:
        return self.date_of_birth is not None


CLINICIAN = Persona(
    key="clinician",
    label="Clinician",
    name="Amara Okafor",
    email="clinician@surefoot.example",
    about="Sees who needs her today, writes plans, answers alerts.",
    role=Role.CLINICIAN,
)
FRONT_DESK = Persona(
    key="front-desk",
    label="Front desk",
    name="Luis Ortiz",
    email="desk@surefoot.example",
    about="Answers consultation requests, registers patients, hands out sign-in cards.",
    role=Role.FRONT_DESK,
)
CLINIC_ADMIN = Persona(
    key="clinic-admin",
    label="Clinic admin",
    name="Miriam Goldberg",
    email="admin@surefoot.example",
    about="Runs the team and the clinic, and treats patients too.",
    role=Role.CLINIC_ADMIN,
)
OTHER_CLINICIAN = Persona(
    key="other-clinician",
    label="Clinician of another clinic",
    name="Kenji Nakamura",
    email="elsewhere@surefoot.example",
    about="Sees his own clinic only. Every patient of the first clinic is a 404 to him.",
    role=Role.CLINICIAN,
    clinic_number=1,
)
SUPERUSER = Persona(
    key="superuser",
    label="Superuser",
    name="Sam Keeper",
    email="root@surefoot.example",
    about="Keeps the Django administration. Belongs to no clinic, so the team's pages are closed.",
)
PATIENT = Persona(
    key="patient",
    label="Patient",
    name="Rosa Delgado",
    email="rosa@surefoot.example",
    about="Weeks into a plan that minds her flags: numb feet, a fall last year. A new version waits for her.",
    date_of_birth=datetime.date(1956, 4, 12),
)
OTHER_PATIENT = Persona(
    key="other-patient",
    label="Another patient",
    name="Walter Jensen",
    email="walter@surefoot.example",
    about="Starts today: a first plan, nothing done yet.",
    date_of_birth=datetime.date(1948, 11, 3),
)
HELPER = Persona(
    key="helper",
    label="Helper of the patient",
    name="Maria (daughter)",
    email="",
    about="Rosa's daughter: sees the plan and logs with her, but no messages and no settings.",
    helps=PATIENT.email,
)

PERSONAS = (PATIENT, HELPER, OTHER_PATIENT, CLINICIAN, FRONT_DESK, CLINIC_ADMIN, OTHER_CLINICIAN, SUPERUSER)


def get_persona(key: str) -> Persona | None:
    return next((persona for persona in PERSONAS if persona.key == key), None)


def accounts() -> dict[str, User]:
    """Return the accounts of the personas in the database by persona key, in three queries."""
    by_email = {persona.email: persona.key for persona in PERSONAS if persona.email}
    found = {by_email[user.email]: user for user in User.objects.filter(email__in=by_email) if user.email}
    patients = Patient.objects.filter(email__in=by_email).select_related("user")
    found |= {by_email[patient.email]: patient.user for patient in patients}
    helped = {persona.helps: persona.key for persona in PERSONAS if persona.helps}
    helpers = Helper.objects.live().filter(patient__email__in=helped).select_related("patient", "user")
    return found | {helped[helper.patient.email]: helper.user for helper in helpers.in_order().reverse()}


def get_account(persona: Persona) -> User | None:
    return accounts().get(persona.key)


def get_persona_patient(persona: Persona) -> Patient | None:
    """Return the patient of a patient persona with the clinic loaded; None for any other persona."""
    if not persona.is_patient:
        return None
    return Patient.objects.filter(email=persona.email).select_related("clinic").first()


def get_card_issuer(patient: Patient) -> User | None:
    """Return a member of the patient's clinic to create a sign-in card with, or None."""
    membership = (
        Membership.objects.live().for_clinic(patient.clinic).select_related("user").order_by("id").first()
    )
    return membership.user if membership else None
