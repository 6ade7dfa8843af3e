"""Ten journeys and a few more, as the requests that browsers send: form by form, from the same state each time."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from clinic.consultations.spam import create_form_stamp
from clinic.models import Role
from exercises.models import Position
from patients.models import Alert, ErasureGround, ErasureRequest, ExerciseHold, Patient
from patients.plans.services.plans import start_plan
from patients.sign_in.services.cards import create_card
from tests.factories import (
    NOON,
    ClinicFactory,
    ExerciseFactory,
    PatientFactory,
    RoutineFactory,
    RoutineItemFactory,
    UserFactory,
    clinician,
    open_on_weekdays,
    published_plan,
)
from tests.factories_of_patients import DeviceFactory, VerifiedEmailFactory
from tests.patients.hold_steps import tell_from_stop_sheet
from tests.patients.sessions.offline.offline_steps import kept_session

Form = dict[str, Any]


@dataclass
class Place:
    """A clinic with its team, a patient with a plan, and another with a draft."""

    clinic: Any = None
    rosa: Patient | None = None
    version: Any = None
    draft: Any = None
    people: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    kept: Form = field(default_factory=dict)

    @property
    def session(self) -> Any:
        return self.rosa.sessions.get()

    @property
    def alert(self) -> Any:
        return Alert.objects.get()


@dataclass(frozen=True)
class Step:
    """One form: its address and fields, which may depend on the place. `is_json` sends them as a script does."""

    path: Callable[[Place], str] | str
    form: Callable[[Place], Form] | Form
    is_json: bool = False

    def prepare(self, place: Place, client: Client) -> Callable[[], Any]:
        """Return the sending of the form. Everything that it needs has been read before."""
        path = self.path(place) if callable(self.path) else self.path
        form = self.form(place) if callable(self.form) else self.form
        if self.is_json:
            return lambda: client.post(path, json.dumps(form), content_type="application/json")
        return lambda: client.post(path, form)


def make_place() -> Place:
    """Return the place in which every journey begins."""
    clinic = ClinicFactory(name="Harbour Clinic", email="desk@harbour.example")
    open_on_weekdays(clinic)
    place = Place(clinic=clinic)
    place.rosa = PatientFactory(clinic=clinic, full_name="Rosa Delgado", phone="555-0123")
    VerifiedEmailFactory(patient=place.rosa, email="rosa@example.org")
    DeviceFactory(user=place.rosa.user, signed_in_at=NOON - datetime.timedelta(days=3))
    exercises = [
        ExerciseFactory(name=name, position=position)
        for name, position in [("Ankle pump", Position.SEATED), ("Calf raise", Position.STANDING)]
    ]
    place.version = published_plan(place.rosa, exercises)
    place.people = {
        "rosa": place.rosa.user,
        "dana": clinician(clinic, name="Dana Reyes"),
        "desk": clinician(clinic, Role.FRONT_DESK),
        "miriam": clinician(clinic, Role.CLINIC_ADMIN),
        "root": UserFactory(name="Root Admin", is_staff=True, is_superuser=True),
    }
    routine = RoutineFactory(name="First steps")
    for order, exercise in enumerate(exercises, start=1):
        RoutineItemFactory(routine=routine, exercise=exercise, order=order)
    other = PatientFactory(clinic=clinic, full_name="Margaret Lee")
    place.draft = start_plan(patient=other, by=place.people["dana"], routine=routine, now=NOON).versions.get()
    place.code = create_card(
        patient=place.rosa, by=place.people["desk"], now=NOON - datetime.timedelta(hours=1)
    )[1]
    place.kept = kept_session(place.version, check_in={"fell": "yes"})
    return place


def with_a_fall(place: Place) -> None:
    """Let the patient have told of a fall."""
    tell_from_stop_sheet(place.rosa, now=NOON, fell=True)


def _in_session(end: str) -> Callable[[Place], str]:
    return lambda place: f"/my/session/{place.session.pk}/{end}"


def _first_exercise(place: Place) -> str:
    return f"/my/session/{place.session.pk}/exercises/{place.version.items.in_order()[0].pk}/"


def _alert(end: str) -> Callable[[Place], str]:
    return lambda place: f"/staff/alerts/{place.alert.pk}/{end}/"


def _request(place: Place) -> str:
    return ErasureRequest.objects.get().pk


START = [
    Step("/my/session/start/", {}),
    Step(_in_session("pain/"), {"pain": "3"}),
    Step(_in_session("ready/"), {"none": "yes"}),
    Step(_first_exercise, {"outcome": "done"}),
]
KEYS = {name: str(uuid.uuid5(uuid.NAMESPACE_URL, name)) for name in ("message", "patient", "request")}


@dataclass(frozen=True)
class Journey:
    """The forms that one person sends, after the forms `first`, which are not tried with faults."""

    person: str
    steps: list[Step]
    first: list[Step] = field(default_factory=list)
    given: Callable[[Place], None] | None = None
    #: Tables that tell of a second time as well, if the browser did not get the answer to the first.
    told_again: frozenset[str] = frozenset()


JOURNEYS = {
    "sign in with a card": Journey(
        "",
        [
            Step(
                "/card/",
                lambda place: {
                    "code": place.code,
                    "day": "12",
                    "month": "4",
                    "year": "1950",
                    "understood": "1950-04-12",
                    "device": "own",
                },
            )
        ],
        # The cookie is in the answer: a browser that did not get it has to sign in again, which ends the first one.
        told_again=frozenset(
            {"clinic_auditevent", "clinic_historicaluser", "clinic_outboxmessage", "patients_device"}
        ),
    ),
    "start a session and record an exercise": Journey("rosa", START),
    "check in with a fall": Journey(
        "rosa", [Step(_in_session("check-in/"), {"pain_after": "3", "signs": ["fell"]})], first=START
    ),
    "not today": Journey("rosa", [Step("/my/not-today/", {"reason": "unwell"})]),
    "send a session of the phone": Journey(
        "rosa", [Step("/my/sync/", lambda place: place.kept, is_json=True)]
    ),
    "write to the clinic": Journey(
        "rosa", [Step("/my/messages/", {"key": KEYS["message"], "text": "May I do them in the evening?"})]
    ),
    "register a patient": Journey(
        "desk",
        [
            Step(
                "/staff/patients/new/",
                {
                    "key": KEYS["patient"],
                    "full_name": "Bruno Keller",
                    "date_of_birth": "1956-04-12",
                    "phone": "555-0111",
                },
            )
        ],
    ),
    "publish a plan": Journey(
        "dana",
        [
            Step(
                lambda place: f"/staff/plans/{place.draft.plan_id}/publish/",
                lambda place: {"number": place.draft.number, "edit_number": place.draft.edit_number},
            )
        ],
    ),
    "acknowledge and settle an alert": Journey(
        "dana",
        [
            Step(_alert("acknowledge"), {}),
            Step(
                _alert("settle"),
                lambda place: (
                    {"note": "Called: no injury."}
                    | {f"hold-{hold.pk}": "keep" for hold in ExerciseHold.objects.all()}
                ),
            ),
        ],
        given=with_a_fall,
    ),
    "ask for a consultation": Journey(
        "",
        [
            Step(
                "/consultation/",
                {
                    "key": KEYS["request"],
                    "name": "Maria Alvarez",
                    "phone": "(555) 010-0123",
                    "email": "maria@example.org",
                    "for_whom": "self",
                    "symptoms": ["pain", "balance"],
                    "best_time": "morning",
                    "message": "My feet burn at night.",
                    "consent": "on",
                    "website": "",
                    "stamp": create_form_stamp(NOON - datetime.timedelta(minutes=1)),
                },
            )
        ],
    ),
    "make a card": Journey(
        "desk",
        [
            Step(
                lambda place: f"/staff/patients/{place.rosa.pk}/card/",
                lambda place: {"seen": place.rosa.cards.get().made_at.isoformat()},
            )
        ],
    ),
    "open emergency access": Journey(
        "root",
        [
            Step(
                "/admin/emergency-access/",
                lambda place: {"clinic": place.clinic.pk, "reason": "Dana asked to correct a date."},
            )
        ],
    ),
    "erase a patient": Journey(
        "miriam",
        [
            Step(
                lambda place: f"/staff/clinic/erasures/{_request(place)}/carry-out/",
                {"ground": ErasureGround.TIME_IS_OVER.value, "name": "Rosa Delgado"},
            )
        ],
        first=[Step(lambda place: f"/staff/patients/{place.rosa.pk}/erasure/", {})],
    ),
}
