"""Creates demo consultation requests in every state, with the events by which the front desk moved them there."""

from __future__ import annotations

import datetime
import itertools

from clinic.models import (
    BestTime,
    ConsultationRequest,
    ForWhom,
    Quarantine,
    RequestEvent,
    RequestState,
    Symptom,
)
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic, phone_number
from patients.demo.names import FAMILY_NAMES, GIVEN_NAMES, REQUEST_MESSAGES, REQUEST_NOTES, SPAM_MESSAGES
from patients.demo.random import SeededRandom

#: The states that a request passes, in order.
STATES = (RequestState.NEW, RequestState.CONTACTED, RequestState.BOOKED, RequestState.CLOSED)
#: State → minimum and maximum days since the request was received, and its share of 100 requests.
INBOX = {
    RequestState.NEW: ((0, 2), 22),
    RequestState.CONTACTED: ((1, 6), 20),
    RequestState.BOOKED: ((3, 14), 18),
    RequestState.CLOSED: ((10, 60), 40),
}
QUARANTINED_OF_100 = 12


def get_email_address(name: str) -> str:
    """Return an e-mail address made of the first and the last part of a name."""
    parts = name.lower().split()
    return f"{parts[0]}.{parts[-1]}@mail.example"


def make_inbox(rows: BulkRows, site: DemoClinic, *, seed: int, count: int) -> None:
    """Create `count` requests of people who are not patients.

    The first ones cover every state twice and every reason for quarantine.
    """
    covered = [*STATES, *STATES, *Quarantine]
    for number in range(count):
        rng = SeededRandom.named(seed, "request", site.number, number)
        wanted = covered[number] if number < len(covered) else None
        if isinstance(wanted, Quarantine) or (wanted is None and rng.chance(QUARANTINED_OF_100 / 100)):
            _make_spam(rows, site, rng, wanted or rng.choice(list(Quarantine)))
            continue
        states = list(INBOX)
        state = wanted or rng.choices(states, [INBOX[state][1] for state in states])[0]
        name = f"{rng.choice(GIVEN_NAMES)} {rng.choice(FAMILY_NAMES)}"
        asked_at = _before(site, rng, rng.randint(*INBOX[state][0]))
        make_request(rows, site, rng, name=name, asked_at=asked_at, state=state)


def make_request(
    rows: BulkRows,
    site: DemoClinic,
    rng: SeededRandom,
    *,
    name: str,
    asked_at: datetime.datetime,
    state: RequestState,
    email: str = "",
) -> ConsultationRequest:
    """Create a request in `state` with one event for each state change before it, less than a day apart."""
    by_phone = not email and rng.chance(0.75)
    request = ConsultationRequest(
        id=rng.uuid(),
        clinic_id=site.clinic.pk,
        form_key=rng.uuid(),
        name=name,
        phone=phone_number(site.area_code, rng) if by_phone else "",
        email="" if by_phone else email or get_email_address(name),
        for_whom=ForWhom.SELF if rng.chance(0.8) else ForWhom.OTHER,
        symptoms=_symptoms(rng),
        best_time=rng.choice(list(BestTime)),
        message=rng.choice(REQUEST_MESSAGES),
        consented_at=asked_at,
        state=state,
        created_at=asked_at,
    )
    rows.requests.append(request)
    at = asked_at
    for before, after in itertools.pairwise(STATES):
        if before == state:
            break
        at = min(at + datetime.timedelta(minutes=rng.randrange(20, 1400)), site.now)
        rows.request_events.append(
            RequestEvent(
                request_id=request.pk,
                from_state=before,
                to_state=after,
                note=rng.choice(REQUEST_NOTES[after]) if rng.chance(0.8) else "",
                by_id=rng.choice(site.front_desk).pk,
                at=at,
            )
        )
    return request


def _make_spam(rows: BulkRows, site: DemoClinic, rng: SeededRandom, why: Quarantine) -> None:
    asked_at = _before(site, rng, rng.randrange(30))
    rows.requests.append(
        ConsultationRequest(
            id=rng.uuid(),
            clinic_id=site.clinic.pk,
            form_key=rng.uuid(),
            name=f"{rng.choice(GIVEN_NAMES)}{rng.randrange(100)}",
            email=f"offer{rng.randrange(10_000)}@best-prices.example",
            for_whom=ForWhom.SELF,
            symptoms=[],
            message=rng.choice(SPAM_MESSAGES),
            consented_at=asked_at,
            quarantined_for=why,
            created_at=asked_at,
        )
    )


def _symptoms(rng: SeededRandom) -> list[str]:
    chosen = rng.sample(list(Symptom), rng.choice((1, 2, 2, 3)))
    return [symptom.value for symptom in Symptom if symptom in chosen]


def _before(site: DemoClinic, rng: SeededRandom, days: int) -> datetime.datetime:
    """Return a time between 7 a.m. and 10 p.m. that many days ago, never later than now."""
    moment = rng.moment(site.today - datetime.timedelta(days=days), (7, 22), site.zone)
    return min(moment, site.now - datetime.timedelta(minutes=rng.randrange(5, 90)))
