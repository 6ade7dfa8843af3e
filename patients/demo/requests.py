"""Demo consultation requests, in every state, with what the front desk did about each."""

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
from patients.demo.bulk import Rows
from patients.demo.clinics import Site, phone_number
from patients.demo.names import FAMILY_NAMES, GIVEN_NAMES, REQUEST_MESSAGES, REQUEST_NOTES, SPAM_MESSAGES
from patients.demo.random import Dice

#: Every request goes through these in order; how far it got is its state.
STATES = (RequestState.NEW, RequestState.CONTACTED, RequestState.BOOKED, RequestState.CLOSED)
#: State → days since it was received, from–to, and how many of a hundred requests are in it.
INBOX = {
    RequestState.NEW: ((0, 2), 22),
    RequestState.CONTACTED: ((1, 6), 20),
    RequestState.BOOKED: ((3, 14), 18),
    RequestState.CLOSED: ((10, 60), 40),
}
QUARANTINED_OF_100 = 12


def mail_address(name: str) -> str:
    """The address that someone of that name would have: first and last name, nothing in between."""
    parts = name.lower().split()
    return f"{parts[0]}.{parts[-1]}@mail.example"


def make_inbox(rows: Rows, site: Site, *, seed: int, count: int) -> None:
    """`count` requests of people who are not patients; the first cover every state and both quarantines."""
    covered = [*STATES, *STATES, *Quarantine]
    for number in range(count):
        dice = Dice.named(seed, "request", site.number, number)
        sure = covered[number] if number < len(covered) else None
        if isinstance(sure, Quarantine) or (sure is None and dice.chance(QUARANTINED_OF_100 / 100)):
            _make_spam(rows, site, dice, sure or dice.choice(list(Quarantine)))
            continue
        states = list(INBOX)
        state = sure or dice.choices(states, [INBOX[state][1] for state in states])[0]
        name = f"{dice.choice(GIVEN_NAMES)} {dice.choice(FAMILY_NAMES)}"
        asked_at = _before(site, dice, dice.randint(*INBOX[state][0]))
        make_request(rows, site, dice, name=name, asked_at=asked_at, state=state)


def make_request(
    rows: Rows,
    site: Site,
    dice: Dice,
    *,
    name: str,
    asked_at: datetime.datetime,
    state: RequestState,
    email: str = "",
) -> ConsultationRequest:
    """A request that got as far as `state`, with one event for each step on the way, a day apart at most."""
    by_phone = not email and dice.chance(0.75)
    request = ConsultationRequest(
        id=dice.uuid(),
        clinic_id=site.clinic.pk,
        form_key=dice.uuid(),
        name=name,
        phone=phone_number(site.area_code, dice) if by_phone else "",
        email="" if by_phone else email or mail_address(name),
        for_whom=ForWhom.SELF if dice.chance(0.8) else ForWhom.OTHER,
        symptoms=_symptoms(dice),
        best_time=dice.choice(list(BestTime)),
        message=dice.choice(REQUEST_MESSAGES),
        consented_at=asked_at,
        state=state,
        created_at=asked_at,
    )
    rows.requests.append(request)
    at = asked_at
    for before, after in itertools.pairwise(STATES):
        if before == state:
            break
        at = min(at + datetime.timedelta(minutes=dice.randrange(20, 1400)), site.now)
        rows.request_events.append(
            RequestEvent(
                request_id=request.pk,
                from_state=before,
                to_state=after,
                note=dice.choice(REQUEST_NOTES[after]) if dice.chance(0.8) else "",
                by_id=dice.choice(site.front_desk).pk,
                at=at,
            )
        )
    return request


def _make_spam(rows: Rows, site: Site, dice: Dice, why: Quarantine) -> None:
    asked_at = _before(site, dice, dice.randrange(30))
    rows.requests.append(
        ConsultationRequest(
            id=dice.uuid(),
            clinic_id=site.clinic.pk,
            form_key=dice.uuid(),
            name=f"{dice.choice(GIVEN_NAMES)}{dice.randrange(100)}",
            email=f"offer{dice.randrange(10_000)}@best-prices.example",
            for_whom=ForWhom.SELF,
            symptoms=[],
            message=dice.choice(SPAM_MESSAGES),
            consented_at=asked_at,
            quarantined_for=why,
            created_at=asked_at,
        )
    )


def _symptoms(dice: Dice) -> list[str]:
    chosen = dice.sample(list(Symptom), dice.choice((1, 2, 2, 3)))
    return [symptom.value for symptom in Symptom if symptom in chosen]


def _before(site: Site, dice: Dice, days: int) -> datetime.datetime:
    """A waking moment that many days ago, never after now."""
    moment = dice.moment(site.today - datetime.timedelta(days=days), (7, 22), site.zone)
    return min(moment, site.now - datetime.timedelta(minutes=dice.randrange(5, 90)))
