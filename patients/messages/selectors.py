"""Message threads as the pages show them, and the patients whose messages are unread."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, Window

from clinic.clinics.opening_hours import OpeningStatus, get_opening_status
from clinic.models import User
from clinic.pagination import paginate_newest_first
from patients.models import Message, MessagePhoto, Patient

#: Messages on one page of a thread, and in the panel on the patient detail page.
PER_PAGE = 20
IN_PANEL = 5
#: The most patients listed under "Messages" on the staff's first page; the rest are counted.
MOST_WAITING = 10


@dataclass(frozen=True)
class Thread:
    """One page of a thread, newest message first.

    `older` is the cursor of the next page, None on the last. `is_first` is True if no newer message was left out.
    """

    messages: tuple[Message, ...]
    older: uuid.UUID | None
    is_first: bool

    @property
    def newest(self) -> uuid.UUID | None:
        """Return the key of the newest message shown, which on the first page is the newest of the thread."""
        return self.messages[0].pk if self.messages else None

    @property
    def new_to_patient(self) -> list[Message]:
        return [message for message in self.messages if message.is_new and not message.is_from_patient]

    @property
    def new_to_team(self) -> list[Message]:
        return [message for message in self.messages if message.is_new and message.is_from_patient]

    @property
    def known_to_team(self) -> list[Message]:
        """Return the clinic's own messages and those that the team has read."""
        return [message for message in self.messages if not message.is_from_patient or not message.is_new]

    @property
    def known_to_patient(self) -> list[Message]:
        """Return the patient's own messages and those that the patient has read."""
        return [message for message in self.messages if message.is_from_patient or not message.is_new]


def get_thread(patient: Patient, *, before: uuid.UUID | None = None, most: int = PER_PAGE) -> Thread:
    """Return at most `most` messages, starting with the one older than `before`. One query, two with `before`."""
    messages = (
        Message.objects.for_patient(patient).select_related("sender", "read_by", "photo").defer("photo__jpeg")
    )
    page = paginate_newest_first(messages, moment="sent_at", most=most, before=before)
    return Thread(page.rows, page.older, page.is_first)


def find_message_photo(patient: Patient, photo_id: uuid.UUID) -> MessagePhoto | None:
    """Return a photo that the patient sent and has not deleted, or None. One query."""
    return MessagePhoto.objects.filter(message__patient=patient, deleted_at=None, pk=photo_id).first()


@dataclass(frozen=True)
class MyMessages:
    """The patient's messages page: the thread, and the clinic's opening hours, when messages are read."""

    thread: Thread
    clinic: OpeningStatus
    #: True if the clinic's clocks show another time than the patient's.
    is_elsewhere: bool


def get_my_messages(
    patient: Patient, now: datetime.datetime, *, before: uuid.UUID | None = None
) -> MyMessages:
    """Return the patient's messages page at `now`. Two queries, three with `before`."""
    here, there = now.astimezone(patient.zone), now.astimezone(patient.clinic.zone)
    return MyMessages(
        thread=get_thread(patient, before=before),
        clinic=get_opening_status(patient.clinic, now),
        is_elsewhere=here.utcoffset() != there.utcoffset(),
    )


# --- Unread messages for the team ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A patient with messages that nobody of the team has read: text and time of the first, and their number."""

    patient: Patient
    text: str
    since: datetime.datetime
    count: int


@dataclass(frozen=True)
class WaitingMessages:
    """The patients who have waited longest, and the number of further patients who wait."""

    rows: list[Waiting] = field(default_factory=list)
    beyond: int = 0

    def __bool__(self) -> bool:
        return bool(self.rows)


def list_waiting_messages(
    user: User, *, only_mine: bool = False, most: int = MOST_WAITING
) -> WaitingMessages:
    """Return patients of the user's clinic with unread messages, the longest waiting first. One query.

    With `only_mine`, return the user's own patients and those without a clinician, whom nobody else would look after.
    """
    unread = Message.objects.visible_to(user).to_clinic().unread()
    if only_mine:
        unread = unread.filter(Q(patient__clinician=user) | Q(patient__clinician=None))
    of_same = Message.objects.to_clinic().unread().filter(patient=OuterRef("patient"))
    sooner = Q(sent_at__lt=OuterRef("sent_at")) | Q(sent_at=OuterRef("sent_at"), pk__lt=OuterRef("pk"))
    first_of_each = (
        unread.filter(~Exists(of_same.filter(sooner)))
        .annotate(unread_of_same=of_same.counted(), patients_waiting=Window(Count("*")))
        .select_related("patient")
        .order_by("sent_at", "pk")
    )
    found = list(first_of_each[:most])
    rows = [Waiting(row.patient, row.text, row.sent_at, row.unread_of_same) for row in found]
    return WaitingMessages(rows, beyond=found[0].patients_waiting - len(rows) if found else 0)
