"""Data of a clinic on an ordinary day, for tests that open many pages: one patient in each state, and the team.

Dates lead up to the real today, since the browser uses the real clock.
"""

from __future__ import annotations

import datetime
import io
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from clinic.audit.services import record
from clinic.models import Clinic, Role, User
from exercises.models import Exercise
from patients.activities.services import tell_activity
from patients.goals.services import change_goal, score_goal, set_goal
from patients.models import (
    ActivityKind,
    Effort,
    ErasureRequest,
    ExerciseSession,
    Flag,
    Outcome,
    Patient,
    Plan,
    PlanEvent,
    PlanVersion,
    ReportPlace,
    SessionEntry,
)
from patients.reminders.selectors import stop_token
from patients.sessions.services.reports import save_report
from patients.summaries.services.stale import refresh_stale_summaries
from tests.factories import (
    AlertFactory,
    ClinicFactory,
    ConsultationRequestFactory,
    ExerciseFactory,
    MessageFactory,
    PatientFactory,
    PatientFlagFactory,
    PatientNoteFactory,
    PlanItemFactory,
    PlanVersionFactory,
    RoutineFactory,
    RoutineItemFactory,
    clinician,
    open_on_weekdays,
)
from tests.factories_of_patients import (
    DeviceFactory,
    HelperFactory,
    MessagePhotoFactory,
    PasskeyFactory,
    ReminderFactory,
    SignInEventFactory,
    VerifiedEmailFactory,
)
from tests.factories_of_screenings import asked_screening, screening_answers
from tests.functional.patient_states import PATIENTS, WEEK
from tests.whole_catalogue import load_whole_catalogue

#: States of the patients on pages of the team and of helpers.
ALWAYS_BUILT = ("patient", "under_way")


@dataclass
class PageData:
    """Users by the name that the table of pages uses, and the values for the URLs of their pages."""

    clinic: Clinic
    people: dict[str, User | None] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)

    def address(self, who: str, route: str, arguments: tuple[str, ...]) -> str:
        """Return the URL of a page about this user's own objects or, for the team, about the patient's."""
        values = self.things["everyone"] | self.things.get(who, {}) | self.things.get(route, {})
        return reverse(route, kwargs={name: values[name] for name in arguments})

    def sign_in(self, page: Page, who: str, host: str) -> None:
        """Replace the device's cookies by the session of that user; the visitor has none."""
        page.context.clear_cookies()
        user = self.people[who]
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME]
            page.context.add_cookies([{"name": session.key, "value": session.value, "url": host}])


def make_page_data(states: Collection[str] | None = None) -> PageData:
    """Create all states, which takes about a second, or only these beside those that the team and helpers need."""
    load_whole_catalogue()
    clinic = ClinicFactory(name="Harbour Clinic", emergency_text="In an emergency call 911.")
    open_on_weekdays(clinic)
    page_data = PageData(clinic, people={"visitor": None})
    _add_team(page_data)
    for state in PATIENTS:
        if states is None or state in states or state in ALWAYS_BUILT:
            _add_patient(page_data, state)
    _add_helpers(page_data)
    _add_staff_data(page_data)
    return page_data


def _add_team(page_data: PageData) -> None:
    page_data.people |= {
        "clinician": clinician(page_data.clinic),
        "desk": clinician(page_data.clinic, Role.FRONT_DESK),
        "admin": clinician(page_data.clinic, Role.CLINIC_ADMIN),
        "careful": clinician(page_data.clinic),
        "newcomer": clinician(page_data.clinic),
    }
    newcomer, careful = page_data.people["newcomer"], page_data.people["careful"]
    assert newcomer is not None
    assert careful is not None
    newcomer.set_unusable_password()
    newcomer.save()
    TOTP.activate(careful, generate_totp_secret())
    RecoveryCodes.activate(careful)


#: Instructions of a clinician, which stand above the advice for chest pain and with the blood sugar.
INSTRUCTIONS = {
    "angina_plan": "Sit down. Spray once under the tongue.",
    "sugar_numbers": "Start only from 126 mg/dL (7.0 mmol/L).",
}
WITH_INSTRUCTIONS = {"patient", "emergency", "sugar_due", "sugar_low"}


def _add_patient(page_data: PageData, state: str) -> None:
    written = INSTRUCTIONS if state in WITH_INSTRUCTIONS else {}
    patient = PatientFactory(clinic=page_data.clinic, full_name=f"Rosa {state.title()}", **written)
    page_data.people[state] = patient.user
    page_data.things[state] = {"patient_id": patient.pk} | (PATIENTS[state](patient) or {})


def _add_helpers(page_data: PageData) -> None:
    """Add a helper of the patient, and another one of the patient in the middle of a session."""
    helped = Patient.objects.get(pk=page_data.things["patient"]["patient_id"])
    helper = HelperFactory(patient=helped, granted_at=timezone.now())
    page_data.things["patient"]["helper_id"] = helper.pk
    helped.sessions.update(helped_by=helper)
    under_way = page_data.things["under_way"]
    other = HelperFactory(patient=Patient.objects.get(pk=under_way["patient_id"]), name="Luis")
    page_data.people["helper"] = other.user
    page_data.things["helper"] = under_way


def _add_report(page_data: PageData) -> dict[str, dict[str, Any]]:
    """Tell a fall and a sore of a patient of the clinic, and return the values of the pages that answer them."""
    patient = PatientFactory(clinic=page_data.clinic, phone="555-0123")
    answers = {"fell": True, "new_sore": True}
    report = save_report(
        patient=patient, place=ReportPlace.STOP, answers=answers, by=patient.user, now=timezone.now()
    )
    hold = report.exercise_holds.get(kind="feet", ends_at=None)
    sore_for_weeks = PatientFactory(clinic=page_data.clinic)
    PatientFlagFactory(patient=sore_for_weeks, flag=Flag.FOOT_SORE)
    return {
        "staff:flag_end": {"patient_id": sore_for_weeks.pk, "flag": Flag.FOOT_SORE.value},
        "staff:alert_resolve": {"alert_id": report.alerts.get(kind="sore").pk},
        "staff:hold_end": {"hold_id": hold.pk},
    }


def _add_staff_data(page_data: PageData) -> None:
    plan = Plan.objects.get(pk=page_data.things["patient"]["plan_id"])
    version = plan.versions.get()
    draft = PlanVersionFactory(plan=plan, number=2, start_date=version.start_date)
    PlanItemFactory(version=draft, exercise=Exercise.objects.get(slug="calf-raise"), order=1, note="Slowly.")
    session = plan.patient.sessions.get()
    AlertFactory(session=session, kind="faint", raised_at=timezone.now())
    _add_plot_data(version, session)
    page_data.things["patient"] |= _add_contact(plan.patient, page_data.people["clinician"])
    _add_own_words(plan.patient)
    page_data.things["patient"] |= _add_credentials(plan.patient)
    forgetful = clinician(page_data.clinic)
    page_data.things["everyone"] = {
        **page_data.things["patient"],
        "number": 1,
        "move": "pause",
        "slug": "one-leg-stand",
        "code": "7K3M9QXR2TDW",
        "token": stop_token(ReminderFactory(patient=plan.patient)),
        "link_secret": "Zm9yLXRoZS1zdGFnZQ",
        "request_id": ConsultationRequestFactory(
            clinic=page_data.clinic, message="My feet burn at night."
        ).pk,
    }
    page_data.things |= _add_report(page_data)
    ours = RoutineFactory(clinic=page_data.clinic)
    RoutineItemFactory(routine=ours, exercise=Exercise.objects.get(slug="calf-raise"), order=1)
    erasure = ErasureRequest.objects.create(
        clinic=page_data.clinic, patient=plan.patient, patient_key=plan.patient.pk
    )
    page_data.things["everyone"] |= {"erasure_id": erasure.pk}
    page_data.things["everyone"] |= {"routine_id": ours.pk, "member_id": forgetful.pk}
    clinic_exercise = ExerciseFactory(clinic=page_data.clinic)
    clinic_exercise.save()  # the factory adds no history, which the page shows
    page_data.things["library:clinic_exercise_edit"] = {"exercise_id": clinic_exercise.pk}
    under_way = page_data.things["under_way"]["patient_id"]
    _add_screening(Patient.objects.get(pk=under_way))
    page_data.things["careful"] = {"patient_id": under_way}
    page_data.things["library:routine"] = {"slug": "first-steps-seated"}
    page_data.things["account_reset_password_from_key"] = {
        "uidb36": user_pk_to_url_str(forgetful),
        "key": default_token_generator.make_token(forgetful),
    }
    refresh_stale_summaries(now=timezone.now())


def _add_screening(patient: Patient) -> None:
    """Add an open screening with one answer of each kind, which the patient has sent."""
    answers = screening_answers(
        s_numb="yes", s_ulcer="unsure", s_fell="yes", s_hot="unsure", s_told_not="yes"
    )
    answers.pop("s_bp")
    asked_screening(patient, answers=answers, sent_at=timezone.now())


def _add_plot_data(version: PlanVersion, session: ExerciseSession) -> None:
    """Add a finished pause, and exercises of every effort."""
    for (before, after), ago in ((("active", "paused"), 5), (("paused", "active"), 3)):
        at = timezone.now() - datetime.timedelta(days=ago)
        PlanEvent.objects.create(
            plan=version.plan, from_state=before, to_state=after, note="On holiday.", at=at
        )
    for item, effort in zip(version.items.all(), Effort.values, strict=False):
        rated = {"outcome": Outcome.DONE, "effort": effort}
        SessionEntry.objects.update_or_create(session=session, item=item, defaults=rated)


def _add_credentials(patient: Patient) -> dict[str, Any]:
    """Add an e-mail address, a passkey with a long name, and devices of every kind."""
    now = timezone.now()
    lasts = {"signed_in_at": now, "last_seen_at": now, "expires_at": now + WEEK}
    VerifiedEmailFactory(patient=patient, email="rosa.maria.delgado.y.fernandez@mail.of.a.village.example")
    passkey = PasskeyFactory(user=patient.user)
    passkey.data["name"] = "Mygrandsonstabletinthelivingroom Rosa"
    passkey.save()
    DeviceFactory(user=patient.user, kind="unknown", browser="", way="other", own_phone=False, **lasts)
    device = DeviceFactory(user=patient.user, browser="Samsung Internet", **lasts)
    record("device.signed_in", actor=patient.user, obj=device, clinic=patient.clinic, patient_key=patient.pk)
    helper = HelperFactory(patient=patient, name="Bartholomew Featherstonehaugh (neighbour)")
    record("helper.granted", actor=patient.user, obj=helper, clinic=patient.clinic)
    SignInEventFactory(patient=patient, kind="helper", role="", helper=helper, at=now)
    SignInEventFactory(patient=patient, kind="device", role="", device=device, at=now)
    event = SignInEventFactory(patient=patient, at=now)
    return {"device_id": device.pk, "passkey_id": passkey.data["key"], "event_id": event.pk}


def _add_own_words(patient: Patient) -> None:
    """Add a goal with long words, changed once, whose score is due, and an activity of today that can be removed."""
    now = timezone.now()
    month_ago = now - 4 * WEEK
    key = uuid.uuid4()
    words = "Walk to the church of Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    goal = set_goal(
        patient=patient, words="Walk", score=3, key=key, by=patient.user, now=month_ago - 4 * WEEK
    )
    score_goal(goal=goal, score=5, by=patient.user, now=month_ago)
    change_goal(goal=goal, words=words, by=patient.user, now=month_ago)
    tell_activity(
        patient=patient,
        kind=ActivityKind.OTHER,
        words="Danced at a wedding in the family",
        minutes=20,
        on_date=patient.today(now),
        key=uuid.uuid4(),
        by=patient.user,
        now=now,
    )


def _encode_photo() -> bytes:
    """Return a JPEG of the size that the factory says."""
    written = io.BytesIO()
    Image.new("RGB", (640, 480), (180, 90, 80)).save(written, "JPEG")
    return written.getvalue()


def _add_contact(patient: Patient, member: User | None) -> dict[str, Any]:
    """Add read and unread messages of both sides, one with a photo, and a note, with a very long word."""
    now = timezone.now()
    link = "https://shop.example/" + "very-long-address-of-an-insole-" * 6
    good = MessageFactory(patient=patient, text=f"Are these good?\n{link}", sent_at=now - WEEK)
    photo = MessagePhotoFactory(message=good, jpeg=_encode_photo())
    MessageFactory(patient=patient, is_from_patient=False, sender=member, text="Yes.", sent_at=now - WEEK)
    patient.messages.update(read_at=now - WEEK, read_by=member)
    MessageFactory(patient=patient, text="I have them now. May I start?", sent_at=now)
    MessageFactory(
        patient=patient, is_from_patient=False, sender=member, text=f"Yes, see {link}", sent_at=now
    )
    PatientNoteFactory(patient=patient, written_by=member, text=f"Bought insoles: {link}", written_at=now)
    return {"message_photo_id": photo.pk}
