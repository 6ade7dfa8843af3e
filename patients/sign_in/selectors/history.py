"""The history of a patient's sign-in, read from the audit trail: each act with who did it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import AuditEvent, Membership, Role
from patients.models import Device, Helper, Patient, SignInCard, SignInEvent, SignInEventKind, VerifiedEmail
from patients.sign_in.passkeys import list_passkeys

#: Actions of the audit trail that are shown, with the team's words for them. Each sign-in has a row "device.signed_in".
ACTIONS = {
    "card.made": _("Card made"),
    "card.made_for_helper": _("Code for a helper made"),
    "card.used": _("Card used"),
    "device.signed_in": _("Signed in"),
    "device.ended": _("Signed out"),
    "helper.granted": _("Helper added"),
    "helper.ended": _("Helper ended"),
    "address.confirmed": _("E-mail address confirmed"),
    "address.removed": _("E-mail address removed"),
    "passkey.added": _("Passkey added"),
    "passkey.removed": _("Passkey removed"),
    "sign_in.disowned": _("“This wasn’t me”"),
}
MAX_ROWS = 60
#: The row of an address does not name its event, which is written within this time before the row.
_WRITTEN_WITHIN = datetime.timedelta(seconds=10)
#: An event can be disowned for this long.
DISOWN_WITHIN = datetime.timedelta(days=90)


@dataclass(frozen=True)
class HistoryRow:
    """One line. `who` is "patient", a role, or "" for the system; `name` is the name of a helper who did it.

    `what` is the action, or "card.made_for_helper". `about` names a device or a helper. `event` can be disowned.
    """

    at: datetime.datetime
    what: str
    who: str
    name: str
    about: str
    reason: str
    event: SignInEvent | None

    @property
    def label(self) -> str:
        """Return what was done, in the team's words."""
        return str(ACTIONS.get(self.what, self.what))

    @property
    def who_label(self) -> str:
        """Return who did it, in the team's words."""
        if self.who == "patient":
            return str(_("Patient"))
        return str(Role(self.who).label) if self.who else "Surefoot"


@dataclass(frozen=True)
class _Objects:
    """The objects of the rows of the audit trail, by the ids that they hold."""

    cards: Mapping[str, SignInCard]
    devices: Mapping[str, Device]
    helpers: Mapping[str, Helper]
    events: Mapping[str, SignInEvent]
    #: Keys of the passkeys that the patient has, by the ids of their rows.
    passkeys: Mapping[str, str]

    @property
    def helpers_by_user(self) -> dict[uuid.UUID, Helper]:
        return {helper.user_id: helper for helper in self.helpers.values()}


def list_sign_in_history(
    patient: Patient, now: datetime.datetime | None = None, *, with_events: bool = True
) -> list[HistoryRow]:
    """Return the latest rows, newest first. Seven queries, or six without the events that the patient can disown."""
    now = now or timezone.now()
    objects = _load(patient, with_passkeys=with_events)
    rows = _list_audit(patient, objects)
    roles = _load_roles(patient, {row.actor_id for row in rows if row.actor_id})
    since = now - DISOWN_WITHIN if with_events else None
    return [_build(row, patient, objects, roles, since) for row in rows]


def _load(patient: Patient, *, with_passkeys: bool) -> _Objects:
    helpers = {str(each.pk): each for each in Helper.objects.filter(patient=patient)}
    users = [patient.user_id, *(each.user_id for each in helpers.values())]
    return _Objects(
        cards={str(each.pk): each for each in SignInCard.objects.filter(patient=patient)},
        devices={str(each.pk): each for each in Device.objects.filter(user__in=users)},
        helpers=helpers,
        events={str(each.pk): each for each in SignInEvent.objects.filter(patient=patient)},
        passkeys={str(each.pk): each.data["key"] for each in list_passkeys(patient.user_id)}
        if with_passkeys
        else {},
    )


def _list_audit(patient: Patient, objects: _Objects) -> list[AuditEvent]:
    users = [patient.user_id, *objects.helpers_by_user]
    about = Q(actor__in=users) | Q(patient_key=patient.pk)
    for model, ids in (
        (SignInCard, objects.cards),
        (Device, objects.devices),
        (Helper, objects.helpers),
        (SignInEvent, objects.events),
        (VerifiedEmail, [str(patient.pk)]),
    ):
        about |= Q(object_type=model._meta.label_lower, object_id__in=list(ids))
    rows = AuditEvent.objects.filter(about, action__in=list(ACTIONS), clinic=patient.clinic_id)
    return list(rows.order_by("-at", "-id")[:MAX_ROWS])


def _load_roles(patient: Patient, actors: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the role of each actor who is or was on the clinic's team: the last one."""
    members = Membership.objects.filter(clinic=patient.clinic_id, user__in=actors).order_by(
        "started_at", "pk"
    )
    return dict(members.values_list("user_id", "role"))


def _build(
    row: AuditEvent,
    patient: Patient,
    objects: _Objects,
    roles: Mapping[uuid.UUID, str],
    since: datetime.datetime | None,
) -> HistoryRow:
    card, device = objects.cards.get(row.object_id), objects.devices.get(row.object_id)
    helper = objects.helpers.get(row.object_id)
    actor = objects.helpers_by_user.get(row.actor_id) if row.actor_id else None
    what = row.action
    if row.object_type == SignInCard._meta.label_lower and card is not None and card.helper_id:
        helper = objects.helpers.get(str(card.helper_id))
        what = "card.made_for_helper" if what == "card.made" else what
    is_patient = row.actor_id == patient.user_id
    return HistoryRow(
        at=row.at,
        what=what,
        who="patient" if is_patient else roles.get(row.actor_id, "") if row.actor_id else "",
        name=actor.name if actor else "",
        about=device.label if device else helper.name if helper else "",
        reason=card.reason if card and what == "card.made" else "",
        event=_find_event(row, objects) if since is not None and row.at >= since else None,
    )


def _find_event(row: AuditEvent, objects: _Objects) -> SignInEvent | None:
    """Return the event of the row that the patient can still disown, or None."""
    for event in objects.events.values():
        if event.disowned_at is None and _is_about(row, event, objects):
            return event
    return None


def _is_about(row: AuditEvent, event: SignInEvent, objects: _Objects) -> bool:
    """Return True if the row and the event are the same act."""
    if row.action in ("address.confirmed", "address.removed"):
        return event.kind == SignInEventKind.ADDRESS and event.at <= row.at < event.at + _WRITTEN_WITHIN
    kinds_and_keys = {
        "card.made": (["card", "helper"], event.card_id, row.object_id),
        "device.signed_in": (["device", "helper_device"], event.device_id, row.object_id),
        "helper.granted": (["helper"], None if event.is_new_code else event.helper_id, row.object_id),
        "passkey.added": (["passkey"], event.passkey_key, objects.passkeys.get(row.object_id)),
    }
    kinds, key, wanted = kinds_and_keys.get(row.action, ([], None, None))
    return event.kind in kinds and key is not None and str(key) == wanted
