"""Creates messages between demo patients and their clinic, and the team's notes about patients."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from clinic.models import User
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.personas import OTHER_PATIENT, PATIENT, Persona
from patients.demo.random import SeededRandom
from patients.models import Message, Patient, PatientNote

#: Part of the patients with messages, part of those with an unanswered message, and part of the patients with notes.
WITH_MESSAGES, WITH_UNANSWERED, WITH_NOTES = 0.2, 0.2, 0.3
#: Patients registered more recently have no messages or notes, except the personas.
MIN_TIME_SINCE_REGISTRATION = datetime.timedelta(days=6)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


class Exchange(NamedTuple):
    """A patient's question and the clinic's answer."""

    asked: str
    answered: str


EXCHANGES = (
    Exchange(
        "May I do the stretches in the evening? My feet are less stiff then.",
        "Yes. Any time that suits your feet is a good time.",
    ),
    Exchange(
        "My new insoles came. Should I wear them for the exercises?",
        "Yes, wear them. Look at your feet afterwards for red spots. If a spot stays red, stop and call us.",
    ),
    Exchange(
        "The counter in my kitchen is a bit low for me. Can I use the back of a chair?",
        "Only a heavy chair that stands against a wall. A light chair can tip over.",
    ),
    Exchange(
        "I am away next week to see my daughter. What shall I do there?",
        "Take only the seated ones with you. We have paused the others until you are back.",
    ),
    Exchange(
        "I can do the heel raises easily now.\nCan I do more of them?",
        "Well done! Please stay with the same number this week. We will look at it together on Tuesday.",
    ),
    Exchange(
        "Is it all right that my calves are sore the day after?",
        "A little soreness for a day or two is fine. If it is in one calf only, or hot or swollen, call us at once.",
    ),
)
WAITING = (
    "My shoes are worn out at the heel. Which kind shall I buy?",
    "I could not do the step-ups, my stairs are too steep. Is there something else?",
    "When is my next visit? I lost the slip.",
)
NOTES = (
    "Prefers a call after ten. Hearing aid on the left.",
    "Daughter helps with the phone. Patient agreed that she may listen in.",
    "Monofilament: no feeling under both big toes. Talked about the daily foot check.",
    "Afraid of falling since last winter; we practised getting up from the floor.",
    "Timed Up and Go 11 s with own shoes.",
)
OF_ROSA = Exchange(
    "The tandem stand feels wobbly in the morning. In the afternoon it is fine.",
    "Thank you for telling us. Then do it in the afternoon, with one hand on the counter.",
)
LAST_MESSAGE_TO_ROSA = (
    "Your plan has a small change from today. Please read it before you start.\n"
    "If anything feels wrong, stop and call us."
)
OF_WALTER = "Good morning. I have no firm chair at home. Can I hold on to the kitchen counter instead?"


def make_messages_and_notes(
    rows: BulkRows,
    site: DemoClinic,
    rng: SeededRandom,
    *,
    patient: Patient,
    clinician: User,
    persona: Persona | None,
) -> None:
    """Create the messages and notes of one patient, none of them later than now."""
    writer = _ContactWriter(rows, site, rng, patient, clinician)
    if persona is PATIENT:
        writer.exchange(OF_ROSA, days_ago=4)
        writer.send(LAST_MESSAGE_TO_ROSA, at=site.now - 90 * MINUTE, from_patient=False)
        writer.note(NOTES[2], days_ago=9)
        writer.note(NOTES[0], days_ago=5)
    elif persona is OTHER_PATIENT:
        writer.send(OF_WALTER, at=site.now - 50 * MINUTE, from_patient=True)
    elif patient.registered_at < site.now - MIN_TIME_SINCE_REGISTRATION:
        writer.write_at_random()


class _ContactWriter:
    """Write messages and notes of one patient."""

    def __init__(
        self, rows: BulkRows, site: DemoClinic, rng: SeededRandom, patient: Patient, clinician: User
    ) -> None:
        self.rows, self.site, self.rng = rows, site, rng
        self.patient, self.clinician = patient, clinician

    def write_at_random(self) -> None:
        """Write an answered question for some patients, an unanswered one for a few of them, and a note for some."""
        if self.rng.chance(WITH_MESSAGES):
            self.exchange(self.rng.choice(EXCHANGES), days_ago=self.rng.randint(3, 5))
            if self.rng.chance(WITH_UNANSWERED):
                self.send(
                    self.rng.choice(WAITING),
                    at=self.site.now - self.rng.randint(20, 1200) * MINUTE,
                    from_patient=True,
                )
        if self.rng.chance(WITH_NOTES):
            self.note(self.rng.choice(NOTES), days_ago=self.rng.randint(1, 5))

    def exchange(self, words: Exchange, *, days_ago: int) -> None:
        """Write a question sent in the evening, read and answered the next morning; the answer is read at noon."""
        evening = self._moment(days_ago, (18, 21))
        morning = self._moment(days_ago - 1, (9, 11))
        noon = self._moment(days_ago - 1, (12, 14))
        self.send(words.asked, at=evening, from_patient=True, read_at=morning)
        self.send(words.answered, at=morning + 4 * MINUTE, from_patient=False, read_at=noon)

    def send(
        self,
        text: str,
        *,
        at: datetime.datetime,
        from_patient: bool,
        read_at: datetime.datetime | None = None,
    ) -> None:
        sender, reader = self.patient.user_id, self.clinician.pk
        if not from_patient:
            sender, reader = reader, sender
        self.rows.messages.append(
            Message(
                id=self.rng.uuid(),
                clinic_id=self.patient.clinic_id,
                patient_id=self.patient.pk,
                is_from_patient=from_patient,
                sender_id=sender,
                text=text,
                form_key=self.rng.uuid(),
                sent_at=at,
                read_at=read_at,
                read_by_id=reader if read_at else None,
            )
        )

    def note(self, text: str, *, days_ago: int) -> None:
        self.rows.notes.append(
            PatientNote(
                id=self.rng.uuid(),
                patient_id=self.patient.pk,
                text=text,
                form_key=self.rng.uuid(),
                written_at=self._moment(days_ago, (9, 17)),
                written_by_id=self.clinician.pk,
            )
        )

    def _moment(self, days_ago: int, hours: tuple[int, int]) -> datetime.datetime:
        return self.rng.moment(self.site.today - days_ago * DAY, hours, self.site.zone)
