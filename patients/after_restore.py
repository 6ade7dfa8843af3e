"""Steps of patients after a restore of the database, listed in `settings.RESTORE_STEPS`."""

from __future__ import annotations

from clinic.backup.after_restore import Report, Restored
from patients.alerts.services.raising import escalate_alerts
from patients.data_rights.services.erasure import repeat_erasure
from patients.data_rights.services.finishing import read_list
from patients.models import Helper, Patient, SignInCard
from patients.reminders.services.push import give_up_waiting_notices
from patients.reminders.services.reminders import skip_due_reminders
from patients.safety.services.holds import escalate_holds
from patients.sign_in.services.email_codes import end_live_codes


def skip_reminders(restored: Restored) -> Report:
    """Skip the reminders that were due before the restore and give up the notices that wait: they were sent by then."""
    skipped = skip_due_reminders(now=restored.now)
    given_up = give_up_waiting_notices(now=restored.now)
    return Report(done=[f"{skipped} reminders that were due skipped, {given_up} waiting notices given up."])


def escalate(restored: Restored) -> Report:
    """Escalate what is past its limit, as the worker would. The team sees it; its e-mail is held with the rest."""
    escalated = escalate_alerts(now=restored.now) + escalate_holds(now=restored.now)
    return Report(
        done=[f"{escalated} alerts and holds past their limit escalated, without e-mail."],
        by_hand=[
            "Alerts that were answered since the backup are open again, and sessions, messages and plans of that time "
            "are gone: tell the teams."
        ],
    )


def close_ways_in(restored: Restored) -> Report:
    """End mailed codes, and list the cards and helpers that may have been revoked since the backup."""
    codes = end_live_codes(now=restored.now)
    cards = SignInCard.objects.live().filter(expires_at__gt=restored.now).order_by("made_at", "pk")
    report = Report(done=[f"{codes} mailed sign-in codes ended."])
    if cards:
        report.by_hand.append(
            "These sign-in cards work again. Revoke those that were used or revoked since the backup, on the patient's "
            "page, by making a new card or by ending access:"
        )
        report.by_hand += [
            f"  patient {card.patient_id}, card of {card.made_at:%Y-%m-%d %H:%M} UTC"
            f"{' for a helper' if card.helper_id else ''}"
            for card in cards
        ]
    helpers = Helper.objects.live().count()
    if helpers:
        report.by_hand.append(
            f"{helpers} helpers have access. Patients who revoked one since the backup have to do so again."
        )
    return report


def erase_again(restored: Restored) -> Report:
    """Erase the patients whom the backup has brought back: those of ERASED_LIST, and those named by hand."""
    keys = restored.erased | set(read_list())
    if not keys:
        return Report(
            by_hand=[
                "The list of erased patients (ERASED_LIST) is missing or empty: erase again those who were erased "
                "since the backup, if there are any."
            ]
        )
    back = list(Patient.objects.filter(pk__in=keys).order_by("pk"))
    for patient in back:
        repeat_erasure(patient=patient, now=restored.now)
    report = Report(done=[f"{len(back)} erased patients were in the backup, and were erased again."])
    if back:
        report.by_hand.append(
            "Run `manage.py vacuum_erased` (PostgreSQL), so that their rows leave the files too."
        )
    return report
